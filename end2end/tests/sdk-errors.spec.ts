// What goes wrong, as the client libraries type it: each by its status, its name and its words.
import { expect, switchTo, test } from './support/api';
import type { ClientError } from './support/clients';
import { visit } from './support/fixtures';
import { openEmail, openSms, option, save } from './support/forms';
import { expireCodes } from './support/schema';
import { wrongCode } from './support/try';

const email = 'ines@acme.example';
const phoneNumber = '+15550100123';

const wrong = { email: 'Wrong email or verification code.', sms: 'Wrong phone number or verification code.' };
const spent = "You've reached the maximum number of attempts. Please try to login again.";
const expired = 'The verification code has expired. Please try to login again.';

/** What npm auth0 throws. */
const apiError = (statusCode: number, error: string, error_description: string | RegExp) => ({
  kind: 'AuthApiError',
  statusCode,
  error,
  error_description: typeof error_description === 'string' ? error_description : expect.stringMatching(error_description),
});

/** What npm @auth0/auth0-auth-js throws. */
const passwordless = (step: 'Start' | 'Verify', statusCode: number, error: string, error_description: string | RegExp) => ({
  kind: `Passwordless${step}Error`,
  statusCode,
  cause: expect.objectContaining({
    error,
    error_description: typeof error_description === 'string' ? error_description : expect.stringMatching(error_description),
  }),
});

