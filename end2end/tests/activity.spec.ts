// What became of the messages: deliveries filtered, paged and downloaded; the outbox read as a mailbox.
import { readFile } from 'node:fs/promises';
import type { Locator, Page } from '@playwright/test';
import { expect, hasJavaScript, hydrated, test, visit } from './support/fixtures';
import { formNamed } from './support/forms';
import { keepMessages, recordDeliveries } from './support/schema';

const table = (page: Page): Locator => page.getByRole('table', { name: 'Deliveries', exact: true });
/** The rows below the headings. */
const rows = (page: Page): Locator => table(page).getByRole('row').filter({ has: page.getByRole('cell') });
const pages = (page: Page): Locator => page.getByRole('navigation', { name: 'Pages', exact: true });
const messages = (page: Page): Locator => page.getByRole('list', { name: 'Messages', exact: true });

async function filter(page: Page): Promise<void> {
  await formNamed(page, 'Filter deliveries').getByRole('button', { name: 'Filter', exact: true }).click();
  await hydrated(page);
}

test('the navigation leads to Activity, which is empty at first', async ({ page }) => {
  await visit(page, '/applications');
  await page.getByRole('navigation', { name: 'Main', exact: true }).getByRole('link', { name: 'Activity', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Activity');
  await expect(page).toHaveTitle('Activity · Doorcode');
  await expect(page.getByRole('heading', { name: 'No deliveries yet' })).toBeVisible();
  const tabs = page.getByRole('tablist', { name: 'Activity', exact: true });
  await expect(tabs.getByRole('tab')).toHaveText(['Deliveries', 'Audit trail', 'Outbox']);
  await tabs.getByRole('tab', { name: 'Outbox' }).click();
  await expect(page.getByRole('heading', { name: 'The outbox is empty' })).toBeVisible();
  await expect(page).toHaveURL(/\/activity\/outbox$/);
  await page.goBack();
  await expect(page.getByRole('heading', { name: 'No deliveries yet' })).toBeVisible();
});

test('from the page Passwordless the navigation leads there too', async ({ page }) => {
  await visit(page, '/connections/passwordless/sms');
  await page.getByRole('navigation', { name: 'Main', exact: true }).getByRole('link', { name: 'Activity', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Activity');
});

test('a delivery says what became of it, in words', async ({ page, doorcode }) => {
  await recordDeliveries(doorcode.database, [
    { provider: 'smtp', method: 'email', recipient: 'a•••@acme.example', outcome: 'delivered', tookMs: 1_250 },
    { outcome: 'refused', reason: 'invalid_recipient', code: '21211', providerId: 'SM0123', actor: 'olga@doorcode.example' },
  ]);
  await visit(page, '/activity');
  await expect(rows(page)).toHaveCount(2);
  const [refused, delivered] = [rows(page).nth(0), rows(page).nth(1)];
  for (const text of ['+1••••••0123', 'SMS', 'Twilio', 'Refused', 'The recipient is not a valid phone number.', '21211', 'SM0123', '120 ms', 'revision 3', 'Test by olga@doorcode.example']) {
    await expect(refused).toContainText(text);
  }
  for (const text of ['a•••@acme.example', 'Email', 'SMTP', 'Delivered', '1.2 s']) await expect(delivered).toContainText(text);
  await expect(refused.getByRole('link', { name: 'Acme Wallet' })).toHaveAttribute('href', '/applications/wallet');
});

test('deliveries are filtered, and the filter is in the address', async ({ page, doorcode }) => {
  await recordDeliveries(doorcode.database, [
    { at: Date.UTC(2026, 0, 2, 10) },
    { at: Date.UTC(2026, 0, 2, 11), outcome: 'failed', reason: 'timeout' },
    { at: Date.UTC(2026, 0, 2, 12), method: 'email', provider: 'smtp', client: 'till' },
  ]);
  await visit(page, '/activity');
  const form = formNamed(page, 'Filter deliveries');
  await form.getByRole('combobox', { name: 'Connection', exact: true }).selectOption('SMS');
  await form.getByRole('combobox', { name: 'Outcome', exact: true }).selectOption('Failed');
  await filter(page);
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText('No answer came in time');
  await expect(page).toHaveURL(/[?&]outcome=failed/);
  await expect(form.getByRole('combobox', { name: 'Outcome', exact: true })).toHaveValue('failed');

  await page.getByRole('link', { name: 'Clear filters', exact: true }).click();
  await expect(rows(page)).toHaveCount(3);
  await hydrated(page);
  await expect(form.getByRole('combobox', { name: 'Outcome', exact: true })).toHaveValue('');
  await form.getByLabel('From', { exact: true }).fill('2026-01-02T11:00');
  await form.getByLabel('Until', { exact: true }).fill('2026-01-02T12:00');
  await filter(page);
  await expect(rows(page)).toHaveCount(1);
  await visit(page, '/activity?application=till');
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText('SMTP');
  await visit(page, '/activity?application=nobody');
  await expect(page.getByRole('heading', { name: 'Nothing matches' })).toBeVisible();
});

test('a filter that is refused says so at its field and loses nothing', async ({ page, doorcode }) => {
  await recordDeliveries(doorcode.database, [{}]);
  await visit(page, '/activity');
  const form = formNamed(page, 'Filter deliveries');
  await form.getByRole('combobox', { name: 'Connection', exact: true }).selectOption('SMS');
  const recipient = form.getByRole('textbox', { name: 'Recipient', exact: true });
  await recipient.fill('ana');
  await filter(page);
  await expect(page.getByRole('heading', { name: 'There is a problem' })).toBeVisible();
  await expect(page).toHaveTitle('Error: Activity · Doorcode');
  await expect(recipient).toHaveAttribute('aria-invalid', 'true');
  await expect(recipient).toHaveAccessibleDescription(/Enter a whole phone number/);
  await expect(recipient).toHaveValue('ana');
  await expect(form.getByRole('combobox', { name: 'Connection', exact: true })).toHaveValue('sms');
  await recipient.fill('');
  await filter(page);
  await expect(rows(page)).toHaveCount(1);
  await expect(recipient).not.toHaveAttribute('aria-invalid', 'true');
});

test('many deliveries are paged by place, and Back leads back', async ({ page, doorcode }) => {
  await recordDeliveries(doorcode.database, Array.from({ length: 120 }, (_, index) => ({ providerId: `SM${index}` })));
  await visit(page, '/activity?connection=sms');
  await expect(rows(page)).toHaveCount(50);
  await expect(rows(page).first()).toContainText('SM119');
  await expect(pages(page).getByRole('link', { name: 'Newest', exact: true })).toHaveCount(0);
  await pages(page).getByRole('link', { name: 'Older', exact: true }).click();
  await expect(rows(page).first()).toContainText('SM69');
  await pages(page).getByRole('link', { name: 'Older', exact: true }).click();
  await expect(rows(page)).toHaveCount(20);
  await expect(pages(page).getByRole('link', { name: 'Older', exact: true })).toHaveCount(0);
  await page.goBack();
  await expect(rows(page).first()).toContainText('SM69');
  await pages(page).getByRole('link', { name: 'Newest', exact: true }).click();
  await expect(rows(page).first()).toContainText('SM119');
  await expect(page).toHaveURL(/\/activity\?connection=sms$/);
});

test('the deliveries that match are downloaded as CSV', async ({ page, doorcode }) => {
  await recordDeliveries(doorcode.database, [...Array.from({ length: 1_200 }, () => ({})), { outcome: 'failed', reason: 'timeout' }]);
  await visit(page, '/activity?outcome=accepted');
  const downloading = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download CSV', exact: true }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe('deliveries.csv');
  const lines = (await readFile(await download.path(), 'utf8')).trimEnd().split('\r\n');
  expect(lines).toHaveLength(1_201);
  expect(lines[0]).toContain('"time","connection"');
  expect(lines.some((line) => line.includes('timeout'))).toBe(false);
});

test('the outbox is read like a mailbox', async ({ page, doorcode }) => {
  await keepMessages(doorcode.database, [
    { to: '+15550100123', text: 'Acme: 246810 is your code.', code: '246810' },
    {
      method: 'email',
      to: 'ana@acme.example',
      subject: 'Sign in to Acme',
      text: 'Your code is 135790.',
      html: '<h1>Hello Ana</h1><p>Your code is 135790.</p><script>document.title = "run"</script>',
      code: '135790',
      link: 'https://acme.example/verify?code=135790',
    },
  ]);
  await visit(page, '/activity/outbox');
  await expect(messages(page).getByRole('listitem')).toHaveCount(2);
  await expect(messages(page).getByRole('link').first()).toContainText('Sign in to Acme');

  await messages(page).getByRole('link', { name: /\+15550100123/ }).click();
  const message = page.getByRole('article', { name: 'Text message', exact: true });
  await expect(message).toContainText('Acme: 246810 is your code.');
  await expect(messages(page).getByRole('link', { name: /\+15550100123/ })).toHaveAttribute('aria-current', 'true');

  await messages(page).getByRole('link', { name: /ana@acme.example/ }).click();
  const email = page.getByRole('article', { name: 'Sign in to Acme', exact: true });
  for (const text of ['135790', 'https://acme.example/verify?code=135790', 'Acme <hello@acme.example>', 'ana@acme.example', 'Acme Wallet']) {
    await expect(email).toContainText(text);
  }
  if (hasJavaScript()) {
    const frame = page.frameLocator('iframe[name=email-preview]');
    await expect(frame.getByRole('heading', { name: 'Hello Ana' })).toBeVisible();
    await expect(email.getByText('Your code is 135790.')).toBeHidden();
    await email.getByRole('radio', { name: 'Plain text', exact: true }).check();
  }
  await expect(email.getByText('Your code is 135790.')).toBeVisible();
});

test('the outbox is searched by recipient', async ({ page, doorcode }) => {
  await keepMessages(doorcode.database, [
    { to: '+15550100123', text: 'one 111111', code: '111111' },
    { to: '+15550100124', text: 'two 222222', code: '222222' },
  ]);
  await visit(page, '/activity/outbox');
  const search = page.getByRole('searchbox', { name: 'Recipient', exact: true });
  await search.fill('+1 555 010 0124');
  await search.press('Enter');
  await expect(messages(page).getByRole('listitem')).toHaveCount(1);
  await expect(messages(page)).toContainText('two 222222');
  await hydrated(page);
  await search.fill('555');
  await search.press('Enter');
  await expect(search).toHaveAttribute('aria-invalid', 'true');
  await expect(search).toHaveValue('555');
});

test('code and link are copied', { tag: '@hydrated' }, async ({ page, context, doorcode }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await keepMessages(doorcode.database, [{ to: '+15550100123', text: 'one 111111', code: '111111', link: 'https://acme.example/x' }]);
  await visit(page, '/activity/outbox');
  await messages(page).getByRole('link').first().click();
  for (const [button, text] of [['Copy code', '111111'], ['Copy link', 'https://acme.example/x']]) {
    await page.getByRole('button', { name: button, exact: true }).click();
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(text);
  }
});

test('a phone shows the list, then the message, and goes back', async ({ page, doorcode }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await keepMessages(doorcode.database, [{ to: '+15550100123', text: 'one 111111', code: '111111' }]);
  await visit(page, '/activity/outbox');
  await messages(page).getByRole('link').first().click();
  await expect(page.getByRole('article')).toContainText('one 111111');
  await expect(messages(page)).toBeHidden();
  await page.getByRole('link', { name: 'All messages', exact: true }).click();
  await expect(messages(page)).toBeVisible();
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBeLessThanOrEqual(390);
});

test.describe('a viewer', () => {
  test.use({ as: 'viewer' });

  test('sees deliveries and no outbox', async ({ page, doorcode, problems }) => {
    problems.expectStatus(403);
    await recordDeliveries(doorcode.database, [{}]);
    await keepMessages(doorcode.database, [{ to: '+15550100123', text: 'one 111111', code: '111111' }]);
    await visit(page, '/activity');
    await expect(rows(page)).toHaveCount(1);
    await expect(page.getByRole('tab')).toHaveText(['Deliveries']);
    const answer = await page.goto('/activity/outbox');
    expect(answer?.status()).toBe(403);
    await expect(page.getByText(/Your role does not allow this/).first()).toBeVisible();
    expect(await page.content()).not.toContain('111111');
  });
});
