// Text messages really go out: through Twilio, a gateway and the outbox, tried from the view that proves it.
import type { Locator, Page } from '@playwright/test';
import { enable, register } from './support/applications';
import { hasJavaScript } from './support/fixtures';
import { choose, expectFields, expectRefused, field, fillIn, formNamed, openSms, option, pressSave, save } from './support/forms';
import { expect, test } from './support/providers';
import { fillInTest, openTry, result, sendButton, sendTest, turnToTry, verifyCode, words, wrongCode } from './support/try';
import { type Twilio, account, malformed, twilioError } from './support/twilio';

const recipient = '+15558675310';
const sender = '+15557122661';
const application = 'Acme Wallet';
const otherAccount = account.sid.replace('AC7f', 'ACaa');

/** Saves settings of which every message is `<code> opens Acme Wallet`. */
async function saveTwilio(page: Page, more: Record<string, string> = {}): Promise<void> {
  const form = await openSms(page);
  await fillIn(form, {
    'Twilio Account SID': account.sid,
    'Twilio Auth Token': account.token,
    From: sender,
    Message: '@@password@@ opens @@application.name@@',
    ...more,
  });
  await save(page);
}

/** Switches the method on for one application and has Twilio carry its messages. */
async function setUp(page: Page): Promise<void> {
  await enable(page, 'SMS', application);
  await saveTwilio(page);
}

/** The code in a message. */
function codeOf(text: string): string {
  const [code] = /^\d{6}(?= opens Acme Wallet$)/.exec(text) ?? [];
  if (code === undefined) throw new Error(`no code in: ${text}`);
  return code;
}

/** Sends and expects that the message is shown as Twilio got it. */
async function sendThroughTwilio(page: Page, twilio: Twilio): Promise<string> {
  const before = twilio.messages.length;
  await sendTest(page, { recipient, application });
  await expect(result(page)).toContainText(' opens Acme Wallet');
  expect(twilio.messages).toHaveLength(before + 1);
  expect(twilio.last).toMatchObject({ account: account.sid, to: recipient, from: sender, messagingService: null });
  await expect(result(page).getByText(twilio.last.body, { exact: true })).toBeVisible();
  return codeOf(twilio.last.body);
}

