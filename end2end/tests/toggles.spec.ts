// The two methods: what their toggles say, keep and admit.
import type { Page } from '@playwright/test';
import { holdWriteLock } from './support/database';
import { expect, reload, test, visit } from './support/fixtures';
import { choose, expectNoProblem, expectToggle, fillIn, flip, openSms, save, toggle } from './support/forms';

const item = (page: Page, name: string) =>
  page.getByRole('list', { name: 'Methods' }).getByRole('listitem').filter({ has: toggle(page, name) });

for (const method of ['SMS', 'Email']) {
  test(`${method} stays switched on over a reload and a restart, and off again`, async ({ page, doorcode }) => {
    await visit(page, '/connections/passwordless');
    await expectToggle(page, method, false);
    await expect(item(page, method)).toContainText('Off');
    await expect(item(page, method)).toContainText('No applications');

    await flip(page, method);
    await expectToggle(page, method, true);
    await expect(item(page, method)).toContainText('On, needs set-up');
    const other = method === 'SMS' ? 'Email' : 'SMS';
    await expectToggle(page, other, false);

    await reload(page);
    await expectToggle(page, method, true);
    await doorcode.restart();
    await visit(page, '/connections/passwordless');
    await expectToggle(page, method, true);

    await flip(page, method);
    await expectToggle(page, method, false);
    await expect(item(page, method)).toContainText('Off');
    await doorcode.restart();
    await visit(page, '/connections/passwordless');
    await expectToggle(page, method, false);
  });
}

test('switching on a method that lacks settings leads to them and names what is missing', async ({ page }) => {
  await visit(page, '/connections/passwordless');
  await flip(page, 'Email');
  await expect(page.getByRole('form', { name: 'Email settings' })).toBeVisible();
  await expectToggle(page, 'Email', true);
  await expect(page.getByRole('textbox', { name: 'From', exact: true })).toHaveAccessibleDescription(/\S/);
});

test('a complete method is simply on', async ({ page }) => {
  const form = await openSms(page);
  await choose(form, 'Outbox');
  await save(page);
  await flip(page, 'SMS');
  await expectToggle(page, 'SMS', true);
  await expect(item(page, 'SMS').getByText('On', { exact: true })).toBeVisible();
});

test('a toggle between loading and saving a form is no conflict', { tag: '@hydrated' }, async ({ page }) => {
  const form = await openSms(page);
  await fillIn(form, { 'OTP Expiry': '300' });
  await flip(page, 'SMS');
  await expectToggle(page, 'SMS', true);
  await save(page);
  await expectNoProblem(page);
  await expect(page.getByRole('heading', { name: 'Someone else saved this' })).toBeHidden();
  await reload(page);
  await expect(form.getByRole('spinbutton', { name: 'OTP Expiry', exact: true })).toHaveValue('300');
  await expectToggle(page, 'SMS', true);
});

test('somebody else’s toggle is no conflict either', async ({ page, open }) => {
  const form = await openSms(page);
  await fillIn(form, { 'OTP Expiry': '300' });

  const other = await open('editor');
  await visit(other, '/connections/passwordless');
  await flip(other, 'SMS');
  await expectToggle(other, 'SMS', true);

  await save(page);
  await expect(page.getByRole('heading', { name: 'Someone else saved this' })).toBeHidden();
});

test('a double click switches once', async ({ page }) => {
  await visit(page, '/connections/passwordless');
  const answered = page.waitForResponse((response) => response.request().method() === 'POST');
  await toggle(page, 'Email').dblclick();
  await answered;
  await expectToggle(page, 'Email', true);
  await reload(page);
  await expectToggle(page, 'Email', true);
});

test('a toggle that cannot be written flips back and says why', async ({ page, doorcode, problems }) => {
  // The server waits for the lock for some seconds before it gives up.
  test.slow();
  problems.expectStatus(500, 503);
  await visit(page, '/connections/passwordless');
  const release = await holdWriteLock(doorcode.database);
  try {
    await toggle(page, 'SMS').click();
    await expect(page.getByText(/Not saved/).first()).toBeVisible({ timeout: 20_000 });
    if (await toggle(page, 'SMS').isVisible()) await expectToggle(page, 'SMS', false);
  } finally {
    await release();
  }
  await visit(page, '/connections/passwordless');
  await expectToggle(page, 'SMS', false);
  await flip(page, 'SMS');
  await expectToggle(page, 'SMS', true);
});
