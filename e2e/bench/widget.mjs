// What the Messenger costs a page: `cargo xtask bench widget`. Rows beside `blank` (the page alone) and `floor` (a script of
// half a kilobyte that shows a button: the least this method can show), in one run, so that the machine's speed is in all of
// them. 7 runs with the processor throttled to a quarter, 3 on a slow mobile network besides. Prints tables; asserts nothing.
//
// `node widget.mjs [--runs N] [--slow N] [--messages N]`; 0 leaves one out.
import { createServer } from 'node:http';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { startDoorstep } from '../harness/doorstep.mjs';
import { longThread } from './long-thread.mjs';
import { coldBrowser, median, probe } from './probe.mjs';

const { values: asked } = parseArgs({
  options: { runs: { type: 'string', default: '7' }, slow: { type: 'string', default: '3' }, messages: { type: 'string', default: '10000' } },
});
const FLOOR = "{const h=document.createElement('div'),r=h.attachShadow({mode:'open'}),s=new CSSStyleSheet;h.id='floor';s.replaceSync('button{position:fixed;right:20px;bottom:20px;width:48px;height:48px;border-radius:50%}textarea{position:fixed;right:20px;bottom:90px;width:300px;height:200px}');r.adoptedStyleSheets=[s];const b=document.createElement('button');b.onclick=()=>r.append(document.createElement('textarea'));r.append(b);document.body.append(h)}";
const LAUNCHER = '.intercom-lightweight-app-launcher';
/** Nothing requested and no long task for so long is rest, milliseconds. */
const REST = 1500;

const server = await startDoorstep({ args: ['--limit-calls', '0', '--limit-address', '0', '--limit-messages', '0'] });
const snippet = (settings) =>
  `<script>window.intercomSettings=${JSON.stringify({ app_id: server.app, ...settings })}</script>` +
  `<script async src="${server.origin}/widget/${server.app}"></script>`;
const doorstep = { launcher: LAUNCHER, panel: '.ds .start', composer: 'textarea', open: "Intercom('showNewMessage')" };
const ROWS = [
  { name: 'blank', html: '' },
  { name: 'floor', html: '<script async src="FLOOR"></script>', launcher: '#floor >>> button', composer: '#floor >>> textarea', open: "document.querySelector('#floor').shadowRoot.querySelector('button').click()" },
  { name: 'doorstep, anonymous', html: snippet({}), ...doorstep },
  { name: 'doorstep, logged in', html: snippet({ user_id: 'ada-7', email: 'ada@example.com' }), ...doorstep },
];

