// Outbound messages: who gets one where and when, once; what a page weighs without; what an answer makes.
import assert from 'node:assert/strict';
import { afterEach } from 'node:test';
import { findings } from '../harness/axe.mjs';
import { browserTest, until } from '../harness/browser.mjs';
import { messages, outbound } from '../harness/outbound.mjs';
import { town } from '../harness/town.mjs';
import { Messenger } from '../pages/messenger.mjs';

const place = town();
const team = outbound(place);
afterEach(team.clear);

/** Requests for the part, and for a message. */
const parts = (watch) => watch.requests.filter((request) => /\/widget\/test\/outbound\//.test(request.url()));
const asks = (watch) => watch.requests.filter((request) => /\/messenger\/test\/outbound$/.test(request.url()));
const ours = (watch) => watch.requests.filter((request) => request.url().startsWith(place.server.origin));

/** A new page of somebody whose clock the test moves, unless it is `real`: the Messenger's frame has the browser's own. */
async function visit(watch, person, path, real = false) {
  if (!real && !person.pages().some((page) => page.url().startsWith('http'))) await person.clock.install();
  const page = await person.newPage();
  const messenger = new Messenger(page);
  await messenger.goto(`${place.site.origin}/${path}`);
  return {
    page,
    messenger,
    ...messages(page),
    /** Until the part is at work in this page, be it from the cache. */
    async part() {
      const of = (request) => request.frame().page() === page;
      const [request] = await until(() => parts(watch).filter(of), (all) => all.length > 0, 'the part was fetched');
      // The same module: there when the page's own import is.
      await page.evaluate(async (address) => void (await import(address)), request.url());
    },
    wait: (ms) => page.clock.fastForward(ms),
  };
}

browserTest('a page that no rule can match weighs nothing and keeps nothing', async (watch) => {
  await team.live({ body: 'Plans?' }, ['url', 'contains', '/second'], ['time_on_page', 'at_least', 5]);
  const person = await watch.person();
  const { page, wait, card } = await visit(watch, person, 'index.html');
  await wait(60_000);
  await page.evaluate(() => Intercom('update'));
  await wait(60_000);
  assert.deepEqual(ours(watch).map((request) => new URL(request.url()).pathname), ['/widget/test']);
  assert.deepEqual(await person.cookies(), []);
  assert.equal(await page.evaluate(() => localStorage.length + sessionStorage.length), 0);
  assert.equal(await card.count(), 0);
});

browserTest('address and time: the card comes in time, once, and leaves no cookie', async (watch) => {
  const id = await team.live({ body: 'Questions?\n\nSee https://example.com/help. <b>' }, ['url', 'contains', '/second'], ['time_on_page', 'at_least', 10]);
  const person = await watch.person();
  const first = await visit(watch, person, 'second.html');
  await first.part();
  await first.wait(5_000);
  assert.equal(asks(watch).length, 0);
  await first.wait(6_000);
  await first.card.getByText('Questions?').waitFor();
  // Plain text, with links.
  assert.equal(await first.card.locator('b:text("<b>")').count(), 0);
  assert.equal(await first.card.getByRole('link').getAttribute('href'), 'https://example.com/help');
  assert.equal(await first.page.getByRole('region', { name: 'Grace' }).count(), 1);
  await until(() => team.counts(id), ({ seen }) => seen === 1, 'it counts as seen');
  assert.deepEqual(await person.cookies(), []);
  // No frame was needed for that.
  assert.equal(await first.messenger.iframe.count(), 0);
  // On the next page it does not come again.
  const second = await visit(watch, person, 'second.html');
  await second.part();
  await second.wait(60_000);
  await second.settled();
  assert.equal(asks(watch).length, 1);
  assert.equal(await second.card.count(), 0);
  assert.deepEqual(await team.counts(id), { sent: 1, seen: 1, clicked: 0, dismissed: 0, replied: 0 });
});

browserTest('closed with Escape it is closed for good, and counted', async (watch) => {
  const id = await team.live({ body: 'Hello', frequency: { type: 'until_interaction' } });
  const { page, card, kept } = await visit(watch, await watch.person(), 'index.html');
  const close = card.getByRole('button', { name: 'Close' });
  await close.focus();
  await page.keyboard.press('Escape');
  await card.waitFor({ state: 'detached' });
  await until(() => team.counts(id), ({ dismissed }) => dismissed === 1, 'it counts as closed');
  assert.equal((await kept()).m[id].done, true);
});

browserTest('scrolling: the card comes when enough of the page was seen', async (watch) => {
  await team.live({ body: 'Still here?' }, ['scroll_depth', 'at_least', 80]);
  const person = await watch.person();
  await person.addInitScript(() => addEventListener('DOMContentLoaded', () => (document.body.style.height = '5000px')));
  const { page, card, part } = await visit(watch, person, 'index.html');
  await part();
  await page.mouse.wheel(0, 1000);
  await page.waitForFunction(() => scrollY > 500);
  assert.equal(await card.count(), 0);
  await page.evaluate(() => scrollTo(0, 4000));
  await card.getByText('Still here?').waitFor();
});

browserTest('visits: counted by half hours, in the browser only', async (watch) => {
  await team.live({ body: 'Back again' }, ['visits', 'at_least', 2]);
  const { page, card, kept, wait } = await visit(watch, await watch.person(), 'index.html');
  await until(kept, ({ visits }) => visits === 1, 'a visit');
  await page.reload();
  await until(kept, ({ views }) => views === 2, 'a second page of the same visit');
  assert.equal(await card.count(), 0);
  await wait(31 * 60_000);
  await page.reload();
  await card.getByText('Back again').waitFor();
  assert.deepEqual([(await kept()).visits, (await kept()).views], [2, 3]);
});

browserTest('language: of the browser, or as the page says', async (watch) => {
  await team.live({ body: 'Guten Tag' }, ['language', 'is', 'de']);
  const austrian = await visit(watch, await watch.person({ locale: 'de-AT' }), 'index.html');
  await austrian.card.getByText('Guten Tag').waitFor();
  await austrian.card.getByRole('button', { name: 'Schließen' }).waitFor();
  const before = parts(watch).length;
  const french = await visit(watch, await watch.person({ locale: 'fr-FR' }), 'index.html');
  await french.wait(10_000);
  assert.equal(parts(watch).length, before);
  await french.messenger.intercom('update', { language_override: 'de' });
  await french.card.getByText('Guten Tag').waitFor();
});

browserTest('attributes: decided by the server, and not said in the public script', async (watch) => {
  const id = await team.live({ body: 'For gold' }, ['custom_attributes.plan', 'is', 'gold'], ['role', 'is', 'user']);
  const settings = (user) => `index.html?settings=${encodeURIComponent(JSON.stringify(user))}`;
  const silver = await visit(watch, await watch.person(), settings({ user_id: 'bob', plan: 'silver' }), true);
  await until(() => asks(watch).length, (count) => count === 1, 'the server was asked');
  await silver.settled();
  assert.equal(await silver.card.count(), 0);
  const gold = await visit(watch, await watch.person(), settings({ user_id: 'ada', plan: 'gold' }), true);
  await gold.card.getByText('For gold').waitFor();
  const script = await (await parts(watch)[0].response()).text();
  assert.ok(!script.includes('gold') && !script.includes('plan'), script);
  // On another device of hers it does not come again.
  const before = asks(watch).length;
  const phone = await visit(watch, await watch.person(), settings({ user_id: 'ada', plan: 'gold' }), true);
  await until(() => asks(watch).length, (count) => count === before + 1, 'the server was asked');
  await phone.settled();
  assert.equal(await phone.card.count(), 0);
  assert.equal((await team.counts(id)).sent, 1);
});

browserTest('of two tabs that may show it at once, one does', async (watch) => {
  const id = await team.live({ body: 'Only once' }, ['time_on_page', 'at_least', 10]);
  const person = await watch.person();
  const tabs = [await visit(watch, person, 'index.html'), await visit(watch, person, 'second.html')];
  for (const tab of tabs) await tab.part();
  await Promise.all(tabs.map((tab) => tab.wait(11_000)));
  const shown = async () => (await Promise.all(tabs.map((tab) => tab.card.count()))).reduce((sum, count) => sum + count);
  await until(shown, (count) => count > 0, 'one shows it');
  for (const tab of tabs) await tab.settled();
  assert.equal(await shown(), 1);
  assert.equal(asks(watch).length, 1);
  assert.equal((await team.counts(id)).sent, 1);
});

browserTest('an answer makes a lead and a conversation that begins with the message', async (watch) => {
  const id = await team.live({ body: 'Can I help?' });
  const person = await watch.person();
  const { page, messenger, card } = await visit(watch, person, 'index.html', true);
  await card.getByRole('button', { name: 'Message…' }).click();
  await messenger.message('Can I help?').waitFor();
  assert.equal(await card.count(), 0);
  // It is still there after a page change.
  await messenger.composer.waitFor();
  await page.goto(`${place.site.origin}/second.html`);
  await messenger.message('Can I help?').waitFor();
  assert.deepEqual(await place.grace.conversations(), []);
  await messenger.write('Yes, please');
  await messenger.delivered('Yes, please');
  const [talk] = await until(() => place.grace.conversations(), (all) => all.length === 1, 'the team has a conversation');
  assert.equal(talk.contact.role, 'lead');
  const { parts: said } = await place.grace.thread(talk.id);
  assert.deepEqual(said.map(({ author, body }) => [author.kind, body]), [['admin', '<p>Can I help?</p>'], ['contact', '<p>Yes, please</p>']]);
  // In the visitor's thread it stands once.
  assert.equal(await messenger.message('Can I help?').count(), 1);
  await until(() => team.counts(id), ({ clicked, replied }) => clicked === 1 && replied === 1, 'counted once each');
  await place.grace.reply(talk.id, 'How?');
  await messenger.message('How?').waitFor();
});

browserTest('paused it comes to nobody, also on pages that are open', async (watch) => {
  const id = await team.live({ body: 'Too late' }, ['time_on_page', 'at_least', 10]);
  const { card, part, wait, settled } = await visit(watch, await watch.person(), 'index.html');
  await part();
  await team.pause(id);
  await wait(11_000);
  await until(() => asks(watch).length, (count) => count === 1, 'the server was asked');
  await settled();
  assert.equal(await card.count(), 0);
  assert.equal((await team.counts(id)).sent, 0);
});

browserTest('a change of address without a load counts as a page', async (watch) => {
  await team.live({ body: 'Plans?' }, ['url', 'is', '/plans'], ['time_on_page', 'at_least', 5]);
  const { page, card, wait, part } = await visit(watch, await watch.person(), 'index.html');
  await wait(60_000);
  assert.equal(parts(watch).length, 0);
  await page.evaluate(() => history.pushState({}, '', '/plans'));
  await part();
  // The clock began with the address.
  assert.equal(asks(watch).length, 0);
  await wait(6_000);
  await card.getByText('Plans?').waitFor();
});

browserTest('nothing comes while the Messenger is open, nor with hide_notifications', async (watch) => {
  await team.live({ body: 'Hello' });
  const settings = encodeURIComponent('{"hide_notifications":true}');
  const { page, messenger, card, part, wait } = await visit(watch, await watch.person(), `index.html?settings=${settings}`);
  await part();
  await wait(10_000);
  assert.equal(asks(watch).length, 0);
  await messenger.open();
  await messenger.intercom('update', { hide_notifications: false });
  await messenger.frame.getByText('Send us a message').first().waitFor();
  assert.equal(asks(watch).length, 0);
  await messenger.intercom('hide');
  await card.getByText('Hello').waitFor();
  assert.equal(await page.locator('.intercom-notifications-frame').count(), 1);
});

browserTest('shutdown takes it away and forgets it', async (watch) => {
  await team.live({ body: 'Hello' });
  const { page, messenger, card, kept } = await visit(watch, await watch.person(), 'index.html');
  await card.getByText('Hello').waitFor();
  assert.notDeepEqual(await kept(), {});
  await messenger.intercom('shutdown');
  assert.equal(await card.count(), 0);
  assert.deepEqual(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes('outbound'))), []);
});

