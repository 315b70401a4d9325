//! The tables of the monitor: minutes and runs.

use std::collections::BTreeMap;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _, params};

use super::histogram::Durations;
use super::recorder::{Pending, Sum};
use super::run::{Run, Step, nanos};
use crate::clock::Moment;
use crate::error::{Error, Row};

/// The milliseconds of a minute.
pub(super) const MINUTE: i64 = 60_000;

/// For how long minutes and runs are kept, in milliseconds: 30 days, and one.
const MINUTES_KEPT: i64 = 30 * 24 * 60 * MINUTE;
const RUNS_KEPT: i64 = 24 * 60 * MINUTE;

/// How many rows of a table are removed at a time.
const AT_A_TIME: u32 = 1_000;

/// Adds to the minute that it is now, and the runs.
pub(crate) fn store(connection: &Connection, now: Moment, pending: &Pending) -> Result<(), Error> {
    let minute = now.0.div_euclid(MINUTE);
    for (hook, sum) in &pending.hooks {
        add(connection, hook, minute, sum)?;
    }
    for run in &pending.runs {
        keep(connection, now, run)?;
    }
    Ok(())
}

fn add(connection: &Connection, hook: &str, minute: i64, sum: &Sum) -> Result<(), Error> {
    let mut upsert = connection.prepare_cached(
        "INSERT INTO minutes (hook, minute, n, errors, histogram) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (hook, minute) DO UPDATE SET n = n + ?3, errors = errors + ?4, histogram = ?5",
    )?;
    let histogram = match &sum.durations {
        None => Vec::new(),
        Some(new) => {
            let mut select = connection
                .prepare_cached("SELECT histogram FROM minutes WHERE hook = ?1 AND minute = ?2")?;
            let found: Option<Vec<u8>> = select
                .query_row(params![hook, minute], |row| row.get(0))
                .optional()?;
            let mut all = new.clone();
            if let Some(found) = found
                && !all.add_bytes(&found)
            {
                // What can be read of it stays in; the rest is lost, and what is new is not.
                tracing::warn!(hook, "the durations of this minute were damaged");
            }
            all.to_bytes()
        }
    };
    upsert.execute(params![
        hook,
        minute,
        sum.n.cast_signed(),
        sum.errors.cast_signed(),
        histogram
    ])?;
    Ok(())
}

fn keep(connection: &Connection, now: Moment, run: &Run) -> Result<(), Error> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO runs (hook, at, nanos, steps, outcome, wasm, native)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    // Names and numbers, which are JSON always.
    let steps = serde_json::to_vec(&run.steps).unwrap_or_default();
    insert.execute(params![
        run.hook,
        now.0,
        nanos(run.duration).cast_signed(),
        steps,
        i64::from(!run.is_success),
        run.wasm.cast_signed(),
        run.native.cast_signed()
    ])?;
    Ok(())
}

/// The runs of a hook since a moment, oldest first: the last ones, so many at most.
pub(super) fn runs(
    connection: &Connection,
    hook: &str,
    since: Moment,
    most: u32,
) -> Result<Vec<Run>, Error> {
    let mut select = connection.prepare_cached(
        "SELECT nanos, steps, outcome, wasm, native, id FROM runs
         WHERE hook = ?1 AND at >= ?2 ORDER BY at DESC, id DESC LIMIT ?3",
    )?;
    let mut rows = select.query(params![hook, since.0, most])?;
    let mut runs = Vec::new();
    while let Some(row) = rows.next()? {
        let number = |column| row.get::<_, i64>(column).map(i64::cast_unsigned);
        let steps: Vec<u8> = row.get(1)?;
        let steps: Vec<Step> = serde_json::from_slice(&steps).map_err(|_| {
            let id = row.get::<_, i64>(5).unwrap_or_default();
            Error::DamagedRow(Row::new("run", hook, id), "its steps cannot be read")
        })?;
        runs.push(Run {
            hook: hook.to_owned().into(),
            duration: Duration::from_nanos(number(0)?),
            steps,
            is_success: number(2)? == 0,
            wasm: number(3)?,
            native: number(4)?,
        });
    }
    runs.reverse();
    Ok(runs)
}

/// The hooks that have kept runs since a moment.
pub(super) fn hooks_with_runs(
    connection: &Connection,
    since: Moment,
) -> Result<Vec<String>, Error> {
    let mut select =
        connection.prepare_cached("SELECT DISTINCT hook FROM runs WHERE at >= ?1 ORDER BY hook")?;
    let rows = select.query_map([since.0], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What each hook sums up to in the minutes from one on, and before another.
pub(super) fn sums(
    connection: &Connection,
    from: i64,
    before: i64,
) -> Result<BTreeMap<String, Sum>, Error> {
    let mut sums = BTreeMap::<String, Sum>::new();
    each_minute(connection, from, before, |hook, _, n, errors, histogram| {
        let sum = sums.entry(hook.to_owned()).or_default();
        sum.n += n;
        sum.errors += errors;
        if !histogram.is_empty()
            && !sum
                .durations
                .get_or_insert_with(Durations::new)
                .add_bytes(histogram)
        {
            let row = Row::new("minute", hook, "durations");
            return Err(Error::DamagedRow(row, "its durations cannot be read"));
        }
        Ok(())
    })?;
    Ok(sums)
}

/// Calls back with each minute of each hook, hook by hook: name, minute, how often, how many errors, durations.
pub(super) fn each_minute(
    connection: &Connection,
    from: i64,
    before: i64,
    mut found: impl FnMut(&str, i64, u64, u64, &[u8]) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut select = connection.prepare_cached(
        "SELECT hook, minute, n, errors, histogram FROM minutes
         WHERE minute >= ?1 AND minute < ?2 ORDER BY hook, minute",
    )?;
    let mut rows = select.query([from, before])?;
    while let Some(row) = rows.next()? {
        let number = |column| row.get::<_, i64>(column).map(i64::cast_unsigned);
        let hook = row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
        let histogram = row.get_ref(4)?.as_blob().map_err(rusqlite::Error::from)?;
        found(hook, row.get(1)?, number(2)?, number(3)?, histogram)?;
    }
    Ok(())
}

/// Removes what is too old, of each table so many rows. Says whether there may be more.
pub(crate) fn sweep(connection: &Connection, now: Moment) -> Result<bool, Error> {
    let mut has_more = false;
    for (delete, until) in [
        (
            "DELETE FROM minutes WHERE rowid IN
               (SELECT rowid FROM minutes WHERE minute < ?1 LIMIT ?2)",
            (now.0 - MINUTES_KEPT).div_euclid(MINUTE),
        ),
        (
            "DELETE FROM runs WHERE id IN (SELECT id FROM runs WHERE at < ?1 LIMIT ?2)",
            now.0 - RUNS_KEPT,
        ),
        (
            "DELETE FROM findings WHERE id IN (SELECT id FROM findings WHERE at < ?1 LIMIT ?2)",
            now.0 - MINUTES_KEPT,
        ),
    ] {
        let mut delete = connection.prepare_cached(delete)?;
        has_more |= delete.execute(params![until, AT_A_TIME])? == AT_A_TIME as usize;
    }
    Ok(has_more)
}
