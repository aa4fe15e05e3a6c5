// Getting in and out, and what happens to those who guess.
import type { APIRequestContext } from '@playwright/test';
import { expect, hydrated, people, signIn, test, visit } from './support/fixtures';

test.use({ as: null });

const { email, password } = people.owner;

/** Posts the sign-in form as a browser would, without its page; a 303 elsewhere than `/login` is success. */
async function attempt(request: APIRequestContext, url: string, secret: string, headers: Record<string, string> = {}) {
  return request.post(`${url}/login`, {
    form: { email, password: secret },
    headers: { 'Sec-Fetch-Site': 'same-origin', Origin: url, ...headers },
    maxRedirects: 0,
  });
}

test('the right password opens the console', async ({ page }) => {
  await visit(page, '/login');
  await expect(page).toHaveTitle('Sign in · Doorcode');
  await signIn(page, email, password);

  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Passwordless');
  await expect(page.getByRole('banner').getByRole('link', { name: 'Account' })).toBeVisible();
  const cookies = await page.context().cookies();
  for (const cookie of cookies) expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax' });
});

test('a wrong password and an unknown account are answered with the same words', async ({ page, problems }) => {
  problems.expectStatus(401, 422);
  await signIn(page, email, 'not the password');
  const words = page.getByRole('alert').or(page.getByRole('heading', { name: 'There is a problem' }).locator('..'));
  await expect(words.first()).toBeVisible();
  const known = await words.first().innerText();
  await expect(page.getByRole('textbox', { name: 'Email', exact: true })).toHaveValue(email);
  await expect(page.getByLabel('Password', { exact: true })).toHaveValue('');

  await signIn(page, 'nobody@doorcode.example', 'not the password');
  await expect(page.getByRole('textbox', { name: 'Email', exact: true })).toHaveValue('nobody@doorcode.example');
  expect(await words.first().innerText()).toBe(known);
});

test('signed out, a page leads to sign-in and from there back to itself', async ({ page }) => {
  await page.goto('/connections/passwordless/email');
  expect(new URL(page.url()).pathname).toBe('/login');
  expect(new URL(page.url()).searchParams.get('next')).toBe('/connections/passwordless/email');
  await hydrated(page);
  await signIn(page, email, password);
  await expect(page.getByRole('form', { name: 'Email settings' })).toBeVisible();
  expect(new URL(page.url()).pathname).toBe('/connections/passwordless/email');
});

for (const next of ['https://evil.example/', '//evil.example/', '/\\evil.example', 'javascript:alert(1)']) {
  test(`sign-in never leads to ${next}`, async ({ page, doorcode }) => {
    await visit(page, `/login?next=${encodeURIComponent(next)}`);
    await signIn(page, email, password);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Passwordless');
    expect(new URL(page.url()).origin).toBe(doorcode.url);
  });
}

test('signing out ends the session for good', async ({ page, context }) => {
  await signIn(page, email, password);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Passwordless');
  await hydrated(page);
  const before = await context.cookies();

  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign in');

  await context.addCookies(before);
  await page.goto('/connections/passwordless');
  expect(new URL(page.url()).pathname).toBe('/login');
});

test('signing in gives a new session id', async ({ page, context }) => {
  await visit(page, '/login');
  const before = (await context.cookies()).map(({ value }) => value);
  await signIn(page, email, password);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Passwordless');
  const after = (await context.cookies()).map(({ value }) => value);
  expect(after.filter((value) => before.includes(value))).toEqual([]);
});

test('the eleventh try in a row has to wait, also with the right password', { tag: '@no-js' }, async ({ page, request, doorcode, problems }) => {
  for (let failure = 0; failure < 10; failure += 1) {
    expect((await attempt(request, doorcode.url, 'wrong password')).status()).not.toBe(429);
  }
  const refused = await attempt(request, doorcode.url, password);
  expect(refused.status()).toBe(429);
  expect(Number(refused.headers()['retry-after'])).toBeGreaterThan(0);

  problems.expectStatus(429);
  await signIn(page, email, password);
  await expect(page.getByRole('main').getByText(/try again/i).first()).toBeVisible();
});

test('without a trusted proxy a made-up address does not help', { tag: '@no-js' }, async ({ request, doorcode }) => {
  let last = 0;
  for (let failure = 0; failure < 11; failure += 1) {
    last = (await attempt(request, doorcode.url, 'wrong password', { 'X-Forwarded-For': `198.51.100.${failure}` })).status();
  }
  expect(last).toBe(429);
});

test.describe('behind a trusted proxy', { tag: '@no-js' }, () => {
  test.use({ environment: { DOORCODE_TRUSTED_PROXIES: '127.0.0.0/8' } });

  test('the address that the proxy names is the one that waits', async ({ request, doorcode }) => {
    const from = (address: string) => ({ 'X-Forwarded-For': address });
    for (let failure = 0; failure < 10; failure += 1) {
      await attempt(request, doorcode.url, 'wrong password', from('203.0.113.7'));
    }
    expect((await attempt(request, doorcode.url, password, from('203.0.113.7'))).status()).toBe(429);
    expect((await attempt(request, doorcode.url, password, from('203.0.113.8'))).status()).toBe(303);
  });

  test('what a client puts before the proxy’s own entry does not count', async ({ request, doorcode }) => {
    let last = 0;
    for (let failure = 0; failure < 11; failure += 1) {
      const headers = { 'X-Forwarded-For': `198.51.100.${failure}, 203.0.113.7` };
      last = (await attempt(request, doorcode.url, 'wrong password', headers)).status();
    }
    expect(last).toBe(429);
  });
});
