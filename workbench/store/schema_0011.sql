-- What the project prepares for a labeling function: by it, what has changed of that is seen without
-- running a script.

CREATE TABLE lf_need (
  -- What an LF version that learns from the project goes by.
  lf_version_id INTEGER PRIMARY KEY REFERENCES lf_version,
  hash TEXT NOT NULL,          -- of the function alone; its version is that of what it learnt too
  kind TEXT NOT NULL,          -- similarity, classifier, decisions
  arguments TEXT NOT NULL      -- JSON
) STRICT;
