// Pictures to look at, into target/screenshots: sheets of the gallery, and the inbox (`screenshots-inbox.mjs`).
// `node screenshots.mjs [WORD…]` takes those whose name contains one of the words.
import { mkdir } from 'node:fs/promises';
import { chromium } from 'playwright-core';
import { serveGallery } from './harness/gallery.mjs';
import { photographInbox } from './screenshots-inbox.mjs';

const OUT = new URL('../target/screenshots/', import.meta.url).pathname;
const PANEL = { width: '400', height: '704' };
const PHONE = { width: '390', height: '760' };

/** Name, states that begin so, what the sheet is asked for, and the size of its text in percent. */
const SHEETS = [
  ['desktop-home', { ...PANEL, only: 'home' }],
  ['desktop-list', { ...PANEL, only: 'list' }],
  ['desktop-thread', { ...PANEL, only: 'thread' }],
  ['desktop-email', { ...PANEL, only: 'email' }],
  ['desktop-composer', { ...PANEL, only: 'composer' }],
  ['desktop-notice', { ...PANEL, only: 'notice' }],
  ['desktop-preview', { ...PANEL, only: 'preview' }],
  ['dark-preview', { ...PANEL, only: 'preview', theme: 'dark' }],
  ['arabic-composer', { ...PANEL, only: 'composer', lang: 'ar' }],
  ['arabic-preview', { ...PANEL, only: 'preview', lang: 'ar' }],
  ['dark-composer', { ...PANEL, only: 'composer', theme: 'dark' }],
  ['desktop-rating', { ...PANEL, only: 'rating' }],
  ['dark-rating', { ...PANEL, only: 'rating', theme: 'dark' }],
  ['desktop-launcher', { width: '460', height: '800', only: 'launcher' }],
  ['dark-home', { ...PANEL, only: 'home', theme: 'dark' }],
  ['dark-list', { ...PANEL, only: 'list', theme: 'dark' }],
  ['dark-thread', { ...PANEL, only: 'thread', theme: 'dark' }],
  ['dark-email', { ...PANEL, only: 'email', theme: 'dark' }],
  ['dark-notice', { ...PANEL, only: 'notice', theme: 'dark' }],
  ['arabic-home', { ...PANEL, only: 'home', lang: 'ar' }],
  ['arabic-list', { ...PANEL, only: 'list', lang: 'ar' }],
  ['arabic-thread', { ...PANEL, only: 'thread', lang: 'ar' }],
  ['arabic-email', { ...PANEL, only: 'email', lang: 'ar' }],
  ['phone-home', { ...PHONE, only: 'home' }, { phone: true }],
  ['phone-thread', { ...PHONE, only: 'thread' }, { phone: true }],
  ['zoom-home', { width: '320', height: '256', only: 'home' }],
  ['zoom-thread', { width: '320', height: '256', only: 'thread' }],
  ['text200-home', { ...PANEL, only: 'home' }, { text: 200 }],
  ['text200-list', { ...PANEL, only: 'list' }, { text: 200 }],
  ['text200-thread', { ...PANEL, only: 'thread' }, { text: 200 }],
  ['text200-email', { ...PANEL, only: 'email' }, { text: 200 }],
  ['yellow-thread', { ...PANEL, only: 'thread-t', action: '#ffd400' }],
  ['yellow-home', { ...PANEL, only: 'home', action: '#ffd400' }],
];

/** @param {number} scale makes text larger, and nothing else */
function enlarge(scale) {
  const all = [...document.querySelectorAll('.ds, .ds *')].map((element) => {
    const { fontSize, lineHeight } = getComputedStyle(element);
    return { element, sizes: [fontSize, lineHeight].map((size) => `${parseFloat(size) * scale}px`) };
  });
  for (const { element, sizes } of all) [element.style.fontSize, element.style.lineHeight] = sizes;
}

const words = process.argv.slice(2);
const gallery = await serveGallery();
await mkdir(OUT, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
for (const [name, view, { phone = false, text = 100 } = {}] of SHEETS) {
  if (words.length && !words.some((word) => name.includes(word))) continue;
  const context = await browser.newContext({
    viewport: { width: 4 * (Number(view.width) + 24) + 24, height: 900 },
    hasTouch: phone,
    isMobile: false,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  page.on('pageerror', (error) => console.error(name, String(error)));
  await page.goto(`${gallery.origin}/?${new URLSearchParams(view)}`);
  await page.waitForFunction(() => 'gallery' in window);
  for (const frame of page.frames().slice(1)) {
    await frame.waitForFunction(() => 'gallery' in window);
    // What a browser does that makes text alone larger.
    if (text !== 100) await frame.evaluate(enlarge, text / 100);
  }
  await page.screenshot({ path: `${OUT}${name}.png`, fullPage: true });
  console.log(`${OUT}${name}.png`);
  await context.close();
}
if (!words.length || words.some((word) => 'inbox'.includes(word))) await photographInbox(browser, OUT);
await browser.close();
await gallery.close();
