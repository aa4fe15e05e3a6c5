// npm openid-client, unmodified, a certified client: through Doorcode's own sign-in page in a browser, and back with PKCE, state and nonce.
import type { Page } from '@playwright/test';
import { expect, test } from './support/api';
import type { Outbox } from './support/api_tokens';
import { wrongCode } from './support/try';

/** What the library answers as tokens. */
type Tokens = {
  access_token: string;
  id_token: string;
  refresh_token?: string;
  scope: string;
  expires_in: number;
  token_type: string;
  claims: Record<string, unknown> & { sub: string };
};

type Begun = { url: string; state: string };

const email = 'ines@acme.example';
const phone = '+15550100123';

const press = (page: Page) => page.getByRole('button', { name: 'Continue', exact: true }).click();

/** Does on the sign-in page what a user does there, until the application has its answer. */
async function signIn(page: Page, url: string, recipient: string, outbox: Outbox): Promise<void> {
  await page.goto(url);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^Sign in to Acme/);
  await page.getByRole('textbox', { name: recipient.startsWith('+') ? 'Phone number' : 'Email address', exact: true }).fill(recipient);
  await press(page);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Enter your code');
  await page.getByRole('textbox', { name: 'Code', exact: true }).fill(await outbox.code(recipient));
  await press(page);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Back at Acme');
}

test.describe('openid-client', { tag: '@hydrated' }, () => {
  // The user's browser is not the administrator's.
  test.use({ as: null });

  test('finds what it needs in the discovery document', async ({ program, tls }) => {
    const client = await program('openid_client');
    expect(await client.call('metadata')).toMatchObject({
      issuer: `${tls.url}/`,
      authorization_endpoint: `${tls.url}/authorize`,
      token_endpoint: `${tls.url}/oauth/token`,
      userinfo_endpoint: `${tls.url}/userinfo`,
      revocation_endpoint: `${tls.url}/oauth/revoke`,
      jwks_uri: `${tls.url}/.well-known/jwks.json`,
      code_challenge_methods_supported: ['S256'],
    });
  });

  test('signs in by email, refreshes and revokes', async ({ page, program, outbox, callback, made }) => {
    const client = await program('openid_client');
    const scope = 'openid profile email offline_access';
    const { url, state } = await client.call<Begun>('begin', { scope, connection: 'email' });
    await signIn(page, url, email, outbox);
    const came = callback.with(state);
    expect(came.method).toBe('GET');
    const tokens = await client.call<Tokens>('finish', state, came);
    expect(tokens).toMatchObject({ token_type: 'bearer', scope, expires_in: 86_400 });
    expect(tokens.claims).toMatchObject({ aud: made.wallet.clientId, email, email_verified: true });
    expect(tokens.claims.sub).toMatch(/^email\|/);
    expect(await client.call('userInfo', tokens.access_token, tokens.claims.sub)).toMatchObject({ email, email_verified: true });

    const refreshed = await client.call<Tokens>('refresh', tokens.refresh_token);
    expect(refreshed.claims.sub).toBe(tokens.claims.sub);
    await client.call('revoke', refreshed.refresh_token);
    expect(await client.refused('refresh', refreshed.refresh_token)).toMatchObject({ error: 'invalid_grant', statusCode: 403 });
  });

  test('signs in by SMS, and the form of the answer reaches the callback', async ({ page, program, outbox, callback }) => {
    const client = await program('openid_client');
    const { url, state } = await client.call<Begun>('begin', { scope: 'openid phone', connection: 'sms', response_mode: 'form_post' });
    await signIn(page, url, phone, outbox);
    const came = callback.with(state);
    expect(came.method).toBe('POST');
    expect(came.parameters.code).toBeTruthy();
    const tokens = await client.call<Tokens>('finish', state, came);
    expect(tokens.claims).toMatchObject({ phone_number: phone, phone_verified: true });
    expect(tokens.claims.sub).toMatch(/^sms\|/);
    expect(await client.call('userInfo', tokens.access_token, tokens.claims.sub)).toMatchObject({ phone_number: phone });
  });

  test('signs in an application without a secret, by PKCE alone', async ({ page, program, outbox, callback, made }) => {
    const client = await program('openid_client', made.kiosk);
    const { url, state } = await client.call<Begun>('begin', { scope: 'openid email', connection: 'email', response_mode: 'query' });
    await signIn(page, url, email, outbox);
    const tokens = await client.call<Tokens>('finish', state, callback.with(state));
    expect(tokens.claims).toMatchObject({ aud: made.kiosk.clientId, email });
  });

  test('cannot exchange a code without its verifier, nor after that failed or succeeded', async ({ page, program, outbox, callback }) => {
    const client = await program('openid_client');
    const begun = () => client.call<Begun>('begin', { scope: 'openid', connection: 'email' });
    const { url, state } = await begun();
    await signIn(page, url, email, outbox);
    const came = callback.with(state);
    const thrown = await client.refused('finish', state, { ...came, without: ['pkceCodeVerifier'] });
    expect(thrown).toMatchObject({ error: 'invalid_grant', statusCode: 403 });
    await client.call('finish', state, came);
    expect(await client.refused('finish', state, came)).toMatchObject({ error: 'invalid_grant', statusCode: 403 });
  });

  test('has the recipient filled in by its hint, and a wrong code stays on the page', async ({ page, program, outbox, callback }) => {
    const client = await program('openid_client');
    const { url, state } = await client.call<Begun>('begin', { scope: 'openid', connection: 'email', login_hint: email });
    await page.goto(url);
    await expect(page.getByRole('textbox', { name: 'Email address', exact: true })).toHaveValue(email);
    await press(page);
    const box = page.getByRole('textbox', { name: 'Code', exact: true });
    const code = await outbox.code(email);
    await box.fill(wrongCode(code));
    await press(page);
    await expect(page).toHaveTitle(/^Error: /);
    await expect(box).toHaveAttribute('aria-invalid', 'true');
    await box.fill(code);
    await press(page);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Back at Acme');
    expect((await client.call<Tokens>('finish', state, callback.with(state))).claims.sub).toMatch(/^email\|/);
  });

  test('is sent an error where its request cannot be followed', async ({ page, program, callback }) => {
    const client = await program('openid_client');
    for (const [parameters, error] of [
      [{ scope: 'openid', prompt: 'none' }, 'login_required'],
      [{ scope: 'openid', code_challenge_method: 'plain' }, 'invalid_request'],
      [{ scope: 'openid', response_type: 'token' }, 'unauthorized_client'],
      [{ scope: 'openid', request: 'x.y.z' }, 'request_not_supported'],
    ] as const) {
      const { url, state } = await client.call<Begun>('begin', parameters);
      await page.goto(url);
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Back at Acme');
      const inFragment = new URLSearchParams(new URL(page.url()).hash.slice(1));
      if (error === 'unauthorized_client') {
        expect(inFragment.get('error')).toBe(error);
        expect(inFragment.get('state')).toBe(state);
        continue;
      }
      const came = callback.with(state);
      expect(came.parameters.error).toBe(error);
      expect(await client.refused('finish', state, came)).toMatchObject({ kind: 'AuthorizationResponseError', error });
    }
  });

  test('is never sent to an address that is not allowed', async ({ page, program, problems }) => {
    problems.expectStatus(400);
    const client = await program('openid_client');
    const { url } = await client.call<Begun>('begin', { scope: 'openid', redirect_uri: 'https://evil.example/callback' });
    const answer = await page.goto(url);
    expect(answer?.status()).toBe(400);
    expect(new URL(page.url()).pathname).toBe('/authorize');
  });
});
