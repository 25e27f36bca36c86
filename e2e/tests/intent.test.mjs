// The embed script's second part: fetched on intent and beside the frame; what is said meanwhile keeps its order; what
// happens when it does not come, or somebody shuts down before it does.
import assert from 'node:assert/strict';
import { FRAME, LAUNCHER, alone, booted, frameOf, heard, inFrame } from '../harness/alone.mjs';
import { browserTest, until } from '../harness/browser.mjs';

const place = alone();
const parts = () => place.asked('/assets/later.js');
/** Holds the part back until the returned function is called. */
function holdPart() {
  let release;
  place.stub.hold = new Promise((resolve) => (release = resolve));
  return release;
}

browserTest('hovering fetches part and frame side by side, and nothing is seen; the click finds both', async (watch) => {
  const context = await watch.person();
  const page = await context.newPage();
  await page.goto(`${place.site.origin}/index.html`);
  await booted(page);
  assert.deepEqual(place.stub.paths, ['/widget/test']);
  const release = holdPart();
  await page.locator(LAUNCHER).hover();
  // The frame is there and has said hello, and the part is not.
  const handle = await page.waitForSelector(FRAME, { state: 'attached' });
  const frame = await handle.contentFrame();
  await inFrame(frame, () => document.readyState === 'complete');
  assert.equal(parts(), 1);
  assert.equal(await frame.evaluate(() => heard.length), 0);
  assert.equal(await handle.isVisible(), false);
  await page.locator(LAUNCHER).click();
  await page.locator(LAUNCHER).click();
  release();
  await page.locator(FRAME).waitFor();
  await inFrame(frame, () => heard.length > 0);
  assert.equal((await heard(frame))[0].open.at, 'default', 'two clicks of somebody impatient open, and do not shut');
  assert.deepEqual(place.stub.paths.slice(1).sort(), ['/assets/later.js', '/frame/test'], 'each once');
});

browserTest('the panel that is fetched ahead is never seen, and takes no click, while it is dressed', async (watch) => {
  const page = await (await watch.person()).newPage();
  await page.goto(`${place.site.origin}/index.html`);
  await booted(page);
  const release = holdPart();
  await page.locator(LAUNCHER).hover();
  const handle = await page.waitForSelector(FRAME, { state: 'attached' });
  // Drawn without the part: a change of its looks from here on could be a transition.
  const frame = await handle.contentFrame();
  await inFrame(frame, () => document.readyState === 'complete');
  const dressed = page.evaluate(async () => {
    const box = document.querySelector('div.intercom-messenger-frame');
    const next = () => new Promise((resolve) => requestAnimationFrame(resolve));
    for (let i = 0; i < 3; i++) await next();
    while (getComputedStyle(box).position !== 'fixed') await next();
    const { left, top } = box.getBoundingClientRect();
    const there = document.elementsFromPoint(left + 20, top + 20);
    return [getComputedStyle(box).visibility, there.includes(box)];
  });
  release();
  assert.deepEqual(await dressed, ['hidden', false]);
  await page.locator(LAUNCHER).click();
  await page.locator(FRAME).waitFor();
});

browserTest('startConversation to a frame that said hello before the part came sends once', async (watch) => {
  const page = await (await watch.person()).newPage();
  await page.goto(`${place.site.origin}/index.html`);
  await booted(page);
  const release = holdPart();
  await page.evaluate(() => Intercom('startConversation', 'Hello'));
  const frame = await (await page.waitForSelector(FRAME, { state: 'attached' })).contentFrame();
  await inFrame(frame, () => document.readyState === 'complete');
  release();
  await inFrame(frame, () => heard.some(({ type }) => type === 'send'));
  // Said after it, so that whatever came with the first message has come.
  await page.evaluate(() => Intercom('showMessages'));
  await inFrame(frame, () => heard.some(({ type }) => type === 'open'));
  assert.deepEqual((await heard(frame)).map(({ type, text }) => text ?? type), ['boot', 'Hello', 'open']);
});

