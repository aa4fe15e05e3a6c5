// What tests know about the tables: the one place to change with a migration.
import { change, insert } from './database';

/** Lets every session grow older than 12 idle hours. */
export async function expireSessions(file: string): Promise<void> {
  await change(file, 'update sessions set seen_at = seen_at - 43260000');
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
