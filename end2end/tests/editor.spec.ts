// The editor of a template: what it completes, finds, mends and never loses.
import type { Locator, Page } from '@playwright/test';
import { expect, expectAccessible, test, visit } from './support/fixtures';
import { choose, expectRefused, field, fillIn, openEmail, openSms, pressSave, save, savedNote, unsaved } from './support/forms';

const problems = (page: Page) => page.getByRole('list', { name: 'Problems', exact: true });
const completions = (page: Page) => page.getByRole('listbox', { name: 'Completions', exact: true });
const preview = (page: Page) => page.getByRole('region', { name: 'Preview', exact: true });
const frame = (page: Page) => page.frameLocator('iframe[title="Email preview"]');
const undo = (control: Locator) => control.press('ControlOrMeta+z');

/** The part of a textarea that is selected. */
const selected = (area: Locator) =>
  area.evaluate((element: HTMLTextAreaElement) => element.value.slice(element.selectionStart, element.selectionEnd));

/** What the mirror behind a textarea shows, line by line. */
const mirrored = (area: Locator) =>
  area.evaluate((element) => [...(element.previousElementSibling?.children ?? [])].map((line) => line.textContent).join('\n'));

const clean = '@@application.name@@: @@password@@';

test.describe('hydrated', { tag: '@hydrated' }, () => {
  test('parameters are completed by keyboard in Markdown', async ({ page }) => {
    const form = await openSms(page);
    const message = field(form, 'Message');
    await message.fill('');
    await message.pressSequentially('Hello @@app');
    await expect(completions(page).getByRole('option')).toHaveCount(3);
    await expect(message).toHaveAttribute('aria-activedescendant', /option|completions/);
    await expect(completions(page).getByRole('option', { selected: true })).toContainText('application.name');
    await message.press('ArrowDown');
    await expect(completions(page).getByRole('option', { selected: true })).toContainText('application.clientID');
    await message.press('ArrowUp');
    await message.press('Enter');
    await expect(completions(page)).toBeHidden();
    await expect(message).toHaveValue('Hello @@application.name@@');
    await expect(message).toBeFocused();
    await undo(message);
    await expect(message).toHaveValue('Hello @@app');
  });

  test('Escape keeps what was typed, and the list away until more is typed', async ({ page }) => {
    const form = await openSms(page);
    const message = field(form, 'Message');
    await message.fill('');
    await message.pressSequentially('@@pa');
    await expect(completions(page)).toBeVisible();
    await message.press('Escape');
    await expect(completions(page)).toBeHidden();
    await expect(message).toHaveValue('@@pa');
    await message.press('Enter');
    await expect(message).toHaveValue('@@pa\n');
  });

  test('Liquid completes parameters after {{, filters after | and tags after {%', async ({ page }) => {
    const form = await openSms(page);
    await choose(form, 'Liquid');
    const message = field(form, 'Message');
    await message.fill('');
    await message.pressSequentially('{{ ph');
    await message.press('Enter');
    await expect(message).toHaveValue('{{ phone_number }}');
    await message.fill('{{ application.name ');
    await message.press('End');
    await message.pressSequentially('| upc');
    await completions(page).getByRole('option', { name: /upcase/ }).click();
    await expect(message).toHaveValue(/^\{\{ application\.name \| upcase/);
    await message.fill('{');
    await message.press('End');
    await message.pressSequentially('% unl');
    await expect(completions(page).getByRole('option')).toContainText(['unless']);
  });

  test('undo brings back what a button, a fix, a reset or a conversion replaced', async ({ page }) => {
    const form = await openSms(page);
    const message = field(form, 'Message');
    const stored = await message.inputValue();
    await message.fill('');
    await message.pressSequentially('@@application.name@@ @@pasword@@');
    const typed = await message.inputValue();

    await form.getByRole('group', { name: 'Insert a parameter' }).getByRole('button', { name: 'phone_number' }).click();
    await expect(message).toHaveValue(`${typed}@@phone_number@@`);
    await undo(message);
    await expect(message).toHaveValue(typed);

    await problems(page).getByRole('button', { name: 'Fix: write password', exact: true }).click();
    await expect(message).toHaveValue('@@application.name@@ @@password@@');
    await undo(message);
    await expect(message).toHaveValue(typed);

    await form.getByRole('button', { name: 'Reset to last saved', exact: true }).click();
    await expect(message).toHaveValue(stored);
    await undo(message);
    await expect(message).toHaveValue(typed);

    await form.getByRole('button', { name: 'Reset to default', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText('What is stored stays until you save');
    await dialog.getByRole('button', { name: 'Reset to default', exact: true }).click();
    await expect(message).toHaveValue(/^Your code for @@application\.name@@/);
    await undo(message);
    await expect(message).toHaveValue(typed);

    await choose(form, 'Liquid');
    await form.getByRole('button', { name: 'Convert the parameters', exact: true }).click();
    await expect(message).toHaveValue('{{ application.name }} @@pasword@@');
    await undo(message);
    await expect(message).toHaveValue(typed);
  });

  test('a problem leads to its place and is mended by a click', async ({ page }) => {
    const form = await openSms(page);
    const message = field(form, 'Message');
    await message.fill(`${clean}\nin 5 minutes @@tenat@@`);
    await problems(page).getByRole('button', { name: 'Line 2, column 4', exact: true }).click();
    await expect(message).toBeFocused();
    expect(await selected(message)).toBe('5 minutes');
    await expect(form.getByRole('status').filter({ hasText: '2 warnings' })).toBeVisible();
    await problems(page).getByRole('button', { name: 'Fix: write 3 minutes', exact: true }).click();
    await problems(page).getByRole('button', { name: 'Fix: write tenant', exact: true }).click();
    await expect(message).toHaveValue(`${clean}\nin 3 minutes @@tenant@@`);
    await expect(problems(page)).toHaveCount(0);
    await expect(form.getByRole('status').filter({ hasText: 'No problems found' })).toBeVisible();
    await expect(message).toHaveAccessibleDescription(/No problems found/);
  });

  test('characters that make a message dear are named and replaced', async ({ page }) => {
    const form = await openSms(page);
    const message = field(form, 'Message');
    await message.fill(`“${clean}”…`);
    await expect(preview(page)).toContainText(/UCS-2, \d+ characters, 1 segment/);
    await expect(preview(page)).toContainText('Not in GSM-7, so each message costs more: “ ” …');
    await problems(page).getByRole('button', { name: /^Fix: replace/ }).click();
    await expect(message).toHaveValue(`"${clean}"...`);
    await expect(preview(page)).toContainText(/GSM-7, \d+ characters, 1 segment/);
    await expect(preview(page)).toContainText(/At most: GSM-7, \d+ characters, 1 segment/);
    await message.fill(`${clean} [€]`);
    await expect(preview(page)).toContainText('Count as two characters: [ € ]');
  });

  test('the expiry and the text of the default email are kept in step', async ({ page }) => {
    const form = await openEmail(page);
    await expect(problems(page)).toHaveCount(0);
    await fillIn(form, { 'OTP Expiry': '600' });
    const fix = problems(page).getByRole('button', { name: 'Fix: write 10 minutes', exact: true });
    await expect(fix.first()).toBeVisible();
    for (let left = await fix.count(); left > 0; left -= 1) {
      await fix.first().click();
      await expect(fix).toHaveCount(left - 1);
    }
    await expect(problems(page)).toHaveCount(0);
    await expect(frame(page).locator('body')).toContainText(/expires in 10\s+minutes/);
    await save(page);
  });

  test('problems of sender and subject stand at their fields', async ({ page }) => {
    const form = await openEmail(page);
    await fillIn(form, { From: '{{ app.name }} <no-reply@acme.example>', Subject: 'Code {{ cod }}' });
    await expect(problems(page)).toHaveCount(2);
    await page.getByRole('button', { name: 'Fix: write application.name', exact: true }).click();
    await expect(field(form, 'From')).toHaveValue('{{ application.name }} <no-reply@acme.example>');
    await page.getByRole('button', { name: 'Fix: write code', exact: true }).click();
    await expect(field(form, 'Subject')).toHaveValue('Code {{ code }}');
    await expect(problems(page)).toHaveCount(0);
  });

  test('the languages that a template mentions can be chosen, and one that gets nothing is caught', async ({ page }) => {
    const form = await openSms(page);
    await choose(form, 'Liquid');
    const branches = "{% if request_language contains 'fr-FR' %}{{ application.name }} : {{ code }} en France{% elsif request_language contains 'dutch' %}{{ application.name }}: {{ code }} in het Nederlands{% endif %}";
    await fillIn(form, { Message: branches });
    await expect(problems(page)).toContainText('when the language is any other');
    const language = preview(page).getByRole('combobox', { name: 'Language', exact: true });
    await language.fill('fr-FR');
    await expect(preview(page)).toContainText('en France');
    await language.fill('dutch');
    await expect(preview(page)).toContainText('in het Nederlands');
    const offered = await language.evaluate((element: HTMLInputElement) => [...(element.list?.options ?? [])].map((each) => each.value));
    expect(offered).toEqual(expect.arrayContaining(['en', 'fr-FR', 'dutch']));

    await pressSave(page);
    await expectRefused(page, form, { Message: /any other/ });
    await expect(field(form, 'Message')).toHaveValue(branches);
    await problems(page).getByRole('button', { name: /^Fix: add an {% else %}/ }).click();
    await expect(problems(page)).toHaveCount(0);
    await save(page);
  });

  test('a loop without end ends at once, with an error and without blanking the preview', async ({ page }) => {
    const form = await openSms(page);
    await choose(form, 'Liquid');
    await fillIn(form, { Message: 'Before {{ code }} {% for i in (1..1000000000) %}x{% endfor %}' });
    await expect(problems(page)).toContainText('10,000');
    await expect(preview(page)).toContainText('Before 482913');
  });

  test('the mirror has the lines of the text, whatever is done to it', async ({ page }) => {
    const form = await openEmail(page);
    const body = field(form, 'Body');
    const agrees = () => expect.poll(async () => (await mirrored(body)) === (await body.inputValue())).toBe(true);
    await agrees();
    await body.fill('<p>{{ code }}</p>\n<p>שלום {{ application.name }}</p>\n\n<p>😀👩‍👩‍👧 {{ link }}</p>\n');
    await agrees();
    await body.evaluate((element: HTMLTextAreaElement) => element.setSelectionRange(5, 30));
    await page.keyboard.press('Delete');
    await agrees();
    await page.keyboard.insertText('one\ntwo\nthree {{ tenant }}');
    await agrees();
    await undo(body);
    await agrees();
    await body.press('ControlOrMeta+a');
    await page.keyboard.press('Delete');
    await agrees();
    await expect(body).toHaveValue('');
    await expect(form.locator('.mirror')).toHaveAttribute('aria-hidden', 'true');
  });

  test('what is tinted is what the engine reads', async ({ page }) => {
    const form = await openEmail(page);
    await fillIn(form, { Body: 'a {{ code }} {% if link %}b{% endif %} @@code@@ {{ nope }}' });
    await expect(form.locator('.mirror .tok')).toHaveText(['{{ code }}', '@@code@@', '{{ ', 'nope', ' }}']);
    await expect(form.locator('.mirror .tag')).toHaveText(['{% if link %}', '{% endif %}']);
    await expect(form.locator('.mirror .warn')).toContainText(['nope']);
  });

  test('editor and preview fit a phone and a page at 200 %', async ({ page }) => {
    for (const width of [390, 640]) {
      await page.setViewportSize({ width, height: 800 });
      for (const open of [openSms, openEmail]) {
        const form = await open(page);
        const text = field(form, open === openSms ? 'Message' : 'Body');
        await text.press('ControlOrMeta+End');
        await text.pressSequentially(open === openSms ? ' @@' : ' {{ ');
        await expect(completions(page)).toBeVisible();
        const room = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
        expect(room[0], `at ${width}`).toBeLessThanOrEqual(room[1]);
        await text.press('Escape');
        await expect(preview(page)).toBeVisible();
        await form.getByRole('group', { name: 'Insert a parameter' }).getByRole('button', { name: 'application.name' }).click();
        await expect(text).toHaveValue(/application\.name(@@| \}\})$/);
        await page.getByRole('button', { name: 'Discard changes', exact: true }).click();
      }
    }
  });

  test('axe finds nothing with problems and completions open', async ({ page }) => {
    test.slow();
    const form = await openSms(page);
    const message = field(form, 'Message');
    await message.fill('“5 minutes” @@cod@@ ');
    await expect(problems(page)).toBeVisible();
    await message.press('End');
    await message.pressSequentially('@@');
    await expect(completions(page)).toBeVisible();
    await expectAccessible(page);
    await openEmail(page);
    for (const view of ['Mobile', 'Dark', 'Plain text']) {
      await preview(page).getByRole('radio', { name: view, exact: true }).check();
      await expectAccessible(page);
    }
  });
});

test('a template with an error is refused, with its place, and nothing is lost', async ({ page }) => {
  const form = await openSms(page);
  await choose(form, 'Liquid');
  const broken = 'Hello\n{{ application.name }}: {{ code }} {% if x %}';
  await fillIn(form, { Message: broken, 'OTP Length': '8' });
  await pressSave(page);
  await expectRefused(page, form, { Message: 'Line 2, column 36' });
  await expect(field(form, 'Message')).toHaveValue(broken);
  await expect(field(form, 'OTP Length')).toHaveValue('8');
  await expect(problems(page)).toContainText('The block {% if %} is not closed');
});

test('a warning is shown and does not keep from saving', async ({ page }) => {
  const form = await openSms(page);
  await fillIn(form, { Message: `${clean} @@tenat@@` });
  await save(page);
  await expect(savedNote(page)).toBeVisible();
  await openSms(page);
  await expect(problems(page)).toContainText('There is no parameter named “tenat”');
  await expect(unsaved(page)).toHaveCount(0);
});

test('a template that goes round without end is refused at once', async ({ page }) => {
  const form = await openEmail(page);
  await fillIn(form, { Body: '{{ code }} {{ link }} {% for i in (1..1000000000) %}x{% endfor %}' });
  await pressSave(page);
  await expectRefused(page, form, { Body: '10,000' });
});

test('names with signs come out right everywhere', async ({ page }) => {
  for (const name of ['@@code@@', 'A & B', 'Acme, Inc.']) {
    await visit(page, '/applications/new');
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
    await page.getByRole('button', { name: 'Register application', exact: true }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
    await visit(page, '/applications');
    await expect(page.getByRole('list', { name: 'Applications', exact: true })).toContainText(name);
  }
});

test('previews show names with signs as they are', { tag: '@hydrated' }, async ({ page }) => {
  let form = await openSms(page);
  await fillIn(form, { Message: clean });
  const choice = preview(page).getByRole('combobox', { name: 'Application', exact: true });
  for (const name of ['@@code@@', 'A & B', 'Acme, Inc.', '{{ code }}', '<b>x</b>']) {
    await choice.fill(name);
    await expect(preview(page).locator('.bubble')).toHaveText(`${name}: 482913`);
  }
  form = await openEmail(page);
  await fillIn(form, {
    From: '{{ application.name }} <no-reply@acme.example>',
    Subject: 'For {{ application.name }}',
    Body: '<h1>{{ application.name }}</h1><p title="{{ application.name }}">{{ code }} {{ link }}</p>',
  });
  for (const name of ['@@code@@', 'A & B', 'Acme, Inc.', '"Q" \\ <b>']) {
    await choice.fill(name);
    await expect(frame(page).getByRole('heading', { level: 1 })).toHaveText(name);
    await expect(frame(page).getByTitle(name, { exact: true })).toBeVisible();
    await expect(preview(page)).toContainText(`For ${name}`);
    await preview(page).getByRole('radio', { name: 'Plain text', exact: true }).check();
    await expect(preview(page).getByLabel('Plain text', { exact: true }).last()).toContainText(name);
    await preview(page).getByRole('radio', { name: 'Desktop', exact: true }).check();
  }
});

test('what a body tries does nothing in the preview', { tag: '@hydrated' }, async ({ page }) => {
  const asked: string[] = [];
  await page.context().route(/evil\.example|images\.example/, (route) => {
    asked.push(route.request().url());
    return route.fulfill({ status: 200, contentType: 'image/svg+xml', body: '<svg xmlns="http://www.w3.org/2000/svg"/>' });
  });
  const form = await openEmail(page);
  await fillIn(form, {
    Body: `<p>{{ code }} {{ link }}</p><script>document.title = 'ran'; fetch('https://evil.example/1')</script>
      <img src="x" onerror="document.body.textContent = 'ran'"><svg onload="document.body.textContent = 'ran'"></svg>
      <form action="https://evil.example/2"><button>Send</button></form>
      <meta http-equiv="refresh" content="0; url=https://evil.example/3"><base href="https://evil.example/">
      <iframe src="https://evil.example/4"></iframe><object data="https://evil.example/5"></object>
      <a href="https://evil.example/6">Link</a><a href="javascript:document.body.textContent='ran'">Script</a>
      <img alt="Remote" src="https://images.example/logo.svg" srcset="https://images.example/logo2.svg 2x">
      <div style="background: url(https://images.example/back.svg)">stays</div>`,
  });
  const shown = frame(page).locator('body');
  await expect(shown).toContainText('stays');
  await frame(page).getByRole('link', { name: 'Link', exact: true }).click();
  await frame(page).getByText('Script', { exact: true }).click();
  await frame(page).getByRole('button', { name: 'Send' }).click();
  await expect(shown).toContainText('stays');
  await expect(shown).not.toContainText('ran');
  expect(page.context().pages()).toHaveLength(1);
  expect(asked).toEqual([]);

  await preview(page).getByRole('checkbox', { name: 'Remote images', exact: true }).check();
  await expect.poll(() => asked.some((url) => url.includes('images.example'))).toBe(true);
  expect(asked.filter((url) => url.includes('evil.example'))).toEqual([]);
});
