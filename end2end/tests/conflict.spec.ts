// Two people, or one person twice, on one form: nobody overwrites what they have not seen, and both versions can be put together.
import type { Page } from '@playwright/test';
import { expect, expectAccessible, hasJavaScript, hydrated, people, reload, signIn, test, visit } from './support/fixtures';
import {
  emailPath, expectFields, expectToggle, field, fillIn, flip, formNamed, openEmail, openSms, option, pressSave, save, smsPath, summary,
} from './support/forms';
import { expectChosen, expectRegion, region, saveElsewhere, side, sides } from './support/merge';
import { expireSessions } from './support/schema';

const theirs = '@@password@@ is theirs';
const yours = '@@password@@ is yours';

/** Both change the message, and the one on `page` is later. */
async function bothChangeTheMessage(page: Page, other: Page): Promise<ReturnType<typeof formNamed>> {
  const form = await openSms(page);
  await saveElsewhere(other, 'sms', { Message: theirs });
  await fillIn(form, { Message: yours });
  await pressSave(page);
  await expectRegion(page);
  return form;
}

/** Expects what is stored, as another browser sees it. */
async function expectStored(other: Page, texts: Record<string, string | RegExp>): Promise<void> {
  await expectFields(await openSms(other), texts);
}

test('the later of two administrators is told who saved, sees both texts, and keeps the one they choose', async ({ page, open }) => {
  const other = await open('editor');
  const form = await bothChangeTheMessage(page, other);
  await expect(region(page)).toContainText(`${people.editor.email} saved these settings on`);
  await expect(region(page)).toContainText('Both of you changed: Message');
  for (const text of [theirs, yours]) await expect(region(page).getByText(text).first()).toBeVisible();
  await expectChosen(page, 'Message', null);
  await expectFields(form, { Message: yours });
  await expect(page).toHaveTitle(/^Error: /);
  await expectStored(other, { Message: theirs });

  await side(page, 'Message', 'Yours').check();
  await save(page);
  await expect(region(page)).toBeHidden();
  await expectStored(other, { Message: yours });
});

test('or takes theirs', async ({ page, open }) => {
  const other = await open('editor');
  const form = await bothChangeTheMessage(page, other);
  await side(page, 'Message', 'Theirs').check();
  if (hasJavaScript()) await expectFields(form, { Message: theirs });
  await save(page);
  await expect(region(page)).toBeHidden();
  await expectFields(form, { Message: theirs });
});

test('what only one side changed is taken from it, and said so', async ({ page, open }) => {
  const other = await open('editor');
  const form = await openSms(page);
  await saveElsewhere(other, 'sms', { 'OTP Length': '8', From: 'Acme' });
  await fillIn(form, { Message: yours });
  await pressSave(page);
  await expectRegion(page);
  await expect(region(page)).toContainText('Only they changed: From (Acme), OTP Length (8). Theirs is taken, unless you choose yours.');
  await expect(region(page)).toContainText('Only you changed: Message. Yours stays, unless you choose theirs.');
  await expectChosen(page, 'From', 'Theirs');
  await expectChosen(page, 'OTP Length', 'Theirs');
  await expectChosen(page, 'Message', 'Yours');
  await expect(side(page, 'OTP Length', 'Yours')).toHaveAccessibleDescription('6');
  await expect(side(page, 'OTP Length', 'Theirs')).toHaveAccessibleDescription('8');
  await expectFields(form, { Message: yours, 'OTP Length': '8', From: 'Acme' });
  await expect(sides(page, 'OTP Expiry')).toHaveCount(0);

  await save(page);
  await expectStored(other, { Message: yours, 'OTP Length': '8', From: 'Acme' });
});

test('a side that was taken can be exchanged for the other', async ({ page, open }) => {
  const other = await open('editor');
  const form = await openSms(page);
  await saveElsewhere(other, 'sms', { 'OTP Length': '8' });
  await fillIn(form, { Message: yours });
  await pressSave(page);
  await expectRegion(page);
  await side(page, 'OTP Length', 'Yours').check();
  await side(page, 'Message', 'Theirs').check();
  await save(page);
  await expectStored(other, { 'OTP Length': '6', Message: /^(?!.*is yours)/ });
});

