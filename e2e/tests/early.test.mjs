// The composer that is there before the widget is (embed/frame/early.js): what is written into it is not lost, and it stands where
// the widget's own will stand. The widget's WebAssembly is held back, as on a slow line.
import assert from 'node:assert/strict';
import { inFrame } from '../harness/alone.mjs';
import { findings } from '../harness/axe.mjs';
import { browserTest, until } from '../harness/browser.mjs';
import { town } from '../harness/town.mjs';
import { FRAME, Messenger } from '../pages/messenger.mjs';

const place = town();
const EARLY = '#early textarea';

/** Holds the WebAssembly back until the returned function is called. @param {import('playwright-core').BrowserContext} context */
async function hold(context) {
  let release;
  const held = new Promise((resolve) => (release = resolve));
  await context.route('**/assets/frame-*.wasm', (route) => held.then(() => route.continue()));
  return release;
}

/**
 * A page whose Messenger waits for its WebAssembly until `release` is called.
 * @param {import('../harness/browser.mjs').Watch} watch
 * @param {object} [how] of the browser
 */
async function waiting(watch, how) {
  const context = await watch.person(how);
  const release = await hold(context);
  const one = new Messenger(await context.newPage());
  await one.goto(`${place.site.origin}/index.html`);
  const early = one.frame.locator(EARLY);
  const own = one.frame.locator('.ds textarea');
  return { context, one, early, own, release: async () => (release(), own.waitFor()) };
}
const value = (field) => field.evaluate((element) => element.value);
const focused = (field) => field.evaluate((element) => element === document.activeElement && document.hasFocus());
const handle = async (one) => (await (await one.page.$(FRAME)).contentFrame());

browserTest('what is written goes into the composer, the caret where it was, and is sent once', async (watch) => {
  const { one, early, own, release } = await waiting(watch);
  await one.intercom('showNewMessage');
  await early.waitFor();
  await until(() => focused(early), (yes) => yes, 'the keyboard is in it');
  await one.page.keyboard.type('Do you ship to Norway');
  for (let i = 0; i < 6; i++) await one.page.keyboard.press('ArrowLeft');
  await release();
  assert.equal(await early.count(), 0, 'one composer');
  assert.equal(await value(own), 'Do you ship to Norway');
  await until(() => focused(own), (yes) => yes, 'the keyboard stays');
  await one.page.keyboard.type('all of ');
  await one.page.keyboard.press('Enter');
  await one.delivered('Do you ship to all of Norway');
  assert.equal((await place.grace.conversations()).length, 1);
});

browserTest('what is sent early is sent when there is something to send it with', async (watch) => {
  const { one, early, release } = await waiting(watch);
  const before = (await place.grace.conversations()).length;
  await one.intercom('showNewMessage', 'A price for ');
  await early.waitFor();
  assert.equal(await value(early), 'A price for ');
  await early.press('End');
  await early.press('Shift+Enter');
  await early.pressSequentially('ten?');
  await one.frame.locator('#early button').click();
  await early.press('Enter');
  await one.page.keyboard.type(' and more');
  await release();
  await one.delivered('A price for\nten?');
  assert.equal(await value(one.composer), '');
  assert.equal((await place.grace.conversations()).length, before + 1, 'once');
});

browserTest('an empty line is not sent; Escape shuts, and what was written is there when it opens again', async (watch) => {
  const { one, early, own, release } = await waiting(watch);
  await one.intercom('showNewMessage');
  await early.press('Enter');
  await early.pressSequentially('Later');
  await early.press('Escape');
  await one.iframe.waitFor({ state: 'hidden' });
  await one.intercom('showNewMessage');
  await early.waitFor();
  await release();
  assert.equal(await value(own), 'Later');
  assert.equal(await one.frame.locator('[role="log"] li').count(), 0);
});

browserTest('a word that an input method composes is waited for', async (watch) => {
  const { context, one, early, own, release } = await waiting(watch);
  await one.intercom('showNewMessage');
  await early.waitFor();
  await until(() => focused(early), (yes) => yes, 'the keyboard is in it');
  const frame = await handle(one);
  const keyboard = await context.newCDPSession(frame).catch(() => context.newCDPSession(one.page));
  await keyboard.send('Input.imeSetComposition', { text: 'にほ', selectionStart: 2, selectionEnd: 2 });
  assert.equal(await value(early), 'にほ');
  const released = release();
  await frame.waitForSelector('.panel textarea', { state: 'attached' });
  assert.deepEqual([await early.isVisible(), await focused(early)], [true, true]);
  await keyboard.send('Input.insertText', { text: '日本' });
  await released;
  await until(() => early.count(), (count) => count === 0, 'one composer');
  assert.equal(await value(own), '日本');
  await until(() => focused(own), (yes) => yes, 'the keyboard stays');
});

