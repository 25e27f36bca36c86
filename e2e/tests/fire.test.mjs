// Never losing, never leaking, under fire: the server killed, the network gone for an hour, reloads, a page the browser kept,
// clocks that differ by days, `shutdown` in the middle, people merged and conversations deleted while they are open.
import assert from 'node:assert/strict';
import { browserTest, until } from '../harness/browser.mjs';
import { openInbox } from '../harness/doorstep.mjs';
import { skew } from '../harness/skew.mjs';
import { town } from '../harness/town.mjs';
import { Messenger, frameStorage } from '../pages/messenger.mjs';

const place = town();

/** The browser says what it cannot reach. */
const UNREACHED = /Failed to load resource|WebSocket connection|ERR_CONNECTION|ERR_INTERNET_DISCONNECTED/;

const plain = (html) => html.replace(/<[^>]*>/g, '').trim();

/** What the server has of the conversation that this text began, in order. The log-in may have gone with the server. */
async function stored(first) {
  const grace = await openInbox(place.server);
  for (const row of await grace.conversations()) {
    const texts = (await grace.thread(row.id)).parts.map((part) => plain(part.body));
    if (texts[0] === first) return { id: row.id, contact: row.contact, texts };
  }
  return { texts: [] };
}

const arrived = (first, count) => until(() => stored(first), (found) => found.texts.length === count, `${count} messages at the server`);

/** What the thread on screen says, in order. */
const onScreen = (messenger) =>
  messenger.frame.locator('[role="log"] li .bubble').evaluateAll((all) => all.map((one) => one.textContent.trim()));

const shows = (messenger, texts) =>
  until(() => onScreen(messenger), (now) => JSON.stringify(now) === JSON.stringify(texts), `on screen: ${texts}`);

async function begin(messenger, text) {
  await messenger.goto(`${place.site.origin}/index.html`);
  await messenger.open();
  await messenger.newConversation();
  await messenger.write(text);
  await messenger.delivered(text);
}

async function enter(messenger, text) {
  await messenger.goto(`${place.site.origin}/second.html`);
  await messenger.intercom('showMessages');
  await messenger.settled();
  await messenger.frame.getByRole('button', { name: new RegExp(text) }).click();
  await messenger.message(text).waitFor();
}

/** A call of the REST API. */
async function rest(method, path, body) {
  const response = await fetch(`${place.server.origin}${path}`, {
    method,
    headers: { Authorization: `Bearer ${place.server.token}`, 'Content-Type': 'application/json', 'Intercom-Version': '2.14' },
    body: body && JSON.stringify(body),
  });
  const text = await response.text();
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
  return text ? JSON.parse(text) : undefined;
}

browserTest('a server killed twice while two tabs write: every message once, in order, in both', async (watch) => {
  watch.expectError(UNREACHED);
  const { server } = place;
  const context = await watch.person();
  const tabs = [new Messenger(await context.newPage()), new Messenger(await context.newPage())];
  await begin(tabs[0], 'fire: begins');
  await enter(tabs[1], 'fire: begins');
  const written = ['fire: begins'];
  for (const round of [1, 2]) {
    // Killed while the first of them is on its way.
    await Promise.all([tabs[0].write(`fire: ${round} from one`), server.kill()]);
    await tabs[1].write(`fire: ${round} from two`);
    await server.restart();
    written.push(`fire: ${round} from one`, `fire: ${round} from two`);
    const { texts } = await arrived('fire: begins', written.length);
    assert.deepEqual([...texts].sort(), [...written].sort());
    for (const tab of tabs) await shows(tab, texts);
  }
});

browserTest('an hour without a network', async (watch) => {
  watch.expectError(UNREACHED);
  const context = await watch.person();
  const messenger = new Messenger(await context.newPage());
  const { page } = messenger;
  await skew(context, 0);
  await begin(messenger, 'hour: begins');
  await context.setOffline(true);
  await messenger.write('hour: offline');
  await messenger.frame.getByText('Not delivered yet').first().waitFor();
  // Timers stand still in a browser that sleeps; the clock does not.
  for (const frame of page.frames()) await frame.evaluate(() => (window.off = 3_600_000));
  await messenger.write('hour: still offline');
  await context.setOffline(false);
  await messenger.delivered('hour: still offline');
  const { texts } = await arrived('hour: begins', 3);
  assert.deepEqual(texts, ['hour: begins', 'hour: offline', 'hour: still offline']);
  await shows(messenger, texts);
});

