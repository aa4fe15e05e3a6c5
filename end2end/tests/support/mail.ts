// A real mail server, which keeps what it is sent and reads it as a mail program does.
import { once } from 'node:events';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import type { Certificate } from './certificate';

/** How the way to it is encrypted, in the words of the form. */
export type Security = 'STARTTLS' | 'TLS' | 'None';

export type MailServerOptions = {
  security: Security;
  certificate: Certificate;
  /** Who must sign in; without, nobody need. */
  user?: { name: string; password: string };
  /** The steps that are refused, each with its answer. */
  refuse?: Partial<Record<'sender' | 'recipient' | 'message', { code: number; words: string }>>;
};

/** An email that came. */
export type Received = {
  from: string;
  to: string[];
  /** As whom the sender had signed in. */
  user: string | undefined;
  encrypted: boolean;
  /** As it came over the wire. */
  raw: string;
  mail: ParsedMail;
};

export class MailServer {
  readonly messages: Received[] = [];
  /** How many connections were accepted. */
  connections = 0;
  /** How many signed in. */
  signedIn = 0;
  readonly #server: SMTPServer;

  private constructor({ security, certificate, user, refuse = {} }: MailServerOptions) {
    const refusal = (step: keyof typeof refuse) => {
      const answer = refuse[step];
      return answer && Object.assign(new Error(answer.words), { responseCode: answer.code });
    };
    const options: SMTPServerOptions = {
      secure: security === 'TLS',
      key: certificate.key,
      cert: certificate.cert,
      disabledCommands: [...(security === 'None' ? ['STARTTLS'] : []), ...(user === undefined ? ['AUTH'] : [])],
      allowInsecureAuth: security === 'None',
      authMethods: ['PLAIN', 'LOGIN'],
      authOptional: user === undefined,
      disableReverseLookup: true,
      // Doorcode keeps connections for the next message; nobody waits for those.
      closeTimeout: 1,
      onConnect: (_session, done) => {
        this.connections += 1;
        done();
      },
      onAuth: ({ username, password }, _session, done) => {
        if (username !== user?.name || password !== user?.password) return done(new Error('Authentication failed'));
        this.signedIn += 1;
        return done(null, { user: username });
      },
      onMailFrom: (_address, _session, done) => done(refusal('sender')),
      onRcptTo: (_address, _session, done) => done(refusal('recipient')),
      onData: async (stream, session, done) => {
        const parts: Buffer[] = [];
        for await (const part of stream) parts.push(part as Buffer);
        const raw = Buffer.concat(parts);
        const refused = refusal('message');
        if (refused !== undefined) return done(refused);
        const { mailFrom, rcptTo } = session.envelope;
        this.messages.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          user: typeof session.user === 'string' ? session.user : undefined,
          encrypted: session.secure,
          raw: raw.toString('latin1'),
          mail: await simpleParser(raw, { skipHtmlToText: true, skipTextToHtml: true, skipImageLinks: true }),
        });
        return done();
      },
    };
    this.#server = new SMTPServer(options);
    // Somebody who does not trust the certificate hangs up; that is for them to say.
    this.#server.on('error', () => undefined);
  }

  static async start(options: MailServerOptions): Promise<MailServer> {
    const mail = new MailServer(options);
    mail.#server.listen(0, '127.0.0.1');
    await once(mail.#server.server, 'listening');
    return mail;
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.close(resolve));
  }

  get port(): number {
    const address = this.#server.server.address();
    if (address === null || typeof address === 'string') throw new Error('a TCP socket has a port');
    return address.port;
  }

  /** The email that came last. */
  get last(): Received {
    const message = this.messages.at(-1);
    if (message === undefined) throw new Error('no email came');
    return message;
  }
}
