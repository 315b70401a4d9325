//! Checkpoints: what is committed moves from the journal to the database on a thread of its own.
//!
//! A checkpoint waits for the disk, some ten milliseconds. SQLite's own is made by whoever commits the thousandth
//! page, and all that want to write wait with it. Here writers go on meanwhile. As the journal begins anew only
//! where all of it was moved, and writers always add to it, one checkpoint in many is made within a commit after
//! all: right behind one of the thread, so that little is left to move.

use std::path::PathBuf;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use rusqlite::hooks::Wal;
use rusqlite::wal::CheckpointMode;
use rusqlite::{Connection, DEFAULT_NAME};

use super::Settings;
use super::connection::{self, Role};

/// How many pages are committed between two checkpoints: as many as with SQLite's own.
const EACH: i32 = 1_000;

/// From how many pages on the journal has to begin anew, 32 MiB.
const MANY: i32 = 8 * EACH;

/// From how many pages on a commit waits for a checkpoint, whatever the thread does.
const TOO_MANY: i32 = 4 * MANY;

/// Who makes the checkpoints of a process. When it is dropped, it waits for the one that is under way.
#[derive(Debug)]
pub(super) struct Checkpoints {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    path: PathBuf,
    settings: Settings,
    /// How many pages the journal had after the last commit of this process.
    pages: AtomicI32,
    state: Mutex<State>,
    /// That there is something to do.
    called: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Begun with the first checkpoint that is due: most processes write less.
    thread: Option<JoinHandle<()>>,
    is_due: bool,
    is_over: bool,
    /// How many pages the journal had at the last checkpoint of the thread.
    moved: i32,
    /// Whether that checkpoint has left little to move.
    is_nearly_empty: bool,
}

impl Checkpoints {
    pub(super) fn new(path: PathBuf, settings: Settings) -> Self {
        Self {
            shared: Arc::new(Shared {
                path,
                settings,
                pages: AtomicI32::new(0),
                state: Mutex::default(),
                called: Condvar::new(),
            }),
        }
    }

    /// How many pages the journal had after the last commit of this process; 0 where there was none.
    pub(super) fn pages(&self) -> i32 {
        self.shared.pages.load(Ordering::Relaxed)
    }

    /// Takes the checkpoints of a connection over from SQLite.
    pub(super) fn take_over(&self, connection: &mut Connection) -> rusqlite::Result<()> {
        let shared = Arc::clone(&self.shared);
        let committed = move |wal: &mut Wal, pages| {
            if shared.is_to_be_made_now(pages) {
                // As with SQLite's own, the commit stands where that fails, and the next one tries again.
                let _ = wal.checkpoint();
            }
            Ok(())
        };
        connection.wal_hook(Some(committed))
    }
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        let thread = {
            let mut state = self.shared.state();
            state.is_over = true;
            state.thread.take()
        };
        self.shared.called.notify_all();
        if let Some(thread) = thread {
            // It has nothing to say, not even that it has panicked: the journal is moved by the next one.
            let _ = thread.join();
        }
    }
}

impl Shared {
    /// Takes notice of how long the journal is, and calls the thread where a checkpoint is due. Says whether the
    /// commit has to make it.
    fn is_to_be_made_now(self: &Arc<Self>, pages: i32) -> bool {
        self.pages.store(pages, Ordering::Relaxed);
        if pages < EACH {
            return false;
        }
        let mut state = self.state();
        if pages < state.moved {
            // The journal has begun anew.
            state.moved = 0;
            state.is_nearly_empty = false;
        }
        if pages >= TOO_MANY || (pages >= MANY && state.is_nearly_empty) {
            state.is_nearly_empty = false;
            return true;
        }
        if pages - state.moved >= EACH && !state.is_due {
            state.is_due = true;
            if state.thread.is_none() {
                let shared = Arc::clone(self);
                let thread = thread::Builder::new().name("checkpoints".to_owned());
                match thread.spawn(move || shared.serve()) {
                    Ok(thread) => state.thread = Some(thread),
                    Err(_) => return true,
                }
            }
            self.called.notify_all();
        }
        false
    }

    /// Makes checkpoints until it is over.
    fn serve(&self) {
        let Ok(connection) = connection::open(&self.path, &self.settings, Role::Writer) else {
            // Nobody is told: commits make the checkpoints once the journal is long.
            return;
        };
        loop {
            let idle = |state: &mut State| !state.is_due && !state.is_over;
            let state = self.called.wait_while(self.state(), idle);
            if state.unwrap_or_else(PoisonError::into_inner).is_over {
                return;
            }
            let moved = connection.wal_checkpoint_v2(DEFAULT_NAME, CheckpointMode::PASSIVE);
            let mut state = self.state();
            state.is_due = false;
            if let Ok((_, moved)) = moved {
                state.moved = moved.max(0);
                state.is_nearly_empty = moved >= MANY;
            }
        }
    }

    /// Nothing that can panic is done with the lock held.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
