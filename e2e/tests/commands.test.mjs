// Commands and callbacks against the real Messenger (M§2).
import assert from 'node:assert/strict';
import { browserTest, until } from '../harness/browser.mjs';
import { town } from '../harness/town.mjs';
import { Messenger } from '../pages/messenger.mjs';

const place = town();

browserTest('the queue is replayed in order, callbacks are called, show and hide do', async (watch) => {
  const { site, grace } = place;
  const messenger = new Messenger(await (await watch.person()).newPage());
  const { page } = messenger;
  await page.goto(`${site.origin}/manual.html`);
  await page.evaluate(() => {
    window.said = [];
    const say = (what) => (...rest) => window.said.push([what, ...rest]);
    Intercom('boot', { app_id: 'test' });
    Intercom('onShow', say('show'));
    Intercom('onHide', say('hide'));
    Intercom('onUnreadCountChange', say('unread'));
    Intercom('onUserEmailSupplied', say('email'));
    Intercom('showNewMessage', 'about the queue');
  });
  await messenger.composer.waitFor();
  await until(() => messenger.composer.inputValue(), (value) => value === 'about the queue', 'the prepared text');
  const said = (what) => until(() => page.evaluate(() => window.said), (list) => list.some(([name]) => name === what), what);
  await said('show');
  assert.deepEqual((await page.evaluate(() => window.said)).filter(([name]) => name === 'unread')[0], ['unread', 0]);
  await messenger.composer.press('Enter');
  await messenger.delivered('about the queue');
  await messenger.emailField.fill('q@example.com');
  await messenger.emailField.press('Enter');
  await said('email');

  await messenger.intercom('hide');
  await said('hide');
  const [conversation] = await grace.conversations();
  await grace.reply(conversation.id, 'an answer while the panel is shut');
  await until(() => page.evaluate(() => window.said), (list) => list.some(([name, count]) => name === 'unread' && count === 1), 'unread 1');
  await messenger.page.locator('.intercom-lightweight-app-launcher').getByText('1', { exact: true }).waitFor();

  await messenger.intercom('showMessages');
  await messenger.frame.getByRole('button', { name: /an answer while the panel is shut/ }).waitFor();
  await messenger.intercom('hide');
  await messenger.intercom('show');
  assert.match(await page.evaluate(() => Intercom('getVisitorId')), /^[0-9a-f-]{36}$/);
  await messenger.intercom('update', { language_override: 'de' });
  await messenger.frame.getByText('Nachrichten', { exact: true }).first().waitFor();
});

browserTest('the older snippet and its own launcher', async (watch) => {
  const messenger = new Messenger(await (await watch.person()).newPage());
  await messenger.goto(`${place.site.origin}/old.html`);
  await messenger.page.locator('#own-launcher').click();
  await messenger.frame.getByText('Send us a message').first().waitFor();
  await messenger.page.keyboard.press('Escape');
});
