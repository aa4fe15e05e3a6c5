// What an application sends, copied from its page into a real shell, and what is said of it.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import type { Locator, Page } from '@playwright/test';
import { register } from './support/applications';
import { query } from './support/database';
import { expect, hasJavaScript, reload, test, visit } from './support/fixtures';
import { choose, expectToggle, fillIn, flip, formNamed, openEmail, openSms, option, save } from './support/forms';
import { standIn } from './support/stand_in';

const run = promisify(execFile);

type Tokens = { access_token: string; id_token: string; refresh_token: string; scope: string; token_type: string };

const quickStart = (page: Page): Locator => page.getByRole('tabpanel', { name: /^(SMS|Email)$/ });

/** A tab of the quick start. */
const tab = (page: Page, name: 'SMS' | 'Email'): Locator =>
  page.getByRole('tablist', { name: 'Quick start', exact: true }).getByRole('tab', { name, exact: true });

/** A request by what it is called. */
const sample = (page: Page, name: string): Locator => quickStart(page).getByRole('group', { name, exact: true });

/** The card of a step by its heading. */
const step = (page: Page, heading: string): Locator =>
  quickStart(page).locator('.step').filter({ has: page.getByRole('heading', { name: heading, exact: true }) });

/** The notes of the whole quick start. */
const firstNotes = (page: Page): Locator => quickStart(page).getByRole('list', { name: 'Notes', exact: true }).first();

/** Opens the quick start of the application whose page is open. */
async function open(page: Page, method: 'SMS' | 'Email'): Promise<void> {
  await visit(page, `${new URL(page.url()).pathname}?quick=${method.toLowerCase()}`);
  await expect(tab(page, method)).toHaveAttribute('aria-selected', 'true');
}

/** The text of a request, with the reader's values in place of the samples. */
async function text(page: Page, name: string, values: Record<string, string> = {}): Promise<string> {
  let text = (await sample(page, name).textContent()) ?? '';
  for (const [variable, value] of Object.entries(values)) {
    const changed = text.replace(new RegExp(`^${variable}='[^']*'$`, 'm'), () => `${variable}='${value}'`);
    expect(changed, `${variable} is set at the top of ${name}`).not.toBe(text);
    text = changed;
  }
  return text;
}

/** Runs a text in a real shell and reads what comes back as JSON. */
async function inShell(text: string): Promise<Record<string, string>> {
  const { stdout } = await run('sh', ['-c', text], { timeout: 10_000 });
  return JSON.parse(stdout);
}

/** Runs a text as a module and gives what an expression is worth at its end. */
async function inNode(text: string, expression: string, secret = ''): Promise<Record<string, string>> {
  const program = `${text}\nconsole.log(JSON.stringify(${expression}));`;
  const env = { ...process.env, CLIENT_SECRET: secret };
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program], { env, timeout: 10_000 });
  return JSON.parse(stdout);
}

/** The newest message of the outbox. */
async function newest(file: string): Promise<{ code: string; link: string }> {
  const [[code, link]] = await query(file, 'select code, link from outbox order by at desc, id desc limit 1');
  return { code: String(code), link: String(link) };
}

/** Both methods, on and kept in the outbox; and an application that may use them, whose page stays open. */
async function signsIn(page: Page, type: string, callback?: string): Promise<string> {
  await choose(await openSms(page), 'Outbox');
  await save(page);
  await visit(page, '/settings');
  await choose(formNamed(page, 'Email provider'), 'Outbox');
  await save(page, formNamed(page, 'Email provider'));
  await fillIn(await openEmail(page), { From: 'no-reply@acme.example' });
  await save(page);
  await visit(page, '/connections/passwordless');
  for (const method of ['SMS', 'Email']) await flip(page, method);
  await register(page, 'Acme Wallet', type);
  const shown = page.getByRole('status').filter({ hasText: 'Copy the client secret now' }).locator('code');
  const secret = (await shown.count()) > 0 ? await shown.innerText() : '';
  for (const method of ['SMS', 'Email']) {
    await flip(page, method);
    await expectToggle(page, method, true);
  }
  if (callback !== undefined) {
    await fillIn(formNamed(page, 'Application settings'), { 'Allowed Callback URLs': callback });
    await save(page);
  }
  return secret;
}

/** What an ID token says. */
function claims(tokens: Partial<Tokens>): Record<string, unknown> {
  return JSON.parse(Buffer.from(tokens.id_token?.split('.')[1] ?? '', 'base64url').toString('utf8'));
}

