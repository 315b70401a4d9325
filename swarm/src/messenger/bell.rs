//! What wakes those who wait for messages, in this process and in others.

use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

#[cfg(unix)]
use std::sync::OnceLock;

#[cfg(unix)]
use super::doorbell::{Listener, Neighbours};

/// How long who waits does so at most before it looks for itself: where other processes can ring, and where they
/// cannot.
const HEARD: Duration = Duration::from_millis(250);
const UNHEARD: Duration = Duration::from_millis(20);

/// It is rung when something was sent or came back.
#[derive(Debug)]
pub(crate) struct Bell {
    chime: Arc<Chime>,
    #[cfg(unix)]
    doors: Option<Doors>,
}

/// The ways to other processes.
#[cfg(unix)]
#[derive(Debug)]
struct Doors {
    folder: PathBuf,
    /// Opened by the first who waits; nothing where that cannot be done.
    own: OnceLock<Option<Listener>>,
    neighbours: Neighbours,
}

/// What those in this process hear.
#[derive(Debug, Default)]
pub(super) struct Chime {
    rung: Mutex<u64>,
    heard: Condvar,
}

impl Chime {
    pub(super) fn ring(&self) {
        *self.lock() += 1;
        self.heard.notify_all();
    }

    /// A number is whole at any time.
    fn lock(&self) -> MutexGuard<'_, u64> {
        self.rung.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Bell {
    /// A bell that other processes hear by a folder; without one, this process alone does.
    pub(crate) fn new(folder: Option<PathBuf>) -> Self {
        #[cfg(not(unix))]
        let _ = folder;
        Self {
            chime: Arc::default(),
            #[cfg(unix)]
            doors: folder.map(|folder| Doors {
                own: OnceLock::new(),
                neighbours: Neighbours::new(folder.clone()),
                folder,
            }),
        }
    }

    /// How often it was rung.
    pub(crate) fn count(&self) -> u64 {
        *self.chime.lock()
    }

    /// Wakes those who wait, in this process and in others.
    pub(crate) fn ring(&self) {
        self.ring_here();
        #[cfg(unix)]
        if let Some(doors) = &self.doors {
            let own = doors.own.get().and_then(Option::as_ref);
            doors.neighbours.ring(own.map(Listener::name));
        }
    }

    /// Wakes those who wait in this process.
    pub(crate) fn ring_here(&self) {
        self.chime.ring();
    }

    /// How long to wait at most before one looks for oneself.
    pub(crate) fn longest_pause(&self) -> Duration {
        if self.is_heard_elsewhere() {
            HEARD
        } else {
            UNHEARD
        }
    }

    /// Waits until it was rung more often than so, and not longer than so. Says whether it was.
    pub(crate) fn wait(&self, count: u64, longest: Duration) -> bool {
        self.is_heard_elsewhere();
        let silent = |rung: &mut u64| *rung == count;
        let waited = (self.chime.heard).wait_timeout_while(self.chime.lock(), longest, silent);
        let (rung, _) = waited.unwrap_or_else(PoisonError::into_inner);
        *rung != count
    }

    /// Whether other processes can ring here, from now on if not before.
    #[cfg(unix)]
    fn is_heard_elsewhere(&self) -> bool {
        let Some(doors) = &self.doors else {
            return false;
        };
        let open = || Listener::open(&doors.folder, Arc::clone(&self.chime)).ok();
        doors.own.get_or_init(open).is_some()
    }

    #[cfg(not(unix))]
    fn is_heard_elsewhere(&self) -> bool {
        false
    }
}
