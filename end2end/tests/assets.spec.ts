// What the browser loads: named by its content, kept for good, and gone with an upgrade without breaking a page.
import { expect, hasJavaScript, test, visit } from './support/fixtures';

test('assets are named by their content and kept for good', async ({ page }) => {
  await visit(page, '/connections/passwordless/sms');
  const html = await (await page.request.get('/connections/passwordless/sms')).text();
  const names = [...html.matchAll(/\/pkg\/[\w./-]+\.(?:js|wasm|css)/g)].map(([name]) => name);
  for (const ending of ['.js', '.wasm', '.css']) expect(names.some((name) => name.endsWith(ending)), ending).toBe(true);
  for (const name of new Set(names)) {
    expect(name).toMatch(/\/pkg\/[0-9a-zA-Z_-]{8,}\//);
    const answer = await page.request.get(name, { headers: { 'Accept-Encoding': 'br' } });
    expect(answer.status(), name).toBe(200);
    expect(answer.headers()['cache-control'], name).toContain('immutable');
    // Compressed in the background after the start.
    const encoding = async () => (await page.request.head(name, { headers: { 'Accept-Encoding': 'br' } })).headers()['content-encoding'];
    await expect.poll(encoding, { message: name, timeout: 20_000 }).toBe('br');
    expect(answer.headers()['x-content-type-options'], name).toBe('nosniff');
  }
});

test('the assets of an earlier version are gone and not kept', async ({ page, problems }) => {
  problems.expectStatus(404);
  for (const name of ['console.js', 'console.wasm', 'console.css']) {
    const answer = await page.request.get(`/pkg/0123456789abcdef/${name}`);
    expect(answer.status()).toBe(404);
    expect(answer.headers()['cache-control'] ?? '').not.toContain('immutable');
  }
});

test('a page from before an upgrade still works', async ({ page, problems }) => {
  // Its WASM and its glue are gone: the page stays what the server sent.
  problems.expectStatus(404);
  problems.expect(/Failed to (fetch|load)|dynamically imported module|preload/);
  const old = (name: string) => name.replace(/\/pkg\/[^/]+\//, '/pkg/0123456789abcdef/');
  await page.route('**/pkg/**/*.{js,wasm}', (route) => route.continue({ url: old(route.request().url()) }));
  await page.goto('/connections/passwordless');
  if (hasJavaScript()) await expect(page.locator('html[data-hydrated]')).not.toBeAttached();
  await page.getByRole('switch', { name: 'SMS', exact: true }).click();
  await expect(page.getByRole('switch', { name: 'SMS', exact: true })).toHaveAttribute('aria-checked', 'true');
});

test('pages carry the headers of a careful site', async ({ page }) => {
  await visit(page, '/connections/passwordless');
  const headers = (await page.request.get('/connections/passwordless')).headers();
  const policy = headers['content-security-policy'];
  for (const part of ["'nonce-", "'wasm-unsafe-eval'", "frame-src 'self'", "frame-ancestors 'none'", "form-action 'self'"]) {
    expect(policy).toContain(part);
  }
  expect(policy).not.toContain('unsafe-inline');
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
  });
  const nonce = (text: string) => /'nonce-([^']+)'/.exec(text)?.[1];
  const again = (await page.request.get('/connections/passwordless')).headers()['content-security-policy'];
  expect(nonce(policy)).not.toBe(nonce(again));
});
