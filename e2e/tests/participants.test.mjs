// Two people and a teammate in one conversation (S§2.3 `customers`).
import assert from 'node:assert/strict';
import { browserTest, until } from '../harness/browser.mjs';
import { town } from '../harness/town.mjs';
import { Messenger } from '../pages/messenger.mjs';

const place = town();

/** The REST API as the company's programs use it. @param {string} method @param {string} path @param {object} [body] */
async function rest(method, path, body) {
  const response = await fetch(place.server.origin + path, {
    method,
    headers: { Authorization: `Bearer ${place.server.token}`, 'Content-Type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  const answer = await response.json();
  assert.ok(response.ok, `${path}: ${JSON.stringify(answer)}`);
  return answer;
}

/** Somebody with an account, in a browser of their own. @param {object} watch @param {object} account */
async function somebody(watch, account) {
  const context = await watch.person();
  const person = new Messenger(await context.newPage());
  await person.goto(`${place.site.origin}/login.html?account=${encodeURIComponent(JSON.stringify(account))}`);
  await person.page.locator('#log-in').click();
  await until(() => person.cookie('session'), Boolean, 'the session');
  await person.open();
  return person;
}

/** A line of the thread as it looks. @param {Messenger} person @param {string} text */
const line = (person, text) => person.frame.locator('[role="log"] li').filter({ has: person.page.getByText(text, { exact: true }) });

browserTest('somebody who joins sees the conversation, talks in it, and sees nothing of it once they are taken away', async (watch) => {
  const { grace } = place;
  const ada = await somebody(watch, { user_id: 'ada', name: 'Ada Park', email: 'ada@example.com' });
  const ben = await somebody(watch, { user_id: 'ben', name: 'Ben Bell', email: 'ben@example.com' });
  await ben.frame.getByText('Send us a message').first().waitFor();
  await ada.newConversation();
  await ada.write('Our invoice is wrong.');
  await ada.delivered('Our invoice is wrong.');
  const [{ id }] = await until(() => grace.conversations(), (list) => list.length === 1, 'the conversation');
  await grace.reply(id, 'Who pays it?');
  await ada.message('Who pays it?').waitFor();

  const [admin] = (await rest('GET', '/admins')).admins;
  const joined = await rest('POST', `/conversations/${id}/customers`, { admin_id: admin.id, customer: { user_id: 'ben' } });
  await ben.frame.getByText('Who pays it?').first().click();
  await line(ben, 'Our invoice is wrong.').getByText('Ada Park').first().waitFor();
  await ben.write('I do, and it is wrong.');
  await ben.delivered('I do, and it is wrong.');
  const heard = line(ada, 'I do, and it is wrong.');
  await heard.getByText('Ben Bell').first().waitFor();
  assert.equal(await heard.and(ada.frame.locator('.mine')).count(), 0, 'not her own words');
  assert.equal(await line(ada, 'Our invoice is wrong.').and(ada.frame.locator('.mine')).count(), 1);
  await grace.reply(id, 'You will get another one.');
  for (const person of [ada, ben]) {
    await person.message('You will get another one.').waitFor();
    const words = await person.frame.locator('body').innerText();
    assert.ok(!words.includes('@example.com'), words);
  }

  await rest('DELETE', `/conversations/${id}/customers/${joined.customers[1].id}`, { admin_id: admin.id });
  await ben.message('You will get another one.').waitFor({ state: 'detached' });
  await ada.write('Thank you.');
  await ada.delivered('Thank you.');
  await ben.page.reload();
  await ben.frame.getByText('Send us a message').first().waitFor();
  await ben.frame.getByRole('button', { name: 'Messages', exact: true }).click();
  await ben.frame.getByText('No messages').waitFor();
});
