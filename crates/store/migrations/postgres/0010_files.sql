-- Files that were uploaded. A row is there before the bytes are (ready); it waits for its message (part_id) for a day.
-- While it waits one of contact_id, visitor_id and admin_id says whose it is; none of them: a program's.
CREATE TABLE files (
    id TEXT PRIMARY KEY,
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    part_id BIGINT REFERENCES parts (id),
    contact_id TEXT,
    visitor_id TEXT,
    admin_id BIGINT REFERENCES admins (id),
    name TEXT NOT NULL,
    content_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    width BIGINT,
    height BIGINT,
    ready BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX files_part ON files (part_id) WHERE part_id IS NOT NULL;
CREATE INDEX files_waiting ON files (workspace_id, created_at) WHERE part_id IS NULL;
CREATE INDEX files_contact ON files (contact_id) WHERE contact_id IS NOT NULL;

-- Bytes whose row is gone, whoever took it away: to be removed from storage.
CREATE TABLE gone_files (
    id TEXT PRIMARY KEY
);
CREATE FUNCTION files_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO gone_files (id) VALUES (OLD.id) ON CONFLICT (id) DO NOTHING;
    RETURN NULL;
END;
$$;
CREATE TRIGGER files_gone AFTER DELETE ON files FOR EACH ROW EXECUTE FUNCTION files_gone();