test.describe('errors', { tag: '@hydrated' }, () => {
  test('three wrong codes are wrong, and after them the right one comes too late', async ({ program, outbox }) => {
    const auth = await program('auth_js');
    await auth.call('sendSms', { phoneNumber });
    const code = await outbox.code(phoneNumber);
    for (const number of [1, 2, 3]) {
      const thrown = await auth.refused('tokenBySms', { phoneNumber, code: wrongCode(code, number), scope: 'openid' });
      expect(thrown).toMatchObject(passwordless('Verify', 403, 'invalid_grant', wrong.sms));
    }
    for (const answer of [code, wrongCode(code)]) {
      const thrown = await auth.refused('tokenBySms', { phoneNumber, code: answer, scope: 'openid' });
      expect(thrown).toMatchObject(passwordless('Verify', 403, 'invalid_grant', spent));
    }
    await auth.call('sendSms', { phoneNumber });
    const next = await outbox.code(phoneNumber);
    expect(await auth.call('tokenBySms', { phoneNumber, code: next, scope: 'openid' })).toHaveProperty('idToken');
  });

  test('the same holds for email and the other library', async ({ program, outbox }) => {
    const auth = await program('node_auth0');
    await auth.call('sendEmail', { email, send: 'code' });
    const code = await outbox.code(email);
    for (const number of [1, 2, 3]) {
      const thrown = await auth.refused('loginWithEmail', { email, code: wrongCode(code, number), scope: 'openid' });
      expect(thrown).toMatchObject(apiError(403, 'invalid_grant', wrong.email));
    }
    expect(await auth.refused('loginWithEmail', { email, code, scope: 'openid' })).toMatchObject(apiError(403, 'invalid_grant', spent));
  });

  test('a code works once, and an older one never', async ({ program, outbox }) => {
    const auth = await program('node_auth0');
    await auth.call('sendEmail', { email, send: 'code' });
    const older = await outbox.code(email);
    await auth.call('sendEmail', { email, send: 'code' });
    const newer = await outbox.code(email);
    if (older !== newer) {
      const thrown = await auth.refused('loginWithEmail', { email, code: older, scope: 'openid' });
      expect(thrown).toMatchObject(apiError(403, 'invalid_grant', wrong.email));
    }
    await auth.call('loginWithEmail', { email, code: newer, scope: 'openid' });
    expect(await auth.refused('loginWithEmail', { email, code: newer, scope: 'openid' })).toMatchObject(apiError(403, 'invalid_grant', wrong.email));
  });

  test('a code that has expired says so', async ({ program, outbox, doorcode }) => {
    const [auth, node] = [await program('auth_js'), await program('node_auth0')];
    await auth.call('sendEmail', { email });
    const code = await outbox.code(email);
    await expireCodes(doorcode.database);
    expect(await auth.refused('tokenByEmail', { email, code, scope: 'openid' })).toMatchObject(passwordless('Verify', 403, 'invalid_grant', expired));
    expect(await node.refused('loginWithEmail', { email, code, scope: 'openid' })).toMatchObject(apiError(403, 'invalid_grant', expired));
  });

  test('a code of somebody else, or of another application, is wrong', async ({ program, outbox, made }) => {
    const auth = await program('node_auth0');
    await auth.call('sendEmail', { email, send: 'code' });
    const code = await outbox.code(email);
    const other = { email: 'otto@acme.example', code, scope: 'openid' };
    expect(await auth.refused('loginWithEmail', other)).toMatchObject(apiError(403, 'invalid_grant', wrong.email));
    const office = await program('auth_js', made.office);
    const thrown = await office.refused('tokenByEmail', { email, code, scope: 'openid' });
    expect(thrown).toMatchObject(passwordless('Verify', 403, 'invalid_grant', wrong.email));
    await auth.call('loginWithEmail', { email, code, scope: 'openid' });
  });

  test('an unknown application and a wrong secret are an invalid client, at both steps', async ({ program, made }) => {
    const clientSecret = 'y'.repeat(43);
    for (const stranger of [{ name: 'nobody', clientId: 'x'.repeat(32), clientSecret }, { ...made.wallet, clientSecret }]) {
      const [auth, node] = [await program('auth_js', stranger), await program('node_auth0', stranger)];
      expect(await node.refused('sendEmail', { email, send: 'code' })).toMatchObject(apiError(401, 'invalid_client', /./));
      expect(await node.refused('loginWithEmail', { email, code: '123456' })).toMatchObject(apiError(401, 'invalid_client', /./));
      expect(await auth.refused('sendSms', { phoneNumber })).toMatchObject(passwordless('Start', 401, 'invalid_client', /./));
      expect(await auth.refused('tokenBySms', { phoneNumber, code: '123456' })).toMatchObject(passwordless('Verify', 401, 'invalid_client', /./));
    }
  });

  test('a connection that is off, or not enabled for the application, sends nothing', async ({ page, program, made, outbox }) => {
    const [auth, node] = [await program('auth_js'), await program('node_auth0')];
    await auth.call('sendSms', { phoneNumber });
    const code = await outbox.code(phoneNumber);
    await visit(page, '/connections/passwordless');
    await switchTo(page, 'SMS', false);
    expect(await node.refused('sendSms', { phone_number: phoneNumber })).toMatchObject(apiError(400, 'bad.connection', 'Connection is disabled'));
    // Nor does it judge what it sent before.
    const thrown: ClientError = await auth.refused('tokenBySms', { phoneNumber, code, scope: 'openid' });
    expect([thrown.kind, thrown.statusCode]).toEqual(['PasswordlessVerifyError', 403]);

    await visit(page, `/applications/${made.wallet.clientId}`);
    await switchTo(page, 'Email', false);
    expect(await auth.refused('sendEmail', { email })).toMatchObject(passwordless('Start', 400, 'bad.connection', /./));
    const office = await program('auth_js', made.office);
    await office.call('sendEmail', { email });
    expect((await outbox.next(email)).application).toBe('Acme Office');
  });

  test('where sign-ups are disabled only users get a code', async ({ page, program, outbox }) => {
    const [auth, node] = [await program('auth_js'), await program('node_auth0')];
    await auth.call('sendEmail', { email });
    await auth.call('tokenByEmail', { email, code: await outbox.code(email), scope: 'openid' });
    for (const open of [openEmail, openSms]) {
      await option(await open(page), 'Disable Sign Ups').check();
      await save(page);
    }
    expect(await auth.refused('sendSms', { phoneNumber })).toMatchObject(passwordless('Start', 400, 'bad.connection', 'Public signup is disabled'));
    const stranger = { email: 'otto@acme.example', send: 'code' };
    expect(await node.refused('sendEmail', stranger)).toMatchObject(apiError(400, 'bad.connection', 'Public signup is disabled'));
    await auth.call('sendEmail', { email });
    expect(await auth.call('tokenByEmail', { email, code: await outbox.code(email), scope: 'openid' })).toHaveProperty('idToken');
  });

  test('an application without the grant is not authorized', async ({ page, program, made }) => {
    const node = await program('node_auth0');
    await visit(page, `/applications/${made.wallet.clientId}`);
    const form = page.getByRole('form', { name: 'Application settings', exact: true });
    await option(form, 'Passwordless OTP').uncheck();
    await save(page, form);
    const words = "Grant type 'http://auth0.com/oauth/grant-type/passwordless/otp' not allowed for the client.";
    for (const [call, values] of [
      ['loginWithEmail', { email, code: '123456', scope: 'openid' }],
      ['sendEmail', { email, send: 'code' }],
    ] as const) {
      expect(await node.refused(call, values)).toMatchObject(apiError(403, 'unauthorized_client', words));
    }
  });

  test('what is not an address is said to be none', async ({ program }) => {
    const node = await program('node_auth0');
    expect(await node.refused('sendEmail', { email: 'ines@', send: 'code' })).toMatchObject(apiError(400, 'bad.email', /./));
    const words = String.raw`String does not match pattern: ^\+[0-9]{1,15}$`;
    expect(await node.refused('sendSms', { phone_number: '0171 234' })).toMatchObject(apiError(400, 'bad.phone_number', words));
    const authParams = 'scope=openid';
    const wrongType = 'error in authParams - invalid type: string (expected object)';
    expect(await node.refused('sendEmail', { email, authParams })).toMatchObject(apiError(400, 'bad.authParams', wrongType));
    const unknown = 'the following properties are not allowed: favorite_color';
    expect(await node.refused('sendEmail', { email, favorite_color: 'blue' })).toMatchObject(apiError(400, 'bad.request', unknown));
  });

  test.describe('where two sign-ins an hour may be started', () => {
    test.use({ environment: { DOORCODE_STARTS_PER_HOUR: '2' } });

    test('the third is one too many, and says when there is one again', async ({ program, doorcode, made }) => {
      const [auth, node] = [await program('auth_js'), await program('node_auth0')];
      await auth.call('sendEmail', { email });
      await node.call('sendEmail', { email, send: 'code' });
      expect(await auth.refused('sendEmail', { email })).toMatchObject(passwordless('Start', 429, 'too_many_requests', /./));
      expect(await node.refused('sendEmail', { email })).toMatchObject(apiError(429, 'too_many_requests', /./));
      const { clientId: client_id, clientSecret: client_secret } = made.wallet;
      const answer = await fetch(`${doorcode.url}/passwordless/start`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ client_id, client_secret, connection: 'email', email }),
      });
      expect(answer.status).toBe(429);
      const seconds = (name: string) => Number(answer.headers.get(name));
      expect([seconds('x-ratelimit-limit'), seconds('x-ratelimit-remaining')]).toEqual([2, 0]);
      expect(seconds('x-ratelimit-reset')).toBeGreaterThan(Date.now() / 1_000);
      expect(seconds('retry-after')).toBeGreaterThan(1_700);
      expect(seconds('retry-after')).toBeLessThanOrEqual(1_800);
    });
  });
});
