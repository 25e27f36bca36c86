// A conversation of thousands of messages with the processor at a quarter: whether opening it and scrolling through it
// blocks, and what a thousand received messages leave in memory. Part of `cargo xtask bench widget`.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { openInbox } from '../harness/doorstep.mjs';
import { startSite } from '../harness/site.mjs';
import { Messenger } from '../pages/messenger.mjs';
import { coldBrowser, probe } from './probe.mjs';

/** Replies on their way at a time. */
const AT_ONCE = 32;

/** How many pages are scrolled up. */
const PAGES = 30;

// What runs while tasks are counted runs in the page: Playwright's locators bring a script of their own, whose start alone takes
// longer than 50 ms at a quarter of the speed.

/** When what went before is over and noted. */
async function rested() {
  for (let frame = 0; frame < 20; frame++) await new Promise((resolve) => requestAnimationFrame(resolve));
}

/** When messages are drawn, and what that started is over. */
async function drawn() {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  while (!document.querySelector('.log .bubble')) await frame();
  for (let count = 0; count < 20; count++) await frame();
}

/** @param {number} pages */
async function scrollUp(pages) {
  const log = document.querySelector('.log');
  const first = () => log.querySelector('.bubble').textContent;
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  for (let page = 0; page < pages; page++) {
    const before = first();
    log.scrollTop = log.clientHeight - log.scrollHeight + 300;
    while (first() === before) await frame();
  }
  // What is noted of a task comes after it.
  await frame();
  await frame();
}

/**
 * @param {Awaited<ReturnType<typeof import('../harness/doorstep.mjs').startDoorstep>>} server
 * @param {number} messages
 */
export async function longThread(server, messages) {
  const site = await startSite({ doorstep: server.origin, app: server.app });
  const grace = await openInbox(server);
  const profile = await mkdtemp(join(tmpdir(), 'doorstep-bench-'));
  const context = await coldBrowser(chromium, profile);
  try {
    await context.addInitScript(probe, {});
    const page = context.pages()[0] ?? (await context.newPage());
    const messenger = new Messenger(page);
    await messenger.goto(`${site.origin}/index.html`);
    await messenger.open();
    await messenger.newConversation();
    await messenger.write('Tell me everything');
    await messenger.delivered('Tell me everything');
    const { id } = (await grace.conversations()).find((row) => row.preview === 'Tell me everything');
    const reply = async (from, to) => {
      let next = from;
      const one = async () => {
        while (next < to) await grace.reply(id, `Number ${next++}, with a few more words than that, as people write them.`);
      };
      await Promise.all(Array.from({ length: AT_ONCE }, one));
      await grace.reply(id, `The last of ${to}`);
      await messenger.message(`The last of ${to}`).waitFor();
    };
    const cdp = await context.newCDPSession(page);
    await cdp.send('Performance.enable');
    await cdp.send('HeapProfiler.enable');
    const memory = async () => {
      await cdp.send('HeapProfiler.collectGarbage');
      const { metrics } = await cdp.send('Performance.getMetrics');
      const of = (name) => metrics.find((metric) => metric.name === name).value;
      return `${(of('JSHeapUsedSize') / 1048576).toFixed(2)} MiB of JavaScript, ${of('Nodes')} nodes, ${of('JSEventListeners')} listeners`;
    };
    console.log('\nMessages received by an open thread: what they leave in memory\n');
    let sent = 0;
    for (const count of [200, 1000]) {
      await reply(sent, (sent += count));
      console.log(`- after ${sent}: ${await memory()}`);
    }
    await messenger.launcher.click();
    if (messages > sent) {
      const panel = messenger.frame.locator('.ds');
      await panel.waitFor({ state: 'attached' });
      let next = sent;
      const one = async () => {
        while (next < messages) await grace.reply(id, `Number ${next++}, with a few more words than that, as people write them.`);
      };
      await Promise.all(Array.from({ length: AT_ONCE }, one));
    }
    await page.reload();
    await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 });
    const frame = () => page.frames().find((one) => one.name() === 'intercom-messenger-frame');
    const tasks = () => frame().evaluate(() => window.probed.tasks.length);
    await messenger.page.waitForFunction(() => window.Intercom?.booted === true);
    await messenger.intercom('showMessages');
    const row = messenger.frame.locator('.list .row').first();
    await row.waitFor();
    await messenger.frame.locator('.list .row-preview').first().waitFor();
    const box = await row.boundingBox();
    await frame().evaluate(rested);
    const before = await tasks();
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    await frame().evaluate(drawn);
    const opened = await tasks();
    await frame().evaluate(scrollUp, PAGES);
    const all = await frame().evaluate(() => window.probed.tasks);
    const log = messenger.frame.getByRole('log');
    const longest = (list) => (list.length ? `, the longest ${Math.round(Math.max(...list.map(([, duration]) => duration)))} ms` : '');
    console.log(`\nA thread of ${messages} messages, processor at a quarter: tasks over 50 ms\n`);
    console.log(`- opening it: ${opened - before}${longest(all.slice(before, opened))}`);
    console.log(`- scrolling ${PAGES} pages up: ${all.length - opened}${longest(all.slice(opened))}`);
    console.log(`- ${await log.locator('.bubble').count()} messages are drawn; ${await memory()}`);
  } finally {
    await context.close();
    await site.close();
    await rm(profile, { recursive: true, force: true });
  }
}
