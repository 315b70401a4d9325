-- What the monitor knows. A hook is anything that is timed or counted: `minutes` sums up all processes, and
-- `histogram` has durations in nanoseconds, or nothing where a hook is only counted.
CREATE TABLE minutes (
  hook      TEXT    NOT NULL,
  minute    INTEGER NOT NULL,
  n         INTEGER NOT NULL,
  errors    INTEGER NOT NULL,
  histogram BLOB    NOT NULL,
  PRIMARY KEY (hook, minute)
) STRICT;
CREATE INDEX minutes_minute ON minutes (minute);

-- Single runs, with their steps: a list of names and nanoseconds in JSON. `outcome` is 0 where it went well.
CREATE TABLE runs (
  id      INTEGER PRIMARY KEY,
  hook    TEXT    NOT NULL,
  at      INTEGER NOT NULL,
  nanos   INTEGER NOT NULL,
  steps   BLOB    NOT NULL,
  outcome INTEGER NOT NULL,
  wasm    INTEGER NOT NULL,
  native  INTEGER NOT NULL
) STRICT;
CREATE INDEX runs_hook ON runs (hook, at);
CREATE INDEX runs_at ON runs (at);

-- What hooks have found in files. `told` is when somebody was told.
CREATE TABLE findings (
  id     INTEGER PRIMARY KEY,
  file   TEXT    NOT NULL,
  digest BLOB    NOT NULL,
  at     INTEGER NOT NULL,
  told   INTEGER,
  report BLOB    NOT NULL
) STRICT;
CREATE INDEX findings_file ON findings (file, at);

-- Figures that somebody has measured and says.
CREATE TABLE gauges (
  name   TEXT    NOT NULL PRIMARY KEY,
  value  REAL    NOT NULL,
  at     INTEGER NOT NULL,
  source TEXT    NOT NULL
) STRICT;

-- Alerts that are not over, or were until lately: since when they are what they are.
CREATE TABLE alerts (
  rule         TEXT    NOT NULL,
  subject      TEXT    NOT NULL,
  state        TEXT    NOT NULL,
  since        INTEGER NOT NULL,
  value        REAL    NOT NULL,
  acknowledged INTEGER,
  PRIMARY KEY (rule, subject)
) STRICT;
