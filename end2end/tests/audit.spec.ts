// Who did what, when and from where: the audit trail filtered, paged, downloaded, and leading to what it is about.
import { readFile } from 'node:fs/promises';
import type { Locator, Page } from '@playwright/test';
import { register } from './support/applications';
import { expect, hasJavaScript, hydrated, people, test, visit } from './support/fixtures';
import { fillIn, formNamed, openSms, save } from './support/forms';
import { letIn, writeTrail } from './support/schema';

const TRAIL = '/activity/audit';

const table = (page: Page): Locator => page.getByRole('table', { name: 'Audit trail', exact: true });
/** The rows below the headings. */
const rows = (page: Page): Locator => table(page).getByRole('row').filter({ has: page.getByRole('cell') });
const pages = (page: Page): Locator => page.getByRole('navigation', { name: 'Pages', exact: true });
const form = (page: Page): Locator => formNamed(page, 'Filter audit trail');
const choice = (page: Page, name: string): Locator => form(page).getByRole('combobox', { name, exact: true });

async function filter(page: Page): Promise<void> {
  await form(page).getByRole('button', { name: 'Filter', exact: true }).click();
  await hydrated(page);
}

async function clear(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Clear filters', exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`${TRAIL}$`));
  await hydrated(page);
}

test('what is done in the console is in the trail, newest first', async ({ page }) => {
  await fillIn(await openSms(page), { 'OTP Length': '8', From: '+15550100123' });
  await save(page);
  await register(page, 'Acme Wallet');
  await visit(page, '/activity');
  await page.getByRole('tab', { name: 'Audit trail', exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`${TRAIL}$`));
  await expect(page).toHaveTitle('Activity · Doorcode');
  const [registered, saved] = [rows(page).nth(0), rows(page).nth(1)];
  for (const text of [people.owner.email, '127.0.0.1', 'Application registered', 'Acme Wallet']) await expect(registered).toContainText(text);
  for (const text of [people.owner.email, 'Settings saved', 'Revision 1: From, OTP Length', 'SMS']) await expect(saved).toContainText(text);
  await expect(rows(page).filter({ hasText: 'Signed in' }).filter({ hasText: people.viewer.email })).toContainText('Own account');
  await expect(rows(page).filter({ hasText: 'Administrator created' }).first()).toContainText('Command line');

  await registered.getByRole('link', { name: 'Acme Wallet', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Acme Wallet');
});

test('an entry leads to its revision and to its object', async ({ page, doorcode }) => {
  const [user] = await letIn(doorcode.database, [{ to: '+15550100123' }]);
  await writeTrail(doorcode.database, [
    { details: { version: 3, restored: 1, fields: ['message'] }, action: 'connection.restored', target: 'email' },
    { action: 'user.blocked', target: `sms|${user}`, details: { recipient: '+1••••••0123' } },
    { action: 'application.deleted', target: 'gone', details: { name: 'Old Shop' } },
    { action: 'later.version', target: 'something' },
  ]);
  await visit(page, TRAIL);
  const one = (text: string): Locator => rows(page).filter({ hasText: text });
  const [later, deleted, blocked, restored] = [one('later.version'), one('Old Shop'), one('User blocked'), one('Revision restored')];
  await expect(later).toContainText('later.version');
  await expect(deleted).toContainText('Old Shop');
  await expect(deleted.getByRole('link')).toHaveCount(0);
  for (const [name, address] of [['Revision 3', '3'], ['revision 1', '1']] as const) {
    const link = restored.getByRole('link', { name, exact: true });
    await expect(link).toHaveAttribute('href', `/connections/passwordless/email/history/${address}`);
    await expect(link).toHaveAttribute('rel', 'external');
  }
  await expect(restored).toContainText('Revision 3 brings back revision 1: Message');
  await expect(restored.getByRole('link', { name: 'Email', exact: true })).toHaveAttribute('href', '/connections/passwordless/email');
  await blocked.getByRole('link', { name: '+1••••••0123', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Users');
  await expect(page.getByRole('table', { name: 'Users' })).toContainText('+15550100123');
});

test('the trail is filtered by each thing, and the filter is in the address', async ({ page, doorcode }) => {
  await writeTrail(doorcode.database, [
    { at: Date.UTC(2026, 0, 2, 10), by: 'ben@acme.example' },
    { at: Date.UTC(2026, 0, 2, 11), by: 'ben@acme.example', action: 'connection.enabled', target: 'email', details: {} },
    { at: Date.UTC(2026, 0, 2, 12), by: '', action: 'admin.sign_in_refused', target: '', details: {} },
  ]);
  await visit(page, TRAIL);
  await choice(page, 'Person').selectOption('ben@acme.example');
  await filter(page);
  await expect(rows(page)).toHaveCount(2);
  await expect(page).toHaveURL(/[?&]person=ben%40acme\.example/);
  await choice(page, 'Action').selectOption('Method switched on');
  await filter(page);
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText('Email');
  await expect(choice(page, 'Person')).toHaveValue('ben@acme.example');
  await page.goBack();
  await expect(rows(page)).toHaveCount(2);
  await hydrated(page);
  // Without JavaScript Back shows what the browser remembers of the form.
  if (hasJavaScript()) await expect(choice(page, 'Action')).toHaveValue('');

  await clear(page);
  await choice(page, 'Person').selectOption('Not signed in');
  await filter(page);
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText('No administrator has that address');

  await clear(page);
  await form(page).getByLabel('Object', { exact: true }).fill('sms');
  await filter(page);
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText('Settings saved');

  await clear(page);
  await form(page).getByLabel('Object', { exact: true }).fill(people.viewer.email);
  await choice(page, 'Action').selectOption('Administrator created');
  await filter(page);
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText(people.viewer.email);

  await clear(page);
  await form(page).getByLabel('From', { exact: true }).fill('2026-01-02T11:00');
  await form(page).getByLabel('Until', { exact: true }).fill('2026-01-02T12:00');
  await filter(page);
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText('Method switched on');
  await visit(page, `${TRAIL}?object=nobody`);
  await expect(page.getByRole('heading', { name: 'Nothing matches' })).toBeVisible();
  await page.getByRole('link', { name: 'Show all', exact: true }).click();
  await expect(rows(page).first()).toBeVisible();
});

test('the field for an object suggests what there is', { tag: '@hydrated' }, async ({ page }) => {
  await register(page, 'Acme Wallet');
  await visit(page, TRAIL);
  const field = form(page).getByLabel('Object', { exact: true });
  const suggested = page.locator('datalist option');
  await expect(suggested.first()).toHaveAttribute('value', 'SMS');
  await field.fill('wal');
  await expect(page.locator('datalist option[value="Acme Wallet"]')).toBeAttached();
  await field.fill('Acme Wallet');
  await filter(page);
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText('Application registered');
});

test('a filter that is refused says so at its field and loses nothing', async ({ page }) => {
  await visit(page, TRAIL);
  await choice(page, 'Action').selectOption('Signed in');
  await form(page).getByLabel('From', { exact: true }).fill('2026-01-02T11:00');
  const until = form(page).getByLabel('Until', { exact: true });
  await until.fill('2026-01-02T10:00');
  await filter(page);
  await expect(page.getByRole('heading', { name: 'There is a problem' })).toBeVisible();
  await expect(page).toHaveTitle('Error: Activity · Doorcode');
  await expect(until).toHaveAttribute('aria-invalid', 'true');
  await expect(until).toHaveAccessibleDescription(/Choose a moment after From/);
  await expect(until).toHaveValue('2026-01-02T10:00');
  await expect(choice(page, 'Action')).toHaveValue('admin.signed_in');
  await until.fill('');
  await filter(page);
  await expect(rows(page)).toHaveCount(3);
  await expect(until).not.toHaveAttribute('aria-invalid', 'true');
});

test('many entries are paged by place, and Back leads back', async ({ page, doorcode }) => {
  const lines = Array.from({ length: 120 }, (_, index) => ({ by: 'ben@acme.example', details: { version: index, fields: [] } }));
  await writeTrail(doorcode.database, lines);
  await visit(page, `${TRAIL}?person=ben%40acme.example`);
  await expect(rows(page)).toHaveCount(50);
  await expect(rows(page).first()).toContainText('Revision 119');
  await expect(pages(page).getByRole('link', { name: 'Newest', exact: true })).toHaveCount(0);
  await pages(page).getByRole('link', { name: 'Older', exact: true }).click();
  await expect(rows(page).first()).toContainText('Revision 69');
  await pages(page).getByRole('link', { name: 'Older', exact: true }).click();
  await expect(rows(page)).toHaveCount(20);
  await expect(page.getByText('Older entries', { exact: true })).toBeVisible();
  await expect(pages(page).getByRole('link', { name: 'Older', exact: true })).toHaveCount(0);
  await page.goBack();
  await expect(rows(page).first()).toContainText('Revision 69');
  await pages(page).getByRole('link', { name: 'Newest', exact: true }).click();
  await expect(rows(page).first()).toContainText('Revision 119');
  await expect(page).toHaveURL(/\/activity\/audit\?person=ben%40acme\.example$/);
  await visit(page, `${TRAIL}?at=1.a`);
  await expect(page.getByRole('heading', { name: 'No older entries' })).toBeVisible();
});

test('the entries that match are downloaded as CSV', async ({ page, doorcode }) => {
  await writeTrail(doorcode.database, [
    ...Array.from({ length: 1_200 }, () => ({ by: 'ben@acme.example' })),
    { by: 'ben@acme.example', action: 'application.deleted', target: 'x', details: { name: '=1+1' } },
  ]);
  await visit(page, `${TRAIL}?person=ben%40acme.example`);
  const downloading = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download CSV', exact: true }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe('audit.csv');
  const lines = (await readFile(await download.path(), 'utf8')).trimEnd().split('\r\n');
  expect(lines).toHaveLength(1_202);
  expect(lines[0]).toBe('"time","who","from","action","what","object_id","object","details"');
  expect(lines[1]).toContain(`"Application deleted","x","'=1+1"`);
  expect(lines[2]).toContain('"connection.saved","Settings saved: Revision 1200: Message","sms","SMS"');
  expect(lines.some((line) => line.includes('admin.'))).toBe(false);
});

test('a phone shows a list, and the filter folded away', async ({ page, doorcode }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await writeTrail(doorcode.database, [{ by: 'somebody.with.a.long.name@a-long-domain.acme.example', from: '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff' }]);
  await visit(page, TRAIL);
  await expect(rows(page).first()).toContainText('Revision 1');
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBeLessThanOrEqual(390);
  await expect(choice(page, 'Person')).toBeHidden();
  await page.locator('summary').filter({ hasText: 'Filter' }).click();
  await choice(page, 'Person').selectOption('somebody.with.a.long.name@a-long-domain.acme.example');
  await filter(page);
  await expect(rows(page)).toHaveCount(1);
  await expect(page.locator('summary').filter({ hasText: 'Filter: 1 set' })).toBeVisible();
});

test('signing out is in the trail', async ({ page, open }) => {
  const colleague = await open('editor');
  await visit(colleague, '/account');
  await colleague.getByRole('button', { name: 'Sign out', exact: true }).click();
  await expect(colleague.getByRole('heading', { level: 1 })).toHaveText('Sign in');
  await visit(page, TRAIL);
  await expect(rows(page).first()).toContainText('Signed out');
  await expect(rows(page).first()).toContainText(people.editor.email);
});

test.describe('an editor', () => {
  test.use({ as: 'editor' });

  test('sees the trail, and no link to a page that is for owners', async ({ page }) => {
    await visit(page, TRAIL);
    const created = rows(page).filter({ hasText: 'Administrator created' }).first();
    await expect(created).toBeVisible();
    await expect(created.getByRole('link')).toHaveCount(0);
  });
});

test.describe('a viewer', () => {
  test.use({ as: 'viewer' });

  test('sees no trail', async ({ page, problems }) => {
    problems.expectStatus(403);
    await visit(page, '/activity');
    await expect(page.getByRole('tab')).toHaveText(['Deliveries']);
    const answer = await page.goto(TRAIL);
    expect(answer?.status()).toBe(403);
    await expect(page.getByText(/Your role does not allow this/).first()).toBeVisible();
    expect(await page.content()).not.toContain(people.owner.email);
    const file = await page.request.get('/activity/audit.csv');
    expect(file.status()).toBe(403);
    expect(await file.text()).not.toContain(people.owner.email);
  });
});
