// Measures how long a keystroke takes to be seen in the preview: typing.mjs URL EMAIL PASSWORD, against a running Doorcode.
//
// From the time stamp of the key event until the frame after the preview's change is painted. Frames are not held back for a
// screen (60 a second would hide everything below 16 ms), so what is measured is work.
import { existsSync } from 'node:fs';
import { chromium } from '@playwright/test';

const [url, email, password] = process.argv.slice(2);
const STROKES = 120;
const WARM_UP = 20;

const browser = await chromium.launch({
  executablePath: ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync),
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-frame-rate-limit', '--disable-gpu-vsync'],
});

/** Runs in a document: resolves with the time at which the next change of an element is painted. */
const nextPaint = (selector) =>
  new Promise((resolve) => {
    new MutationObserver((_, observer) => {
      observer.disconnect();
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve(performance.timeOrigin + performance.now());
        port2.postMessage(null);
      });
    }).observe(document.querySelector(selector), { subtree: true, childList: true, characterData: true });
  });

/** Types into an editor and gives the times of all strokes, sorted. */
async function type(page, name, document, selector) {
  const area = page.getByRole('textbox', { name, exact: true });
  await area.evaluate((element) => {
    element.focus();
    const middle = element.value.indexOf('\n', element.value.length / 2);
    element.setSelectionRange(middle + 1, middle + 1);
    element.addEventListener('keydown', (event) => (window.struck = performance.timeOrigin + event.timeStamp));
  });
  const times = [];
  for (let stroke = 0; stroke < WARM_UP + STROKES; stroke += 1) {
    const painted = document.evaluate(nextPaint, selector);
    // The observer is there once the document has answered something else.
    await document.evaluate(() => undefined);
    await page.keyboard.press('abcdefghij'[stroke % 10]);
    const time = (await painted) - (await page.evaluate(() => window.struck));
    if (stroke >= WARM_UP) times.push(time);
  }
  return times.sort((a, b) => a - b);
}

const say = (what, times) => {
  const at = (part) => times[Math.floor((times.length - 1) * part)].toFixed(1);
  console.log(`${what}: median ${at(0.5)} ms, 95th percentile ${at(0.95)} ms`);
};

try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(`${url}/login`);
  await page.getByRole('textbox', { name: 'Email', exact: true }).fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  const open = async (method) => {
    await page.waitForURL(/passwordless/);
    await page.goto(`${url}/connections/passwordless/${method}`);
    await page.waitForSelector('html[data-hydrated]');
  };

  // What the browser itself takes: a bare textarea whose text is copied into a paragraph.
  const floor = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await floor.setContent('<textarea aria-label="Text" rows="5" cols="60"></textarea><p class="bubble">-</p>');
  await floor.evaluate(() => {
    const area = document.querySelector('textarea');
    area.addEventListener('input', () => (document.querySelector('.bubble').textContent = area.value));
  });
  say('a bare page', await type(floor, 'Text', floor, '.bubble'));
  await floor.close();

  await open('sms');
  const message = page.getByRole('textbox', { name: 'Message', exact: true });
  const sms = 'Your code for @@application.name@@ is @@password@@.\nIt is valid for 3 minutes. Do not share it with anyone, also not with us: nobody at @@friendly_name@@ will ever ask you for it. Help: @@support_url@@';
  await message.fill(sms.padEnd(200, '.'));
  say('SMS of 200 bytes', await type(page, 'Message', page, '.bubble'));

  await open('email');
  const body = page.getByRole('textbox', { name: 'Body', exact: true });
  const source = await body.inputValue();
  const row = '<tr><td class="space soft" style="padding:4px 40px;font-size:14px;">{{ application.name }} keeps your account safe: see {{ support_url }}.</td></tr>\n';
  const rows = Math.floor((20_000 - source.length) / row.length);
  await body.fill(source.replace('</table>\n<!--[if mso]>', `${row.repeat(rows)}</table>\n<!--[if mso]>`));
  const size = ((await body.inputValue()).length / 1000).toFixed(0);
  const frame = page.frames().find((each) => each.url().includes('/preview/frame'));
  say(`email of ${size} KB`, await type(page, 'Body', frame, 'html'));
} finally {
  await browser.close();
}
