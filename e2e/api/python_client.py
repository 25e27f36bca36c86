"""Intercom's own client for Python, unmodified: only the address is another. It sends no version, so it speaks 2.14.

`python-client.test.mjs` starts the server and runs this: DOORSTEP_URL, DOORSTEP_TOKEN.
"""

import os
import time
import unittest
import uuid

from intercom import Intercom, MultipleFilterSearchRequest, SingleFilterSearchRequest, StartingAfterPaging
from intercom.core.api_error import ApiError

client = Intercom(token=os.environ["DOORSTEP_TOKEN"], base_url=os.environ["DOORSTEP_URL"])


def where(field, operator, value):
    return SingleFilterSearchRequest(field=field, operator=operator, value=value)


def lead(**fields):
    return client.contacts.create(request={"role": "lead", **fields})


class People(unittest.TestCase):
    def refused(self, status, code, call, **arguments):
        with self.assertRaises(ApiError) as refusal:
            call(**arguments)
        self.assertEqual(refusal.exception.status_code, status)
        body = refusal.exception.body
        errors = body["errors"] if isinstance(body, dict) else body.errors
        first = errors[0]
        self.assertEqual(first["code"] if isinstance(first, dict) else first.code, code)

    def test_a_lead_is_made_found_converted_and_merged(self):
        self.assertEqual(client.admins.identify().app.id_code, "test")
        made = lead(email="ada@py.example", name="Ada")
        self.assertEqual(client.contacts.find(made.id).email, "ada@py.example")
        query = MultipleFilterSearchRequest(
            operator="AND", value=[where("email", "=", "ada@py.example"), where("role", "=", "lead")]
        )
        self.assertEqual([one.id for one in client.contacts.search(query=query)], [made.id])
        user = client.contacts.create(request={"external_id": "py-ada", "email": "ada@py.example"})
        self.refused(409, "conflict", client.contacts.create, request={"external_id": "py-ada"})
        merged = client.contacts.merge_lead_in_user(lead_id=made.id, contact_id=user.id)
        self.assertEqual((merged.id, merged.name), (user.id, "Ada"))
        self.refused(404, "not_found", client.contacts.find, contact_id=made.id)
        self.assertEqual(client.contacts.show_contact_by_external_id("py-ada").id, user.id)
        other = lead(name="Eve")
        converted = client.contacts.update(other.id, role="user", external_id="py-eve")
        self.assertEqual(converted.role, "user")
        self.assertTrue(client.contacts.archive(other.id).archived)
        self.assertFalse(client.contacts.unarchive(other.id).archived)
        self.assertTrue(client.contacts.delete(other.id).deleted)

    def test_a_visitor_becomes_a_user(self):
        visitor = str(uuid.uuid4())
        made = client.visitors.merge_to_contact(
            type="user", user={"user_id": "py-visitor"}, visitor={"user_id": visitor}
        )
        self.assertEqual((made.role, made.external_id), ("user", "py-visitor"))

    def test_contacts_are_paged_through(self):
        right = sorted(lead(name=f"paged {number}").name for number in range(5))
        named = lambda pager: sorted(one.name for one in pager if (one.name or "").startswith("paged"))
        self.assertEqual(named(client.contacts.list(per_page=2)), right)
        # The client's own pager of a search asks for the first page again and again, so the cursor is handed on here.
        found, cursor = [], None
        for _ in range(3):
            page = StartingAfterPaging(per_page=2, starting_after=cursor)
            answer = client.contacts.search(query=where("name", "^", "paged"), pagination=page).response
            found += answer.data
            cursor = answer.pages.next and answer.pages.next.starting_after
        self.assertIsNone(cursor)
        self.assertEqual(named(found), right)


