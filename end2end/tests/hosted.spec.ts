// The hosted sign-in page as an application's users meet it: with the keyboard, on a phone, without scripts, and back to a callback at
// another origin under the policy that is really sent.
import type { Page } from '@playwright/test';
import { type Registered, expect, test } from './support/api';
import { expectAccessible, hasJavaScript } from './support/fixtures';
import { expireCodes } from './support/schema';
import { wrongCode } from './support/try';

// axe looks at every page twice.
test.slow();

// The user's browser is not the administrator's.
test.use({ as: null });

const email = 'ines@acme.example';
const phone = '+15550100123';

/** A request of an application, with the challenge of RFC 7636, appendix B. */
function request({ clientId }: Registered, redirectUri: string, more: Record<string, string> = {}): string {
  const query = new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'openid',
    state: crypto.randomUUID(),
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
    ...more,
  });
  return `/authorize?${query}`;
}

const stateOf = (address: string) => new URLSearchParams(address.split('?')[1]).get('state') ?? '';
const heading = (page: Page) => page.getByRole('heading', { level: 1 });
const box = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true });
const press = (page: Page, name = 'Continue') => page.getByRole('button', { name, exact: true }).click();

/** Expects that the page is no wider than its window. */
async function expectToFit(page: Page): Promise<void> {
  const { width } = page.viewportSize() ?? { width: 0 };
  for (const place of [page.locator('main'), page.getByRole('textbox').or(heading(page)).first()]) {
    const box = await place.boundingBox();
    expect(box?.x).toBeGreaterThanOrEqual(0);
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(width);
  }
}

test('a user signs in with nothing but the keyboard', async ({ page, made, callback, outbox }) => {
  const address = request(made.kiosk, callback.url, { connection: 'sms' });
  await page.goto(address);
  await expect(heading(page)).toHaveText('Sign in to Acme Kiosk');
  await expect(page).toHaveTitle('Sign in to Acme Kiosk · Doorcode');
  await expect(box(page, 'Phone number')).toBeFocused();
  await page.keyboard.type('+1 555 010 0123');
  await page.keyboard.press('Enter');
  await expect(heading(page)).toHaveText('Enter your code');
  await expect(page.getByText('We sent a code to +1••••••0123.')).toBeVisible();
  await expect(box(page, 'Code')).toBeFocused();
  const code = await outbox.code(phone);
  await page.keyboard.type(`${code.slice(0, 3)} ${code.slice(3)}`);
  await page.keyboard.press('Enter');
  await expect(heading(page)).toHaveText('Back at Acme');
  const { method, parameters } = callback.with(stateOf(address));
  expect([method, Object.keys(parameters)]).toEqual(['GET', ['code', 'state', 'iss']]);
});

test('the answer is posted to the application at its own origin', async ({ page, made, callback, outbox, tls }) => {
  const address = request(made.kiosk, callback.url, { connection: 'email', response_mode: 'form_post' });
  await page.goto(address);
  await box(page, 'Email address').fill(email);
  await press(page);
  await box(page, 'Code').fill(await outbox.code(email));
  await press(page);
  if (!hasJavaScript()) {
    await expect(heading(page)).toHaveText('Almost there');
    await expectAccessible(page);
    await press(page);
  }
  await expect(heading(page)).toHaveText('Back at Acme');
  expect(callback.with(stateOf(address))).toMatchObject({ method: 'POST', origin: tls.url });
});

test('what is wrong is said at its field, which has the focus', async ({ page, made, callback, outbox, doorcode }) => {
  await page.goto(request(made.kiosk, callback.url, { connection: 'sms' }));
  await expectAccessible(page);
  await box(page, 'Phone number').fill('555 <0123>');
  await press(page);
  const number = box(page, 'Phone number');
  await expect(page).toHaveTitle('Error: Sign in to Acme Kiosk · Doorcode');
  await expect(number).toHaveAttribute('aria-invalid', 'true');
  await expect(number).toHaveAccessibleDescription(/with its country code/);
  await expect(number).toHaveValue('555 <0123>');
  await expect(number).toBeFocused();
  await expectAccessible(page);
  await page.reload();
  await expect(page).toHaveTitle('Sign in to Acme Kiosk · Doorcode');

  await number.fill(phone);
  await press(page);
  const code = await outbox.code(phone);
  await expectAccessible(page);
  for (const [typed, words] of [[wrongCode(code), 'This code is wrong.'], ['', 'Enter the code.']] as const) {
    await box(page, 'Code').fill(typed);
    await press(page);
    await expect(page).toHaveTitle('Error: Enter your code · Doorcode');
    await expect(box(page, 'Code')).toHaveAccessibleDescription(new RegExp(words));
    await expect(box(page, 'Code')).toHaveValue('');
    await expect(box(page, 'Code')).toBeFocused();
  }
  await expectAccessible(page);
  await expireCodes(doorcode.database);
  await box(page, 'Code').fill(code);
  await press(page);
  await expect(box(page, 'Code')).toHaveAccessibleDescription(/This code has expired\. Send a new code\./);

  await press(page, 'Send a new code');
  await expect(page.getByText('We sent a new code to +1••••••0123.')).toBeVisible();
  await box(page, 'Code').fill(await outbox.code(phone));
  await press(page);
  await expect(heading(page)).toHaveText('Back at Acme');
  await page.goBack();
  await expect(heading(page)).not.toHaveText('Back at Acme');
});