browserTest('a reload while a message is on its way, with and without an answer', async (watch) => {
  watch.expectError(UNREACHED);
  const context = await watch.person();
  const messenger = new Messenger(await context.newPage());
  const { page } = messenger;
  await begin(messenger, 'reload: begins');
  // Arrives, but nobody is there any more to hear the answer.
  await context.route('**/messenger/test/send', async (route) => {
    await route.fetch().catch(() => {});
    await route.abort().catch(() => {});
  });
  await messenger.write('reload: one');
  await arrived('reload: begins', 2);
  await context.unroute('**/messenger/test/send');
  // Never leaves.
  await context.route('**/messenger/test/send', (route) => route.abort());
  await messenger.write('reload: two');
  await messenger.message('reload: two').waitFor();
  await page.reload();
  await messenger.message('reload: two').waitFor();
  await context.unroute('**/messenger/test/send');
  await messenger.delivered('reload: two');
  const { texts } = await arrived('reload: begins', 3);
  await shows(messenger, texts);
  assert.deepEqual(texts, ['reload: begins', 'reload: one', 'reload: two']);
});

browserTest('a page that the browser kept knows what happened meanwhile', async (watch) => {
  const { server, site } = place;
  const grace = await openInbox(server);
  const context = await watch.person({ ignoreDefaultArgs: ['--disable-back-forward-cache'] });
  const messenger = new Messenger(await context.newPage());
  const { page } = messenger;
  await begin(messenger, 'kept: begins');
  const { id } = await arrived('kept: begins', 1);
  await page.evaluate(() => (window.kept = true));
  await page.goto(`${site.origin}/nothing.html`);
  const reply = await grace.reply(id, 'kept: an answer');
  await page.goBack({ waitUntil: 'commit' });
  assert.equal(await page.evaluate(() => window.kept), true, 'the browser kept the page');
  // The frame of a kept page cannot be looked into from here; the server sees that it reads what has come, also live.
  const read = (part) => until(() => grace.thread(id), (thread) => thread.seen_by_contact === part, 'read');
  await read(reply.part.id);
  await read((await grace.reply(id, 'kept: live again')).part.id);
});

for (const days of [-3, 3]) {
  browserTest(`a clock ${Math.abs(days)} days ${days < 0 ? 'behind' : 'ahead of'} the server's`, async (watch) => {
    watch.expectError(UNREACHED);
    const { server } = place;
    const context = await watch.person();
    await skew(context, days * 24 * 3_600_000);
    const messenger = new Messenger(await context.newPage());
    const first = `clock ${days}: begins`;
    await begin(messenger, first);
    const { id } = await arrived(first, 1);
    await server.kill();
    await messenger.write(`clock ${days}: two`);
    await messenger.write(`clock ${days}: three`);
    await server.restart();
    await messenger.delivered(`clock ${days}: three`);
    await messenger.page.reload();
    const texts = [first, `clock ${days}: two`, `clock ${days}: three`];
    await shows(messenger, texts);
    assert.deepEqual((await stored(first)).texts, texts);
    await messenger.composer.fill('typing');
    await (await openInbox(server)).reply(id, `clock ${days}: answer`);
    await messenger.message(`clock ${days}: answer`).waitFor();
  });
}

browserTest('shutdown while messages wait: nothing is left, nothing is sent, the next person sees nothing', async (watch) => {
  watch.expectError(UNREACHED);
  const { server } = place;
  const context = await watch.person();
  const tabs = [new Messenger(await context.newPage()), new Messenger(await context.newPage())];
  await begin(tabs[0], 'over: begins');
  await enter(tabs[1], 'over: begins');
  await server.kill();
  await tabs[0].write('over: never sent');
  await tabs[1].write('over: nor this');
  await tabs[0].frame.getByText('Not delivered yet').first().waitFor();
  await tabs[1].intercom('shutdown');
  for (const tab of tabs) await tab.iframe.waitFor({ state: 'detached' });
  await server.restart();
  await tabs[0].page.reload();
  await tabs[1].page.close();
  await tabs[0].open();
  await tabs[0].frame.getByText('Send us a message').first().waitFor();
  await tabs[0].newConversation();
  await tabs[0].write('over: somebody else');
  await tabs[0].delivered('over: somebody else');
  assert.deepEqual(await onScreen(tabs[0]), ['over: somebody else']);
  assert.deepEqual((await stored('over: begins')).texts, ['over: begins']);
  assert.notEqual((await stored('over: begins')).contact.id, (await stored('over: somebody else')).contact.id);
  await tabs[0].intercom('shutdown');
  await tabs[0].iframe.waitFor({ state: 'detached' });
  assert.deepEqual(await frameStorage(tabs[0].page, server.origin), [], 'no message, no draft');
});

