-- How many conversations a list shows (beside those of archived people), kept by the database itself so that no operation
-- can forget it: counting a hundred thousand takes longer than reading a page of them.
ALTER TABLE workspaces ADD COLUMN conversation_count INTEGER NOT NULL DEFAULT 0;
UPDATE workspaces SET conversation_count = (
    SELECT count(*) FROM conversations c WHERE c.workspace_id = workspaces.id AND NOT c.pending
);
CREATE TRIGGER conversations_count_born AFTER INSERT ON conversations WHEN NOT NEW.pending
BEGIN
    UPDATE workspaces SET conversation_count = conversation_count + 1 WHERE id = NEW.workspace_id;
END;
CREATE TRIGGER conversations_count_gone AFTER DELETE ON conversations WHEN NOT OLD.pending
BEGIN
    UPDATE workspaces SET conversation_count = conversation_count - 1 WHERE id = OLD.workspace_id;
END;
CREATE TRIGGER conversations_count_begun AFTER UPDATE OF pending ON conversations WHEN OLD.pending AND NOT NEW.pending
BEGIN
    UPDATE workspaces SET conversation_count = conversation_count + 1 WHERE id = NEW.workspace_id;
END;
CREATE TRIGGER conversations_count_undone AFTER UPDATE OF pending ON conversations WHEN NEW.pending AND NOT OLD.pending
BEGIN
    UPDATE workspaces SET conversation_count = conversation_count - 1 WHERE id = NEW.workspace_id;
END;
