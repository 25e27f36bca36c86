// Identity verification: a user's conversations open with the right user_hash only.
import assert from 'node:assert/strict';
import { browserTest, until } from '../harness/browser.mjs';
import { town } from '../harness/town.mjs';
import { Messenger } from '../pages/messenger.mjs';

const place = town({ verification: 'required' });

const account = (fields) => encodeURIComponent(JSON.stringify(fields));

browserTest('the right hash is the user, a wrong one an anonymous visitor who sees nothing of them', async (watch) => {
  const { server, site, grace } = place;
  const ada = new Messenger(await (await watch.person()).newPage());
  await ada.goto(`${site.origin}/login.html?account=${account({ user_id: 'ada-1', user_hash: server.userHash('ada-1') })}`);
  await ada.page.locator('#log-in').click();
  await ada.open();
  await ada.newConversation();
  await ada.write('something private');
  await ada.delivered('something private');
  const [row] = await until(() => grace.conversations(), (list) => list.length === 1, 'in the inbox');
  assert.equal(row.contact.external_id, 'ada-1');

  watch.expectError(/user_hash/);
  const mallory = new Messenger(await (await watch.person()).newPage());
  const errors = [];
  mallory.page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  await mallory.goto(`${site.origin}/login.html?account=${account({ user_id: 'ada-1', user_hash: 'f'.repeat(64) })}`);
  await mallory.page.locator('#log-in').click();
  await mallory.open();
  await until(() => errors.join(), (text) => /user_hash/.test(text), 'the console says why');
  await mallory.frame.getByRole('button', { name: 'Messages', exact: true }).click();
  await mallory.frame.getByText('No messages').waitFor();
  assert.equal(await mallory.frame.getByText('something private').count(), 0);
});
