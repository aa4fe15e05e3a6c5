// npm auth0 6, unmodified: its AuthenticationClient validates every ID token by the keys that Doorcode publishes.
import { expect, test } from './support/api';

/** What the library answers as tokens. */
type TokenSet = { access_token: string; id_token?: string; refresh_token?: string; scope?: string; expires_in: number; token_type: string };

const email = 'ines@acme.example';
const phone_number = '+15550100123';

test.describe('auth0', { tag: '@hydrated' }, () => {
  test('signs in by a code from an email, and its ID token is validated', async ({ program, outbox, doorcode }) => {
    const auth = await program('node_auth0');
    expect(await auth.call('sendEmail', { email, send: 'code' })).toBe(200);
    const code = await outbox.code(email);
    const tokens = await auth.call<TokenSet>('loginWithEmail', { email, code, scope: 'openid email' });
    expect(tokens).toMatchObject({ token_type: 'Bearer', expires_in: 86_400, scope: 'openid email' });
    expect(tokens.refresh_token).toBeUndefined();
    const { alg, kid } = header(tokens.id_token ?? '');
    const { keys } = await (await fetch(`${doorcode.url}/.well-known/jwks.json`)).json();
    expect(alg).toBe('RS256');
    expect(keys.map((key: { kid: string }) => key.kid)).toContain(kid);
    expect(await auth.call('userInfo', tokens.access_token)).toMatchObject({ email, email_verified: true });
  });

  test('signs in by a code from an SMS, refreshes and revokes', async ({ program, outbox }) => {
    const auth = await program('node_auth0');
    expect(await auth.call('sendSms', { phone_number })).toBe(200);
    const code = await outbox.code(phone_number);
    const first = await auth.call<TokenSet>('loginWithSms', { phone_number, code, scope: 'openid phone offline_access' });
    const second = await auth.call<TokenSet>('refresh', first.refresh_token);
    expect(second).toMatchObject({ token_type: 'Bearer', expires_in: 86_400, scope: 'openid phone offline_access' });
    expect(second.id_token).toBeTruthy();
    expect(await auth.call('userInfo', second.access_token)).toMatchObject({ phone_number, phone_verified: true });
    await auth.call('revoke', second.refresh_token);
    const thrown = await auth.refused('refresh', second.refresh_token);
    expect(thrown).toMatchObject({ kind: 'AuthApiError', statusCode: 403, error: 'invalid_grant' });
  });

  test('gets a link where it does not say what to send', async ({ program, outbox }) => {
    const auth = await program('node_auth0');
    await auth.call('sendEmail', { email });
    const { link, client_id } = await outbox.next(email);
    expect(new URL(link ?? '').pathname).toBe('/passwordless/verify_redirect');
    expect(new URL(link ?? '').searchParams.get('client_id')).toBe(client_id);
  });

  test('validates ID tokens of the next signing key as well', async ({ program, outbox, doorcode }) => {
    const signIn = async () => {
      // It asks for the keys again only after a while, so each time it is a new program.
      const auth = await program('node_auth0');
      await auth.call('sendEmail', { email, send: 'code' });
      const code = await outbox.code(email);
      const { id_token = '' } = await auth.call<TokenSet>('loginWithEmail', { email, code, scope: 'openid' });
      return header(id_token).kid;
    };
    const before = await signIn();
    await doorcode.stop();
    await doorcode.command(['rotate-signing-key', '--at-once']);
    await doorcode.start();
    expect(await signIn()).not.toBe(before);
  });
});

/** What a token says of its signature. */
function header(token: string): { alg: string; kid: string } {
  return JSON.parse(Buffer.from(token.split('.')[0], 'base64url').toString());
}
