// axe finds nothing: on every page, in the light and in the dark, with errors showing and dialogs open.
import { register } from './support/applications';
import { expect, expectAccessible, test, visit } from './support/fixtures';
import { choose, field, fillIn, formNamed, openEmail, openSms, pressSave, save } from './support/forms';
import { keepMessages, letIn, recordDeliveries, writeTrail } from './support/schema';
import { openTry, result, sendTest, verifyCode, words } from './support/try';

test.slow();

const pages = [
  '/connections/passwordless',
  '/connections/passwordless/sms',
  '/connections/passwordless/email',
  '/connections/passwordless/sms/applications',
  '/connections/passwordless/email/applications',
  '/connections/passwordless/sms/try',
  '/connections/passwordless/email/try',
  '/applications',
  '/applications/new',
  '/users',
  '/activity',
  '/activity/audit',
  '/activity/outbox',
  '/settings',
  '/account',
];

for (const path of pages) {
  test(`${path}`, async ({ page }) => {
    await visit(page, path);
    await expectAccessible(page);
  });
}

test('pages on a phone', { tag: '@hydrated' }, async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  for (const path of ['/connections/passwordless/sms', '/applications', '/users', '/activity', '/activity/audit', '/activity/outbox']) {
    await visit(page, path);
    await expectAccessible(page);
  }
});

test.describe('signed out', () => {
  test.use({ as: null });

  test('/login', async ({ page }) => {
    await visit(page, '/login');
    await expectAccessible(page);
  });

  test('/login after a refusal', async ({ page, problems }) => {
    problems.expectStatus(401, 422);
    await visit(page, '/login');
    await page.getByRole('textbox', { name: 'Email', exact: true }).fill('nobody@doorcode.example');
    await page.getByLabel('Password', { exact: true }).fill('wrong');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await expect(page.getByRole('textbox', { name: 'Email', exact: true })).toHaveValue('nobody@doorcode.example');
    await expectAccessible(page);
  });
});

test.describe('not set up', () => {
  test.use({ installation: 'empty' });

  test('/setup', async ({ page, doorcode }) => {
    await visit(page, await doorcode.setUpUrl());
    await expectAccessible(page);
  });
});

test('a refused SMS form', async ({ page }) => {
  const form = await openSms(page);
  await fillIn(form, { 'Twilio Account SID': 'AC1', 'OTP Length': '3' });
  await pressSave(page);
  await expect(page.getByRole('heading', { name: 'There is a problem' })).toBeVisible();
  await expectAccessible(page);
});

test('a refused email form', async ({ page }) => {
  const form = await openEmail(page);
  await fillIn(form, { From: 'Acme', 'Name 1': 'state' });
  await pressSave(page);
  await expect(page.getByRole('heading', { name: 'There is a problem' })).toBeVisible();
  await expectAccessible(page);
});

test('a saved form with warnings', async ({ page }) => {
  const form = await openSms(page);
  await fillIn(form, { 'OTP Expiry': '3600' });
  await save(page);
  await expectAccessible(page);
});

test('each provider’s fields', async ({ page }) => {
  const form = await openSms(page);
  for (const provider of ['Custom gateway', 'Outbox']) {
    await form.getByRole('radio', { name: provider, exact: true }).check();
    await expectAccessible(page);
  }
});

test('a mail server that cannot be reached', async ({ page }) => {
  await visit(page, '/settings');
  const form = formNamed(page, 'Email provider');
  await fillIn(form, { Host: 'mail.invalid' });
  await form.getByRole('button', { name: 'Check connection', exact: true }).click();
  await expect(form).toContainText('The host name has no address.');
  await expectAccessible(page);
});

test('a test message and its code, by text message and by email', async ({ page }) => {
  await register(page, 'Acme Wallet');
  await choose(await openSms(page), 'Outbox');
  await save(page);
  await visit(page, '/settings');
  const provider = formNamed(page, 'Email provider');
  await choose(provider, 'Outbox');
  await save(page, provider);
  await fillIn(await openEmail(page), { From: 'no-reply@acme.example' });
  await save(page);
  for (const [method, recipient] of [['sms', '+15558675310'], ['email', 'ines@acme.example']] as const) {
    await openTry(page, method);
    await sendTest(page, { recipient, application: 'Acme Wallet' });
    await expect(result(page)).toContainText('Delivered');
    await expectAccessible(page);
    await verifyCode(page, '0');
    await expect(result(page)).toContainText(words.wrong(2));
    await expectAccessible(page);
  }
});

