// Views whose code is loaded when they are first looked at: fetched once, and said so where that fails.
import { expect, test, visit } from './support/fixtures';
import { expectFields, fillIn, formNamed, openSms } from './support/forms';

test.describe('hydrated', { tag: '@hydrated' }, () => {
  test('the first visit fetches no view but its own', async ({ page }) => {
    const fetched: string[] = [];
    page.on('request', (request) => fetched.push(new URL(request.url()).pathname.split('/').pop() ?? ''));
    await openSms(page);
    expect(fetched.filter((name) => /^(split|chunk)_/.test(name))).toEqual([]);
    const views = page.getByRole('navigation', { name: 'SMS views', exact: true });
    for (let round = 0; round < 2; round += 1) {
      await views.getByRole('link', { name: 'Try', exact: true }).click();
      await expect(formNamed(page, 'Try')).toBeVisible();
      await views.getByRole('link', { name: 'Settings', exact: true }).click();
      await expect(formNamed(page, 'SMS settings')).toBeVisible();
    }
    expect(fetched.filter((name) => name === 'split_trial.wasm')).toHaveLength(1);
  });

  test('a view that cannot be loaded says so, loses nothing, and comes when it can', async ({ page, problems }) => {
    problems.expect(/Failed to fetch|Failed to load resource|net::ERR_FAILED/);
    const form = await openSms(page);
    await fillIn(form, { 'OTP Length': '7' });
    await page.route('**/split_trial.wasm', (route) => route.abort());
    const views = page.getByRole('navigation', { name: 'SMS views', exact: true });
    await views.getByRole('link', { name: 'Try', exact: true }).click();
    await expect(page.getByRole('heading', { name: 'This view could not be loaded' })).toBeVisible();

    await page.unroute('**/split_trial.wasm');
    await views.getByRole('link', { name: 'Settings', exact: true }).click();
    await expectFields(formNamed(page, 'SMS settings'), { 'OTP Length': '7' });
    await views.getByRole('link', { name: 'Try', exact: true }).click();
    await expect(formNamed(page, 'Try')).toBeVisible();
  });

  test('a page that begins with such a view and cannot load it works as without JavaScript', async ({ page, problems }) => {
    problems.expect(/Failed to fetch|Failed to load resource|net::ERR_FAILED/);
    await page.route('**/split_email_settings.wasm', (route) => route.abort());
    await page.goto('/connections/passwordless/email');
    const form = formNamed(page, 'Email settings');
    await fillIn(form, { From: 'no-reply@acme.example' });
    await form.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(page.getByRole('status').filter({ hasText: 'Saved' })).toBeVisible();
  });

  test('every view comes alive where one begins with it', async ({ page }) => {
    for (const view of ['sms/try', 'email/try', 'email', 'sms/applications', 'email/applications']) {
      await visit(page, `/connections/passwordless/${view}`);
      await expect(page.locator('html')).toHaveAttribute('data-hydrated', '');
    }
  });
});