test.describe('Twilio', () => {
  test('takes a message, says later that it arrived, and its code opens the door once', async ({ page, twilio }) => {
    await setUp(page);
    await openTry(page, 'sms');
    const code = await sendThroughTwilio(page, twilio);
    await expect(result(page)).toContainText('Delivered', { timeout: 15_000 });
    await expect(result(page)).toContainText(/\d ms/);
    await expect(result(page)).toContainText(twilio.last.sid);

    await verifyCode(page, wrongCode(code));
    await expect(result(page)).toContainText(words.wrong(2));
    await verifyCode(page, code);
    await expect(result(page)).toContainText(words.right);
    await verifyCode(page, code);
    await expect(result(page)).toContainText(words.used);
  });

  test('is asked for 15 seconds what has become of a message', { tag: '@hydrated' }, async ({ page, twilio }) => {
    await setUp(page);
    twilio.progress = ['queued'];
    await openTry(page, 'sms');
    await sendThroughTwilio(page, twilio);
    await expect(result(page)).toContainText('Accepted');
    await expect(result(page)).not.toContainText('Delivered');
    const { asked: before } = twilio.last;
    twilio.progress = ['sent', 'delivered'];
    await expect(result(page)).toContainText('Delivered', { timeout: 15_000 });
    await expect(result(page)).not.toContainText('Accepted');

    // Nobody asks any more once there is an end.
    const { asked } = twilio.last;
    expect(asked).toBeGreaterThan(before);
    await sendTest(page, { recipient, application });
    await expect(result(page)).toContainText('Delivered', { timeout: 15_000 });
    expect(twilio.messages[0].asked).toBe(asked);
  });

  test('three wrong answers spend a code', async ({ page, twilio }) => {
    await setUp(page);
    await openTry(page, 'sms');
    const code = await sendThroughTwilio(page, twilio);
    for (const number of [1, 2, 3]) await verifyCode(page, wrongCode(code, number));
    await expect(result(page)).toContainText(words.wrongAgain);
    await verifyCode(page, code);
    await expect(result(page)).toContainText(words.spent);
    await expect(result(page)).not.toContainText(words.right);
  });

  test('is given a messaging service in place of a sender', async ({ page, twilio }) => {
    const service = `MG${'3a'.repeat(16)}`;
    await enable(page, 'SMS', application);
    const form = await openSms(page);
    await choose(form, 'Use Messaging Service');
    await fillIn(form, { 'Twilio Account SID': account.sid, 'Twilio Auth Token': account.token, 'Twilio Messaging Service SID': service });
    await save(page);
    await openTry(page, 'sms');
    await sendTest(page, { recipient, application });
    await expect(result(page)).toContainText(/Accepted|Delivered/);
    expect(twilio.last).toMatchObject({ from: null, messagingService: service });
  });

  test('gets the message in the language that was asked for', async ({ page, twilio }) => {
    await enable(page, 'SMS', application);
    const form = await openSms(page);
    await choose(form, 'Liquid');
    await fillIn(form, {
      'Twilio Account SID': account.sid,
      'Twilio Auth Token': account.token,
      From: 'Acme',
      Message: '{% if request_language == "de" %}Grüße! {{ code }}{% else %}Hello, {{ code }}{% endif %} {{ application.name }}',
    });
    await save(page);
    await openTry(page, 'sms');
    await sendTest(page, { recipient, application, language: 'de' });
    await expect(result(page)).toContainText(/Grüße! \d{6} Acme Wallet/);
    expect(twilio.last).toMatchObject({ from: 'Acme', body: expect.stringMatching(/^Grüße! \d{6} Acme Wallet$/) });
    await sendTest(page, { recipient, application, language: 'en' });
    await expect(result(page)).toContainText(/Hello, \d{6} Acme Wallet/);
  });

  test('gets what the form holds, also unsaved', { tag: '@hydrated' }, async ({ page, twilio, open }) => {
    await setUp(page);
    const form = await openSms(page);
    await fillIn(form, { Message: '@@password@@ is not saved yet', 'OTP Length': '9' });
    await turnToTry(page, 'SMS');
    await sendTest(page, { recipient, application });
    await expect(result(page)).toContainText(/\d{9} is not saved yet/);
    expect(twilio.last.body).toMatch(/^\d{9} is not saved yet$/);
    await verifyCode(page, twilio.last.body.slice(0, 9));
    await expect(result(page)).toContainText(words.right);
    // It is nobody else's yet.
    await expectFields(await openSms(await open('editor')), { Message: '@@password@@ opens @@application.name@@', 'OTP Length': '6' });
  });

  test('gets what is saved where no script runs, and the page says so', { tag: '@no-js' }, async ({ page, twilio }) => {
    await setUp(page);
    await openTry(page, 'sms');
    await expect(formNamed(page, 'Try').getByText('It is made from the settings as they are saved.').filter({ visible: true })).toHaveCount(1);
    await sendThroughTwilio(page, twilio);
  });

  test('still gets the token after a save that does not touch it, and after a restart', async ({ page, twilio, doorcode }) => {
    await setUp(page);
    await fillIn(await openSms(page), { 'OTP Expiry': '240' });
    await save(page);
    await doorcode.restart();
    await openTry(page, 'sms');
    await sendThroughTwilio(page, twilio);
  });

  test('of another account gets nothing until its token is typed', { tag: '@hydrated' }, async ({ page, twilio }) => {
    twilio.accounts.set(otherAccount, 'e'.repeat(32));
    await setUp(page);
    const form = await openSms(page);
    await fillIn(form, { 'Twilio Account SID': otherAccount });
    await turnToTry(page, 'SMS');
    await sendTest(page, { recipient, application });
    await expect(page.getByText(/Enter the secret again/).first()).toBeVisible();
    expect(twilio.requests.filter(({ path }) => path.includes(otherAccount))).toEqual([]);
    expect(twilio.requests.filter(({ method }) => method === 'POST')).toEqual([]);

    await openSms(page);
    await fillIn(form, { 'Twilio Account SID': otherAccount });
    await pressSave(page);
    await expectRefused(page, form, { 'Twilio Auth Token': 'Enter the secret again' });
    await fillIn(form, { 'Twilio Auth Token': 'e'.repeat(32) });
    await turnToTry(page, 'SMS');
    await sendTest(page, { recipient, application });
    await expect(result(page)).toContainText(/Accepted|Delivered/);
    expect(twilio.last.account).toBe(otherAccount);
  });

  test('carries a message for an application that is not switched on, and the result says so', async ({ page, twilio }) => {
    await register(page, application);
    await saveTwilio(page);
    await openTry(page, 'sms');
    await sendThroughTwilio(page, twilio);
    await expect(result(page)).toContainText('Not enabled for SMS');
  });

  test('is not troubled where something is missing', async ({ page, twilio }) => {
    await enable(page, 'SMS', application);
    await openTry(page, 'sms');
    await sendTest(page, { recipient, application });
    await expect(page.getByRole('main')).toContainText('The provider’s settings are incomplete.');
    expect(twilio.requests).toEqual([]);
  });

  test('is not troubled with what the form cannot mean, and all of that is said at once', async ({ page, twilio }) => {
    await setUp(page);
    await openTry(page, 'sms');
    const form = formNamed(page, 'Try');
    const typed = { Recipient: 'Ines', Language: 'en us' };
    await sendTest(page, { recipient: typed.Recipient, application, language: typed.Language });
    await expectRefused(page, form, { Recipient: 'Enter a phone number with its country code', Language: 'Enter a language tag' });
    await expectFields(form, typed);

    await sendTest(page, { recipient: typed.Recipient, application: 'No such application' });
    await expectRefused(page, form, {
      Recipient: 'Enter a phone number with its country code',
      Application: 'Enter the name or client ID of an application',
      Language: 'Enter a language tag',
    });
    expect(twilio.requests).toEqual([]);
  });

  test('has its code asked for: an empty one is refused at its field', async ({ page, twilio }) => {
    await setUp(page);
    await openTry(page, 'sms');
    const code = await sendThroughTwilio(page, twilio);
    await verifyCode(page, '');
    const box = page.getByRole('textbox', { name: 'Code', exact: true });
    await expect(box).toHaveAttribute('aria-invalid', 'true');
    await expect(box).toHaveAccessibleDescription(/Enter a value\./);
    // It was no guess.
    for (const number of [1, 2]) await verifyCode(page, wrongCode(code, number));
    await verifyCode(page, code);
    await expect(result(page)).toContainText(words.right);
  });

  test('is asked for one message, which stays in sight while its code is entered', async ({ page, twilio }) => {
    await setUp(page);
    await openTry(page, 'sms');
    await sendTest(page, { recipient, application, language: 'de' });
    await expect(result(page)).toContainText(twilio.last.body);
    await verifyCode(page, wrongCode(codeOf(twilio.last.body)));
    await expect(result(page)).toContainText(words.wrong(2));
    await expect(result(page)).toContainText(twilio.last.body);
    await expectFields(formNamed(page, 'Try'), { Recipient: recipient, Language: 'de' });
    expect(twilio.messages).toHaveLength(1);
  });
});

