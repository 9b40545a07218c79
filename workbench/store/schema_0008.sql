-- The eighth schema: no fact is replaced either, and the newest event has a witness.

CREATE TABLE event_witness (
  -- The newest event when a run ended: by it a removal of the last events is found.
  run_id INTEGER PRIMARY KEY REFERENCES run,
  event_id INTEGER NOT NULL REFERENCES event,
  hash BLOB NOT NULL           -- of the event
) STRICT;

INSERT INTO event_witness (run_id, event_id, hash)
  SELECT (SELECT max(run_id) FROM run_end), event_id, hash FROM event
  WHERE EXISTS (SELECT 1 FROM run_end) ORDER BY event_id DESC LIMIT 1;
