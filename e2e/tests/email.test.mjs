// The card that asks for an email, in its four modes (P4).
import assert from 'node:assert/strict';
import { browserTest, until } from '../harness/browser.mjs';
import { town } from '../harness/town.mjs';
import { Messenger } from '../pages/messenger.mjs';

const place = town();
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
/** Hours on a day that is never now. */
const away = () => `office_hours=${WEEKDAYS[new Date(Date.now() + 3 * 86_400_000).getUTCDay()]} 09:00-10:00`;

/** A new visitor in front of a new conversation. @param {object} watch @param {...string} settings of the workspace */
async function visitor(watch, ...settings) {
  await place.server.set('timezone=UTC', ...settings);
  const context = await watch.person();
  const ann = new Messenger(await context.newPage());
  await ann.goto(`${place.site.origin}/index.html`);
  await ann.open();
  await ann.newConversation();
  return ann;
}

const contacts = async () => (await place.grace.conversations()).map((row) => [row.preview, row.contact.email]);

browserTest('after the first message it is asked for, and “Not now” is remembered', async (watch) => {
  const ann = await visitor(watch, 'email_collection=after_first_message', 'office_hours=always');
  assert.equal(await ann.emailTitle.count(), 0, 'not before');
  await ann.write('after');
  await ann.delivered('after');
  await ann.emailTitle.waitFor();
  await ann.frame.getByRole('button', { name: 'Not now' }).click();
  await ann.emailTitle.waitFor({ state: 'detached' });
  await ann.page.reload();
  await ann.message('after').waitFor();
  await ann.write('and more');
  await ann.delivered('and more');
  assert.equal(await ann.emailTitle.count(), 0);
});

browserTest('required: the first message waits for it and brings it along; then it is never asked for again', async (watch) => {
  const ann = await visitor(watch, 'email_collection=required_always', 'office_hours=always');
  await ann.frame.getByText('Your email, so that we can answer you').waitFor();
  assert.equal(await ann.frame.getByRole('button', { name: 'Not now' }).count(), 0);
  const send = ann.frame.getByRole('button', { name: 'Send message' });
  await ann.composer.fill('always');
  assert.ok(await send.isDisabled(), 'a message alone is not enough');
  await ann.emailField.fill('always@example.com');
  await until(() => send.isEnabled(), Boolean, 'both are there');
  await ann.composer.press('Enter');
  await ann.delivered('always');
  await ann.frame.getByText("You'll be notified here and by email", { exact: true }).waitFor();
  assert.deepEqual((await contacts())[0], ['always', 'always@example.com']);
  await ann.page.reload();
  await ann.message('always').waitFor();
  assert.equal(await ann.emailField.count(), 0);
});

browserTest('required while the team is away, and only then', async (watch) => {
  const there = await visitor(watch, 'email_collection=required_outside_office_hours', 'office_hours=always');
  await there.write('you are there');
  await there.delivered('you are there');
  await there.emailTitle.waitFor();
  assert.equal(await there.frame.getByRole('button', { name: 'Not now' }).count(), 1, 'asked, not demanded');

  const late = await visitor(watch, away());
  await late.frame.getByText("Leave your email, and we'll get back to you").waitFor();
  await late.emailField.fill('late@example.com');
  await late.write('you are away');
  await late.delivered('you are away');
  assert.deepEqual((await contacts())[0], ['you are away', 'late@example.com']);
  // What was begun goes on.
  await there.write('still there?');
  await there.delivered('still there?');
});

browserTest('a message that the server holds back waits for an email and is not lost', async (watch) => {
  const ann = await visitor(watch, 'email_collection=required_outside_office_hours', 'office_hours=always');
  // The team leaves while the page is open and does not know it.
  await place.server.set(away());
  watch.expectError(/status of 422/);
  await ann.write('held back');
  await ann.frame.getByText('Your email, so that we can answer you').waitFor();
  await ann.emailField.fill('held@example.com');
  await ann.emailField.press('Enter');
  await ann.delivered('held back');
  assert.deepEqual((await contacts())[0], ['held back', 'held@example.com']);
});

browserTest('never means never', async (watch) => {
  const ann = await visitor(watch, 'email_collection=never', 'office_hours=always');
  await ann.write('never');
  await ann.delivered('never');
  assert.equal(await ann.emailField.count(), 0);
});