type Failure = {
  reply: Parameters<Twilio['answerNext']>[0];
  /** The provider's code beside the words. */
  code?: string;
  outcome: 'Refused' | 'Failed';
  says: string;
};

/** What is wrong with the recipient or the text. */
const ofMessages: Record<string, Failure> = {
  'a number that is none': twilio(21211, 'The recipient is not a valid phone number.'),
  'a country that the account may not send to': twilio(21408, 'The Twilio account may not send to the recipient’s country.'),
  'a recipient that a trial account does not reach': twilio(21608, 'A Twilio trial account sends to verified numbers only.'),
  'a recipient who said STOP': twilio(21610, 'The recipient has opted out of messages from this sender'),
  'a sender that does not reach the recipient': twilio(21612, 'From cannot send to this recipient.'),
  'a landline': twilio(21614, 'The recipient’s number takes no text messages'),
  'a text that is too long': twilio(21617, 'The message is longer than 1,600 characters.'),
};

/** What is wrong with the account, the sender, or Twilio itself. */
const ofTwilio: Record<string, Failure> = {
  'a wrong token': twilio(20003, 'Twilio does not accept the Account SID with this Auth Token.'),
  'a sender that is none': twilio(21212, 'From is not a sender that Twilio knows.'),
  'a sender of somebody else': twilio(21606, 'From does not belong to the Twilio account, or cannot send text messages.'),
  'a full queue': twilio(21611, 'Too many messages of this sender are waiting at Twilio.'),
  'a messaging service without numbers': twilio(21703, 'The Messaging Service does not exist in this account'),
  // With a pause beyond Doorcode's patience, so that it does not try again until that is over.
  'too many requests': { ...twilio(20429, 'The provider gets more messages than it allows.'), reply: twilioError(20429, 3_600) },
  'a failure of Twilio’s own': { ...twilio(20500, 'The provider reports a failure of its own.'), outcome: 'Failed' },
  'an answer that breaks off': { reply: malformed, outcome: 'Failed', says: 'The answer could not be read.' },
  'a connection that breaks': { reply: 'reset', outcome: 'Failed', says: 'The connection broke off before the answer came' },
  'no answer in time': { reply: 'hang', outcome: 'Failed', says: 'No answer came in time' },
};

