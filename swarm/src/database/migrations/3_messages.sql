-- Channels: queues, whose messages each come to one, and topics, which each group gets a delivery of. `held` is
-- how many messages and dead letters there are, by which the limit is kept.
CREATE TABLE channels (
  name     TEXT    NOT NULL PRIMARY KEY,
  kind     TEXT    NOT NULL,
  settings TEXT    NOT NULL,
  held     INTEGER NOT NULL,
  expires  INTEGER
) STRICT;

CREATE TABLE groups (
  channel TEXT    NOT NULL,
  grp     TEXT    NOT NULL,
  own     INTEGER NOT NULL,
  seen    INTEGER NOT NULL,
  PRIMARY KEY (channel, grp)
) STRICT;

CREATE TABLE messages (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  uuid     BLOB    NOT NULL UNIQUE,
  channel  TEXT    NOT NULL,
  at       INTEGER NOT NULL,
  expires  INTEGER,
  envelope BLOB    NOT NULL
) STRICT;
CREATE INDEX messages_channel ON messages (channel, id);

-- What a group has to do yet. `due` is when it may be taken: of what is taken, when the lease is over. Who has
-- taken it is known by the number of the attempt.
CREATE TABLE deliveries (
  message  INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
  grp      TEXT    NOT NULL,
  channel  TEXT    NOT NULL,
  priority INTEGER NOT NULL,
  due      INTEGER NOT NULL,
  owner    TEXT,
  attempts INTEGER NOT NULL,
  PRIMARY KEY (message, grp)
) STRICT, WITHOUT ROWID;
CREATE INDEX deliveries_due ON deliveries (channel, grp, priority, due, message);

CREATE TABLE dead (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  uuid     BLOB    NOT NULL,
  channel  TEXT    NOT NULL,
  grp      TEXT    NOT NULL,
  priority INTEGER NOT NULL,
  why      TEXT    NOT NULL,
  attempts INTEGER NOT NULL,
  owner    TEXT,
  at       INTEGER NOT NULL,
  envelope BLOB    NOT NULL
) STRICT;
CREATE INDEX dead_channel ON dead (channel, id);

-- What was sent already, by the key that its sender gave it.
CREATE TABLE keys (
  channel TEXT    NOT NULL,
  key     TEXT    NOT NULL,
  uuid    BLOB    NOT NULL,
  expires INTEGER NOT NULL,
  PRIMARY KEY (channel, key)
) STRICT;
CREATE INDEX keys_expires ON keys (expires);
