-- What was said of a class that has left without a successor still counts, for no class: it is no
-- label, and nothing that it outranks takes its place until somebody decides again.

DROP VIEW resolved_label;
DROP VIEW label_candidate;
DROP VIEW annotation_consensus;
DROP VIEW adjudication;
DROP VIEW answer_tally;
DROP VIEW answer;

CREATE VIEW answer AS
  -- The class that each annotator gives each example, as it counts now, none where it is gone; a later
  -- skip or flag withdraws it.
  SELECT d.example_id, d.annotator, k.counts_as AS class_id, d.event_id, d.run_id
  FROM active_event AS d JOIN class_now AS k USING (class_id)
  WHERE d.kind = 'label'
    AND d.event_id = (SELECT max(f.event_id) FROM active_event AS f
                      WHERE f.example_id = d.example_id AND f.annotator = d.annotator
                        AND f.kind IN ('label', 'skip', 'flag'));

CREATE VIEW answer_tally AS
  -- How many annotators give each example each class; without a class: one that is gone.
  SELECT example_id, class_id, count(*) AS n, max(run_id) AS run_id
  FROM answer GROUP BY example_id, class_id;

CREATE VIEW adjudication AS
  -- What was settled of an example that annotators differ on: the last word counts; without a class
  -- where that is gone.
  SELECT e.example_id, k.counts_as AS class_id, e.annotator, e.event_id, e.run_id
  FROM active_event AS e JOIN class_now AS k USING (class_id)
  WHERE e.kind = 'adjudicate'
    AND e.event_id = (SELECT max(f.event_id) FROM active_event AS f
                      WHERE f.example_id = e.example_id AND f.kind = 'adjudicate');

CREATE VIEW annotation_consensus AS
  -- The one class of an example's answers: settled by a person; else weighed, where that is the policy
  -- and the weights know all answers; else the class of most (of all, where differences wait for a
  -- person); a tie has none. Without a class where the one that they agree on is gone.
  WITH ranked AS (
    SELECT example_id, class_id, n, run_id,
           sum(n) OVER (PARTITION BY example_id) AS n_answers,
           row_number() OVER (PARTITION BY example_id ORDER BY n DESC) AS place,
           lead(n, 1, 0) OVER (PARTITION BY example_id ORDER BY n DESC) AS runner_up
    FROM answer_tally)
  SELECT example_id, class_id, 1.0 AS confidence, run_id FROM adjudication
  UNION ALL
  SELECT w.example_id, k.counts_as, w.confidence, w.run_id
  FROM weighed_consensus AS w JOIN class_now AS k USING (class_id)
  WHERE NOT EXISTS (SELECT 1 FROM adjudication AS a WHERE a.example_id = w.example_id)
  UNION ALL
  SELECT r.example_id, r.class_id, r.n * 1.0 / r.n_answers, r.run_id
  FROM ranked AS r
  WHERE r.place = 1 AND r.runner_up < r.n
    AND (r.runner_up = 0 OR (SELECT value FROM setting WHERE key = 'consensus'
                             ORDER BY setting_id DESC LIMIT 1) IS NOT 'adjudicate')
    AND NOT EXISTS (SELECT 1 FROM weighed_consensus AS w WHERE w.example_id = r.example_id)
    AND NOT EXISTS (SELECT 1 FROM adjudication AS a WHERE a.example_id = r.example_id);

CREATE VIEW label_candidate AS
  -- Every label that speaks for an example, with its origin; classes as they count now, none where
  -- what was said is gone.
  WITH octets (b) AS (VALUES (x'000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff')),
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
  WHERE e.kind IN ('keep', 'relabel')
    AND e.event_id = (SELECT max(f.event_id) FROM active_event AS f
                      WHERE f.example_id = e.example_id AND f.kind IN ('keep', 'relabel'))
  UNION ALL
  SELECT example_id, class_id, confidence, 'annotation', run_id FROM annotation_consensus
  UNION ALL
  SELECT x.example_id, k.counts_as, 1.0, 'given', s.run_id
  FROM example AS x JOIN source AS s USING (source_id) JOIN class_now AS k ON k.class_id = x.given_class
  UNION ALL
  SELECT c.example_id, k.counts_as, round(c.confidence, 4), 'model', c.run_id
  FROM believed AS c LEFT JOIN belief_column AS p ON p.run_id = c.run_id AND p.position = c.column_
  JOIN class_now AS k ON k.class_id = coalesce(p.class_id, c.column_)
  WHERE c.column_ <> 65535 AND k.counts_as IS NOT NULL
    AND c.confidence >= (SELECT CAST(value AS REAL) FROM setting WHERE key = 'min_confidence'
                         ORDER BY setting_id DESC LIMIT 1) - 0.00001;

CREATE VIEW resolved_label AS
  -- The one label that an example has now, and where it comes from; none where the first that speaks
  -- names a class that is gone.
  WITH ranked AS (
    SELECT example_id, class_id, confidence, origin, run_id,
           row_number() OVER (
             PARTITION BY example_id
             ORDER BY instr((SELECT value FROM setting WHERE key = 'label_order'
                             ORDER BY setting_id DESC LIMIT 1), origin)) AS place
    FROM label_candidate)
  SELECT r.example_id, x.uid, k.name AS label, r.class_id, r.confidence, r.origin, r.run_id
  FROM ranked AS r JOIN example AS x USING (example_id) JOIN class_now AS k USING (class_id)
  WHERE r.place = 1;
