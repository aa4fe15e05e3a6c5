// What programs show instead of a password: made, shown once, used to read the outbox, revoked.
import type { Locator, Page } from '@playwright/test';
import { makeToken } from './support/api_tokens';
import { expect, hasJavaScript, hydrated, reload, test, visit } from './support/fixtures';
import { choose, everyByte, field, formNamed, openSms, option, save } from './support/forms';
import { keepMessages } from './support/schema';

const tokens = (page: Page): Locator => page.getByRole('list', { name: 'API tokens', exact: true });

test('a token is shown once, and only its hash is kept', async ({ page, doorcode }) => {
  const token = await makeToken(page, 'Playwright');
  expect(token).toMatch(/^dck_[\w-]{30,}$/);
  const row = tokens(page).getByRole('listitem');
  for (const text of ['Playwright', 'Reads the messages in the outbox', 'olga@doorcode.example', 'not used yet']) await expect(row).toContainText(text);
  await expect(field(formNamed(page, 'New API token'), 'Name')).toHaveValue('');
  await reload(page);
  expect(await page.content()).not.toContain(token);
  await expect(tokens(page)).toContainText('Playwright');
  await doorcode.stop();
  expect((await everyByte(doorcode.directory)).includes(token)).toBe(false);
  expect(doorcode.output).not.toContain(token);
});

test('a token reads the outbox until it is revoked, which asks first', async ({ page, doorcode, playwright }) => {
  const sms = await openSms(page);
  await choose(sms, 'Outbox');
  await save(page);
  const token = await makeToken(page, 'Playwright');
  await keepMessages(doorcode.database, [{ to: '+15550100123', text: 'Acme: 246810', code: '246810' }]);
  const program = await playwright.request.newContext({ baseURL: doorcode.url, extraHTTPHeaders: { Authorization: `Bearer ${token}` } });
  const read = () => program.get('/api/outbox', { params: { to: '+15550100123' } });
  const answer = await read();
  expect(answer.status()).toBe(200);
  expect(await answer.json()).toMatchObject({ connection: 'sms', to: '+15550100123', code: '246810', application: 'Acme Wallet' });

  await visit(page, '/settings');
  await expect(tokens(page)).toContainText('last used on');
  await expect(page.getByRole('dialog')).toBeHidden();
  await page.getByRole('link', { name: 'Revoke Playwright', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Revoke Playwright?', exact: true });
  await dialog.getByRole('link', { name: 'Cancel', exact: true }).click();
  await expect(dialog).toBeHidden();
  expect((await read()).status()).toBe(200);

  await hydrated(page);
  await page.getByRole('link', { name: 'Revoke Playwright', exact: true }).click();
  await dialog.getByRole('button', { name: 'Revoke', exact: true }).click();
  await expect(tokens(page)).toContainText('Revoked on');
  await expect(page.getByRole('link', { name: 'Revoke Playwright', exact: true })).toHaveCount(0);
  expect((await read()).status()).toBe(401);
  await program.dispose();
});

test('a token without a name or without a scope is refused and keeps what was typed', async ({ page }) => {
  await visit(page, '/settings');
  const form = formNamed(page, 'New API token');
  await option(form, 'Read the outbox').uncheck();
  await form.getByRole('button', { name: 'Create API token', exact: true }).click();
  await expect(field(form, 'Name')).toHaveAttribute('aria-invalid', 'true');
  await expect(field(form, 'Name')).toHaveAccessibleDescription(/Enter a value\./);
  await expect(form.getByRole('group', { name: 'Scopes' })).toHaveAccessibleDescription(/Choose what the token allows\./);
  await expect(option(form, 'Read the outbox')).not.toBeChecked();
  await hydrated(page);
  await field(form, 'Name').fill('Playwright');
  await form.getByRole('button', { name: 'Create API token', exact: true }).click();
  await expect(form.getByRole('group', { name: 'Scopes' })).toHaveAccessibleDescription(/Choose what the token allows\./);
  await expect(field(form, 'Name')).toHaveValue('Playwright');
  await expect(tokens(page)).toHaveCount(0);
  if (hasJavaScript()) await expect(field(form, 'Name')).not.toHaveAttribute('aria-invalid', 'true');
});

test.describe('an editor', () => {
  test.use({ as: 'editor' });

  test('has no say over API tokens', async ({ page }) => {
    await visit(page, '/settings');
    await expect(page.getByRole('heading', { name: 'Installation' })).toBeVisible();
    await expect(page.getByRole('heading', { name: 'API tokens' })).toHaveCount(0);
  });
});
