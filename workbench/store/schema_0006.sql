-- The sixth schema: settling what annotators differ on is an act of its own, beside a review.

INSERT INTO event_kind (kind, about, meaning) VALUES
  ('adjudicate', 'example', 'somebody settles what annotators differ on');

CREATE VIEW adjudication AS
  -- What was settled of an example that annotators differ on: the last word counts.
  SELECT e.example_id, k.counts_as AS class_id, e.annotator, e.event_id, e.run_id
  FROM active_event AS e JOIN class_now AS k USING (class_id)
  WHERE e.kind = 'adjudicate' AND k.counts_as IS NOT NULL
    AND e.event_id = (SELECT max(f.event_id) FROM active_event AS f
                      WHERE f.example_id = e.example_id AND f.kind = 'adjudicate');

DROP VIEW annotation_consensus;
CREATE VIEW annotation_consensus AS
  -- The one class of an example's answers: settled by a person; else weighed, where that is the policy
  -- and the weights know all answers; else the class of most (of all, where differences wait for a
  -- person); a tie has none.
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
  WHERE k.counts_as IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM adjudication AS a WHERE a.example_id = w.example_id)
  UNION ALL
  SELECT r.example_id, r.class_id, r.n * 1.0 / r.n_answers, r.run_id
  FROM ranked AS r
  WHERE r.place = 1 AND r.runner_up < r.n
    AND (r.runner_up = 0 OR (SELECT value FROM setting WHERE key = 'consensus'
                             ORDER BY setting_id DESC LIMIT 1) IS NOT 'adjudicate')
    AND NOT EXISTS (SELECT 1 FROM weighed_consensus AS w WHERE w.example_id = r.example_id)
    AND NOT EXISTS (SELECT 1 FROM adjudication AS a WHERE a.example_id = r.example_id);
