//! What works of a swarm on the machine at hand, and what does not: nothing is changed by looking.
//!
//! ```
//! # let folder = tempfile::tempdir()?;
//! # let place = kilowat_swarm::Place::at(folder.path().join(".kilowat"));
//! kilowat_swarm::Swarm::open(&place)?.memory().put("notes", "n-1", "a note")?;
//! let found = kilowat_swarm::doctor::examine(&place, kilowat::Runtime::shared());
//! assert!(found.problems.is_empty(), "{:?}", found.problems);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use kilowat::Runtime;
use serde::Serialize;

use crate::clock::{Clock as _, Moment, SystemClock};
use crate::database::{LATEST, network_of, size};
use crate::error::{Error, Row};
use crate::place::Place;
use crate::rollback::Switches;
use crate::swarm::Swarm;

/// Less than this is no room for a journal.
const LEAST_FREE: u64 = 64 << 20;

/// How far a clock may be behind before that is a problem: time stands still in the swarm meanwhile.
const MOST_BEHIND: Duration = Duration::from_secs(5);

/// What was found.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Examination {
    /// The database; nothing where there is none.
    pub database: Option<DatabaseExamination>,
    /// The disk that the folder is on, where the system says.
    pub disk: Option<Disk>,
    /// The network file system that the folder is on; nothing where it is on one of this machine.
    pub network: Option<&'static str>,
    /// How many milliseconds the clock is behind what the database has seen; 0 where it is not.
    pub clock_behind_ms: u64,
    /// Which systems may run kernels.
    pub switches: Switches,
    /// What is wrong, in the order in which it was looked at.
    #[serde(skip)]
    pub problems: Vec<Problem>,
}

/// What was found of a database.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct DatabaseExamination {
    /// Its length in bytes.
    pub bytes: u64,
    /// The length of its journal in bytes.
    pub journal_bytes: u64,
    /// The version of its schema, where it could be opened.
    pub version: Option<i64>,
    /// How many rows were read, where it could be opened.
    pub rows: Option<u64>,
    /// Whether all of it can be read, and is as it was stored.
    pub is_sound: bool,
}

/// A disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Disk {
    /// Bytes that the user can still write.
    pub free: u64,
    /// All bytes.
    pub total: u64,
}

/// Something that is wrong.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Problem {
    /// The database cannot be opened or read.
    Database(Error),
    /// SQLite finds faults in the database, or rows are not as they were stored.
    Unsound {
        /// What SQLite says.
        faults: Vec<String>,
        /// The rows.
        damaged: Vec<Row>,
    },
    /// There is no room for a journal and a backup.
    LittleRoom {
        /// Bytes that are free.
        free: u64,
        /// Bytes that should be.
        needed: u64,
    },
    /// The folder is on a network file system, where readers and writers wait for each other.
    Network(&'static str),
    /// The clock is behind what the database has seen.
    ClockBehind(Duration),
    /// Others than the user can get at a file or a folder.
    OpenToOthers {
        /// What.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// The file of the switches means nothing, so that native code runs.
    Config(Error),
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MIB: u64 = 1 << 20;
        match self {
            Self::Database(error) => error.fmt(formatter),
            Self::Unsound { faults, damaged } => {
                write!(formatter, "the database is not sound: ")?;
                let (faults_len, damaged_len) = (faults.len(), damaged.len());
                match (faults.first(), damaged.first()) {
                    (Some(fault), _) => {
                        write!(formatter, "{faults_len} faults, the first of them: {fault}")
                    }
                    (None, Some(row)) => {
                        write!(formatter, "{damaged_len} damaged rows, the first is {row}")
                    }
                    (None, None) => formatter.write_str("it cannot be said why"),
                }
            }
            Self::LittleRoom { free, needed } => write!(
                formatter,
                "{} MiB are free on the disk, and a journal and a backup want {}",
                free / MIB,
                needed.div_ceil(MIB)
            ),
            Self::Network(name) => write!(
                formatter,
                "the database is on {name}: readers and writers wait for each other"
            ),
            Self::ClockBehind(behind) => write!(
                formatter,
                "the clock is {:.0} s behind what the database has seen: time stands still until it is there",
                behind.as_secs_f64()
            ),
            Self::OpenToOthers { path, mode } => write!(
                formatter,
                "{}: others than its user can get at it (mode {mode:04o})",
                path.display()
            ),
            Self::Config(error) => {
                write!(formatter, "{error}; native code runs until it is mended")
            }
        }
    }
}

