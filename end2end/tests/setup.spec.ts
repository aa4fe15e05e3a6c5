// The first minutes of an installation: the link that `serve` prints, and the first owner.
import { expect, hydrated, test, visit } from './support/fixtures';
import { expectToggle, field, flip, formNamed } from './support/forms';

test.use({ installation: 'empty', as: null });

const email = 'first@doorcode.example';
const password = 'a long enough password';

test('the printed link leads to the first owner, signed in', async ({ page, doorcode }) => {
  await visit(page, await doorcode.setUpUrl());
  await expect(page).toHaveTitle('Set up Doorcode · Doorcode');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Set up Doorcode');
  await expect(page.getByLabel('Setup token', { exact: true })).not.toHaveValue('');

  await page.getByRole('textbox', { name: 'Email', exact: true }).fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Create administrator', exact: true }).click();

  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Passwordless');
  expect(new URL(page.url()).pathname).toBe('/connections/passwordless');
  await expect(page.getByRole('button', { name: 'Sign out', exact: true })).toBeVisible();
});

test('set-up is gone once there is an administrator', async ({ page, doorcode, problems }) => {
  const link = await doorcode.setUpUrl();
  await doorcode.createAdministrator(email, 'owner', password);
  problems.expectStatus(404);

  const answer = await page.goto(link);
  const landed = new URL(page.url()).pathname;
  expect(answer?.status() === 404 || landed === '/login', `${answer?.status()} at ${landed}`).toBe(true);
  await expect(page.getByRole('button', { name: 'Create administrator' })).toHaveCount(0);

  await doorcode.restart();
  expect(doorcode.offersSetUp).toBe(false);
});

test('a wrong set-up token creates nobody and keeps the address', async ({ page, doorcode, problems }) => {
  problems.expectStatus(401, 403, 422);
  await visit(page, '/setup?token=not-the-token');
  await page.getByRole('textbox', { name: 'Email', exact: true }).fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Create administrator', exact: true }).click();

  await expect(page.getByText('Enter the token from the Set up line that the server printed when it started.').first()).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Email', exact: true })).toHaveValue(email);
  await expect(page.getByLabel('Password', { exact: true })).toHaveValue('');
  expect(await doorcode.command(['admin', 'list'])).not.toContain(email);
});

test('a password of 11 characters is refused at its field', async ({ page, doorcode }) => {
  await visit(page, await doorcode.setUpUrl());
  await page.getByRole('textbox', { name: 'Email', exact: true }).fill(email);
  await page.getByLabel('Password', { exact: true }).fill('elevenchars');
  await page.getByRole('button', { name: 'Create administrator', exact: true }).click();

  const refused = page.getByLabel('Password', { exact: true });
  await expect(refused).toHaveAttribute('aria-invalid', 'true');
  await expect(refused).toHaveAccessibleDescription(/12 /);
  await expect(page.getByRole('textbox', { name: 'Email', exact: true })).toHaveValue(email);
});

test('while there is no administrator every page leads to set-up or sign-in', async ({ page }) => {
  await page.goto('/connections/passwordless');
  expect(['/setup', '/login']).toContain(new URL(page.url()).pathname);
});

test('from nothing to two applications, and all is there after a restart', async ({ page, doorcode }) => {
  test.slow();
  await visit(page, await doorcode.setUpUrl());
  await page.getByRole('textbox', { name: 'Email', exact: true }).fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Create administrator', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Passwordless');
  await hydrated(page);

  await flip(page, 'SMS');
  await expectToggle(page, 'SMS', true);

  for (const name of ['Wallet', 'Till']) {
    await visit(page, '/applications/new');
    const form = formNamed(page, 'Register application');
    await field(form, 'Name').fill(name);
    await form.getByRole('radio', { name: 'Regular Web', exact: true }).check();
    await form.getByRole('button', { name: 'Register application', exact: true }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
  }
  await visit(page, '/connections/passwordless/sms/applications');
  await flip(page, 'Wallet');
  await expectToggle(page, 'Wallet', true);

  await doorcode.restart();
  await visit(page, '/connections/passwordless/sms/applications');
  await expectToggle(page, 'Wallet', true);
  await expectToggle(page, 'Till', false);
  await expectToggle(page, 'SMS', true);
  await expect(page.getByRole('list', { name: 'Methods' })).toContainText('1 application');
});
