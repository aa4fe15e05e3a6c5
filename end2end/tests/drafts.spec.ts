// What could not be saved is told of when one comes back, and no draft takes another's place unasked.
import type { Locator, Page } from '@playwright/test';
import { expect, expectAccessible, hasJavaScript, hydrated, test, visit } from './support/fixtures';
import { expectFields, fillIn, formNamed, openSms, pressSave, save, summary } from './support/forms';
import { expectChosen, expectRegion, saveElsewhere, side } from './support/merge';

const told = (page: Page): Locator => page.getByRole('heading', { level: 2, name: 'You have an unsaved draft', exact: true });

/** Leaves a draft behind: a save that is refused. */
async function leaveDraft(page: Page, texts: Record<string, string>): Promise<void> {
  const form = await openSms(page);
  await fillIn(form, { ...texts, 'OTP Length': '3' });
  await pressSave(page);
  await expect(summary(page)).toBeVisible();
  page.removeAllListeners('dialog');
  page.on('dialog', (dialog) => dialog.accept());
  await visit(page, '/applications');
}

test('coming back says that there is a draft, when it was kept and what it changes', async ({ page }) => {
  await leaveDraft(page, { From: 'Acme' });
  await page.getByRole('navigation', { name: 'Main', exact: true }).getByRole('link', { name: 'Passwordless', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Passwordless');
  await hydrated(page);
  await expect(told(page)).toBeVisible();
  await expect(page.getByRole('main')).toContainText('It changes From and OTP Length. It was kept on');
  await expectAccessible(page);
  const form = formNamed(page, 'SMS settings');
  await expectFields(form, { From: '', 'OTP Length': '6' });

  await page.getByRole('link', { name: 'Continue', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'This is your draft' })).toBeVisible();
  await hydrated(page);
  await expectFields(form, { From: 'Acme', 'OTP Length': '3' });
  await fillIn(form, { 'OTP Length': '8' });
  await save(page);
  await openSms(page);
  await expect(told(page)).toHaveCount(0);
  await expectFields(form, { From: 'Acme', 'OTP Length': '8' });
});

test('a draft that was discarded can be brought back', async ({ page }) => {
  await leaveDraft(page, { From: 'Acme' });
  await openSms(page);
  await page.getByRole('button', { name: 'Discard draft', exact: true }).click();
  await expect(told(page)).toHaveCount(0);
  await hydrated(page);
  await expect(page.getByRole('heading', { name: 'The draft is discarded' })).toBeVisible();
  await page.getByRole('button', { name: 'Bring it back', exact: true }).click();
  if (hasJavaScript()) await page.getByRole('link', { name: 'Continue', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'This is your draft' })).toBeVisible();
  await hydrated(page);
  await expectFields(formNamed(page, 'SMS settings'), { From: 'Acme', 'OTP Length': '3' });
  await page.getByRole('button', { name: 'Discard draft', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'This is your draft' })).toHaveCount(0);
  await hydrated(page);
  await expectFields(formNamed(page, 'SMS settings'), { From: '', 'OTP Length': '6' });
  await openSms(page);
  await expect(told(page)).toHaveCount(0);
});

test('what was typed into a draft comes back with it', { tag: '@hydrated' }, async ({ page }) => {
  await leaveDraft(page, { From: 'Acme' });
  await openSms(page);
  await page.getByRole('link', { name: 'Continue', exact: true }).click();
  await hydrated(page);
  const form = formNamed(page, 'SMS settings');
  const shown = page.getByRole('heading', { name: 'This is your draft' });
  await fillIn(form, { From: 'Acme Two' });
  await page.getByRole('button', { name: 'Discard draft', exact: true }).click();
  await expectFields(form, { From: '', 'OTP Length': '6' });
  await page.getByRole('button', { name: 'Bring it back', exact: true }).click();
  await expect(shown).toBeVisible();
  await expectFields(form, { From: 'Acme Two', 'OTP Length': '3' });

  // What is typed after a draft was discarded is not replaced by it.
  await page.getByRole('button', { name: 'Discard draft', exact: true }).click();
  await expectFields(form, { From: '' });
  await fillIn(form, { From: 'Acme Three' });
  await page.getByRole('button', { name: 'Bring it back', exact: true }).click();
  await expect(told(page)).toBeVisible();
  await expectFields(form, { From: 'Acme Three' });

  // To discard what was typed is to discard the draft that is shown.
  await page.getByRole('link', { name: 'Continue', exact: true }).click();
  await expect(shown).toBeVisible();
  await hydrated(page);
  await page.getByRole('button', { name: 'Discard changes', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'The draft is discarded' })).toBeVisible();
  await expect(page).not.toHaveURL(/draft=/);
  await page.getByRole('button', { name: 'Bring it back', exact: true }).click();
  await expectFields(form, { From: 'Acme', 'OTP Length': '3' });

  // A refused save is another draft, and the page no longer says that it shows the first.
  await fillIn(form, { 'OTP Length': '2' });
  await pressSave(page);
  await expect(summary(page)).toBeVisible();
  await expect(shown).toHaveCount(0);
});

test('a second draft leaves the first alone, and so does a save', async ({ page }) => {
  await leaveDraft(page, { From: 'First' });
  await leaveDraft(page, { From: 'Second' });
  const form = await openSms(page);
  await expect(told(page)).toHaveCount(2);
  await fillIn(form, { 'OTP Length': '7' });
  await save(page);
  await openSms(page);
  await expect(told(page)).toHaveCount(2);
  await page.getByRole('link', { name: 'Continue', exact: true }).last().click();
  await hydrated(page);
  await expectFields(form, { From: 'First' });
  await expect(told(page)).toHaveCount(1);
});

test('a page that was refused twice has one draft', async ({ page }) => {
  const form = await openSms(page);
  for (const from of ['One', 'Two']) {
    await fillIn(form, { From: from, 'OTP Length': '3' });
    await pressSave(page);
    await expect(summary(page)).toBeVisible();
    await hydrated(page);
    await expectFields(form, { From: from });
  }
  page.on('dialog', (dialog) => dialog.accept());
  await openSms(page);
  await expect(told(page)).toHaveCount(1);
});

test('the newest drafts are shown, and older ones can be', async ({ page }) => {
  for (let length = 0; length < 5; length += 1) await leaveDraft(page, { From: `Acme ${length}` });
  await openSms(page);
  await expect(told(page)).toHaveCount(3);
  await page.getByText('2 older drafts', { exact: true }).click();
  await expect(told(page)).toHaveCount(5);
  await expectAccessible(page);
});

test('a draft of an older version is merged when it is continued', async ({ page, open }) => {
  await leaveDraft(page, { Message: '@@password@@ is yours' });
  const other = await open('editor');
  await saveElsewhere(other, 'sms', { Message: '@@password@@ is theirs', 'OTP Expiry': '240' });
  await openSms(page);
  await page.getByRole('link', { name: 'Continue', exact: true }).click();
  await hydrated(page);
  await expectRegion(page);
  await expectChosen(page, 'Message', null);
  await expectChosen(page, 'OTP Expiry', 'Theirs');
  const form = formNamed(page, 'SMS settings');
  await fillIn(form, { 'OTP Length': '8' });
  await side(page, 'Message', 'Theirs').check();
  await save(page);
  await openSms(page);
  await expectFields(form, { Message: '@@password@@ is theirs', 'OTP Expiry': '240', 'OTP Length': '8' });
  await expect(told(page)).toHaveCount(0);
});
