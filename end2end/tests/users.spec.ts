// The people who sign in: searched, created, kept out, deleted.
import type { Locator, Page } from '@playwright/test';
import { expect, hasJavaScript, hydrated, reload, test, visit } from './support/fixtures';
import { choose, everyByte, field, formNamed, openSms, option, save } from './support/forms';
import { letIn } from './support/schema';

const table = (page: Page): Locator => page.getByRole('table', { name: 'Users', exact: true });
/** The rows below the headings. */
const rows = (page: Page): Locator => table(page).getByRole('row').filter({ has: page.getByRole('cell') });
const row = (page: Page, who: string): Locator => rows(page).filter({ hasText: who });
const pages = (page: Page): Locator => page.getByRole('navigation', { name: 'Pages', exact: true });
const search = (page: Page): Locator => page.getByRole('searchbox', { name: 'Search users', exact: true });
const newUser = (page: Page): Locator => formNamed(page, 'Create user');

async function press(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name, exact: true }).click();
  await hydrated(page);
}

async function create(page: Page, connection: string, recipient: string): Promise<void> {
  await choose(newUser(page), connection);
  await field(newUser(page), 'Phone number or email address').fill(recipient);
  await press(page, 'Create user');
}

test('the navigation leads to Users, where nobody is at first', async ({ page }) => {
  await visit(page, '/connections/passwordless/sms');
  await page.getByRole('navigation', { name: 'Main', exact: true }).getByRole('link', { name: 'Users', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Users');
  await expect(page).toHaveTitle('Users · Doorcode');
  await expect(page.getByRole('heading', { name: 'No users yet' })).toBeVisible();
  await expect(newUser(page)).toBeVisible();
});

test('a user is shown with everything that is known', async ({ page, doorcode }) => {
  const ids = await letIn(doorcode.database, [
    { to: '+15550100123', at: Date.UTC(2026, 0, 2, 10), signIns: 1_234 },
    { method: 'email', to: 'ana@acme.example', by: 'olga@doorcode.example', blocked: true },
  ]);
  await visit(page, '/users');
  await expect(rows(page)).toHaveCount(2);
  const [newest, oldest] = [rows(page).nth(0), rows(page).nth(1)];
  for (const text of ['ana@acme.example', `email|${ids[1]}`, 'Email', 'by olga@doorcode.example', 'Not signed in yet', 'Blocked', 'since']) {
    await expect(newest).toContainText(text);
  }
  for (const text of ['+15550100123', `sms|${ids[0]}`, 'SMS', '2 Jan 2026, 10:00', '1,234 sign-ins', 'Active']) {
    await expect(oldest).toContainText(text);
  }
});

test('users are searched by a part, by the whole and by the id, also when a plus is lost', async ({ page, doorcode }) => {
  const ids = await letIn(doorcode.database, [
    { to: '+15550100123' },
    { to: '+15550100124' },
    { method: 'email', to: 'ana+test@acme.example' },
  ]);
  await visit(page, '/users');
  for (const [typed, found] of [['010-0124', ['+15550100124']], ['ana', ['ana+test@acme.example']], [`sms|${ids[0]}`, ['+15550100123']]] as const) {
    await search(page).fill(typed);
    await press(page, 'Search');
    await expect(rows(page)).toHaveCount(found.length);
    for (const who of found) await expect(row(page, who)).toHaveCount(1);
    await expect(search(page)).toHaveValue(typed);
  }
  for (const [query, who] of [['+15550100124', '+15550100124'], ['ana+test@acme.example', 'ana+test@acme.example']] as const) {
    await visit(page, `/users?q=${query}`);
    await expect(rows(page)).toHaveCount(1);
    await expect(row(page, who)).toHaveCount(1);
  }
  await visit(page, '/users?q=nobody');
  await expect(page.getByRole('heading', { name: 'Nobody matches' })).toBeVisible();
  await page.getByRole('link', { name: 'Show all', exact: true }).click();
  await expect(rows(page)).toHaveCount(3);
  await expect(search(page)).toHaveValue('');
});

test('users are filtered by connection and status, and the filter is in the address', async ({ page, doorcode }) => {
  await letIn(doorcode.database, [
    { to: '+15550100123', blocked: true },
    { to: '+15550100124' },
    { method: 'email', to: 'ana@acme.example', blocked: true },
  ]);
  await visit(page, '/users');
  const form = page.getByRole('search', { name: 'Filter users', exact: true });
  await form.getByRole('combobox', { name: 'Status', exact: true }).selectOption('Blocked');
  await press(page, 'Search');
  await expect(rows(page)).toHaveCount(2);
  await form.getByRole('combobox', { name: 'Connection', exact: true }).selectOption('Email');
  await press(page, 'Search');
  await expect(rows(page)).toHaveCount(1);
  await expect(row(page, 'ana@acme.example')).toHaveCount(1);
  await expect(page).toHaveURL(/connection=email&status=blocked/);
  await page.goBack();
  await expect(rows(page)).toHaveCount(2);
  // Without JavaScript the browser puts back what was chosen on the page.
  if (hasJavaScript()) await expect(form.getByRole('combobox', { name: 'Connection', exact: true })).toHaveValue('');
});

test('many users are paged by place, also while more come', async ({ page, doorcode }) => {
  const number = (index: number): string => `+1555${String(index).padStart(7, '0')}`;
  await letIn(doorcode.database, Array.from({ length: 120 }, (_, index) => ({ to: number(index) })));
  await visit(page, '/users?connection=sms');
  await expect(rows(page)).toHaveCount(50);
  await expect(rows(page).first()).toContainText(number(119));
  await expect(pages(page).getByRole('link', { name: 'Newest', exact: true })).toHaveCount(0);
  await create(page, 'SMS', '+16660000000');
  await expect(newUser(page).getByRole('status')).toContainText('+16660000000 can sign in now.');
  await visit(page, '/users?connection=sms');
  await expect(rows(page).first()).toContainText('+16660000000');
  await pages(page).getByRole('link', { name: 'Older', exact: true }).click();
  await expect(rows(page).first()).toContainText(number(70));
  await pages(page).getByRole('link', { name: 'Older', exact: true }).click();
  await expect(rows(page)).toHaveCount(21);
  await expect(pages(page).getByRole('link', { name: 'Older', exact: true })).toHaveCount(0);
  await pages(page).getByRole('link', { name: 'Newest', exact: true }).click();
  await expect(rows(page).first()).toContainText('+16660000000');
  await expect(page).toHaveURL(/\/users\?connection=sms$/);
});

test('a user is created, and one who is there already is refused by name', async ({ page, doorcode }) => {
  await visit(page, '/users');
  await create(page, 'Email', ' Ana@Acme.example ');
  await expect(row(page, 'ana@acme.example')).toContainText('by olga@doorcode.example');
  await expect(newUser(page).getByRole('status')).toContainText('ana@acme.example can sign in now.');
  await expect(field(newUser(page), 'Phone number or email address')).toHaveValue('');
  await reload(page);
  await expect(newUser(page).getByRole('status')).not.toContainText('ana@acme.example');

  await create(page, 'Email', 'ana@acme.example');
  await expect(page.getByRole('heading', { name: 'There is a problem' })).toBeVisible();
  await expect(page).toHaveTitle('Error: Users · Doorcode');
  const typed = field(newUser(page), 'Phone number or email address');
  await expect(typed).toHaveAccessibleDescription(/ana@acme\.example is a user already\./);
  await expect(typed).toHaveValue('ana@acme.example');
  await expect(newUser(page).getByRole('radio', { name: 'Email', exact: true })).toBeChecked();
  await expect(rows(page)).toHaveCount(1);

  await create(page, 'SMS', 'ana@acme.example');
  await expect(typed).toHaveAccessibleDescription(/Enter a phone number with its country code/);
  await create(page, 'SMS', '+1 555 010 0123');
  await expect(row(page, '+15550100123')).toHaveCount(1);
  await expect(page).toHaveTitle('Users · Doorcode');
  // Whole recipients show on this page and are kept nowhere else.
  expect(doorcode.output).not.toContain('ana@acme.example');
});

test('what was refused is kept nowhere to be read', { tag: '@no-js' }, async ({ page, doorcode }) => {
  await visit(page, '/users');
  await create(page, 'Email', 'zebra-crossing');
  await expect(field(newUser(page), 'Phone number or email address')).toHaveValue('zebra-crossing');
  await reload(page);
  await expect(field(newUser(page), 'Phone number or email address')).toHaveValue('');
  await doorcode.stop();
  expect((await everyByte(doorcode.directory)).includes('zebra-crossing')).toBe(false);
  expect(doorcode.output).not.toContain('zebra-crossing');
});

test('the form says whether anybody needs to be created', async ({ page }) => {
  await visit(page, '/users');
  await expect(page.getByText('It is off for both connections now')).toBeVisible();
  const form = await openSms(page);
  await option(form, 'Disable Sign Ups').check();
  await save(page);
  await visit(page, '/users');
  await expect(page.getByText('It is on for SMS now.')).toBeVisible();
});

test('a user is kept out and let in again', async ({ page, doorcode }) => {
  await letIn(doorcode.database, [{ to: '+15550100123' }, { to: '+15550100124' }]);
  await visit(page, '/users?q=555');
  const block = page.getByRole('button', { name: 'Block +15550100123', exact: true });
  const unblock = page.getByRole('button', { name: 'Unblock +15550100123', exact: true });
  await block.click();
  await expect(row(page, '+15550100123')).toContainText('Blocked');
  if (hasJavaScript()) await expect(unblock).toBeFocused();
  await expect(row(page, '+15550100124')).toContainText('Active');
  await expect(page).toHaveURL(/\/users\?q=555$/);
  await reload(page);
  await expect(row(page, '+15550100123')).toContainText('Blocked');
  await unblock.click();
  await expect(block).toBeVisible();
  await reload(page);
  await expect(row(page, '+15550100123')).toContainText('Active');
});

test('a user is deleted after a question that says what it means', async ({ page, doorcode }) => {
  await letIn(doorcode.database, [{ to: '+15550100123' }, { to: '+15550100124' }]);
  await visit(page, '/users?q=555');
  await expect(page.getByRole('dialog')).toBeHidden();
  const ask = page.getByRole('link', { name: 'Delete +15550100123', exact: true });
  await ask.click();
  const dialog = page.getByRole('dialog', { name: 'Delete +15550100123?', exact: true });
  await expect(dialog).toContainText('can sign up again, as a new user, unless Disable Sign Ups is on for SMS');
  await dialog.getByRole('link', { name: 'Cancel', exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(rows(page)).toHaveCount(2);

  await hydrated(page);
  await ask.click();
  await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(rows(page)).toHaveCount(1);
  await expect(row(page, '+15550100124')).toHaveCount(1);
  await expect(dialog).toBeHidden();
  await expect(page).toHaveURL(/\/users\?q=555$/);
  if (hasJavaScript()) await expect(page.getByText('+15550100123 is deleted.')).toBeVisible();
});

test('who was deleted meanwhile cannot be blocked, which is said', async ({ page, open, doorcode, problems }) => {
  problems.expectStatus(404);
  await letIn(doorcode.database, [{ to: '+15550100123' }]);
  await visit(page, '/users');
  const other = await open('editor');
  await visit(other, '/users');
  await other.getByRole('link', { name: 'Delete +15550100123', exact: true }).click();
  await other.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(other.getByRole('heading', { name: 'No users yet' })).toBeVisible();
  await page.getByRole('button', { name: 'Block +15550100123', exact: true }).click();
  await expect(page.getByText(/does not exist/).first()).toBeVisible();
});

test('a user id is copied', { tag: '@hydrated' }, async ({ page, context, doorcode }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const [id] = await letIn(doorcode.database, [{ to: '+15550100123' }]);
  await visit(page, '/users');
  await page.getByRole('button', { name: 'Copy user ID of +15550100123', exact: true }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(`sms|${id}`);
});

test('a phone shows long addresses without scrolling sideways', async ({ page, doorcode }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const long = `${'a'.repeat(64)}@${'b'.repeat(60)}.${'c'.repeat(60)}.example`;
  await letIn(doorcode.database, [{ method: 'email', to: long, by: `${'d'.repeat(60)}@doorcode.example` }, { to: '+15550100123' }]);
  await visit(page, '/users');
  await expect(row(page, long)).toBeVisible();
  const width = (): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth);
  expect(await width()).toBeLessThanOrEqual(390);
  await page.getByRole('link', { name: `Delete ${long}`, exact: true }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  expect(await width()).toBeLessThanOrEqual(390);
});