function twilio(code: number, says: string): Failure {
  return { reply: twilioError(code), code: String(code), outcome: 'Refused', says };
}

for (const [about, failures] of Object.entries({ 'the message': ofMessages, 'Twilio': ofTwilio })) {
  test(`what is wrong with ${about} is said in plain words, and sent once`, async ({ page, twilio }) => {
    // Silence is waited for until Doorcode's patience ends.
    test.slow();
    await setUp(page);
    await openTry(page, 'sms');
    for (const [name, { reply, code, outcome, says }] of Object.entries(failures)) {
      await test.step(name, async () => {
        const before = twilio.requests.length;
        twilio.answerNext(reply);
        await sendTest(page, { recipient, application });
        await expect(result(page)).toContainText(says);
        await expect(result(page)).toContainText(outcome);
        if (code !== undefined) await expect(result(page)).toContainText(code);
        expect(twilio.requests.length - before, 'requests').toBe(1);
      });
    }
    expect(twilio.messages).toEqual([]);
  });
}

/** What carriers say later. */
const later: Record<number, string> = {
  30003: 'The phone is switched off, out of reach, or blocks the message.',
  30007: 'The message was filtered as unwanted, by Twilio or a carrier.',
  30038: 'The message was filtered because it carries a code.',
  30999: 'The message did not arrive. The provider’s code says more.',
};

test('a message that does not arrive is said to have failed, in plain words', { tag: '@hydrated' }, async ({ page, twilio }) => {
  test.slow();
  await setUp(page);
  await openTry(page, 'sms');
  for (const [code, says] of Object.entries(later)) {
    twilio.progress = ['sent', { status: 'undelivered', error_code: Number(code) }];
    await sendTest(page, { recipient, application });
    await expect(result(page)).toContainText(says, { timeout: 15_000 });
    await expect(result(page)).toContainText('Failed');
    await expect(result(page)).toContainText(code);
  }
});

