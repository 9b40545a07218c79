-- The seventh schema: removing a text for good is an act that is recorded.

CREATE TABLE text_removal (
  -- A text that was removed for good; its example and all facts about it stay.
  example_id INTEGER PRIMARY KEY REFERENCES example,
  run_id INTEGER NOT NULL REFERENCES run
) STRICT;

DROP TRIGGER example_text_no_delete;
CREATE TRIGGER example_text_no_delete BEFORE DELETE ON example_text
  WHEN NOT EXISTS (SELECT 1 FROM text_removal AS r WHERE r.example_id = OLD.example_id)
  BEGIN SELECT RAISE(ABORT, 'example_text holds facts: append, never delete'); END;

CREATE TRIGGER example_text_no_return BEFORE INSERT ON example_text
  WHEN EXISTS (SELECT 1 FROM text_removal AS r WHERE r.example_id = NEW.example_id)
  BEGIN SELECT RAISE(ABORT, 'the text was removed for good'); END;
