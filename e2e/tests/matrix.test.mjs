// The lines of the black-box matrix (M§11.1) that need the real server and have no file of their own. The others: snippets,
// wrappers and queues in loading.test.mjs and wrappers.test.mjs, policies in csp.test.mjs and intent.test.mjs, the journey
// through shutdown in journey.test.mjs.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { openInbox, startDoorstep } from '../harness/doorstep.mjs';
import { browserTest, until } from '../harness/browser.mjs';
import { startSite } from '../harness/site.mjs';
import { LAUNCHER, Messenger } from '../pages/messenger.mjs';

const place = {};
before(async () => {
  place.server = await startDoorstep({ verification: 'required' });
  place.site = await startSite({ doorstep: place.server.origin, app: 'test' });
  place.grace = await openInbox(place.server);
});
after(async () => {
  await place.site?.close();
  await place.server?.close();
});

const at = (path) => `${place.site.origin}/${path}`;
const account = (fields) => `login.html?account=${encodeURIComponent(JSON.stringify(fields))}`;
const somebody = async (watch, options) => new Messenger(await (await watch.person(options)).newPage());
const pings = (watch) => watch.requests.filter((request) => request.url().endsWith('/ping')).length;

browserTest('two subdomains are one visitor', async (watch) => {
  const messenger = await somebody(watch, { args: ['--host-resolver-rules=MAP *.shop.example 127.0.0.1'] });
  const { port } = new URL(place.site.origin);
  const ids = [];
  for (const host of ['www', 'help.www', 'account']) {
    await messenger.goto(`http://${host}.shop.example:${port}/index.html`);
    ids.push(await messenger.intercom('getVisitorId'));
  }
  assert.match(ids[0], /^[0-9a-f-]{36}$/);
  assert.deepEqual(ids, [ids[0], ids[0], ids[0]]);
  const kept = await messenger.cookies();
  assert.deepEqual(kept.map(({ domain }) => domain), ['.shop.example', '.shop.example']);
});

browserTest('a visitor writes and logs in with a valid hash: the same conversation, now the user\'s', async (watch) => {
  const messenger = await somebody(watch);
  await messenger.goto(at(account({ user_id: 'm-1', user_hash: place.server.userHash('m-1') })));
  await messenger.open();
  await messenger.newConversation();
  await messenger.write('before I log in');
  await messenger.delivered('before I log in');
  const mine = async () => (await place.grace.conversations()).filter(({ preview }) => preview?.includes('before I log in'));
  const [before] = await until(mine, (list) => list.length === 1, 'in the inbox');
  await messenger.page.locator('#log-in').click();
  const [after] = await until(mine, ([row]) => row?.contact.external_id === 'm-1', 'the user\'s');
  assert.equal(after.id, before.id);
  await messenger.message('before I log in').waitFor();
});

browserTest('a wrong hash: the error callback and the console say so, the page is unaffected', async (watch) => {
  watch.expectError(/user_hash/);
  const messenger = await somebody(watch);
  await messenger.goto(at(account({ user_id: 'm-2', user_hash: '0'.repeat(64) })));
  await messenger.page.evaluate(() => {
    window.problems = [];
    Intercom('onError', (text) => problems.push(text));
  });
  await messenger.page.locator('#log-in').click();
  await messenger.page.waitForFunction(() => problems.length > 0);
  assert.match((await messenger.page.evaluate(() => problems))[0], /user_hash/);
  await messenger.open();
  await messenger.newConversation();
});

browserTest('shutdown then reload: no history, and the server rejects the old session', async (watch) => {
  const messenger = await somebody(watch);
  await messenger.goto(at('index.html'));
  await messenger.open();
  await messenger.newConversation();
  await messenger.write('only for me');
  await messenger.delivered('only for me');
  const [session, visitor_id] = [await messenger.cookie('session'), await messenger.cookie('id')];
  await messenger.intercom('shutdown');
  await until(() => place.server.messenger('conversations', { visitor_id, session }), ({ status }) => status === 401, 'rejected');
  await messenger.goto(at('index.html'));
  await messenger.intercom('showMessages');
  await messenger.frame.getByText('No messages').waitFor();
  assert.notEqual(await messenger.cookie('id'), visitor_id);
});

browserTest('a thousand updates: no error, a bounded number of requests', async (watch) => {
  const messenger = await somebody(watch);
  await messenger.goto(at(account({ user_id: 'm-3', user_hash: place.server.userHash('m-3') })));
  await messenger.page.locator('#log-in').click();
  await until(() => pings(watch), (n) => n > 0, 'the first ping');
  await messenger.page.evaluate(async () => {
    for (let n = 0; n < 1000; n += 1) {
      Intercom('update', { n });
      if (n % 100 === 0) await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  });
  const before = pings(watch);
  await until(() => pings(watch), (n) => n > before, 'the last');
  assert.ok(pings(watch) <= 6, `${pings(watch)} pings`);
});

browserTest('a page kept from before an update of the server asks for a part that is no more, and gets today\'s', async (watch) => {
  const messenger = await somebody(watch);
  await messenger.page.route('**/widget/test', async (route) => {
    const answer = await route.fetch();
    const body = (await answer.text()).replace(/(later-\d+-)[0-9a-f]+/, '$1' + '0123456789abcdef');
    await route.fulfill({ response: answer, body });
  });
  await messenger.goto(at('index.html'));
  await messenger.open();
  await messenger.newConversation();
  assert.ok(watch.requests.some((request) => request.url().includes('0123456789abcdef')));
});

browserTest('an app id that is nobody\'s, then a right one', async (watch) => {
  const messenger = await somebody(watch);
  await messenger.page.goto(at('index.html?app=nobody'));
  await messenger.page.waitForLoadState('networkidle');
  assert.equal(await messenger.page.locator(LAUNCHER).count(), 0);
  await messenger.goto(at('index.html'));
  await messenger.page.locator(LAUNCHER).waitFor();
});
