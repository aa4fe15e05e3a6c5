// The view Try: a message that is really sent, what became of it, and the code that it carried.
import type { Locator, Page } from '@playwright/test';
import { expect, hasJavaScript, hydrated, visit } from './fixtures';
import { field, formNamed } from './forms';

export type Test = { recipient: string; application?: string; language?: string; sendAs?: 'Code' | 'Link' };

/** What is said of a code that was typed, and of one test message too many. */
export const words = {
  right: 'Right: this code signs its user in.',
  wrong: (left: number) => (left === 1 ? 'Wrong. One more try counts.' : `Wrong. ${left} more tries count.`),
  wrongAgain: 'Wrong, for the third time.',
  used: 'Used up: it was entered before.',
  spent: 'Used up: it was wrong three times.',
  tooMany: /Too many tries\. Try again in \d+ seconds\./,
};

/** Opens Try by its address, so with the saved settings. */
export async function openTry(page: Page, method: 'sms' | 'email'): Promise<void> {
  await visit(page, `/connections/passwordless/${method}/try`);
  await expect(formNamed(page, 'Try')).toBeVisible();
}

/** Opens Try by its link, which keeps what is in the settings form. */
export async function turnToTry(page: Page, method: 'SMS' | 'Email'): Promise<void> {
  await page.getByRole('navigation', { name: `${method} views`, exact: true }).getByRole('link', { name: 'Try', exact: true }).click();
  await expect(formNamed(page, 'Try')).toBeVisible();
}

/** Where the outcome is told. */
export function result(page: Page): Locator {
  return page.getByRole('region', { name: 'Result', exact: true });
}

/** Fills in the form and sends, and waits until the server has answered. */
export async function sendTest(page: Page, test: Test): Promise<void> {
  await fillInTest(page, test);
  await submitted(page, formNamed(page, 'Try'), sendButton(page));
  expect(decodeURIComponent(page.url()), 'addresses end up in logs').not.toContain(test.recipient);
}

/** The button that sends. */
export function sendButton(page: Page): Locator {
  return formNamed(page, 'Try').getByRole('button', { name: 'Send test message', exact: true });
}

/** Types to whom a message goes, and for which application. */
export async function fillInTest(page: Page, test: Test): Promise<void> {
  const form = formNamed(page, 'Try');
  await field(form, 'Recipient').fill(test.recipient);
  if (test.application !== undefined) await field(form, 'Application').fill(test.application);
  if (test.language !== undefined) await field(form, 'Language').fill(test.language);
  if (test.sendAs !== undefined) {
    const radios = form.getByRole('radiogroup', { name: 'Send as', exact: true });
    await radios.getByRole('radio', { name: test.sendAs, exact: true }).check();
  }
}

/** Types a code and has it verified, and waits until the server has answered. */
export async function verifyCode(page: Page, code: string): Promise<void> {
  const form = formNamed(page, 'Verify code');
  await field(form, 'Code').fill(code);
  await submitted(page, form, form.getByRole('button', { name: 'Verify code', exact: true }));
}

/** A code of the same length that is another one. */
export function wrongCode(code: string, number = 1): string {
  return code.replace(/^\d/, (first) => String((Number(first) + number) % 10));
}

/** Submits a form; what that brought stands on the page that follows. */
async function submitted(page: Page, form: Locator, button: Locator): Promise<void> {
  // The page asks for other things as well: applications to suggest, news of a message.
  const action = await form.getAttribute('action');
  // Sending may take as long as the server is patient: 10 seconds, and where no script asks later, 15 more.
  const timeout = 27_000;
  const answered = page.waitForResponse((response) => new URL(response.url()).pathname === action, { timeout });
  await button.click({ timeout });
  expect((await answered).status(), 'what the server answers').toBe(hasJavaScript() ? 200 : 303);
  await hydrated(page);
}
