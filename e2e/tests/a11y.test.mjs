// Everybody can use it: axe on every view in every state, the keyboard alone, what screen readers are told, large text,
// forced colours, reduced motion. The states are the gallery's (gallery/states.rs), the journeys the real thing.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { findings } from '../harness/axe.mjs';
import { browserTest, until } from '../harness/browser.mjs';
import { openGallery, serveGallery, showState } from '../harness/gallery.mjs';
import { town } from '../harness/town.mjs';
import { LAUNCHER, Messenger } from '../pages/messenger.mjs';

const place = town();
let gallery;
before(async () => {
  gallery = await serveGallery();
});
after(() => gallery.close());

const PANEL = { width: 400, height: 704 };

for (const [name, view] of [['light', {}], ['dark', { theme: 'dark' }], ['Arabic', { lang: 'ar' }]]) {
  browserTest(`axe finds nothing in any state: ${name}`, async (watch) => {
    const page = await (await watch.person({ viewport: PANEL, reducedMotion: 'reduce' })).newPage();
    const found = [];
    for (const state of await openGallery(page, gallery.origin)) {
      await showState(page, { ...view, state });
      found.push(...(await findings(page)).map((finding) => `${state}: ${finding}`));
    }
    assert.deepEqual(found, []);
  });
}

browserTest('axe finds nothing with colours that a company may choose', async (watch) => {
  const page = await (await watch.person({ viewport: PANEL, reducedMotion: 'reduce' })).newPage();
  await openGallery(page, gallery.origin);
  const found = [];
  for (const action of ['#ffd400', 'white', 'black', 'transparent', 'hotpink', 'hsl(90 80% 70%)', '#777', 'no colour']) {
    for (const [state, theme] of [['home-recent', ''], ['thread-talk', ''], ['email-asking', 'dark'], ['list', 'dark']]) {
      await showState(page, { state, theme, action });
      found.push(...(await findings(page)).map((finding) => `${action} ${state}: ${finding}`));
    }
  }
  assert.deepEqual(found, []);
});

browserTest('colours are read as CSS reads them; what is none is the default', async (watch) => {
  const page = await (await watch.person({ viewport: PANEL, reducedMotion: 'reduce' })).newPage();
  await openGallery(page, gallery.origin);
  for (const [action, drawn, ink] of [
    ['#ffd400', 'rgb(255, 212, 0)', 'rgb(0, 0, 0)'],
    ['white', 'rgb(255, 255, 255)', 'rgb(0, 0, 0)'],
    ['rebeccapurple', 'rgb(102, 51, 153)', 'rgb(255, 255, 255)'],
    ['hsl(0 100% 30%)', 'rgb(153, 0, 0)', 'rgb(255, 255, 255)'],
    ['transparent', 'rgb(31, 94, 255)', 'rgb(255, 255, 255)'],
    ['no colour', 'rgb(31, 94, 255)', 'rgb(255, 255, 255)'],
  ]) {
    await showState(page, { state: 'thread-talk', action });
    const bubble = page.locator('.mine .bubble').first();
    const seen = await bubble.evaluate((element) => [getComputedStyle(element).backgroundColor, getComputedStyle(element).color]);
    assert.deepEqual(seen, [drawn, ink], action);
  }
});

/** What has the focus in the panel, in words. @param {Messenger} messenger */
const focused = (messenger) =>
  messenger.page.frame('intercom-messenger-frame').evaluate(() => {
    const { activeElement } = document;
    return activeElement?.getAttribute('aria-label') || activeElement?.textContent || activeElement?.localName;
  });

browserTest('with the keyboard alone: open, write, go through the list, close; the focus returns; no trap', async (watch) => {
  const messenger = new Messenger(await (await watch.person()).newPage());
  const { page, frame } = messenger;
  const { keyboard } = page;
  await messenger.goto(`${place.site.origin}/index.html`);
  await page.locator('#own-launcher').focus();
  await until(
    async () => {
      await keyboard.press('Tab');
      return page.evaluate((launcher) => document.activeElement.matches(launcher), LAUNCHER);
    },
    (there) => there,
    'Tab leads to the launcher',
  );
  await keyboard.press('Enter');
  await frame.getByRole('button', { name: 'Send us a message' }).waitFor();
  assert.equal(await page.locator(LAUNCHER).getAttribute('aria-expanded'), 'true');

  await until(() => page.evaluate(() => document.activeElement.localName), (name) => name === 'iframe', 'the keyboard follows into the panel');

  // In the order of reading, and out again at the end.
  const order = [];
  for (let i = 0; i < 12; i++) {
    await keyboard.press('Tab');
    const name = await focused(messenger);
    if (await page.evaluate(() => document.activeElement.localName !== 'iframe')) break;
    order.push(name);
  }
  // Below "Send us a message" stands when the team is there.
  const named = ['Close', 'Send us a message', 'Home', 'Messages'];
  assert.equal(order.length, named.length, order.join(' | '));
  named.forEach((name, place) => assert.ok(order[place].startsWith(name), order.join(' | ')));
  assert.notEqual(await page.evaluate(() => document.activeElement.localName), 'iframe', 'Tab leads out of the panel');

  for (const text of ['first', 'second']) {
    // Tab may have led into the browser's own controls, from which no page takes the keyboard: it leads on into the page.
    const own = () => page.evaluate(() => document.hasFocus() && document.activeElement.id === 'own-launcher');
    await until(() => keyboard.press('Tab').then(own), Boolean, 'Tab goes on in the page');
    await messenger.intercom('showNewMessage');
    await until(() => focused(messenger), (name) => name === 'Message', 'the cursor is in the composer');
    await keyboard.type(text);
    await keyboard.press('Enter');
    await messenger.delivered(text);
  }
  await messenger.intercom('showMessages');
  const rows = frame.locator('.list .row');
  await until(() => rows.count(), (count) => count === 2, 'two rows');
  await rows.first().focus();
  await keyboard.press('ArrowDown');
  assert.match(await focused(messenger), /first/);
  await keyboard.press('ArrowDown');
  assert.match(await focused(messenger), /first/, 'the last row stays');
  await keyboard.press('ArrowUp');
  assert.match(await focused(messenger), /second/);
  await keyboard.press('Enter');
  await messenger.message('second').waitFor();
  await until(() => focused(messenger), (name) => name === 'Message', 'the cursor is in the composer');

  await keyboard.press('Escape');
  await until(
    () => page.evaluate((launcher) => document.activeElement.matches(launcher), LAUNCHER),
    (there) => there,
    'the focus is on the launcher again',
  );
  await keyboard.press(' ');
  await messenger.message('second').waitFor();
});