test('a field that both changed must be chosen before anything is saved', async ({ page, open }) => {
  const other = await open('editor');
  const form = await bothChangeTheMessage(page, other);
  await fillIn(form, { 'OTP Expiry': '240' });
  await pressSave(page);
  await expect(summary(page)).toBeVisible();
  await expect(sides(page, 'Message')).toHaveAttribute('aria-invalid', 'true');
  await expect(sides(page, 'Message')).toHaveAccessibleDescription(/Choose Yours or Theirs\./);
  const problem = page.getByRole('region', { name: 'There is a problem' });
  await problem.getByRole('link', { name: 'Message: Choose Yours or Theirs.', exact: true }).click();
  if (hasJavaScript()) await expect(sides(page, 'Message')).toBeFocused();
  await expectFields(form, { Message: yours, 'OTP Expiry': '240' });

  await side(page, 'Message', 'Theirs').check();
  await save(page);
  await expect(summary(page)).toBeHidden();
  await expectStored(other, { Message: theirs, 'OTP Expiry': '240' });
});

test('a field that is edited after the choice counts as yours', async ({ page, open }) => {
  const other = await open('editor');
  const form = await bothChangeTheMessage(page, other);
  await side(page, 'Message', 'Theirs').check();
  const edited = '@@password@@ is edited';
  await fillIn(form, { Message: edited });
  if (hasJavaScript()) {
    await expectChosen(page, 'Message', 'Yours');
    await expect(sides(page, 'Message')).toHaveAccessibleDescription(/Edited below/);
    // Going to the other side and back brings the edited text back.
    await side(page, 'Message', 'Theirs').check();
    await expectFields(form, { Message: theirs });
    await side(page, 'Message', 'Yours').check();
    await expectFields(form, { Message: edited });
  }
  await save(page);
  await expectStored(other, { Message: edited });
});

test('a third save meanwhile is merged too, on top of what was merged before', async ({ page, open }) => {
  const other = await open('editor');
  const form = await bothChangeTheMessage(page, other);
  await saveElsewhere(other, 'sms', { 'OTP Length': '8', 'OTP Expiry': '240' });
  await saveElsewhere(other, 'sms', { 'OTP Expiry': '300' });
  await side(page, 'Message', 'Yours').check();
  await pressSave(page);
  await expect(region(page)).toContainText('Only they changed: OTP Expiry (300), OTP Length (8)');
  await expect(region(page)).toContainText(`It was the last of 2 saves meanwhile, all by ${people.editor.email}.`);
  await expect(region(page)).toContainText('Only you changed: Message');
  await hydrated(page);
  await expectFields(form, { Message: yours, 'OTP Length': '8', 'OTP Expiry': '300' });
  await save(page);
  await expect(region(page)).toBeHidden();
  await expectStored(other, { Message: yours, 'OTP Length': '8', 'OTP Expiry': '300' });
});

test('templates of the email form are compared by line, and its parameters are one field', async ({ page, open }) => {
  const other = await open('editor');
  const form = await openEmail(page);
  const body = (greeting: string): string => `<p>${greeting}</p>\n<p>{{ code }}</p>\n<p>{{ link }}</p>\n${'<p>Terms apply.</p>\n'.repeat(20)}`;
  await saveElsewhere(other, 'email', { Body: body('Hello from them'), 'Value 1': 'openid profile', Subject: 'Theirs: {{ application.name }}' });
  await fillIn(form, { Body: body('Hello from you'), Subject: 'Yours: {{ application.name }}' });
  await pressSave(page);
  await expectRegion(page);
  await expect(sides(page, 'Body')).toBeVisible();
  await expect(region(page).getByRole('heading', { name: 'From theirs to yours' })).toHaveCount(2);
  await region(page).getByText('Both texts of Body in full').click();
  await expect(region(page).locator('pre').filter({ hasText: 'Hello from them' }).first()).toBeVisible();
  await expectChosen(page, 'Authentication Parameters', 'Theirs');
  await expectFields(form, { 'Value 1': 'openid profile', Subject: 'Yours: {{ application.name }}' });

  await side(page, 'Body', 'Theirs').check();
  await side(page, 'Subject', 'Yours').check();
  await save(page);
  await expectFields(await openEmail(other), {
    Body: /Hello from them/,
    Subject: 'Yours: {{ application.name }}',
    'Value 1': 'openid profile',
  });
});

