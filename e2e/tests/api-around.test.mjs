// Intercom's own client for Node, unmodified: what is around a person, and paging through everything there is.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IntercomClient } from 'intercom-client';
import { town } from '../harness/town.mjs';

const place = town();
const client = () => new IntercomClient({ token: place.server.token, environment: place.server.origin, maxRetries: 0 });

/** All things of a pager. @template T @param {AsyncIterable<T>} page */
async function all(page) {
  const things = [];
  for await (const thing of page) things.push(thing);
  return things;
}

test('a company is attached and detached', async () => {
  const intercom = client();
  const company = await intercom.companies.createOrUpdate({ company_id: 'acme', name: 'Acme', plan: 'Gold' });
  const user = await intercom.contacts.create({ external_id: 'employee' });
  const attached = await intercom.companies.attachContact({ contact_id: user.id, id: company.id });
  assert.equal(attached.name, 'Acme');
  const theirs = async () => (await all(await intercom.contacts.listAttachedCompanies({ contact_id: user.id }))).map((one) => one.id);
  assert.deepEqual(await theirs(), [company.id]);
  const people = await intercom.companies.listAttachedContacts({ company_id: company.id });
  assert.deepEqual(people.data.map((one) => one.id), [user.id]);
  await intercom.companies.detachContact({ contact_id: user.id, company_id: company.id });
  assert.deepEqual(await theirs(), []);
  assert.equal((await intercom.companies.delete({ company_id: company.id })).deleted, true);
});

test('events are tracked, of users and leads, and told with their numbers', async () => {
  const intercom = client();
  const now = Math.floor(Date.now() / 1000);
  const user = await intercom.contacts.create({ external_id: 'buyer' });
  const lead = await intercom.contacts.create({ role: 'lead', name: 'Looks around' });
  await intercom.events.create({ user_id: 'buyer', event_name: 'ordered', created_at: now - 60, metadata: { sku: 'A1' } });
  await intercom.events.create({ user_id: 'buyer', event_name: 'ordered', created_at: now, metadata: { sku: 'B2' } });
  await intercom.events.create({ id: lead.id, event_name: 'looked', created_at: now });
  const told = await intercom.events.list({ type: 'user', intercom_user_id: user.id });
  assert.deepEqual(told.events.map((event) => event.metadata.sku).sort(), ['A1', 'B2']);
  const numbers = async (who) => {
    const { events } = await intercom.events.list({ type: 'user', summary: true, ...who });
    return events.map((event) => [event.name, event.count]);
  };
  assert.deepEqual(await numbers({ user_id: 'buyer' }), [['ordered', 2]]);
  assert.deepEqual(await numbers({ intercom_user_id: lead.id }), [['looked', 1]]);
});

test('people are tagged and noted', async () => {
  const intercom = client();
  const { admins } = await intercom.admins.list();
  const lead = await intercom.contacts.create({ role: 'lead', name: 'Noted' });
  const tag = await intercom.tags.create({ name: 'beta' });
  assert.equal((await intercom.tags.tagContact({ contact_id: lead.id, id: tag.id })).name, 'beta');
  const tags = async () => (await intercom.contacts.listAttachedTags({ contact_id: lead.id })).data.map((one) => one.name);
  assert.deepEqual(await tags(), ['beta']);
  await intercom.tags.untagContact({ contact_id: lead.id, tag_id: tag.id });
  assert.deepEqual(await tags(), []);
  const note = await intercom.notes.create({ contact_id: lead.id, body: 'Called back', admin_id: admins[0].id });
  assert.match((await intercom.notes.find({ note_id: Number(note.id) })).body, /Called back/);
});

test('everything there is comes page by page, each once', async () => {
  const intercom = client();
  const lead = await intercom.contacts.create({ role: 'lead', name: 'Pages' });
  const numbers = [0, 1, 2, 3, 4];
  for (const number of numbers) {
    const company = await intercom.companies.createOrUpdate({ company_id: `paged-${number}`, name: `paged ${number}` });
    // Lists leave out companies without people.
    await intercom.companies.attachContact({ contact_id: lead.id, id: company.id });
    await intercom.notes.create({ contact_id: lead.id, body: `paged ${number}` });
    await intercom.conversations.create({ from: { type: 'lead', id: lead.id }, body: `paged ${number}` });
  }
  const names = numbers.map((number) => `paged ${number}`);
  const paged = (things, text) => things.map(text).filter((words) => names.includes(words)).sort();
  const bare = (html) => html.replace(/<[^>]*>/g, '');
  assert.deepEqual(paged(await all(await intercom.companies.list({ per_page: 2 })), (one) => one.name), names);
  assert.deepEqual(
    paged(await all(await intercom.notes.list({ contact_id: lead.id, per_page: 2 })), (one) => bare(one.body)), names);
  assert.deepEqual(
    paged(await all(await intercom.conversations.list({ per_page: 2 })), (one) => bare(one.source.body)), names);
  const query = { field: 'contact_ids', operator: '=', value: lead.id };
  const found = await intercom.conversations.search({ query, pagination: { per_page: 2 } });
  assert.deepEqual(paged(await all(found), (one) => bare(one.source.body)), names);
});
