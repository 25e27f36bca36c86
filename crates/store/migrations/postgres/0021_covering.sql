-- A search for how often, when first or when last somebody did something, or for a number it was done with, reads whom it finds off
-- the index: without the contact in it, each was looked up in the table.
DROP INDEX event_summaries_count;
DROP INDEX event_summaries_first;
DROP INDEX event_summaries_last;
DROP INDEX event_values_number;
CREATE INDEX event_summaries_count ON event_summaries (name_id, count, contact_id);
CREATE INDEX event_summaries_first ON event_summaries (name_id, first_at, contact_id);
CREATE INDEX event_summaries_last ON event_summaries (name_id, last_at, contact_id);
CREATE INDEX event_values_number ON event_values (name_id, key, number_value, contact_id)
    WHERE number_value IS NOT NULL;
