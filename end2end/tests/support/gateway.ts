// A stand-in for a custom SMS gateway: it reads the request as the interface has it and verifies the token; what does not fit
// is a violation, which fails the test.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { type Reply, type Seen, type StandIn, faults, header, mediaType, standIn, utf8 } from './stand_in';

/** A message that the gateway took. */
export type GatewayMessage = {
  recipient: string;
  body: string;
  sender?: string;
  req?: { ip: string; 'user-agent': string };
};

/** What a token has to say, and the key that it is signed with. */
export type Expected = { subject?: string; audience: string; key: Buffer };

export class Gateway {
  /** What requests did that the interface does not have. */
  readonly violations: string[] = [];
  /** Every request, also those that were refused. */
  readonly requests: Seen[] = [];
  /** The messages that came. */
  readonly messages: GatewayMessage[] = [];
  /** The token that must come along; without, none may. */
  expected: Expected | undefined;
  readonly #next: Reply[] = [];
  #standIn: StandIn | undefined;

  static async start(): Promise<Gateway> {
    const gateway = new Gateway();
    gateway.#standIn = await standIn((seen) => gateway.#answer(seen));
    return gateway;
  }

  async stop(): Promise<void> {
    await this.#standIn?.stop();
  }

  get url(): string {
    return `http://127.0.0.1:${this.#standIn?.port}/sms`;
  }

  /** The message that came last. */
  get last(): GatewayMessage {
    const message = this.messages.at(-1);
    if (message === undefined) throw new Error('the gateway got no message');
    return message;
  }

  /** What the next messages are answered, valid as they may be. */
  answerNext(...replies: Reply[]): void {
    this.#next.push(...replies);
  }

  #answer(seen: Seen): Reply {
    this.requests.push(seen);
    const message = parsed(utf8(seen.body) ?? '');
    const { recipient, body, sender, req, ...rest } = message;
    const wrong = [
      ...faults({
        'a POST to the address as it was given': seen.method === 'POST' && seen.path === '/sms',
        'JSON': mediaType(seen) === 'application/json',
        'a recipient in E.164': typeof recipient === 'string' && /^\+[1-9]\d{6,14}$/.test(recipient),
        'a text': typeof body === 'string' && body.length > 0,
        'a sender that is text or absent': sender === undefined || (typeof sender === 'string' && sender !== ''),
        'who asked, as IP and user agent': req === undefined || isCaller(req),
        'no other member': Object.keys(rest).length === 0,
      }),
      ...this.#token(header(seen, 'authorization')),
    ];
    if (wrong.length > 0) {
      this.violations.push(`${seen.method} ${seen.path} ${seen.body}: not ${wrong.join(', not ')}`);
      return { status: 400 };
    }
    this.messages.push(message as GatewayMessage);
    return this.#next.shift() ?? { status: 200, body: 'never mind' };
  }

  #token(authorization: string): string[] {
    if (this.expected === undefined) return faults({ 'without a token': authorization === '' });
    const { subject, audience, key } = this.expected;
    const [, head = '', payload = '', signature = ''] = /^Bearer ([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(authorization) ?? [];
    const right = createHmac('sha256', key).update(`${head}.${payload}`).digest();
    const given = Buffer.from(signature, 'base64url');
    const { alg, typ } = parsed(Buffer.from(head, 'base64url').toString());
    const { sub, aud, iat, exp } = parsed(Buffer.from(payload, 'base64url').toString());
    const now = Date.now() / 1_000;
    return faults({
      'a bearer token': head !== '',
      'signed with HS256': alg === 'HS256' && typ === 'JWT',
      'signed with the secret': given.length === right.length && timingSafeEqual(given, right),
      'the subject': sub === subject,
      'the audience': aud === audience,
      'issued just now': typeof iat === 'number' && Math.abs(now - iat) < 60,
      'good for 5 minutes at most': typeof exp === 'number' && typeof iat === 'number' && exp > now && exp - iat <= 300,
    });
  }
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function isCaller(req: unknown): boolean {
  if (typeof req !== 'object' || req === null) return false;
  const { ip, 'user-agent': agent, ...rest } = req as Record<string, unknown>;
  return typeof ip === 'string' && typeof agent === 'string' && Object.keys(rest).length === 0;
}
