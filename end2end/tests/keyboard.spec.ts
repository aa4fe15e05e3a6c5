// Everything by the keyboard alone.
import { expect, hydrated, test, visit } from './support/fixtures';
import { expectFields, expectToggle, field, openSms, toggle } from './support/forms';

test('the first stop is a link that skips to the content', async ({ page }) => {
  await visit(page, '/connections/passwordless');
  await page.keyboard.press('Tab');
  const skip = page.locator(':focus');
  await expect(skip).toHaveRole('link');
  await expect(skip).toHaveText(/skip/i);
  await expect(skip).toBeInViewport();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('main').locator(':focus')).toBeVisible();
});

test('arrows, Home and End move between the tabs, Enter and Space open one', { tag: '@hydrated' }, async ({ page }) => {
  await openSms(page);
  const tabs = page.getByRole('tablist', { name: 'Method', exact: true });
  const sms = tabs.getByRole('tab', { name: 'SMS', exact: true });
  const email = tabs.getByRole('tab', { name: 'Email', exact: true });
  await expect(sms).toHaveAttribute('aria-selected', 'true');
  await expect(email).toHaveAttribute('tabindex', '-1');

  await sms.focus();
  await page.keyboard.press('ArrowRight');
  await expect(email).toBeFocused();
  await expect(sms).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('ArrowRight');
  await expect(sms).toBeFocused();
  await page.keyboard.press('End');
  await expect(email).toBeFocused();
  await page.keyboard.press('Home');
  await expect(sms).toBeFocused();
  await page.keyboard.press('ArrowLeft');
  await expect(email).toBeFocused();

  await page.keyboard.press('Enter');
  await expect(page.getByRole('form', { name: 'Email settings', exact: true })).toBeVisible();
  await expect(email).toHaveAttribute('aria-selected', 'true');
  expect(new URL(page.url()).pathname).toBe('/connections/passwordless/email');

  await email.focus();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Space');
  await expect(page.getByRole('form', { name: 'SMS settings', exact: true })).toBeVisible();
});

test('a form is filled in and saved without a mouse', async ({ page }) => {
  const form = await openSms(page);
  await field(form, 'From').focus();
  await page.keyboard.type('Acme');
  await field(form, 'OTP Length').focus();
  await page.keyboard.press('Control+A');
  await page.keyboard.type('3');
  // Enter in a field saves, as in every form.
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'There is a problem', level: 2 })).toBeVisible();
  await hydrated(page);

  // The summary has the focus; its link leads to the field.
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(field(form, 'OTP Length')).toBeFocused();
  await page.keyboard.press('Control+A');
  await page.keyboard.type('7');
  const answered = page.waitForResponse((response) => response.request().method() === 'POST');
  await page.keyboard.press('Enter');
  await answered;
  await expect(page.getByRole('status').filter({ hasText: 'Saved' })).toBeVisible();
  await openSms(page);
  await expectFields(form, { From: 'Acme', 'OTP Length': '7' });
});

test('a method is switched by Space', async ({ page }) => {
  await visit(page, '/connections/passwordless');
  await toggle(page, 'Email').focus();
  await page.keyboard.press('Space');
  await expectToggle(page, 'Email', true);
});

test('what has the focus shows it', async ({ page }) => {
  await openSms(page);
  for (let stop = 0; stop < 12; stop += 1) {
    await page.keyboard.press('Tab');
    const shown = await page.locator(':focus').evaluate((element) => {
      const style = getComputedStyle(element);
      return (style.outlineStyle !== 'none' && style.outlineWidth !== '0px') || style.boxShadow !== 'none';
    });
    expect(shown, `stop ${stop + 1}`).toBe(true);
  }
});

test('Enter in a field of the email provider saves, and checks nothing', async ({ page }) => {
  await visit(page, '/settings');
  const form = page.getByRole('form', { name: 'Email provider', exact: true });
  await field(form, 'Host').fill('smtp.acme.example');
  const answered = page.waitForResponse((response) => response.request().method() === 'POST');
  await field(form, 'Host').press('Enter');
  expect((await answered).url()).toContain('/save_email_provider');
  await hydrated(page);
  await expect(form.getByRole('status').filter({ hasText: 'Saved' })).toBeVisible();
});
