// The email form: what it keeps and what it refuses.
import type { Page } from '@playwright/test';
import { expect, hasJavaScript, reload, test } from './support/fixtures';
import { everyByte, expectFields, expectNoProblem, expectRefused, field, fillIn, openEmail, option, pressSave, save } from './support/forms';

const body = '<p>Your code is <b>{{ code }}</b>.</p>\n<p><a href="{{ link }}">Sign in</a></p>';

/** Makes sure that there is a row of that number. */
async function row(page: Page, number: number): Promise<void> {
  if (!hasJavaScript()) return;
  const name = page.getByRole('textbox', { name: `Name ${number}`, exact: true });
  while (!(await name.isVisible())) await page.getByRole('button', { name: 'Add parameter', exact: true }).click();
}

test('a new installation shows the defaults', async ({ page }) => {
  const form = await openEmail(page);
  await expectFields(form, { From: '', 'Name 1': 'scope', 'Value 1': 'openid', 'OTP Expiry': '180', 'OTP Length': '6' });
  await expect(field(form, 'Subject')).toHaveValue(/application\.name/);
  await expect(field(form, 'Body')).toHaveValue(/link/);
  if (!hasJavaScript()) await expect(field(form, 'Name 4')).toHaveValue('');
});

test('valid settings are there after a reload and after a restart', async ({ page, doorcode }) => {
  const texts = {
    From: '{{ application.name }} <no-reply@acme.example>',
    Subject: '{{ code }} is your code – “soon”',
    Body: body,
    'OTP Expiry': '600',
    'OTP Length': '10',
  };
  const form = await openEmail(page);
  await fillIn(form, texts);
  await row(page, 2);
  await fillIn(form, { 'Value 1': 'openid email', 'Name 2': 'audience', 'Value 2': 'https://api.acme.example/?a=1&b=2' });
  await option(form, 'Disable Sign Ups').check();
  await save(page);

  const check = async () => {
    await expectFields(form, {
      ...texts,
      'Name 1': 'scope',
      'Value 1': 'openid email',
      'Name 2': 'audience',
      'Value 2': 'https://api.acme.example/?a=1&b=2',
    });
    await expect(option(form, 'Disable Sign Ups')).toBeChecked();
  };
  await openEmail(page);
  await check();
  await doorcode.restart();
  await reload(page);
  await check();
});

test('blank rows are ignored and emptied rows are gone', async ({ page }) => {
  const form = await openEmail(page);
  await row(page, 3);
  await fillIn(form, { 'Name 1': '', 'Value 1': '', 'Name 3': 'audience', 'Value 3': 'x' });
  await save(page);
  await openEmail(page);
  await expectFields(form, { 'Name 1': 'audience', 'Value 1': 'x' });
});

test('a body of 20480 characters with many lines is saved as it is', async ({ page, doorcode }) => {
  const filler = `${'x'.repeat(79)}\n`.repeat(300);
  const long = `${body}\n${filler}`.slice(0, 20_480);
  const form = await openEmail(page);
  await fillIn(form, { Body: long });
  await save(page);
  await expectNoProblem(page);
  await openEmail(page);
  await expectFields(form, { Body: long });
  expect((await everyByte(doorcode.directory)).includes('x\r\nx'), 'stored with CRLF').toBe(false);
});

test('a missing sender is saved and warned about', async ({ page }) => {
  const form = await openEmail(page);
  await fillIn(form, { 'OTP Length': '7' });
  await save(page);
  await expectNoProblem(page);
  await expect(field(form, 'From')).toHaveAccessibleDescription(/missing|needed|needs|before/i);
});

type Rule = { name: string; field: string; refused: Record<string, string | RegExp> };

const notAddress = 'Enter an email address';

