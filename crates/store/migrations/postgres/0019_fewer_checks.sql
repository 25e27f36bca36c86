-- A part's conversation has a workspace, and a change is written by who holds the workspace's row: looking the row up again
-- for each of them was a sixth of what a message costs the database.
ALTER TABLE parts DROP CONSTRAINT parts_workspace_id_fkey;
ALTER TABLE changes DROP CONSTRAINT changes_workspace_id_fkey;

-- Room on each page for the next version of its rows: one that stays on its page, and changes no indexed column, is not written
-- into the table's indexes again. Each message changes both tables.
ALTER TABLE contacts SET (fillfactor = 85);
ALTER TABLE conversations SET (fillfactor = 85);
