// The README's pictures; `make screenshots` takes them.
import { writeFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { fewerColours } from './support/png';
import { expect, test, visit } from './support/fixtures';
import { choose, field, fillIn, flip, formNamed, option, openEmail, openSms, save } from './support/forms';

test.describe('pictures', { tag: ['@screenshots', '@hydrated'] }, () => {
  test.slow();

  /** Takes one of the top of the page, and makes it small. */
  async function picture(page: Page, name: string, height = 1_000): Promise<void> {
    await page.mouse.move(0, 0);
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    const { width } = page.viewportSize() ?? { width: 1280 };
    await page.setViewportSize({ width, height });
    const png = await page.screenshot({ animations: 'disabled', caret: 'hide' });
    await writeFile(`screenshots/${name}.png`, fewerColours(png));
  }

  /** An installation in use. */
  async function furnish(page: Page): Promise<void> {
    await visit(page, '/settings');
    const installation = formNamed(page, 'Installation');
    await fillIn(installation, { 'Installation name': 'Acme staging' });
    await save(page, installation);
    for (const [name, type] of [['Acme Wallet', 'Native'], ['Acme Back office', 'Regular Web'], ['Acme Shop', 'Single Page']] as const) {
      await visit(page, '/applications/new');
      const form = formNamed(page, 'Register application');
      await field(form, 'Name').fill(name);
      await choose(form, type);
      await form.getByRole('button', { name: 'Register application', exact: true }).click();
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
    }
    await visit(page, '/connections/passwordless/sms/applications');
    await flip(page, 'Acme Wallet');
    await flip(page, 'Acme Shop');
    const form = await openSms(page);
    await fillIn(form, {
      'Twilio Account SID': 'AC7f0c2b9d41e84a0fb3c6d29e5a1b8c34',
      'Twilio Auth Token': 'd41d8cd98f00b204e9800998ecf891ce',
      From: '+15557122661',
    });
    await save(page);
    await flip(page, 'SMS');
    await flip(page, 'Email');
  }

  test('the console', async ({ page }) => {
    await furnish(page);
    await page.emulateMedia({ colorScheme: 'light' });
    await openSms(page);
    await picture(page, 'desktop-light');
    await page.emulateMedia({ colorScheme: 'dark' });
    await picture(page, 'desktop-dark');

    await page.emulateMedia({ colorScheme: 'light' });
    await openEmail(page);
    await page.getByRole('form', { name: 'Email settings', exact: true }).scrollIntoViewIfNeeded();
    await picture(page, 'email');
    await visit(page, '/connections/passwordless/sms/applications');
    await picture(page, 'applications', 800);

    const form = await openSms(page);
    await option(form, 'Disable Sign Ups').check();
    await fillIn(form, { 'OTP Length': '3' });
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(page.getByRole('heading', { name: 'There is a problem' })).toBeVisible();
    await picture(page, 'refused');
  });

  test('the console on a phone', async ({ page }) => {
    await furnish(page);
    await page.setViewportSize({ width: 390, height: 844 });
    await openSms(page);
    await picture(page, 'phone', 1_200);
  });

  test.describe('signed out', () => {
    test.use({ as: null });

    test('sign-in', async ({ page }) => {
      await visit(page, '/login');
      await picture(page, 'sign-in', 640);
    });
  });

  test.describe('not set up', () => {
    test.use({ installation: 'empty' });

    test('set-up', async ({ page, doorcode }) => {
      await visit(page, await doorcode.setUpUrl());
      await page.getByLabel('Setup token', { exact: true }).fill('one-time-token');
      await picture(page, 'setup', 640);
    });
  });
});
