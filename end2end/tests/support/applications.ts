// Registering applications, as an administrator does.
import type { Locator, Page } from '@playwright/test';
import { expect, hydrated, visit } from './fixtures';
import { expectToggle, field, flip, formNamed } from './forms';

/** Registers an application and stays on its page. */
export async function register(page: Page, name: string, type = 'Regular Web'): Promise<void> {
  await visit(page, '/applications/new');
  const form = formNamed(page, 'Register application');
  await field(form, 'Name').fill(name);
  await form.getByRole('radio', { name: type, exact: true }).check();
  await form.getByRole('button', { name: 'Register application', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
  await hydrated(page);
}

/** Registers an application and switches a method on, for everybody and for it. */
export async function enable(page: Page, method: 'SMS' | 'Email', name: string): Promise<void> {
  await register(page, name);
  await flip(page, method);
  await expectToggle(page, method, true);
  await visit(page, '/connections/passwordless');
  await flip(page, method);
  await expectToggle(page, method, true);
}

/** What is told of an application, by its name there. */
export function terms(page: Page, name: string): Locator {
  return page.getByRole('term').filter({ hasText: new RegExp(`^${name}$`) });
}

/** The client id beside its name. */
export function clientId(page: Page): Locator {
  return terms(page, 'Client ID').locator('xpath=following-sibling::dd[1]//code');
}

/** The client secret, while it is shown. */
export function clientSecret(page: Page): Locator {
  return page.getByRole('status').filter({ hasText: 'Copy the client secret now' }).locator('code');
}