browserTest('a banner under a strict policy: a region of the page with a button and a way to close it', async (watch) => {
  const id = await team.live({
    kind: 'banner',
    body: 'Sale <img src=x onerror=alert(1)>',
    banner: { style: 'inline', action: { type: 'open_url', label: 'See', url: '/second.html' } },
    frequency: { type: 'every_visit' },
  });
  const { page, banner, wait } = await visit(watch, await watch.person(), 'strict.html');
  await banner.getByText('Sale <img src=x onerror=alert(1)>').waitFor();
  const box = await banner.boundingBox();
  assert.ok(box.y < 20 && box.width > 1100, JSON.stringify(box));
  // It takes room: the page's own words stand below it.
  assert.ok((await page.locator('h1').boundingBox()).y >= box.y + box.height);
  assert.equal(await page.getByRole('region', { name: 'Grace' }).count(), 1);
  await banner.getByRole('link', { name: 'See' }).click();
  await page.waitForURL('**/second.html');
  await until(() => team.counts(id), ({ clicked, seen }) => clicked === 1 && seen === 1, 'counted');
  // Once a visit; in the next one again.
  await page.goto(`${place.site.origin}/strict.html`);
  await wait(5_000);
  assert.equal(await banner.count(), 0);
  await wait(31 * 60_000);
  await page.reload();
  await banner.getByRole('button', { name: 'Close' }).click();
  await banner.waitFor({ state: 'detached' });
  await until(() => team.counts(id), ({ sent, dismissed }) => sent === 2 && dismissed === 1, 'counted');
  assert.deepEqual(await page.evaluate(() => window.violations), []);
});

