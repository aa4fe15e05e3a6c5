// Check configuration says, item by item, what is fit and what is not, and sends nothing.
import { enable } from './support/applications';
import { hasJavaScript, hydrated } from './support/fixtures';
import { expectFields, fillIn, formNamed, openEmail, openSms, save } from './support/forms';
import { expect, test } from './support/providers';
import type { Locator, Page } from '@playwright/test';
import { account } from './support/twilio';

/** Presses the button and gives the list that answers. */
async function check(page: Page): Promise<Locator> {
  const answered = page.waitForResponse((response) => /\/fn\/check_(sms|email)\d/.test(response.url()));
  await page.getByRole('button', { name: 'Check configuration', exact: true }).click();
  expect((await answered).status()).toBe(hasJavaScript() ? 200 : 303);
  await hydrated(page);
  const list = page.getByRole('list', { name: 'Configuration', exact: true });
  await expect(list).toBeVisible();
  return list;
}

test('a new installation is told everything that is missing', async ({ page }) => {
  await openSms(page);
  const items = (await check(page)).getByRole('listitem');
  await expect(items.filter({ hasText: 'Not fit:' })).toHaveText([
    /Twilio Account SID is missing\./,
    /Twilio Auth Token is missing\./,
    /From is missing\./,
    /Applications: SMS is switched on for none/,
  ]);
  await expect(items.filter({ hasText: 'Fit: Message: nothing is wrong with the template.' })).toBeVisible();
  await openEmail(page);
  const email = (await check(page)).getByRole('listitem');
  await expect(email.filter({ hasText: 'Email provider: Host is missing.' })).toBeVisible();
});

test('Twilio is asked whether account and token fit, and nothing is sent', async ({ page, twilio }) => {
  await enable(page, 'SMS', 'Acme Wallet');
  const form = await openSms(page);
  await fillIn(form, { 'Twilio Account SID': account.sid, 'Twilio Auth Token': account.token, From: '+15557122661' });
  await save(page);
  const fit = await check(page);
  await expect(fit).toContainText('Twilio accepts Account SID and Auth Token, and the account is active.');
  await expect(fit).toContainText('Applications: switched on for 1.');
  await expect(fit.getByRole('listitem').filter({ hasText: 'Not fit:' })).toHaveCount(0);

  twilio.accounts.set(account.sid, 'e'.repeat(32));
  await expect(await check(page)).toContainText('Twilio: Twilio does not accept the Account SID with this Auth Token.');
  expect(twilio.messages).toEqual([]);
});

test('what is typed and not saved is what is looked at, and stays', async ({ page }) => {
  const form = await openSms(page);
  await fillIn(form, { 'Twilio Account SID': 'AC12', From: '+15557122661' });
  const list = await check(page);
  await expect(list).toContainText('Twilio Account SID: Enter an Account SID');
  await expectFields(formNamed(page, 'SMS settings'), { 'Twilio Account SID': 'AC12', From: '+15557122661' });
});
