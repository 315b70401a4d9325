//! Locks of files, which end with the process that holds them.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use crate::error::Error;
use crate::place;

/// How long to wait before asking again.
const PAUSE: Duration = Duration::from_millis(2);

/// Held by whoever makes, migrates or replaces the database.
pub(super) const SETUP: &str = "setup.lock";

/// Shared by all that have the database open.
pub(super) const OPEN: &str = "open.lock";

/// A lock, until it is dropped.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

/// Waits for a lock that nobody else holds.
pub(crate) fn exclusive(path: &Path, patience: Duration) -> Result<Lock, Error> {
    wait(path, patience, File::try_lock)
}

/// Waits for a lock that others may share.
pub(super) fn shared(path: &Path, patience: Duration) -> Result<Lock, Error> {
    wait(path, patience, File::try_lock_shared)
}

fn wait(
    path: &Path,
    patience: Duration,
    try_lock: impl Fn(&File) -> Result<(), TryLockError>,
) -> Result<Lock, Error> {
    let file = place::own_file(path)?;
    let began = Instant::now();
    loop {
        match try_lock(&file) {
            Ok(()) => return Ok(Lock { _file: file }),
            Err(TryLockError::WouldBlock) if began.elapsed() < patience => thread::sleep(PAUSE),
            Err(TryLockError::WouldBlock) => {
                return Err(Error::Busy {
                    path: path.to_owned(),
                    waited: patience,
                });
            }
            Err(TryLockError::Error(error)) => return Err(Error::io(path)(error)),
        }
    }
}
