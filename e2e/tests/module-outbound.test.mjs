// Outbound messages where the Messenger runs in the page itself: the same rules, without the embed script.
import assert from 'node:assert/strict';
import { afterEach } from 'node:test';
import { browserTest, until } from '../harness/browser.mjs';
import { messages, outbound } from '../harness/outbound.mjs';
import { town } from '../harness/town.mjs';

const place = town();
const team = outbound(place);
afterEach(team.clear);

const paths = (watch) => watch.requests.map((request) => new URL(request.url()).pathname);
/** Whether there are rules; what tells them; the rules; a message. */
const questions = (watch) => paths(watch).filter((path) => path === '/widget/test/outbound');
const adapters = (watch) => paths(watch).filter((path) => path.startsWith('/assets/part-module-outbound-'));
const parts = (watch) => paths(watch).filter((path) => path.startsWith('/widget/test/outbound/'));
const asks = (watch) => paths(watch).filter((path) => path === '/messenger/test/outbound');

/** A page of somebody. @param {object} [settings] of `boot` */
async function visit(person, settings = {}, path = 'module.html?', clock = false) {
  const page = await person.newPage();
  if (clock) await page.clock.install();
  const answered = page.waitForResponse((response) => response.url().endsWith('/widget/test/outbound'));
  await page.goto(`${place.site.origin}/${path}&settings=${encodeURIComponent(JSON.stringify(settings))}`);
  return {
    page,
    ...messages(page),
    log: page.locator('[role=log]'),
    composer: page.locator('textarea'),
    /** Until the page knows whether there are rules. */
    async knows() {
      await (await answered).finished();
      // What follows from it has begun.
      await page.evaluate(() => new Promise((done) => requestIdleCallback(done)));
    },
    /** Until the part is at work. */
    async part(watch) {
      const [path] = await until(() => parts(watch), (all) => all.length > 0, 'the part was fetched');
      // The same module: there when the page's own import is.
      await page.evaluate(async (address) => void (await import(address)), place.server.origin + path);
    },
    call: (name, ...given) => page.evaluate(([name, given]) => window.doorstep[name](...given), [name, given]),
  };
}

browserTest('without live messages a page asks once whether there are any, and keeps nothing', async (watch) => {
  const person = await watch.person();
  const { page, knows, call } = await visit(person);
  await knows();
  await call('update', {});
  await page.evaluate(() => history.pushState({}, '', '/plans'));
  await knows();
  assert.equal(questions(watch).length, 1);
  assert.deepEqual([...adapters(watch), ...parts(watch), ...asks(watch)], []);
  assert.deepEqual(await person.cookies(), []);
  assert.deepEqual(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('intercom'))), []);
});

browserTest('a page that no rule can match asks for nothing more, until its address changes', async (watch) => {
  await team.live({ body: 'Plans?' }, ['url', 'is', '/plans']);
  const person = await watch.person();
  const { page, knows, card, kept } = await visit(person);
  await until(() => adapters(watch), (all) => all.length === 1, 'the rules are looked at');
  await knows();
  assert.deepEqual([...parts(watch), ...asks(watch)], []);
  assert.deepEqual([await kept(), await person.cookies()], [{}, []]);
  await page.evaluate(() => history.pushState({}, '', '/plans'));
  await card.getByText('Plans?').waitFor();
  assert.equal(questions(watch).length, 1);
  // Seeing it makes nobody of a visitor.
  assert.deepEqual(await person.cookies(), []);
});

browserTest('a question that got no answer, and a part that could not be had, are asked for again', async (watch) => {
  watch.expectError(/ERR_FAILED/);
  await team.live({ body: 'Can I help?' });
  const person = await watch.person();
  const lost = [];
  const lose = (path) => (route) => (lost.includes(path) ? route.continue() : (lost.push(path), route.abort()));
  await person.route('**/widget/test/outbound', lose('question'));
  await person.route('**/assets/part-module-outbound-*', lose('part'));
  const { card, call } = await visit(person);
  await until(() => lost.length, (count) => count === 1, 'the question is lost');
  await call('update', { name: 'Ann' });
  await until(() => lost.length, (count) => count === 2, 'the part is lost');
  await call('update', { name: 'Bob' });
  await card.getByText('Can I help?').waitFor();
  assert.equal(questions(watch).length, 3);
});

