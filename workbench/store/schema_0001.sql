-- The first schema of workbench.db.
--
-- Facts are appended, never overwritten: a trigger on each table refuses UPDATE and DELETE.
-- Everything that a run makes refers to the run, and a run refers to the runs it read.

CREATE TABLE run (
  -- One activity: an import, an apply, a fit, an annotation session, an export.
  run_id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,          -- init, import, import-votes, apply, aggregate, train, propose, annotate, audit, diagnose, export
  started_at TEXT NOT NULL,    -- UTC, ISO 8601 with microseconds
  agent TEXT NOT NULL,         -- who started it: user@host
  process TEXT NOT NULL,       -- host, process id and its start, by which a crashed run is recognised
  versions TEXT NOT NULL,      -- JSON: workbench, Python and the packages it works with
  parameters TEXT NOT NULL,    -- JSON
  seed INTEGER,
  fingerprint TEXT             -- what the outcome depends on; equal fingerprints, equal outcomes
) STRICT;

CREATE TABLE run_end (
  -- How a run ended. A run without this row is under way, or its process died.
  run_id INTEGER PRIMARY KEY REFERENCES run,
  ended_at TEXT NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('done', 'failed', 'cancelled', 'crashed')),
  counts TEXT NOT NULL,        -- JSON: what it read and made, in numbers
  error TEXT                   -- where it failed: the message
) STRICT;