test('of a secret only that it changed is said', async ({ page, open }) => {
  const other = await open('editor');
  const token = (letter: string): string => letter.repeat(32);
  const sid = `AC${'a'.repeat(32)}`;
  await saveElsewhere(other, 'sms', { 'Twilio Account SID': sid, 'Twilio Auth Token': token('a') });
  const form = await openSms(page);
  await saveElsewhere(other, 'sms', { 'Twilio Auth Token': token('b') });
  await fillIn(form, { 'OTP Length': '7' });
  await pressSave(page);
  await expectRegion(page);
  await expect(region(page)).toContainText('Only they changed: Twilio Auth Token (A new value)');
  await expect(region(page)).not.toContainText('bbbb');
  await expect(sides(page, 'Twilio Auth Token')).toHaveCount(0);
  await save(page);
  await expect(region(page)).toBeHidden();
});

test('a secret that both sides changed is chosen too', { tag: '@hydrated' }, async ({ page, open }) => {
  const other = await open('editor');
  const sid = `AC${'a'.repeat(32)}`;
  await saveElsewhere(other, 'sms', { 'Twilio Account SID': sid, 'Twilio Auth Token': 'a'.repeat(32) });
  const form = await openSms(page);
  await saveElsewhere(other, 'sms', { 'Twilio Auth Token': 'b'.repeat(32) });
  await fillIn(form, { 'Twilio Auth Token': `${'c'.repeat(28)}cafe` });
  await pressSave(page);
  await expectRegion(page);
  await expectChosen(page, 'Twilio Auth Token', null);
  await expect(side(page, 'Twilio Auth Token', 'Yours')).toHaveAccessibleDescription('A new value');
  await expect(region(page)).not.toContainText('cafe');
  await side(page, 'Twilio Auth Token', 'Theirs').check();
  await expectFields(form, { 'Twilio Auth Token': '' });
  await side(page, 'Twilio Auth Token', 'Yours').check();
  await expectFields(form, { 'Twilio Auth Token': /cafe$/ });
  await save(page);
  await expect(field(form, 'Twilio Auth Token')).toHaveAccessibleDescription(/ends in cafe/);
});

test('a switch that only they turned is taken over', async ({ page, open }) => {
  const other = await open('editor');
  const form = await openSms(page);
  const otherForm = await openSms(other);
  await option(otherForm, 'Disable Sign Ups').check();
  await save(other);
  await fillIn(form, { Message: yours });
  await pressSave(page);
  await expectRegion(page);
  await expect(region(page)).toContainText('Only they changed: Disable Sign Ups (On)');
  await expect(option(form, 'Disable Sign Ups')).toBeChecked();
  await save(page);
  await openSms(other);
  await expect(option(otherForm, 'Disable Sign Ups')).toBeChecked();
});

test.describe('hydrated', { tag: '@hydrated' }, () => {
  test('all fields can be taken from one side, and discarding keeps theirs', async ({ page, open }) => {
    const other = await open('editor');
    const form = await openSms(page);
    await saveElsewhere(other, 'sms', { Message: theirs, 'OTP Length': '8' });
    await fillIn(form, { Message: yours, 'OTP Expiry': '240' });
    await pressSave(page);
    await expectRegion(page);
    await region(page).getByRole('button', { name: 'Take all theirs', exact: true }).click();
    await expectFields(form, { Message: theirs, 'OTP Length': '8', 'OTP Expiry': '180' });
    await region(page).getByRole('button', { name: 'Take all yours', exact: true }).click();
    await expectFields(form, { Message: yours, 'OTP Length': '6', 'OTP Expiry': '240' });
    await page.getByRole('button', { name: 'Discard changes', exact: true }).click();
    await expect(region(page)).toBeHidden();
    await expectFields(form, { Message: theirs, 'OTP Length': '8', 'OTP Expiry': '180' });
  });

  test('it is done without a mouse', async ({ page, open }) => {
    const other = await open('editor');
    await bothChangeTheMessage(page, other);
    await page.keyboard.press('Tab');
    await expect(side(page, 'Message', 'Yours')).toBeFocused();
    await page.keyboard.press('ArrowDown');
    await expect(side(page, 'Message', 'Theirs')).toBeFocused();
    await expectChosen(page, 'Message', 'Theirs');
    await page.keyboard.press('Enter');
    await expect(region(page)).toBeHidden();
    await expectStored(other, { Message: theirs });
  });

  test('where the region cannot be loaded nothing is lost', async ({ page, open, problems }) => {
    problems.expect(/Failed to fetch|Failed to load resource|net::ERR_FAILED/);
    const other = await open('editor');
    const form = await openSms(page);
    await saveElsewhere(other, 'sms', { Message: theirs });
    await page.route('**/split_merge.wasm', (route) => route.abort());
    await fillIn(form, { Message: yours });
    await pressSave(page);
    await expect(page.getByRole('heading', { name: 'Someone else saved this' })).toBeVisible();
    await page.unroute('**/split_merge.wasm');
    page.on('dialog', (dialog) => dialog.accept());
    await page.getByRole('link', { name: 'Open the draft', exact: true }).click();
    const leave = page.getByRole('dialog').getByRole('button', { name: 'Leave', exact: true });
    await leave.or(region(page)).first().waitFor();
    if (await leave.isVisible()) await leave.click();
    await expect(region(page)).toBeVisible();
    await hydrated(page);
    await expectFields(form, { Message: yours });
    await side(page, 'Message', 'Yours').check();
    await save(page);
  });
});

