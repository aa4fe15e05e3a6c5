// What people do before the page has come alive counts.
import { type Page } from '@playwright/test';
import { expect, hydrated, test } from './support/fixtures';
import { choose, expectFields, expectToggle, fillIn, formNamed, option, save, smsPath, toggle, unsaved } from './support/forms';

test.describe('before hydration', { tag: '@hydrated' }, () => {
  /** Opens the SMS settings with the WASM three seconds late. */
  async function openEarly(page: Page): Promise<void> {
    await page.route('**/*.wasm', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      await route.continue();
    });
    await page.goto(smsPath, { waitUntil: 'commit' });
    await expect(page.getByRole('form', { name: 'SMS settings', exact: true })).toBeVisible();
    await expect(page.locator('html[data-hydrated]')).not.toBeAttached();
  }

  test('what is typed and chosen is kept, and is a change to save', async ({ page }) => {
    await openEarly(page);
    const form = formNamed(page, 'SMS settings');
    await choose(form, 'Outbox');
    await fillIn(form, { Message: '@@password@@ typed early', 'OTP Length': '8' });
    await option(form, 'Disable Sign Ups').check();
    await expect(page.locator('html[data-hydrated]')).not.toBeAttached();

    await hydrated(page);
    await expectFields(form, { Message: '@@password@@ typed early', 'OTP Length': '8' });
    await expect(form.getByRole('radio', { name: 'Outbox', exact: true })).toBeChecked();
    await expect(option(form, 'Disable Sign Ups')).toBeChecked();
    await expect(unsaved(page)).toBeVisible();
    await expect(page.getByRole('region', { name: 'Preview', exact: true })).toContainText('typed early');

    await save(page);
    await page.unroute('**/*.wasm');
    await page.reload();
    await hydrated(page);
    await expectFields(form, { Message: '@@password@@ typed early', 'OTP Length': '8' });
  });

  test('the cursor stays where it is', async ({ page }) => {
    await openEarly(page);
    const message = page.getByRole('textbox', { name: 'Message', exact: true });
    await message.focus();
    await hydrated(page);
    await expect(message).toBeFocused();
  });

  test('a toggle already works', async ({ page }) => {
    await openEarly(page);
    await toggle(page, 'SMS').click();
    await expectToggle(page, 'SMS', true);
  });

  test('links already work', async ({ page }) => {
    await openEarly(page);
    await page.getByRole('navigation', { name: 'Main', exact: true }).getByRole('link', { name: 'Applications', exact: true }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Applications');
  });
});