browserTest('shutdown while the network is away', async (watch) => {
  watch.expectError(UNREACHED);
  const { server } = place;
  const context = await watch.person();
  const messenger = new Messenger(await context.newPage());
  await begin(messenger, 'away: begins');
  const session = await messenger.cookie('session');
  await context.setOffline(true);
  await messenger.write('away: never sent');
  await messenger.intercom('shutdown');
  await context.setOffline(false);
  await messenger.page.reload();
  await until(() => server.messenger('conversations', { session }), (answer) => answer.status === 401, 'the session is revoked at the next load');
  assert.deepEqual((await stored('away: begins')).texts, ['away: begins']);
});

// A program's word does not prove that whoever sits at the lead's browser is the survivor (S§1.6; store/src/merge.rs).
for (const role of ['lead', 'user']) {
  browserTest(`a lead merged into a ${role} by a program: the open Messenger shows nothing of them any more, and goes on`, async (watch) => {
    const { server } = place;
    const context = await watch.person();
    const tabs = [new Messenger(await context.newPage()), new Messenger(await context.newPage())];
    const first = `merge: into a ${role}`;
    await begin(tabs[0], first);
    await enter(tabs[1], first);
    const { contact, id } = await arrived(first, 1);
    const survivor = await rest('POST', '/contacts', role === 'user' ? { role, external_id: 'survivor' } : { role, name: 'Survivor' });
    await rest('POST', '/contacts/merge', { from: contact.id, into: survivor.id, ...(role === 'lead' && { lead_into_lead: true }) });
    for (const tab of tabs) {
      await until(() => tab.page.evaluate(() => Intercom('whoami')), (who) => who?.type === 'visitor' && !who.id, 'a visitor again');
      await tab.message(first).waitFor({ state: 'detached' });
    }
    await (await openInbox(server)).reply(id, 'merge: for the survivor only');
    await tabs[0].intercom('showNewMessage');
    await tabs[0].write(`merge: begins anew beside a ${role}`);
    await tabs[0].delivered(`merge: begins anew beside a ${role}`);
    assert.notEqual((await arrived(`merge: begins anew beside a ${role}`, 1)).contact.id, survivor.id);
    await tabs[0].intercom('showMessages');
    await tabs[0].frame.getByRole('button', { name: /begins anew/ }).waitFor();
    assert.equal(await tabs[0].frame.getByText(/for the survivor only|merge: into/).count(), 0);
    if (role === 'lead') return;
    // Who logs in has both.
    await tabs[0].intercom('boot', { app_id: 'test', user_id: 'survivor' });
    await tabs[0].frame.getByRole('button', { name: /for the survivor only/ }).click();
    await tabs[0].write('merge: is known now');
    await tabs[0].delivered('merge: is known now');
    assert.equal((await arrived(first, 3)).contact.id, survivor.id);
  });
}

browserTest('a deleted conversation goes from an open Messenger and an open inbox', async (watch) => {
  // The inbox asks who is logged in: nobody yet.
  watch.expectError(/status of 401/);
  const { server } = place;
  const messenger = new Messenger(await (await watch.person()).newPage());
  await begin(messenger, 'delete: this');
  const { id } = await arrived('delete: this', 1);
  const inbox = await (await watch.person()).newPage();
  await inbox.goto(`${server.origin}/inbox`);
  await inbox.getByLabel('Email').fill(server.email);
  await inbox.getByLabel('Password').fill(server.password);
  await inbox.getByLabel('Password').press('Enter');
  const row = inbox.getByRole('button', { name: /delete: this/ });
  await row.click();
  await inbox.getByRole('log').getByText('delete: this').waitFor();
  await rest('DELETE', `/conversations/${id}`);
  await messenger.message('delete: this').waitFor({ state: 'detached' });
  await messenger.frame.getByText('Send us a message').first().waitFor();
  await row.waitFor({ state: 'detached' });
  await inbox.getByRole('log').getByText('delete: this').waitFor({ state: 'detached' });
});
