-- What was found in a file comes at once (`lane` 0), and there is one such row for each file; or later, from a worker
-- (1), and then it waits until somebody was told.
ALTER TABLE findings ADD COLUMN lane INTEGER NOT NULL DEFAULT 0;
CREATE INDEX findings_untold ON findings (id) WHERE told IS NULL;