test('choices that were made survive a save that is refused for something else', { tag: '@no-js' }, async ({ page, open }) => {
  const other = await open('editor');
  const form = await openSms(page);
  await saveElsewhere(other, 'sms', { Message: theirs, 'OTP Length': '8' });
  await fillIn(form, { Message: yours });
  await pressSave(page);
  await expectRegion(page);
  await side(page, 'Message', 'Theirs').check();
  await side(page, 'OTP Length', 'Yours').check();
  await fillIn(form, { 'OTP Expiry': '1' });
  await pressSave(page);
  await expect(summary(page)).toBeVisible();
  await expectChosen(page, 'Message', 'Theirs');
  await expectChosen(page, 'OTP Length', 'Yours');
  await reload(page);
  await expectChosen(page, 'Message', 'Theirs');
  await fillIn(form, { 'OTP Expiry': '240' });
  await save(page);
  await expectStored(other, { Message: theirs, 'OTP Length': '6', 'OTP Expiry': '240' });
});

test('choices that were made before the page came alive stand when it does', { tag: '@hydrated' }, async ({ page, open, browser, doorcode }) => {
  const other = await open('editor');
  const storageState = await page.context().storageState();
  const context = await browser.newContext({ baseURL: doorcode.url, javaScriptEnabled: false, storageState });
  const early = await context.newPage();
  await early.goto(smsPath);
  const earlyForm = formNamed(early, 'SMS settings');
  await saveElsewhere(other, 'sms', { Message: theirs, 'OTP Length': '8' });
  await fillIn(earlyForm, { Message: yours });
  await pressSave(early);
  await side(early, 'Message', 'Theirs').check();
  await side(early, 'OTP Length', 'Yours').check();
  await fillIn(earlyForm, { 'OTP Expiry': '1' });
  await pressSave(early);
  await expect(summary(early)).toBeVisible();

  await visit(page, early.url());
  await context.close();
  await expectChosen(page, 'Message', 'Theirs');
  await expectChosen(page, 'OTP Length', 'Yours');
  const form = formNamed(page, 'SMS settings');
  await expectFields(form, { Message: theirs, 'OTP Length': '6' });
  await fillIn(form, { 'OTP Expiry': '240' });
  await save(page);
  await expectStored(other, { Message: theirs, 'OTP Length': '6', 'OTP Expiry': '240' });
});

/** The session expires while the two messages are merged and one of them is chosen; then the person is back. */
async function expiresWithin(page: Page, other: Page, database: string, chosen: 'Yours' | 'Theirs'): Promise<ReturnType<typeof formNamed>> {
  const form = await bothChangeTheMessage(page, other);
  await side(page, 'Message', chosen).check();
  await fillIn(form, { 'OTP Expiry': '240' });
  await expireSessions(database);
  await pressSave(page);
  if (hasJavaScript()) await page.getByRole('link', { name: 'Sign in again', exact: true }).click();
  await signIn(page, people.owner.email, people.owner.password);
  await expect(form).toBeVisible();
  await hydrated(page);
  if (!hasJavaScript()) await expectChosen(page, 'Message', chosen);
  return form;
}

