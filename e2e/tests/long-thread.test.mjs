// A conversation of many messages: what is on screen and in memory stays small, in both directions, and nothing jumps.
// What it costs in time: `cargo xtask bench widget`.
import assert from 'node:assert/strict';
import { browserTest, until } from '../harness/browser.mjs';
import { town } from '../harness/town.mjs';
import { Messenger } from '../pages/messenger.mjs';

/** Messages held of a conversation at most (crates/core/src/window.rs). */
const WINDOW = 100;
/** Asked for at once (crates/server/src/messenger/thread.rs). */
const PAGE = 20;

/** Hundreds of messages take a while on a busy machine. */
const LATE = { timeout: 60_000 };

const place = town({ args: ['--limit-calls', '0', '--limit-address', '0'] });

/** Teammate's messages with these numbers. @param {string} id @param {number} from @param {number} to */
async function reply(id, from, to) {
  for (let number = from; number < to; number++) await place.grace.reply(id, `Number ${number}`);
}

/** A visitor whose thread is open. @param {import('../harness/browser.mjs').Watch} watch @param {string} text */
async function talker(watch, text) {
  const messenger = new Messenger(await (await watch.person({ reducedMotion: 'reduce' })).newPage());
  await messenger.goto(`${place.site.origin}/index.html`);
  await messenger.open();
  await messenger.newConversation();
  await messenger.write(text);
  await messenger.delivered(text);
  const mine = (list) => list.find((row) => row.preview === text);
  const { id } = mine(await until(() => place.grace.conversations(), mine, 'the conversation'));
  return { messenger, id, log: messenger.frame.getByRole('log') };
}

/** The numbers on screen, which must be in order and without a hole. @param {import('playwright-core').Locator} log */
async function numbers(log) {
  const texts = await log.locator('.bubble').allTextContents();
  const found = texts.filter((text) => text.startsWith('Number ')).map((text) => Number(text.slice(7)));
  for (let i = 1; i < found.length; i++) assert.equal(found[i], found[i - 1] + 1, `after ${found[i - 1]}`);
  assert.ok(texts.length <= WINDOW, `${texts.length} messages are drawn`);
  return { first: found[0], last: found.at(-1) };
}

/**
 * Scrolls so far that an end of what is drawn is near, and gives the message that is then in the middle with its place.
 * @param {import('playwright-core').Locator} log @param {'older' | 'newer'} where
 */
const scroll = (log, where) =>
  log.evaluate((element, direction) => {
    // Nought is the end; above it is less.
    const top = element.clientHeight - element.scrollHeight;
    element.scrollTop = direction === 'older' ? top + 200 : -200;
    const middle = element.getBoundingClientRect().top + element.clientHeight / 2;
    const bubbles = [...element.querySelectorAll('.bubble')];
    const seen = bubbles.find((bubble) => bubble.getBoundingClientRect().bottom > middle);
    return { text: seen.textContent, top: Math.round(seen.getBoundingClientRect().top) };
  }, where);

/** @param {import('playwright-core').Locator} log @param {string} text */
const topOf = async (log, text) =>
  Math.round(await log.getByText(text, { exact: true }).evaluate((element) => element.closest('.bubble').getBoundingClientRect().top));

browserTest('three hundred messages received leave a small document, and are read', async (watch) => {
  const { messenger, id, log } = await talker(watch, 'Tell me everything');
  await reply(id, 0, 300);
  await messenger.message('Number 299').waitFor(LATE);
  const { first, last } = await numbers(log);
  assert.equal(last, 299);
  assert.ok(first > 299 - WINDOW);
  const nodes = await log.evaluate((element) => element.querySelectorAll('*').length);
  assert.ok(nodes < WINDOW * 12, `${nodes} elements`);
  await messenger.frame.getByRole('button', { name: 'Scroll to the newest message' }).waitFor({ state: 'detached' });
});

browserTest('the way up and down again: a page at a time, in order, and what is read stays in its place', async (watch) => {
  const { messenger, id, log } = await talker(watch, 'From the beginning, please');
  await reply(id, 0, 400);
  await messenger.message('Number 399').waitFor(LATE);

  /** Counts the list items that are made. */
  await log.evaluate((element) => {
    window.made = 0;
    new MutationObserver((records) => {
      for (const record of records) window.made += [...record.addedNodes].filter((node) => node.localName === 'li').length;
    }).observe(element.querySelector('ul'), { childList: true });
  });
  const made = () => log.evaluate(() => window.made);

  let pages = 0;
  for (let { first } = await numbers(log); first > 0; pages++) {
    const before = await made();
    const { text, top } = await scroll(log, 'older');
    const now = await until(() => numbers(log), (span) => span.first < first, `messages before ${first}`);
    // Half a pixel may be rounded either way.
    assert.ok(Math.abs((await topOf(log, text)) - top) <= 1, `${text} moved when older ones came`);
    const items = (await made()) - before;
    assert.ok(items <= 2 * PAGE + 4, `${items} items were made for messages ${now.first} to ${first}`);
    first = now.first;
  }
  assert.ok(pages >= 4, `${pages} pages`);

  for (let { last } = await numbers(log); last < 399; ) {
    const { text, top } = await scroll(log, 'newer');
    const now = await until(() => numbers(log), (span) => span.last > last, `messages after ${last}`);
    assert.ok(Math.abs((await topOf(log, text)) - top) <= 1, `${text} moved when newer ones came`);
    last = now.last;
  }
});

browserTest('a message that comes while older ones are read moves nothing, is pointed at, and one press away', async (watch) => {
  const { messenger, id, log } = await talker(watch, 'Wake me when it is over');
  await reply(id, 0, 260);
  await messenger.message('Number 259').waitFor(LATE);
  for (let i = 0; i < 3; i++) {
    const { first } = await numbers(log);
    await scroll(log, 'older');
    await until(() => numbers(log), (span) => span.first < first || first === 0, 'older ones');
  }
  const { text, top } = await scroll(log, 'older');
  await reply(id, 260, 262);
  const jump = messenger.frame.getByRole('button', { name: 'New messages' });
  await jump.waitFor();
  assert.equal(await topOf(log, text), top);
  assert.equal(await messenger.message('Number 261').count(), 0, 'it is not held');
  await jump.click();
  await messenger.message('Number 261').waitFor();
  await until(() => log.evaluate((element) => element.scrollTop), (at) => at === 0, 'at the end');
  await jump.waitFor({ state: 'detached' });
  // And on from there.
  await reply(id, 262, 263);
  await messenger.message('Number 262').waitFor();
  await messenger.write('I am awake');
  await messenger.delivered('I am awake');
});
