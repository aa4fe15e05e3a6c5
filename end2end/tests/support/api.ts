// What every test of the API begins with: an installation that applications call over TLS, with both connections switched on, every
// message in the outbox, two applications that keep a secret and one that has none. All of it is made in the console, once per worker.
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { Outbox, makeToken } from './api_tokens';
import { clientId, clientSecret, register } from './applications';
import { Callback } from './callback';
import { Client, type Library } from './clients';
import { Doorcode, type Environment } from './doorcode';
import { test as base, expect, hasJavaScript, people, signIn, visit } from './fixtures';
import { choose, expectToggle, field, fillIn, flip, formNamed, openEmail, openSms, save } from './forms';
import { TlsProxy } from './tls';

export { expect };

/** An application as its developers know it. */
export type Registered = { name: string; clientId: string; clientSecret?: string };

type Made = {
  /** Runs on a server and keeps a secret. */
  wallet: Registered;
  /** Another one of that kind. */
  office: Registered;
  /** Runs in a browser and has none. */
  kiosk: Registered;
  token: string;
};

type Worker = {
  callback: Callback;
  /** What was made in the console. */
  made: Made;
};

type Fixtures = {
  tls: TlsProxy;
  outbox: Outbox;
  /** Starts a program that uses a client library, for the application with a secret unless another is named. */
  program: (library: Library, application?: Registered) => Promise<Client>;
};

/** What Doorcode is told because it stands behind this proxy. */
const behind = (tls: TlsProxy): Environment => ({ DOORCODE_PUBLIC_URL: tls.url });

export const test = base.extend<Fixtures, Worker>({
  callback: [
    async ({}, use) => {
      const callback = await Callback.start();
      await use(callback);
      await callback.stop();
    },
    { scope: 'worker' },
  ],

  // The template of an installation, with more in it.
  template: [
    async ({ template, callback, browser }, use) => {
      const directory = await mkdtemp(path.join(tmpdir(), 'doorcode-api-'));
      await cp(template.directory, directory, { recursive: true });
      const tls = await TlsProxy.start();
      const doorcode = await Doorcode.start(directory, behind(tls));
      tls.target = doorcode.port;
      try {
        const context = await browser.newContext({ baseURL: tls.url, ignoreHTTPSErrors: true, javaScriptEnabled: hasJavaScript() });
        const page = await context.newPage();
        await signIn(page, people.owner.email, people.owner.password);
        await expect(page.getByRole('heading', { level: 1 })).toHaveText('Passwordless');
        const made = await make(page, callback.url);
        const states = { ...template.states, owner: await context.storageState() };
        await context.close();
        await doorcode.stop();
        const whole: typeof template & Made = { directory, states, ...made };
        await use(whole);
      } finally {
        await doorcode.stop();
        await tls.stop();
        await rm(directory, { recursive: true, force: true });
      }
    },
    { scope: 'worker', timeout: 90_000 },
  ],

  made: [async ({ template }, use) => use(template as typeof template & Made), { scope: 'worker' }],

  tls: async ({}, use) => {
    const tls = await TlsProxy.start();
    await use(tls);
    await tls.stop();
  },

  surroundings: async ({ tls }, use) => use(behind(tls)),

  doorcode: async ({ doorcode, tls }, use) => {
    tls.target = doorcode.port;
    await use(doorcode);
  },

  // Asking for `doorcode` starts it; what a page opens goes through the proxy.
  baseURL: async ({ doorcode: _, tls }, use) => use(tls.url),

  ignoreHTTPSErrors: true,

  outbox: async ({ doorcode, made }, use) => use(new Outbox(doorcode.url, made.token)),

  program: async ({ doorcode: _, tls, made, callback }, use) => {
    const directory = await mkdtemp(path.join(tmpdir(), 'doorcode-trust-'));
    const trusted = path.join(directory, 'trusted.pem');
    await writeFile(trusted, tls.certificate.cert);
    const programs: Client[] = [];
    await use(async (library, { clientId, clientSecret } = made.wallet) => {
      const settings = { domain: tls.domain, clientId, clientSecret, redirectUri: callback.url };
      const program = await Client.start(library, settings, trusted);
      programs.push(program);
      return program;
    });
    for (const program of programs) await program.stop();
    await rm(directory, { recursive: true, force: true });
  },
});

/** Sets everything up as an administrator does. */
async function make(page: Page, callback: string): Promise<Made> {
  await visit(page, '/settings');
  const provider = formNamed(page, 'Email provider');
  await choose(provider, 'Outbox');
  await save(page, provider);
  await choose(await openSms(page), 'Outbox');
  await save(page);
  await field(await openEmail(page), 'From').fill('Acme <hello@acme.example>');
  await save(page);
  const wallet = await application(page, 'Acme Wallet', 'Regular Web', callback);
  const office = await application(page, 'Acme Office', 'Regular Web', callback);
  const kiosk = await application(page, 'Acme Kiosk', 'Single Page', callback);
  await visit(page, '/connections/passwordless');
  for (const method of ['SMS', 'Email']) await switchTo(page, method, true);
  return { wallet, office, kiosk, token: await makeToken(page, 'Playwright') };
}

async function application(page: Page, name: string, type: string, callback: string): Promise<Registered> {
  await register(page, name, type);
  const id = await clientId(page).innerText();
  const secret = type === 'Regular Web' ? await clientSecret(page).innerText() : undefined;
  for (const method of ['SMS', 'Email']) await switchTo(page, method, true);
  const form = formNamed(page, 'Application settings');
  await fillIn(form, { 'Allowed Callback URLs': callback });
  await save(page, form);
  return { name, clientId: id, clientSecret: secret };
}

/** Switches a method, for all on its own page or for one application on that one's. */
export async function switchTo(page: Page, method: string, on: boolean): Promise<void> {
  await flip(page, method);
  await expectToggle(page, method, on);
}
