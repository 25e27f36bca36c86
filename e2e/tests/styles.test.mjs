// Several brands in one workspace: looks under names, set by the command line, chosen by a page (docs/THEMING.md). What the embed
// script does with odd ones is in settings.test.mjs.
import assert from 'node:assert/strict';
import { browserTest, until } from '../harness/browser.mjs';
import { town } from '../harness/town.mjs';
import { LAUNCHER, Messenger } from '../pages/messenger.mjs';

const place = town();
const STYLES = {
  kids: { action_color: '#c2410c', background_color: '#7c2d12', alignment: 'left' },
  12: { action_color: '#0f766e', theme_mode: 'dark' },
};

browserTest('a page chooses a style: launcher, greeting and conversation follow, also by update', async (watch) => {
  await place.server.set(`styles=${JSON.stringify(STYLES)}`);
  const messenger = new Messenger(await (await watch.person()).newPage());
  await messenger.goto(`${place.site.origin}/login.html?account=${encodeURIComponent('{}')}`);
  await messenger.page.evaluate((app_id) => window.Intercom('boot', { app_id, messenger_style_id: 'kids' }), place.server.app);
  const launcher = () => messenger.page.locator(LAUNCHER).evaluate((element) => getComputedStyle(element).backgroundColor);
  assert.equal(await launcher(), 'rgb(194, 65, 12)');
  assert.ok((await messenger.page.locator(LAUNCHER).boundingBox()).x < 100, 'on the left');
  await messenger.open();
  const hero = messenger.frame.locator('.hero');
  await hero.waitFor();
  const drawn = (locator, property) => locator.evaluate((element, name) => getComputedStyle(element)[name], property);
  assert.match(await drawn(hero, 'backgroundImage'), /rgb\(124, 45, 18\)/);

  await messenger.intercom('update', { messenger_style_id: 12 });
  await until(launcher, (colour) => colour === 'rgb(15, 118, 110)', 'the launcher of the other style');
  await until(() => drawn(messenger.frame.locator('.ds').first(), 'colorScheme'), (scheme) => scheme === 'dark', 'the dark theme');
  // What that style leaves out is the workspace's again.
  await until(() => drawn(hero, 'backgroundImage'), (image) => /rgb\(18, 36, 91\)/.test(image), "the workspace's greeting");
  await messenger.newConversation();
  await messenger.write('Which brand are you?');
  await messenger.delivered('Which brand are you?');
  assert.equal(await drawn(messenger.frame.locator('.bubble').first(), 'backgroundColor'), 'rgb(15, 118, 110)');
});
