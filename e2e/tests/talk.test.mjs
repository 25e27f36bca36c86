// Around a conversation: when the team is there, quick replies, the rating, the transcript, drafts in the list.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { browserTest, until } from '../harness/browser.mjs';
import { town } from '../harness/town.mjs';
import { Messenger, frameStorage } from '../pages/messenger.mjs';

const place = town();

/** The REST API as the company's programs use it. @param {string} path @param {object} [body] */
async function rest(path, body) {
  const response = await fetch(place.server.origin + path, {
    method: body ? 'POST' : 'GET',
    headers: { Authorization: `Bearer ${place.server.token}`, 'Content-Type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  const answer = await response.json();
  assert.ok(response.ok, `${path}: ${JSON.stringify(answer)}`);
  return answer;
}

/** A lead with a conversation on screen. @param {object} watch @param {string} text @param {object} [options] of the browser: English, or German if it has a locale */
async function talk(watch, text, options) {
  const context = await watch.person(options);
  const ann = new Messenger(await context.newPage());
  await ann.goto(`${place.site.origin}/index.html`);
  await ann.open();
  await ann.frame.getByText(options?.locale ? 'Nachricht schreiben' : 'Send us a message').first().click();
  await ann.composer.waitFor();
  await ann.write(text);
  await ann.delivered(text);
  const id = await until(
    async () => (await place.grace.conversations()).find((row) => row.preview === text)?.id, Boolean, 'the conversation',
  );
  return { ann, id, context };
}

const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const DAY = 86_400_000;

browserTest('the team is away until a day that the visitor is told in their language and time; a notice stands in its place', async (watch) => {
  const { server, site } = place;
  // Three days from now at noon, in London: never now, and never tomorrow.
  const then = new Date(Date.now() + 3 * DAY);
  await server.set('timezone=UTC', `office_hours=${WEEKDAYS[then.getUTCDay()]} 12:00-13:00`);
  const context = await watch.person({ locale: 'de-DE', timezoneId: 'Asia/Tokyo' });
  const ann = new Messenger(await context.newPage());
  await ann.goto(`${site.origin}/index.html`);
  await ann.open();
  const noon = new Date(Date.UTC(then.getUTCFullYear(), then.getUTCMonth(), then.getUTCDate(), 12));
  const day = new Intl.DateTimeFormat('de', { weekday: 'long', timeZone: 'Asia/Tokyo' }).format(noon);
  const back = `Zurück am ${day} um 21:00`;
  await ann.frame.getByText(back, { exact: true }).waitFor();
  await ann.frame.getByText('Nachricht schreiben').first().click();
  await ann.composer.waitFor();
  assert.equal(await ann.frame.getByText(back, { exact: true }).count(), 2, 'in the header and above the new conversation');

  await server.set('special_notice=We are moving house', 'office_hours=always');
  await ann.page.reload();
  await ann.frame.getByText('We are moving house').first().waitFor();
  await server.set('special_notice=', 'expected_reply_time=3');
  await ann.page.reload();
  await ann.frame.getByText('Übliche Antwortzeit: 3 Stunden').first().waitFor();
  await server.set('expected_reply_time=dynamic');
});

browserTest('the company has a face when nobody answered yet, and a teammate who is away is shown so', async (watch) => {
  await place.server.set('office_hours=always');
  const { ann, id } = await talk(watch, 'Who is there?');
  await place.grace.reply(id, 'Me, Grace.');
  await ann.message('Me, Grace.').waitFor();
  const [grace] = (await rest('/admins')).admins;
  const away = await fetch(`${place.server.origin}/admins/${grace.id}/away`, {
    method: 'PUT',
    headers: { Authorization: `Bearer ${place.server.token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ away_mode_enabled: true, away_mode_reassign: false }),
  });
  assert.equal(away.status, 200);
  await ann.page.reload();
  await ann.frame.locator('.bar .face.away').waitFor();
  await ann.frame.getByText("We're away right now").waitFor();
  await fetch(`${place.server.origin}/admins/${grace.id}/away`, {
    method: 'PUT',
    headers: { Authorization: `Bearer ${place.server.token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ away_mode_enabled: false, away_mode_reassign: false }),
  });
});

browserTest('quick replies are chosen with the keyboard and seen by programs', async (watch) => {
  const { ann, id } = await talk(watch, 'Can I return it?');
  const [admin] = (await rest('/admins')).admins;
  const options = [{ text: 'Yes, please', uuid: randomUUID() }, { text: 'No, thanks', uuid: randomUUID() }];
  await rest(`/conversations/${id}/reply`, {
    message_type: 'quick_reply', type: 'admin', admin_id: admin.id, body: 'Shall I send a label?', reply_options: options,
  });
  const group = ann.frame.getByRole('group', { name: 'Suggested replies' });
  await group.getByRole('button', { name: 'No, thanks' }).waitFor();
  assert.equal(await group.getByRole('button').count(), 2);
  await group.getByRole('button', { name: 'No, thanks' }).focus();
  await ann.page.keyboard.press('Enter');
  await group.waitFor({ state: 'detached' });
  await ann.delivered('No, thanks');
  await until(() => ann.composer.evaluate((field) => field.getRootNode().activeElement === field), Boolean, 'back to the composer');
  const seen = await rest(`/conversations/${id}`);
  const part = seen.conversation_parts.conversation_parts.at(-1);
  assert.deepEqual([part.body, part.metadata], ['<p>No, thanks</p>', { quick_reply_uuid: options[1].uuid }]);
});

browserTest('a closed conversation is rated, changed, and final with a remark', async (watch) => {
  const { ann, id } = await talk(watch, 'My order has not come.');
  await place.grace.reply(id, `I am sorry to hear that. ${'It will be there tomorrow. '.repeat(10)}`.trim());
  await place.grace.setState(id, 'closed');
  const card = ann.frame.getByRole('region', { name: 'Rate your conversation' });
  await card.getByRole('button', { name: 'Bad' }).click();
  const stored = async () => (await rest(`/conversations/${id}`)).conversation_rating;
  await until(stored, (rating) => rating?.rating === 2, 'the rating');
  await card.getByRole('textbox', { name: 'Tell us more…' }).fill('It came after all!');
  await card.getByRole('button', { name: 'Amazing' }).click();
  await until(stored, (rating) => rating?.rating === 5, 'another rating');
  assert.equal(await card.getByRole('textbox').inputValue(), 'It came after all!', 'what is typed stays');
  assert.equal(await card.getByRole('button', { name: 'Amazing' }).getAttribute('aria-pressed'), 'true');
  await card.getByRole('button', { name: 'Send feedback' }).click();
  await card.getByText('Thanks for your feedback').waitFor();
  const rating = await stored();
  assert.deepEqual([rating.rating, rating.remark, rating.contact.type], [5, 'It came after all!', 'contact']);
  assert.ok(await card.getByRole('button', { name: 'Bad' }).isDisabled());
  await ann.page.reload();
  await ann.frame.getByText('Thanks for your feedback').waitFor();
  const thread = await place.grace.thread(id);
  assert.deepEqual(thread.conversation.rating, { rating: 5, remark: 'It came after all!' });
});

browserTest('a conversation of any length is saved as a file in the visitor’s language', async (watch) => {
  const { ann, id } = await talk(watch, 'Wie lange dauert es?', { locale: 'de-DE', acceptDownloads: true });
  for (let number = 1; number <= 60; number++) await place.grace.reply(id, `Antwort ${number}`);
  await ann.message('Antwort 60').waitFor();
  const button = ann.frame.getByRole('button', { name: 'Weitere Optionen' });
  await button.click();
  const entry = ann.frame.getByRole('menuitem', { name: 'Unterhaltung herunterladen' });
  await entry.waitFor();
  await ann.page.keyboard.press('Escape');
  await entry.waitFor({ state: 'detached' });
  assert.ok(await ann.iframe.isVisible(), 'the panel stays');
  await button.click();
  const [download] = await Promise.all([ann.page.waitForEvent('download'), entry.click()]);
  assert.equal(download.suggestedFilename(), `conversation-${id}.txt`);
  const text = await readFile(await download.path(), 'utf8');
  assert.match(text, /^Test\n\n\S+, \d+\. \S+ \d{4}\n\nSie · \d+:\d\d\nWie lange dauert es\?\n\nGrace · \d+:\d\d\nAntwort 1\n/);
  assert.equal(text.match(/^Antwort \d+$/gm).length, 60);
  assert.ok(text.trimEnd().endsWith('Antwort 60'));
});

browserTest('a draft stands in the list, survives a reload and goes with shutdown', async (watch) => {
  const { ann } = await talk(watch, 'One more question');
  await ann.composer.fill('half a thought');
  await ann.frame.getByRole('button', { name: 'Go back' }).click();
  await ann.frame.getByRole('button', { name: 'Messages', exact: true }).click();
  await ann.frame.getByText('Draft: half a thought').waitFor();
  await ann.page.reload();
  await ann.frame.getByText('Draft: half a thought').first().click();
  await ann.composer.waitFor();
  assert.equal(await ann.composer.inputValue(), 'half a thought');
  await ann.intercom('shutdown');
  await ann.iframe.waitFor({ state: 'detached' });
  assert.deepEqual(await frameStorage(ann.page, place.server.origin), []);
});
