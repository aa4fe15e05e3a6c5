// What the page Users says of people who really sign in, and what blocking one and lifting a sign-in block mean for them.
import type { APIResponse, Page } from '@playwright/test';
import { type Registered, expect, test } from './support/api';
import type { Outbox } from './support/api_tokens';
import { hydrated, reload, visit } from './support/fixtures';
import { wrongCode } from './support/try';

const phoneNumber = '+15550100123';

/** An application that sends a code and takes an answer. */
class SignIn {
  constructor(
    readonly page: Page,
    readonly outbox: Outbox,
    readonly application: Registered,
  ) {}

  async code(): Promise<string> {
    const data = { client_id: this.application.clientId, connection: 'sms', phone_number: phoneNumber, send: 'code' };
    expect((await this.page.request.post('/passwordless/start', { data })).status()).toBe(200);
    return this.outbox.code(phoneNumber);
  }

  async answer(otp: string): Promise<APIResponse> {
    const grant_type = 'http://auth0.com/oauth/grant-type/passwordless/otp';
    const data = { grant_type, client_id: this.application.clientId, realm: 'sms', username: phoneNumber, otp, scope: 'openid' };
    return this.page.request.post('/oauth/token', { data });
  }
}

test.describe('people who sign in', { tag: '@hydrated' }, () => {
  test('who signs in is listed, and comes in no more while blocked', async ({ page, outbox, made }) => {
    const signIn = new SignIn(page, outbox, made.kiosk);
    expect((await signIn.answer(await signIn.code())).status()).toBe(200);
    await visit(page, '/users');
    const row = page.getByRole('row').filter({ hasText: phoneNumber });
    for (const text of ['SMS', '1 sign-in', 'Active']) await expect(row).toContainText(text);

    const code = await signIn.code();
    await page.getByRole('button', { name: `Block ${phoneNumber}`, exact: true }).click();
    await expect(row).toContainText('Blocked');
    expect((await signIn.answer(code)).status()).toBe(401);
    await reload(page);
    await expect(row).toContainText('1 sign-in');
    await page.getByRole('button', { name: `Unblock ${phoneNumber}`, exact: true }).click();
    await expect(row).toContainText('Active');
    expect((await signIn.answer(await signIn.code())).status()).toBe(200);
  });

  test('a sign-in block after too many wrong codes is shown and lifted', async ({ page, outbox, made }) => {
    const signIn = new SignIn(page, outbox, made.kiosk);
    expect((await signIn.answer(await signIn.code())).status()).toBe(200);
    await visit(page, '/users');
    const row = page.getByRole('row').filter({ hasText: phoneNumber });
    const lift = page.getByRole('button', { name: `Lift sign-in block of ${phoneNumber}`, exact: true });
    await expect(lift).toHaveCount(0);

    const code = await signIn.code();
    for (let count = 0; count < 10; count += 1) expect((await signIn.answer(wrongCode(code))).ok()).toBe(false);
    expect((await signIn.answer(code)).status()).toBe(429);
    await reload(page);
    await expect(row).toContainText('Too many wrong codes from 1 network address');
    // The user is not blocked, only this way in.
    await expect(row).toContainText('Active');
    await lift.click();
    await expect(lift).toBeHidden();
    await hydrated(page);
    await expect(row).not.toContainText('1 network address: sign-in is blocked from there', { useInnerText: true });
    expect((await signIn.answer(await signIn.code())).status()).toBe(200);
  });
});
