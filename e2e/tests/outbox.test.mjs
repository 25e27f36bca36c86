// Sending never loses and never doubles: server killed, reload, two tabs.
import assert from 'node:assert/strict';
import { browserTest, until } from '../harness/browser.mjs';
import { openInbox } from '../harness/doorstep.mjs';
import { town } from '../harness/town.mjs';
import { Messenger } from '../pages/messenger.mjs';

const place = town();

const texts = async (grace, id) =>
  (await grace.thread(id)).parts.map((part) => part.body.replace(/<[^>]*>/g, '').trim());

browserTest('a killed server: "not delivered yet", kept over a reload, delivered once when it is back', async (watch) => {
  // The browser says what it cannot reach.
  watch.expectError(/Failed to load resource|WebSocket connection|ERR_CONNECTION/);
  const { server, site } = place;
  const context = await watch.person();
  const messenger = new Messenger(await context.newPage());
  await messenger.goto(`${site.origin}/index.html`);
  await messenger.open();
  await messenger.newConversation();
  await messenger.write('before');
  await messenger.delivered('before');
  await server.kill();
  await messenger.write('while it is away');
  await messenger.frame.getByText('Not delivered yet').first().waitFor();
  await server.restart();
  await messenger.delivered('while it is away');
  const grace = await openInbox(server);
  const [row] = await grace.conversations();
  await until(() => texts(grace, row.id), (list) => list.length === 2, 'both at the server');
  assert.deepEqual(await texts(grace, row.id), ['before', 'while it is away']);
});

browserTest('two tabs send at once: each message arrives once', async (watch) => {
  const { server, site } = place;
  const context = await watch.person();
  const tabs = [new Messenger(await context.newPage()), new Messenger(await context.newPage())];
  await tabs[0].goto(`${site.origin}/index.html`);
  await tabs[0].open();
  await tabs[0].newConversation();
  await tabs[0].write('first');
  await tabs[0].delivered('first');
  await tabs[1].goto(`${site.origin}/second.html`);
  await tabs[1].open();
  await tabs[1].frame.getByText('first').first().click();
  await tabs[1].message('first').waitFor();
  await Promise.all(tabs.map((tab, index) => tab.write(`from tab ${index}`)));
  for (const tab of tabs) {
    for (const text of ['from tab 0', 'from tab 1']) {
      await tab.message(text).waitFor();
      assert.equal(await tab.message(text).count(), 1);
    }
  }
  const grace = await openInbox(server);
  const row = (await grace.conversations()).find((one) => one.preview.startsWith('from tab'));
  await until(() => texts(grace, row.id), (list) => list.length === 3, 'all at the server');
  assert.deepEqual((await texts(grace, row.id)).sort(), ['first', 'from tab 0', 'from tab 1']);
});

browserTest('a row that changes between the finger\'s down and up still opens its conversation', async (watch) => {
  const { site } = place;
  const context = await watch.person();
  const tabs = [new Messenger(await context.newPage()), new Messenger(await context.newPage())];
  await tabs[0].goto(`${site.origin}/index.html`);
  await tabs[0].open();
  await tabs[0].newConversation();
  await tabs[0].write('first');
  await tabs[0].delivered('first');
  const { page, frame } = tabs[1];
  await tabs[1].goto(`${site.origin}/second.html`);
  await tabs[1].open();
  // What changes is inside the row: the element under the finger is another one afterwards.
  const pressed = frame.getByText('You: first');
  await pressed.hover();
  await page.mouse.down();
  await tabs[0].write('second');
  await frame.getByText('You: second').waitFor();
  await page.mouse.up();
  await tabs[1].message('second').waitFor();
});
