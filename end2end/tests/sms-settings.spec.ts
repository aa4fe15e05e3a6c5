// The SMS form: what it keeps, what it refuses, and what it never gives away.
import type { Locator, Page } from '@playwright/test';
import { expect, people, reload, test } from './support/fixtures';
import {
  choose,
  everyByte,
  expectFields,
  expectNoProblem,
  expectRefused,
  field,
  fillIn,
  openSms,
  option,
  pressSave,
  save,
} from './support/forms';

const sid = 'AC7f0c2b9d41e84a0fb3c6d29e5a1b8c34';
const token = 'd41d8cd98f00b204e9800998ecf891ce';
const service = 'MG3a5c7e9f1b2d4f6a8c0e2b4d6f8a0c1e';

test('a new installation shows the defaults', async ({ page }) => {
  const form = await openSms(page);
  await expect(page).toHaveTitle('Passwordless · Doorcode');
  for (const chosen of ['Twilio', 'Use From', 'Markdown']) {
    await expect(form.getByRole('radio', { name: chosen, exact: true })).toBeChecked();
  }
  await expectFields(form, { 'Twilio Account SID': '', 'Twilio Auth Token': '', From: '', 'OTP Expiry': '180', 'OTP Length': '6' });
  await expect(field(form, 'Message')).toHaveValue(/@@(password|code)@@/);
  await expect(option(form, 'Disable Sign Ups')).not.toBeChecked();
  await expect(option(form, 'Brute-force protection')).toBeChecked();
});

test('valid Twilio settings are there after a reload and after a restart', async ({ page, doorcode }) => {
  const texts = {
    'Twilio Account SID': sid,
    From: '+15557122661',
    Message: '@@password@@ is your code.\nIt is valid for 5 minutes. – ü',
    'OTP Expiry': '300',
    'OTP Length': '8',
  };
  const form = await openSms(page);
  await fillIn(form, { ...texts, 'Twilio Auth Token': token });
  await option(form, 'Disable Sign Ups').check();
  await option(form, 'Brute-force protection').uncheck();
  await save(page);
  await expect(page.getByRole('status').filter({ hasText: 'Saved' })).toContainText(people.owner.email);

  const check = async () => {
    await expectFields(form, { ...texts, 'Twilio Auth Token': '' });
    await expect(option(form, 'Disable Sign Ups')).toBeChecked();
    await expect(option(form, 'Brute-force protection')).not.toBeChecked();
  };
  await openSms(page);
  await check();
  await doorcode.restart();
  await reload(page);
  await check();
});

test('a messaging service replaces the sender', async ({ page }) => {
  const form = await openSms(page);
  await choose(form, 'Use Messaging Service');
  await fillIn(form, { 'Twilio Messaging Service SID': service });
  await expect(field(form, 'From')).toBeHidden();
  await save(page);
  await openSms(page);
  await expect(form.getByRole('radio', { name: 'Use Messaging Service', exact: true })).toBeChecked();
  await expectFields(form, { 'Twilio Messaging Service SID': service });
});

test('a custom gateway keeps its address, its proof and its switch', async ({ page }) => {
  const form = await openSms(page);
  await choose(form, 'Custom gateway');
  await expect(field(form, 'Twilio Account SID')).toBeHidden();
  await fillIn(form, { 'Gateway URL': 'https://sms.acme.example/send' });
  await choose(form, 'Bearer JWT');
  await fillIn(form, { Subject: 'doorcode', Audience: 'sms.acme.example', 'Gateway secret': 'c2VjcmV0LW9mLXRoZS1nYXRl' });
  await option(form, 'Secret is base64url-encoded').check();
  await option(form, 'Forward request info').check();
  await save(page);

  await openSms(page);
  await expect(form.getByRole('radio', { name: 'Custom gateway', exact: true })).toBeChecked();
  await expectFields(form, { 'Gateway URL': 'https://sms.acme.example/send', Subject: 'doorcode', Audience: 'sms.acme.example', 'Gateway secret': '' });
  await expect(field(form, 'Gateway secret')).toHaveAccessibleDescription(/^Set/);
  await expect(option(form, 'Secret is base64url-encoded')).toBeChecked();
  await expect(option(form, 'Forward request info')).toBeChecked();
});

