// Emails really go out: through a mail server that is set up on the settings page, or into the outbox.
import type { Locator, Page } from '@playwright/test';
import { enable } from './support/applications';
import { selfSigned } from './support/certificate';
import { hasJavaScript, hydrated, people, visit } from './support/fixtures';
import { choose, everyByte, expectFields, expectRefused, field, fillIn, formNamed, openEmail, pressSave, save } from './support/forms';
import type { MailServer, Security } from './support/mail';
import { expect, test } from './support/providers';
import { openTry, result, sendTest, turnToTry, verifyCode, words, wrongCode } from './support/try';

const recipient = 'ines@acme.example';
const application = 'Acme, Inc.';
const user = { name: 'doorcode', password: 'a password of the mail server' };
const settings = {
  From: '{{ application.name }} <no-reply@acme.example>',
  Subject: '{{ code }} – Ihr Code für {{ application.name }}',
  Body: '<p>Grüße 😀! {{ application.name }} &amp; you:\n<b>{{ code }}</b></p>\n.\n{% if send == "link" %}<p><a href="{{ link }}">Sign in</a></p>{% endif %}\n',
};

/** Opens the settings page and gives the provider's form. */
async function openProvider(page: Page): Promise<Locator> {
  await visit(page, '/settings');
  const form = formNamed(page, 'Email provider');
  await expect(form).toBeVisible();
  return form;
}

/** Types where a mail server is and how it is spoken to. */
async function fillInServer(form: Locator, server: MailServer, security: Security, signsIn: boolean): Promise<void> {
  await choose(form, 'SMTP');
  await fillIn(form, { Host: 'localhost', Port: String(server.port) });
  await choose(form, security);
  await fillIn(form, signsIn ? { 'User name': user.name, 'SMTP password': user.password } : { 'User name': '' });
}

/** Presses `Check connection` and waits until the server has answered. */
async function check(page: Page, form: Locator): Promise<void> {
  const answered = page.waitForResponse((response) => response.request().method() === 'POST', { timeout: 15_000 });
  await form.getByRole('button', { name: 'Check connection', exact: true }).click();
  expect((await answered).status()).toBe(hasJavaScript() ? 200 : 303);
  await hydrated(page);
}

/** Where the check tells what it found. */
const found = (form: Locator) => form.getByRole('status');

async function saveProvider(page: Page, server: MailServer | undefined, security: Security = 'STARTTLS'): Promise<void> {
  const form = await openProvider(page);
  if (server === undefined) await choose(form, 'Outbox');
  else await fillInServer(form, server, security, true);
  await save(page, form);
}

async function saveEmail(page: Page): Promise<void> {
  await fillIn(await openEmail(page), settings);
  await save(page);
}

test.describe('the email provider', () => {
  const banner = (page: Page) => page.getByRole('main').getByText('Nobody carries emails out yet');

  test('is asked for on the email tab until it is set', async ({ page }) => {
    await openEmail(page);
    await expect(banner(page)).toBeVisible();
    await page.getByRole('main').getByRole('link', { name: 'Set the email provider', exact: true }).click();
    await hydrated(page);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Settings');
    const form = formNamed(page, 'Email provider');
    await expect(form.getByRole('radio', { name: 'SMTP', exact: true })).toBeChecked();
    await choose(form, 'Outbox');
    await save(page, form);
    await openEmail(page);
    await expect(banner(page)).toBeHidden();
  });

  test('is there after a reload and after a restart, and its password nowhere', async ({ page, mailServer, doorcode }) => {
    const server = await mailServer({ security: 'STARTTLS', user });
    await saveProvider(page, server);
    const check = async () => {
      const form = await openProvider(page);
      await expectFields(form, { Host: 'localhost', Port: String(server.port), 'User name': user.name, 'SMTP password': '' });
      await expect(form.getByRole('radio', { name: 'STARTTLS', exact: true })).toBeChecked();
      await expect(field(form, 'SMTP password')).toHaveAccessibleDescription(new RegExp(`^Set.*${people.owner.email}`));
      expect(await page.content()).not.toContain(user.password);
    };
    await check();
    await doorcode.restart();
    await check();
    expect(doorcode.output).not.toContain(user.password);
    expect((await everyByte(doorcode.directory)).includes(user.password)).toBe(false);
  });

  test('is refused at its fields, with nothing lost', async ({ page }) => {
    const form = await openProvider(page);
    await fillIn(form, { Host: 'https://smtp.acme.example', Port: '65536', 'User name': 'doorcode' });
    await pressSave(form);
    await expectRefused(page, form, { Host: 'Enter a host, such as smtp.example.com', Port: 'Enter a port from 1 to 65535' });
    await expectFields(form, { Host: 'https://smtp.acme.example', Port: '65536', 'User name': 'doorcode' });
  });

  test('without a host is saved and warned about', async ({ page }) => {
    const form = await openProvider(page);
    await fillIn(form, { 'User name': 'doorcode' });
    await save(page, form);
    await expect(field(form, 'Host')).toHaveAccessibleDescription(/missing|needed|needs|before/i);
  });

  test('keeps its password for its host and port alone', async ({ page, mailServer }) => {
    const server = await mailServer({ security: 'STARTTLS', user });
    const other = await mailServer({ security: 'STARTTLS', user });
    await saveProvider(page, server);
    const form = await openProvider(page);
    await fillIn(form, { 'User name': 'doorcode' });
    await check(page, form);
    await expect(found(form).filter({ hasText: 'Connected to' })).toBeVisible();

    await fillIn(form, { Port: String(other.port) });
    await check(page, form);
    await expectRefused(page, form, { 'SMTP password': 'Enter the secret again' });
    await pressSave(form);
    await expectRefused(page, form, { 'SMTP password': 'Enter the secret again' });
    expect(other.connections).toBe(0);
  });

  test.describe('an editor', () => {
    test.use({ as: 'editor' });

    test('sees it and cannot change it', async ({ page }) => {
      const form = await openProvider(page);
      await expect(field(form, 'Host')).not.toBeEditable();
      await expect(form.getByRole('button', { name: 'Save' })).toBeHidden();
      await expect(form.getByRole('button', { name: 'Check connection' })).toBeHidden();
    });
  });
});

