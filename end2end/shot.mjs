import { chromium } from '@playwright/test';
import { spawn, execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
const bin = process.env.DOORCODE_BIN, site = process.env.DOORCODE_SITE_DIR, out = process.env.OUT;
const dir = mkdtempSync('/tmp/shot-');
const env = { ...process.env, DOORCODE_DATA_DIR: dir, DOORCODE_ADDR: '127.0.0.1:4555', DOORCODE_SITE_DIR: site };
const mk = (e, r) => execFileSync(bin, ['admin', 'create', '--email', e, '--role', r, '--password-stdin'], { env, input: 'correct horse battery staple\n' });
mk('olga@acme.example', 'owner'); mk('ines.maria.gonzalez-fernandez@international-products.acme.example', 'editor');
const server = spawn(bin, ['serve'], { env, stdio: 'ignore' });
const url = 'http://127.0.0.1:4555';
for (;;) { try { await fetch(url + '/healthz'); break; } catch { await new Promise(r => setTimeout(r, 100)); } }
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
async function login(email) {
  const c = await browser.newContext({ viewport: { width: 1280, height: 900 }, javaScriptEnabled: false });
  const p = await c.newPage(); await p.goto(url + '/login');
  await p.getByLabel('Email').fill(email); await p.getByLabel('Password').fill('correct horse battery staple');
  await p.getByRole('button', { name: 'Sign in' }).click(); await p.waitForURL('**/passwordless*');
  return p;
}
const fill = async (p, path, f) => { await p.goto(url + path); await f(p); await p.getByRole('button', { name: 'Save', exact: true }).click(); await p.waitForLoadState(); };
const a = await login('olga@acme.example'), b = await login('ines.maria.gonzalez-fernandez@international-products.acme.example');
const sms = '/connections/passwordless/sms', email = '/connections/passwordless/email';
const T = (de, en) => `{% if request_language == 'de' %}${de}{% elsif request_language == 'fr' %}Votre code pour {{ application.name }} : {{ code }}{% else %}${en}{% endif %}`;
await fill(a, sms, async p => { await p.getByLabel('Outbox').check(); await p.getByLabel('Message', { exact: true }).fill('Your code for @@application.name@@ is @@password@@.\nIt is valid for 3 minutes.'); });
await fill(b, sms, async p => { await p.getByLabel('Liquid').check(); await p.getByLabel('Message', { exact: true }).fill(T('Ihr Code für {{ application.name }} ist {{ code }}.', 'Your code for {{ application.name }} is {{ code }}.')); await p.getByLabel('OTP Length').fill('8'); });
await fill(a, sms, async p => { await p.getByLabel('Message', { exact: true }).fill(T('Dein Code für {{ application.name }} ist {{ code }}.\nGib ihn nicht weiter.', 'Your sign-in code for {{ application.name }} is {{ code }}.\nDo not share it.')); await p.getByLabel('OTP Expiry').fill('300'); await p.getByLabel('Disable Sign Ups').check(); });
await fill(a, email, async p => { await p.getByLabel('Subject', { exact: true }).fill('{{ code }} is your code for {{ application.name }}'); });
await fill(b, email, async p => { await p.getByLabel('Subject', { exact: true }).fill('{{ code }}: your sign-in code'); const body = await p.getByLabel('Body', { exact: true }).inputValue(); await p.getByLabel('Body', { exact: true }).fill(body.replace(/Sign in/g, 'Log in')); });
const state = await a.context().storageState();
const shots = JSON.parse(process.env.SHOTS ?? '[]');
for (const [name, path, opts = {}] of shots) {
  const c = await browser.newContext({ storageState: state, viewport: { width: opts.w ?? 1280, height: opts.h ?? 900 }, colorScheme: opts.dark ? 'dark' : 'light', javaScriptEnabled: !opts.nojs });
  const p = await c.newPage(); await p.goto(url + path); if (!opts.nojs) await p.waitForSelector('html[data-hydrated]');
  if (opts.click) await p.getByRole('button', { name: opts.click, exact: true }).first().click();
  await p.waitForTimeout(500);
  await p.screenshot({ path: `${out}/${name}.png`, fullPage: opts.full ?? true }); await c.close();
}
await browser.close(); server.kill();
