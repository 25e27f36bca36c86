// The teammate's side: log in, read, answer, edit, close, keys, phone.
import assert from 'node:assert/strict';
import { browserTest, until } from '../harness/browser.mjs';
import { town } from '../harness/town.mjs';
import { Messenger } from '../pages/messenger.mjs';

const place = town();

browserTest('a teammate logs in, is told of a wrong password, answers live, sets the email and closes', async (watch) => {
  // 401 before the log-in and with a wrong password, 422 for a wrong email: the browser names each.
  watch.expectError(/status of (401|422)/);
  const { server, site } = place;
  const visitor = new Messenger(await (await watch.person()).newPage());
  const page = await (await watch.person()).newPage();
  await page.goto(`${server.origin}/inbox`);
  await page.getByLabel('Email').fill(server.email);
  await page.getByLabel('Password').fill('not it');
  await page.getByLabel('Password').press('Enter');
  await page.getByText('Email or password is wrong.').waitFor();
  await page.getByLabel('Password').fill(server.password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByText('All caught up').waitFor();

  await visitor.goto(`${site.origin}/index.html`);
  await visitor.open();
  await visitor.newConversation();
  await visitor.write('Is somebody there?');
  await page.getByRole('button', { name: /Is somebody there\?/ }).waitFor();
  assert.match(await page.title(), /^\(1\)/);
  await page.keyboard.press('j');
  const log = page.getByRole('log');
  await log.getByText('Is somebody there?').waitFor();
  await until(() => page.title(), (title) => !title.startsWith('('), 'read');
  await visitor.frame.getByText(/Seen/).first().waitFor();

  await page.getByLabel('Reply').fill('Yes, <b>we</b> are.');
  await visitor.frame.getByText('Grace is typing').waitFor({ state: 'attached' });
  await page.getByLabel('Reply').press('Control+Enter');
  await visitor.message('Yes, <b>we</b> are.').waitFor();
  await log.getByText('Yes, <b>we</b> are.').waitFor();

  await page.getByRole('button', { name: /^Email: / }).click();
  await page.locator('#field').fill('nonsense');
  await page.locator('#field').press('Enter');
  await page.locator('#field-problem', { hasText: '@' }).waitFor();
  await page.locator('#field').fill('bo@example.com');
  await page.locator('#field').press('Enter');
  await page.getByRole('heading', { name: 'bo@example.com' }).first().waitFor();

  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await page.getByText('All caught up').waitFor();
  await page.getByRole('button', { name: 'Closed' }).click();
  await page.getByRole('button', { name: /bo@example.com/ }).first().waitFor();
  // Writing again opens it again.
  await visitor.write('One more thing');
  await page.getByRole('button', { name: /^Open/ }).click();
  await page.getByRole('button', { name: /One more thing/ }).waitFor();

  await page.reload();
  await page.getByRole('log').getByText('One more thing').waitFor();
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.getByLabel('Password').waitFor();
  const answer = await page.evaluate(() => fetch('/inbox/api/conversations').then((response) => response.status));
  assert.equal(answer, 401);
});