class Conversations(unittest.TestCase):
    def test_a_conversation_is_held(self):
        admin = client.admins.list().admins[0].id
        who = lead(name="Bob")
        message = client.conversations.create(from_={"type": "lead", "id": who.id}, body="Where is it?")
        talk = message.conversation_id
        client.conversations.reply(
            talk, request={"message_type": "comment", "type": "admin", "admin_id": admin, "body": "On its way"}
        )
        for deed in [
            {"message_type": "assignment", "type": "admin", "admin_id": admin, "assignee_id": admin},
            {"message_type": "snoozed", "admin_id": admin, "snoozed_until": int(time.time()) + 3600},
            {"message_type": "open", "admin_id": admin},
            {"message_type": "close", "type": "admin", "admin_id": admin},
        ]:
            client.conversations.manage(talk, request=deed)
        again = client.conversations.reply(
            talk,
            request={"message_type": "comment", "type": "user", "intercom_user_id": who.id, "body": "And now?"},
        )
        parts = [part.part_type for part in again.conversation_parts.conversation_parts]
        self.assertEqual(parts, ["comment", "assignment", "snoozed", "open", "close", "open"])
        found = client.conversations.search(query=where("source.id", "=", message.id))
        self.assertEqual([one.id for one in found], [talk])
        self.assertIn(talk, [one.id for one in client.conversations.list(per_page=1)])
        self.assertEqual(client.conversations.find(talk, display_as="plaintext").source.body, "Where is it?")


class Around(unittest.TestCase):
    def test_tags(self):
        who = lead(name="Tagged")
        tag = client.tags.create(request={"name": "py beta"})
        self.assertEqual(client.tags.tag_contact(who.id, tag_id=tag.id).id, tag.id)
        self.assertEqual([one.id for one in client.contacts.list_attached_tags(who.id).data], [tag.id])
        self.assertEqual(client.tags.untag_contact(who.id, tag.id).id, tag.id)
        self.assertIn("py beta", [one.name for one in client.tags.list().data])
        client.tags.delete(tag.id)

    def test_a_company_is_attached_and_detached(self):
        company = client.companies.create_or_update(request={"company_id": "py-acme", "name": "Py Acme"})
        who = client.contacts.create(request={"external_id": "py-employee"})
        self.assertEqual(client.companies.attach_contact(who.id, company_id=company.id).name, "Py Acme")
        theirs = lambda: [one.id for one in client.contacts.list_attached_companies(who.id)]
        self.assertEqual(theirs(), [company.id])
        self.assertEqual([one.id for one in client.companies.list_attached_contacts(company.id).data], [who.id])
        client.companies.detach_contact(who.id, company.id)
        self.assertEqual(theirs(), [])

    def test_events_are_tracked_and_told_with_their_numbers(self):
        who = client.contacts.create(request={"external_id": "py-buyer"})
        now = int(time.time())
        for second, sku in [(now - 60, "A1"), (now, "B2")]:
            client.events.create(
                request={"user_id": "py-buyer", "event_name": "ordered", "created_at": second, "metadata": {"sku": sku}}
            )
        told = client.events.list(type="user", intercom_user_id=who.id, summary=True)
        self.assertEqual([(one.name, one.count) for one in told.events], [("ordered", 2)])

    def test_notes(self):
        who = lead(name="Noted")
        for number in range(3):
            client.notes.create(who.id, body=f"note {number}")
        bodies = [one.body for one in client.notes.list(who.id, per_page=2)]
        self.assertEqual(len(bodies), 3)

    def test_companies_and_conversations_are_paged_through(self):
        who = lead(name="Pages")
        for number in range(3):
            made = client.companies.create_or_update(request={"company_id": f"py-{number}", "name": f"py paged {number}"})
            # Lists leave out companies without people.
            client.companies.attach_contact(who.id, company_id=made.id)
            client.conversations.create(from_={"type": "lead", "id": who.id}, body=f"py paged {number}")
        right = [f"py paged {number}" for number in range(3)]
        names = [one.name for one in client.companies.list(per_page=2) if (one.name or "").startswith("py paged")]
        self.assertEqual(sorted(names), right)
        bodies = [one.source.body for one in client.conversations.list(per_page=2)]
        self.assertEqual(sorted(one[3:-4] for one in bodies if one.startswith("<p>py paged")), right)

    def test_attributes(self):
        client.data_attributes.create(request={"name": "py_plan", "model": "contact", "data_type": "string"})
        who = lead(custom_attributes={"py_plan": "gold"})
        self.assertEqual(who.custom_attributes["py_plan"], "gold")
        found = client.contacts.search(query=where("custom_attributes.py_plan", "=", "gold"))
        self.assertEqual([one.id for one in found], [who.id])


if __name__ == "__main__":
    unittest.main(verbosity=2)
