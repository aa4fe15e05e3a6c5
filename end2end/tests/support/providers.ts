// Doorcode among providers: each stand-in runs before Doorcode does, which is told where they are and whom to trust.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Certificate, selfSigned } from './certificate';
import { test as base, expect } from './fixtures';
import { Gateway } from './gateway';
import { MailServer, type MailServerOptions } from './mail';
import { Twilio } from './twilio';

export { expect };

type Providers = {
  twilio: Twilio;
  gateway: Gateway;
  /** The certificate that Doorcode trusts. */
  certificate: Certificate;
  /** Starts a mail server; its certificate is the trusted one unless another is given. */
  mailServer: (options: Omit<MailServerOptions, 'certificate'> & { certificate?: Certificate }) => Promise<MailServer>;
};

export const test = base.extend<Providers>({
  twilio: async ({}, use) => {
    const twilio = await Twilio.start();
    await use(twilio);
    await twilio.stop();
    expect(twilio.violations, 'what Twilio’s interface does not have').toEqual([]);
  },

  gateway: async ({}, use) => {
    const gateway = await Gateway.start();
    await use(gateway);
    await gateway.stop();
    expect(gateway.violations, 'what the gateway’s interface does not have').toEqual([]);
  },

  certificate: async ({}, use) => use(selfSigned()),

  mailServer: async ({ certificate }, use) => {
    const servers: MailServer[] = [];
    await use(async (options) => {
      const server = await MailServer.start({ certificate, ...options });
      servers.push(server);
      return server;
    });
    for (const server of servers) await server.stop();
  },

  surroundings: async ({ twilio, certificate }, use) => {
    const directory = await mkdtemp(path.join(tmpdir(), 'doorcode-trust-'));
    const trusted = path.join(directory, 'trusted.pem');
    await writeFile(trusted, certificate.cert);
    await use({
      DOORCODE_TWILIO_API_URL: twilio.url,
      DOORCODE_ALLOW_PRIVATE_HOSTS: '127.0.0.1,localhost',
      SSL_CERT_FILE: trusted,
    });
    await rm(directory, { recursive: true, force: true });
  },
});