test('missing provider values are saved, and warned about at their fields', async ({ page }) => {
  const form = await openSms(page);
  await fillIn(form, { 'OTP Length': '7' });
  await save(page);
  await expectNoProblem(page);
  for (const name of ['Twilio Account SID', 'Twilio Auth Token', 'From']) {
    await expect(field(form, name)).toHaveAccessibleDescription(/missing|needed|needs|before/i);
  }
});

test('fields of a provider that is not chosen keep their value and are not checked', async ({ page }) => {
  const form = await openSms(page);
  await fillIn(form, { 'Twilio Account SID': 'AC1' });
  await choose(form, 'Outbox');
  await save(page);
  await expectNoProblem(page);
  await openSms(page);
  await choose(form, 'Twilio');
  await expectFields(form, { 'Twilio Account SID': 'AC1' });
});

test('a long life of a code gets a warning and a duration in words', { tag: '@hydrated' }, async ({ page }) => {
  const form = await openSms(page);
  await fillIn(form, { 'OTP Expiry': '3600' });
  await expect(field(form, 'OTP Expiry')).toHaveAccessibleDescription(/1 hour/);
  await fillIn(form, { 'OTP Length': '7' });
  await expect(form.getByText('1 in 3,333,333')).toBeVisible();
});

type Rule = {
  name: string;
  /** What must be chosen for the field to count. */
  prepare?: (form: Locator) => Promise<void>;
  field: string;
  refused: Record<string, string | RegExp>;
  /** Whether the field shows what was typed; a secret never does. */
  secret?: boolean;
};

const gateway = async (form: Locator) => {
  await choose(form, 'Custom gateway');
  await choose(form, 'Bearer JWT');
};
const notSid = 'Enter an Account SID';
const notSender = 'Enter a number such as +15557122661';

const rules: Rule[] = [
  {
    name: 'an account SID is AC and 32 hex digits',
    field: 'Twilio Account SID',
    refused: { AC123: notSid, [`${sid}0`]: notSid, [sid.replace('AC', 'MG')]: notSid, [sid.replace('7', 'g')]: notSid },
  },
  {
    name: 'an auth token has at least 32 characters',
    field: 'Twilio Auth Token',
    refused: { 'too short': 'Enter 32 to 2048 characters.' },
    secret: true,
  },
  {
    name: 'a sender is a number, a short code or a name',
    field: 'From',
    refused: {
      '+0123456789': notSender,
      '+123456': notSender,
      '+1234567890123456': notSender,
      '12': notSender,
      '123456789': notSender,
      'Twelve chars': notSender,
      'Acmé': notSender,
    },
  },
  {
    name: 'a messaging service SID is MG and 32 hex digits',
    prepare: (form) => choose(form, 'Use Messaging Service'),
    field: 'Twilio Messaging Service SID',
    refused: { MG1: 'Enter a Messaging Service SID', [sid]: 'Enter a Messaging Service SID' },
  },
  {
    name: 'a gateway is reached by https at a whole address',
    prepare: gateway,
    field: 'Gateway URL',
    refused: {
      'http://sms.acme.example/': 'Enter a URL that begins with https://.',
      'sms.acme.example': 'Enter a full URL',
      [`https://sms.acme.example/${'a'.repeat(231)}`]: 'Use at most 255 characters; this has 256.',
    },
  },
  {
    name: 'a secret that is said to be base64url is base64url',
    prepare: async (form) => {
      await gateway(form);
      await fillIn(form, { 'Gateway URL': 'https://sms.acme.example/' });
      await option(form, 'Secret is base64url-encoded').check();
    },
    field: 'Gateway secret',
    refused: { 'not base64url!': 'Enter base64url' },
    secret: true,
  },
  {
    name: 'a message has 1 to 5120 characters and carries the code',
    field: 'Message',
    refused: {
      '': 'Enter a value.',
      ['@@password@@'.padEnd(5121, 'x')]: 'Use at most 5120 characters; this has 5121.',
      'Welcome to @@application.name@@.': 'The one-time code never appears',
    },
  },
  {
    name: 'a Liquid message parses',
    prepare: (form) => choose(form, 'Liquid'),
    field: 'Message',
    refused: { 'Your code:\n{{ code': /Line 2, column \d+: / },
  },
  {
    name: 'a code lives 60 to 86400 seconds',
    field: 'OTP Expiry',
    refused: { '59': 'Enter 60 to 86400 seconds.', '86401': 'Enter 60 to 86400 seconds.', '90.5': /seconds/, '': /\S/ },
  },
  {
    name: 'a code has 4 to 40 digits',
    field: 'OTP Length',
    refused: { '3': 'Enter 4 to 40 digits.', '41': 'Enter 4 to 40 digits.', '-6': /digits/ },
  },
];

