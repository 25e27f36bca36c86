// The main job from end to end, for any browser that can be driven: what tests/journey.test.mjs does in Chromium, without
// what only Chromium's tools show.
//
// A driver has `goto(url)`, `evaluate(where, fn, ...args)`, `click(where, selector, text)` (false when there is no such
// element yet), `type(where, text)`, `press(where, key)`, `problems` and `close()`; `where` is `page` or `frame`.
import assert from 'node:assert/strict';
import { until } from '../harness/until.mjs';

export const ENTER = 'Enter';
const LAUNCHER = '.intercom-lightweight-app-launcher';

/** In the browser: the element of this selector whose text begins so. @param {string} selector @param {string} text */
export function find(selector, text) {
  const seen = (element) => element.getClientRects().length > 0;
  return [...document.querySelectorAll(selector)].find((element) => seen(element) && element.textContent.trim().startsWith(text)) || null;
}

/**
 * @param {Awaited<ReturnType<typeof import('./firefox.mjs').startFirefox>>} browser
 * @param {{ server: any, site: { origin: string }, grace: any }} place
 */
export async function journey(browser, { site, grace }) {
  const says = (where, selector, text) =>
    until(() => browser.evaluate(where, (css, words) => [...document.querySelectorAll(css)].some((one) => one.textContent.includes(words)), selector, text),
      (there) => there === true, `${browser.name}: "${text}" in ${selector}`);
  // What still moves is missed: the place is looked up first and clicked on later.
  const moves = (where) =>
    browser.evaluate(where, () => document.getAnimations().some((one) => one.effect.getComputedTiming().iterations !== Infinity));
  const press = (where, selector, text = '') =>
    until(
      async () => !(await moves('page')) && !(await moves('frame')) && browser.click(where, selector, text),
      (clicked) => clicked,
      `${browser.name}: ${selector} ${text}`,
    );
  const write = async (text) => {
    await press('frame', 'textarea');
    await browser.type('frame', text);
    await browser.press('frame', ENTER);
    await says('frame', '.bubble', text);
  };

  await browser.goto(`${site.origin}/index.html`);
  await until(() => browser.evaluate('page', () => window.Intercom?.booted), (booted) => booted === true, 'booted');
  await press('page', LAUNCHER);
  await press('frame', 'button', 'Send us a message');
  await write('Do you ship to Norway?');
  await says('frame', '.meta', 'Not seen yet');

  await press('frame', 'input[type=email]');
  await browser.type('frame', 'ann@example.com');
  await browser.press('frame', ENTER);
  await says('frame', '.email', "You'll be notified here and by email");

  const mine = (list) => list.find((row) => row.contact.email === 'ann@example.com');
  const { id } = mine(await until(() => grace.conversations(), mine, 'the conversation in the inbox'));
  await grace.reply(id, 'We do, in four days.');
  await says('frame', '.bubble', 'We do, in four days.');

  // The open panel survives a change of page.
  await press('page', '#next');
  await until(() => browser.evaluate('page', () => location.pathname), (path) => path === '/second.html', 'the other page');
  await says('frame', '.bubble', 'We do, in four days.');
  await write('Great, thank you!');
  await until(() => grace.thread(id), (thread) => JSON.stringify(thread).includes('Great, thank you!'), 'the answer in the inbox');

  await browser.evaluate('page', () => window.Intercom('shutdown'));
  await until(() => browser.evaluate('page', () => document.querySelector('iframe') === null), (gone) => gone === true, 'the panel goes');
  assert.doesNotMatch(await browser.evaluate('page', () => document.cookie), /intercom-session-test/);
  await browser.goto(`${site.origin}/index.html`);
  await press('page', LAUNCHER);
  await says('frame', 'button', 'Send us a message');
  assert.equal(await browser.evaluate('frame', () => document.body.textContent.includes('Great, thank you!')), false, 'the next person sees nothing');
  assert.deepEqual(browser.problems, []);
}
