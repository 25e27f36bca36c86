-- How old the newest part was when the person put the notice of it away: no notice is shown until a newer one comes.
ALTER TABLE conversations ADD COLUMN dismissed_at BIGINT NOT NULL DEFAULT 0;