test('a conflict', async ({ page, open }) => {
  const form = await openSms(page);
  const other = await open('editor');
  await fillIn(await openSms(other), { 'OTP Length': '8' });
  await save(other);
  await fillIn(form, { 'OTP Length': '9' });
  await pressSave(page);
  await expect(page.getByRole('heading', { name: 'Someone else saved this' })).toBeVisible();
  await expectAccessible(page);
});

test('the question before leaving', { tag: '@hydrated' }, async ({ page }) => {
  const form = await openSms(page);
  await fillIn(form, { 'OTP Length': '9' });
  await page.getByRole('navigation', { name: 'Main', exact: true }).getByRole('link', { name: 'Applications', exact: true }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await expectAccessible(page);
});

test('an application, its secret showing, and the question before deleting it', async ({ page }) => {
  await visit(page, '/applications/new');
  const form = formNamed(page, 'Register application');
  await field(form, 'Name').fill('Acme Wallet');
  await form.getByRole('button', { name: 'Register application', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Acme Wallet');
  await expectAccessible(page);
  await visit(page, `${new URL(page.url()).pathname}?quick=email`);
  await expectAccessible(page);
  await page.getByRole('link', { name: 'Delete application', exact: true }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await expectAccessible(page);
});

test('deliveries, a filter that is refused, and messages in the outbox', async ({ page, doorcode }) => {
  const outcomes = [['accepted', ''], ['delivered', ''], ['refused', 'invalid_recipient'], ['failed', 'timeout']];
  await recordDeliveries(doorcode.database, outcomes.map(([outcome, reason]) => ({ outcome, reason, code: '30003', providerId: 'SM1' })));
  await keepMessages(doorcode.database, [
    { to: '+15550100123', text: 'Acme: 246810', code: '246810' },
    { method: 'email', to: 'ana@acme.example', subject: 'Sign in', text: '246810', html: '<p>246810</p>', code: '246810', link: 'https://acme.example/x' },
  ]);
  await visit(page, '/activity?connection=sms');
  await expectAccessible(page);
  await visit(page, '/activity?recipient=ana');
  await expectAccessible(page);
  await visit(page, '/activity/outbox');
  for (const message of await page.getByRole('list', { name: 'Messages' }).getByRole('link').all()) {
    await visit(page, (await message.getAttribute('href')) ?? '');
    await expectAccessible(page);
    await visit(page, '/activity/outbox');
  }
});

test('the audit trail, a filter that is refused, and one that finds nothing', async ({ page, doorcode }) => {
  await writeTrail(doorcode.database, [{}, { by: '', action: 'admin.sign_in_refused', target: '', details: {} }, { action: 'later.version', target: 'x' }]);
  for (const query of ['', '?person=nobody', '?from=soon', '?object=nothing']) {
    await visit(page, `/activity/audit${query}`);
    await expectAccessible(page);
  }
});

test('users, one who is refused, and the question before one is deleted', async ({ page, doorcode }) => {
  await letIn(doorcode.database, [{ to: '+15550100123', by: 'olga@doorcode.example' }, { method: 'email', to: 'ana@acme.example', blocked: true, signIns: 12 }]);
  await visit(page, '/users');
  await expectAccessible(page);
  const form = formNamed(page, 'Create user');
  await field(form, 'Phone number or email address').fill('ana');
  await form.getByRole('button', { name: 'Create user', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'There is a problem' })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('link', { name: 'Delete ana@acme.example', exact: true }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await expectAccessible(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await visit(page, '/users');
  await expectAccessible(page);
});

test('API tokens, and the question before one is revoked', async ({ page }) => {
  await visit(page, '/settings');
  const form = formNamed(page, 'New API token');
  await field(form, 'Name').fill('Playwright');
  await form.getByRole('button', { name: 'Create API token', exact: true }).click();
  await expect(page.getByText('Copy the token')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('link', { name: 'Revoke Playwright', exact: true }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await expectAccessible(page);
});

test.describe('a viewer', () => {
  test.use({ as: 'viewer' });

  test('sees an accessible read-only form', async ({ page }) => {
    await openSms(page);
    await expectAccessible(page);
  });
});