test.describe('a check of the connection', () => {
  for (const security of ['STARTTLS', 'TLS', 'None'] as const) {
    for (const signsIn of [true, false]) {
      test(`with ${security}, ${signsIn ? 'signing in' : 'without a user'}, sends nothing and keeps what was typed`, async ({ page, mailServer }) => {
        const server = await mailServer({ security, user: signsIn ? user : undefined });
        const form = await openProvider(page);
        await fillInServer(form, server, security, signsIn);
        await check(page, form);
        const encrypted = security === 'None' ? 'without encryption' : 'encrypted';
        const as = signsIn ? `, signed in as ${user.name}` : '';
        await expect(form).toContainText(`Connected to localhost:${server.port}, ${encrypted}${as}. Nothing was sent.`);
        expect(server.signedIn).toBe(signsIn ? 1 : 0);
        expect(server.messages).toEqual([]);
        await expectFields(form, { Host: 'localhost', Port: String(server.port), 'User name': signsIn ? user.name : '' });
        await expect(form.getByRole('radio', { name: security, exact: true })).toBeChecked();

        // It was a check: nothing was saved.
        await expectFields(await openProvider(page), { Host: '' });
      });
    }
  }

  type Trouble = {
    /** How the server is started. */
    server: Omit<Parameters<typeof MailServer.start>[0], 'certificate'> & { stranger?: boolean };
    /** What is chosen in the form. */
    security: Security;
    password?: string;
    says: string;
  };

  const troubles: Record<string, Trouble> = {
    'a wrong password': {
      server: { security: 'STARTTLS', user },
      security: 'STARTTLS',
      password: 'another password',
      says: 'The mail server does not accept user name and password.',
    },
    'a certificate of a stranger': {
      server: { security: 'TLS', user, stranger: true },
      security: 'TLS',
      says: 'The server’s certificate is not valid for this host.',
    },
    'a stranger behind STARTTLS': {
      server: { security: 'STARTTLS', user, stranger: true },
      security: 'STARTTLS',
      says: 'The server’s certificate is not valid for this host.',
    },
    'no STARTTLS': {
      server: { security: 'None', user },
      security: 'STARTTLS',
      says: 'The mail server does not offer STARTTLS.',
    },
    'TLS where the server begins in clear': {
      server: { security: 'STARTTLS', user },
      security: 'TLS',
      says: 'No encrypted connection came about.',
    },
    'no way to sign in': {
      server: { security: 'STARTTLS' },
      security: 'STARTTLS',
      says: 'The mail server offers no way to sign in by password.',
    },
  };

  for (const [name, { server, security, password, says }] of Object.entries(troubles)) {
    test(`says what is wrong: ${name}`, async ({ page, mailServer }) => {
      const started = await mailServer(server.stranger ? { ...server, certificate: selfSigned() } : server);
      const form = await openProvider(page);
      await fillInServer(form, started, security, true);
      if (password !== undefined) await fillIn(form, { 'SMTP password': password });
      await check(page, form);
      await expect(form).toContainText(says);
      expect(started.signedIn).toBe(0);
    });
  }

  test('says what is wrong: nobody there, no such host', async ({ page, mailServer }) => {
    const server = await mailServer({ security: 'None' });
    const form = await openProvider(page);
    await fillInServer(form, server, 'None', false);
    await server.stop();
    await check(page, form);
    await expect(form).toContainText('No connection came about.');
    await fillIn(form, { Host: 'mail.invalid' });
    await check(page, form);
    await expect(form).toContainText('The host name has no address.');
  });

  test('needs a host', async ({ page }) => {
    const form = await openProvider(page);
    await check(page, form);
    await expectRefused(page, form, { Host: 'Enter a value.' });
  });

  test('reaches no private address that is not listed, and sends no password in clear', async ({ page, mailServer, doorcode }) => {
    const server = await mailServer({ security: 'None', user });
    await doorcode.restart({ DOORCODE_ALLOW_PRIVATE_HOSTS: 'mail.internal' });
    const form = await openProvider(page);
    for (const host of ['localhost', '127.0.0.1', '2130706433', '0177.0.0.1', '[::ffff:127.0.0.1]']) {
      await fillInServer(form, server, 'None', false);
      await fillIn(form, { Host: host });
      await check(page, form);
      await expect(form).toContainText('The host is at a private address');
    }
    await fillInServer(form, server, 'None', true);
    await check(page, form);
    await expect(form).toContainText('The password would be sent without encryption.');
    expect(server.connections).toBe(0);
  });
});

