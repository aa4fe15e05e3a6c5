// npm @auth0/auth0-auth-js, unmodified: code and link, tokens, profile, and what the console says decides what it gets.
import type { Page } from '@playwright/test';
import { expect, switchTo, test } from './support/api';
import { visit } from './support/fixtures';
import { fillIn, openEmail, openSms, save } from './support/forms';

/** What the library answers as tokens. */
type Tokens = {
  accessToken: string;
  idToken: string;
  refreshToken?: string;
  expiresAt: number;
  scope: string;
  claims: Record<string, unknown>;
};

const email = 'ines@acme.example';
const phoneNumber = '+15550100123';

/** Opens a sign-in link and says yes, as its user does. */
async function follow(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign in to Acme Wallet');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Back at Acme');
}

// A client library does not know what the browser can do, so once is enough.
test.describe('@auth0/auth0-auth-js', { tag: '@hydrated' }, () => {
  test('signs in by a code from an email', async ({ program, outbox, made, tls }) => {
    const auth = await program('auth_js');
    await auth.call('sendEmail', { email });
    const message = await outbox.next(email);
    expect(message).toMatchObject({ connection: 'email', client_id: made.wallet.clientId, application: 'Acme Wallet', link: null });

    const before = Math.floor(Date.now() / 1_000);
    const scope = 'openid profile email';
    const tokens = await auth.call<Tokens>('tokenByEmail', { email, code: message.code, scope, audience: 'https://api.acme.example' });
    expect(tokens.scope).toBe(scope);
    expect(tokens.refreshToken).toBeUndefined();
    expect(tokens.expiresAt - before).toBeGreaterThanOrEqual(86_399);
    expect(tokens.expiresAt - before).toBeLessThan(86_430);
    expect(tokens.claims).toMatchObject({ iss: `${tls.url}/`, aud: made.wallet.clientId, email, email_verified: true });
    expect(tokens.claims.sub).toMatch(/^email\|[0-9a-f]{24}$/);
    expect(claims(tokens.accessToken).aud).toContain('https://api.acme.example');
    expect(await auth.call('userInfo', tokens.accessToken)).toMatchObject({ sub: tokens.claims.sub, email, email_verified: true, name: email });
  });

  test('signs in by a code from an SMS, and the same user comes back', async ({ program, outbox }) => {
    const auth = await program('auth_js');
    const signIn = async () => {
      await auth.call('sendSms', { phoneNumber });
      const code = await outbox.code(phoneNumber);
      return auth.call<Tokens>('tokenBySms', { phoneNumber, code, scope: 'openid profile phone' });
    };
    const first = await signIn();
    expect(first.claims.sub).toMatch(/^sms\|[0-9a-f]{24}$/);
    expect(first.claims).toMatchObject({ phone_number: phoneNumber, phone_verified: true, name: phoneNumber });
    expect(await auth.call('userInfo', first.accessToken)).toMatchObject({ phone_number: phoneNumber, phone_verified: true });
    expect((await signIn()).claims.sub).toBe(first.claims.sub);
  });

  test('signs in by a link that is opened in a browser', async ({ page, program, outbox, callback }) => {
    const auth = await program('auth_js');
    const state = crypto.randomUUID();
    const authParams = { redirect_uri: callback.url, response_type: 'code', scope: 'openid email', state };
    await auth.call('sendEmail', { email, send: 'link', authParams });
    const { link } = await outbox.next(email);
    await follow(page, link ?? '');
    const came = callback.with(state);
    expect(came.method).toBe('GET');
    const tokens = await auth.call<Tokens>('tokenByLink', came.url, { expectedState: state });
    expect(tokens.claims).toMatchObject({ email, email_verified: true });
    expect(await auth.call('userInfo', tokens.accessToken)).toMatchObject({ sub: tokens.claims.sub, email });

    const again = await auth.refused('tokenByLink', came.url, { expectedState: state });
    expect(again.cause).toMatchObject({ error: 'invalid_grant' });
    // The link is as used up as its code.
    await page.goto(link ?? '');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('This link was used already');
  });

  test('keeps what the connection says of a link where it says nothing itself', async ({ page, program, outbox, callback }) => {
    const auth = await program('auth_js');
    const state = crypto.randomUUID();
    await fillIn(await openEmail(page), { 'Name 1': 'scope', 'Value 1': 'openid profile email' });
    await save(page);
    await auth.call('sendEmail', { email, send: 'link', authParams: { redirect_uri: callback.url, state } });
    const { link } = await outbox.next(email);
    await follow(page, link ?? '');
    const tokens = await auth.call<Tokens>('tokenByLink', callback.with(state).url, { expectedState: state });
    expect(tokens.claims).toMatchObject({ name: email, email });
  });

  test('refreshes, and a refresh token counts once', async ({ program, outbox }) => {
    const auth = await program('auth_js');
    await auth.call('sendEmail', { email });
    const code = await outbox.code(email);
    const first = await auth.call<Tokens>('tokenByEmail', { email, code, scope: 'openid offline_access' });
    expect(first.refreshToken).toBeTruthy();
    const second = await auth.call<Tokens>('tokenByRefreshToken', first.refreshToken);
    expect(second.claims.sub).toBe(first.claims.sub);
    expect(second.refreshToken).toBeTruthy();
    expect(second.refreshToken).not.toBe(first.refreshToken);
    // A token that turns up twice was copied, so what came of it ends too.
    expect((await auth.refused('tokenByRefreshToken', first.refreshToken)).cause).toMatchObject({ error: 'invalid_grant' });
    expect((await auth.refused('tokenByRefreshToken', second.refreshToken)).cause).toMatchObject({ error: 'invalid_grant' });
  });

  test('gets the template that was saved last, in the language that it asks for', async ({ page, program, outbox }) => {
    const auth = await program('auth_js');
    await auth.call('sendSms', { phoneNumber });
    expect((await outbox.next(phoneNumber)).text).not.toContain('Ihr Code');

    const sms = await openSms(page);
    await sms.getByRole('radio', { name: 'Liquid', exact: true }).check();
    const Message = "{{ application.name }}: {% if request_language contains 'de' %}Ihr Code{% else %}Your code{% endif %} {{ code }} ({{ request_language }})";
    await fillIn(sms, { Message });
    await save(page);

    await auth.call('sendSms', { phoneNumber, language: 'de-AT' });
    const german = await outbox.next(phoneNumber);
    expect(german.text).toBe(`Acme Wallet: Ihr Code ${german.code} (de-AT)`);
    // A program that names no language sends `accept-language: *`, which stands for none.
    await auth.call('sendSms', { phoneNumber });
    const english = await outbox.next(phoneNumber);
    expect(english.text).toBe(`Acme Wallet: Your code ${english.code} (en)`);
  });

  test('is refused while the method is off, and let in when it is on again', async ({ page, program, outbox }) => {
    const auth = await program('auth_js');
    await visit(page, '/connections/passwordless');
    await switchTo(page, 'Email', false);
    const thrown = await auth.refused('sendEmail', { email });
    expect(thrown).toMatchObject({ kind: 'PasswordlessStartError', statusCode: 400 });
    expect(thrown.cause).toMatchObject({ error: 'bad.connection', error_description: 'Connection is disabled' });
    await switchTo(page, 'Email', true);
    await auth.call('sendEmail', { email });
    const code = await outbox.code(email);
    expect((await auth.call<Tokens>('tokenByEmail', { email, code, scope: 'openid' })).idToken).toBeTruthy();
  });
});

/** What a token says, unchecked. */
function claims(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());
}