browserTest('screen readers are told of a message that comes, and the thread names who wrote', async (watch) => {
  const messenger = new Messenger(await (await watch.person()).newPage());
  await messenger.goto(`${place.site.origin}/index.html`);
  await messenger.open();
  await messenger.newConversation();
  await messenger.write('Can you hear me?');
  await messenger.delivered('Can you hear me?');
  const mine = (list) => list.find((row) => row.preview === 'Can you hear me?');
  const { id } = mine(await until(() => place.grace.conversations(), mine, 'the conversation'));
  await place.grace.reply(id, 'Loud and clear');
  await messenger.message('Loud and clear').waitFor();
  const live = messenger.frame.locator('[aria-live="polite"]');
  await until(() => live.textContent(), (text) => text === 'New message from Grace: Loud and clear', 'the announcement');
  const log = messenger.frame.getByRole('log', { name: 'Conversation with Grace' });
  assert.deepEqual(
    await log.getByRole('listitem').evaluateAll((items) =>
      items.flatMap((item) => {
        const said = item.querySelector('.said-by')?.cloneNode(true);
        for (const hidden of said?.querySelectorAll('[aria-hidden]') ?? []) hidden.remove();
        return said ? [said.textContent.replace(/\s+/g, ' ').trim()] : [];
      })),
    ['You: Can you hear me?', 'Grace: Loud and clear'],
  );
  // The panel open on the customer's page, all frames.
  const found = await Promise.all(messenger.page.frames().map((frame) => findings(frame)));
  assert.deepEqual(found.flat(), []);
});

browserTest('at 400 % nothing is beside the screen, and everything can be reached', async (watch) => {
  // 1280 by 1024 at 400 %.
  const page = await (await watch.person({ viewport: { width: 320, height: 256 }, reducedMotion: 'reduce' })).newPage();
  const wrong = [];
  for (const state of await openGallery(page, gallery.origin)) {
    await showState(page, { state });
    wrong.push(
      ...(await page.evaluate(() => {
        const found = [];
        if (document.documentElement.scrollWidth > innerWidth) found.push('the page scrolls sideways');
        for (const element of document.querySelectorAll('.panel:not(.shut) :is(button, input, textarea, a)')) {
          element.scrollIntoView({ block: 'nearest' });
          const box = element.getBoundingClientRect();
          const [x, y] = [box.left + Math.min(box.width, 20) / 2, box.top + Math.min(box.height, 20) / 2];
          const there = document.elementFromPoint(x, y);
          if (!there || !(element.contains(there) || there.contains(element))) {
            found.push(`out of reach: ${element.className} ${element.textContent.slice(0, 30)}`);
          }
        }
        return found;
      })).map((text) => `${state}: ${text}`),
    );
  }
  assert.deepEqual(wrong, []);
});

browserTest('forced colours: what is only told by a shade has an edge', async (watch) => {
  const page = await (await watch.person({ viewport: PANEL, forcedColors: 'active', reducedMotion: 'reduce' })).newPage();
  await openGallery(page, gallery.origin);
  for (const [state, selectors] of [
    ['home-recent', ['.card', '.face', '.badge']],
    ['thread-talk', ['.bubble', '.field', '.send']],
    ['list-empty', ['.button']],
    ['thread-loading', ['.skeleton']],
  ]) {
    await showState(page, { state });
    for (const selector of selectors) {
      const width = await page.locator(selector).first().evaluate((element) => parseFloat(getComputedStyle(element).borderTopWidth));
      assert.ok(width >= 1, `${state}: ${selector} has no border`);
    }
  }
});

browserTest('reduced motion: nothing moves', async (watch) => {
  const page = await (await watch.person({ viewport: PANEL, reducedMotion: 'reduce' })).newPage();
  for (const state of await openGallery(page, gallery.origin)) {
    await showState(page, { state });
    assert.equal(await page.evaluate(() => document.getAnimations().length), 0, state);
  }
});
