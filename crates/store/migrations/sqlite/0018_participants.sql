-- Who takes part in a conversation beside its person sees it in their Messenger, with their own marks of what was read and
-- put away.
ALTER TABLE conversation_contacts ADD COLUMN read_up_to INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversation_contacts ADD COLUMN dismissed_at INTEGER NOT NULL DEFAULT 0;
-- What was said before they could see it is no news.
UPDATE conversation_contacts SET read_up_to = coalesce((
    SELECT max(p.id) FROM parts p WHERE p.conversation_id = conversation_contacts.conversation_id
), 0);
