// One's own password, sessions and appearance; invitations and resets.
import type { Page } from '@playwright/test';
import { expect, hasJavaScript, hydrated, people, reload, signIn, test, visit } from './support/fixtures';
import { field } from './support/forms';

const fresh = 'a brand new password';

async function changePassword(page: Page, current: string, next: string): Promise<void> {
  await visit(page, '/account');
  const main = page.getByRole('main');
  await field(main, 'Current password').fill(current);
  await field(main, 'New password').fill(next);
  await main.getByRole('button', { name: 'Change password', exact: true }).click();
}

test('changing the password ends the other sessions and keeps this one', async ({ page, open, problems }) => {
  problems.expectStatus(401);
  const elsewhere = await open(null);
  await signIn(elsewhere, people.owner.email, people.owner.password);
  await expect(elsewhere.getByRole('heading', { level: 1 })).toHaveText('Passwordless');

  await changePassword(page, people.owner.password, fresh);
  await expect(page.getByRole('status').filter({ hasText: /changed|saved/i })).toBeVisible();
  await visit(page, '/connections/passwordless');
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible();

  await elsewhere.goto('/connections/passwordless');
  expect(new URL(elsewhere.url()).pathname).toBe('/login');
  await hydrated(elsewhere);
  await signIn(elsewhere, people.owner.email, people.owner.password);
  await expect(elsewhere.getByRole('heading', { level: 1 })).toHaveText('Sign in');
  await signIn(elsewhere, people.owner.email, fresh);
  await expect(elsewhere.getByRole('heading', { level: 1 })).toHaveText('Passwordless');
});

test('changing the password needs the present one', async ({ page }) => {
  await changePassword(page, 'not the present one', fresh);
  const refused = field(page.getByRole('main'), 'Current password');
  await expect(refused).toHaveAttribute('aria-invalid', 'true');
  await expect(refused).toHaveAccessibleDescription(/Enter the password that you sign in with now\./);
});

test('a new password has at least 12 characters', async ({ page }) => {
  await changePassword(page, people.owner.password, 'elevenchars');
  const refused = field(page.getByRole('main'), 'New password');
  await expect(refused).toHaveAttribute('aria-invalid', 'true');
  await expect(refused).toHaveAccessibleDescription(/Use at least 12 characters\./);
});

test('a session can be ended from another browser', async ({ page, open }) => {
  const elsewhere = await open(null);
  await visit(elsewhere, '/login');
  await signIn(elsewhere, people.owner.email, people.owner.password);
  await expect(elsewhere.getByRole('heading', { level: 1 })).toHaveText('Passwordless');

  await visit(page, '/account');
  const sessions = page.getByRole('list', { name: 'Sessions', exact: true });
  await expect(sessions.getByRole('listitem')).toHaveCount(2);
  await sessions.getByRole('button', { name: /^End session/ }).first().click();
  await expect(sessions.getByRole('listitem')).toHaveCount(1);

  await elsewhere.goto('/account');
  expect(new URL(elsewhere.url()).pathname).toBe('/login');
});

test('the chosen appearance holds on the next page and after a reload', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await visit(page, '/account');
  const group = page.getByRole('radiogroup', { name: 'Appearance', exact: true });
  await expect(group.getByRole('radio', { name: 'System', exact: true })).toBeChecked();
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await background();

  await group.getByRole('radio', { name: 'Dark', exact: true }).check();
  if (!hasJavaScript()) await page.getByRole('button', { name: 'Save appearance', exact: true }).click();
  await expect.poll(background).not.toBe(light);
  const dark = await background();

  await visit(page, '/connections/passwordless');
  expect(await background()).toBe(dark);
  await reload(page);
  expect(await background()).toBe(dark);
});

/** Opens a link of the form `/invite/{token}` and chooses a password. */
async function accept(page: Page, text: string, password: string): Promise<string> {
  const link = /https?:\/\/\S+\/invite\/[\w-]+/.exec(text)?.[0];
  if (link === undefined) throw new Error(`no invitation in: ${text}`);
  await visit(page, link);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Choose a password');
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Save password', exact: true }).click();
  return link;
}

test('an owner invites a colleague, who chooses a password and works', async ({ page, open, problems }) => {
  await visit(page, '/settings');
  const form = page.getByRole('form', { name: 'Invite administrator', exact: true });
  await field(form, 'Email').fill('nora@doorcode.example');
  await form.getByRole('combobox', { name: 'Role', exact: true }).selectOption({ label: 'Editor' });
  await form.getByRole('button', { name: 'Invite', exact: true }).click();
  const text = await page.getByRole('main').getByText(/\/invite\//).first().innerText();
  await expect(page.getByRole('list', { name: 'Administrators', exact: true })).toContainText('nora@doorcode.example');

  const colleague = await open(null);
  const link = await accept(colleague, text, fresh);
  await expect(colleague.getByRole('heading', { level: 1 })).toHaveText(/Passwordless|Sign in/);
  await colleague.context().clearCookies();
  await visit(colleague, '/login');
  await signIn(colleague, 'nora@doorcode.example', fresh);
  await expect(colleague.getByRole('heading', { level: 1 })).toHaveText('Passwordless');

  // The link works once.
  problems.expectStatus(404, 410);
  await colleague.context().clearCookies();
  await colleague.goto(link);
  await expect(colleague.getByText('This link no longer works')).toBeVisible();
  await expect(colleague.getByLabel('Password', { exact: true })).toHaveCount(0);
});

test('the operator resets a forgotten password from the command line', async ({ doorcode, open, problems }) => {
  problems.expectStatus(401);
  const printed = await doorcode.command(['admin', 'reset', '--email', people.editor.email]);
  const page = await open(null);
  await accept(page, printed, fresh);
  await page.context().clearCookies();
  await visit(page, '/login');
  await signIn(page, people.editor.email, people.editor.password);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign in');
  await signIn(page, people.editor.email, fresh);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Passwordless');
});

test('a made-up invitation invites nobody', async ({ open, problems }) => {
  problems.expectStatus(404, 410);
  const page = await open(null);
  await page.goto('/invite/made-up');
  await expect(page.getByText('This link no longer works')).toBeVisible();
  await expect(page.getByLabel('Password', { exact: true })).toHaveCount(0);
});