browserTest('a draft of another day stays in front of what is written now', async (watch) => {
  const { context, one, early, own, release } = await waiting(watch);
  await one.intercom('showNewMessage');
  await early.waitFor();
  await release();
  await own.fill('Of yesterday.');
  const stored = () => handle(one).then((frame) => frame.evaluate(() => Object.values(localStorage).join().includes('yesterday')));
  await until(stored, (yes) => yes, 'the draft is stored');
  const two = new Messenger(await context.newPage());
  const releaseIt = await hold(context);
  await two.goto(`${place.site.origin}/second.html`);
  await two.intercom('showNewMessage');
  await two.frame.locator(EARLY).pressSequentially('Of today.');
  releaseIt();
  await two.frame.locator('.ds textarea').waitFor();
  assert.equal(await value(two.composer), 'Of yesterday.\nOf today.');
});

for (const [how, options, settings] of [
  ['light', {}, {}],
  ['dark, as the page says', {}, { theme_mode: 'dark' }],
  ['dark, as the system says', { colorScheme: 'dark' }, { theme_mode: 'system' }],
  ['Arabic', { locale: 'ar' }, {}],
  ['on a phone', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }, {}],
]) {
  browserTest(`it stands and looks as the widget's own: ${how}`, async (watch) => {
    const { one, early, own, release } = await waiting(watch, options);
    await one.intercom('update', settings);
    await one.intercom('showNewMessage', 'Hello');
    await early.waitFor();
    await one.settled();
    assert.deepEqual(await findings(await handle(one)), []);
    const look = (field) =>
      field.evaluate((element) => {
        const frame = element.closest('div');
        const { color, fontSize, lineHeight, direction } = getComputedStyle(element);
        const box = (node) => Object.values(node.getBoundingClientRect().toJSON()).map(Math.round).join();
        const words = [element.getAttribute('aria-label'), element.placeholder];
        let ground = element;
        while (getComputedStyle(ground).backgroundColor === 'rgba(0, 0, 0, 0)') ground = ground.parentElement;
        const around = element.closest('.field') || frame;
        const send = box(around.querySelector('button:last-child'));
        return { color, fontSize, lineHeight, direction, box: box(element), around: box(around), send, words, ground: getComputedStyle(ground).backgroundColor };
      });
    const before = await look(early);
    const empty = async (field) => (await field.fill(''), field.evaluate((element) => getComputedStyle(element).direction));
    const direction = options.locale === 'ar' ? 'rtl' : 'ltr';
    assert.equal(await empty(early), direction, 'its placeholder begins where the language does');
    await early.fill('Hello');
    await release();
    await one.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
    assert.deepEqual(await look(own), before);
    assert.equal(await empty(own), direction);
  });
}

browserTest('not where the page says another language than the browser', async (watch) => {
  const { context, one, own, release } = await waiting(watch);
  await context.addInitScript(() => {
    const look = (list) => list.forEach(({ target }) => target.id === 'early' && (window.shown ||= !target.hidden));
    new MutationObserver(look).observe(document, { attributes: true, subtree: true });
  });
  await one.goto(`${place.site.origin}/second.html`);
  await one.intercom('update', { language_override: 'de' });
  await one.intercom('showNewMessage');
  const frame = await handle(one);
  await frame.waitForSelector('#early', { state: 'attached' });
  await release();
  await until(() => own.getAttribute('aria-label'), (label) => label === 'Nachricht', 'German');
  assert.equal(await frame.evaluate(() => window.shown), false, 'looked at, and never shown');
});

browserTest('a widget that is there first lets the composer be painted before it starts', async (watch) => {
  const context = await watch.person();
  let release;
  const held = new Promise((resolve) => (release = resolve));
  await context.route('**/assets/later-*.js', (route) => held.then(() => route.continue()));
  await context.addInitScript((selector) => {
    if (window === parent) return;
    window.drawn = [];
    const note = (what) => drawn.includes(what) || drawn.push(what);
    const look = () => (document.querySelector(selector)?.checkVisibility() && note('early'), requestAnimationFrame(look));
    requestAnimationFrame(look);
    new MutationObserver(() => document.querySelector('.panel') && note('widget')).observe(document, { childList: true, subtree: true });
  }, EARLY);
  const one = new Messenger(await context.newPage());
  await one.goto(`${place.site.origin}/index.html`);
  await one.intercom('showNewMessage');
  const frame = await (await one.page.waitForSelector(FRAME, { state: 'attached' })).contentFrame();
  await inFrame(frame, () => performance.getEntriesByType('resource').some(({ name, responseEnd }) => name.endsWith('.wasm') && responseEnd));
  release();
  await one.frame.locator('.ds textarea').waitFor();
  assert.deepEqual(await frame.evaluate(() => window.drawn), ['early', 'widget']);
});

browserTest('the widget does not come: it is said, and what was written can still be copied', async (watch) => {
  watch.expectError(/Doorstep: the Messenger's frame did not start|ERR_FAILED|Failed to fetch/);
  const context = await watch.person();
  await context.route('**/assets/frame-*.wasm', (route) => route.abort());
  const one = new Messenger(await context.newPage());
  await one.page.clock.install();
  await one.goto(`${place.site.origin}/index.html`);
  await one.intercom('showNewMessage');
  const early = one.frame.locator(EARLY);
  await early.pressSequentially('A long letter');
  await one.page.clock.runFor(15_000);
  await one.page.getByText('The Messenger could not be loaded.').waitFor();
  await early.click();
  await early.press('End');
  assert.equal(await value(early), 'A long letter');
});
