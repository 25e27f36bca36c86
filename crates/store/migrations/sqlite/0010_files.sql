-- Files that were uploaded. A row is there before the bytes are (ready); it waits for its message (part_id) for a day.
-- While it waits one of contact_id, visitor_id and admin_id says whose it is; none of them: a program's.
CREATE TABLE files (
    id TEXT PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    part_id INTEGER REFERENCES parts (id),
    contact_id TEXT,
    visitor_id TEXT,
    admin_id INTEGER REFERENCES admins (id),
    name TEXT NOT NULL,
    content_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    width INTEGER,
    height INTEGER,
    ready BOOLEAN NOT NULL,
    created_at INTEGER NOT NULL
);
CREATE INDEX files_part ON files (part_id) WHERE part_id IS NOT NULL;
CREATE INDEX files_waiting ON files (workspace_id, created_at) WHERE part_id IS NULL;
CREATE INDEX files_contact ON files (contact_id) WHERE contact_id IS NOT NULL;

-- Bytes whose row is gone, whoever took it away: to be removed from storage.
CREATE TABLE gone_files (
    id TEXT PRIMARY KEY
);
CREATE TRIGGER files_gone AFTER DELETE ON files
BEGIN
    INSERT INTO gone_files (id) VALUES (OLD.id) ON CONFLICT (id) DO NOTHING;
END;
