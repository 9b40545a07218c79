-- The third schema: seals, by which a changed, removed or slipped-in fact is found.

-- One value a file, and no query that asks for it.
DROP INDEX example_source;

CREATE TABLE seal (
  -- The digest of each row of the fact tables, written with it by a trigger: workbench verify.
  table_name TEXT NOT NULL,
  row_key TEXT NOT NULL,       -- the values of its key columns, one a line
  digest BLOB NOT NULL,        -- BLAKE2b-128 of all its values, each after its length
  PRIMARY KEY (table_name, row_key)
) STRICT, WITHOUT ROWID;