test('a user may take another number, or another way in', async ({ page, made, callback, outbox }) => {
  const address = request(made.kiosk, callback.url);
  await page.goto(address);
  await box(page, 'Phone number').fill('+15550100199');
  await press(page);
  await page.getByRole('link', { name: 'Use another number', exact: true }).click();
  await page.getByRole('link', { name: 'Use an email address instead', exact: true }).click();
  await box(page, 'Email address').fill(email);
  await press(page);
  await expect(page.getByText('We sent a code to i•••@acme.example.')).toBeVisible();
  await box(page, 'Code').fill(await outbox.code(email));
  await press(page);
  await expect(heading(page)).toHaveText('Back at Acme');
  expect(callback.with(stateOf(address)).parameters.code).toBeTruthy();
});

test('on a phone nothing has to be moved sideways', async ({ page, made, callback }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const long = `${'a'.repeat(60)}@${'subdomain.'.repeat(8)}acme.example`;
  await page.goto(request(made.kiosk, callback.url, { login_hint: long }));
  await expectToFit(page);
  await press(page);
  await expect(heading(page)).toHaveText('Enter your code');
  await expectToFit(page);
  await expectAccessible(page);
  await press(page);
  await expect(page).toHaveTitle(/^Error: /);
  await expectToFit(page);
  for (const name of ['Continue', 'Send a new code']) {
    const target = await page.getByRole('button', { name, exact: true }).boundingBox();
    expect(target?.height, name).toBeGreaterThanOrEqual(44);
  }
});

test('a sign-in that is opened elsewhere tells nothing of it', async ({ page, open, made, callback, problems, tls }) => {
  problems.expectStatus(403, 404);
  await page.goto(request(made.kiosk, callback.url, { connection: 'email' }));
  await box(page, 'Email address').fill(email);
  await press(page);
  await expect(heading(page)).toHaveText('Enter your code');
  const other = await open(null);
  await other.goto(page.url().replace(tls.url, ''));
  await expect(heading(other)).toHaveText('This sign-in was begun in another browser');
  await expectAccessible(other);
  await expect(other.getByText(email)).toHaveCount(0);
  await other.goto('/authorize/code?state=nothing');
  await expect(heading(other)).toHaveText('This sign-in is not known');
});

test('what cannot be followed is told, and never followed', async ({ page, made, problems }) => {
  problems.expectStatus(400);
  await page.goto(request(made.kiosk, 'https://evil.example/'));
  await expect(heading(page)).toHaveText('Callback URL not allowed');
  await expectAccessible(page);
  await page.goto(request({ name: '', clientId: 'nobody' }, 'https://evil.example/'));
  await expect(heading(page)).toHaveText('Unknown application');
});

test('a sign-in link asks first and leads to the application', async ({ page, made, callback, outbox, tls, request: programs }) => {
  const state = crypto.randomUUID();
  const data = {
    client_id: made.wallet.clientId,
    client_secret: made.wallet.clientSecret,
    connection: 'email',
    email,
    send: 'link',
    authParams: { redirect_uri: callback.url, state, response_mode: 'form_post' },
  };
  expect((await programs.post(`${tls.url}/passwordless/start`, { data })).status()).toBe(200);
  const link = (await outbox.next(email)).link ?? '';
  await page.goto(link);
  await expect(heading(page)).toHaveText('Sign in to Acme Wallet');
  await expectAccessible(page);
  await page.goto(link);
  await press(page, 'Sign in');
  if (!hasJavaScript()) await press(page);
  await expect(heading(page)).toHaveText('Back at Acme');
  expect(callback.with(state)).toMatchObject({ method: 'POST' });
  await page.goto(link);
  await expect(heading(page)).toHaveText('This link was used already');
});
