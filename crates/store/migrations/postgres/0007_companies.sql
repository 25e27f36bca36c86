ALTER TABLE admins ADD COLUMN job_title TEXT;
ALTER TABLE admins ADD COLUMN avatar TEXT;
ALTER TABLE admins ADD COLUMN away_mode_enabled BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE admins ADD COLUMN away_mode_reassign BOOLEAN NOT NULL DEFAULT FALSE;

-- Teams' ids begin where no teammate's id comes: `assignee_id` alone tells which of the two is meant.
CREATE TABLE teams (
    id BIGINT GENERATED ALWAYS AS IDENTITY (START WITH 5000001) PRIMARY KEY,
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX teams_name ON teams (workspace_id, name);
INSERT INTO teams (workspace_id, name, created_at) SELECT id, 'Support', created_at FROM workspaces ORDER BY id;

CREATE TABLE team_members (
    team_id BIGINT NOT NULL REFERENCES teams (id),
    admin_id BIGINT NOT NULL REFERENCES admins (id),
    PRIMARY KEY (team_id, admin_id)
);
CREATE INDEX team_members_admin ON team_members (admin_id);

CREATE TABLE plans (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    name TEXT NOT NULL
);
CREATE UNIQUE INDEX plans_name ON plans (workspace_id, name);

CREATE TABLE companies (
    id TEXT PRIMARY KEY,
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    company_id TEXT NOT NULL,
    name TEXT,
    plan_id BIGINT REFERENCES plans (id),
    monthly_spend BIGINT NOT NULL DEFAULT 0,
    size BIGINT,
    website TEXT,
    industry TEXT,
    custom_attributes TEXT NOT NULL DEFAULT '{}',
    remote_created_at BIGINT,
    last_request_at BIGINT,
    session_count BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    archived_at BIGINT
);
CREATE UNIQUE INDEX companies_company_id ON companies (workspace_id, company_id) WHERE archived_at IS NULL;
CREATE INDEX companies_name ON companies (workspace_id, name);
CREATE INDEX companies_created ON companies (workspace_id, created_at, id);
CREATE INDEX companies_requested ON companies (workspace_id, last_request_at, id);

CREATE TABLE company_attributes (
    company_id TEXT NOT NULL REFERENCES companies (id),
    name TEXT NOT NULL,
    workspace_id BIGINT NOT NULL,
    text_value TEXT,
    number_value DOUBLE PRECISION,
    PRIMARY KEY (company_id, name)
);
CREATE INDEX company_attributes_text ON company_attributes (workspace_id, name, text_value);
CREATE INDEX company_attributes_number ON company_attributes (workspace_id, name, number_value);

CREATE TABLE contact_companies (
    contact_id TEXT NOT NULL REFERENCES contacts (id),
    company_id TEXT NOT NULL REFERENCES companies (id),
    attached_at BIGINT NOT NULL,
    PRIMARY KEY (contact_id, company_id)
);
CREATE INDEX contact_companies_company ON contact_companies (company_id, contact_id);

CREATE TABLE company_tags (
    company_id TEXT NOT NULL REFERENCES companies (id),
    tag_id BIGINT NOT NULL,
    applied_at BIGINT NOT NULL,
    PRIMARY KEY (company_id, tag_id)
);
CREATE INDEX company_tags_tag ON company_tags (tag_id, company_id);
