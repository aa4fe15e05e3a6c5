// Where things are, and that every address can be opened directly.
import { expect, test, visit } from './support/fixtures';

const pages = [
  { path: '/', lands: '/connections/passwordless', h1: 'Passwordless' },
  { path: '/connections/passwordless', h1: 'Passwordless' },
  { path: '/connections/passwordless/sms', h1: 'Passwordless' },
  { path: '/connections/passwordless/email', h1: 'Passwordless' },
  { path: '/connections/passwordless/sms/applications', h1: 'Passwordless' },
  { path: '/connections/passwordless/email/applications', h1: 'Passwordless' },
  { path: '/applications', h1: 'Applications' },
  { path: '/applications/new', h1: 'Register application' },
  { path: '/users', h1: 'Users' },
  { path: '/activity', h1: 'Activity' },
  { path: '/activity/outbox', h1: 'Activity' },
  { path: '/settings', h1: 'Settings' },
  { path: '/account', h1: 'Account' },
];

for (const { path, lands, h1 } of pages) {
  test(`${path} opens directly`, async ({ page }) => {
    await visit(page, path);
    expect(new URL(page.url()).pathname).toBe(lands ?? path);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(h1);
    await expect(page).toHaveTitle(`${h1} · Doorcode`);
    const answer = await page.request.get(path);
    expect(answer.headers()['cache-control']).toContain('no-store');
  });
}

test('the navigation leads to what there is, and to nothing else', async ({ page }) => {
  await visit(page, '/connections/passwordless');
  const main = page.getByRole('navigation', { name: 'Main', exact: true });
  await expect(main.getByRole('link')).toHaveText(['Passwordless', 'Applications', 'Users', 'Activity', 'Settings']);
  await expect(main.getByRole('link', { name: 'Passwordless', exact: true })).toHaveAttribute('aria-current', 'page');
  for (const name of ['Applications', 'Users', 'Activity', 'Settings', 'Passwordless']) {
    await main.getByRole('link', { name, exact: true }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
    await expect(page).toHaveTitle(`${name} · Doorcode`);
  }
  await page.getByRole('banner').getByRole('link', { name: 'Account' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Account');
});

test('tabs and views are links with addresses of their own', async ({ page }) => {
  await visit(page, '/connections/passwordless');
  await expect(page.getByRole('tab', { name: 'SMS', exact: true })).toHaveAttribute('aria-selected', 'true');
  await page.getByRole('tab', { name: 'Email', exact: true }).click();
  await expect(page.getByRole('tabpanel').getByRole('form', { name: 'Email settings', exact: true })).toBeVisible();
  expect(new URL(page.url()).pathname).toBe('/connections/passwordless/email');
  const views = page.getByRole('navigation', { name: 'Email views', exact: true });
  await expect(views.getByRole('link')).toHaveText(['Settings', 'Applications', 'Try', 'History']);
  await views.getByRole('link', { name: 'Applications', exact: true }).click();
  await expect(views.getByRole('link', { name: 'Applications', exact: true })).toHaveAttribute('aria-current', 'page');
  await page.goBack();
  await expect(page.getByRole('form', { name: 'Email settings', exact: true })).toBeVisible();
});

test('an unknown address says so', async ({ page, problems }) => {
  problems.expectStatus(404);
  const answer = await page.goto('/no/such/page');
  expect(answer?.status()).toBe(404);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Page not found');
});

test('an unknown application is a 404 as well', async ({ page, problems }) => {
  problems.expectStatus(404);
  expect((await page.goto('/applications/no-such-client'))?.status()).toBe(404);
});

test('every page fits a phone', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  for (const { path } of pages) {
    await visit(page, path);
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(wider, `pixels that ${path} is too wide`).toBeLessThanOrEqual(0);
  }
});
