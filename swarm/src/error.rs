//! What can go wrong, and where.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::ErrorCode;

use crate::envelope::EnvelopeError;
use crate::names::NameError;
use crate::place::PlaceError;

/// Why there is no answer.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A text is no name.
    #[error(transparent)]
    Name(#[from] Box<NameError>),
    /// The folder cannot be used.
    #[error(transparent)]
    Place(#[from] Box<PlaceError>),
    /// A file could not be read or written.
    #[error("{}: {cause}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: Arc<io::Error>,
    },
    /// Others hold the database for longer than this process waits.
    #[error("{}: others have held the database for {}", path.display(), Length(*waited))]
    Busy {
        /// The database.
        path: PathBuf,
        /// How long this process has waited.
        waited: Duration,
    },
    /// The disk is full, or the database has its [largest size](crate::Builder::most_bytes). Nothing was
    /// changed, and reads go on.
    #[error("{}: there is no room left to write", path.display())]
    DiskFull {
        /// The database.
        path: PathBuf,
    },
    /// The database is damaged.
    #[error("{}: the database is damaged: {what}", path.display())]
    Damaged {
        /// The database.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// What one row holds is not what was stored.
    #[error("{0} is damaged: {1}")]
    DamagedRow(Row, &'static str),
    /// A later kilowat has made the database, or changed it. It can be opened to
    /// [read](crate::Builder::read_only).
    #[error(
        "{}: the database has version {found} of its schema, and this kilowat knows {known}: \
         it can only be read",
        path.display()
    )]
    Newer {
        /// The database.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// The latest version that is known here.
        known: i64,
    },
    /// The file is a database of another program, or none that a swarm can read.
    #[error("{}: this is no database of a swarm", path.display())]
    NotOurs {
        /// The file.
        path: PathBuf,
    },
    /// SQLite is older than 3.51.3, which can lose commits.
    #[error("SQLite {found} can lose commits: a swarm needs 3.51.3 or later")]
    OldLibrary {
        /// The version that is linked.
        found: &'static str,
    },
    /// A write to what was opened to be read.
    #[error("{}: the database is open for reading only", path.display())]
    ReadOnly {
        /// The database.
        path: PathBuf,
    },
    /// A write outside the transaction by the thread that is in it, which would wait for itself.
    #[error("{}: a transaction of this thread is under way: write through it", path.display())]
    Nested {
        /// The database.
        path: PathBuf,
    },
    /// SQLite has undone the transaction that this was a part of.
    #[error("{}: the transaction was undone", path.display())]
    Undone {
        /// The database.
        path: PathBuf,
    },
    /// An entry has another version than the caller wants to replace.
    #[error("{row} has version {found}, not {wanted}: somebody else has written it")]
    Version {
        /// The entry.
        row: Row,
        /// What the caller wanted; 0 is no entry.
        wanted: u64,
        /// What it has; 0 is no entry.
        found: u64,
    },
    /// There is no such task.
    #[error("{0} does not exist")]
    Unknown(Row),
    /// There is such a task already.
    #[error("{0} exists already")]
    Exists(Row),
    /// The task is no longer the caller's: its lease was over, and another has claimed it, or it has ended.
    #[error("{row} is no longer held with fence {fence}: its lease was over, or it has ended")]
    Lost {
        /// The task.
        row: Row,
        /// The fence that the caller has.
        fence: u64,
    },
    /// A channel has as many messages and dead letters as it may have.
    #[error("channel {channel} is full: it has its limit of {limit} messages and dead letters")]
    Full {
        /// The channel.
        channel: String,
        /// The limit.
        limit: u64,
    },
    /// A Redis does not answer, or cannot do it now. It may do so when it is tried again.
    #[error("{redis} does not answer: {what}")]
    Unreachable {
        /// Its address.
        redis: String,
        /// What is known of it.
        what: String,
    },
    /// A Redis refuses, or has something else in a key than it should.
    #[error("{redis}: {what}")]
    Redis {
        /// Its address.
        redis: String,
        /// What it says.
        what: String,
    },
    /// Messages that wait for a Redis take as much of the database as they may.
    #[error("messages that wait for {redis} take up {limit} bytes, which is the most there may be")]
    OutboxFull {
        /// Its address.
        redis: String,
        /// The limit, in bytes.
        limit: u64,
    },
    /// This process is sending as many bytes as it may at the same time.
    #[error(
        "{bytes} bytes are being sent by this process, which may send {limit} at the same time"
    )]
    InFlight {
        /// What is being sent, without what was refused.
        bytes: u64,
        /// The limit, in bytes.
        limit: u64,
    },
    /// There is such a channel already, of the other kind.
    #[error("{row} is a {found}, not a {wanted}")]
    Kind {
        /// The channel.
        row: Row,
        /// What it was to be.
        wanted: &'static str,
        /// What it is.
        found: &'static str,
    },
    /// A message does not fit into an envelope, or an envelope is damaged.
    #[error("{row}: {cause}")]
    Envelope {
        /// The message.
        row: Row,
        /// What is wrong.
        cause: Box<EnvelopeError>,
    },
    /// A figure that is none.
    #[error("gauge {gauge}: the value is not finite")]
    NotFinite {
        /// The gauge.
        gauge: String,
    },
    /// A value is longer than a row can hold.
    #[error("a value of {len} bytes is longer than {most}")]
    TooLarge {
        /// Its length.
        len: usize,
        /// The longest there may be.
        most: usize,
    },
    /// A value is no JSON, or not of the type that was asked for.
    #[error("{row}: {cause}")]
    Json {
        /// The row.
        row: Row,
        /// What is wrong.
        cause: Arc<kilowat::json::Error>,
    },
    /// What is exported could not be written.
    #[error("the export: {0}")]
    Stream(Arc<io::Error>),
    /// A line of what is imported is wrong.
    #[error("line {line}: {what}")]
    Line {
        /// The line, counted from 1.
        line: u64,
        /// What is wrong with it.
        what: String,
    },
    /// A file that is to be imported is none of its kind.
    #[error("{}: {what}", path.display())]
    Source {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// What is set of the swarm in its `config.toml` means nothing.
    #[error("{}: {what}", path.display())]
    Config {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, and where.
        what: String,
    },
    /// No tier of the runtime has answered.
    #[error(transparent)]
    Runtime(#[from] kilowat::Error),
    /// What SQLite says beyond that.
    #[error("the database: {0}")]
    Sqlite(Arc<rusqlite::Error>),
}

/// A row, by what its table calls it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What it is: `entry`, `agent`, `task`, `event`, `channel`, `message` or `dead letter`.
    pub kind: &'static str,
    /// The namespace, the swarm or the channel.
    pub group: String,
    /// The key, name or number.
    pub name: String,
}