const rules: Rule[] = [
  {
    name: 'a sender is an address, with or without a display name',
    field: 'From',
    refused: {
      Acme: notAddress,
      'Acme <>': 'Enter a value.',
      'Acme <no-reply@>': notAddress,
      'a@b@c.example': notAddress,
      'Acme <{{ tenant }}@acme.example>': 'Write the address out',
      [`${'a'.repeat(1020)} <a@acme.example>`]: 'Use at most 1024 characters',
    },
  },
  {
    name: 'a subject has 1 to 1024 characters and parses',
    field: 'Subject',
    refused: { '': 'Enter a value.', ['x'.repeat(1025)]: 'Use at most 1024 characters; this has 1025.', 'For {{ application.name': /Line 1, column \d+: / },
  },
  {
    name: 'a body has 1 to 20480 characters and carries code and link',
    field: 'Body',
    refused: {
      '': 'Enter a value.',
      [body.padEnd(20_481, 'x')]: 'Use at most 20480 characters; this has 20481.',
      '<p>Hello</p>': 'The one-time code never appears',
      '<p>{{ code }}</p>': 'The link never appears',
      '<p>{{ link }}\n{{ code </p>': /Line 2, column \d+: /,
    },
  },
  {
    name: 'a code lives 60 to 86400 seconds',
    field: 'OTP Expiry',
    refused: { '59': 'Enter 60 to 86400 seconds.', '86401': 'Enter 60 to 86400 seconds.' },
  },
  {
    name: 'a code has 4 to 40 digits',
    field: 'OTP Length',
    refused: { '3': 'Enter 4 to 40 digits.', '41': 'Enter 4 to 40 digits.' },
  },
];

for (const rule of rules) {
  test(`refused at its field with nothing lost: ${rule.name}`, async ({ page, open }) => {
    const form = await openEmail(page);
    const kept: Record<string, string> = { 'Value 1': 'openid profile', 'OTP Expiry': '240', 'OTP Length': '9', Body: `${body} – “kept”` };
    delete kept[rule.field];
    await fillIn(form, kept);
    for (const [wrong, words] of Object.entries(rule.refused)) {
      await field(form, rule.field).fill(wrong);
      await pressSave(page);
      await expectRefused(page, form, { [rule.field]: words });
      await expectFields(form, { ...kept, [rule.field]: wrong });
    }
    const other = await open('editor');
    await expectFields(await openEmail(other), { 'Value 1': 'openid' });
  });
}

test('parameters that Doorcode sets itself are refused', async ({ page }) => {
  test.slow();
  const form = await openEmail(page);
  const reserved = ['client_id', 'response_type', 'redirect_uri', 'state', 'nonce', 'code', 'verification_code', 'connection', 'email'];
  for (const name of reserved) {
    await fillIn(form, { 'Name 1': name });
    await pressSave(page);
    await expectRefused(page, form, { 'Name 1': 'Choose another name: Doorcode sets this parameter itself.' });
    await expectFields(form, { 'Name 1': name, 'Value 1': 'openid' });
  }
});

test('a parameter has a name, and a name of its own', async ({ page }) => {
  const form = await openEmail(page);
  await row(page, 3);
  await fillIn(form, { 'Name 2': 'scope', 'Value 2': 'again', 'Name 3': '', 'Value 3': 'nameless' });
  await pressSave(page);
  await expectRefused(page, form, { 'Name 2': 'Choose another name: this one is used above.', 'Name 3': 'Enter a value.' });
  await expectFields(form, { 'Name 2': 'scope', 'Value 2': 'again', 'Value 3': 'nameless' });
});

test('a template goes back to what was saved, and after a question to the default', { tag: '@hydrated' }, async ({ page }) => {
  const form = await openEmail(page);
  const initial = await field(form, 'Body').inputValue();
  await fillIn(form, { Body: body });
  await save(page);
  await fillIn(form, { Body: `${body} more` });

  const resets = (name: string) => form.getByRole('button', { name: new RegExp(`^${name}`) });
  await resets('Reset to last saved').last().click();
  await expectFields(form, { Body: body });

  await resets('Reset to default').last().click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toBeVisible();
  await expectFields(form, { Body: body });
  await dialog.getByRole('button', { name: /reset/i }).click();
  await expectFields(form, { Body: initial });

  // It still needs to be saved.
  await page.getByRole('region', { name: 'Unsaved changes', exact: true }).getByRole('button', { name: 'Discard changes' }).click();
  await expectFields(form, { Body: body });
});
