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

-- Examples and texts come by the million, and a look for the key of each row would make an import slower
-- by a half. So only a connection with our functions can add one (no row has a number below 0: nothing is
-- ever digested here), and that sees the DELETE in a REPLACE.
CREATE TRIGGER example_no_replace BEFORE INSERT ON example
  WHEN NEW.example_id < 0 AND seal_digest(NEW.uid)
  BEGIN SELECT RAISE(ABORT, 'example holds facts: append, never replace'); END;

DROP TRIGGER example_text_no_return;
CREATE TRIGGER example_text_no_replace BEFORE INSERT ON example_text
  WHEN EXISTS (SELECT 1 FROM text_removal AS r WHERE r.example_id = NEW.example_id)
    OR NEW.example_id < 0 AND seal_digest(NEW.content)
  BEGIN SELECT RAISE(ABORT, 'the text was removed for good'); END;
