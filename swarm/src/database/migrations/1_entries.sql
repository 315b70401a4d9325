-- Values under their keys. `sum` is a hash of `value` as it stands here; `codec` says how it stands
-- here, and `raw` how long it is otherwise. Times are milliseconds since 1970.
CREATE TABLE entries (
  id        INTEGER PRIMARY KEY,
  namespace TEXT    NOT NULL,
  key       TEXT    NOT NULL,
  value     BLOB    NOT NULL,
  codec     INTEGER NOT NULL,
  raw       INTEGER NOT NULL,
  sum       INTEGER NOT NULL,
  meta      TEXT,
  version   INTEGER NOT NULL,
  created   INTEGER NOT NULL,
  updated   INTEGER NOT NULL,
  expires   INTEGER,
  UNIQUE (namespace, key)
) STRICT;
CREATE INDEX entries_expires ON entries (expires) WHERE expires IS NOT NULL;

CREATE TABLE tags (
  namespace TEXT    NOT NULL,
  tag       TEXT    NOT NULL,
  entry     INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
  PRIMARY KEY (namespace, tag, entry)
) STRICT, WITHOUT ROWID;
CREATE INDEX tags_entry ON tags (entry);

-- The latest time that anybody has written, to the second: time never goes back before it.
CREATE TABLE clock (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  at INTEGER NOT NULL
) STRICT;
INSERT INTO clock (id, at) VALUES (1, 0);
