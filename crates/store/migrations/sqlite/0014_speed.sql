-- What counts the unread and finds the newest part seen is read off the index alone: each message asks for both.
DROP INDEX parts_conversation;
CREATE INDEX parts_conversation ON parts (conversation_id, id, author_kind, shown);
