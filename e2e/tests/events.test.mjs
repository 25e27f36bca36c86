// trackEvent in the embed script, against a frame that only records: an unknown visitor's events wait in the page, without a
// frame and without a request; whoever is known has them handed over, and nothing is forgotten before the server has it.
import assert from 'node:assert/strict';
import { FRAME, alone, booted, frameOf } from '../harness/alone.mjs';
import { browserTest, until } from '../harness/browser.mjs';

const place = alone();

const KEY = 'intercom.doorstep-events-test';
const waiting = (page) => page.evaluate((key) => JSON.parse(localStorage[key] || '[]'), KEY);
const named = (list) => list.map((text) => JSON.parse(text).name);

browserTest('an unknown visitor: events wait in the page, no frame, no request; the frame gets them when it is there', async (watch) => {
  const context = await watch.person();
  const page = await context.newPage();
  watch.expectError(/trackEvent takes a name/);
  const said = [];
  page.on('console', (line) => line.type() === 'error' && line.text().includes('trackEvent') && said.push(line.text()));
  await page.goto(`${place.site.origin}/index.html`);
  await booted(page);
  const began = Date.now();
  await page.evaluate(() => {
    const cycle = { good: 1 };
    cycle.bad = cycle;
    Intercom('trackEvent', 'looked', { z: 1, a: 'x', f() {} });
    Intercom('trackEvent', 'odd', cycle);
    Intercom('trackEvent', { no: 'name' });
    Intercom('trackEvent');
    Intercom('trackEvent', 'long', { text: 'x'.repeat(9000) });
    Intercom('trackEvent', 'text', 'no object');
    Intercom('trackEvent', 'thrown', { good: 1, get bad() { throw new Error('no'); } });
  });
  const texts = await waiting(page);
  assert.deepEqual(named(texts), ['looked', 'odd', 'text', 'thrown']);
  assert.deepEqual(texts.slice(2).map((text) => JSON.parse(text).metadata), [{}, { good: 1 }]);
  assert.equal(said.length, 4, `one line for each that is wrong: ${said}`);
  const { at, metadata } = JSON.parse(texts[0]);
  assert.ok(at >= began && at <= Date.now(), 'its own time');
  assert.equal(JSON.stringify(metadata), '{"z":1,"a":"x"}', 'in the order given');
  assert.deepEqual(JSON.parse(texts[1]).metadata, { good: 1 });
  assert.deepEqual(place.stub.paths, ['/widget/test']);
  assert.equal(await page.locator('iframe').count(), 0);
  assert.deepEqual(await context.cookies(), []);

  await page.reload();
  await booted(page);
  assert.deepEqual(await waiting(page), texts, 'a reload loses nothing');
  await page.evaluate(() => Intercom('show'));
  const frame = await frameOf(page);
  assert.deepEqual((await frame.evaluate(() => heard[0])).settings.doorstep_events, texts);
  await page.evaluate(() => Intercom('trackEvent', 'opened'));
  const given = (list) => list.findLast((m) => m.settings)?.settings.doorstep_events ?? [];
  const told = await until(() => frame.evaluate(() => heard), (list) => given(list).length === 5, 'one more event');
  const event = given(told)[4];
  assert.deepEqual(named([event]), ['opened']);
  assert.equal((await waiting(page)).length, 5, 'kept until the server has it');
  await frame.evaluate((events) => say({ type: 'tracked', events }), [texts[0], event]);
  await page.waitForFunction((key) => JSON.parse(localStorage[key]).length === 3, KEY);
  assert.deepEqual(named(await waiting(page)), ['odd', 'text', 'thrown']);
  await page.evaluate(() => {
    for (let n = 0; n < 500; n += 1) Intercom('trackEvent', `${n}`);
  });
  const names = named(await waiting(page));
  assert.deepEqual([names.length, names[0], names.at(-1)], [500, '0', '499'], 'of too many the oldest go');
  assert.equal(said.length, 7, 'and each is a line');
  await page.evaluate(() => Intercom('shutdown'));
  await page.waitForFunction((key) => localStorage[key] === undefined, KEY);
});

browserTest('somebody known: the frame comes by itself and gets the event', async (watch) => {
  const page = await (await watch.person()).newPage();
  await page.goto(`${place.site.origin}/index.html`);
  await booted(page);
  await page.evaluate(() => {
    Intercom('trackEvent', 'before');
    Intercom('update', { user_id: 'ada' });
  });
  const frame = await frameOf(page);
  assert.deepEqual(named((await frame.evaluate(() => heard[0])).settings.doorstep_events), ['before']);
});

browserTest('another person, and a page that is not booted, leave nothing', async (watch) => {
  const page = await (await watch.person()).newPage();
  await page.goto(`${place.site.origin}/index.html`);
  await booted(page);
  await page.evaluate(() => {
    Intercom('boot', { app_id: 'test', user_id: 'ada' });
    Intercom('trackEvent', "ada's");
    Intercom('boot', { app_id: 'test', user_id: 'bob' });
  });
  assert.deepEqual(await waiting(page), []);
  await page.evaluate(() => Intercom('trackEvent', "bob's"));
  await page.goto(`${place.site.origin}/manual.html`);
  await page.waitForFunction(() => window.Doorstep);
  assert.equal((await waiting(page)).length, 1);
  await page.evaluate(() => {
    Intercom('trackEvent', 'nobody there');
    Intercom('shutdown');
  });
  assert.deepEqual(await waiting(page), []);
});
