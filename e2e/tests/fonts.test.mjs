// Few fonts: a browser makes each size and weight when it is first drawn, which on a slow phone takes as long as drawing all of
// its text (docs/adr/0024). The states are the gallery's.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { browserTest } from '../harness/browser.mjs';
import { openGallery, serveGallery, showState } from '../harness/gallery.mjs';

/** Text is one of these: size in pixels and weight (style/base.css). */
const TEXT = ['13 400', '13 600', '15 400', '15 600', '16 600'];
/** Seen in one place each: the greeting, the faces of a rating, letters in small faces, the kind of a file. */
const ELSE = ['30 700', '26 400', '11 600', '10 700'];

let gallery;
before(async () => {
  gallery = await serveGallery();
});
after(() => gallery.close());

/** The fonts of what is shown, but for what the team has formatted. @param {import('playwright-core').Page} page */
const fonts = (page) =>
  page.evaluate(() => {
    const roots = [document, ...[...document.querySelectorAll('*')].map((element) => element.shadowRoot).filter(Boolean)];
    const used = new Set();
    for (const element of roots.flatMap((root) => [...root.querySelectorAll('.ds, .ds *')])) {
      const says = element.placeholder || [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
      if (!says || element.closest('.bubble *') || !element.checkVisibility()) continue;
      const { fontSize, fontWeight } = getComputedStyle(element);
      used.add(`${parseFloat(fontSize)} ${fontWeight}`);
    }
    return [...used].sort();
  });

browserTest('every text of every state is in one of five fonts', async (watch) => {
  const page = await (await watch.person({ viewport: { width: 400, height: 704 }, reducedMotion: 'reduce' })).newPage();
  const found = [];
  for (const state of await openGallery(page, gallery.origin)) {
    await showState(page, { state });
    found.push(...(await fonts(page)).filter((font) => ![...TEXT, ...ELSE].includes(font)).map((font) => `${state}: ${font}`));
  }
  assert.deepEqual(found, []);
});

browserTest('a new conversation needs two fonts that Home has not drawn', async (watch) => {
  const page = await (await watch.person({ viewport: { width: 400, height: 704 }, reducedMotion: 'reduce' })).newPage();
  await openGallery(page, gallery.origin);
  await showState(page, { state: 'home' });
  const home = await fonts(page);
  await showState(page, { state: 'thread-new' });
  const more = (await fonts(page)).filter((font) => !home.includes(font));
  // The composer, and three faces in the bar: one alone has none.
  assert.deepEqual(more, ['11 600', '15 400']);
});
