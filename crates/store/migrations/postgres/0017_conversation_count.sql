-- How many conversations a list shows (beside those of archived people), kept by the database itself so that no operation
-- can forget it: counting a hundred thousand takes longer than reading a page of them.
ALTER TABLE workspaces ADD COLUMN conversation_count BIGINT NOT NULL DEFAULT 0;
UPDATE workspaces SET conversation_count = (
    SELECT count(*) FROM conversations c WHERE c.workspace_id = workspaces.id AND NOT c.pending
);
CREATE FUNCTION conversations_count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND NOT OLD.pending THEN
        UPDATE workspaces SET conversation_count = conversation_count - 1 WHERE id = OLD.workspace_id;
    END IF;
    IF TG_OP <> 'DELETE' AND NOT NEW.pending THEN
        UPDATE workspaces SET conversation_count = conversation_count + 1 WHERE id = NEW.workspace_id;
    END IF;
    RETURN NULL;
END;
$$;
CREATE TRIGGER conversations_count_born_or_gone AFTER INSERT OR DELETE ON conversations
FOR EACH ROW EXECUTE FUNCTION conversations_count();
CREATE TRIGGER conversations_count_begun_or_undone AFTER UPDATE OF pending ON conversations
FOR EACH ROW WHEN (OLD.pending <> NEW.pending) EXECUTE FUNCTION conversations_count();