impl fmt::Display for Row {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, group, name } = self;
        write!(formatter, "{kind} {name} of {group}")
    }
}

impl Row {
    pub(crate) fn new(kind: &'static str, group: &str, name: impl fmt::Display) -> Self {
        Self {
            kind,
            group: group.to_owned(),
            name: name.to_string(),
        }
    }
}

/// Seconds, in as many digits as are needed.
struct Length(Duration);

impl fmt::Display for Length {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:.1} s", self.0.as_secs_f64())
    }
}

impl From<NameError> for Error {
    fn from(error: NameError) -> Self {
        Self::Name(Box::new(error))
    }
}

impl From<PlaceError> for Error {
    fn from(error: PlaceError) -> Self {
        Self::Place(Box::new(error))
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(Arc::new(error))
    }
}

impl Error {
    /// What is wrong with the envelope of a message; or that no tier has answered.
    pub(crate) fn envelope(row: Row, error: EnvelopeError) -> Self {
        match error {
            EnvelopeError::Runtime(error) => error.into(),
            error => Self::Envelope {
                row,
                cause: Box::new(error),
            },
        }
    }

    /// An error of a file.
    pub(crate) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |cause| Self::Io {
            path,
            cause: Arc::new(cause),
        }
    }

    /// What SQLite means by its number, with the name of the database.
    pub(crate) fn of_database(self, path: &Path, patience: Duration) -> Self {
        let Self::Sqlite(error) = &self else {
            return self;
        };
        let path = path.to_owned();
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy {
                path,
                waited: patience,
            },
            Some(ErrorCode::DiskFull) => Self::DiskFull { path },
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Self::Damaged {
                path,
                what: error.to_string(),
            },
            Some(ErrorCode::ReadOnly) => Self::ReadOnly { path },
            _ => self,
        }
    }
}
