// The embed script's second part: fetched on intent and beside the frame; what is said meanwhile keeps its order; what
// happens when it does not come, or somebody shuts down before it does.
import assert from 'node:assert/strict';
import { after, before, beforeEach } from 'node:test';
import { browserTest, until } from '../harness/browser.mjs';
import { startSite } from '../harness/site.mjs';
import { startStub } from '../harness/stub.mjs';

let stub;
let site;

before(async () => {
  stub = await startStub();
  site = await startSite({ doorstep: stub.origin, app: 'test' });
});
beforeEach(() => {
  stub.paths.length = 0;
  stub.shutdowns.length = 0;
  stub.broken = false;
  stub.lost = false;
  stub.hold = undefined;
});
after(async () => {
  await site.close();
  await stub.close();
});

const LAUNCHER = '.intercom-lightweight-app-launcher';
const FRAME = 'iframe[name="intercom-messenger-frame"]';
const booted = (page) => page.waitForFunction(() => window.Intercom?.booted === true);
async function frameOf(page) {
  const handle = await page.waitForSelector(FRAME, { state: 'attached' });
  const frame = await handle.contentFrame();
  await frame.waitForFunction(() => window.heard?.length > 0);
  return frame;
}
const heard = (frame) => frame.evaluate(() => window.heard);
/** Holds the part back until the returned function is called. */
function holdPart() {
  let release;
  stub.hold = new Promise((resolve) => (release = resolve));
  return release;
}
const asked = () => stub.paths.filter((path) => path === '/assets/later.js').length;

browserTest('hovering fetches part and frame side by side, and nothing is seen; the click finds both', async (watch) => {
  const context = await watch.person();
  const page = await context.newPage();
  await page.goto(`${site.origin}/index.html`);
  await booted(page);
  assert.deepEqual(stub.paths, ['/widget/test']);
  const release = holdPart();
  await page.locator(LAUNCHER).hover();
  // The frame is there and has said hello, and the part is not.
  const handle = await page.waitForSelector(FRAME, { state: 'attached' });
  const frame = await handle.contentFrame();
  await frame.waitForFunction(() => document.readyState === 'complete');
  assert.equal(asked(), 1);
  assert.equal(await frame.evaluate(() => heard.length), 0);
  assert.equal(await handle.isVisible(), false);
  await page.locator(LAUNCHER).click();
  await page.locator(LAUNCHER).click();
  release();
  await page.locator(FRAME).waitFor();
  await frame.waitForFunction(() => heard.length > 0);
  assert.equal((await heard(frame))[0].open.at, 'default', 'two clicks of somebody impatient open, and do not shut');
  assert.deepEqual(stub.paths.slice(1).sort(), ['/assets/later.js', '/frame/test'], 'each once');
});

browserTest('commands keep their order while the part is on its way', async (watch) => {
  const page = await (await watch.person()).newPage();
  await page.goto(`${site.origin}/index.html`);
  await booted(page);
  const release = holdPart();
  const id = await page.evaluate(() => {
    window.said = [];
    Intercom('onShow', () => said.push('show'));
    Intercom('onHide', () => said.push('hide'));
    Intercom('hide');
    Intercom('showNewMessage', 'one');
    Intercom('update', { plan: 'pro' });
    Intercom('hide');
    Intercom('hide');
    Intercom('showSpace', 'nowhere');
    Intercom('trackEvent', 'between');
    Intercom('showMessages');
    Intercom('showNewMessage', 'two');
    return Intercom('getVisitorId');
  });
  assert.match(id, /^[0-9a-f-]{36}$/, 'at once');
  assert.deepEqual(await page.evaluate(() => said), []);
  const early = await (await page.waitForSelector(FRAME, { state: 'attached' })).contentFrame();
  await early.waitForFunction(() => document.readyState === 'complete');
  release();
  const frame = await frameOf(page);
  const list = await until(() => heard(frame), (l) => l.at(-1).open?.text === 'two', 'the last command');
  const [first] = list;
  assert.deepEqual(
    list.map(({ type, open }) => [type, open?.at]),
    [['boot', 'new_message'], ['close', undefined], ['open', 'messages'], ['open', 'new_message']],
  );
  assert.equal(first.visitor_id, id);
  assert.equal(first.settings.plan, 'pro');
  assert.equal(first.settings.doorstep_events.length, 1);
  assert.deepEqual(await page.evaluate(() => said), ['show', 'hide', 'show']);
});