browserTest('a floating banner opens a chat; the highest priority comes first, the next one after it', async (watch) => {
  const low = await team.live({ body: 'Second' });
  await team.live({
    kind: 'banner',
    body: 'First',
    priority: 5,
    banner: { position: 'bottom', style: 'floating', dismissable: false, action: { type: 'open_chat', label: 'Talk to us' } },
  });
  const { page, banner, card, messenger } = await visit(watch, await watch.person({ viewport: { width: 400, height: 700 } }), 'index.html');
  await banner.getByText('First').waitFor();
  const box = await banner.boundingBox();
  assert.ok(box.y + box.height > 680 && box.x >= 0 && box.x + box.width <= 400, JSON.stringify(box));
  assert.equal(await banner.getByRole('button', { name: 'Close' }).count(), 0);
  assert.equal(await card.count(), 0);
  assert.equal((await team.counts(low)).sent, 0);
  await banner.getByRole('button', { name: 'Talk to us' }).click();
  await messenger.composer.waitFor();
  assert.equal(await banner.count(), 0);
  await page.evaluate(() => Intercom('hide'));
  await card.getByText('Second').waitFor();
});

browserTest('axe finds nothing about card and banner, light and dark', async (watch) => {
  for (const colorScheme of ['light', 'dark']) {
    for (const kind of ['chat', 'banner']) {
      const banner = { style: 'floating', action: { type: 'open_url', label: 'See', url: '/second.html' } };
      await team.live({ kind, body: 'Sale', ...(kind === 'banner' && { banner }) });
      const page = await (await watch.person({ colorScheme, reducedMotion: 'reduce' })).newPage();
      await new Messenger(page).goto(`${place.site.origin}/index.html`);
      const shown = messages(page);
      await (kind === 'chat' ? shown.card : shown.banner).getByText('Sale').waitFor();
      assert.deepEqual(await findings(page), [], `${kind} ${colorScheme}`);
      await team.clear();
    }
  }
});
