// What Doorcode writes while messages go out, into its files and down to the finest trace of every library into its log: never a
// code, a recipient or a secret.
import type { Page } from '@playwright/test';
import { enable } from './support/applications';
import { visit } from './support/fixtures';
import { choose, everyByte, fillIn, formNamed, openEmail, openSms, option, save } from './support/forms';
import { expect, test } from './support/providers';
import { openTry, result, sendTest, verifyCode, words, wrongCode } from './support/try';
import { account, twilioError } from './support/twilio';

test.use({ environment: { DOORCODE_LOG: 'json,trace' } });

const application = 'Acme Wallet';
const number = '+15558675310';
const address = 'ines.secretive@acme.example';
const gatewaySecret = 'a secret of the gateway';
const user = { name: 'doorcode', password: 'a password of the mail server' };

/** Sends one test message and answers it, first wrongly and then rightly. */
async function tryOut(page: Page, method: 'sms' | 'email', code: () => string): Promise<void> {
  await openTry(page, method);
  await sendTest(page, { recipient: method === 'sms' ? number : address, application });
  await expect(result(page)).toContainText(/Accepted|Delivered/);
  await verifyCode(page, wrongCode(code()));
  await verifyCode(page, code());
  await expect(result(page)).toContainText(words.right);
}

test('nothing secret is written, whatever is sent and however it ends', async ({ page, doorcode, twilio, gateway, mailServer }) => {
  test.slow();
  const secrets: string[] = [];
  /** Remembers the code of a text, which is eight digits long so that none is found by chance. */
  const codeIn = (text: string | undefined) => {
    const code = /\d{8}/.exec(text ?? '')?.[0] ?? 'no code';
    secrets.push(code);
    return code;
  };
  await enable(page, 'SMS', application);
  const sms = await openSms(page);
  await fillIn(sms, {
    'Twilio Account SID': account.sid,
    'Twilio Auth Token': account.token,
    From: '+15557122661',
    'OTP Length': '8',
    Message: '@@password@@ for @@phone_number@@',
  });
  await save(page);
  await tryOut(page, 'sms', () => codeIn(twilio.last.body));
  for (const reply of [twilioError(21211), twilioError(20500), 'reset'] as const) {
    twilio.answerNext(reply);
    await sendTest(page, { recipient: number, application });
    await expect(result(page)).toContainText(/Refused|Failed/);
  }

  await openSms(page);
  await choose(sms, 'Custom gateway');
  await fillIn(sms, { 'Gateway URL': gateway.url });
  await choose(sms, 'Bearer JWT');
  await fillIn(sms, { Subject: 'urn:Doorcode', Audience: 'urn:MySmsGateway', 'Gateway secret': gatewaySecret });
  await option(sms, 'Forward request info').check();
  await save(page);
  gateway.expected = { subject: 'urn:Doorcode', audience: 'urn:MySmsGateway', key: Buffer.from(gatewaySecret) };
  await tryOut(page, 'sms', () => codeIn(gateway.last.body));
  const token = String(gateway.requests.at(-1)?.headers.authorization).replace('Bearer ', '');

  const server = await mailServer({ security: 'STARTTLS', user });
  await visit(page, '/settings');
  const provider = formNamed(page, 'Email provider');
  await fillIn(provider, { Host: 'localhost', Port: String(server.port), 'User name': user.name, 'SMTP password': user.password });
  await save(page, provider);
  await enable(page, 'Email', 'Acme Mail');
  await fillIn(await openEmail(page), { From: 'Acme <no-reply@acme.example>', Subject: '{{ code }}', 'OTP Length': '8' });
  await save(page);
  await openTry(page, 'email');
  await sendTest(page, { recipient: address, application: 'Acme Mail', sendAs: 'Link' });
  await expect(result(page)).toContainText('Accepted');
  const { subject, html } = server.last.mail;
  await verifyCode(page, codeIn(subject));
  await expect(result(page)).toContainText(words.right);
  const links = [...String(html).matchAll(/[?&;](?:token|verification_code|ticket|code)=([\w-]{8,})/g)].map(([, value]) => value);
  expect(links, 'the token of the link').not.toEqual([]);

  expect(doorcode.output, 'the libraries speak as well').toMatch(/"target":"(hyper|reqwest|rustls|sqlx)/);
  const basic = Buffer.from(`${account.sid}:${account.token}`).toString('base64');
  const plain = Buffer.from(`\0${user.name}\0${user.password}`).toString('base64');
  secrets.push(number.slice(1), address, encodeURIComponent(address), account.token, basic, gatewaySecret, token, user.password, plain, ...links);
  const files = await everyByte(doorcode.directory);
  for (const secret of secrets) {
    const line = doorcode.output.split('\n').find((each) => each.includes(secret));
    expect(line, `${secret} is logged`).toBeUndefined();
    expect(files.includes(secret), `${secret} is in a file`).toBe(false);
  }
});
