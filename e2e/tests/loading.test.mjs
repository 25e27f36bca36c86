// How a dozen wrappers load and drive the Messenger (M§1.5), on one page each; and the snippets. Against a frame that only
// records. react-use-intercom and Intercom's own package run themselves in wrappers.test.mjs.
import assert from 'node:assert/strict';
import { FRAME, LAUNCHER, alone, booted, frameOf, heard, told } from '../harness/alone.mjs';
import { browserTest, until } from '../harness/browser.mjs';

const place = alone();

async function open(watch, pattern) {
  const page = await (await watch.person({ private: true })).newPage();
  await page.goto(`${place.site.origin}/patterns.html?pattern=${pattern}&host=${encodeURIComponent(place.stub.origin)}`);
  return page;
}
const said = (page) => page.evaluate(() => window.said);
const frames = () => place.asked('/frame/test');
const one = async (page) =>
  assert.deepEqual([await page.locator(LAUNCHER).count(), await page.locator('#intercom-container').count() <= 1], [1, true], 'one of everything');

browserTest('NG: the camel case update before boot makes no anonymous visitor, and is not lost', async (watch) => {
  const page = await open(watch, 'NG');
  await booted(page);
  const first = (await heard(await frameOf(page)))[0];
  assert.deepEqual([first.settings.user_id, first.settings.updateOnRouterChange], ['ng', true]);
  assert.equal(frames(), 1);
  await one(page);
});

browserTest('NUXT: a queue by another name, booted at once', async (watch) => {
  const page = await open(watch, 'NUXT');
  const frame = await frameOf(page);
  assert.deepEqual((await heard(frame))[0].open, { at: 'default' });
  await page.waitForFunction(() => window.said.length === 2);
  assert.deepEqual((await said(page)).sort(), [['loaded', true], ['show']]);
});

browserTest('VUE: listeners before any boot, arrays in the queue', async (watch) => {
  const page = await open(watch, 'VUE');
  await page.waitForFunction(() => window.said.length === 2);
  assert.deepEqual(await said(page), [['onUnreadCountChange', 0], ['ready']]);
  assert.equal(await page.locator(LAUNCHER).count(), 0);
  await page.evaluate(() => window.wrapper.boot({ app_id: 'test' }));
  await page.locator(LAUNCHER).click();
  await page.locator(FRAME).waitFor();
  assert.deepEqual((await said(page)).at(-1), ['onShow']);
});

browserTest('SEG-A: window.Intercom is another function after the load, takes properties, and boots the user over the first', async (watch) => {
  const page = await open(watch, 'SEG-A');
  await page.waitForFunction(() => window.said.length === 1);
  assert.deepEqual(await said(page), [['ready', 'test']]);
  const frame = await frameOf(page);
  await until(() => told(frame), ({ user_id }) => user_id === 'segment', 'the user');
  assert.equal(place.stub.shutdowns.length, 0);
  await one(page);
});

browserTest('SEG-C: a stub over the living instance; the next run of the script drains it', async (watch) => {
  const page = await open(watch, 'SEG-C');
  await page.waitForFunction(() => window.said.length === 1);
  await page.locator(LAUNCHER).waitFor();
  await page.evaluate(() => window.wrapper.again());
  await page.locator(FRAME).waitFor();
  assert.equal((await told(await frameOf(page))).doorstep_events.length, 1);
  await one(page);
});

browserTest('RLCL, FACADE: booted soon after the load, then show', async (watch) => {
  const page = await open(watch, 'RLCL');
  await page.locator('#fake').click();
  await page.locator(FRAME).waitFor();
  assert.equal(await page.locator('#fake').count(), 0);
  await one(page);
});