/** One visit of a page with this row's script. @param {typeof ROWS[number]} row @param {{ slow: boolean, hover: boolean }} how */
async function visit(row, { slow, hover }) {
  const site = createServer((request, response) => {
    if (request.url === '/favicon.ico') return response.writeHead(204).end();
    if (request.url === '/floor.js') return response.writeHead(200, { 'Content-Type': 'text/javascript' }).end(FLOOR);
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(
      `<!doctype html><meta charset="utf-8"><title>A page</title><h1>A page</h1><button id="go" onclick="${(row.open || '').replaceAll('"', '&quot;')}">Write</button>` +
        row.html.replace('FLOOR', `http://localhost:${site.address().port}/floor.js`),
    );
  });
  await new Promise((resolve) => site.listen(0, '127.0.0.1', resolve));
  const profile = await mkdtemp(join(tmpdir(), 'doorstep-bench-'));
  await mkdir(join(profile, 'Default'));
  await writeFile(join(profile, 'Default/Preferences'), '{"profile":{"cookie_controls_mode":0}}');
  const context = await coldBrowser(chromium, profile);
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    const cdp = await context.newCDPSession(page);
    await context.addInitScript(probe, { launcher: row.launcher || '', panel: row.panel || '', composer: row.composer || '' });
    for (const domain of ['Performance', 'HeapProfiler', 'Network']) await cdp.send(`${domain}.enable`);
    await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 });
    if (slow) {
      const network = { offline: false, latency: 562.5, downloadThroughput: (1.6 * 1024 * 1024 / 8) * 0.9, uploadThroughput: (750 * 1024 / 8) * 0.9 };
      await cdp.send('Network.emulateNetworkConditions', network);
    }
    let bytes = 0;
    let last = Date.now();
    cdp.on('Network.requestWillBeSent', () => (last = Date.now()));
    cdp.on('Network.loadingFinished', ({ encodedDataLength }) => ([bytes, last] = [bytes + encodedDataLength, Date.now()]));
    const origin = `http://127.0.0.1:${site.address().port}`;
    await page.goto(origin);
    const own = bytes;
    const read = async () => {
      const all = await Promise.all(page.frames().map((frame) => frame.evaluate(() => window.probed).catch(() => undefined)));
      const first = (name) => Math.min(...all.map((noted) => noted?.[name] || Infinity));
      return { launcher: first('launcher'), panel: first('panel'), composer: first('composer'), tasks: all[0]?.tasks ?? [] };
    };
    const rest = async () => {
      for (let tasks = -1; Date.now() - last < REST || tasks < 0; ) {
        const now = (await read()).tasks.length;
        if (now !== tasks) [tasks, last] = [now, Math.max(last, tasks < 0 ? last : Date.now())];
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    const blocking = (tasks) => tasks.reduce((sum, [, duration]) => sum + Math.max(0, duration - 50), 0);
    const heap = async () => {
      await cdp.send('HeapProfiler.collectGarbage');
      const { metrics } = await cdp.send('Performance.getMetrics');
      return metrics.find((metric) => metric.name === 'JSHeapUsedSize').value / 1048576;
    };
    await rest();
    const start = await page.evaluate(() => performance.timeOrigin);
    const before = await read();
    const result = { launcher: before.launcher - start, blockingRest: blocking(before.tasks), bytesRest: bytes - own, heapRest: await heap() };
    if (!row.composer) return result;
    if (hover && row.panel) {
      await page.hover(LAUNCHER);
      await rest();
    }
    const tasks = (await read()).tasks.length;
    // The click as the browser itself dates it.
    await page.evaluate(() => addEventListener('click', (event) => (window.clicked = performance.timeOrigin + event.timeStamp), { capture: true, once: true }));
    await page.click('#go');
    const clicked = await page.evaluate(() => window.clicked);
    let now;
    do now = await read();
    while (now.composer === Infinity);
    await rest();
    now = await read();
    return { ...result, open: now.composer - clicked, blockingOpen: blocking(now.tasks.slice(tasks)), bytesOpen: bytes - own, heapOpen: await heap() };
  } finally {
    await context.close();
    site.closeAllConnections();
    site.close();
    await rm(profile, { recursive: true, force: true });
  }
}

/** @param {string} title @param {number} runs @param {boolean} slow */
async function table(title, runs, slow) {
  if (!runs) return;
  console.log(`\n${title}; medians of ${runs}\n`);
  const columns = ['', 'launcher ms', 'over floor', 'blocking at rest', 'bytes at rest', 'heap MiB', 'composer cold ms', 'prefetched ms', 'blocking', 'bytes', 'heap MiB'];
  console.log(`| ${columns.join(' | ')} |\n|${'---|'.repeat(columns.length)}`);
  // Row after row in each run: the machine's speed swings within minutes, and what is compared should swing together.
  const visits = ROWS.map((row) => ({ row, cold: [], warm: [] }));
  for (let run = 0; run < runs; run++) {
    for (const { row, cold, warm } of visits) {
      cold.push(await visit(row, { slow, hover: false }));
      if (row.panel) warm.push(await visit(row, { slow, hover: true }));
    }
  }
  const floor = visits.find(({ row }) => row.name === 'floor').cold;
  for (const { row, cold, warm } of visits) {
    const middle = (name, of = cold) => median(of.map((one) => one[name]));
    const launcher = row.launcher ? middle('launcher') : undefined;
    const over = row.panel ? median(cold.map((one, run) => one.launcher - floor[run].launcher)) : undefined;
    const whole = (value) => (value === undefined ? '' : String(Math.round(value)));
    const all = cold.map((one) => one.launcher);
    const range = row.launcher ? `${whole(launcher)} (${whole(Math.min(...all))} to ${whole(Math.max(...all))})` : '';
    console.log(`| ${[
      row.name, range, whole(over), whole(middle('blockingRest')), whole(middle('bytesRest')),
      middle('heapRest').toFixed(2), whole(middle('open')), whole(middle('open', warm)), whole(middle('blockingOpen')),
      whole(middle('bytesOpen')), middle('heapOpen')?.toFixed(2) ?? '',
    ].join(' | ')} |`);
  }
}

try {
  await table('Processor at a quarter', Number(asked.runs), false);
  await table('Processor at a quarter, slow 4G (562 ms, 1.4 Mbit/s)', Number(asked.slow), true);
  if (Number(asked.messages)) await longThread(server, Number(asked.messages));
} finally {
  await server.close();
}
