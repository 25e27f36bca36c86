// A site with a strict policy: nothing of ours may break it.
import assert from 'node:assert/strict';
import { browserTest } from '../harness/browser.mjs';
import { town } from '../harness/town.mjs';
import { Messenger } from '../pages/messenger.mjs';

const place = town();

browserTest('a strict policy is kept, from the launcher to a delivered message and shutdown', async (watch) => {
  const messenger = new Messenger(await (await watch.person()).newPage());
  await messenger.goto(`${place.site.origin}/strict.html`);
  await messenger.open();
  await messenger.newConversation();
  await messenger.write('strictly speaking');
  await messenger.delivered('strictly speaking');
  await messenger.intercom('shutdown');
  await messenger.iframe.waitFor({ state: 'detached' });
  assert.deepEqual(await messenger.page.evaluate(() => window.violations), []);
});