for (const [type, authentication] of [['Native', 'None'], ['Regular Web', 'Post'], ['Regular Web', 'Basic']] as const) {
  test(`curl signs a user in by text message and by email: ${type}, ${authentication}`, async ({ page, doorcode }) => {
    const secret = await signsIn(page, type, "https://acme.example/it's?a=$HOME&b=1");
    if (authentication === 'Basic') {
      await choose(formNamed(page, 'Application settings'), 'Basic');
      await save(page);
    }
    const proof: Record<string, string> = authentication === 'None' ? {} : { CLIENT_SECRET: secret };
    for (const [method, variable, recipient] of [['SMS', 'PHONE_NUMBER', '+15550100177'], ['Email', 'EMAIL', 'ines@acme.example']] as const) {
      await open(page, method);
      expect((await quickStart(page).textContent())?.includes('SECRET')).toBe(authentication !== 'None');
      const started = await inShell(await text(page, 'start request as curl', { [variable]: recipient, ...proof }));
      expect(started).toMatchObject({ _id: expect.stringMatching(/^[0-9a-f]{24}$/) });

      const { code } = await newest(doorcode.database);
      const tokens = await inShell(await text(page, 'token request as curl', { [variable]: recipient, CODE: code, ...proof }));
      expect(tokens).toMatchObject({ token_type: 'Bearer', refresh_token: expect.any(String), access_token: expect.any(String) });
      expect(claims(tokens).iss).toBe(`${doorcode.url}/`);
      expect(claims(tokens).sub).toMatch(method === 'SMS' ? /^sms\|/ : /^email\|/);
    }
  });
}

/** A page of the application's own that people come back to, at another origin. */
async function application(run: (origin: string) => Promise<void>): Promise<void> {
  const headers = { 'content-type': 'text/html; charset=utf-8' };
  const site = await standIn(() => ({ status: 200, headers, body: '<!doctype html><title>Acme</title><link rel="icon" href="data:,"><h1>Acme</h1>' }));
  try {
    await run(`http://127.0.0.1:${site.port}`);
  } finally {
    await site.stop();
  }
}

