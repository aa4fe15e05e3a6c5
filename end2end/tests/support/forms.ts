// Finding and filling in the console's forms, by the names that people see.
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { expect, hasJavaScript, hydrated, visit } from './fixtures';

export const smsPath = '/connections/passwordless/sms';
export const emailPath = '/connections/passwordless/email';

/** A form by its name. */
export function formNamed(page: Page, name: string): Locator {
  return page.getByRole('form', { name, exact: true });
}

/** Opens the SMS settings and gives their form. */
export async function openSms(page: Page): Promise<Locator> {
  await visit(page, smsPath);
  return formNamed(page, 'SMS settings');
}

/** Opens the email settings and gives their form. */
export async function openEmail(page: Page): Promise<Locator> {
  await visit(page, emailPath);
  return formNamed(page, 'Email settings');
}

/** A text, number or secret field by its label, with suggestions or without. */
export function field(form: Locator, name: string): Locator {
  return form
    .getByRole('textbox', { name, exact: true })
    .or(form.getByRole('combobox', { name, exact: true }))
    .or(form.getByRole('spinbutton', { name, exact: true }))
    .or(form.locator('input[type=password]').and(form.getByLabel(name, { exact: true })));
}

/** A checkbox or switch by its label. */
export function option(form: Locator, name: string): Locator {
  return form.getByRole('checkbox', { name, exact: true }).or(form.getByRole('switch', { name, exact: true }));
}

/** Chooses a radio by its label. */
export async function choose(form: Locator, name: string): Promise<void> {
  await form.getByRole('radio', { name, exact: true }).check();
}

/** Types into several fields. */
export async function fillIn(form: Locator, texts: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(texts)) await field(form, name).fill(text);
}

/** Expects what several fields hold. */
export async function expectFields(form: Locator, texts: Record<string, string | RegExp>): Promise<void> {
  for (const [name, text] of Object.entries(texts)) await expect(field(form, name), name).toHaveValue(text);
}

/** Presses the one `Save` of the page, or of one of its forms. */
export async function pressSave(place: Page | Locator): Promise<void> {
  await place.getByRole('button', { name: 'Save', exact: true }).click();
}

/** Where the console says that a save succeeded. */
export function savedNote(place: Page | Locator): Locator {
  return place.getByRole('status').filter({ hasText: 'Saved' });
}

/** Saves and expects the server's consent; where the page has several forms, one is named. */
export async function save(page: Page, place: Page | Locator = page): Promise<void> {
  // An earlier `Saved` may still stand there, so the answer is what counts.
  const answered = page.waitForResponse((response) => response.request().method() === 'POST');
  await pressSave(place);
  const status = (await answered).status();
  expect(status, 'what the server answers to a save').toBe(hasJavaScript() ? 200 : 303);
  await expect(savedNote(place)).toBeVisible();
  await hydrated(page);
}

/** A toggle, which saves at once, by its name. */
export function toggle(page: Page, name: string): Locator {
  return page.getByRole('switch', { name, exact: true });
}

/** Presses a toggle and waits until the server has answered. */
export async function flip(page: Page, name: string): Promise<void> {
  const answered = page.waitForResponse((response) => response.request().method() === 'POST');
  await toggle(page, name).click();
  await answered;
  await hydrated(page);
}

/** Expects a toggle's state. */
export async function expectToggle(page: Page, name: string, on: boolean): Promise<void> {
  await expect(toggle(page, name)).toHaveAttribute('aria-checked', String(on));
}

/** The heading of the error summary. */
export function summary(page: Page): Locator {
  return page.getByRole('heading', { name: 'There is a problem', level: 2 });
}

/** Expects the error summary, in focus, with these fields and words, and the same words at each field. */
export async function expectRefused(page: Page, form: Locator, problems: Record<string, string | RegExp>): Promise<void> {
  await expect(summary(page)).toBeVisible();
  await expect(page).toHaveTitle(/^Error: /);
  const inFocus = page.locator(':focus');
  await expect(inFocus.getByText('There is a problem').or(inFocus.filter({ hasText: 'There is a problem' })).first()).toBeVisible();
  for (const [name, words] of Object.entries(problems)) {
    const control = field(form, name);
    await expect(control, name).toHaveAttribute('aria-invalid', 'true');
    await expect(control, name).toHaveAccessibleDescription(typeof words === 'string' ? new RegExp(escape(words)) : words);
    const id = await control.getAttribute('id');
    await expect(page.getByRole('region', { name: 'There is a problem' }).locator(`a[href$="#${id}"]`), `the summary links to ${name}`).toBeVisible();
  }
  await expect(form.locator('[aria-invalid=true]')).toHaveCount(Object.keys(problems).length);
}

/** Expects that nothing was refused. */
export async function expectNoProblem(page: Page): Promise<void> {
  await expect(summary(page)).toBeHidden();
  await expect(page.locator('[aria-invalid=true]')).toHaveCount(0);
}

/** The region that says so while there is something to save. */
export function unsaved(page: Page): Locator {
  return page.getByRole('region', { name: 'Unsaved changes', exact: true });
}

/** All bytes of a data directory, the write-ahead log included. */
export async function everyByte(directory: string): Promise<Buffer> {
  const files = await readdir(directory, { recursive: true, withFileTypes: true });
  const contents = files.filter((file) => file.isFile()).map((file) => readFile(path.join(file.parentPath, file.name)));
  return Buffer.concat(await Promise.all(contents));
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
