// The software that signs its users in: registered, enabled, edited, found among ten thousand, deleted.
import { clientId, clientSecret, register, terms } from './support/applications';
import { expect, reload, test, visit } from './support/fixtures';
import { expectFields, expectRefused, expectToggle, field, fillIn, flip, formNamed, pressSave, save } from './support/forms';
import { registerMany } from './support/schema';

const smsApplications = '/connections/passwordless/sms/applications';

test('an application is registered, its secret shown once, and neither method is on for it', async ({ page, doorcode }) => {
  await visit(page, '/applications');
  await expect(page).toHaveTitle('Applications · Doorcode');
  await page.getByRole('link', { name: 'Register application', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Register application');
  await register(page, 'Acme Wallet');

  const id = await clientId(page).innerText();
  const secret = await clientSecret(page).innerText();
  expect(id).toMatch(/^\w{16,}$/);
  expect(secret.length).toBeGreaterThan(30);
  expect(new URL(page.url()).pathname).toBe(`/applications/${id}`);
  for (const method of ['SMS', 'Email']) await expectToggle(page, method, false);

  await visit(page, `/applications/${id}`);
  expect(await page.content()).not.toContain(secret);
  expect(doorcode.output).not.toContain(secret);
  await visit(page, '/applications');
  await expect(page.getByRole('list', { name: 'Applications', exact: true })).toContainText('Acme Wallet');
});

for (const type of ['Single Page', 'Native']) {
  test(`an application of the type ${type} has no secret`, async ({ page }) => {
    await register(page, 'Acme Kiosk', type);
    await expect(clientId(page)).toBeVisible();
    await expect(page.getByRole('button', { name: 'Rotate secret' })).toBeHidden();
    await expect(terms(page, 'Client Secret')).toHaveCount(0);
    await expect(clientSecret(page)).toHaveCount(0);
  });
}

test('a rotated secret is another one, shown once', async ({ page }) => {
  await register(page, 'Acme Wallet');
  const first = await clientSecret(page).innerText();
  await page.getByRole('button', { name: 'Rotate secret', exact: true }).click();
  await expect(clientSecret(page)).not.toHaveText(first);
  const second = await clientSecret(page).innerText();
  expect(second.length).toBeGreaterThan(30);
  expect(second).not.toBe(first);
});

test('an application without a name is refused', async ({ page }) => {
  await visit(page, '/applications/new');
  const form = formNamed(page, 'Register application');
  await form.getByRole('button', { name: 'Register application', exact: true }).click();
  await expect(field(form, 'Name')).toHaveAttribute('aria-invalid', 'true');
  await expect(field(form, 'Name')).toHaveAccessibleDescription(/Enter a value\./);
});

test('name, addresses and grants are saved', async ({ page, doorcode }) => {
  await register(page, 'Acme Wallet');
  const form = formNamed(page, 'Application settings');
  const texts = {
    Name: 'Acme Purse',
    'Allowed Callback URLs': 'https://acme.example/callback\nhttp://localhost:4000/callback\ncom.acme.wallet://callback',
    'Allowed Web Origins': 'https://acme.example\nhttp://127.0.0.1:4000',
  };
  await fillIn(form, texts);
  await form.getByRole('radio', { name: 'Basic', exact: true }).check();
  await save(page);
  await doorcode.restart();
  await reload(page);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Acme Purse');
  await expectFields(form, texts);
  await expect(form.getByRole('radio', { name: 'Basic', exact: true })).toBeChecked();
});

test('callbacks and origins are refused at their fields, with the line', async ({ page }) => {
  await register(page, 'Acme Wallet');
  const form = formNamed(page, 'Application settings');
  for (const wrong of ['http://acme.example/', 'https://*.acme.example/', 'https://acme.example/#x', 'acme:/callback', 'acme.example']) {
    await fillIn(form, { 'Allowed Callback URLs': `https://acme.example/\n${wrong}` });
    await pressSave(page);
    await expectRefused(page, form, { 'Allowed Callback URLs': 'Line 2: ' });
    await expectFields(form, { 'Allowed Callback URLs': `https://acme.example/\n${wrong}` });
  }
  await fillIn(form, { 'Allowed Callback URLs': '', 'Allowed Web Origins': 'https://acme.example/path' });
  await pressSave(page);
  await expectRefused(page, form, { 'Allowed Web Origins': 'Line 1: ' });
});

test('an application is enabled for SMS, and the methods count it', async ({ page, doorcode }) => {
  await register(page, 'Acme Wallet');
  await register(page, 'Acme Till');
  await visit(page, smsApplications);
  await expect(page.getByRole('navigation', { name: 'SMS views' }).getByRole('link', { name: 'Applications' })).toHaveAttribute('aria-current', 'page');
  await expectToggle(page, 'Acme Wallet', false);
  await flip(page, 'Acme Wallet');
  await expectToggle(page, 'Acme Wallet', true);

  await doorcode.restart();
  await visit(page, smsApplications);
  await expectToggle(page, 'Acme Wallet', true);
  await expectToggle(page, 'Acme Till', false);
  const methods = page.getByRole('list', { name: 'Methods', exact: true }).getByRole('listitem');
  await expect(methods.nth(0)).toContainText('1 application');
  await expect(methods.nth(1)).toContainText('No applications');
});

test('deleting needs the name, and then it is gone', async ({ page, problems }) => {
  await register(page, 'Acme Wallet');
  const address = page.url();
  await page.getByRole('link', { name: 'Delete application', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await field(dialog, 'Type the name to confirm').fill('Acme wallet');
  await dialog.getByRole('button', { name: /delete/i }).click();
  await expect(field(dialog, 'Type the name to confirm')).toHaveAccessibleDescription(/exactly/);

  await field(dialog, 'Type the name to confirm').fill('Acme Wallet');
  await dialog.getByRole('button', { name: /delete/i }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Applications');
  await expect(page.getByText('Acme Wallet', { exact: true })).toHaveCount(0);
  problems.expectStatus(404);
  expect((await page.goto(address))?.status()).toBe(404);
});

test('client id and secret can be copied', { tag: '@hydrated' }, async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await register(page, 'Acme Wallet');
  await page.getByRole('button', { name: 'Copy Client ID', exact: true }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(await clientId(page).innerText());
});

test('ten thousand applications are filtered, paged and enabled in bulk', async ({ page, doorcode }) => {
  test.slow();
  await registerMany(doorcode.database, 10_000);
  const list = page.getByRole('list', { name: 'Applications', exact: true });
  const pages = page.getByRole('navigation', { name: 'Pages', exact: true });

  await visit(page, smsApplications);
  const perPage = await list.getByRole('listitem').count();
  expect(perPage).toBeGreaterThan(5);
  expect(perPage).toBeLessThanOrEqual(200);
  await expect(list).toContainText('Bulk 00001');
  await pages.getByRole('link', { name: 'Next', exact: true }).click();
  await expect(list).not.toContainText('Bulk 00001');
  expect(new URL(page.url()).searchParams.get('page')).toBe('2');
  await pages.getByRole('link', { name: 'Previous', exact: true }).click();
  await expect(list).toContainText('Bulk 00001');

  // By part of a name, and by client id.
  const filter = page.getByRole('searchbox', { name: 'Filter applications', exact: true });
  const before = Date.now();
  await filter.fill('k 0123');
  await filter.press('Enter');
  await expect(list.getByRole('listitem')).toHaveCount(10);
  expect(Date.now() - before, 'milliseconds for a filter').toBeLessThan(3_000);
  expect(new URL(page.url()).searchParams.get('q')).toBe('k 0123');
  await expect(list).toContainText('Bulk 01230');
  await visit(page, `${smsApplications}?q=bulk09999`);
  await expect(list.getByRole('listitem')).toHaveCount(1);

  // Enabling acts on what matches, not on what is shown.
  await visit(page, `${smsApplications}?q=Bulk+01`);
  await page.getByRole('link', { name: 'Enable all', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText(/1,?000/);
  await dialog.getByRole('button', { name: /enable/i }).click();
  await expect(dialog).toBeHidden();
  const sms = page.getByRole('list', { name: 'Methods', exact: true }).getByRole('listitem').first();
  await expect(sms).toContainText(/1,?000 applications/);
  await visit(page, `${smsApplications}?q=Bulk+01999`);
  await expectToggle(page, 'Bulk 01999', true);
  await visit(page, `${smsApplications}?q=Bulk+02000`);
  await expectToggle(page, 'Bulk 02000', false);

  await visit(page, smsApplications);
  await page.getByRole('link', { name: 'Disable all', exact: true }).click();
  await expect(dialog).toContainText(/10,?000/);
  await dialog.getByRole('button', { name: /disable/i }).click();
  await expect(sms).toContainText('No applications');
});

test('a filter that matches nothing says so', async ({ page }) => {
  await register(page, 'Acme Wallet');
  await visit(page, '/applications?q=zzz');
  await expect(page.getByRole('main').getByText('Nothing matches').first()).toBeVisible();
  await expect(page.getByRole('searchbox', { name: 'Filter applications', exact: true })).toHaveValue('zzz');
});
