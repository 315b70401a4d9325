-- Messages that wait until a server of another machine has them. Who has made a row is its producer: a process, or the
-- database itself (`outbox_home`), for those that are sent with other writes. `seq` grows with each row of a producer;
-- the server keeps the last that it has, so that what is sent again is added once. `settings` are those of the channel,
-- should the server have forgotten it.
CREATE TABLE outbox (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  swarm    TEXT    NOT NULL,
  producer BLOB    NOT NULL,
  channel  TEXT    NOT NULL,
  seq      INTEGER NOT NULL,
  at       INTEGER NOT NULL,
  settings TEXT    NOT NULL,
  parcel   BLOB    NOT NULL,
  UNIQUE (producer, channel, seq)
) STRICT;

CREATE TABLE outbox_home (
  producer BLOB    NOT NULL,
  last     INTEGER NOT NULL
) STRICT;
INSERT INTO outbox_home VALUES (randomblob(16), 0);
