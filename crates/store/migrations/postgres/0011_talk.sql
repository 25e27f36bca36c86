ALTER TABLE conversations ADD COLUMN rating_requested_at BIGINT;
ALTER TABLE conversations ADD COLUMN rating_score BIGINT;
ALTER TABLE conversations ADD COLUMN rating_remark TEXT;
ALTER TABLE conversations ADD COLUMN rating_replied_at BIGINT;
ALTER TABLE conversations ADD COLUMN rating_updated_at BIGINT;
ALTER TABLE conversations ADD COLUMN rating_admin_id BIGINT;
CREATE INDEX conversations_first_answer ON conversations (workspace_id, first_admin_reply_at)
    WHERE first_admin_reply_at IS NOT NULL;
