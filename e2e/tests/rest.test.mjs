// What a page costs nobody wrote from: one request, nothing kept anywhere.
import assert from 'node:assert/strict';
import { browserTest } from '../harness/browser.mjs';
import { town } from '../harness/town.mjs';
import { LAUNCHER, Messenger } from '../pages/messenger.mjs';

const place = town();

browserTest('at rest: one request, no cookie, nothing stored, no socket, no row', async (watch) => {
  const { server, site } = place;
  const context = await watch.person();
  const messenger = new Messenger(await context.newPage());
  const sockets = [];
  messenger.page.on('websocket', (socket) => sockets.push(socket.url()));
  await messenger.goto(`${site.origin}/index.html`);
  await messenger.page.locator(LAUNCHER).waitFor();
  await messenger.page.goto(`${site.origin}/second.html`);
  await messenger.page.locator(LAUNCHER).waitFor();
  const ours = watch.requests.filter((request) => request.url().startsWith(server.origin));
  assert.deepEqual(ours.map((request) => new URL(request.url()).pathname), ['/widget/test', '/widget/test/']);
  assert.deepEqual(await context.cookies(), []);
  assert.deepEqual(await messenger.page.evaluate(() => [localStorage.length, sessionStorage.length]), [0, 0]);
  assert.deepEqual(sockets, []);
  const metrics = await (await fetch(`${server.origin}/metrics`)).text();
  assert.doesNotMatch(metrics, /doorstep_messages\w* [1-9]/);
  assert.deepEqual(await place.grace.conversations(), []);
});
