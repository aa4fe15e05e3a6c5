// What two people who changed the same settings see: the region, its choices, and the notice that it may come to that.
import type { Locator, Page } from '@playwright/test';
import { expect, hasJavaScript } from './fixtures';
import { fillIn, openEmail, openSms, save } from './forms';

/** The region that both versions are put together in. */
export function region(page: Page): Locator {
  return page.getByRole('region', { name: 'Someone else saved this', exact: true });
}

/** The radios of a field. */
export function sides(page: Page, field: string): Locator {
  return region(page).getByRole('radiogroup', { name: field, exact: true });
}

/** One side of a field. */
export function side(page: Page, field: string, name: 'Yours' | 'Theirs'): Locator {
  return sides(page, field).getByRole('radio', { name, exact: true });
}

/** Expects which side of a field is chosen, if any. */
export async function expectChosen(page: Page, field: string, name: 'Yours' | 'Theirs' | null): Promise<void> {
  for (const one of ['Yours', 'Theirs'] as const) await expect(side(page, field, one), `${field}: ${one}`).toBeChecked({ checked: one === name });
}

/** Somebody saves the SMS settings, or those of email, in another browser. */
export async function saveElsewhere(page: Page, method: 'sms' | 'email', texts: Record<string, string>): Promise<void> {
  const form = await (method === 'sms' ? openSms(page) : openEmail(page));
  await fillIn(form, texts);
  await save(page);
}

/** Expects the region, with its heading in focus and in view where nothing was refused. */
export async function expectRegion(page: Page): Promise<void> {
  await expect(region(page)).toBeVisible();
  const heading = region(page).getByRole('heading', { level: 2, name: 'Someone else saved this', exact: true });
  await expect(heading).toBeVisible();
  if (hasJavaScript()) {
    await expect(heading).toBeFocused();
    await expect(heading).toBeInViewport({ ratio: 1 });
  }
}

/** The banner that says, unasked, that someone else has saved. */
export function notice(page: Page): Locator {
  return page.getByRole('status').filter({ hasText: 'after you opened them here' });
}