test('a session that expires within a merge loses nothing', async ({ page, open, doorcode, problems }) => {
  problems.expectStatus(401);
  const form = await expiresWithin(page, await open('editor'), doorcode.database, 'Yours');
  await expectFields(form, { Message: yours, 'OTP Expiry': '240' });
  await save(page);
  await expectFields(await openSms(page), { Message: yours, 'OTP Expiry': '240' });
});

test('nor does it lose the text that was given up for theirs', async ({ page, open, doorcode, problems }) => {
  problems.expectStatus(401);
  const form = await expiresWithin(page, await open('editor'), doorcode.database, 'Theirs');
  await expectFields(form, { 'OTP Expiry': '240' });
  if (!hasJavaScript()) {
    await side(page, 'Message', 'Yours').check();
    await save(page);
    await expectFields(form, { Message: yours, 'OTP Expiry': '240' });
    return;
  }
  await expectFields(form, { Message: theirs });
  page.on('dialog', (dialog) => dialog.accept());
  await openSms(page);
  await page.getByRole('link', { name: 'Continue', exact: true }).last().click();
  await expectRegion(page);
  await side(page, 'Message', 'Yours').check();
  await save(page);
  await expectFields(form, { Message: yours });
});

test('what was saved after two conflicts is no draft any more', async ({ page, open }) => {
  const other = await open('editor');
  const form = await openSms(page);
  await fillIn(form, { Message: yours });
  for (const [index, text] of [theirs, `${theirs}, again`].entries()) {
    await saveElsewhere(other, 'sms', { Message: text });
    if (index > 0) await side(page, 'Message', 'Yours').check();
    await pressSave(page);
    await expect(region(page).getByText(text, { exact: true }).first()).toBeVisible();
    await hydrated(page);
  }
  await side(page, 'Message', 'Yours').check();
  await save(page);
  await openSms(page);
  await expectFields(form, { Message: yours });
  await expect(page.getByRole('heading', { name: 'You have an unsaved draft' })).toHaveCount(0);
});

test('nor does a merge that is refused and left', async ({ page, open }) => {
  const other = await open('editor');
  const form = await bothChangeTheMessage(page, other);
  await side(page, 'Message', 'Theirs').check();
  await fillIn(form, { 'OTP Expiry': '1' });
  await pressSave(page);
  await expect(summary(page)).toBeVisible();
  page.on('dialog', (dialog) => dialog.accept());
  await openSms(page);
  await page.getByRole('link', { name: 'Continue', exact: true }).last().click();
  await expectRegion(page);
  await side(page, 'Message', 'Yours').check();
  await expect(region(page).getByText(yours).first()).toBeVisible();
});

test('two tabs of one person conflict like two people', async ({ page, context }) => {
  const form = await openSms(page);
  const tab = await context.newPage();
  await saveElsewhere(tab, 'sms', { 'OTP Length': '8' });
  await fillIn(form, { 'OTP Length': '9' });
  await pressSave(page);
  await expectRegion(page);
  await expect(region(page)).toContainText('You saved these settings yourself, in another window');
  await expectFields(form, { 'OTP Length': '9' });
  await expectStored(tab, { 'OTP Length': '8' });
});

test('the other method’s form does not conflict, nor do toggles', async ({ page, open }) => {
  const form = await openSms(page);
  const other = await open('editor');
  await visit(other, emailPath);
  await fillIn(formNamed(other, 'Email settings'), { 'OTP Length': '8' });
  await save(other);
  await flip(other, 'SMS');
  await expectToggle(other, 'SMS', true);

  await fillIn(form, { 'OTP Length': '9' });
  await save(page);
  await visit(page, smsPath);
  await expectFields(form, { 'OTP Length': '9' });
});

test('the region is accessible, on a phone too', async ({ page, open }) => {
  test.slow();
  const other = await open('editor');
  const form = await openEmail(page);
  await saveElsewhere(other, 'email', { Subject: 'Theirs: {{ application.name }}', 'OTP Length': '8' });
  await fillIn(form, { Subject: 'Yours: {{ application.name }}' });
  await pressSave(page);
  await expectRegion(page);
  await expectAccessible(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await expectAccessible(page);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth).catch(() => 390);
  expect(wide, 'nothing sticks out').toBeLessThanOrEqual(390);
});
