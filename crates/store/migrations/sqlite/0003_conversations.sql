ALTER TABLE conversations ADD COLUMN title TEXT;
ALTER TABLE conversations ADD COLUMN admin_assignee_id INTEGER REFERENCES admins (id);
ALTER TABLE conversations ADD COLUMN snoozed_until INTEGER;
ALTER TABLE conversations ADD COLUMN first_replied_at INTEGER;
ALTER TABLE conversations ADD COLUMN source_id INTEGER;
UPDATE conversations SET source_id = (SELECT min(p.id) FROM parts p WHERE p.conversation_id = conversations.id);
CREATE INDEX conversations_updated ON conversations (workspace_id, updated_at, id);
CREATE INDEX conversations_snoozed ON conversations (snoozed_until) WHERE snoozed_until IS NOT NULL;

ALTER TABLE parts ADD COLUMN shown BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE parts ADD COLUMN redacted BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE parts ADD COLUMN assigned_to INTEGER;