test.describe('a custom gateway', () => {
  const key = Buffer.from('fbff3031323334353637383930313233', 'hex');

  async function saveGateway(page: Page, url: string, more: (form: Locator) => Promise<void>): Promise<void> {
    const form = await openSms(page);
    await choose(form, 'Custom gateway');
    await fillIn(form, { 'Gateway URL': url, Message: '@@password@@ opens @@application.name@@' });
    await more(form);
    await save(page);
  }

  /** Asks for a token that is signed with this secret. */
  async function bearer(form: Locator, secret: string, base64url: boolean): Promise<void> {
    await choose(form, 'Bearer JWT');
    await fillIn(form, { Subject: 'urn:Doorcode', Audience: 'urn:MySmsGateway', 'Gateway secret': secret });
    await option(form, 'Secret is base64url-encoded').setChecked(base64url);
  }

  test('gets recipient and text, and no token that it did not ask for', async ({ page, gateway, twilio }) => {
    await enable(page, 'SMS', application);
    await saveGateway(page, gateway.url, async () => undefined);
    await openTry(page, 'sms');
    await sendTest(page, { recipient, application });
    await expect(result(page)).toContainText('Accepted');
    await expect(result(page)).toContainText(gateway.last.body);
    expect(gateway.last).toEqual({ recipient, body: expect.stringMatching(/^\d{6} opens Acme Wallet$/) });
    await verifyCode(page, codeOf(gateway.last.body));
    await expect(result(page)).toContainText(words.right);
    expect(twilio.requests).toEqual([]);
  });

  test('gets a token that it can verify, by text and by base64url', async ({ page, gateway }) => {
    await enable(page, 'SMS', application);
    for (const base64url of [false, true]) {
      const secret = base64url ? key.toString('base64url') : 'a secret of the gateway';
      gateway.expected = { subject: 'urn:Doorcode', audience: 'urn:MySmsGateway', key: base64url ? key : Buffer.from(secret) };
      await saveGateway(page, gateway.url, (form) => bearer(form, secret, base64url));
      await openTry(page, 'sms');
      await sendTest(page, { recipient, application });
      await expect(result(page)).toContainText('Accepted');
    }
    expect(gateway.messages).toHaveLength(2);
  });

  test('learns who asked only where that is switched on', async ({ page, gateway }) => {
    await enable(page, 'SMS', application);
    await saveGateway(page, gateway.url, async () => undefined);
    await openTry(page, 'sms');
    await sendTest(page, { recipient, application });
    await expect(result(page)).toContainText('Accepted');
    expect(gateway.last.req).toBeUndefined();

    await saveGateway(page, gateway.url, (form) => option(form, 'Forward request info').check());
    await openTry(page, 'sms');
    await sendTest(page, { recipient, application });
    await expect(result(page)).toContainText('Accepted');
    expect(gateway.last.req).toEqual({ ip: '127.0.0.1', 'user-agent': await page.evaluate(() => navigator.userAgent) });
  });

  test('that refuses is quoted by its status and by nothing else', async ({ page, gateway }) => {
    await enable(page, 'SMS', application);
    await saveGateway(page, gateway.url, async () => undefined);
    await openTry(page, 'sms');
    for (const [status, says] of [
      [401, 'The gateway answered 401: it does not accept the token.'],
      [204, 'The gateway answered with a status other than 200'],
      [500, 'The gateway answered with a status other than 200'],
    ] as const) {
      gateway.answerNext({ status, body: status === 204 ? undefined : 'what the gateway says' });
      await sendTest(page, { recipient, application });
      await expect(result(page)).toContainText(says);
      await expect(result(page)).toContainText(String(status));
      expect(await page.content()).not.toContain('what the gateway says');
    }
    expect(gateway.requests).toHaveLength(3);
  });

  test('at a private address that is not listed gets nothing', async ({ page, gateway, doorcode }) => {
    await enable(page, 'SMS', application);
    await saveGateway(page, gateway.url.replace('http:', 'https:'), async () => undefined);
    await doorcode.restart({ DOORCODE_ALLOW_PRIVATE_HOSTS: 'gateway.internal' });
    await openTry(page, 'sms');
    await sendTest(page, { recipient, application });
    await expect(result(page)).toContainText('The host is at a private address');
    expect(gateway.requests).toEqual([]);
  });
});

test.describe('the outbox', () => {
  async function saveOutbox(page: Page): Promise<void> {
    const form = await openSms(page);
    await choose(form, 'Outbox');
    await fillIn(form, { Message: '@@password@@ opens @@application.name@@' });
    await save(page);
  }

  test('has the message at once, and its code opens the door', async ({ page, twilio }) => {
    await enable(page, 'SMS', application);
    await saveOutbox(page);
    await openTry(page, 'sms');
    await sendTest(page, { recipient, application });
    await expect(result(page)).toContainText('Delivered');
    const [text] = /\d{6} opens Acme Wallet/.exec(await result(page).innerText()) ?? [''];
    await verifyCode(page, codeOf(text));
    await expect(result(page)).toContainText(words.right);
    expect(twilio.requests).toEqual([]);
  });

  test('takes ten tests in ten minutes of each administrator', async ({ page, open, problems }) => {
    test.slow();
    await enable(page, 'SMS', application);
    await saveOutbox(page);
    await openTry(page, 'sms');
    for (let number = 1; number <= 10; number += 1) {
      await sendTest(page, { recipient: `+1555867531${number % 10}`, application });
      await expect(result(page)).toContainText('Delivered');
    }
    problems.expectStatus(429);
    await fillInTest(page, { recipient: '+15558675399', application });
    await sendButton(page).click();
    await expect(page.getByText(words.tooMany).first()).toBeVisible();
    if (hasJavaScript()) await expect(field(formNamed(page, 'Try'), 'Recipient')).toHaveValue('+15558675399');

    const other = await open('editor');
    await openTry(other, 'sms');
    await sendTest(other, { recipient, application });
    await expect(result(other)).toContainText('Delivered');
  });
});

test.describe('a viewer', () => {
  test.use({ as: 'viewer' });

  test('cannot send', async ({ page }) => {
    await page.goto('/connections/passwordless/sms/try');
    await expect(page.getByRole('button', { name: 'Send test message' })).not.toBeEnabled();
    await expect(page.getByRole('main').getByText(/viewer|editor|role/i).first()).toBeVisible();
  });
});
