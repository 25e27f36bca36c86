// What may be kept in the visitor's browser: nothing where the page says so, what there is moves when it says otherwise; a
// browser that asks not to be tracked is left alone until its visitor acts.
import assert from 'node:assert/strict';
import { browserTest, until } from '../harness/browser.mjs';
import { town } from '../harness/town.mjs';
import { Messenger, frameStorage } from '../pages/messenger.mjs';

const place = town();

/** All that is kept for us: cookies, the page's storage, the frame's. @param {Messenger} messenger */
async function kept(messenger) {
  const ours = await messenger.page.evaluate(() =>
    Object.keys(localStorage).concat(Object.keys(sessionStorage)).filter((key) => key.startsWith('intercom.')));
  const cookies = (await messenger.cookies()).map((cookie) => cookie.name).filter((name) => name.startsWith('intercom-'));
  return [...cookies, ...ours, ...(await frameStorage(messenger.page, place.server.origin))];
}

/** @param {import('../harness/browser.mjs').Watch} watch @param {Record<string, unknown>} settings */
async function visit(watch, settings) {
  const messenger = new Messenger(await (await watch.person()).newPage());
  await messenger.goto(`${place.site.origin}/index.html?settings=${encodeURIComponent(JSON.stringify(settings))}`);
  return messenger;
}

browserTest('without consent nothing is kept, and the visitor can write all the same', async (watch) => {
  const ann = await visit(watch, { cookie_consent: false });
  await ann.intercom('trackEvent', 'looked', { at: 'shoes' });
  await ann.open();
  await ann.newConversation();
  await ann.write('Do I have to agree?');
  await ann.delivered('Do I have to agree?');
  await ann.composer.fill('a draft');
  assert.deepEqual(await kept(ann), []);
  const [talk] = (await place.grace.conversations()).filter((row) => row.preview === 'Do I have to agree?');
  await place.grace.reply(talk.id, 'No');
  await ann.message('No').waitFor();

  // Agreed: what is known is kept, and the next page goes on.
  await ann.intercom('update', { cookie_consent: true });
  await until(() => kept(ann), (all) => all.filter((name) => /^intercom-(id|session|device-id)-test$|draft/.test(name)).length === 4, 'three cookies and the draft');
  await ann.page.reload();
  await ann.message('No').waitFor();
  await until(() => ann.composer.inputValue(), (text) => text === 'a draft', 'the draft');

  // Taken back: everything goes, and the page still knows who they are.
  await ann.intercom('update', { cookie_consent: false });
  await until(() => kept(ann), (all) => all.length === 0, 'nothing is kept');
  await ann.write('I changed my mind');
  await ann.delivered('I changed my mind');
  assert.deepEqual(await kept(ann), []);
  const { parts } = await place.grace.thread(talk.id);
  assert.deepEqual(parts.map((part) => part.body), ['<p>Do I have to agree?</p>', '<p>No</p>', '<p>I changed my mind</p>']);
  await ann.page.reload();
  await ann.launcher.waitFor();
  assert.equal(await ann.cookie('id'), undefined, 'nobody any more');
});

browserTest('who asks not to be tracked is nobody before they act, also where the workspace is eager', async (watch) => {
  await place.server.set('eager=true');
  try {
    for (const [name, value, stored] of [['doNotTrack', '1', false], ['globalPrivacyControl', true, false], ['doNotTrack', '0', true]]) {
      const context = await watch.person();
      await context.addInitScript(([key, what]) => Object.defineProperty(Navigator.prototype, key, { get: () => what }), [name, value]);
      const messenger = new Messenger(await context.newPage());
      await messenger.goto(`${place.site.origin}/index.html`);
      assert.equal((await messenger.cookie('id')) !== undefined, stored, `${name} ${value}`);
    }
  } finally {
    await place.server.set('eager=false');
  }
});
