// What an editor and a viewer may do, and that a change holds from the next request.
import type { Page } from '@playwright/test';
import { expect, people, reload, signIn, test, visit } from './support/fixtures';
import { expectFields, expectToggle, field, fillIn, openEmail, openSms, pressSave, save, toggle } from './support/forms';
import { letIn } from './support/schema';

/** Gives an administrator another role, as an owner does. */
async function changeRole(owner: Page, email: string, role: string): Promise<void> {
  await visit(owner, '/settings');
  await owner.getByRole('combobox', { name: `Role of ${email}`, exact: true }).selectOption({ label: role });
  const answered = owner.waitForResponse((response) => response.request().method() === 'POST');
  await owner.getByRole('button', { name: `Change role of ${email}`, exact: true }).click();
  await answered;
}

test.describe('a viewer', () => {
  test.use({ as: 'viewer' });

  test('sees the settings and cannot change them', async ({ page }) => {
    const form = await openSms(page);
    await expectFields(form, { 'OTP Expiry': '180', Message: /@@/ });
    await expect(page.getByRole('button', { name: 'Save', exact: true })).toBeHidden();
    await expect(field(form, 'OTP Expiry')).not.toBeEditable();
    await expect(field(form, 'Message')).not.toBeEditable();
    await expect(toggle(page, 'SMS')).toBeDisabled();
    // A disabled control says why.
    await expect(page.getByRole('main').getByText(/viewer/i).first()).toBeVisible();
  });

  test('sees the applications and cannot register one', async ({ page }) => {
    await visit(page, '/applications');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Applications');
    await expect(page.getByRole('link', { name: 'Register application' })).toBeHidden();
  });

  test('sees no users', async ({ page, doorcode, problems }) => {
    problems.expectStatus(403);
    await letIn(doorcode.database, [{ to: '+15550100123' }]);
    await visit(page, '/applications');
    const main = page.getByRole('navigation', { name: 'Main', exact: true });
    await expect(main.getByRole('link')).toHaveText(['Passwordless', 'Applications', 'Activity', 'Settings']);
    const answer = await page.goto('/users');
    expect(answer?.status()).toBe(403);
    await expect(page.getByText(/Your role does not allow this/).first()).toBeVisible();
    await expect(page.getByRole('form', { name: 'Create user', exact: true })).toHaveCount(0);
    expect(await page.content()).not.toContain('5550100123');
  });

  test('is refused what the page does not offer', { tag: '@no-js' }, async ({ page, doorcode }) => {
    await openSms(page);
    const action = await page.locator('form', { has: toggle(page, 'SMS') }).getAttribute('action');
    const answer = await page.request.post(`${doorcode.url}${action}`, {
      form: { method: 'sms', on: 'true' },
      headers: { 'Sec-Fetch-Site': 'same-origin', Accept: 'application/json' },
      maxRedirects: 0,
    });
    expect(answer.status()).toBe(403);
    await reload(page);
    await expectToggle(page, 'SMS', false);
  });
});

test.describe('an editor', () => {
  test.use({ as: 'editor' });

  test('changes methods and has no say over administrators', async ({ page }) => {
    const form = await openSms(page);
    await fillIn(form, { 'OTP Length': '8' });
    await save(page);
    await visit(page, '/settings');
    await expect(page.getByRole('button', { name: /invite/i })).toBeHidden();
  });

  test('sees users and keeps one out', async ({ page, doorcode }) => {
    await letIn(doorcode.database, [{ to: '+15550100123' }]);
    await visit(page, '/users');
    await page.getByRole('button', { name: 'Block +15550100123', exact: true }).click();
    await expect(page.getByRole('button', { name: 'Unblock +15550100123', exact: true })).toBeVisible();
  });

  test('whose role is lowered in mid-session cannot save', async ({ page, open, problems }) => {
    problems.expectStatus(403);
    const form = await openSms(page);
    await fillIn(form, { 'OTP Length': '8' });
    await changeRole(await open('owner'), people.editor.email, 'Viewer');
    await pressSave(page);
    await expect(page.getByText(/Your role does not allow this/).first()).toBeVisible();
    await openSms(page);
    await expectFields(form, { 'OTP Length': '6' });
    await expect(field(form, 'OTP Length')).not.toBeEditable();
  });

  test('who is disabled is signed out at the next request', async ({ page, doorcode }) => {
    await openEmail(page);
    await doorcode.command(['admin', 'disable', '--email', people.editor.email]);
    await page.goto('/connections/passwordless');
    expect(new URL(page.url()).pathname).toBe('/login');
  });
});

test('the last owner cannot be disabled', async ({ page, doorcode }) => {
  await expect(doorcode.command(['admin', 'disable', '--email', people.owner.email])).rejects.toThrow(/owner/i);
  await visit(page, '/connections/passwordless');
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible();
});

test('the last owner cannot lower their own role', async ({ page }) => {
  await changeRole(page, people.owner.email, 'Viewer');
  await expect(page.getByText('Make someone else an owner first: this is the last one.').first()).toBeVisible();
  await reload(page);
  await expect(page.getByRole('combobox', { name: `Role of ${people.owner.email}`, exact: true })).toHaveValue('owner');
});

test('an owner switches a colleague off, and on again', async ({ page, open }) => {
  const colleague = await open('editor');
  await visit(colleague, '/connections/passwordless');
  await visit(page, '/settings');
  await page.getByRole('button', { name: `Switch off ${people.editor.email}`, exact: true }).click();
  await expect(page.getByRole('button', { name: `Switch on ${people.editor.email}`, exact: true })).toBeVisible();
  await colleague.goto('/connections/passwordless');
  expect(new URL(colleague.url()).pathname).toBe('/login');

  await page.getByRole('button', { name: `Switch on ${people.editor.email}`, exact: true }).click();
  await expect(page.getByRole('button', { name: `Switch off ${people.editor.email}`, exact: true })).toBeVisible();
  await signIn(colleague, people.editor.email, people.editor.password);
  await expect(colleague.getByRole('heading', { level: 1 })).toHaveText('Passwordless');
});
