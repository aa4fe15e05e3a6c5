// Nothing is lost: every save is listed, read, compared with any other, and brought back.
import type { Locator, Page } from '@playwright/test';
import { expect, expectAccessible, hasJavaScript, hydrated, people, test, visit } from './support/fixtures';
import { choose, emailPath, expectFields, field, fillIn, formNamed, openEmail, openSms, save, smsPath, unsaved } from './support/forms';
import { keepRevisions } from './support/schema';

const SID = 'AC0123456789abcdef0123456789abcdef';
const TOKEN = 'fedcba98765432100123456789abcdef';
const history = `${smsPath}/history`;

const revisions = (page: Page): Locator => page.getByRole('list', { name: 'Revisions', exact: true });
const rows = (page: Page): Locator => revisions(page).getByRole('listitem');
const changes = (page: Page): Locator => page.getByRole('table', { name: 'Settings that differ', exact: true });
const views = (page: Page): Locator => page.getByRole('navigation', { name: 'SMS views', exact: true });
const dialog = (page: Page): Locator => page.getByRole('dialog');

/** A line of a difference, by what became of it. */
function line(page: Page, word: 'Removed' | 'Added', text: string): Locator {
  return page.getByRole('listitem').filter({ hasText: word }).filter({ hasText: text });
}

async function filter(page: Page): Promise<void> {
  await formNamed(page, 'Filter revisions').getByRole('button', { name: 'Filter', exact: true }).click();
  await hydrated(page);
}

/** Presses `Restore` and waits for the question. */
async function askToRestore(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Restore', exact: true }).first().click();
  await hydrated(page);
  await expect(dialog(page)).toBeVisible();
}

const confirm = (page: Page): Promise<void> => dialog(page).getByRole('button', { name: 'Restore', exact: true }).click();

test('a connection that nobody saved has no history yet', async ({ page }) => {
  await visit(page, smsPath);
  await page.getByRole('navigation', { name: 'SMS views', exact: true }).getByRole('link', { name: 'History', exact: true }).click();
  await expect(page).toHaveURL(/\/sms\/history$/);
  await expect(page.getByRole('heading', { name: 'Nothing saved yet' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'History', exact: true })).toHaveAttribute('aria-current', 'page');
  await expect(page).toHaveTitle('Passwordless · Doorcode');
});

test('every save is listed with who made it and what it changed, the present one marked', async ({ page, open }) => {
  const form = await openSms(page);
  await fillIn(form, { Message: 'First: @@password@@ for @@application.name@@' });
  await save(page);
  const other = await open('editor');
  await fillIn(await openSms(other), { 'OTP Length': '8', 'OTP Expiry': '240' });
  await save(other);

  await visit(page, history);
  await expect(rows(page)).toHaveCount(2);
  const [newest, first] = [rows(page).nth(0), rows(page).nth(1)];
  for (const text of ['Revision 2', 'Present', people.editor.email, 'OTP Expiry, OTP Length', 'just now']) await expect(newest).toContainText(text);
  for (const text of ['Revision 1', people.owner.email, 'Message']) await expect(first).toContainText(text);
  await expect(first).not.toContainText('Present');
  await expect(newest.locator('time')).toHaveAttribute('datetime', /Z$/);

  const filters = formNamed(page, 'Filter revisions');
  await filters.getByRole('combobox', { name: 'Saved by', exact: true }).selectOption(people.editor.email);
  await filter(page);
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText('Revision 2');
  await expect(page).toHaveURL(/[?&]by=/);
  await filters.getByRole('combobox', { name: 'Changed', exact: true }).selectOption('Message');
  await filter(page);
  await expect(page.getByRole('heading', { name: 'Nothing matches' })).toBeVisible();
  await page.getByRole('link', { name: 'Clear filters', exact: true }).click();
  await expect(rows(page)).toHaveCount(2);
  await hydrated(page);
  await expect(filters.getByRole('combobox', { name: 'Changed', exact: true })).toHaveValue('');
  await filters.getByRole('combobox', { name: 'Changed', exact: true }).selectOption('Message');
  await filter(page);
  await expect(rows(page)).toContainText('Revision 1');
});

test('a long history is read a part at a time', async ({ page, doorcode }) => {
  await keepRevisions(doorcode.database, 'sms', Array.from({ length: 120 }, (_, index) => ({ settings: { message: `@@password@@ ${index}` } })));
  await visit(page, history);
  await expect(rows(page)).toHaveCount(50);
  await expect(rows(page).first()).toContainText('Revision 120');
  const pages = page.getByRole('navigation', { name: 'Pages', exact: true });
  await pages.getByRole('link', { name: 'Older', exact: true }).click();
  await expect(rows(page).first()).toContainText('Revision 70');
  await pages.getByRole('link', { name: 'Older', exact: true }).click();
  await expect(rows(page)).toHaveCount(20);
  await page.goBack();
  await expect(rows(page).first()).toContainText('Revision 70');
  await pages.getByRole('link', { name: 'Newest', exact: true }).click();
  await expect(rows(page).first()).toContainText('Revision 120');
});

