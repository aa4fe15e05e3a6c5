// A stand-in for Twilio that holds every request against Twilio's published interface: what it documents it answers, what it
// does not is a violation, which fails the test.
import { randomBytes } from 'node:crypto';
import { type Reply, type Seen, type StandIn, faults, header, json, mediaType, standIn, utf8 } from './stand_in';

/** Twilio's errors for a message that it does not take: the HTTP status, and words such as Twilio's. */
export const twilioErrors: Record<number, { status: number; message: string }> = {
  20003: { status: 401, message: 'Authenticate' },
  20404: { status: 404, message: 'The requested resource was not found' },
  20429: { status: 429, message: 'Too Many Requests' },
  20500: { status: 500, message: 'Internal Server Error' },
  21211: { status: 400, message: "The 'To' number is not a valid phone number." },
  21212: { status: 400, message: "The 'From' number is not a valid phone number, shortcode, or alphanumeric sender ID." },
  21408: { status: 400, message: "Permission to send an SMS has not been enabled for the region indicated by the 'To' number" },
  21603: { status: 400, message: "A 'From' phone number is required." },
  21604: { status: 400, message: "A 'To' phone number is required." },
  21606: { status: 400, message: 'The From phone number is not a valid, SMS-capable inbound phone number for your account.' },
  21608: { status: 400, message: 'The number is unverified. Trial accounts cannot send messages to unverified numbers.' },
  21610: { status: 400, message: 'Attempt to send to unsubscribed recipient' },
  21611: { status: 400, message: "This 'From' number has exceeded the maximum number of queued messages" },
  21612: { status: 400, message: "Message cannot be sent with the current combination of 'To' and 'From' parameters" },
  21614: { status: 400, message: "'To' number is not a valid mobile number" },
  21617: { status: 400, message: 'The concatenated message body exceeds the 1600 character limit' },
  21703: { status: 400, message: 'The Messaging Service does not have a phone number available to send a message' },
};

/** How far a message has come; `error_code` goes with the two that mean that it did not arrive. */
export type Progress = 'queued' | 'sending' | 'sent' | 'delivered' | { status: 'undelivered' | 'failed'; error_code: number };

/** A message that Twilio took. */
export type Message = {
  sid: string;
  account: string;
  to: string;
  from: string | null;
  messagingService: string | null;
  body: string;
  /** How often it was asked after. */
  asked: number;
};

/** An account that exists at the stand-in. */
export const account = { sid: 'AC7f0c2b9d41e84a0fb3c6d29e5a1b8c34', token: 'd41d8cd98f00b204e9800998ecf891ce' };

const known = new Set([
  ...['To', 'From', 'MessagingServiceSid', 'Body', 'StatusCallback', 'ApplicationSid', 'MaxPrice', 'ProvideFeedback', 'Attempt'],
  ...['ValidityPeriod', 'ForceDelivery', 'ContentRetention', 'AddressRetention', 'SmartEncoded', 'PersistentAction', 'TrafficType'],
  ...['ShortenUrls', 'ScheduleType', 'SendAt', 'SendAsMms', 'ContentVariables', 'RiskCheck', 'MediaUrl', 'ContentSid'],
]);
const e164 = /^\+[1-9]\d{6,14}$/;
const shortCode = /^\d{3,8}$/;
const alphanumeric = /^(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}$/;
const address = /^\/2010-04-01\/Accounts\/(AC[0-9a-fA-F]{32})(?:\/Messages(?:\/((?:SM|MM)[0-9a-fA-F]{32}))?)?\.json$/;

export class Twilio {
  /** What requests did that Twilio's interface does not have. */
  readonly violations: string[] = [];
  /** Every request, also those that were refused. */
  readonly requests: Seen[] = [];
  /** The messages that were taken. */
  readonly messages: Message[] = [];
  /** The tokens of the accounts that exist. */
  readonly accounts = new Map([[account.sid, account.token]]);
  /** What is said of an account to whoever knows its token. */
  accountStatus: 'active' | 'suspended' | 'closed' = 'active';
  /** What is said of a message, each time it is asked after; the last stays so. */
  progress: Progress[] = ['queued', 'delivered'];
  readonly #next: Reply[] = [];
  #standIn: StandIn | undefined;

  static async start(): Promise<Twilio> {
    const twilio = new Twilio();
    twilio.#standIn = await standIn((seen) => twilio.#answer(seen));
    return twilio;
  }

  async stop(): Promise<void> {
    await this.#standIn?.stop();
  }

  get url(): string {
    return `http://127.0.0.1:${this.#standIn?.port}`;
  }

  /** The message that came last. */
  get last(): Message {
    const message = this.messages.at(-1);
    if (message === undefined) throw new Error('Twilio took no message');
    return message;
  }

  /** What the next messages are answered, valid as they may be. */
  answerNext(...replies: Reply[]): void {
    this.#next.push(...replies);
  }

