//! Reports of what was found in files: those that were given at once, and those that wait to be told.

use rusqlite::{OptionalExtension as _, Row as Columns, params};

use crate::clock::Moment;
use crate::error::{Error, Row};
use crate::memory::{Access, Memory};
use crate::swarm::Swarm;

/// The longest report, in bytes.
pub const LONGEST: usize = 1 << 20;

/// The reports of a swarm.
#[derive(Debug)]
pub struct Reports<'m, A> {
    access: &'m A,
}

/// A report that was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Kept {
    /// Its number, which grows.
    pub id: i64,
    /// The file, as its path from the project.
    pub file: String,
    /// The SHA-256 of what was in the file.
    pub digest: [u8; 32],
    /// When it was kept.
    pub at: Moment,
    /// The report, as it was given.
    pub report: Vec<u8>,
}

impl<A: Access> Memory<A> {
    /// The reports.
    pub fn reports(&self) -> Reports<'_, A> {
        Reports {
            access: &self.access,
        }
    }
}

impl Swarm {
    /// Removes what has expired, if that was not done for a second. Whoever writes to the memory need not ask for it.
    pub fn sweep(&self) {
        self.shared().sweep_if_due();
    }
}

impl<A: Access> Reports<'_, A> {
    /// Keeps the report that was given of a file, in place of the one before. Returns its number.
    ///
    /// # Errors
    /// As of [every write](Swarm#writes), with [`Error::TooLarge`] where it has more than [`LONGEST`] bytes.
    pub fn keep(&self, file: &str, digest: &[u8; 32], report: &[u8]) -> Result<i64, Error> {
        check(report)?;
        self.access.write(|connection, now| {
            let mut remove =
                connection.prepare_cached("DELETE FROM findings WHERE file = ?1 AND lane = 0")?;
            remove.execute([file])?;
            let mut insert = connection.prepare_cached(
                "INSERT INTO findings (file, digest, at, told, report, lane)
                 VALUES (?1, ?2, ?3, ?3, ?4, 0)",
            )?;
            Ok(insert.insert(params![file, digest, now.0, report])?)
        })
    }

    /// Keeps what is to be told of a file later. What waits of the same file is older, and is removed.
    ///
    /// # Errors
    /// As of [`keep`](Self::keep).
    pub fn keep_untold(&self, file: &str, digest: &[u8; 32], report: &[u8]) -> Result<i64, Error> {
        check(report)?;
        self.access.write(|connection, now| {
            let mut remove = connection.prepare_cached(
                "DELETE FROM findings WHERE file = ?1 AND lane = 1 AND told IS NULL",
            )?;
            remove.execute([file])?;
            let mut insert = connection.prepare_cached(
                "INSERT INTO findings (file, digest, at, told, report, lane)
                 VALUES (?1, ?2, ?3, NULL, ?4, 1)",
            )?;
            Ok(insert.insert(params![file, digest, now.0, report])?)
        })
    }

    /// The report that was given of a file last.
    ///
    /// # Errors
    /// As of [every read](Swarm#reads).
    pub fn last(&self, file: &str) -> Result<Option<Kept>, Error> {
        self.latest(file, 0)
    }

    /// What was kept of a file to be told later, last.
    ///
    /// # Errors
    /// As of [every read](Swarm#reads).
    pub fn last_later(&self, file: &str) -> Result<Option<Kept>, Error> {
        self.latest(file, 1)
    }

    fn latest(&self, file: &str, lane: u8) -> Result<Option<Kept>, Error> {
        self.access.read(|connection, _| {
            let mut select = connection.prepare_cached(
                "SELECT id, file, digest, at, report FROM findings
                 WHERE file = ?1 AND lane = ?2 ORDER BY at DESC, id DESC LIMIT 1",
            )?;
            let found = select.query_row(params![file, lane], |row| Ok(kept(row)));
            found.optional()?.transpose()
        })
    }

    /// How many reports wait to be told.
    ///
    /// # Errors
    /// As of [every read](Swarm#reads).
    pub fn waiting(&self) -> Result<u64, Error> {
        self.access.read(|connection, _| {
            let mut select =
                connection.prepare_cached("SELECT count(*) FROM findings WHERE told IS NULL")?;
            let waiting: i64 = select.query_row([], |row| row.get(0))?;
            Ok(waiting.unsigned_abs())
        })
    }

    /// Takes the reports that nobody was told of, oldest first, so many at most: they count as told.
    ///
    /// # Errors
    /// As of [every write](Swarm#writes).
    pub fn tell(&self, most: u32) -> Result<Vec<Kept>, Error> {
        self.access.write(|connection, now| {
            let mut update = connection.prepare_cached(
                "UPDATE findings SET told = ?1 WHERE id IN
                   (SELECT id FROM findings WHERE told IS NULL ORDER BY id LIMIT ?2)
                 RETURNING id, file, digest, at, report",
            )?;
            let mut rows = update.query(params![now.0, most])?;
            let mut told = Vec::new();
            while let Some(row) = rows.next()? {
                told.push(kept(row)?);
            }
            told.sort_by_key(|kept| kept.id);
            Ok(told)
        })
    }
}

fn check(report: &[u8]) -> Result<(), Error> {
    if report.len() > LONGEST {
        return Err(Error::TooLarge {
            len: report.len(),
            most: LONGEST,
        });
    }
    Ok(())
}

fn kept(row: &Columns<'_>) -> Result<Kept, Error> {
    let id = row.get(0)?;
    let file: String = row.get(1)?;
    let digest: Vec<u8> = row.get(2)?;
    let Ok(digest) = digest.try_into() else {
        let row = Row::new("report", &file, id);
        return Err(Error::DamagedRow(row, "its digest has not 32 bytes"));
    };
    Ok(Kept {
        id,
        file,
        digest,
        at: Moment(row.get(3)?),
        report: row.get(4)?,
    })
}