browserTest('shutdown before the part is there: cookies gone at once, the session revoked, nothing comes after', async (watch) => {
  const context = await watch.person();
  const page = await context.newPage();
  await page.goto(`${site.origin}/manual.html`);
  await page.waitForFunction(() => window.Doorstep);
  await context.addCookies([{ name: 'intercom-session-test', value: 'token-9', url: site.origin }]);
  const release = holdPart();
  await page.evaluate(() => {
    window.said = [];
    Intercom('boot', { app_id: 'test' });
    Intercom('onShow', () => said.push('show'));
    Intercom('getVisitorId');
    Intercom('show');
  });
  await page.waitForSelector(FRAME, { state: 'attached' });
  await page.evaluate(() => Intercom('shutdown'));
  assert.deepEqual((await context.cookies()).map(({ name }) => name), ['intercom-device-id-test']);
  assert.deepEqual(await page.evaluate(() => [document.querySelectorAll('iframe, .intercom-launcher').length, Intercom.booted]), [0, false]);
  await until(() => stub.shutdowns.length, (n) => n === 1, 'revoked');
  assert.equal(stub.shutdowns[0].session, 'token-9');
  release();
  // The next life gets the part that was on its way, and its own commands only.
  await page.evaluate(() => {
    Intercom('boot', { app_id: 'test' });
    Intercom('showMessages');
  });
  const frame = await frameOf(page);
  const [first] = await heard(frame);
  assert.deepEqual([first.open, first.session], [{ at: 'messages' }, null]);
  assert.deepEqual(await page.evaluate(() => said), [], 'what the former person asked for is not done');
  assert.equal(asked(), 1);
});

browserTest('offline: a shutdown before the part is there is owed and paid at the next load', async (watch) => {
  watch.expectError(/503|ERR_/);
  const context = await watch.person();
  await context.addCookies([{ name: 'intercom-session-test', value: 'token-8', url: site.origin }]);
  const page = await context.newPage();
  await page.goto(`${site.origin}/manual.html`);
  await page.waitForFunction(() => window.Doorstep);
  stub.broken = true;
  await page.evaluate(() => {
    Intercom('boot', { app_id: 'test' });
    Intercom('shutdown');
  });
  assert.deepEqual(await context.cookies(), []);
  await page.waitForFunction(() => localStorage['intercom.doorstep-revoke-test']?.includes('token-8'));
  stub.broken = false;
  await page.goto(`${site.origin}/index.html`);
  await until(() => stub.shutdowns.length, (n) => n === 1, 'revoked');
  await page.waitForFunction(() => localStorage.length === 0);
});

browserTest('the part does not come: said to the developer, tried again at the next intent', async (watch) => {
  watch.expectError(/could not be loaded|500/);
  const page = await (await watch.person()).newPage();
  await page.goto(`${site.origin}/index.html`);
  await booted(page);
  stub.lost = true;
  await page.evaluate(() => {
    window.problems = [];
    window.said = [];
    Intercom('onError', (text) => problems.push(text));
    Intercom('onShow', () => said.push('show'));
    Intercom('show');
  });
  await page.waitForFunction(() => problems.length === 1);
  assert.equal(await page.evaluate(() => Intercom.booted), true);
  assert.deepEqual(await page.evaluate(() => said), []);
  stub.lost = false;
  await page.locator(LAUNCHER).click();
  await page.locator(FRAME).waitFor();
  assert.deepEqual((await heard(await frameOf(page)))[0].open, { at: 'default' });
  assert.deepEqual(await page.evaluate(() => said), ['show'], 'once');
});

for (const policy of ['strict', 'dynamic']) {
  browserTest(`the part comes with the first script's nonce: ${policy} policy`, async (watch) => {
    const page = await (await watch.person()).newPage();
    await page.goto(`${site.origin}/strict.html?policy=${policy}`);
    await page.locator(LAUNCHER).click();
    await frameOf(page);
    assert.deepEqual(await page.evaluate(() => window.violations), []);
  });
}