test('one revision says what differs from the present, from the one before and from any other', async ({ page }) => {
  const form = await openSms(page);
  await fillIn(form, { Message: 'Your code is @@password@@.\nIt is valid for 3 minutes.\n@@application.name@@' });
  await save(page);
  await fillIn(form, { Message: 'Your sign-in code is @@password@@.\nIt is valid for 5 minutes.\n@@application.name@@', 'OTP Expiry': '300' });
  await save(page);
  await choose(form, 'Outbox');
  await save(page);

  await visit(page, history);
  await page.getByRole('link', { name: 'Revision 1', exact: true }).click();
  await expect(page).toHaveURL(/\/history\/1$/);
  await expect(page.getByRole('heading', { name: 'Revision 1', level: 2 })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Compared with the present settings' })).toBeVisible();
  await expect(changes(page).getByRole('row', { name: 'Provider' })).toContainText('Twilio');
  await expect(changes(page).getByRole('row', { name: 'Provider' })).toContainText('Outbox');
  await expect(changes(page).getByRole('row', { name: 'OTP Expiry' })).toContainText('300');
  await expect(line(page, 'Removed', 'Your code is').first()).toBeVisible();
  await expect(line(page, 'Added', 'sign-in').first().locator('ins').first()).toContainText('sign-in');
  await expect(line(page, 'Removed', 'minutes').first().locator('del').first()).toContainText('3');

  await visit(page, `${history}/3`);
  await expect(page.getByRole('heading', { name: /^Revision 3/, level: 2 })).toContainText('Present');
  await expect(page.getByRole('heading', { name: 'Compared with revision 2' })).toBeVisible();
  await expect(changes(page).getByRole('row')).toHaveCount(2);
  await expect(page.getByRole('button', { name: 'Restore', exact: true })).toHaveCount(0);

  const compare = formNamed(page, 'Compare revisions');
  await field(compare, 'Compare with revision').fill('0');
  await compare.getByRole('button', { name: 'Compare', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Compared with Doorcode’s defaults' })).toBeVisible();
  await expect(page).toHaveURL(/with=0/);
  await hydrated(page);
  await field(compare, 'Compare with revision').fill('99');
  await compare.getByRole('button', { name: 'Compare', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'There is a problem' })).toBeVisible();
  await expect(field(compare, 'Compare with revision')).toHaveAccessibleDescription(/from 0 to 3/);
  await expect(field(compare, 'Compare with revision')).toHaveValue('99');
});

test('messages are compared language by language', async ({ page }) => {
  const form = await openSms(page);
  await choose(form, 'Liquid');
  const text = (german: string): string => `{% if request_language == 'de' %}${german} {{ code }} {{ application.name }}{% else %}Code {{ code }} {{ application.name }}{% endif %}`;
  await fillIn(form, { Message: text('Ihr Code') });
  await save(page);
  await fillIn(form, { Message: text('Dein Code') });
  await save(page);
  await visit(page, `${history}/1`);
  const messages = page.getByRole('region').or(page.locator('section')).filter({ has: page.getByRole('heading', { name: 'Messages as people receive them' }) }).last();
  await expect(messages.getByRole('heading', { name: 'de', exact: true })).toBeVisible();
  await expect(messages).toContainText('Dein');
  await expect(messages).toContainText('The same in both: Any other language');
});

test('an email is compared and shown with code and with link', async ({ page, problems }) => {
  // Without JavaScript the browser says so of the preview's own script.
  if (!hasJavaScript()) problems.expect(/^Blocked script execution in '[^']*\/preview\/frame'/);
  const form = await openEmail(page);
  await fillIn(form, { Subject: '{{ code }} is your code for {{ application.name }}' });
  await save(page);
  await fillIn(form, { Subject: '{{ code }} is your code', 'Value 1': 'openid email' });
  await save(page);
  await visit(page, `${emailPath}/history/1`);
  await expect(changes(page).getByRole('row', { name: 'Authentication Parameters' })).toContainText('scope = openid email');
  await expect(page.getByRole('heading', { name: 'Every language, with a link' }).first()).toBeVisible();
  await expect(line(page, 'Removed', 'application.name').first()).toBeVisible();
  if (hasJavaScript()) {
    const message = page.getByRole('combobox', { name: 'Message', exact: true });
    await message.selectOption({ label: 'Every language, with a link' });
    await expect(page.frameLocator('iframe[title="Email preview"]').getByRole('link').first()).toBeVisible();
  } else {
    const opened = page.context().waitForEvent('page');
    await page.getByRole('button', { name: 'Preview', exact: true }).click();
    await expect((await opened).getByRole('heading', { name: 'Email preview' })).toBeVisible();
  }
});

test('a secret is only said to have changed', async ({ page }) => {
  const form = await openSms(page);
  await fillIn(form, { 'Twilio Account SID': SID, 'Twilio Auth Token': TOKEN });
  await save(page);
  await visit(page, `${history}/1`);
  await expect(page.getByText('Twilio Auth Token changed.')).toBeVisible();
  await expect(page.getByRole('main')).not.toContainText(TOKEN);
  expect(await page.content()).not.toContain(TOKEN);
});

test('an earlier revision is restored after a question, and secrets stay', async ({ page }) => {
  const form = await openSms(page);
  const first = 'First: @@password@@ for @@application.name@@';
  await fillIn(form, { 'Twilio Account SID': SID, 'Twilio Auth Token': TOKEN, Message: first });
  await save(page);
  await fillIn(form, { Message: 'Second: @@password@@ for @@application.name@@', 'OTP Length': '8' });
  await save(page);

  await visit(page, `${history}/1`);
  await askToRestore(page);
  await expect(dialog(page).getByRole('heading', { name: 'Restore revision 1?' })).toBeVisible();
  await expect(dialog(page)).toContainText('OTP Length: 8 becomes 6');
  await expect(dialog(page)).toContainText('Message: 1 line removed, 1 line added');
  await expect(dialog(page)).toContainText('stay as they are');
  await dialog(page).getByRole('link', { name: 'Cancel', exact: true }).or(dialog(page).getByRole('button', { name: 'Cancel', exact: true })).click();
  await expect(dialog(page)).toBeHidden();
  await hydrated(page);

  await askToRestore(page);
  await confirm(page);
  await expect(page.getByRole('status').filter({ hasText: 'Revision 1 is restored, as revision 3.' })).toBeVisible();
  await expect(rows(page).first()).toContainText('Revision 1 restored: Message, OTP Length');
  await expect(rows(page).first()).toContainText('Present');
  await hydrated(page);
  await views(page).getByRole('link', { name: 'Settings', exact: true }).click();
  await expectFields(form, { Message: first, 'OTP Length': '6' });
  await expect(field(form, 'Twilio Auth Token')).toHaveAccessibleDescription(/^Set/);
  // Nobody else saved: the next save is no conflict.
  await hydrated(page);
  await fillIn(form, { 'OTP Length': '7' });
  await save(page);
});

test('a revision that breaks the rules of today is refused with its problems, and mended in the form', async ({ page, doorcode }) => {
  const good = '@@password@@ for @@application.name@@';
  await keepRevisions(doorcode.database, 'sms', [{ settings: { message: 'No code at all' } }, { settings: { message: good } }]);
  await visit(page, `${history}/1`);
  await askToRestore(page);
  await expect(dialog(page)).toContainText('cannot be restored as it is');
  await expect(dialog(page).getByRole('listitem').filter({ hasText: 'Message:' })).toBeVisible();
  await expect(dialog(page).getByRole('button', { name: 'Restore', exact: true })).toHaveCount(0);
  await dialog(page).getByRole('link', { name: 'Use in the form', exact: true }).click();
  await hydrated(page);
  await expect(page.getByRole('heading', { name: 'The form shows revision 1' })).toBeVisible();
  const form = formNamed(page, 'SMS settings');
  await expectFields(form, { Message: 'No code at all' });
  await expect(page.getByRole('heading', { name: 'There is a problem' })).toBeVisible();
  await fillIn(form, { Message: 'Mended: @@password@@ for @@application.name@@' });
  await save(page);
  await expect(page).toHaveURL(/\/sms$/);

  // What the form once began with does not come back after a restore.
  await views(page).getByRole('link', { name: 'History', exact: true }).click();
  await expect(rows(page)).toHaveCount(3);
  await page.getByRole('link', { name: 'Revision 2', exact: true }).click();
  await hydrated(page);
  await askToRestore(page);
  await confirm(page);
  await expect(page.getByRole('status').filter({ hasText: 'is restored' })).toBeVisible();
  await hydrated(page);
  await views(page).getByRole('link', { name: 'Settings', exact: true }).click();
  await expectFields(form, { Message: good });
  await expect(page.getByRole('heading', { name: /^The form shows revision/ })).toHaveCount(0);
});

test('whoever restores late overwrites nothing', async ({ page, open }) => {
  const form = await openSms(page);
  for (const length of ['7', '8']) {
    await fillIn(form, { 'OTP Length': length });
    await save(page);
  }
  await visit(page, `${history}/1`);
  await askToRestore(page);
  const other = await open('editor');
  await fillIn(await openSms(other), { 'OTP Length': '9' });
  await save(other);
  await confirm(page);
  await expect(dialog(page).getByText(`${people.editor.email} saved meanwhile`)).toBeVisible();
  if (hasJavaScript()) await dialog(page).getByRole('link', { name: 'See what it changes now', exact: true }).click();
  await hydrated(page);
  await expect(dialog(page)).toContainText('OTP Length: 9 becomes 7');
  await visit(page, history);
  await expect(rows(page)).toHaveCount(3);
});

test('what is typed stays while one looks at the history', { tag: '@hydrated' }, async ({ page }) => {
  const form = await openSms(page);
  await fillIn(form, { 'OTP Length': '7' });
  await save(page);
  await fillIn(form, { 'OTP Length': '9' });
  await views(page).getByRole('link', { name: 'History', exact: true }).click();
  await page.getByRole('link', { name: 'Revision 1', exact: true }).click();
  await expect(page.getByRole('heading', { name: /^Revision 1/, level: 2 })).toBeVisible();
  await views(page).getByRole('link', { name: 'Settings', exact: true }).click();
  await expectFields(form, { 'OTP Length': '9' });
  await expect(unsaved(page)).toBeVisible();
});

test('the whole way by keyboard', { tag: '@hydrated' }, async ({ page }) => {
  const form = await openSms(page);
  for (const length of ['7', '8']) {
    await fillIn(form, { 'OTP Length': length });
    await save(page);
  }
  await visit(page, history);
  await page.getByRole('link', { name: 'Revision 1', exact: true }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Restore', exact: true }).focus();
  await page.keyboard.press('Space');
  await expect(dialog(page)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog(page)).toBeHidden();
  await page.getByRole('button', { name: 'Restore', exact: true }).focus();
  await page.keyboard.press('Enter');
  await dialog(page).getByRole('button', { name: 'Restore', exact: true }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('status').filter({ hasText: 'is restored' })).toBeVisible();
});

test.describe('a viewer', () => {
  test.use({ as: 'viewer' });

  test('reads the history and cannot restore', async ({ page, doorcode }) => {
    await keepRevisions(doorcode.database, 'sms', [{ settings: { otp_length: 7 } }, { settings: { otp_length: 8 } }]);
    await visit(page, `${history}/1`);
    await expect(changes(page)).toBeVisible();
    await expect(page.getByRole('button', { name: 'Restore', exact: true })).toHaveCount(0);
    await expect(page.getByRole('link', { name: 'Use in the form', exact: true })).toHaveCount(0);
  });
});

test('a revision that does not exist is not found', async ({ page, problems }) => {
  problems.expectStatus(404);
  for (const version of ['0', '1', 'x']) {
    const answer = await page.goto(`${history}/${version}`);
    expect(answer?.status(), version).toBe(404);
  }
});

test('axe finds nothing in the history', async ({ page }) => {
  test.slow();
  const form = await openEmail(page);
  await fillIn(form, { Subject: '{{ code }} is your code', 'OTP Length': '7' });
  await save(page);
  await fillIn(form, { Subject: '{{ code }} is your new code', 'OTP Length': '8' });
  await save(page);
  await visit(page, `${emailPath}/history`);
  await expectAccessible(page);
  await visit(page, `${emailPath}/history/1`);
  await expectAccessible(page);
  await askToRestore(page);
  await expectAccessible(page);
  await visit(page, `${emailPath}/history/1?with=99`);
  await expectAccessible(page);
});

test('on a phone nothing is cut off', { tag: '@hydrated' }, async ({ page }) => {
  test.slow();
  await page.setViewportSize({ width: 390, height: 844 });
  const form = await openSms(page);
  await fillIn(form, { Message: `@@password@@ ${'a-long-word-without-a-blank'.repeat(8)} @@application.name@@` });
  await save(page);
  await fillIn(form, { Message: `@@password@@ ${'another-long-word-without-one'.repeat(8)} @@application.name@@`, 'OTP Length': '8' });
  await save(page);
  for (const path of [history, `${history}/1`]) {
    await visit(page, path);
    await expectAccessible(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBeLessThanOrEqual(390);
  }
});
