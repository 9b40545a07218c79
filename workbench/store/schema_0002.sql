-- The second schema: the label set over time, guidelines, snapshots, and acts beyond one example.

DROP VIEW class_counts;
DROP VIEW resolved_label;
DROP VIEW label_candidate;
DROP VIEW vote;
DROP VIEW lf_summary;
DROP VIEW current_lf;
DROP VIEW active_event;

CREATE TABLE event_kind (
  -- What people can do, and what it means.
  kind TEXT PRIMARY KEY,
  about TEXT NOT NULL CHECK (about IN ('example', 'project', 'event')),
  meaning TEXT NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO event_kind (kind, about, meaning) VALUES
  ('label', 'example', 'the annotator says which class the example has'),
  ('skip', 'example', 'left undecided'),
  ('flag', 'example', 'ambiguous or unusable'),
  ('keep', 'example', 'a review confirms the label'),
  ('relabel', 'example', 'a review corrects the label'),
  ('class-add', 'project', 'a class joins the label set'),
  ('class-rename', 'project', 'a class gets another name: detail.name'),
  ('class-merge', 'project', 'the classes detail.classes count as class_id from now on'),
  ('class-split', 'project', 'a class is replaced by the classes detail.into; its labels count for none'),
  ('class-retire', 'project', 'a class leaves the label set; its labels count for none'),
  ('guideline', 'project', 'a version of the guidelines comes into force: guideline_id'),
  ('publish', 'project', 'the run puts versions of labeling functions in force: lf_state'),
  ('undo', 'event', 'takes the act target_id back'),
  ('redo', 'event', 'puts the act target_id back');

CREATE TABLE next_event (
  -- The log of what people decide. Undo and redo are events too; nothing is taken back by removal.
  event_id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  annotator TEXT NOT NULL,
  kind TEXT NOT NULL REFERENCES event_kind,
  run_id INTEGER NOT NULL REFERENCES run,         -- the session
  example_id INTEGER REFERENCES example,
  class_id INTEGER REFERENCES class,              -- as it was said; class_now tells what it counts as
  seconds REAL,                                   -- the time it took
  batch_run_id INTEGER REFERENCES run,            -- the proposal or audit that asked
  guideline_id INTEGER REFERENCES guideline,      -- the guidelines in force, or the ones put in force
  note TEXT,
  target_id INTEGER REFERENCES next_event,        -- of undo and redo: the first event of an act
  act_id INTEGER REFERENCES next_event,           -- the first event of the same act; none: it stands alone
  detail TEXT,                                    -- JSON: the rule of a change of classes; of a decision, how the row was come by
  hash BLOB NOT NULL                              -- SHA-256 of the previous hash and this row: a chain
) STRICT;

INSERT INTO next_event (event_id, at, annotator, kind, run_id, example_id, class_id, seconds,
                        batch_run_id, guideline_id, note, target_id, hash)
  SELECT event_id, at, annotator, kind, run_id, example_id, class_id, seconds, batch_run_id,
         guideline_id, note, target_id, hash
  FROM event ORDER BY event_id;

DROP TABLE event;

ALTER TABLE next_event RENAME TO event;

CREATE INDEX event_example ON event (example_id);
CREATE INDEX event_target ON event (target_id) WHERE target_id IS NOT NULL;
CREATE INDEX event_act ON event (act_id) WHERE act_id IS NOT NULL;
CREATE INDEX event_project ON event (kind, event_id) WHERE example_id IS NULL;
CREATE INDEX event_annotator ON event (annotator, event_id);

CREATE TABLE class_state (
  -- The label set as it stood from an act on; the newest state counts. Made from the class events.
  state_id INTEGER NOT NULL,
  class_id INTEGER NOT NULL REFERENCES class,
  name TEXT NOT NULL,
  position INTEGER,                    -- in the label set, from 0; none: merged, split or retired
  counts_as INTEGER REFERENCES class,  -- the class that its labels and votes count as; none: no label
  former_names TEXT NOT NULL,          -- JSON: files and labeling functions may go on using these
  event_id INTEGER REFERENCES event,   -- the act, undo or redo behind it; none: as the project began
  PRIMARY KEY (state_id, class_id)
) STRICT, WITHOUT ROWID;

INSERT INTO class_state (state_id, class_id, name, position, counts_as, former_names)
  SELECT 1, class_id, name, class_id, class_id, '[]' FROM class;

CREATE TABLE belief_column (
  -- The class of each column of a run's probabilities; without rows, column k is class k.
  run_id INTEGER NOT NULL REFERENCES run,
  position INTEGER NOT NULL,
  class_id INTEGER NOT NULL REFERENCES class,
  PRIMARY KEY (run_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE label_model (
  -- What an aggregation learnt; with label_model_weight enough to weigh any row without a fit.
  run_id INTEGER NOT NULL REFERENCES run,
  model TEXT NOT NULL,
  log_prior BLOB NOT NULL,     -- float64 little-endian, nats: one a class
  PRIMARY KEY (run_id, model)
) STRICT, WITHOUT ROWID;

CREATE TABLE label_model_weight (
  -- The evidence that each outcome of a labeling function gives each class.
  run_id INTEGER NOT NULL REFERENCES run,
  model TEXT NOT NULL,
  position INTEGER NOT NULL,            -- column of the vote matrix
  lf_version_id INTEGER NOT NULL REFERENCES lf_version,
  log_likelihood BLOB NOT NULL,         -- float64 little-endian, nats: a row for abstain, one a class voted; a column a class
  PRIMARY KEY (run_id, model, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE script (
  -- The files in labeling_functions/ as an apply found them, by which a change is seen without running them.
  run_id INTEGER NOT NULL REFERENCES run,
  file TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  PRIMARY KEY (run_id, file)
) STRICT, WITHOUT ROWID;

CREATE TABLE snapshot (
  -- A named state of all labels.
  run_id INTEGER PRIMARY KEY REFERENCES run,
  name TEXT NOT NULL UNIQUE,
  classes TEXT NOT NULL,       -- JSON: the name of each class_id, as it was called then
  origins TEXT NOT NULL        -- JSON: what the codes in snapshot_block.origins mean
) STRICT;

CREATE TABLE snapshot_block (
  -- The labels of the examples start_id … start_id + n - 1 in a snapshot; little-endian.
  run_id INTEGER NOT NULL REFERENCES run,
  start_id INTEGER NOT NULL,
  n INTEGER NOT NULL,
  classes BLOB NOT NULL,       -- uint16, 65535 = no label
  confidence BLOB NOT NULL,    -- float64
  origins BLOB NOT NULL,       -- uint8, 255 = none
  runs BLOB NOT NULL,          -- int64
  PRIMARY KEY (run_id, start_id)
) STRICT;

CREATE VIEW class_now AS
  -- The classes: what each is called and counts as now.
  SELECT class_id, name, position, counts_as, former_names FROM class_state
  WHERE state_id = (SELECT max(state_id) FROM class_state);

CREATE VIEW active_event AS
  -- The acts that stand: an undo takes its target back, a redo puts it again; the last word counts.
  SELECT e.* FROM event AS e
  WHERE e.kind NOT IN ('undo', 'redo')
    AND coalesce((SELECT t.kind FROM event AS t WHERE t.target_id = coalesce(e.act_id, e.event_id)
                  ORDER BY t.event_id DESC LIMIT 1), 'redo') = 'redo';

CREATE VIEW current_guideline AS
  -- The guidelines in force.
  SELECT g.guideline_id, g.at, g.agent, g.content
  FROM active_event AS e JOIN guideline AS g USING (guideline_id)
  WHERE e.example_id IS NULL AND e.kind = 'guideline' ORDER BY e.event_id DESC LIMIT 1;

CREATE VIEW current_lf AS
  -- The version of each labeling function that is in force: the newest whose publication stands.
  WITH undone AS (
    SELECT p.run_id FROM event AS p
    WHERE p.example_id IS NULL AND p.kind = 'publish'
      AND (SELECT t.kind FROM event AS t WHERE t.target_id = p.event_id
           ORDER BY t.event_id DESC LIMIT 1) = 'undo'),
  counted AS (
    SELECT s.name, max(s.run_id) AS run_id
    FROM lf_state AS s JOIN run_end AS e ON e.run_id = s.run_id AND e.outcome = 'done'
    WHERE s.run_id NOT IN (SELECT run_id FROM undone)
    GROUP BY s.name)
  SELECT s.name, s.lf_version_id, s.run_id AS since_run_id
  FROM counted AS c JOIN lf_state AS s ON s.name = c.name AND s.run_id = c.run_id
  WHERE s.lf_version_id IS NOT NULL;

CREATE VIEW vote AS
  -- The votes in long form: a row for each example and labeling function in force that did not abstain.
  WITH octets (b) AS (VALUES (x'000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff')),
  cell AS (
    SELECT x.example_id, x.uid, c.name AS lf, c.lf_version_id, v.run_id,
           CASE WHEN length(v.votes) = v.n
             THEN instr(b, substr(v.votes, x.example_id - v.start_id + 1, 1)) - 1
             ELSE instr(b, substr(v.votes, 2 * (x.example_id - v.start_id) + 1, 1)) - 1
                + 256 * (instr(b, substr(v.votes, 2 * (x.example_id - v.start_id) + 2, 1)) - 1)
           END AS said,
           CASE WHEN length(v.votes) = v.n THEN 255 ELSE 65535 END AS abstain
    FROM example AS x, octets, current_lf AS c
    JOIN vote_block AS v ON v.lf_version_id = c.lf_version_id
     AND x.example_id >= v.start_id AND x.example_id < v.start_id + v.n)
  SELECT example_id, uid, lf, n.class_id, n.name AS class, k.name AS said, cell.lf_version_id, cell.run_id
  FROM cell JOIN class_now AS k ON k.class_id = cell.said
  LEFT JOIN class_now AS n ON n.class_id = k.counts_as
  WHERE cell.said <> abstain;

CREATE VIEW label_candidate AS
  -- Every label that speaks for an example, with its origin; classes as they count now.
  WITH last_decision AS (
    SELECT e.* FROM active_event AS e
    WHERE e.kind IN ('label', 'skip', 'flag')
      AND e.event_id = (SELECT max(f.event_id) FROM active_event AS f
                        WHERE f.example_id = e.example_id AND f.annotator = e.annotator
                          AND f.kind IN ('label', 'skip', 'flag'))),
  tally AS (
    SELECT d.example_id, k.counts_as AS class_id, count(*) AS n, max(d.run_id) AS run_id
    FROM last_decision AS d JOIN class_now AS k USING (class_id)
    WHERE d.kind = 'label' AND k.counts_as IS NOT NULL GROUP BY d.example_id, k.counts_as),
  octets (b) AS (VALUES (x'000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff')),
  believed AS (
    SELECT x.example_id, m.run_id,
           instr(b, substr(v.top, 4 * (x.example_id - v.start_id) + 1, 1)) - 1
           + 256 * (instr(b, substr(v.top, 4 * (x.example_id - v.start_id) + 2, 1)) - 1) AS column_,
           (instr(b, substr(v.top, 4 * (x.example_id - v.start_id) + 3, 1)) - 1
           + 256 * (instr(b, substr(v.top, 4 * (x.example_id - v.start_id) + 4, 1)) - 1)) / 65535.0
           AS confidence
    FROM example AS x, octets, current_model AS m
    JOIN belief_block AS v ON v.run_id = m.run_id AND v.model = m.model
     AND x.example_id >= v.start_id AND x.example_id < v.start_id + v.n)
  SELECT e.example_id, k.counts_as AS class_id, 1.0 AS confidence, 'correction' AS origin, e.run_id
  FROM active_event AS e JOIN class_now AS k USING (class_id)
  WHERE e.kind IN ('keep', 'relabel') AND k.counts_as IS NOT NULL
    AND e.event_id = (SELECT max(f.event_id) FROM active_event AS f
                      WHERE f.example_id = e.example_id AND f.kind IN ('keep', 'relabel'))
  UNION ALL
  SELECT example_id, class_id,
         n * 1.0 / (SELECT sum(u.n) FROM tally AS u WHERE u.example_id = t.example_id),
         'annotation', run_id
  FROM tally AS t
  WHERE NOT EXISTS (SELECT 1 FROM tally AS u WHERE u.example_id = t.example_id
                    AND u.class_id <> t.class_id AND u.n >= t.n)
  UNION ALL
  SELECT x.example_id, k.counts_as, 1.0, 'given', s.run_id
  FROM example AS x JOIN source AS s USING (source_id) JOIN class_now AS k ON k.class_id = x.given_class
  WHERE k.counts_as IS NOT NULL
  UNION ALL
  SELECT c.example_id, k.counts_as, round(c.confidence, 4), 'model', c.run_id
  FROM believed AS c LEFT JOIN belief_column AS p ON p.run_id = c.run_id AND p.position = c.column_
  JOIN class_now AS k ON k.class_id = coalesce(p.class_id, c.column_)
  WHERE c.column_ <> 65535 AND k.counts_as IS NOT NULL
    AND c.confidence >= (SELECT CAST(value AS REAL) FROM setting WHERE key = 'min_confidence'
                         ORDER BY setting_id DESC LIMIT 1) - 0.00001;

CREATE VIEW resolved_label AS
  -- The one label that an example has now, and where it comes from.
  SELECT x.example_id, x.uid, k.name AS label, c.class_id, c.confidence, c.origin, c.run_id
  FROM example AS x
  JOIN label_candidate AS c ON c.example_id = x.example_id
  JOIN class_now AS k ON k.class_id = c.class_id
  WHERE instr((SELECT value FROM setting WHERE key = 'label_order' ORDER BY setting_id DESC LIMIT 1), c.origin)
    = (SELECT min(instr((SELECT value FROM setting WHERE key = 'label_order'
                         ORDER BY setting_id DESC LIMIT 1), d.origin))
       FROM label_candidate AS d WHERE d.example_id = x.example_id);

CREATE VIEW class_counts AS
  -- How many examples carry each label now, by role and origin.
  SELECT s.role, r.label, r.origin, count(*) AS n
  FROM resolved_label AS r JOIN example AS x USING (example_id) JOIN source AS s USING (source_id)
  GROUP BY s.role, r.label, r.origin;

CREATE VIEW lf_summary AS
  -- The labeling functions in force, and what applying them brought.
  SELECT v.name, v.kind, v.file, v.line, substr(v.version, 1, 12) AS version,
         coalesce(sum(r.n_rows), 0) AS n_rows, coalesce(sum(r.n_votes), 0) AS n_votes,
         coalesce(sum(r.n_errors), 0) AS n_errors, coalesce(sum(r.seconds), 0.0) AS seconds
  FROM current_lf AS c JOIN lf_version AS v USING (lf_version_id)
  LEFT JOIN lf_run AS r USING (lf_version_id)
  GROUP BY v.lf_version_id;

CREATE VIEW run_graph AS
  -- The lineage: each run with a run whose results it read.
  SELECT i.run_id, r.kind, r.outcome, r.started_at, i.input_run_id, s.kind AS input_kind
  FROM run_input AS i JOIN run_summary AS r USING (run_id) JOIN run AS s ON s.run_id = i.input_run_id;

CREATE VIEW label_trail AS
  -- All that happened to the label of an example: SELECT * FROM label_trail WHERE uid = '…' ORDER BY at.
  WITH octets (b) AS (VALUES (x'000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff'))
  SELECT x.example_id, x.uid, r.started_at AS at, 'import' AS act, k.name AS class, r.agent AS who,
         s.path || ', row ' || x.row AS detail, s.run_id
  FROM example AS x JOIN source AS s USING (source_id) JOIN run AS r ON r.run_id = s.run_id
  LEFT JOIN class_now AS k ON k.class_id = x.given_class
  UNION ALL
  SELECT v.example_id, v.uid, r.started_at, 'vote', v.said, v.lf, substr(f.version, 1, 12), v.run_id
  FROM vote AS v JOIN lf_version AS f USING (lf_version_id) JOIN run AS r ON r.run_id = v.run_id
  UNION ALL
  SELECT x.example_id, x.uid, r.started_at, 'proposal', NULL, r.agent, p.reason, p.run_id
  FROM proposal AS p JOIN example AS x USING (example_id) JOIN run AS r ON r.run_id = p.run_id
  UNION ALL
  SELECT x.example_id, x.uid, r.started_at, 'suspect', k.name, r.agent,
         'label quality ' || round(p.label_quality, 3), p.run_id
  FROM suspect AS p JOIN example AS x USING (example_id) JOIN run AS r ON r.run_id = p.run_id
  JOIN class_now AS k ON k.class_id = p.suggested_class
  UNION ALL
  SELECT x.example_id, x.uid, e.at, e.kind, k.name, e.annotator,
         coalesce(e.note, 'event ' || e.target_id), e.run_id
  FROM event AS e JOIN example AS x USING (example_id) LEFT JOIN class_now AS k USING (class_id)
  UNION ALL
  SELECT x.example_id, x.uid, r.started_at, 'export', k.name, r.agent, f.path, f.run_id
  FROM export AS f JOIN run AS r USING (run_id) JOIN export_block AS p USING (run_id), octets
  JOIN example AS x ON x.example_id >= p.start_id AND x.example_id < p.start_id + p.n
  JOIN class_now AS k ON k.class_id = instr(b, substr(p.classes, 2 * (x.example_id - p.start_id) + 1, 1)) - 1
    + 256 * (instr(b, substr(p.classes, 2 * (x.example_id - p.start_id) + 2, 1)) - 1);
