// What each side notices of the other: typing, seen, previews while the panel is closed, the title, the sound, the number.
import assert from 'node:assert/strict';
import { browserTest, until } from '../harness/browser.mjs';
import { town } from '../harness/town.mjs';
import { Messenger } from '../pages/messenger.mjs';

const place = town();

/** A visitor who has written this; the panel is closed again. */
async function closedAfter(messenger, text) {
  await messenger.goto(`${place.site.origin}/index.html`);
  await messenger.open();
  await messenger.newConversation();
  await messenger.write(text);
  await messenger.delivered(text);
  await messenger.intercom('hide');
  return conversationOf(text);
}

const conversationOf = (text) =>
  until(() => place.grace.conversations(), (list) => list.some((row) => row.preview === text), `"${text}" in the inbox`)
    .then((list) => list.find((row) => row.preview === text).id);

/** Whether the page shows the previews, and where. */
const previews = (page) =>
  page.evaluate(() => {
    const box = document.querySelector('div.intercom-messenger-frame');
    const { left, top, right, bottom, height } = box.getBoundingClientRect();
    const shown = getComputedStyle(box).visibility === 'visible';
    return { shown, left, top, right, bottom, height, width: innerWidth, below: innerHeight };
  });

const shown = (page, is) => until(() => previews(page), (now) => now.shown === is, is ? 'previews are shown' : 'no preview is shown');

