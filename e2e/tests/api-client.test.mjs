// Intercom's own client for Node, unmodified: only the address is another. And what it writes reaches the open Messenger.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IntercomClient, IntercomError } from 'intercom-client';
import { browserTest } from '../harness/browser.mjs';
import { town } from '../harness/town.mjs';
import { Messenger } from '../pages/messenger.mjs';

const place = town();
const client = () => new IntercomClient({ token: place.server.token, environment: place.server.origin, maxRetries: 0 });

/** @param {Promise<unknown>} call @param {number} status @param {string} code */
async function refused(call, status, code) {
  await assert.rejects(call, (error) => {
    assert.ok(error instanceof IntercomError, String(error));
    assert.equal(error.statusCode, status);
    assert.equal(error.body.errors[0].code, code);
    return true;
  });
}

test('a lead is made, found, converted, merged and deleted', async () => {
  const intercom = client();
  assert.equal((await intercom.admins.identify()).app.id_code, 'test');
  const lead = await intercom.contacts.create({ role: 'lead', email: 'ada@example.com', name: 'Ada' });
  assert.equal((await intercom.contacts.find({ contact_id: lead.id })).email, 'ada@example.com');
  const query = { field: 'email', operator: '=', value: 'ada@example.com' };
  const found = await intercom.contacts.search({ query });
  assert.deepEqual(found.data.map((one) => one.id), [lead.id]);
  const user = await intercom.contacts.create({ external_id: 'ada', email: 'ada@example.com' });
  await refused(intercom.contacts.create({ external_id: 'ada' }), 409, 'conflict');
  const merged = await intercom.contacts.mergeLeadInUser({ from: lead.id, into: user.id });
  assert.deepEqual([merged.id, merged.name, merged.role], [user.id, 'Ada', 'user']);
  await refused(intercom.contacts.find({ contact_id: lead.id }), 404, 'not_found');
  const renamed = await intercom.contacts.update({ contact_id: user.id, name: 'Ada Lovelace' });
  assert.equal(renamed.name, 'Ada Lovelace');
  assert.equal((await intercom.contacts.unarchive({ contact_id: user.id })).archived, false);
  assert.equal((await intercom.contacts.delete({ contact_id: user.id })).deleted, true);
});

test('pagers end after the last page', async () => {
  const intercom = client();
  for (let number = 0; number < 7; number += 1) {
    await intercom.contacts.create({ role: 'lead', name: `paged ${number}` });
  }
  const names = async (page) => {
    const all = [];
    for await (const contact of page) all.push(contact.name);
    return all.filter((name) => name?.startsWith('paged')).sort();
  };
  const right = [0, 1, 2, 3, 4, 5, 6].map((number) => `paged ${number}`);
  assert.deepEqual(await names(await intercom.contacts.list({ per_page: 3 })), right);
  const query = { field: 'name', operator: '^', value: 'paged' };
  const found = await intercom.contacts.search({ query, pagination: { per_page: 3 } });
  assert.deepEqual(await names(found), right);
});

test('a conversation is begun, answered, assigned, noted, closed, found and redacted', async () => {
  const intercom = client();
  const { admins } = await intercom.admins.list();
  const [admin] = admins;
  const lead = await intercom.contacts.create({ role: 'lead', name: 'Bob' });
  const message = await intercom.conversations.create({ from: { type: 'lead', id: lead.id }, body: 'Where is it?' });
  const id = message.conversation_id;
  const did = (body) => intercom.conversations.manage({ conversation_id: id, body });
  await intercom.conversations.reply({
    conversation_id: id,
    body: { message_type: 'comment', type: 'admin', admin_id: admin.id, body: 'On its way' },
  });
  await did({ message_type: 'assignment', type: 'admin', admin_id: admin.id, assignee_id: admin.id });
  await did({ message_type: 'close', type: 'admin', admin_id: admin.id });
  const reopened = await intercom.conversations.reply({
    conversation_id: id,
    body: { message_type: 'comment', type: 'user', intercom_user_id: lead.id, body: 'And now?' },
  });
  const types = reopened.conversation_parts.conversation_parts.map((part) => part.part_type);
  assert.deepEqual([reopened.state, types], ['open', ['comment', 'assignment', 'close', 'open']]);
  const found = await intercom.conversations.search({ query: { field: 'source.id', operator: '=', value: message.id } });
  assert.deepEqual(found.data.map((one) => one.id), [id]);
  const shown = await intercom.conversations.find({ conversation_id: id, display_as: 'plaintext' });
  assert.equal(shown.source.body, 'Where is it?');
  await refused(intercom.conversations.find({ conversation_id: '999999' }), 404, 'not_found');
});

browserTest('what the API answers appears in the open Messenger, a note does not', async (watch) => {
  const { site } = place;
  const intercom = client();
  const context = await watch.person();
  const messenger = new Messenger(await context.newPage());
  await messenger.goto(`${site.origin}/index.html`);
  await messenger.open();
  await messenger.newConversation();
  await messenger.write('Anybody there?');
  await messenger.delivered('Anybody there?');
  const query = { field: 'source.body', operator: '~', value: 'Anybody there?' };
  const { data } = await intercom.conversations.search({ query });
  const { admins } = await intercom.admins.list();
  const say = (message_type, body) =>
    intercom.conversations.reply({
      conversation_id: data[0].id,
      body: { message_type, type: 'admin', admin_id: admins[0].id, body },
    });
  await say('note', 'Only for us');
  await say('comment', '<p>Yes, <b>here</b></p>');
  await messenger.frame.locator('[role="log"]').getByText('Yes, here').waitFor();
  assert.equal(await messenger.frame.getByText('Only for us').count(), 0);
});

browserTest('a campaign is known two pages after the one it led to, with nothing kept before the first message', async (watch) => {
  const { site } = place;
  const context = await watch.person();
  const messenger = new Messenger(await context.newPage());
  await messenger.goto(`${site.origin}/index.html?utm_source=news&utm_campaign=may#/secret`);
  for (const path of ['second.html', 'index.html']) {
    await messenger.page.evaluate((to) => location.assign(to), path);
    await messenger.page.waitForURL(`${site.origin}/${path}`);
    await messenger.page.waitForFunction(() => window.Intercom?.booted === true);
  }
  assert.deepEqual(await context.cookies(), []);
  assert.deepEqual(await messenger.page.evaluate(() => [localStorage.length, sessionStorage.length]), [0, 0]);
  await messenger.open();
  await messenger.newConversation();
  await messenger.write('I read your letter');
  await messenger.delivered('I read your letter');
  const intercom = client();
  const query = { field: 'source.body', operator: '~', value: 'I read your letter' };
  const { data } = await intercom.conversations.search({ query });
  const lead = await intercom.contacts.find({ contact_id: data[0].contacts.contacts[0].id });
  assert.deepEqual([lead.utm_source, lead.utm_campaign, lead.referrer], ['news', 'may', null]);
});
