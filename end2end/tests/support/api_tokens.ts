// What programs show instead of a password: made in the console, and used to read the outbox.
import type { Page } from '@playwright/test';
import { expect, hydrated, visit } from './fixtures';
import { field, formNamed, option } from './forms';

/** Makes an API token that reads the outbox, and gives what is shown once. */
export async function makeToken(page: Page, name: string): Promise<string> {
  await visit(page, '/settings');
  const form = formNamed(page, 'New API token');
  await field(form, 'Name').fill(name);
  await option(form, 'Read the outbox').check();
  await form.getByRole('button', { name: 'Create API token', exact: true }).click();
  const shown = page.getByRole('status').filter({ hasText: `Copy the token “${name}” now` }).locator('code');
  await expect(shown).toBeVisible();
  await hydrated(page);
  return shown.innerText();
}

/** A message as `GET /api/outbox` tells of it. */
export type OutboxMessage = {
  id: string;
  connection: 'sms' | 'email';
  to: string;
  from: string;
  subject: string | null;
  text: string;
  html: string | null;
  code: string;
  link: string | null;
  client_id: string;
  application: string;
};

/** Reads the messages in the outbox, each once. */
export class Outbox {
  readonly #read = new Map<string, string>();

  constructor(
    readonly url: string,
    readonly token: string,
  ) {}

  /** The next message to a recipient; the server waits for it. */
  async next(to: string): Promise<OutboxMessage> {
    const query = new URLSearchParams({ to });
    const last = this.#read.get(to);
    if (last !== undefined) query.set('after', last);
    const headers = { Authorization: `Bearer ${this.token}` };
    const answer = await fetch(`${this.url}/api/outbox?${query}`, { headers });
    if (!answer.ok) throw new Error(`the outbox answers ${answer.status}: ${await answer.text()}`);
    const message = (await answer.json()) as OutboxMessage;
    this.#read.set(to, message.id);
    return message;
  }

  /** The code in the next message. */
  async code(to: string): Promise<string> {
    return (await this.next(to)).code;
  }
}
