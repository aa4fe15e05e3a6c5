// What is set once for the whole installation.
import { expect, reload, test, visit } from './support/fixtures';
import { expectFields, expectRefused, fillIn, formNamed, pressSave, save } from './support/forms';

test('the installation’s name stands in the banner, also after a restart', async ({ page, doorcode }) => {
  await visit(page, '/settings');
  const form = formNamed(page, 'Installation');
  await expectFields(form, { 'Installation name': 'Doorcode', 'Support email': '', 'Support URL': '', 'Default language': 'en' });
  const texts = {
    'Installation name': 'Acme staging',
    'Support email': 'help@acme.example',
    'Support URL': 'https://acme.example/help',
    'Default language': 'fr-CA',
  };
  await fillIn(form, texts);
  await save(page, form);
  await reload(page);
  await expect(page.getByRole('banner')).toContainText('Acme staging');
  await doorcode.restart();
  await visit(page, '/settings');
  await expectFields(form, texts);
  await expect(page.getByRole('banner')).toContainText('Acme staging');
});

test('each field is refused by its own rule, and nothing typed is lost', async ({ page }) => {
  await visit(page, '/settings');
  const form = formNamed(page, 'Installation');
  const texts = { 'Installation name': '', 'Support email': 'nobody', 'Support URL': 'http://acme.example/', 'Default language': 'en us' };
  await fillIn(form, texts);
  await pressSave(form);
  await expectRefused(page, form, {
    'Installation name': 'Enter a value.',
    'Support email': 'Enter an email address',
    'Support URL': 'Enter a URL that begins with https://.',
    'Default language': 'Enter a language tag',
  });
  await expectFields(form, texts);
});