/// Examines the swarm of a place: all rows are read. Nothing is written, and nothing made.
#[must_use]
pub fn examine(place: &Place, runtime: &Runtime) -> Examination {
    let mut problems = open_to_others(place);
    let switches = Switches::of(place).unwrap_or_else(|error| {
        problems.push(Problem::Config(error));
        Switches::default()
    });
    let path = place.database();
    let mut clock_behind = Duration::ZERO;
    let database = path.exists().then(|| {
        let opened = open(place, runtime, &mut problems);
        if let Some(Opened { latest, .. }) = &opened {
            clock_behind = latest.since(SystemClock.now());
        }
        let journal = path.with_extension("db-wal");
        DatabaseExamination {
            bytes: size(&path),
            journal_bytes: size(&journal),
            version: opened.as_ref().map(|_| LATEST),
            rows: opened.as_ref().map(|opened| opened.rows),
            is_sound: opened.is_some_and(|opened| opened.is_sound),
        }
    });
    if clock_behind > MOST_BEHIND {
        problems.push(Problem::ClockBehind(clock_behind));
    }
    let disk = disk(place.folder());
    let needed = LEAST_FREE.max(2 * database.as_ref().map_or(0, |database| database.bytes));
    if let Some(Disk { free, .. }) = disk
        && free < needed
    {
        problems.push(Problem::LittleRoom { free, needed });
    }
    let network = network_of(place.folder());
    problems.extend(network.map(Problem::Network));
    Examination {
        database,
        disk,
        network,
        clock_behind_ms: u64::try_from(clock_behind.as_millis()).unwrap_or(u64::MAX),
        switches,
        problems,
    }
}

struct Opened {
    rows: u64,
    is_sound: bool,
    latest: Moment,
}

fn open(place: &Place, runtime: &Runtime, problems: &mut Vec<Problem>) -> Option<Opened> {
    let builder = Swarm::builder()
        .runtime(runtime.clone())
        .read_only(true)
        .salvages(false)
        .daily_backups(false)
        .name("doctor");
    let examined = builder.open(place).and_then(|swarm| {
        let latest = swarm.shared().database.read(|connection| {
            let at = connection.query_row("SELECT at FROM clock", [], |row| row.get(0));
            Ok(Moment(at?))
        })?;
        Ok((swarm.memory().check()?, latest))
    });
    match examined {
        Ok((check, latest)) => {
            let opened = Opened {
                rows: check.rows,
                is_sound: check.is_sound(),
                latest,
            };
            if !opened.is_sound {
                let (faults, damaged) = (check.faults, check.damaged);
                problems.push(Problem::Unsound { faults, damaged });
            }
            Some(opened)
        }
        Err(error) => {
            problems.push(Problem::Database(error));
            None
        }
    }
}

/// The folder, what a swarm has in it, and keys that are kept there, as far as others can get at them.
#[cfg(unix)]
fn open_to_others(place: &Place) -> Vec<Problem> {
    use std::os::unix::fs::MetadataExt as _;

    let is_looked_at = |path: &Path| {
        let extension = path.extension().and_then(|extension| extension.to_str());
        matches!(extension, Some("db" | "db-wal" | "db-shm" | "key"))
    };
    let entries = std::fs::read_dir(place.folder()).into_iter().flatten();
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| is_looked_at(path))
        .collect();
    paths.sort();
    paths.insert(0, place.folder().to_owned());
    let open = paths.into_iter().filter_map(|path| {
        let mode = path.symlink_metadata().ok()?.mode() & 0o7777;
        (mode & 0o077 != 0).then_some(Problem::OpenToOthers { path, mode })
    });
    open.collect()
}

/// Folders of users are closed to others elsewhere.
#[cfg(not(unix))]
fn open_to_others(_: &Place) -> Vec<Problem> {
    Vec::new()
}

#[cfg(unix)]
fn disk(folder: &Path) -> Option<Disk> {
    let found = rustix::fs::statvfs(folder).ok()?;
    Some(Disk {
        free: found.f_bavail.saturating_mul(found.f_frsize),
        total: found.f_blocks.saturating_mul(found.f_frsize),
    })
}

/// Elsewhere nobody says.
#[cfg(not(unix))]
fn disk(_: &Path) -> Option<Disk> {
    None
}