test.describe('an email', () => {
  for (const security of ['STARTTLS', 'TLS', 'None'] as const) {
    test(`with a code arrives over ${security} as the template has it, and the code opens the door`, async ({ page, mailServer }) => {
      const server = await mailServer({ security, user });
      await saveProvider(page, server, security);
      await enable(page, 'Email', application);
      await saveEmail(page);
      await openTry(page, 'email');
      await sendTest(page, { recipient, application, sendAs: 'Code' });
      await expect(result(page)).toContainText('Accepted');

      expect(server.messages).toHaveLength(1);
      const { mail, raw, ...envelope } = server.last;
      expect(envelope).toEqual({ from: 'no-reply@acme.example', to: [recipient], user: user.name, encrypted: security !== 'None' });
      const [code] = /^\d{6}/.exec(mail.subject ?? '') ?? [''];
      expect(code).toMatch(/^\d{6}$/);
      expect(mail.subject).toBe(`${code} – Ihr Code für Acme, Inc.`);
      expect(part(mail.html)).toBe(`<p>Grüße 😀! Acme, Inc. &amp; you:\n<b>${code}</b></p>\n.\n\n`);
      expect(part(mail.text)).toBe(`Grüße 😀! Acme, Inc. & you: ${code}\n\n.`);
      expect(mail.from?.value).toEqual([{ name: 'Acme, Inc.', address: 'no-reply@acme.example' }]);
      expectHeaders(server.last);

      // What the page shows is what was sent, byte for byte.
      await expect(result(page)).toContainText(`${code} – Ihr Code für Acme, Inc.`);
      await expect(result(page)).toContainText('"Acme, Inc." <no-reply@acme.example>');
      expect(await result(page).getByLabel('Plain text').textContent()).toBe(part(mail.text));
      if (hasJavaScript()) {
        const body = page.frameLocator('iframe[title="Email preview"]').locator('body');
        await expect(body).toContainText(code);
        expect((await body.innerHTML()).trim()).toBe(part(mail.html).trim());
      }
      await expect(result(page)).toContainText(mail.messageId ?? 'an id');
      await verifyCode(page, wrongCode(code));
      await expect(result(page)).toContainText(words.wrong(2));
      await verifyCode(page, code);
      await expect(result(page)).toContainText(words.right);
    });
  }

  test('with a link carries a link, and no address of anybody else', async ({ page, mailServer, doorcode }) => {
    const server = await mailServer({ security: 'STARTTLS', user });
    await saveProvider(page, server);
    await enable(page, 'Email', application);
    await saveEmail(page);
    await openTry(page, 'email');
    await sendTest(page, { recipient, application, sendAs: 'Link' });
    await expect(result(page)).toContainText('Accepted');
    const { html, text, subject } = server.last.mail;
    const [code] = /^\d{6}/.exec(subject ?? '') ?? [''];
    const [, link] = /\nSign in \((\S+)\)$/.exec(part(text)) ?? [];
    expect(new URL(link).origin).toBe(doorcode.url);
    expect(part(text)).toBe(`Grüße 😀! Acme, Inc. & you: ${code}\n\n.\n\nSign in (${link})`);
    const escaped = link.replaceAll('&', '&amp;');
    expect(part(html)).toBe(`<p>Grüße 😀! Acme, Inc. &amp; you:\n<b>${code}</b></p>\n.\n<p><a href="${escaped}">Sign in</a></p>\n`);
  });

  test('is made from what the form holds, also unsaved', { tag: '@hydrated' }, async ({ page, mailServer }) => {
    const server = await mailServer({ security: 'STARTTLS', user });
    await saveProvider(page, server);
    await enable(page, 'Email', application);
    await saveEmail(page);
    await fillIn(await openEmail(page), { Subject: 'Not saved yet', From: 'Acme <other@acme.example>' });
    await turnToTry(page, 'Email');
    await sendTest(page, { recipient, application });
    await expect(result(page)).toContainText('Not saved yet');
    expect(server.last).toMatchObject({ from: 'other@acme.example', mail: { subject: 'Not saved yet' } });
  });

  test('that is refused is said to be, with the server’s code and none of its words', async ({ page, mailServer }) => {
    await enable(page, 'Email', application);
    await saveEmail(page);
    for (const [step, says] of [
      ['sender', 'The mail server does not take mail from this sender.'],
      ['recipient', 'The mail server does not take mail for this recipient.'],
      ['message', 'The mail server does not take the message.'],
    ] as const) {
      const server = await mailServer({ security: 'STARTTLS', user, refuse: { [step]: { code: 550, words: 'what the server says' } } });
      await saveProvider(page, server);
      await openTry(page, 'email');
      await sendTest(page, { recipient, application });
      await expect(result(page)).toContainText(says);
      await expect(result(page)).toContainText('550');
      expect(await page.content()).not.toContain('what the server says');
      expect(server.messages).toEqual([]);
    }
  });

  test('stays in the outbox where that is the provider', async ({ page }) => {
    await saveProvider(page, undefined);
    await enable(page, 'Email', application);
    await saveEmail(page);
    await openTry(page, 'email');
    await sendTest(page, { recipient, application, sendAs: 'Code' });
    await expect(result(page)).toContainText('Delivered');
    const [, code] = /(\d{6}) – Ihr Code/.exec(await result(page).innerText()) ?? ['', ''];
    await verifyCode(page, code);
    await expect(result(page)).toContainText(words.right);
  });

  test('goes nowhere while there is no provider', async ({ page }) => {
    await enable(page, 'Email', application);
    await saveEmail(page);
    await openTry(page, 'email');
    await sendTest(page, { recipient, application });
    await expect(page.getByRole('main')).toContainText('The provider’s settings are incomplete.');
  });
});