  #answer(seen: Seen): Reply {
    this.requests.push(seen);
    const [, sid, id] = address.exec(seen.path) ?? [];
    const posts = seen.method === 'POST' && seen.path.endsWith('/Messages.json');
    const gets = seen.method === 'GET' && !seen.path.endsWith('/Messages.json');
    if (sid === undefined || !(posts || gets)) return this.#violation(seen, ['a path and a method that Twilio has'], 20404);
    const [scheme, credentials] = header(seen, 'authorization').split(' ');
    const [user, ...password] = Buffer.from(credentials ?? '', 'base64').toString('utf8').split(':');
    const wrong = faults({ 'HTTP Basic': scheme === 'Basic', 'the SID of the path as user name': user === sid });
    if (wrong.length > 0) return this.#violation(seen, wrong, 20003);
    // A wrong token breaks no rule: that is for the settings to get right.
    if (this.accounts.get(sid) !== password.join(':')) return twilioError(20003);
    if (posts) return this.#take(seen, sid);
    return id === undefined ? this.#account(sid) : this.#message(sid, id);
  }

  #take(seen: Seen, sid: string): Reply {
    const text = utf8(seen.body) ?? '';
    const names = [...new URLSearchParams(text).keys()];
    const fields = Object.fromEntries(new URLSearchParams(text));
    const { To: to = '', From: from, MessagingServiceSid: service, Body: body = '' } = fields;
    const wrong = faults({
      'a form': mediaType(seen) === 'application/x-www-form-urlencoded',
      'each field once': names.length === new Set(names).size,
      'no field that Twilio does not know': names.every((name) => known.has(name)),
      'To in E.164': e164.test(to),
      'From or MessagingServiceSid, not both': (from === undefined) !== (service === undefined),
      'a From that can be a sender': from === undefined || [e164, shortCode, alphanumeric].some((kind) => kind.test(from)),
      'a MessagingServiceSid of its shape': service === undefined || /^MG[0-9a-fA-F]{32}$/.test(service),
      'a Body of 1 to 1600 characters': body.length > 0 && [...body].length <= 1_600,
      'a Body in UTF-8': !body.includes('\uFFFD'),
    });
    if (wrong.length > 0) return this.#violation(seen, wrong, e164.test(to) ? 21603 : 21604);
    const next = this.#next.shift();
    if (next !== undefined) return next;
    const id = `SM${randomBytes(16).toString('hex')}`;
    const message = { sid: id, account: sid, to, from: from ?? null, messagingService: service ?? null, body, asked: 0 };
    this.messages.push(message);
    return json(201, resource(message, service === undefined ? 'queued' : 'accepted'));
  }

  #message(sid: string, id: string): Reply {
    const message = this.messages.find((each) => each.sid === id && each.account === sid);
    if (message === undefined) return twilioError(20404);
    const progress = this.progress[Math.min(message.asked, this.progress.length - 1)];
    message.asked += 1;
    return json(200, resource(message, progress));
  }

  #account(sid: string): Reply {
    return json(200, {
      sid,
      owner_account_sid: sid,
      friendly_name: 'Acme',
      status: this.accountStatus,
      type: 'Full',
      // Twilio really says this; nothing of it may show anywhere.
      auth_token: this.accounts.get(sid),
      date_created: date(),
      date_updated: date(),
      uri: `/2010-04-01/Accounts/${sid}.json`,
      subresource_uris: { messages: `/2010-04-01/Accounts/${sid}/Messages.json` },
    });
  }

  #violation(seen: Seen, wanted: string[], code: number): Reply {
    this.violations.push(`${seen.method} ${seen.path} ${seen.body}: not ${wanted.join(', not ')}`);
    return twilioError(code);
  }
}

/** An error as Twilio words them; a pause it asks for is in seconds. */
export function twilioError(code: number, pause?: number): Reply {
  const { status, message } = twilioErrors[code];
  const body = { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status };
  return json(status, body, pause === undefined ? {} : { 'retry-after': String(pause) });
}

/** An answer that breaks off in the middle. */
export const malformed: Reply = { status: 201, headers: { 'content-type': 'application/json' }, body: '{"sid":"SM' };

function resource(message: Message, progress: Progress | 'accepted') {
  const { status, error_code } = typeof progress === 'string' ? { status: progress, error_code: null } : progress;
  const uri = `/2010-04-01/Accounts/${message.account}/Messages/${message.sid}`;
  return {
    account_sid: message.account,
    api_version: '2010-04-01',
    body: message.body,
    date_created: date(),
    date_sent: ['sent', 'delivered', 'undelivered'].includes(status) ? date() : null,
    date_updated: date(),
    direction: 'outbound-api',
    error_code,
    error_message: error_code === null ? null : 'Delivery failed',
    from: message.from,
    messaging_service_sid: message.messagingService,
    num_media: '0',
    num_segments: message.messagingService === null ? '1' : '0',
    price: null,
    price_unit: null,
    sid: message.sid,
    status,
    subresource_uris: { media: `${uri}/Media.json` },
    to: message.to,
    uri: `${uri}.json`,
  };
}

/** The time as Twilio writes it (RFC 2822). */
function date(): string {
  return new Date().toUTCString().replace('GMT', '+0000');
}
