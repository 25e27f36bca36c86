// The same journey by ES module: the Messenger in the page itself.
import assert from 'node:assert/strict';
import { browserTest, until } from '../harness/browser.mjs';
import { town } from '../harness/town.mjs';

const place = town();

browserTest('by ES module: write, email, answer, page change, shutdown, the next person', async (watch) => {
  const { server, site, grace } = place;
  const context = await watch.person();
  const page = await context.newPage();
  const ready = () => page.waitForFunction(() => window.doorstep?.getVisitorId);
  const cookie = async (kind) => (await context.cookies()).find((one) => one.name === `intercom-${kind}-test`)?.value;
  await page.goto(`${site.origin}/module.html`);
  await ready();
  await page.getByRole('button', { name: 'Open Intercom Messenger' }).click();
  await page.getByText('Send us a message').first().click();
  await page.locator('textarea').fill('Hello from a module');
  await page.locator('textarea').press('Enter');
  await page.getByText('Get notified by email').waitFor();
  await page.locator('input[type=email]').fill('mod@example.com');
  await page.locator('input[type=email]').press('Enter');
  await page.getByText("You'll be notified here and by email", { exact: true }).waitFor();
  const [conversation] = await until(() => grace.conversations(), (list) => list.length === 1, 'in the inbox');
  await grace.reply(conversation.id, 'Hello from the team');
  const log = page.locator('[role=log]');
  await log.getByText('Hello from the team', { exact: true }).waitFor();

  await page.locator('#next').click();
  await ready();
  await page.evaluate(() => window.doorstep.showMessages());
  await page.getByText('Hello from the team').first().click();
  await log.getByText('Hello from a module', { exact: true }).waitFor();

  const [id, session] = [await cookie('id'), await cookie('session')];
  assert.ok(id && session);
  await page.evaluate(() => window.doorstep.shutdown());
  await page.locator('#intercom-container').waitFor({ state: 'detached' });
  await until(() => cookie('session'), (value) => value === undefined, 'the session cookie goes');
  await until(
    () => server.messenger('conversations', { visitor_id: id, session }),
    (answer) => answer.status === 401,
    'the server refuses the old session',
  );
  await page.reload();
  await ready();
  await page.evaluate(() => window.doorstep.showMessages());
  await page.getByText('No messages').waitFor();
});

browserTest('by ES module: each command (M§2), none of which throws', async (watch) => {
  const page = await (await watch.person()).newPage();
  const lines = [];
  page.on('console', (message) => message.type() === 'debug' && lines.push(message.text()));
  await page.goto(`${place.site.origin}/module.html`);
  await page.waitForFunction(() => window.doorstep?.getVisitorId);
  await page.evaluate(() => {
    window.said = [];
    const { doorstep } = window;
    for (const name of ['onShow', 'onHide', 'onUnreadCountChange', 'onUserEmailSupplied', 'onError', 'ready']) doorstep[name]((...args) => said.push([name, ...args]));
  });
  await page.waitForFunction(() => said.some(([name]) => name === 'ready'));
  for (const name of ['startTour', 'startSurvey', 'startChecklist', 'setAuthTokens']) {
    assert.equal(await page.evaluate((f) => window.doorstep[f](42), name), undefined);
    await until(() => lines.filter((line) => line.includes(name)).length, (n) => n === 1, name);
  }
  const home = page.getByText('Send us a message').first();
  for (const name of ['showArticle', 'showNews', 'showTicket', 'showConversation']) {
    await page.evaluate((f) => window.doorstep[f](987654), name);
    await home.waitFor();
    await page.evaluate(() => window.doorstep.showSpace('messages'));
    await page.getByText('No messages').waitFor();
  }
  await page.evaluate(() => window.doorstep.showSpace('nowhere'));
  await page.getByText('No messages').waitFor();
  await page.evaluate(() => window.doorstep.showSpace('help'));
  await home.waitFor();
  await page.evaluate(() => window.doorstep.hideNotifications(true));
  await page.evaluate(() => window.doorstep.showConversation());
  await page.getByText('No messages').waitFor();
  await page.evaluate(() => window.doorstep.startConversation('Sent by the page'));
  await page.locator('[role=log]').getByText('Sent by the page', { exact: true }).waitFor();
  await until(() => place.grace.conversations(), (list) => list.some(({ preview }) => preview === 'Sent by the page'), 'in the inbox');
  await page.evaluate(() => window.doorstep.hide());
  await page.waitForFunction(() => said.some(([name]) => name === 'onHide'));
  const names = new Set((await page.evaluate(() => said)).map(([name]) => name));
  assert.deepEqual([...names].sort(), ['onHide', 'onShow', 'onUnreadCountChange', 'ready']);
});
