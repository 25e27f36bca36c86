-- How much is unread stands with the conversation: counted anew for each message, a long thread would make each more costly.
ALTER TABLE conversations ADD COLUMN unread_by_contact BIGINT NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN unread_by_team BIGINT NOT NULL DEFAULT 0;
-- The newest part of a contact, and the newest of those the team has seen.
ALTER TABLE conversations ADD COLUMN newest_by_contact BIGINT;
ALTER TABLE conversations ADD COLUMN seen_by_team BIGINT;
UPDATE conversations SET
    unread_by_contact = (SELECT count(*) FROM parts p WHERE p.conversation_id = conversations.id
        AND p.author_kind = 'admin' AND p.shown AND p.id > conversations.read_by_contact),
    unread_by_team = (SELECT count(*) FROM parts p WHERE p.conversation_id = conversations.id
        AND p.author_kind = 'contact' AND p.id > conversations.read_by_team),
    newest_by_contact = (SELECT max(p.id) FROM parts p WHERE p.conversation_id = conversations.id
        AND p.author_kind = 'contact'),
    seen_by_team = (SELECT max(p.id) FROM parts p WHERE p.conversation_id = conversations.id
        AND p.author_kind = 'contact' AND p.id <= conversations.read_by_team);
DROP INDEX parts_conversation;
CREATE INDEX parts_conversation ON parts (conversation_id, id);
