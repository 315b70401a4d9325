//! One connection to the database, with its settings.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::{Durability, Settings};
use crate::error::Error;

/// Who uses a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Writer,
    Reader,
    /// Reads, and leaves the files as they are.
    Examiner,
}

/// The first pause of who waits for others; each is twice as long as the one before.
const FIRST_PAUSE: Duration = Duration::from_micros(50);

/// The longest pause is 12.8 ms.
const DOUBLINGS: u32 = 8;

/// Statements that a connection keeps prepared: more than there are.
const STATEMENTS: usize = 128;

/// Pages that a connection keeps, in KiB: the inner ones of all tables. Eight times as many are no quicker by more than 4 % in
/// a database of 150 MB, and each of the connections of each process has so much.
const CACHE: i64 = 2 << 10;

pub(super) fn open(path: &Path, settings: &Settings, role: Role) -> Result<Connection, Error> {
    let access = if settings.read_only {
        OpenFlags::SQLITE_OPEN_READ_ONLY
    } else {
        OpenFlags::SQLITE_OPEN_READ_WRITE
    };
    // A connection is never used by two threads at a time.
    let flags = access | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    set_up(path, flags, settings, role)
        .map_err(|error| Error::from(error).of_database(path, settings.patience))
}

fn set_up(
    path: &Path,
    flags: OpenFlags,
    settings: &Settings,
    role: Role,
) -> rusqlite::Result<Connection> {
    let mut connection = Connection::open_with_flags(path, flags)?;
    connection.busy_handler(Some(waiting(settings.patience)))?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "cache_size", -CACHE)?;
    // Damage is found where it is read, and not spread.
    connection.pragma_update(None, "cell_size_check", true)?;
    match role {
        Role::Writer => {
            let synchronous = match settings.durability {
                Durability::Process => "NORMAL",
                Durability::Disk => "FULL",
            };
            connection.pragma_update(None, "synchronous", synchronous)?;
            if let Some(bytes) = settings.most_bytes {
                let page: i64 =
                    connection.pragma_query_value(None, "page_size", |row| row.get(0))?;
                let pages = i64::try_from(bytes).unwrap_or(i64::MAX) / page;
                let set = |row: &rusqlite::Row<'_>| row.get::<_, i64>(0);
                connection.pragma_update_and_check(None, "max_page_count", pages.max(1), set)?;
            }
        }
        Role::Reader => {
            connection.pragma_update(None, "query_only", true)?;
            if settings.brief {
                connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
            }
        }
        Role::Examiner => {
            connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
            connection.pragma_update(None, "query_only", true)?;
        }
    }
    Ok(connection)
}

/// Waits while others hold the database: pauses that double, each shortened by chance, so that those who
/// wait do not come back together.
fn waiting(patience: Duration) -> impl FnMut(i32) -> bool + Send + 'static {
    let mut began = Instant::now();
    move |tries| {
        if tries == 0 {
            began = Instant::now();
        }
        let left = patience.saturating_sub(began.elapsed());
        if left.is_zero() {
            return false;
        }
        let pause = FIRST_PAUSE * 2_u32.pow(tries.unsigned_abs().min(DOUBLINGS));
        let pause = pause.mul_f64(fastrand::f64().mul_add(0.5, 0.5));
        thread::sleep(pause.min(left));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patience_ends() {
        let mut wait = waiting(Duration::from_millis(20));
        let began = Instant::now();
        let tries = (0..1_000).take_while(|tries| wait(*tries)).count();
        assert!(began.elapsed() >= Duration::from_millis(20));
        // 50 µs doubled nine times is longer than that, halved or not.
        assert!((5..=12).contains(&tries), "{tries}");
        assert!(wait(0), "each time anew");
    }
}