/** A part of an email as it was before it was sent; lines end in CRLF on the way. */
function part(text: string | false | undefined): string {
  return String(text).replaceAll('\r\n', '\n');
}

/** Expects what every message needs so that it is not taken for spam, nor answered by a machine. */
function expectHeaders({ raw, mail }: MailServer['last']): void {
  const [head, body] = raw.split(/\r\n\r\n(.*)/s);
  const names = head.replace(/\r\n[ \t]/g, ' ').split('\r\n').map((line) => line.slice(0, line.indexOf(':')).toLowerCase());
  expect(names).toHaveLength(new Set(names).size);
  expect(mail.messageId).toMatch(/^<[\w-]{16,}@acme\.example>$/);
  expect(Math.abs(Date.now() - (mail.date?.getTime() ?? 0))).toBeLessThan(60_000);
  expect(mail.headers.get('auto-submitted')).toBe('auto-generated');
  expect(mail.headers.get('mime-version')).toBe('1.0');
  expect(mail.headers.get('content-type')).toMatchObject({ value: 'multipart/alternative' });
  expect(body, 'the part that says most comes last').toMatch(/text\/plain.*text\/html/s);
  expect(raw, 'older servers take nothing else').toMatch(/^[\x00-\x7f]*$/);
  expect(Math.max(...raw.split('\r\n').map((line) => line.length)), 'nor longer lines').toBeLessThan(999);
}
