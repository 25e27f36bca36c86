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

browserTest('startConversation is delivered without another word; each in a conversation of its own', async (watch) => {
  const messenger = new Messenger(await (await watch.person()).newPage());
  await messenger.goto(`${place.site.origin}/index.html`);
  for (const text of ['I would like a demo', 'And a price']) {
    await messenger.intercom('startConversation', text);
    await messenger.delivered(text);
  }
  const rows = await until(() => place.grace.conversations(), (list) => list.some(({ preview }) => preview === 'And a price'), 'in the inbox');
  assert.ok(rows.some(({ preview }) => preview === 'I would like a demo'));
});

browserTest('commands without anything behind them, and a conversation of nobody\'s, lead home', async (watch) => {
  const messenger = new Messenger(await (await watch.person()).newPage());
  await messenger.goto(`${place.site.origin}/index.html`);
  for (const name of ['showArticle', 'showNews', 'showTicket', 'showConversation']) {
    await messenger.intercom(name, 987654);
    await messenger.frame.getByText('Send us a message').first().waitFor();
    await messenger.intercom('showNewMessage');
    await messenger.composer.waitFor();
  }
});

browserTest('theme_mode, at boot and by update', async (watch) => {
  const messenger = new Messenger(await (await watch.person({ colorScheme: 'light' })).newPage());
  const { page } = messenger;
  await messenger.goto(`${place.site.origin}/index.html?settings=${encodeURIComponent('{"theme_mode":"dark"}')}`);
  await messenger.intercom('showMessages');
  const light = () => messenger.frame.locator('body').evaluate(() => {
    const [ground] = [...document.querySelectorAll('*')].map((node) => getComputedStyle(node).backgroundColor).filter((c) => /^rgb\(/.test(c));
    return ground;
  });
  await messenger.frame.getByText('No messages').waitFor();
  const dark = await light();
  await messenger.intercom('update', { theme_mode: 'light' });
  await until(light, (colour) => colour !== dark, 'light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await messenger.intercom('update', { theme_mode: 'system' });
  await until(light, (colour) => colour === dark, 'dark as the system is');
});
