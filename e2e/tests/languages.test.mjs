// Which language the Messenger speaks, and that all of them fit on a small phone. The texts as such: locales.test.mjs.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { browserTest } from '../harness/browser.mjs';
import { openGallery, serveGallery, showState } from '../harness/gallery.mjs';
import { town } from '../harness/town.mjs';
import { Messenger } from '../pages/messenger.mjs';

const LOCALES = new URL('../../locales/', import.meta.url).pathname;
const tags = readdirSync(LOCALES).filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -'.json'.length));
/** @param {string} tag @returns {Record<string, string>} */
const texts = (tag) => JSON.parse(readFileSync(`${LOCALES}${tag}.json`, 'utf8'));

const place = town();

/** What does not fit; runs in the page. @param {HTMLElement} root */
const misfits = (root) => {
  const found = [];
  if (document.documentElement.scrollWidth > innerWidth) found.push('the page scrolls sideways');
  for (const element of root.querySelectorAll('button, h1, h2, p, span, label, input, textarea')) {
    const box = element.getBoundingClientRect();
    // What is for screen readers only stands aside.
    if (box.width <= 1 || getComputedStyle(element).textOverflow === 'ellipsis') continue;
    const name = `${element.localName}.${element.className} ${element.textContent.slice(0, 40)}`;
    if (box.left < -1 || box.right > innerWidth + 1) found.push(`outside: ${name}`);
    else if (element.localName === 'button' && element.scrollWidth > element.clientWidth + 1) found.push(`cut off: ${name}`);
  }
  return { found, direction: getComputedStyle(root).direction };
};

/** @param {Messenger} messenger @param {string} tag waits until the panel is in this language */
const speaks = (messenger, tag) => messenger.frame.locator(`.ds[lang="${tag}"]`).waitFor();

browserTest('the language: asked for by the page, else the browser\'s, else the workspace\'s', async (watch) => {
  await place.server.set('language=nl');
  for (const [locale, asked, tag] of [
    ['de-AT', undefined, 'de'],
    ['zh-HK', undefined, 'zh-TW'],
    ['nn-NO', undefined, 'nb'],
    ['pt-PT', 'pt_br', 'pt-BR'],
    ['fr-CA', 'tlh', 'fr'],
    ['en-GB', undefined, 'en'],
    ['cy', undefined, 'nl'],
  ]) {
    const messenger = new Messenger(await (await watch.person({ locale })).newPage());
    const settings = asked ? `?settings=${encodeURIComponent(JSON.stringify({ language_override: asked }))}` : '';
    await messenger.goto(`${place.site.origin}/index.html${settings}`);
    await messenger.open();
    await speaks(messenger, tag);
    await messenger.frame.getByText(texts(tag)['home.introduction'], { exact: true }).waitFor();
  }
  const fetched = watch.requests.map((request) => /\/locale-([\w-]+)-[0-9a-f]{16}\.json$/.exec(request.url())?.[1]);
  assert.deepEqual(fetched.filter(Boolean), ['de', 'zh-TW', 'nb', 'pt-BR', 'fr', 'nl'], 'only the one that is spoken');
});

browserTest('every language fits on 320 pixels, in its direction', async (watch) => {
  const messenger = new Messenger(await (await watch.person({ viewport: { width: 320, height: 640 } })).newPage());
  await messenger.goto(`${place.site.origin}/index.html`);
  await messenger.open();
  const wrong = [];
  /** @param {string} screen */
  const look = async (screen) => {
    for (const tag of tags) {
      await messenger.intercom('update', { language_override: tag });
      await speaks(messenger, tag);
      const problems = await messenger.frame.locator('.ds').evaluate(misfits);
      if (problems.direction !== texts(tag).direction) wrong.push(`${screen} ${tag}: ${problems.direction}`);
      wrong.push(...problems.found.map((text) => `${screen} ${tag}: ${text}`));
    }
  };
  await look('home');
  await messenger.intercom('update', { language_override: 'en' });
  await speaks(messenger, 'en');
  await messenger.newConversation();
  await look('new conversation');
  await messenger.write('hello');
  await messenger.frame.locator('input[type="email"]').waitFor();
  await look('thread with the email card');
  assert.deepEqual(wrong, []);
});

// Some thousand pictures: in parts, so that none takes as long as a test may.
const PARTS = 4;
for (let part = 0; part < PARTS; part++) {
  browserTest(`every language fits on 320 pixels in the states that have words of their own, ${part + 1} of ${PARTS}`, async (watch) => {
    const gallery = await serveGallery();
    try {
      const page = await (await watch.person({ viewport: { width: 320, height: 640 }, reducedMotion: 'reduce' })).newPage();
      const states = await openGallery(page, gallery.origin);
      const worded = /^(home-failed|list-(empty|failed)|thread-(away|failed|closed|typing|statuses|files)|composer-(files|too-long)|email-|rating-|notice-|preview-many)/;
      const wrong = [];
      for (const lang of tags.filter((_, index) => index % PARTS === part)) {
        for (const state of states.filter((name) => worded.test(name))) {
          await showState(page, { state, lang });
          const { found, direction } = await page.locator('.ds').first().evaluate(misfits);
          if (direction !== texts(lang).direction) wrong.push(`${state} ${lang}: ${direction}`);
          wrong.push(...found.map((text) => `${state} ${lang}: ${text}`));
        }
      }
      assert.deepEqual(wrong, []);
    } finally {
      await gallery.close();
    }
  });
}
