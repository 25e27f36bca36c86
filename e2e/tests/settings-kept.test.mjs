// Settings about the person that end in their contact: said by a page, read by a program and by the team.
import assert from 'node:assert/strict';
import { browserTest, until } from '../harness/browser.mjs';
import { town } from '../harness/town.mjs';
import { Messenger } from '../pages/messenger.mjs';

const place = town();
const PICTURE = 'https://pictures.example/ada.png';

/** The user's contact, as the REST API gives it. @param {string} id the site's own id */
async function contactOf(id) {
  const { server } = place;
  const answer = await fetch(`${server.origin}/contacts/find_by_external_id/${id}`, {
    headers: { Authorization: `Bearer ${server.token}`, 'Intercom-Version': '2.14' },
  });
  return answer.ok ? answer.json() : {};
}

browserTest('avatar and unsubscribed_from_emails are in the contact, also by update; the inbox shows the face', async (watch) => {
  // Before the log-in.
  watch.expectError(/status of 401/);
  const { server, site } = place;
  const ada = new Messenger(await (await watch.person()).newPage());
  const avatar = { type: 'avatar', image_url: PICTURE };
  const account = { user_id: 'ada-1', name: 'Ada', avatar, unsubscribed_from_emails: true, increments: { visits: 1 } };
  await ada.goto(`${site.origin}/login.html?account=${encodeURIComponent(JSON.stringify(account))}`);
  await ada.page.locator('#log-in').click();
  const contact = await until(() => contactOf('ada-1'), (found) => found.id, 'the contact');
  assert.deepEqual([contact.avatar, contact.unsubscribed_from_emails, contact.custom_attributes], [avatar, true, {}]);
  await ada.intercom('update', { unsubscribed_from_emails: false, avatar: { type: 'avatar', image_url: 'http://pictures.example/b.png' } });
  await until(() => contactOf('ada-1'), (found) => found.unsubscribed_from_emails === false, 'she wants mail again');
  assert.deepEqual((await contactOf('ada-1')).avatar, avatar, 'what is not https is no picture');

  await ada.open();
  await ada.newConversation();
  await ada.write('Do you see me?');
  const grace = await (await watch.person()).newPage();
  const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
  let referrer;
  await grace.route(PICTURE, async (route) => {
    referrer = await route.request().headerValue('referer');
    await route.fulfill({ contentType: 'image/png', body: png });
  });
  await grace.goto(`${server.origin}/inbox`);
  await grace.getByLabel('Email').fill(server.email);
  await grace.getByLabel('Password').fill(server.password);
  await grace.getByLabel('Password').press('Enter');
  await grace.getByRole('button', { name: /Do you see me\?/ }).click();
  for (const where of ['.list .row', '[role="log"]', '.person']) {
    const face = grace.locator(`${where} .face img`).first();
    await face.waitFor();
    assert.equal(await face.getAttribute('src'), PICTURE, where);
    await until(() => face.evaluate((img) => img.naturalWidth), (width) => width === 1, `the picture in ${where}`);
  }
  assert.equal(referrer, null, 'nobody else learns where the inbox is');
});