/** What is typed beside the wrong value, and must survive. */
function companions(rule: Rule): Record<string, string> {
  const texts: Record<string, string> = { 'OTP Expiry': '240', 'OTP Length': '9', Message: '@@code@@ opens the door — “soon”' };
  delete texts[rule.field];
  return texts;
}

for (const rule of rules) {
  test(`refused at its field with nothing lost: ${rule.name}`, async ({ page, open }) => {
    const form = await openSms(page);
    await rule.prepare?.(form);
    const kept = companions(rule);
    await fillIn(form, kept);
    for (const [wrong, words] of Object.entries(rule.refused)) {
      await field(form, rule.field).fill(wrong);
      await pressSave(page);
      await expectRefused(page, form, { [rule.field]: words });
      await expectFields(form, kept);
      if (!rule.secret) await expectFields(form, { [rule.field]: wrong });
    }
    // Nothing reached the settings that everybody else sees.
    const other = await open('editor');
    await expectFields(await openSms(other), Object.fromEntries(Object.keys(kept).map((name) => [name, defaults[name]])));
  });
}

const defaults: Record<string, string | RegExp> = { 'OTP Expiry': '180', 'OTP Length': '6', Message: /@@/ };

test('several problems are listed together, and mending them all saves', async ({ page }) => {
  const form = await openSms(page);
  await fillIn(form, { 'Twilio Account SID': 'AC1', From: '12', 'OTP Length': '3' });
  await pressSave(page);
  await expectRefused(page, form, { 'Twilio Account SID': notSid, From: notSender, 'OTP Length': 'Enter 4 to 40 digits.' });
  await fillIn(form, { 'Twilio Account SID': sid, From: 'Acme', 'OTP Length': '4' });
  await save(page);
  await expectNoProblem(page);
  await openSms(page);
  await expectFields(form, { 'Twilio Account SID': sid, From: 'Acme', 'OTP Length': '4' });
});

test('a refused draft is there again for its owner, and for nobody else', { tag: '@no-js' }, async ({ page, open }) => {
  const form = await openSms(page);
  await fillIn(form, { 'OTP Length': '3', From: 'Acme' });
  await pressSave(page);
  await expectRefused(page, form, { 'OTP Length': 'Enter 4 to 40 digits.' });
  expect(new URL(page.url()).searchParams.get('draft')).toMatch(/\S/);

  await reload(page);
  await expectFields(form, { 'OTP Length': '3', From: 'Acme' });
  const other = await open('editor');
  await other.goto(page.url());
  await expect(other.getByRole('textbox', { name: 'From', exact: true })).not.toHaveValue('Acme');
});

test('line ends make no difference', async ({ page, doorcode }) => {
  const form = await openSms(page);
  const message = 'Line one: @@password@@\nLine two';
  await fillIn(form, { Message: message });
  await save(page);
  await openSms(page);
  await expectFields(form, { Message: message });
  const bytes = await everyByte(doorcode.directory);
  expect(bytes.includes('@@\nLine two') || bytes.includes('@@\\nLine two'), 'stored with LF').toBe(true);
  expect(bytes.includes('@@\r\nLine two') || bytes.includes('@@\\r\\nLine two'), 'stored with CRLF').toBe(false);
});

