// What tests know about the tables: the one place to change with a migration.
import { change, insert, query } from './database';

/** Lets every session grow older than 12 idle hours. */
export async function expireSessions(file: string): Promise<void> {
  await change(file, 'update sessions set seen_at = seen_at - 43260000');
}

/** Lets every code and link grow older than the longest of the defaults. */
export async function expireCodes(file: string): Promise<void> {
  await change(file, 'update codes set expires_at = expires_at - 181000');
}

/** Registers many applications, named `Bulk 00001` and so on. */
export async function registerMany(file: string, count: number): Promise<void> {
  const now = Date.now();
  const grants = { passwordless_otp: true, authorization_code: true, implicit: false, refresh_token: true, client_credentials: false };
  const rows = Array.from({ length: count }, (_, index) => {
    const number = String(index + 1).padStart(5, '0');
    const name = `Bulk ${number}`;
    const settings = {
      name,
      callbacks: [],
      web_origins: [],
      grant_types: grants,
      token_endpoint_authentication: 'none',
      trust_ip_header: false,
    };
    return [`bulk${number}${'x'.repeat(23)}`, name, name.toLowerCase(), 'spa', JSON.stringify(settings), now];
  });
  const sql = 'insert into applications (client_id, name, name_lower, kind, settings, created_at) values (?, ?, ?, ?, ?, ?)';
  await insert(file, sql, rows);
}

/** What became of a message; what is left out is a delivery that Twilio accepted. */
export type Delivery = {
  at?: number;
  method?: 'sms' | 'email';
  client?: string;
  application?: string;
  recipient?: string;
  provider?: string;
  outcome?: string;
  reason?: string;
  providerId?: string | null;
  code?: string | null;
  tookMs?: number;
  actor?: string | null;
};

/** Records deliveries, the last one being the newest unless they say when they were. */
export async function recordDeliveries(file: string, deliveries: Delivery[]): Promise<void> {
  const start = Date.now() - deliveries.length * 1_000;
  const rows = deliveries.map((one, index) => [
    `delivery${String(index).padStart(22, '0')}`,
    one.at ?? start + index * 1_000,
    one.method ?? 'sms',
    one.client ?? 'wallet',
    one.application ?? 'Acme Wallet',
    one.recipient ?? '+1••••••0123',
    // The hash of a recipient has a key, so no test can find one by it.
    'x',
    one.provider ?? 'twilio',
    one.outcome ?? 'accepted',
    one.reason ?? '',
    one.providerId ?? null,
    one.code ?? null,
    one.tookMs ?? 120,
    3,
    one.actor ?? null,
  ]);
  const sql = `insert into deliveries (id, at, method, client_id, application_name, recipient, recipient_hash, provider, outcome,
    reason, provider_id, provider_code, took_ms, revision, actor) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
  await insert(file, sql, rows);
}

/** A line of the audit trail; what is left out is a save of the SMS settings by the owner. */
export type TrailLine = {
  at?: number;
  by?: string;
  from?: string;
  action?: string;
  target?: string;
  details?: unknown;
};

/** Writes lines of the audit trail, the last one being the newest unless they say when they were. */
export async function writeTrail(file: string, lines: TrailLine[]): Promise<void> {
  const start = Date.now() - lines.length * 1_000;
  const rows = lines.map((one, index) => [
    `trail${String(index).padStart(25, '0')}`,
    one.at ?? start + index * 1_000,
    null,
    one.by ?? 'olga@doorcode.example',
    one.from ?? '203.0.113.7',
    one.action ?? 'connection.saved',
    one.target ?? 'sms',
    JSON.stringify(one.details ?? { version: index + 1, fields: ['message'] }),
  ]);
  const sql = 'insert into audit (id, at, actor_id, actor_name, address, action, target, details) values (?, ?, ?, ?, ?, ?, ?, ?)';
  await insert(file, sql, rows);
}

/** A message in the outbox. */
export type Message = {
  method?: 'sms' | 'email';
  to: string;
  subject?: string;
  text: string;
  html?: string;
  code: string;
  link?: string;
};

/** Keeps messages in the outbox, the last one being the newest. */
export async function keepMessages(file: string, messages: Message[]): Promise<void> {
  const start = Date.now() - messages.length * 1_000;
  const rows = messages.map((one, index) => [
    `message${String(index).padStart(23, '0')}`,
    start + index * 1_000,
    one.method ?? 'sms',
    'wallet',
    'Acme Wallet',
    one.to,
    one.method === 'email' ? 'Acme <hello@acme.example>' : 'Acme',
    one.subject ?? null,
    one.text,
    one.html ?? null,
    one.code,
    one.link ?? null,
  ]);
  const sql = `insert into outbox (id, at, method, client_id, application_name, recipient, sender, subject, body, html, code, link)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
  await insert(file, sql, rows);
}

/** Somebody who signs in; what is left out is a user who signed up by phone and came once. */
export type User = {
  method?: 'sms' | 'email';
  to: string;
  at?: number;
  signIns?: number;
  blocked?: boolean;
  by?: string;
};

/** Lets users in, the last one being the newest unless they say since when; gives their ids. */
export async function letIn(file: string, users: User[]): Promise<string[]> {
  const start = Date.now() - users.length * 1_000;
  const rows = users.map((one, index) => {
    const at = one.at ?? start + index * 1_000;
    const signIns = one.signIns ?? (one.by === undefined ? 1 : 0);
    const id = index.toString(16).padStart(24, '0');
    return [id, one.method ?? 'sms', one.to, at, signIns > 0 ? at : null, signIns, one.blocked ? at : null, one.by ?? null];
  });
  const sql = `insert into users (id, method, recipient, created_at, last_sign_in, sign_ins, blocked_at, created_by)
    values (?, ?, ?, ?, ?, ?, ?, ?)`;
  await insert(file, sql, rows);
  return rows.map(([id]) => String(id));
}

/** A save; what is left out is one of a message. */
export type Save = { by?: string; at?: number; field?: { name: string; key: string }; settings?: Record<string, unknown> };

/** Saves a connection again and again past the console, the last one being the present. */
export async function keepRevisions(file: string, method: 'sms' | 'email', saves: Save[]): Promise<void> {
  const [[version, settings]] = (await query(file, 'select version, settings from connections where method = ?', [method])) as [[number, string]];
  const start = Date.now() - saves.length * 1_000;
  let present = JSON.parse(settings);
  const field = { name: method === 'sms' ? 'Message' : 'Body', key: method === 'sms' ? 'message' : 'body' };
  const rows = saves.map((one, index) => {
    present = { ...present, ...one.settings };
    const at = one.at ?? start + index * 1_000;
    const changed = JSON.stringify([(one.field ?? field).name]);
    return [method, version + index + 1, JSON.stringify(present), changed, at, one.by ?? 'olga@doorcode.example', 'x'];
  });
  await insert(file, 'insert into revisions (method, version, settings, changed, saved_at, saved_by, admin_id) values (?, ?, ?, ?, ?, ?, ?)', rows);
  const fields = saves.map((one, index) => [method, (one.field ?? field).key, version + index + 1]);
  await insert(file, 'insert into revision_fields (method, field, version) values (?, ?, ?)', fields);
  const [, newest, last, , at, by] = rows[rows.length - 1];
  const sql = 'update connections set version = ?, settings = ?, saved_at = ?, saved_by = ? where method = ?';
  await change(file, sql, [newest, last, at, by, method]);
}
