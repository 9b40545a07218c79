-- Human labels flow back: a training may weigh votes, texts and annotations together, and its mix
-- then gives the labels, until a newer aggregation.

DROP VIEW current_model;
CREATE VIEW current_model AS
  -- The model that labels come from now: the newest aggregation, or a newer training with a mix.
  SELECT r.run_id, json_extract(a.content, '$.chosen') AS model
  FROM run AS r JOIN run_end AS e USING (run_id)
  JOIN artifact AS a ON a.run_id = r.run_id AND a.name = r.kind
  WHERE e.outcome = 'done'
    AND (r.kind = 'aggregate' OR (r.kind = 'train' AND json_extract(a.content, '$.chosen') = 'mix'))
  ORDER BY r.run_id DESC LIMIT 1;