/** Collects the text of every answer that the page gets. */
function listen(page: Page): () => Promise<string> {
  const bodies: Promise<string>[] = [];
  page.on('response', (response) => {
    if (!response.url().includes('/pkg/')) bodies.push(response.text().catch(() => ''));
  });
  return async () => (await Promise.all(bodies)).join('\n');
}

test('a secret is kept, replaced and removed, and shows nowhere', async ({ page, doorcode }) => {
  const answers = listen(page);
  const form = await openSms(page);
  const secret = field(form, 'Twilio Auth Token');
  const remove = form.getByRole('checkbox', { name: 'Remove stored Twilio Auth Token', exact: true });
  await expect(remove).toBeHidden();

  // A refused save keeps everything but the secret.
  await fillIn(form, { 'Twilio Account SID': sid, 'Twilio Auth Token': token, 'OTP Length': '3' });
  await pressSave(page);
  await expectRefused(page, form, { 'OTP Length': 'Enter 4 to 40 digits.' });
  expect(await everyByte(doorcode.directory).then((bytes) => bytes.includes(token))).toBe(false);
  expect(await page.content()).not.toContain(token);

  await fillIn(form, { 'Twilio Auth Token': token, 'OTP Length': '6' });
  await save(page);
  await openSms(page);
  await expect(secret).toHaveValue('');
  await expect(secret).toHaveAttribute('type', 'password');
  await expect(secret).toHaveAccessibleDescription(new RegExp(`^Set.*91ce.*${people.owner.email}|^Set.*${people.owner.email}.*91ce`));
  await expect(remove).toBeVisible();

  await fillIn(form, { 'OTP Length': '7' });
  await save(page);
  await openSms(page);
  await expect(secret).toHaveAccessibleDescription(/^Set.*91ce/);

  const second = token.replace('91ce', '02bf');
  await fillIn(form, { 'Twilio Auth Token': second });
  await save(page);
  await openSms(page);
  await expect(secret).toHaveAccessibleDescription(/^Set.*02bf/);

  await remove.check();
  await save(page);
  await openSms(page);
  await expect(secret).not.toHaveAccessibleDescription(/^Set/);
  await expect(remove).toBeHidden();

  const bytes = await everyByte(doorcode.directory);
  for (const leak of [token, second]) {
    expect(await answers(), 'what the browser was sent').not.toContain(leak);
    expect(doorcode.output, 'what was logged').not.toContain(leak);
    expect(bytes.includes(leak), 'what is on disk').toBe(false);
    expect(bytes.includes(Buffer.from(leak).toString('base64')), 'what is on disk, in base64').toBe(false);
  }
});

test('a stored token belongs to its account: another account needs it again', async ({ page }) => {
  const form = await openSms(page);
  await fillIn(form, { 'Twilio Account SID': sid, 'Twilio Auth Token': token });
  await save(page);
  await openSms(page);
  const other = sid.replace('AC7f', 'ACaa');
  await fillIn(form, { 'Twilio Account SID': other });
  await pressSave(page);
  await expectRefused(page, form, { 'Twilio Auth Token': 'Enter the secret again' });
  await expectFields(form, { 'Twilio Account SID': other });

  await fillIn(form, { 'Twilio Auth Token': token.replace('91ce', '77aa') });
  await save(page);
  await openSms(page);
  await expect(field(form, 'Twilio Auth Token')).toHaveAccessibleDescription(/^Set.*77aa/);
});

test('the request example explains itself', async ({ page }) => {
  await openSms(page);
  const example = page.getByRole('group').filter({ hasText: 'Request example' }).last();
  await page.getByText('Request example', { exact: true }).click();
  await expect(example).toContainText('GET /authorize');
  for (const note of ['offline_access', 'favorite_color', 'audience']) await expect(example).toContainText(note);
});
