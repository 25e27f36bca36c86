-- A search counts what it finds: each of these says by itself whether a contact counts, and the first page is sorted by it.
DROP INDEX contacts_created;
CREATE INDEX contacts_created ON contacts (workspace_id, created_at, id)
    WHERE merged_into IS NULL AND archived_at IS NULL AND blocked_at IS NULL;
DROP INDEX contacts_seen;
CREATE INDEX contacts_seen ON contacts (workspace_id, last_seen_at, role, created_at, id)
    WHERE merged_into IS NULL AND archived_at IS NULL AND blocked_at IS NULL;
CREATE INDEX contacts_live ON contacts (id, workspace_id, created_at)
    WHERE merged_into IS NULL AND archived_at IS NULL AND blocked_at IS NULL;
DROP INDEX contact_attributes_text;
CREATE INDEX contact_attributes_text ON contact_attributes (workspace_id, name, text_value, contact_id);
DROP INDEX contact_attributes_number;
CREATE INDEX contact_attributes_number ON contact_attributes (workspace_id, name, number_value, contact_id);
-- The list of conversations says how many there are.
DROP INDEX conversations_updated;
CREATE INDEX conversations_updated ON conversations (workspace_id, updated_at, id) WHERE NOT pending;
CREATE INDEX contacts_archived ON contacts (workspace_id) WHERE archived_at IS NOT NULL;
