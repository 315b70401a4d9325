//! Connections that read, one for each thread that does at the same time.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

use super::Settings;
use super::connection::{self, Role};
use crate::error::Error;

/// How many are kept while nobody reads.
const KEPT: usize = 16;

#[derive(Debug)]
pub(super) struct Readers {
    path: PathBuf,
    settings: Settings,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(super) fn new(path: PathBuf, settings: Settings) -> Self {
        Self {
            path,
            settings,
            idle: Mutex::default(),
        }
    }

    /// Reads by a connection that nobody else has meanwhile.
    pub(super) fn read<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let idle = self.idle().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => connection::open(&self.path, &self.settings, Role::Reader)?,
        };
        let answer = read(&connection);
        // One that has failed in a transaction is still in it.
        if connection.is_autocommit() {
            let mut idle = self.idle();
            if idle.len() < KEPT {
                idle.push(connection);
            }
        }
        answer
    }

    /// Closes those that nobody uses.
    pub(super) fn close(&self) {
        self.idle().clear();
    }

    /// Nothing that can panic is done with the lock held.
    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
