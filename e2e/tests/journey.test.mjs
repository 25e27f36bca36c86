// The main job from end to end, by script tag, on a site of another origin than the server.
import assert from 'node:assert/strict';
import { browserTest, until } from '../harness/browser.mjs';
import { town } from '../harness/town.mjs';
import { Messenger, frameStorage } from '../pages/messenger.mjs';

const place = town();

browserTest('a visitor writes, gives an email, gets an answer, goes on in another tab and page, and shutdown leaves nothing', async (watch) => {
  const { server, site, grace } = place;
  const context = await watch.person();
  const one = new Messenger(await context.newPage());
  await one.goto(`${site.origin}/index.html`);
  await one.open();
  await one.newConversation();
  await one.write('Do you ship to Norway?');
  await one.delivered('Do you ship to Norway?');

  await one.emailTitle.waitFor();
  await one.emailField.fill('ann@example.com');
  await one.emailField.press('Enter');
  await one.frame.getByText("You'll be notified here and by email", { exact: true }).waitFor();

  const [conversation] = await until(() => grace.conversations(), (list) => list.length === 1, 'the conversation in the inbox');
  assert.equal(conversation.contact.email, 'ann@example.com');
  assert.equal(conversation.contact.role, 'lead');
  assert.equal(conversation.contact.email_verified, false);
  await grace.reply(conversation.id, 'We do, in four days.');
  await one.message('We do, in four days.').waitFor();

  // Another tab of the same site knows the conversation; what is written there is here at once.
  const two = new Messenger(await context.newPage());
  await two.goto(`${site.origin}/second.html`);
  await two.open();
  await two.frame.getByText('We do, in four days.').first().click();
  await two.message('Do you ship to Norway?').waitFor();
  await two.write('Great, thank you!');
  await two.delivered('Great, thank you!');
  await one.message('Great, thank you!').waitFor();

  // The open panel survives a change of page.
  await one.page.locator('#next').click();
  await one.page.waitForURL('**/second.html');
  await one.message('Great, thank you!').waitFor();
  assert.equal((await grace.conversations()).length, 1, 'one conversation all along');

  const [id, session] = [await one.cookie('id'), await one.cookie('session')];
  assert.ok(id && session);
  await one.intercom('shutdown');
  for (const tab of [one, two]) {
    await tab.iframe.waitFor({ state: 'detached' });
  }
  await until(() => one.cookie('session'), (value) => value === undefined, 'the session cookie goes');
  assert.notEqual(await one.cookie('id'), id, 'the visitor id is another one or none');
  assert.deepEqual(await frameStorage(one.page, server.origin), [], 'no draft, no cache');

  const replay = await server.messenger('conversations', { visitor_id: id, session });
  assert.equal(replay.status, 401, JSON.stringify(replay.body));

  // The next person at this computer.
  const three = new Messenger(await context.newPage());
  await three.goto(`${site.origin}/index.html`);
  await three.open();
  await three.frame.getByText('Send us a message').first().waitFor();
  assert.equal(await three.frame.getByText('Great, thank you!').count(), 0);
  await three.frame.getByRole('button', { name: 'Messages', exact: true }).click();
  await three.frame.getByText('No messages').waitFor();
});

browserTest('a lead who comes back sees the conversation, and logging in keeps it', async (watch) => {
  const { site, grace } = place;
  const context = await watch.person();
  const first = new Messenger(await context.newPage());
  await first.goto(`${site.origin}/login.html`);
  await first.open();
  await first.newConversation();
  await first.write('Where is my order?');
  await first.delivered('Where is my order?');
  await first.page.close();

  const again = new Messenger(await context.newPage());
  await again.goto(`${site.origin}/login.html?account={"user_id":"ada-7","email":"ada@example.com"}`);
  await again.open();
  await again.frame.getByText('Where is my order?').first().click();
  await again.message('Where is my order?').waitFor();
  await again.page.locator('#log-in').click();
  const mine = (list) => list.find((row) => row.preview === 'Where is my order?');
  await until(() => grace.conversations(), (list) => mine(list)?.contact.role === 'user', 'the lead is a user');
  await again.message('Where is my order?').waitFor();
  await again.write('It is number 4411.');
  await again.delivered('It is number 4411.');
  const rows = (await grace.conversations()).filter((row) => row.contact.external_id === 'ada-7');
  assert.equal(rows.length, 1, 'the same conversation');
  assert.equal(rows[0].contact.email, 'ada@example.com');
});