/** The page is hidden or shown, as when somebody changes tabs. */
const hide = (page, hidden) =>
  page.evaluate((now) => {
    Object.defineProperty(document, 'hidden', { get: () => now, configurable: true });
    Object.defineProperty(document, 'visibilityState', { get: () => (now ? 'hidden' : 'visible'), configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);

browserTest('each side sees the other type and read', async (watch) => {
  // The inbox asks who is logged in: nobody yet.
  watch.expectError(/status of 401/);
  const { server, site } = place;
  const visitor = new Messenger(await (await watch.person()).newPage());
  await visitor.goto(`${site.origin}/index.html`);
  await visitor.open();
  await visitor.newConversation();
  await visitor.write('Can you see me type?');
  await visitor.delivered('Can you see me type?');

  const inbox = await (await watch.person()).newPage();
  await inbox.goto(`${server.origin}/inbox`);
  await inbox.getByLabel('Email').fill(server.email);
  await inbox.getByLabel('Password').fill(server.password);
  await inbox.getByLabel('Password').press('Enter');
  await inbox.getByRole('button', { name: /Can you see me type\?/ }).click();
  await inbox.getByRole('log').getByText('Can you see me type?').waitFor();
  await visitor.frame.getByText(/Seen/).first().waitFor();

  await visitor.composer.fill('No');
  await inbox.getByText(/is typing…/).waitFor();
  // Forgotten by itself: nobody says that they stopped.
  await inbox.getByText(/is typing…/).waitFor({ state: 'detached' });
  await inbox.getByLabel('Reply').fill('Yes');
  await visitor.frame.getByText('Grace is typing').waitFor({ state: 'attached' });
  await visitor.frame.getByText('Grace is typing').waitFor({ state: 'detached' });
  await inbox.getByLabel('Reply').press('Control+Enter');
  await visitor.message('Yes').waitFor();
  await inbox.getByText('Seen', { exact: true }).waitFor();
  const asked = watch.requests.filter((request) => request.postData()?.includes('"No"'));
  assert.deepEqual(asked, [], 'what is typed is not sent before it is sent');
});

browserTest('a preview stands above the launcher, takes no focus, opens the conversation, and the page cannot read it', async (watch) => {
  const { grace } = place;
  const messenger = new Messenger(await (await watch.person()).newPage());
  const { page, frame } = messenger;
  const id = await closedAfter(messenger, 'Preview this');
  await page.evaluate(() => document.activeElement.blur());
  await grace.reply(id, 'A first answer');
  await grace.reply(id, 'A second answer');
  const card = frame.locator('.peek');
  await card.getByText('A second answer').waitFor();
  const now = await shown(page, true);
  assert.equal(await card.count(), 1, 'one card a conversation');
  await card.getByText('Grace').first().waitFor();
  const launcher = await messenger.launcher.boundingBox();
  assert.ok(now.bottom <= launcher.y && now.top > 0 && now.right <= now.width, JSON.stringify(now));
  assert.ok(now.height < 120, 'no more of the page is covered than the card needs');
  assert.ok(!(await page.content()).includes('A second answer'));
  assert.ok(await page.evaluate(() => document.activeElement === document.body), 'the focus stays');

  await card.getByRole('button', { name: /A second answer/ }).click();
  await messenger.message('A first answer').waitFor();
  await until(() => previews(page), (box) => box.height > 400, 'the panel');
});

browserTest('previews wait while somebody types into the page, and are put away one by one, all at once, everywhere and for good', async (watch) => {
  const { grace, site } = place;
  const context = await watch.person();
  const messenger = new Messenger(await context.newPage());
  const { page, frame } = messenger;
  const first = await closedAfter(messenger, 'One thing');
  await messenger.intercom('showNewMessage');
  await messenger.write('Another thing');
  await messenger.delivered('Another thing');
  await messenger.intercom('hide');
  const second = await conversationOf('Another thing');
  await page.evaluate(() => document.body.append(document.createElement('textarea')));
  // As somebody who goes on typing.
  await page.evaluate(() => {
    const type = () => document.querySelector('textarea').dispatchEvent(new InputEvent('input', { bubbles: true }));
    type();
    window.typist = setInterval(type, 100);
  });
  await shown(page, false);
  await grace.reply(first, 'About one');
  await frame.locator('.peek').getByText('About one').waitFor({ state: 'attached' });
  assert.equal((await previews(page)).shown, false, 'not while they type');
  await page.evaluate(() => clearInterval(window.typist));
  await shown(page, true);
  await grace.reply(second, 'About another');
  await frame.locator('.peek').getByText('About another').waitFor();

  const other = new Messenger(await context.newPage());
  await other.goto(`${site.origin}/second.html`);
  await other.frame.locator('.peek').getByText('About one').waitFor();
  await shown(other.page, true);

  // By keyboard.
  const dismiss = frame.locator('.peek', { hasText: 'About one' }).getByRole('button', { name: 'Dismiss' });
  await dismiss.focus();
  await page.keyboard.press('Enter');
  for (const tab of [messenger, other]) await tab.frame.locator('.peek', { hasText: 'About one' }).waitFor({ state: 'detached' });
  await grace.reply(first, 'One more');
  await frame.locator('.peek', { hasText: 'One more' }).waitFor();
  await other.frame.getByRole('button', { name: 'Dismiss all' }).click();
  for (const tab of [messenger, other]) await shown(tab.page, false);
  await page.reload();
  await until(() => messenger.launcher.getByText('2', { exact: true }).count(), (count) => count === 1, 'the number is there');
  assert.equal(await frame.locator('.peek').count(), 0);
});

browserTest('hide_notifications hides previews and not the number', async (watch) => {
  const { grace } = place;
  const messenger = new Messenger(await (await watch.person()).newPage());
  const id = await closedAfter(messenger, 'Quietly please');
  await messenger.intercom('update', { hide_notifications: true });
  await grace.reply(id, 'Hush');
  await messenger.launcher.getByText('1', { exact: true }).waitFor();
  await shown(messenger.page, false);
  await messenger.intercom('update', { hide_notifications: false });
  await shown(messenger.page, true);
});

browserTest('on a phone previews keep within the screen', async (watch) => {
  const context = await watch.person({ viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true });
  const messenger = new Messenger(await context.newPage());
  const id = await closedAfter(messenger, 'From my phone');
  await place.grace.reply(id, 'A message that is rather long, so that it cannot stand in a line of a small screen as a whole');
  await messenger.frame.locator('.peek').waitFor();
  const now = await shown(messenger.page, true);
  assert.ok(now.left >= 0 && now.right <= now.width && now.top > now.below / 2 && now.height < 120, JSON.stringify(now));
});

browserTest('one tab sounds and shows it in its title, while hidden; the title comes back as it was', async (watch) => {
  const { grace, site } = place;
  const context = await watch.person();
  await context.addInitScript(() => {
    window.tones = 0;
    const { createOscillator } = AudioContext.prototype;
    AudioContext.prototype.createOscillator = function make() {
      window.tones += 1;
      return createOscillator.call(this);
    };
  });
  const messenger = new Messenger(await context.newPage());
  const { page } = messenger;
  const id = await closedAfter(messenger, 'Ring me');
  const other = new Messenger(await context.newPage());
  await other.goto(`${site.origin}/second.html`);
  await other.open();
  await other.intercom('hide');
  const tones = async () => {
    const all = await Promise.all(context.pages().flatMap((tab) => tab.frames().map((one) => one.evaluate(() => window.tones || 0))));
    return all.reduce((sum, count) => sum + count, 0);
  };
  const own = await page.evaluate(() => (document.querySelector('title').textContent = '  Our  site\n'));
  await grace.reply(id, 'Ring');
  await until(tones, (count) => count === 2, 'one sound of two tones');
  assert.equal(await page.evaluate(() => document.querySelector('title').textContent), own, 'the page is seen');

  for (const tab of [messenger, other]) await hide(tab.page, true);
  await grace.reply(id, 'Ring again');
  const titles = () => Promise.all([messenger, other].map((tab) => tab.page.evaluate(() => document.title)));
  await until(titles, (both) => both.filter((title) => title.startsWith('(1) ')).length === 1, 'one title');
  await until(tones, (count) => count === 4, 'another sound');
  await until(titles, (both) => !both.some((title) => title.startsWith('(')), 'by turns');
  await until(titles, (both) => both.some((title) => title.startsWith('(')), 'and again');
  for (const tab of [messenger, other]) await hide(tab.page, false);
  assert.equal(await page.evaluate(() => document.querySelector('title').textContent), own, 'as it was');

  // Put off, everywhere; the title goes on.
  await other.intercom('showMessages');
  await other.settled();
  await other.frame.getByRole('button', { name: 'Turn off sound' }).click();
  await other.frame.getByRole('button', { name: 'Turn on sound' }).waitFor();
  await other.intercom('hide');
  for (const tab of [messenger, other]) await hide(tab.page, true);
  await grace.reply(id, 'Nobody hears this');
  await until(titles, (both) => both.some((title) => title.startsWith('(')), 'the title');
  assert.equal(await tones(), 4);
  await messenger.intercom('shutdown');
  assert.equal(await page.evaluate(() => document.querySelector('title').textContent), own, 'after a shutdown as well');
});

browserTest('all tabs share one socket and know the number of unread conversations at once', async (watch) => {
  const { grace, site } = place;
  const context = await watch.person();
  const open = new Set();
  context.on('page', (page) =>
    page.on('websocket', (socket) => {
      if (!socket.url().includes('/messenger/')) return;
      open.add(socket);
      socket.on('close', () => open.delete(socket));
      page.on('close', () => open.delete(socket));
    }),
  );
  const messenger = new Messenger(await context.newPage());
  const id = await closedAfter(messenger, 'Count me');
  const others = [];
  for (const page of ['second.html', 'index.html']) {
    const tab = new Messenger(await context.newPage());
    await tab.goto(`${site.origin}/${page}`);
    await tab.open();
    await tab.frame.getByText('Count me').first().waitFor();
    await tab.intercom('hide');
    others.push(tab);
  }
  const tabs = [messenger, ...others];
  await until(() => open.size, (size) => size === 1, 'one socket');
  for (const tab of tabs) {
    await tab.page.evaluate(() => {
      window.counts = [];
      Intercom('onUnreadCountChange', (count) => window.counts.push(count));
    });
  }
  const counts = (tab) => tab.page.evaluate(() => window.counts);
  for (const tab of tabs) assert.deepEqual(await counts(tab), [0], 'at once');
  await grace.reply(id, 'One');
  for (const tab of tabs) await until(() => counts(tab), (list) => list.at(-1) === 1, 'one unread');
  assert.equal(open.size, 1);

  // Whoever leads goes; another takes over and misses nothing.
  await messenger.page.close();
  await grace.reply(id, 'Two');
  for (const tab of others) await tab.frame.locator('.peek').getByText('Two').waitFor();
  await until(() => open.size, (size) => size === 1, 'one socket again');
  await others[0].intercom('showMessages');
  await others[0].settled();
  await others[0].frame.getByRole('button', { name: /Two/ }).click();
  for (const tab of others) await until(() => counts(tab), (list) => list.at(-1) === 0, 'read');
});