browserTest('RI: boots without app_id; unmounted and mounted again it is there once', async (watch) => {
  const page = await open(watch, 'RI');
  await booted(page);
  await page.evaluate(() => Intercom('show'));
  assert.equal((await told(await frameOf(page))).name, 'RI');
  await page.evaluate(() => window.wrapper.unmount());
  assert.equal(await page.locator(`${LAUNCHER}, ${FRAME}`).count(), 0);
  await page.evaluate(() => window.wrapper.mount());
  await booted(page);
  await page.locator(LAUNCHER).click();
  await page.locator(FRAME).waitFor();
  await one(page);
});

browserTest('ANGTX: boots without an app id anywhere', async (watch) => {
  const page = await open(watch, 'ANGTX');
  await booted(page);
  assert.equal((await heard(await frameOf(page)))[0].app_id, 'test');
});

browserTest('ANG1: commands that are none', async (watch) => {
  const page = await open(watch, 'ANG1');
  await booted(page);
  await page.locator(LAUNCHER).click();
  await page.locator(FRAME).waitFor();
  assert.deepEqual(await said(page), []);
});

browserTest('MENT: shutdown and boot at each change ends as the last', async (watch) => {
  const page = await open(watch, 'MENT');
  await booted(page);
  const frame = await frameOf(page);
  const [first] = await heard(frame);
  assert.deepEqual([first.settings.user_id, first.settings.language_override, first.open], ['two', 'de', { at: 'default' }]);
  assert.equal(await page.locator(FRAME).count(), 1);
  await one(page);
});

browserTest('ANALYTICS: the id at once; identify, page and reset', async (watch) => {
  const page = await open(watch, 'ANALYTICS');
  await page.waitForFunction(() => window.said.length === 1);
  const [, id] = (await said(page))[0];
  assert.match(id, /^[0-9a-f-]{36}$/);
  await page.evaluate(() => window.wrapper.identify('ana', { plan: 'pro' }));
  const frame = await frameOf(page);
  await until(() => told(frame), ({ user_id, plan }) => user_id === 'ana' && plan === 'pro', 'the user');
  assert.equal((await heard(frame))[0].visitor_id, id);
  await page.evaluate(() => window.wrapper.page());
  await page.evaluate(() => window.wrapper.reset());
  assert.equal(await page.locator(LAUNCHER).count(), 0);
});

browserTest('RAILS: null for a selector, the legacy activator', async (watch) => {
  const page = await open(watch, 'RAILS');
  await booted(page);
  await page.locator(LAUNCHER).click();
  assert.equal((await told(await frameOf(page))).installation_type, 'rails');
});

browserTest('NEXT: the script pasted into the page knows its server by api_base', async (watch) => {
  const page = await open(watch, 'NEXT');
  await page.locator(FRAME).waitFor();
  await frameOf(page);
});

browserTest('the snippet twice: one launcher, one boot, the second an update', async (watch) => {
  const page = await open(watch, 'TWICE');
  await page.waitForFunction(() => window.said.length === 2);
  await booted(page);
  await one(page);
  await page.locator(LAUNCHER).click();
  const frame = await frameOf(page);
  assert.equal(frames(), 1);
  assert.equal((await heard(frame)).filter(({ type }) => type === 'boot').length, 1);
});

for (const path of ['index.html', 'old.html', 'second.html'])
  browserTest(`${path}: the snippet boots once, by itself`, async (watch) => {
    const page = await place.open(watch, path);
    await one(page);
    assert.equal(place.stub.paths.filter((asked) => asked.startsWith('/widget/')).length, 1);
  });

browserTest('a script that is blocked: nothing is thrown, the stub goes on taking commands', async (watch) => {
  watch.expectError(/ERR_|Failed to load/);
  const page = await (await watch.person({ private: true })).newPage();
  await page.route('**/widget/**', (route) => route.abort());
  await page.goto(`${place.site.origin}/index.html`);
  await page.waitForFunction(() => document.querySelector('script[src*="/widget/"]'));
  assert.equal(await page.evaluate(() => Intercom('show')), undefined);
  assert.equal(await page.locator(LAUNCHER).count(), 0);
});