CREATE TABLE run_input (
  -- The lineage graph: a run read what the input run had made.
  run_id INTEGER NOT NULL REFERENCES run,
  input_run_id INTEGER NOT NULL REFERENCES run,
  PRIMARY KEY (run_id, input_run_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE artifact (
  -- A document that a run made: a model's weights, a report.
  run_id INTEGER NOT NULL REFERENCES run,
  name TEXT NOT NULL,
  content TEXT NOT NULL,       -- JSON
  PRIMARY KEY (run_id, name)
) STRICT;

CREATE TABLE setting (
  -- The settings that decide labels, as they were from a moment on; the newest row of a key counts.
  setting_id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  key TEXT NOT NULL,           -- label_order, min_confidence
  value TEXT NOT NULL
) STRICT;

CREATE TABLE class (
  -- The label set: 0..K-1 in code, a name for people.
  class_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  run_id INTEGER NOT NULL REFERENCES run
) STRICT;

CREATE TABLE source (
  -- A file that examples came from.
  source_id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL REFERENCES run,
  path TEXT NOT NULL,          -- as it was named at the import
  sha256 TEXT NOT NULL,
  format TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('train', 'production', 'evaluation')),
  n_rows INTEGER NOT NULL,     -- rows in the file
  n_added INTEGER NOT NULL     -- examples that the project did not have yet
) STRICT;

CREATE TABLE example (
  -- One row of text; its content is in example_text, so that a text can be removed for good.
  example_id INTEGER PRIMARY KEY,  -- 1, 2, 3 … without a gap
  uid TEXT NOT NULL UNIQUE,        -- the user's id, or a hash of source and content
  source_id INTEGER NOT NULL REFERENCES source,
  row INTEGER NOT NULL,            -- in the file, 1 for the first row of data
  given_class INTEGER REFERENCES class,  -- the label that came with the row
  batch TEXT,
  vendor TEXT,
  metadata TEXT,                   -- JSON: the file's other columns
  content_hash BLOB NOT NULL       -- BLAKE2b-128 of the text
) STRICT;

CREATE TABLE example_text (
  -- The text of each example, apart from the facts about it.
  example_id INTEGER PRIMARY KEY REFERENCES example,
  content TEXT NOT NULL
) STRICT;

CREATE TABLE lf_version (
  -- A labeling function at one content hash.
  lf_version_id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL REFERENCES run,  -- which first met it
  name TEXT NOT NULL,
  version TEXT NOT NULL,       -- hash of its source and all that it uses
  kind TEXT NOT NULL,          -- python, snorkel, keywords, regex, external …
  file TEXT,                   -- in labeling_functions/, or the file of external votes
  line INTEGER,
  source TEXT NOT NULL,        -- the exact text it had
  UNIQUE (name, version)
) STRICT;

CREATE TABLE lf_state (
  -- Which version of a labeling function is in force since a run; no version: withdrawn.
  run_id INTEGER NOT NULL REFERENCES run,
  name TEXT NOT NULL,
  lf_version_id INTEGER REFERENCES lf_version,
  PRIMARY KEY (run_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE vote_block (
  -- The votes of one LF version on the examples start_id, start_id + 1, … start_id + n - 1.
  lf_version_id INTEGER NOT NULL REFERENCES lf_version,
  start_id INTEGER NOT NULL,
  n INTEGER NOT NULL,
  votes BLOB NOT NULL,         -- int8 (int16 little-endian from 128 classes on), -1 = abstain
  run_id INTEGER NOT NULL REFERENCES run,
  PRIMARY KEY (lf_version_id, start_id)
) STRICT;

CREATE TABLE lf_run (
  -- What one apply did with one LF version.
  run_id INTEGER NOT NULL REFERENCES run,
  lf_version_id INTEGER NOT NULL REFERENCES lf_version,
  n_rows INTEGER NOT NULL,     -- rows that were new to this version
  n_votes INTEGER NOT NULL,
  n_errors INTEGER NOT NULL,
  seconds REAL NOT NULL,
  quarantined TEXT,            -- why its votes should not be trusted
  PRIMARY KEY (run_id, lf_version_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE lf_error (
  -- The first rows that an LF failed on; lf_run has the exact number.
  run_id INTEGER NOT NULL REFERENCES run,
  lf_version_id INTEGER NOT NULL REFERENCES lf_version,
  example_id INTEGER NOT NULL REFERENCES example,
  type TEXT NOT NULL,
  message TEXT NOT NULL,
  line INTEGER,
  traceback TEXT NOT NULL,
  PRIMARY KEY (run_id, lf_version_id, example_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE belief_block (
  -- What a model believes of the examples start_id … start_id + n - 1.
  run_id INTEGER NOT NULL REFERENCES run,
  model TEXT NOT NULL,         -- majority, snorkel, dawid-skene, end, out-of-fold
  start_id INTEGER NOT NULL,
  n INTEGER NOT NULL,
  n_classes INTEGER NOT NULL,
  probs BLOB NOT NULL,         -- float32 little-endian, n rows of n_classes
  top BLOB NOT NULL,           -- a row: class uint16 (65535 = no unique top class), probability in 65535ths uint16
  PRIMARY KEY (run_id, model, start_id)
) STRICT;

CREATE TABLE guideline (
  -- A version of the guidelines for annotators.
  guideline_id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  agent TEXT NOT NULL,
  content TEXT NOT NULL        -- Markdown
) STRICT;

CREATE TABLE event (
  -- The log of human decisions. Undo and redo are events too; nothing is taken back by removal.
  event_id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  annotator TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('label', 'skip', 'flag', 'keep', 'relabel', 'undo', 'redo')),
  run_id INTEGER NOT NULL REFERENCES run,         -- the session
  example_id INTEGER REFERENCES example,
  class_id INTEGER REFERENCES class,
  seconds REAL,                                   -- the time it took
  batch_run_id INTEGER REFERENCES run,            -- the proposal or audit that asked
  guideline_id INTEGER REFERENCES guideline,
  note TEXT,
  target_id INTEGER REFERENCES event,             -- of undo and redo
  hash BLOB NOT NULL                              -- SHA-256 of the previous hash and this row: a chain
) STRICT;

CREATE TABLE proposal (
  -- A batch that the active learner asked for.
  run_id INTEGER NOT NULL REFERENCES run,
  rank INTEGER NOT NULL,
  example_id INTEGER NOT NULL REFERENCES example,
  score REAL NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (run_id, rank)
) STRICT, WITHOUT ROWID;

CREATE TABLE suspect (
  -- An example whose label confident learning doubts: a candidate for review.
  run_id INTEGER NOT NULL REFERENCES run,
  rank INTEGER NOT NULL,
  example_id INTEGER NOT NULL REFERENCES example,
  given_class INTEGER NOT NULL REFERENCES class,      -- the resolved label that is doubted
  suggested_class INTEGER NOT NULL REFERENCES class,
  label_quality REAL NOT NULL,                        -- higher is better
  PRIMARY KEY (run_id, rank)
) STRICT, WITHOUT ROWID;

CREATE TABLE duplicate (
  -- An example that nearly repeats another, its cluster's representative.
  run_id INTEGER NOT NULL REFERENCES run,
  example_id INTEGER NOT NULL REFERENCES example,
  representative_id INTEGER NOT NULL REFERENCES example,
  similarity REAL NOT NULL,    -- Jaccard, of character shingles
  exact INTEGER NOT NULL,      -- 1: equal after folding
  PRIMARY KEY (run_id, example_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE export (
  -- A file of labels that was written, and its SHA-256.
  run_id INTEGER PRIMARY KEY REFERENCES run,
  path TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  format TEXT NOT NULL,
  n_rows INTEGER NOT NULL
) STRICT;

CREATE TABLE export_block (
  -- Which label each example had in an export.
  run_id INTEGER NOT NULL REFERENCES run,
  start_id INTEGER NOT NULL,
  n INTEGER NOT NULL,
  classes BLOB NOT NULL,       -- uint16 little-endian a row, 65535 = not in it
  PRIMARY KEY (run_id, start_id)
) STRICT;

CREATE INDEX example_source ON example (source_id);
CREATE INDEX event_example ON event (example_id);
CREATE INDEX event_target ON event (target_id) WHERE target_id IS NOT NULL;
CREATE INDEX proposal_example ON proposal (example_id);
CREATE INDEX suspect_example ON suspect (example_id);
CREATE INDEX duplicate_representative ON duplicate (representative_id);
CREATE INDEX lf_error_version ON lf_error (lf_version_id);

CREATE VIEW run_summary AS
  -- Each run with its outcome.
  SELECT run_id, kind, started_at, ended_at, agent, coalesce(outcome, 'running') AS outcome,
         parameters, seed, counts, error, versions, fingerprint
  FROM run LEFT JOIN run_end USING (run_id);

CREATE VIEW active_event AS
  -- The decisions that stand: an undo takes its target back, a redo puts it again; the last word counts.
  SELECT e.* FROM event AS e
  WHERE e.kind NOT IN ('undo', 'redo')
    AND coalesce((SELECT t.kind FROM event AS t WHERE t.target_id = e.event_id
                  ORDER BY t.event_id DESC LIMIT 1), 'redo') = 'redo';

CREATE VIEW current_lf AS
  -- The version of each labeling function that is in force.
  SELECT s.name, s.lf_version_id, s.run_id AS since_run_id
  FROM lf_state AS s
  JOIN run_end AS e ON e.run_id = s.run_id AND e.outcome = 'done'
  WHERE s.lf_version_id IS NOT NULL
    AND s.run_id = (SELECT max(s2.run_id) FROM lf_state AS s2 JOIN run_end AS e2
                    ON e2.run_id = s2.run_id AND e2.outcome = 'done' WHERE s2.name = s.name);

CREATE VIEW current_model AS
  -- The label model that labels come from now: the newest aggregation that ended well.
  SELECT r.run_id, json_extract(a.content, '$.chosen') AS model
  FROM run AS r JOIN run_end AS e USING (run_id)
  JOIN artifact AS a ON a.run_id = r.run_id AND a.name = 'aggregate'
  WHERE r.kind = 'aggregate' AND e.outcome = 'done'
  ORDER BY r.run_id DESC LIMIT 1;

CREATE VIEW vote AS
  -- The votes in long form, one row for each example and labeling function in force that did not abstain.
  WITH octets (b) AS (VALUES (x'000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff')),
  cell AS (
    SELECT x.example_id, x.uid, c.name AS lf, c.lf_version_id, v.run_id,
           CASE WHEN length(v.votes) = v.n
             THEN instr(b, substr(v.votes, x.example_id - v.start_id + 1, 1)) - 1
             ELSE instr(b, substr(v.votes, 2 * (x.example_id - v.start_id) + 1, 1)) - 1
                + 256 * (instr(b, substr(v.votes, 2 * (x.example_id - v.start_id) + 2, 1)) - 1)
           END AS raw,
           CASE WHEN length(v.votes) = v.n THEN 255 ELSE 65535 END AS abstain
    FROM example AS x, octets, current_lf AS c
    JOIN vote_block AS v ON v.lf_version_id = c.lf_version_id
     AND x.example_id >= v.start_id AND x.example_id < v.start_id + v.n)
  SELECT example_id, uid, lf, raw AS class_id, k.name AS class, cell.lf_version_id, cell.run_id
  FROM cell LEFT JOIN class AS k ON k.class_id = raw
  WHERE raw <> abstain;

CREATE VIEW label_candidate AS
  -- Every label that speaks for an example, with its origin.
  WITH last_decision AS (
    SELECT e.* FROM active_event AS e
    WHERE e.kind IN ('label', 'skip', 'flag')
      AND e.event_id = (SELECT max(f.event_id) FROM active_event AS f
                        WHERE f.example_id = e.example_id AND f.annotator = e.annotator
                          AND f.kind IN ('label', 'skip', 'flag'))),
  tally AS (
    SELECT example_id, class_id, count(*) AS n, max(run_id) AS run_id
    FROM last_decision WHERE kind = 'label' GROUP BY example_id, class_id),
  octets (b) AS (VALUES (x'000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff')),
  believed AS (
    SELECT x.example_id, m.run_id,
           instr(b, substr(v.top, 4 * (x.example_id - v.start_id) + 1, 1)) - 1
           + 256 * (instr(b, substr(v.top, 4 * (x.example_id - v.start_id) + 2, 1)) - 1) AS class_id,
           (instr(b, substr(v.top, 4 * (x.example_id - v.start_id) + 3, 1)) - 1
           + 256 * (instr(b, substr(v.top, 4 * (x.example_id - v.start_id) + 4, 1)) - 1)) / 65535.0
           AS confidence
    FROM example AS x, octets, current_model AS m
    JOIN belief_block AS v ON v.run_id = m.run_id AND v.model = m.model
     AND x.example_id >= v.start_id AND x.example_id < v.start_id + v.n)
  SELECT example_id, class_id, 1.0 AS confidence, 'correction' AS origin, run_id
  FROM active_event AS e
  WHERE kind IN ('keep', 'relabel')
    AND event_id = (SELECT max(f.event_id) FROM active_event AS f
                    WHERE f.example_id = e.example_id AND f.kind IN ('keep', 'relabel'))
  UNION ALL
  SELECT example_id, class_id,
         n * 1.0 / (SELECT sum(u.n) FROM tally AS u WHERE u.example_id = t.example_id),
         'annotation', run_id
  FROM tally AS t
  WHERE NOT EXISTS (SELECT 1 FROM tally AS u WHERE u.example_id = t.example_id
                    AND u.class_id <> t.class_id AND u.n >= t.n)
  UNION ALL
  SELECT x.example_id, x.given_class, 1.0, 'given', s.run_id
  FROM example AS x JOIN source AS s USING (source_id) WHERE x.given_class IS NOT NULL
  UNION ALL
  SELECT example_id, class_id, round(confidence, 4), 'model', run_id
  FROM believed
  WHERE class_id <> 65535
    AND confidence >= (SELECT CAST(value AS REAL) FROM setting WHERE key = 'min_confidence'
                       ORDER BY setting_id DESC LIMIT 1) - 0.00001;

CREATE VIEW resolved_label AS
  -- The one label that an example has now, and where it comes from.
  SELECT x.example_id, x.uid, k.name AS label, c.class_id, c.confidence, c.origin, c.run_id
  FROM example AS x
  JOIN label_candidate AS c ON c.example_id = x.example_id
  JOIN class AS k ON k.class_id = c.class_id
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
