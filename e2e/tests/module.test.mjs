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

browserTest('by ES module: a keyboard on the screen covers neither the composer nor the newest message', async (watch) => {
  const phone = { viewport: { width: 390, height: 760 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };
  const page = await (await watch.person(phone)).newPage();
  const fetched = page.waitForResponse((response) => response.url().includes('/part-module-keyboard-'));
  await page.goto(`${place.site.origin}/module.html`);
  // The same module: there when the page's own import is.
  await page.evaluate(async (address) => void (await import(address)), (await fetched).url());
  await page.getByRole('button', { name: 'Open Intercom Messenger' }).tap();
  await page.getByText('Send us a message').first().tap();
  const composer = page.locator('textarea');
  await composer.fill('hello');
  await composer.press('Enter');
  const newest = page.locator('[role=log]').getByText('hello', { exact: true });
  await newest.waitFor();
  const panel = page.locator('.panel');
  const fills = (...box) =>
    until(
      () => panel.evaluate((element) => {
        const { left, top, width, height } = element.getBoundingClientRect();
        return [left, top, width, height].map(Math.round);
      }),
      (now) => String(now) === String(box),
      `the panel is at ${box}`,
    );
  await fills(0, 0, 390, 760);
  // No keyboard comes in a test; what browsers say when there is one.
  const says = (height, offsetTop, scale = 1) =>
    page.evaluate((now) => {
      for (const name in now) Object.defineProperty(visualViewport, name, { value: now[name], configurable: true });
      visualViewport.dispatchEvent(new Event('resize'));
    }, { height, offsetTop, scale });
  await says(420, 0);
  await fills(0, 0, 390, 420);
  const field = await composer.boundingBox();
  assert.ok(field.y + field.height <= 420, JSON.stringify(field));
  const message = await newest.boundingBox();
  assert.ok(message.y >= 0 && message.y + message.height <= field.y, JSON.stringify(message));
  await says(420, 130);
  await fills(0, 130, 390, 420);
  await says(380, 50, 2);
  await fills(0, 0, 390, 760);
  // Its end is the end of that, too.
  await page.evaluate(() => window.doorstep.shutdown());
  await says(420, 0);
  await page.locator('#intercom-container').waitFor({ state: 'detached' });
});
