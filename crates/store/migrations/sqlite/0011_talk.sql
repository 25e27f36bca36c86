ALTER TABLE conversations ADD COLUMN rating_requested_at INTEGER;
ALTER TABLE conversations ADD COLUMN rating_score INTEGER;
ALTER TABLE conversations ADD COLUMN rating_remark TEXT;
ALTER TABLE conversations ADD COLUMN rating_replied_at INTEGER;
ALTER TABLE conversations ADD COLUMN rating_updated_at INTEGER;
ALTER TABLE conversations ADD COLUMN rating_admin_id INTEGER;
CREATE INDEX conversations_first_answer ON conversations (workspace_id, first_admin_reply_at)
    WHERE first_admin_reply_at IS NOT NULL;
