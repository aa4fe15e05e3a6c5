// A session that ends while somebody types.
import type { Page } from '@playwright/test';
import { expect, hasJavaScript, hydrated, people, signIn, test } from './support/fixtures';
import { expectFields, fillIn, formNamed, openEmail, openSms, pressSave, save } from './support/forms';
import { expireSessions } from './support/schema';

/** Saves after the session has ended, and goes where that leads: to sign-in. */
async function saveTooLate(page: Page): Promise<void> {
  await pressSave(page);
  if (hasJavaScript()) {
    await expect(page.getByRole('status').filter({ hasText: 'Your session has ended' })).toBeVisible();
    await page.getByRole('link', { name: 'Sign in again', exact: true }).click();
  }
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign in');
  await hydrated(page);
}

test('a session that expires in mid-edit loses nothing', async ({ page, doorcode, problems }) => {
  problems.expectStatus(401);
  const form = await openSms(page);
  const typed = { Message: '@@password@@\ntyped for a long time', 'OTP Length': '9', From: 'Acme' };
  await fillIn(form, typed);
  await expireSessions(doorcode.database);

  await saveTooLate(page);
  await signIn(page, people.owner.email, people.owner.password);

  await expect(formNamed(page, 'SMS settings')).toBeVisible();
  await hydrated(page);
  await expectFields(form, typed);
  await save(page);
  await openSms(page);
  await expectFields(form, typed);
});

test('somebody else who signs in there does not get the text', async ({ page, doorcode, problems }) => {
  problems.expectStatus(401);
  const form = await openEmail(page);
  await fillIn(form, { Subject: 'Private: {{ application.name }}' });
  await expireSessions(doorcode.database);
  await saveTooLate(page);
  await signIn(page, people.editor.email, people.editor.password);

  await openEmail(page);
  await expect(form.getByRole('textbox', { name: 'Subject', exact: true })).not.toHaveValue(/Private/);
});

test('an expired session opens no page', async ({ page, doorcode }) => {
  await openSms(page);
  await expireSessions(doorcode.database);
  await page.goto('/applications');
  expect(new URL(page.url()).pathname).toBe('/login');
  expect(new URL(page.url()).searchParams.get('next')).toBe('/applications');
});

test('a save that came after its session was gone says so after signing in', { tag: '@no-js' }, async ({ page, context }) => {
  const form = await openSms(page);
  await fillIn(form, { 'OTP Length': '7' });
  await context.clearCookies();
  await pressSave(page);
  await signIn(page, people.owner.email, people.owner.password);
  await expect(page.getByText('Your session had ended, so what you sent did not count.')).toBeVisible();
  await expectFields(form, { 'OTP Length': '6' });
});