/** Signs in on the hosted page, which is open, and gives the address that it leads back to. */
async function signInOnPage(page: Page, file: string, box: string, recipient: string): Promise<URL> {
  await page.getByRole('textbox', { name: box, exact: true }).fill(recipient);
  await page.getByRole('button', { name: 'Continue', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Enter your code');
  await page.getByRole('textbox', { name: 'Code', exact: true }).fill((await newest(file)).code);
  await page.getByRole('button', { name: 'Continue', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Acme');
  return new URL(page.url());
}

test('the URL leads to a code that curl exchanges', async ({ page, doorcode }) => {
  await application(async (origin) => {
    const secret = await signsIn(page, 'Regular Web', `${origin}/back`);
    await open(page, 'SMS');
    const [url, exchange] = [await text(page, 'authorize URL'), await text(page, 'code exchange as curl', { CLIENT_SECRET: secret })];
    await page.goto(url);
    const back = await signInOnPage(page, doorcode.database, 'Phone number', '+15550100178');
    expect(back.searchParams.get('state')).toBe(new URL(url).searchParams.get('state'));
    const tokens = await inShell(exchange.replace(/^CODE='.*'$/m, `CODE='${back.searchParams.get('code')}'`));
    expect(claims(tokens).sub).toMatch(/^sms\|/);
    expect(tokens.refresh_token).toBeTruthy();
  });
});

test('curl asks for a link, which leads to a code that curl exchanges', async ({ page, doorcode }) => {
  await application(async (origin) => {
    await signsIn(page, 'Single Page', `${origin}/back`);
    await open(page, 'Email');
    const exchange = await text(page, 'code exchange as curl');
    await inShell(await text(page, 'link request as curl', { EMAIL: 'ines@acme.example' }));
    await page.goto((await newest(doorcode.database)).link);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Acme');
    const code = new URL(page.url()).searchParams.get('code');
    const tokens = await inShell(exchange.replace(/^CODE='.*'$/m, `CODE='${code}'`));
    expect(claims(tokens).sub).toMatch(/^email\|/);
  });
});

test('JavaScript signs a user in from a page of the application', { tag: '@hydrated' }, async ({ page, doorcode }) => {
  await application(async (origin) => {
    await signsIn(page, 'Single Page', `${origin}/back`);
    await fillIn(formNamed(page, 'Application settings'), { 'Allowed Web Origins': origin });
    await save(page);
    await open(page, 'Email');
    const names = ['authorize request as JavaScript', 'code exchange as JavaScript', 'start request as JavaScript', 'token request as JavaScript'];
    const [authorize, exchange, start, token] = await Promise.all(names.map((name) => text(page, name)));
    const inPage = (script: string, worth = '') => page.evaluate(`(async () => { ${script}\nreturn { ${worth} }; })()`) as Promise<Partial<Tokens>>;

    await page.goto(origin);
    const left = page.waitForURL(/\/authorize\?/);
    await inPage(authorize).catch(() => undefined);
    await left;
    await signInOnPage(page, doorcode.database, 'Email address', 'ana@example.com');
    expect(claims(await inPage(exchange, 'id_token')).email).toBe('ana@example.com');

    await inPage(start);
    const { code } = await newest(doorcode.database);
    expect(claims(await inPage(token.replace("code = '123456'", `code = '${code}'`), 'id_token')).email).toBe('ana@example.com');
  });
});

test('JavaScript signs a user in from a server', { tag: '@hydrated' }, async ({ page, doorcode }) => {
  const secret = await signsIn(page, 'Regular Web');
  await open(page, 'SMS');
  await inNode(await text(page, 'start request as JavaScript'), 'answer', secret);
  const { code } = await newest(doorcode.database);
  const script = (await text(page, 'token request as JavaScript')).replace("code = '123456'", `code = '${code}'`);
  const tokens = await inNode(script, '{ access_token, id_token, refresh_token }', secret);
  expect(claims(tokens).sub).toMatch(/^sms\|/);

  const { verifier, signIn } = await inNode(await text(page, 'authorize request as JavaScript'), '{ verifier, signIn }');
  const asked = new URL(signIn).searchParams;
  expect(asked.get('code_challenge')).toBe(createHash('sha256').update(verifier).digest('base64url'));
  expect(asked.get('state')?.length).toBeGreaterThan(30);
});

test('the tabs are links that keep their place', async ({ page }) => {
  await register(page, 'Acme Wallet');
  await expect(tab(page, 'SMS')).toHaveAttribute('aria-selected', 'true');
  await expect(sample(page, 'start request as curl')).toContainText('"connection": "sms"');
  await expect(sample(page, 'link request as curl')).toHaveCount(0);
  await tab(page, 'Email').click();
  await expect(tab(page, 'Email')).toHaveAttribute('aria-selected', 'true');
  await expect(sample(page, 'start request as curl')).toContainText('"send": "code"');
  await expect(sample(page, 'link request as curl')).toContainText('"send": "link"');
  await expect(page.getByRole('heading', { name: 'Quick start', exact: true })).toBeInViewport();
  expect(new URL(page.url()).searchParams.get('quick')).toBe('email');
  await reload(page);
  await expect(tab(page, 'Email')).toHaveAttribute('aria-selected', 'true');
});

test('every request is for this application and this installation', async ({ page, doorcode }) => {
  await register(page, 'Acme Wallet', 'Native');
  const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
  await fillIn(formNamed(page, 'Application settings'), { 'Allowed Callback URLs': 'com.acme.wallet:/back\nhttps://acme.example/back' });
  await save(page);
  for (const method of ['SMS', 'Email'] as const) {
    await open(page, method);
    for (const group of await quickStart(page).getByRole('group').all()) {
      await expect(group).toContainText(id);
      await expect(group).toContainText(doorcode.url);
    }
    const address = new URL(await text(page, 'authorize URL'));
    expect(Object.fromEntries(address.searchParams)).toMatchObject({
      response_type: 'code',
      client_id: id,
      connection: method.toLowerCase(),
      redirect_uri: 'com.acme.wallet:/back',
      code_challenge_method: 'S256',
    });
  }
});

test('notes name what stands in the way, and go when it does', async ({ page }) => {
  await register(page, 'Acme Shop', 'Single Page');
  const address = new URL(page.url()).pathname;
  await expect(firstNotes(page)).toContainText('SMS is off: nobody can sign in with it.');
  await expect(firstNotes(page)).toContainText('SMS is not switched on for this application.');
  await expect(step(page, 'Send a code')).toContainText('there is no Allowed Web Origin');
  await expect(step(page, 'Send a code')).toContainText('a code of 6 digits. It can be used once, for 3 minutes');
  const hosted = step(page, 'Or use the hosted sign-in page');
  await expect(hosted).toContainText('There is no Allowed Callback URL yet');
  await hosted.getByRole('link', { name: 'Allowed Callback URLs', exact: true }).click();
  await expect(page.getByRole('textbox', { name: 'Allowed Callback URLs', exact: true })).toBeFocused();

  // What is switched and saved on the page shows at once.
  await flip(page, 'SMS');
  await expect(firstNotes(page)).not.toContainText('not switched on');
  const form = formNamed(page, 'Application settings');
  await fillIn(form, { 'Allowed Callback URLs': 'https://shop.example/back', 'Allowed Web Origins': 'https://shop.example' });
  await option(form, 'Passwordless OTP').uncheck();
  await option(form, 'Refresh Token').uncheck();
  await save(page);
  await expect(hosted).not.toContainText('There is no Allowed Callback URL yet');
  await expect(sample(page, 'authorize URL')).toContainText('redirect_uri=https%3A%2F%2Fshop.example%2Fback');
  await expect(step(page, 'Send a code')).toContainText('may send this from https://shop.example only');
  await expect(step(page, 'Send a code')).toContainText('may not use the grant Passwordless OTP');
  await expect(step(page, 'Exchange the code for tokens')).toContainText('may not use the grant Refresh Token');

  await visit(page, '/connections/passwordless');
  await flip(page, 'SMS');
  const settings = await openSms(page);
  await fillIn(settings, { 'OTP Expiry': '5400', 'OTP Length': '8' });
  await option(settings, 'Disable Sign Ups').check();
  await save(page);
  await visit(page, address);
  await expect(firstNotes(page)).toContainText('SMS is on, needs set-up: its messages cannot go out yet.');
  await expect(firstNotes(page)).toContainText('Only people who are users already can sign in');
  await expect(step(page, 'Send a code')).toContainText('a code of 8 digits. It can be used once, for 1 hour 30 minutes');
  await expect(sample(page, 'token request as curl')).toContainText("CODE='12345678'");
  await firstNotes(page).getByRole('link', { name: 'SMS settings', exact: true }).first().click();
  await expect(formNamed(page, 'SMS settings')).toBeVisible();
});

test('an application that is ready has no warnings', async ({ page }) => {
  await signsIn(page, 'Native', 'https://acme.example/callback');
  for (const method of ['SMS', 'Email'] as const) {
    await open(page, method);
    await expect(quickStart(page).locator('[data-tone="warning"]')).toHaveCount(0);
    await expect(step(page, 'Or use the hosted sign-in page')).toContainText('audience is optional');
  }
});

test('a request that somebody wrote is read as it is typed', { tag: '@hydrated' }, async ({ page }) => {
  await register(page, 'Acme Wallet');
  const typed = page.getByRole('textbox', { name: 'Check a request of yours', exact: true });
  const said = step(page, 'Or use the hosted sign-in page').getByRole('status').filter({ has: page.getByRole('list') });
  await typed.fill('https://login.acme.example/authorize?response_type=code&client_id=abc&scope=openid favorite_color&device=Laptop&redirect_uri=https://acme.example/x');
  for (const words of [
    'favorite_color is not a valid scope',
    'device only goes with the scope offline_access',
    'client_id is not this application’s',
    'https://acme.example/x is not one of the Allowed Callback URLs',
    'state is missing',
    'Without connection people choose',
    'audience is optional',
  ]) {
    await expect(said).toContainText(words);
  }
  await typed.fill(await text(page, 'authorize URL'));
  await expect(said).not.toContainText('not a valid scope');
  await typed.fill('');
  await expect(said).toHaveCount(0);
  expect(page.url()).not.toContain('favorite_color');
});

test('every request is copied by a button of its own', { tag: '@hydrated' }, async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await register(page, 'Acme Wallet');
  await open(page, 'Email');
  const groups = await quickStart(page).getByRole('group').all();
  expect(groups).toHaveLength(10);
  for (const group of groups) {
    const name = await group.getAttribute('aria-label');
    await page.getByRole('button', { name: `Copy ${name}`, exact: true }).click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(await group.textContent());
  }
});

test('on a phone each request scrolls in its own box, and the page does not', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await register(page, 'Acme Wallet');
  for (const method of ['SMS', 'Email'] as const) {
    await open(page, method);
    const width = await page.locator('html').evaluate((html) => [html.scrollWidth, html.clientWidth]);
    expect(width[0]).toBeLessThanOrEqual(width[1]);
    const box = await sample(page, 'authorize URL').evaluate((box) => ({ content: box.scrollWidth, own: box.clientWidth }));
    expect(box.content).toBeGreaterThan(box.own);
  }
  if (hasJavaScript()) await expect(sample(page, 'authorize URL')).toHaveAttribute('tabindex', '0');
});

test.describe('a viewer', () => {
  test.use({ as: 'viewer' });

  test('reads the quick start too', async ({ page, open: openAs }) => {
    const editor = await openAs('editor');
    await register(editor, 'Acme Wallet');
    await visit(page, new URL(editor.url()).pathname);
    await expect(sample(page, 'start request as curl')).toContainText('/passwordless/start');
  });
});