browserTest('commands keep their order while the part is on its way', async (watch) => {
  const page = await (await watch.person()).newPage();
  await page.goto(`${place.site.origin}/index.html`);
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
  await inFrame(early, () => document.readyState === 'complete');
  release();
  const frame = await frameOf(page);
  // One that said hello before learns what is true when all of it is done, as one that says hello later does.
  const [first] = await heard(frame);
  assert.deepEqual([first.type, first.open], ['boot', { at: 'new_message', text: 'two' }]);
  await page.evaluate(() => Intercom('showMessages'));
  const list = await until(() => heard(frame), (l) => l.at(-1).open?.at === 'messages', 'what is said from now on');
  assert.equal(list.length, 2);
  assert.equal(first.visitor_id, id);
  assert.equal(first.settings.plan, 'pro');
  assert.equal(first.settings.doorstep_events.length, 1);
  assert.deepEqual(await page.evaluate(() => said), ['show', 'hide', 'show']);
});

browserTest('hidden as soon as it is booted, the panel of the page before does not come back', async (watch) => {
  const page = await (await watch.person()).newPage();
  await page.goto(`${place.site.origin}/index.html`);
  await page.locator(LAUNCHER).click();
  const frame = await frameOf(page);
  await frame.evaluate(() => say({ type: 'screen', open: { at: 'conversation', id: '12' } }));
  await page.waitForFunction(() => sessionStorage['intercom.intercom-state-test']);
  await page.goto(`${place.site.origin}/manual.html`);
  await page.waitForFunction(() => window.Intercom?.booted === false);
  const release = holdPart();
  await page.evaluate(() => {
    Intercom('boot', { app_id: 'test' });
    Intercom('hide');
  });
  const early = await (await page.waitForSelector(FRAME, { state: 'attached' })).contentFrame();
  await inFrame(early, () => document.readyState === 'complete');
  release();
  await page.waitForFunction(() => !sessionStorage['intercom.intercom-state-test']);
  await frameOf(page);
  await page.evaluate(() => Intercom('update', { plan: 'pro' }));
  await inFrame(early, () => heard.at(-1).settings?.plan === 'pro');
  assert.deepEqual((await heard(early)).filter(({ type, open }) => open || type === 'open'), [], 'it is never told to show anything');
});

browserTest('shutdown before the part is there: cookies gone at once, the session revoked, nothing comes after', async (watch) => {
  const context = await watch.person();
  const page = await context.newPage();
  await page.goto(`${place.site.origin}/manual.html`);
  await page.waitForFunction(() => window.Doorstep);
  await context.addCookies([{ name: 'intercom-session-test', value: 'token-9', url: place.site.origin }]);
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
  await until(() => place.stub.shutdowns.length, (n) => n === 1, 'revoked');
  assert.equal(place.stub.shutdowns[0].session, 'token-9');
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
  assert.equal(parts(), 1);
});

browserTest('offline: a shutdown before the part is there is owed and paid at the next load', async (watch) => {
  watch.expectError(/503|ERR_/);
  const context = await watch.person();
  await context.addCookies([{ name: 'intercom-session-test', value: 'token-8', url: place.site.origin }]);
  const page = await context.newPage();
  await page.goto(`${place.site.origin}/manual.html`);
  await page.waitForFunction(() => window.Doorstep);
  place.stub.broken = true;
  await page.evaluate(() => {
    Intercom('boot', { app_id: 'test' });
    Intercom('shutdown');
  });
  assert.deepEqual(await context.cookies(), []);
  await page.waitForFunction(() => localStorage['intercom.doorstep-revoke-test']?.includes('token-8'));
  place.stub.broken = false;
  await page.goto(`${place.site.origin}/index.html`);
  await until(() => place.stub.shutdowns.length, (n) => n === 1, 'revoked');
  await page.waitForFunction(() => localStorage.length === 0);
});

browserTest('the part does not come: said to the developer, tried again at the next intent', async (watch) => {
  watch.expectError(/could not be loaded|500/);
  const page = await (await watch.person()).newPage();
  await page.goto(`${place.site.origin}/index.html`);
  await booted(page);
  place.stub.lost = true;
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
  place.stub.lost = false;
  await page.locator(LAUNCHER).click();
  await page.locator(FRAME).waitFor();
  assert.deepEqual((await heard(await frameOf(page)))[0].open, { at: 'default' });
  assert.deepEqual(await page.evaluate(() => said), ['show'], 'once');
});

for (const policy of ['strict', 'dynamic']) {
  browserTest(`the part comes with the first script's nonce: ${policy} policy`, async (watch) => {
    const page = await (await watch.person()).newPage();
    await page.goto(`${place.site.origin}/strict.html?policy=${policy}`);
    await page.locator(LAUNCHER).click();
    await frameOf(page);
    assert.deepEqual(await page.evaluate(() => window.violations), []);
  });
}
