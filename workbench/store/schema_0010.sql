-- Rows that no vote decides may have a default class: a setting, which comes after all that speaks. In
-- the blob `top` of belief_block the class code 65534 marks them; 65535 marks those that have no unique
-- top class for another reason, and all that were stored before.

DROP VIEW resolved_label;
DROP VIEW label_candidate;

CREATE VIEW default_class AS
  -- The class of the rows that no vote decides, as it counts now; no row where there is none.
  SELECT k.counts_as AS class_id
  FROM setting AS s JOIN class_now AS k ON k.class_id = CAST(s.value AS INTEGER)
  WHERE s.setting_id = (SELECT max(setting_id) FROM setting WHERE key = 'default_class')
    AND s.value <> '' AND k.counts_as IS NOT NULL;

CREATE VIEW default_label AS
  -- The rows of the model in use that no vote decides (in `belief_block.top` the class code 65534
  -- marks them), with the default class, and what the model believes of it: probabilities are float32, and SQLite reads their bytes. The limit keeps it from
  -- cutting each of them from its blob again and again.
  WITH octets (b) AS (VALUES (x'000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff'))
  SELECT x.example_id, d.class_id, m.run_id,
         -- A probability has no sign; under 2^-30 it is none, and that of a class that is newer.
         (SELECT total(CASE WHEN n >> 23 < 97 THEN 0.0
                            ELSE ((n & 8388607) + 8388608) * 1.0 / (1 << (150 - (n >> 23))) END)
          FROM (SELECT instr(b, substr(f, 1, 1)) - 1 + 256 * (instr(b, substr(f, 2, 1)) - 1)
                       + 65536 * (instr(b, substr(f, 3, 1)) - 1)
                       + 16777216 * (instr(b, substr(f, 4, 1)) - 1) AS n
                FROM octets, (
                  SELECT substr(v.probs, 4 * (v.n_classes * (x.example_id - v.start_id)
                                              + p.position) + 1, 4) AS f
                  FROM belief_column AS p JOIN class_now AS k USING (class_id)
                  WHERE p.run_id = m.run_id AND k.counts_as = d.class_id LIMIT 65535))) AS confidence
  FROM example AS x, default_class AS d, current_model AS m
  JOIN belief_block AS v ON v.run_id = m.run_id AND v.model = m.model
   AND x.example_id >= v.start_id AND x.example_id < v.start_id + v.n
  WHERE substr(v.top, 4 * (x.example_id - v.start_id) + 1, 2) = x'feff';

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
                         ORDER BY setting_id DESC LIMIT 1) - 0.00001
  UNION ALL
  SELECT example_id, class_id, round(confidence, 4), 'default', run_id FROM default_label;

CREATE VIEW resolved_label AS
  -- The one label that an example has now, and where it comes from; none where the first that speaks
  -- names a class that is gone. A default class comes after all that speaks.
  WITH ranked AS (
    SELECT example_id, class_id, confidence, origin, run_id,
           row_number() OVER (
             PARTITION BY example_id
             ORDER BY origin = 'default',
                      instr((SELECT value FROM setting WHERE key = 'label_order'
                             ORDER BY setting_id DESC LIMIT 1), origin)) AS place
    FROM label_candidate)
  SELECT r.example_id, x.uid, k.name AS label, r.class_id, r.confidence, r.origin, r.run_id
  FROM ranked AS r JOIN example AS x USING (example_id) JOIN class_now AS k USING (class_id)
  WHERE r.place = 1;
