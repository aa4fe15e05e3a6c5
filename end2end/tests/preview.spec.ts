// Beside each template stands what people will get.
import type { Page } from '@playwright/test';
import { expect, test } from './support/fixtures';
import { field, fillIn, openEmail, openSms } from './support/forms';

const preview = (page: Page) => page.getByRole('region', { name: 'Preview', exact: true });
const frame = (page: Page) => page.frameLocator('iframe[title="Email preview"]');

test.describe('hydrated', { tag: '@hydrated' }, () => {
  test('the SMS preview follows every keystroke without a request', async ({ page }) => {
    const form = await openSms(page);
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    await fillIn(preview(page), { Code: '482913' });
    await field(form, 'Message').fill('');
    await field(form, 'Message').pressSequentially('Use @@password@@ now');
    await expect(preview(page)).toContainText('Use 482913 now');
    await fillIn(preview(page), { Code: '1111' });
    await expect(preview(page)).toContainText('Use 1111 now');
    expect(requests).toEqual([]);
  });

  test('the preview takes its samples from its own fields', async ({ page }) => {
    const form = await openSms(page);
    await fillIn(form, { Message: '@@password@@ for @@phone_number@@' });
    await fillIn(preview(page), { Code: '9', 'Phone number': '+15550001111' });
    await expect(preview(page)).toContainText('9 for +15550001111');
  });

  test('a parameter’s button inserts it at the cursor', async ({ page }) => {
    const form = await openSms(page);
    const message = field(form, 'Message');
    await message.fill('Hello , @@password@@');
    await message.evaluate((element: HTMLTextAreaElement) => element.setSelectionRange(6, 6));
    await form.getByRole('button', { name: /phone_number/ }).first().click();
    await expect(message).toHaveValue('Hello @@phone_number@@, @@password@@');
  });

  test('an SMS preview never runs what a value holds', async ({ page }) => {
    const form = await openSms(page);
    await fillIn(form, { Message: '@@password@@ <img src=x onerror=alert(1)>' });
    await expect(preview(page)).toContainText('<img src=x onerror=alert(1)>');
    await expect(preview(page).locator('img[src=x]')).toHaveCount(0);
  });

  test('the email preview shows the stored body at once, as code and as link', async ({ page }) => {
    await openEmail(page);
    await expect(frame(page).locator('body')).toContainText('482913');
    await preview(page).getByRole('radio', { name: 'Link', exact: true }).check();
    await expect(frame(page).getByRole('link').first()).toBeVisible();
    await preview(page).getByRole('radio', { name: 'Plain text', exact: true }).check();
    await expect(preview(page).getByText(/https:\/\//).first()).toBeVisible();
  });

  test('the email preview shows the body in its own frame, without scripts', async ({ page }) => {
    const form = await openEmail(page);
    await fillIn(preview(page), { Code: '482913' });
    await fillIn(form, {
      Subject: '{{ code }} is your code',
      Body: '<h1 style="color: red">Hello {{ code }}</h1><script>document.body.textContent = "ran"</script><a href="{{ link }}">Sign in</a>',
    });
    await expect(preview(page)).toContainText('482913 is your code');
    await expect(frame(page).getByRole('heading', { level: 1 })).toHaveText('Hello 482913');
    await expect(frame(page).getByRole('heading', { level: 1 })).toHaveCSS('color', 'rgb(255, 0, 0)');
    await expect(frame(page).locator('body')).not.toContainText('ran');
    const sandbox = await page.locator('iframe[title="Email preview"]').getAttribute('sandbox');
    expect(sandbox).toBe('allow-scripts');

    // Links do nothing.
    await frame(page).getByRole('link', { name: 'Sign in' }).click();
    await expect(frame(page).getByRole('heading', { level: 1 })).toHaveText('Hello 482913');
  });

  test('a refresh in the body leads nowhere', async ({ page }) => {
    const form = await openEmail(page);
    await fillIn(form, { Body: '<meta http-equiv="refresh" content="0; url=https://evil.example/"><p>{{ code }} {{ link }} stays</p>' });
    await expect(frame(page).locator('body')).toContainText('stays');
    const frames = page.frames().map((each) => each.url());
    expect(frames.filter((url) => url.includes('evil.example'))).toEqual([]);
  });
});

test('the frame has a policy of its own', { tag: '@no-js' }, async ({ page, doorcode }) => {
  await openEmail(page);
  const answer = await page.request.get(`${doorcode.url}/preview/frame`);
  expect(answer.status()).toBe(200);
  const policy = answer.headers()['content-security-policy'];
  for (const part of ["default-src 'none'", "form-action 'none'", "base-uri 'none'", "frame-ancestors 'self'"]) expect(policy).toContain(part);
});

test('without JavaScript a button shows the preview', { tag: '@no-js' }, async ({ page, problems }) => {
  // The preview is sandboxed without scripts, so also without Playwright's: what the server answered is what counts.
  problems.expect(/Blocked script execution/);
  const form = await openEmail(page);
  await fillIn(form, { Body: '<p>Unsaved {{ code }} <a href="{{ link }}">link</a></p>' });
  const answered = page.context().waitForEvent('response', (response) => response.request().method() === 'POST');
  await page.getByRole('button', { name: 'Preview', exact: true }).click();
  const answer = await answered;
  expect(answer.status()).toBe(200);
  expect(await answer.text()).toMatch(/Unsaved \d+/);
});
