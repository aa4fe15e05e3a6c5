// Unsaved changes: said in a region, guarded on every way out, and never lost by going back.
import { expect, hydrated, test, visit } from './support/fixtures';
import { register } from './support/applications';
import { expectFields, field, fillIn, formNamed, openSms, save, unsaved } from './support/forms';

test.describe('hydrated', { tag: '@hydrated' }, () => {
  test('the region shows while there is something to save, and undoing by hand clears it', async ({ page }) => {
    const form = await openSms(page);
    await expect(unsaved(page)).toBeHidden();
    await fillIn(form, { 'OTP Length': '7' });
    await expect(unsaved(page)).toBeVisible();
    await expect(unsaved(page).getByRole('button', { name: 'Save', exact: true })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Save', exact: true })).toHaveCount(1);

    await fillIn(form, { 'OTP Length': '6' });
    await expect(unsaved(page)).toBeHidden();

    await fillIn(form, { 'OTP Length': '7' });
    await save(page);
    await expect(unsaved(page)).toBeHidden();
  });

  test('discarding brings the saved texts back', async ({ page }) => {
    const form = await openSms(page);
    await fillIn(form, { 'OTP Length': '7', Message: '@@password@@ for now' });
    await unsaved(page).getByRole('button', { name: 'Discard changes', exact: true }).click();
    await expect(unsaved(page)).toBeHidden();
    await expectFields(form, { 'OTP Length': '6', Message: /^(?!.*for now)/ });
  });

  test('leaving by a link asks; Stay stays and Leave leaves', async ({ page }) => {
    const form = await openSms(page);
    await fillIn(form, { 'OTP Length': '7' });
    const link = page.getByRole('navigation', { name: 'Main', exact: true }).getByRole('link', { name: 'Applications', exact: true });
    const dialog = page.getByRole('dialog');

    await link.click();
    await expect(dialog).toBeVisible();
    await dialog.getByRole('button', { name: 'Stay', exact: true }).click();
    await expect(dialog).toBeHidden();
    await expectFields(form, { 'OTP Length': '7' });

    await link.click();
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    await expectFields(form, { 'OTP Length': '7' });

    await link.click();
    await dialog.getByRole('button', { name: 'Leave', exact: true }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Applications');
    await openSms(page);
    await expectFields(form, { 'OTP Length': '6' });
  });

  test('without changes a link just leads on', async ({ page }) => {
    await openSms(page);
    await page.getByRole('navigation', { name: 'Main', exact: true }).getByRole('link', { name: 'Applications', exact: true }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Applications');
  });

  test('reloading uses the browser’s own question', async ({ page }) => {
    const form = await openSms(page);
    // The browser asks only about what a person did, so these are real keys.
    await field(form, 'OTP Length').press('Control+A');
    await page.keyboard.type('7');
    let asked = '';
    page.on('dialog', async (dialog) => {
      asked = dialog.type();
      await dialog.dismiss();
    });
    await page.evaluate(() => location.reload());
    await expect.poll(() => asked).toBe('beforeunload');
    await expectFields(form, { 'OTP Length': '7' });
  });

  test('Back keeps the text, and Forward brings it back', async ({ page }) => {
    page.on('dialog', (dialog) => dialog.accept());
    await visit(page, '/applications');
    await page.getByRole('navigation', { name: 'Main', exact: true }).getByRole('link', { name: 'Passwordless', exact: true }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Passwordless');
    const form = page.getByRole('form', { name: 'SMS settings', exact: true });
    await fillIn(form, { 'OTP Length': '7', Message: '@@password@@ kept' });

    await page.goBack();
    const dialog = page.getByRole('dialog');
    await expect(page.getByRole('heading', { level: 1, name: 'Applications', exact: true }).or(dialog)).toBeVisible();
    if (await dialog.isVisible()) await dialog.getByRole('button', { name: 'Leave', exact: true }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Applications');
    await page.goForward();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Passwordless');
    await hydrated(page);
    await expectFields(form, { 'OTP Length': '7', Message: '@@password@@ kept' });
    await expect(unsaved(page)).toBeVisible();
  });

  test('moving between the views of one method neither asks nor loses anything', async ({ page }) => {
    const form = await openSms(page);
    await fillIn(form, { 'OTP Length': '7' });
    const views = page.getByRole('navigation', { name: 'SMS views', exact: true });
    await views.getByRole('link', { name: 'Applications', exact: true }).click();
    await expect(page.getByRole('searchbox', { name: 'Filter applications', exact: true })).toBeVisible();
    await expect(page.getByRole('dialog')).toBeHidden();
    await views.getByRole('link', { name: 'Settings', exact: true }).click();
    await expectFields(form, { 'OTP Length': '7' });
    await expect(unsaved(page)).toBeVisible();
  });
});

test('without JavaScript a plain Save closes the form', { tag: '@no-js' }, async ({ page }) => {
  await openSms(page);
  await expect(unsaved(page)).toBeHidden();
  await expect(page.getByRole('button', { name: 'Save', exact: true })).toBeVisible();
});

test('a question within the page is not a way out of it', { tag: '@hydrated' }, async ({ page }) => {
  await visit(page, '/settings');
  const token = formNamed(page, 'New API token');
  await fillIn(token, { Name: 'Playwright' });
  await token.getByRole('button', { name: 'Create API token', exact: true }).click();
  const installation = formNamed(page, 'Installation');
  await fillIn(installation, { 'Support email': 'help@acme.example' });
  await page.getByRole('link', { name: 'Revoke Playwright', exact: true }).click();
  const question = page.getByRole('dialog', { name: 'Revoke Playwright?', exact: true });
  await question.getByRole('link', { name: 'Cancel', exact: true }).click();
  await expect(question).toBeHidden();
  await expectFields(installation, { 'Support email': 'help@acme.example' });
});

test('the forms of Settings and of an application ask too', { tag: '@hydrated' }, async ({ page }) => {
  const leave = async (): Promise<void> => {
    const link = page.getByRole('navigation', { name: 'Main', exact: true }).getByRole('link', { name: 'Activity', exact: true });
    const dialog = page.getByRole('dialog', { name: 'Leave without saving?', exact: true });
    await link.click();
    await dialog.getByRole('button', { name: 'Stay', exact: true }).click();
    await expect(dialog).toBeHidden();
  };
  await visit(page, '/settings');
  const provider = formNamed(page, 'Email provider');
  await fillIn(provider, { Host: 'smtp.acme.example' });
  await leave();
  await expectFields(provider, { Host: 'smtp.acme.example' });
  await save(page, provider);

  await fillIn(formNamed(page, 'Installation'), { 'Support email': 'help@acme.example' });
  await leave();
  await save(page, formNamed(page, 'Installation'));
  await page.getByRole('navigation', { name: 'Main', exact: true }).getByRole('link', { name: 'Activity', exact: true }).click();
  await expect(page).toHaveURL(/\/activity$/);

  await register(page, 'Acme Wallet');
  const settings = formNamed(page, 'Application settings');
  await fillIn(settings, { Name: 'Acme Purse' });
  await leave();
  await expectFields(settings, { Name: 'Acme Purse' });
});
