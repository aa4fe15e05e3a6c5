// Two people, or one person twice, on one form: nobody overwrites what they have not seen.
import type { Page } from '@playwright/test';
import { expect, people, test, visit } from './support/fixtures';
import { emailPath, expectFields, fillIn, formNamed, openEmail, openSms, pressSave, save, smsPath } from './support/forms';

const heading = (page: Page) => page.getByRole('heading', { name: 'Someone else saved this', level: 2 });
const theirs = '@@password@@ is theirs';
const yours = '@@password@@ is yours';

test('the later of two administrators sees both texts, and keeps theirs by saving again', async ({ page, open }) => {
  const form = await openSms(page);
  const other = await open('editor');
  const otherForm = await openSms(other);
  await fillIn(otherForm, { Message: theirs });
  await save(other);

  await fillIn(form, { Message: yours });
  await pressSave(page);
  await expect(heading(page)).toBeVisible();
  const main = page.getByRole('main');
  await expect(main).toContainText(people.editor.email);
  await expect(main.getByText(theirs).first()).toBeVisible();
  for (const word of ['Yours', 'Theirs']) await expect(main.getByText(word, { exact: true }).first()).toBeVisible();
  await expectFields(form, { Message: yours });

  // Nothing was overwritten so far.
  await openSms(other);
  await expectFields(otherForm, { Message: theirs });

  await pressSave(page);
  await expect(heading(page)).toBeHidden();
  await openSms(other);
  await expectFields(otherForm, { Message: yours });
});

test('the same holds for the email form', async ({ page, open }) => {
  const form = await openEmail(page);
  const other = await open('editor');
  const otherForm = await openEmail(other);
  await fillIn(otherForm, { Subject: 'Theirs: {{ application.name }}' });
  await save(other);

  await fillIn(form, { Subject: 'Yours: {{ application.name }}' });
  await pressSave(page);
  await expect(heading(page)).toBeVisible();
  await expect(page.getByRole('main').getByText('Theirs: {{ application.name }}').first()).toBeVisible();
  await expectFields(form, { Subject: 'Yours: {{ application.name }}' });
});

test('two tabs of one person conflict like two people', async ({ page, context }) => {
  const form = await openSms(page);
  const tab = await context.newPage();
  const tabForm = await openSms(tab);
  await fillIn(tabForm, { 'OTP Length': '8' });
  await save(tab);

  await fillIn(form, { 'OTP Length': '9' });
  await pressSave(page);
  await expect(heading(page)).toBeVisible();
  await expectFields(form, { 'OTP Length': '9' });
  await openSms(tab);
  await expectFields(tabForm, { 'OTP Length': '8' });
});

test('the other method’s form does not conflict', async ({ page, open }) => {
  const form = await openSms(page);
  const other = await open('editor');
  await visit(other, emailPath);
  await fillIn(formNamed(other, 'Email settings'), { 'OTP Length': '8' });
  await save(other);

  await fillIn(form, { 'OTP Length': '9' });
  await save(page);
  await visit(page, smsPath);
  await expectFields(form, { 'OTP Length': '9' });
});
