ALTER TABLE changes ADD COLUMN topic TEXT;
ALTER TABLE changes ADD COLUMN detail TEXT;
CREATE INDEX changes_created ON changes (workspace_id, created_at);
ALTER TABLE workspaces ADD COLUMN announced_seq BIGINT NOT NULL DEFAULT 0;

CREATE TABLE webhook_subscriptions (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    url TEXT NOT NULL,
    topics TEXT NOT NULL,
    state TEXT NOT NULL,
    state_reason TEXT,
    secret TEXT NOT NULL,
    api_version TEXT NOT NULL,
    iso_times BOOLEAN NOT NULL,
    throttled_until BIGINT NOT NULL DEFAULT 0,
    failing_since BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX webhook_subscriptions_workspace ON webhook_subscriptions (workspace_id, id);

CREATE TABLE webhook_deliveries (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    subscription_id BIGINT NOT NULL REFERENCES webhook_subscriptions (id),
    seq BIGINT,
    notification_id TEXT,
    topic TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    item TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    due_at BIGINT NOT NULL,
    leased_until BIGINT NOT NULL DEFAULT 0,
    gives_up_at BIGINT NOT NULL,
    first_sent_at BIGINT,
    ended_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX webhook_deliveries_change ON webhook_deliveries (subscription_id, seq);
CREATE INDEX webhook_deliveries_listed ON webhook_deliveries (subscription_id, id);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (due_at, id) WHERE state = 'pending';
CREATE INDEX webhook_deliveries_contact ON webhook_deliveries (contact_id);
CREATE INDEX webhook_deliveries_created ON webhook_deliveries (created_at);

CREATE TABLE webhook_attempts (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    delivery_id BIGINT NOT NULL REFERENCES webhook_deliveries (id),
    attempted_at BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    status BIGINT,
    duration_ms BIGINT NOT NULL,
    response TEXT
);
CREATE INDEX webhook_attempts_delivery ON webhook_attempts (delivery_id, id);