browserTest('an answer makes a lead and a conversation that begins with the message', async (watch) => {
  const id = await team.live({ body: 'Can I help?' });
  const person = await watch.person();
  const { page, card, log, composer } = await visit(person);
  await until(() => team.counts(id), ({ seen }) => seen === 1, 'it counts as seen');
  assert.deepEqual(await person.cookies(), []);
  await card.getByRole('button', { name: 'Message…' }).click();
  const message = log.getByText('Can I help?', { exact: true });
  await message.waitFor();
  assert.equal(await card.count(), 0);
  await page.waitForFunction(() => document.activeElement.shadowRoot?.activeElement?.localName === 'textarea');
  assert.deepEqual(await place.grace.conversations(), []);
  await composer.fill('Yes, please');
  await composer.press('Enter');
  const [talk] = await until(() => place.grace.conversations(), (all) => all.length === 1, 'the team has a conversation');
  assert.equal(talk.contact.role, 'lead');
  const { parts: said } = await place.grace.thread(talk.id);
  assert.deepEqual(said.map(({ author, body }) => [author.kind, body]), [['admin', '<p>Can I help?</p>'], ['contact', '<p>Yes, please</p>']]);
  assert.equal(await message.count(), 1);
  await until(() => team.counts(id), ({ clicked, replied }) => clicked === 1 && replied === 1, 'counted once each');
  await place.grace.reply(talk.id, 'How?');
  await log.getByText('How?', { exact: true }).waitFor();
});

browserTest('a banner under a strict policy is put away and stays away', async (watch) => {
  const id = await team.live({ kind: 'banner', body: 'Sale', banner: { style: 'inline' } });
  const person = await watch.person();
  const path = 'module.html?strict';
  const { page, banner } = await visit(person, {}, path);
  await banner.getByText('Sale').waitFor();
  await banner.getByRole('button', { name: 'Close' }).click();
  await banner.waitFor({ state: 'detached' });
  await until(() => team.counts(id), ({ dismissed }) => dismissed === 1, 'it counts as put away');
  assert.deepEqual(await page.evaluate(() => window.violations), []);
  const next = await visit(person, {}, path);
  await next.part(watch);
  await next.settled();
  assert.equal(asks(watch).length, 1);
  assert.equal(await next.banner.count(), 0);
  assert.deepEqual(await next.page.evaluate(() => window.violations), []);
});

browserTest('attributes of a user: decided by the server, for whom the page names', async (watch) => {
  await team.live({ body: 'For gold' }, ['custom_attributes.plan', 'is', 'gold'], ['role', 'is', 'user']);
  const silver = await visit(await watch.person(), { user_id: 'bob', plan: 'silver' });
  await until(() => asks(watch).length, (count) => count === 1, 'the server was asked');
  await silver.settled();
  assert.equal(await silver.card.count(), 0);
  // Another person, by the same page.
  await silver.call('update', { user_id: 'ada', plan: 'gold' });
  await silver.card.getByText('For gold').waitFor();
});

browserTest('nothing comes while the Messenger is open, nor with hide_notifications', async (watch) => {
  await team.live({ body: 'Hello' });
  const { page, card, part, call } = await visit(await watch.person(), { hide_notifications: true });
  await part(watch);
  assert.equal(asks(watch).length, 0);
  await call('show');
  await page.getByText('Send us a message').first().waitFor();
  await call('update', { hide_notifications: false });
  await page.evaluate(() => new Promise((done) => requestIdleCallback(done)));
  assert.equal(asks(watch).length, 0);
  await call('hide');
  await card.getByText('Hello').waitFor();
  // Opened by hand, the Messenger takes the card's place.
  await call('show');
  await card.waitFor({ state: 'detached' });
});

browserTest('nor while the person types into the page', async (watch) => {
  await team.live({ body: 'Hello' }, ['time_on_page', 'at_least', 10]);
  const { page, card, part } = await visit(await watch.person(), {}, 'module.html?', true);
  await part(watch);
  await page.evaluate(() => document.body.append(document.createElement('input')));
  await page.clock.fastForward(9_500);
  await page.locator('body > input').fill('a');
  await page.clock.fastForward(1_000);
  assert.deepEqual([asks(watch).length, await card.count()], [0, 0]);
  await page.clock.fastForward(2_000);
  await card.getByText('Hello').waitFor();
});

browserTest('shutdown takes it away and forgets it', async (watch) => {
  await team.live({ body: 'Hello' });
  const { page, card, kept, call } = await visit(await watch.person());
  await card.getByText('Hello').waitFor();
  assert.notDeepEqual(await kept(), {});
  await call('shutdown');
  assert.equal(await card.count(), 0);
  assert.deepEqual(await kept(), {});
  // Whoever comes next is somebody new.
  await call('boot', { app_id: 'test', api_base: place.server.origin });
  await card.getByText('Hello').waitFor();
  assert.equal(await page.locator('.intercom-notifications-frame').count(), 1);
});

browserTest('without consent nothing is kept, and with it what was remembered meanwhile', async (watch) => {
  await team.live({ body: 'Hello' });
  const person = await watch.person();
  const { page, card, kept, call } = await visit(person, { cookie_consent: false });
  await card.getByText('Hello').waitFor();
  assert.deepEqual(await kept(), {});
  await call('update', { cookie_consent: true });
  await until(kept, ({ m }) => m && Object.keys(m).length === 1, 'kept from now on');
  await call('update', { cookie_consent: false });
  await until(kept, (all) => Object.keys(all).length === 0, 'and no longer');
  assert.deepEqual(await person.cookies(), []);
  assert.equal(await page.locator('.intercom-notifications-frame').count(), 1);
});
