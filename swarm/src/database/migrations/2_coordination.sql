-- What agents tell each other by way of the database. `data` and `result` are values with a head that says
-- their codec, length and sum.
CREATE TABLE agents (
  swarm   TEXT    NOT NULL,
  id      TEXT    NOT NULL,
  type    TEXT    NOT NULL,
  status  TEXT    NOT NULL,
  seen    INTEGER NOT NULL,
  version INTEGER NOT NULL,
  data    BLOB    NOT NULL,
  PRIMARY KEY (swarm, id)
) STRICT;

-- A task is open until it has ended. Whoever holds it has its latest fence, and keeps it until the lease is over.
CREATE TABLE tasks (
  swarm    TEXT    NOT NULL,
  id       TEXT    NOT NULL,
  type     TEXT    NOT NULL,
  status   TEXT    NOT NULL,
  priority INTEGER NOT NULL,
  agent    TEXT,
  lease    INTEGER,
  fence    INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  due      INTEGER NOT NULL,
  created  INTEGER NOT NULL,
  ended    INTEGER,
  data     BLOB    NOT NULL,
  result   BLOB,
  PRIMARY KEY (swarm, id)
) STRICT;
CREATE INDEX tasks_open ON tasks (swarm, priority DESC, due) WHERE ended IS NULL;

CREATE TABLE needs (
  swarm TEXT NOT NULL,
  task  TEXT NOT NULL,
  other TEXT NOT NULL,
  PRIMARY KEY (swarm, task, other)
) STRICT, WITHOUT ROWID;
CREATE INDEX needs_other ON needs (swarm, other);

CREATE TABLE events (
  id      INTEGER PRIMARY KEY AUTOINCREMENT,
  swarm   TEXT    NOT NULL,
  type    TEXT    NOT NULL,
  source  TEXT    NOT NULL,
  at      INTEGER NOT NULL,
  expires INTEGER,
  data    BLOB    NOT NULL
) STRICT;
CREATE INDEX events_swarm ON events (swarm, id);
CREATE INDEX events_expires ON events (expires) WHERE expires IS NOT NULL;

-- What a group has done already.
CREATE TABLE inbox (
  grp  TEXT    NOT NULL,
  uuid BLOB    NOT NULL,
  at   INTEGER NOT NULL,
  PRIMARY KEY (grp, uuid)
) STRICT, WITHOUT ROWID;
CREATE INDEX inbox_at ON inbox (at);
