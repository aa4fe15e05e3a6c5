// A page that has been open for a while says, unasked, that someone else has saved.
import { expect, expectAccessible, people, test } from './support/fixtures';
import { expectFields, field, fillIn, formNamed, openEmail, openSms, pressSave, save, summary, unsaved } from './support/forms';
import { expectChosen, expectRegion, notice, region, saveElsewhere, side } from './support/merge';
import { expireSessions } from './support/schema';

test.describe('hydrated', { tag: '@hydrated' }, () => {
  test('after a minute a form without changes says so, and takes theirs', async ({ page, open }) => {
    await page.clock.install();
    const form = await openSms(page);
    const other = await open('editor');
    await saveElsewhere(other, 'sms', { 'OTP Length': '8' });
    await expect(notice(page)).toHaveCount(0);
    await page.clock.fastForward('01:01');
    await expect(notice(page)).toContainText(`${people.editor.email} saved these settings just now, after you opened them here.`);
    await expectAccessible(page);
    await expectFields(form, { 'OTP Length': '6' });
    // It is seen wherever one is in the form.
    await field(form, 'OTP Length').focus();
    await expect(notice(page)).toBeInViewport({ ratio: 1 });

    await page.getByRole('button', { name: 'Show their changes', exact: true }).click();
    await expectFields(form, { 'OTP Length': '8' });
    await expect(page.getByRole('status').filter({ hasText: `shows what ${people.editor.email} saved. Changed: OTP Length.` })).toBeVisible();
    await expect(unsaved(page)).toBeHidden();
    await fillIn(form, { 'OTP Length': '9' });
    await save(page);
  });

  test('with changes the two are put together before anything is saved', async ({ page, open }) => {
    const form = await openEmail(page);
    await fillIn(form, { Subject: 'Yours: {{ application.name }}' });
    const other = await open('editor');
    await saveElsewhere(other, 'email', { Subject: 'Theirs: {{ application.name }}', 'OTP Length': '8' });
    await page.evaluate(() => window.dispatchEvent(new Event('focus')));
    await notice(page).getByRole('button', { name: 'Show their changes', exact: true }).click();
    await expectRegion(page);
    await expect(notice(page)).toHaveCount(0);
    await expectChosen(page, 'Subject', null);
    await expectFields(form, { Subject: 'Yours: {{ application.name }}', 'OTP Length': '8' });
    await side(page, 'Subject', 'Theirs').check();
    await expect(unsaved(page)).toBeHidden();
    await save(page);
    await expect(region(page)).toBeHidden();
  });

  for (const chosen of [null, 'Theirs'] as const) {
    test(`a save while a merge is open is put together too, with ${chosen ?? 'nothing'} chosen so far`, async ({ page, open }) => {
      const yours = '@@password@@ is yours';
      const form = await openSms(page);
      await fillIn(form, { Message: yours });
      const other = await open('editor');
      const look = async (): Promise<void> => {
        await page.evaluate(() => window.dispatchEvent(new Event('focus')));
        await notice(page).getByRole('button', { name: 'Show their changes', exact: true }).click();
        await expectRegion(page);
      };
      await saveElsewhere(other, 'sms', { Message: '@@password@@ is theirs' });
      await look();
      if (chosen !== null) await side(page, 'Message', chosen).check();

      await saveElsewhere(other, 'sms', { 'OTP Length': '8' });
      await look();
      // Both still changed the text, whatever was made of it before the second save.
      await expectChosen(page, 'Message', null);
      await expectChosen(page, 'OTP Length', 'Theirs');
      await expectFields(form, { Message: yours, 'OTP Length': '8' });
      await pressSave(page);
      await expect(summary(page)).toBeVisible();
      await side(page, 'Message', 'Yours').check();
      await save(page);
      await expectFields(await openSms(other), { Message: yours, 'OTP Length': '8' });
    });
  }

  test('their changes stay theirs when the newer ones cannot be shown', async ({ page, open, problems }) => {
    problems.expect(/Failed to load resource/);
    const form = await openSms(page);
    await fillIn(form, { Message: '@@password@@ is yours' });
    const other = await open('editor');
    const look = async (): Promise<void> => {
      await page.evaluate(() => window.dispatchEvent(new Event('focus')));
      await notice(page).getByRole('button', { name: 'Show their changes', exact: true }).click();
    };
    await saveElsewhere(other, 'sms', { 'OTP Length': '8' });
    await look();
    await expectRegion(page);
    await saveElsewhere(other, 'sms', { Message: '@@password@@ is theirs' });
    await page.route('**/meet_sms*', (route) => route.abort());
    await look();
    await expect(page.getByText('The server cannot be reached')).toBeVisible();
    await expectFields(form, { Message: '@@password@@ is yours', 'OTP Length': '8' });
    await expectChosen(page, 'OTP Length', 'Theirs');

    await page.unroute('**/meet_sms*');
    await notice(page).getByRole('button', { name: 'Show their changes', exact: true }).click();
    await expectChosen(page, 'Message', null);
    await expectChosen(page, 'OTP Length', 'Theirs');
  });

  test('a save in another tab of one’s own is said too, one in this tab is not', async ({ page, context }) => {
    await page.clock.install();
    const form = await openSms(page);
    await fillIn(form, { 'OTP Length': '7' });
    await save(page);
    const asked = page.waitForResponse((response) => response.url().includes('/newest_revision'));
    await page.clock.fastForward('01:01');
    await asked;
    await expect(notice(page)).toHaveCount(0);

    const tab = await context.newPage();
    await saveElsewhere(tab, 'sms', { 'OTP Length': '8' });
    await page.bringToFront();
    await page.evaluate(() => window.dispatchEvent(new Event('focus')));
    await expect(notice(page)).toContainText('You saved these settings in another window');
  });

  test('once the session has ended nothing is asked any more', async ({ page, doorcode, problems }) => {
    problems.expectStatus(401);
    await page.clock.install();
    const form = await openSms(page);
    await fillIn(form, { 'OTP Length': '7' });
    await expireSessions(doorcode.database);
    let asked = 0;
    page.on('request', (request) => (asked += request.url().includes('/newest_revision') ? 1 : 0));
    const answered = page.waitForResponse((response) => response.url().includes('/newest_revision'));
    await page.clock.fastForward('01:01');
    expect((await answered).status()).toBe(401);
    for (let minute = 0; minute < 3; minute += 1) await page.clock.fastForward('01:01');
    expect(asked).toBe(1);
    // Whoever comes back may have signed in again elsewhere.
    const again = page.waitForResponse((response) => response.url().includes('/newest_revision'));
    await page.evaluate(() => window.dispatchEvent(new Event('focus')));
    expect((await again).status()).toBe(401);
    await expectFields(form, { 'OTP Length': '7' });
    await expect(formNamed(page, 'SMS settings')).toBeVisible();
  });
});
