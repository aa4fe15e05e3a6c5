// The stand-ins themselves: a provider that lets everything pass would prove nothing.
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:tls';
import { expect, test } from '@playwright/test';
import { selfSigned } from './support/certificate';
import { Gateway } from './support/gateway';
import { MailServer } from './support/mail';
import { Twilio, account, malformed, twilioError } from './support/twilio';

// No browser is needed, so one of the two runs is enough.
test.describe('stand-ins', { tag: '@no-js' }, () => {
  const service = `MG${'3'.repeat(32)}`;
  const good: Record<string, string> = { To: '+15558675310', From: '+15557122661', Body: 'Grüße' };
  const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

  async function post(twilio: Twilio, fields: Record<string, string>, authorization = basic(account.sid, account.token)) {
    const url = `${twilio.url}/2010-04-01/Accounts/${account.sid}/Messages.json`;
    const answer = await fetch(url, { method: 'POST', headers: { authorization }, body: new URLSearchParams(fields) });
    return { status: answer.status, body: await answer.json() };
  }

  test('Twilio takes what its interface has, and says later how far it has come', async () => {
    const twilio = await Twilio.start();
    const { From: _, ...rest } = good;
    const taken = await post(twilio, good);
    expect(taken).toMatchObject({ status: 201, body: { status: 'queued', error_code: null, to: good.To, from: good.From } });
    expect(await post(twilio, { ...rest, MessagingServiceSid: service })).toMatchObject({ status: 201, body: { status: 'accepted', from: null } });
    for (const from of ['Acme', '12345']) expect((await post(twilio, { ...good, From: from })).status).toBe(201);

    const get = async (path: string) => {
      const answer = await fetch(`${twilio.url}/2010-04-01/Accounts/${account.sid}${path}.json`, {
        headers: { authorization: basic(account.sid, account.token) },
      });
      return (await answer.json()) as { status: string; error_code?: number };
    };
    twilio.progress = ['sent', { status: 'undelivered', error_code: 30007 }];
    const seen = [];
    for (let time = 0; time < 3; time += 1) seen.push(await get(`/Messages/${taken.body.sid}`));
    expect(seen.map(({ status, error_code }) => [status, error_code])).toEqual([
      ['sent', null],
      ['undelivered', 30007],
      ['undelivered', 30007],
    ]);
    expect(await get('')).toMatchObject({ sid: account.sid, status: 'active' });
    expect(twilio.violations).toEqual([]);
    await twilio.stop();
  });

  test('Twilio refuses what its interface does not have', async () => {
    const twilio = await Twilio.start();
    const { From: _, ...unsent } = good;
    const wrong: Record<string, string>[] = [
      { ...good, To: '555-867' },
      { ...good, MessagingServiceSid: service },
      unsent,
      { ...unsent, MessagingServiceSid: 'MG1' },
      { ...good, From: 'Twelve chars' },
      { ...good, Body: '' },
      { ...good, Body: 'x'.repeat(1_601) },
      { ...good, Sender: 'Acme' },
    ];
    for (const fields of wrong) expect((await post(twilio, fields)).status, JSON.stringify(fields)).toBe(400);
    expect((await post(twilio, good, basic('AC1', account.token))).status).toBe(401);
    expect((await post(twilio, good, `Bearer ${account.token}`)).status).toBe(401);
    expect((await fetch(`${twilio.url}/2010-04-01/Accounts/${account.sid}/Messages`, { method: 'POST' })).status).toBe(404);
    expect(twilio.violations).toHaveLength(wrong.length + 3);
    expect(twilio.messages).toEqual([]);

    // A token that is not the account's is an error, and a fault of nobody's interface.
    expect(await post(twilio, good, basic(account.sid, 'f'.repeat(32)))).toMatchObject({ status: 401, body: { code: 20003 } });
    expect(twilio.violations).toHaveLength(wrong.length + 3);
    await twilio.stop();
  });

  test('Twilio errs, falls silent and breaks off as it is told', async () => {
    const twilio = await Twilio.start();
    twilio.answerNext(twilioError(21211), malformed, 'reset', 'hang');
    expect(await post(twilio, good)).toMatchObject({
      status: 400,
      body: { code: 21211, status: 400, more_info: 'https://www.twilio.com/docs/errors/21211' },
    });
    await expect(post(twilio, good)).rejects.toThrow(/JSON/);
    await expect(post(twilio, good)).rejects.toThrow(/fetch failed/);
    const silence = post(twilio, good);
    await expect(async () => expect(twilio.requests).toHaveLength(4)).toPass();
    await twilio.stop();
    await expect(silence).rejects.toThrow(/fetch failed/);
    expect(twilio.messages).toEqual([]);
  });

  test('the gateway takes the right token only', async () => {
    const gateway = await Gateway.start();
    const key = Buffer.from('a secret of the gateway');
    const now = Math.floor(Date.now() / 1_000);
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const token = (claims: object, head: object = { alg: 'HS256', typ: 'JWT' }, signedWith = key) => {
      const signed = `${part(head)}.${part(claims)}`;
      return `Bearer ${signed}.${createHmac('sha256', signedWith).update(signed).digest('base64url')}`;
    };
    const claims = { sub: 'urn:Doorcode', aud: 'urn:MySmsGateway', iat: now, exp: now + 300 };
    const send = async (authorization: string, message: object = { recipient: good.To, body: 'x', sender: 'Acme' }) => {
      const headers = { 'content-type': 'application/json', ...(authorization === '' ? {} : { authorization }) };
      return (await fetch(gateway.url, { method: 'POST', headers, body: JSON.stringify(message) })).status;
    };
    expect(await send('')).toBe(200);
    gateway.expected = { subject: claims.sub, audience: claims.aud, key };
    expect(await send(token(claims))).toBe(200);
    expect(gateway.violations).toEqual([]);

    const wrong = [
      '',
      basic('user', 'password'),
      token(claims, { alg: 'none', typ: 'JWT' }),
      token(claims, { alg: 'HS256', typ: 'JWT' }, Buffer.from('another key')),
      token({ ...claims, sub: 'urn:Other' }),
      token({ ...claims, aud: 'urn:Other' }),
      token({ ...claims, iat: now - 600, exp: now - 300 }),
      token({ ...claims, exp: now + 3_600 }),
    ];
    for (const authorization of wrong) expect(await send(authorization), authorization).toBe(400);
    for (const message of [{ recipient: good.To }, { recipient: 'Ines', body: 'x' }, { recipient: good.To, body: 'x', code: '1' }]) {
      expect(await send(token(claims), message)).toBe(400);
    }
    expect(gateway.violations).toHaveLength(wrong.length + 3);
    gateway.answerNext({ status: 401 });
    expect(await send(token(claims))).toBe(401);
    await gateway.stop();
  });

  test('a mail server’s certificate is good for localhost, for whoever trusts it', async () => {
    const certificate = selfSigned();
    const server = await MailServer.start({ security: 'TLS', certificate });
    for (const host of ['localhost', '127.0.0.1']) {
      const socket = connect({ port: server.port, host: '127.0.0.1', servername: host === 'localhost' ? host : undefined, ca: certificate.cert });
      const [greeting] = await once(socket, 'data');
      expect(String(greeting)).toMatch(/^220 /);
      socket.destroy();
    }
    const stranger = connect({ port: server.port, host: '127.0.0.1', servername: 'localhost', ca: selfSigned().cert });
    const [error] = await once(stranger, 'error');
    expect(error).toBeInstanceOf(Error);
    await server.stop();
  });
});
