//! What a program writes, up to a limit.

use std::io::{ErrorKind, Read};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// How long to wait for the rest of what was written: a process that has left the group may keep the pipe open.
const LONGEST_WAIT: Duration = Duration::from_millis(500);

/// Which of its outputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Answer,
    Words,
}

/// What was written to both outputs.
#[derive(Debug)]
pub(super) struct Output {
    most: usize,
    bytes: Mutex<[Vec<u8>; 2]>,
    is_flooded: AtomicBool,
}

/// A thread that reads an output.
pub(super) struct Reader(Receiver<()>);

impl Reader {
    pub(super) fn wait(self) {
        // It is told when the thread ends.
        let _ = self.0.recv_timeout(LONGEST_WAIT);
    }
}

impl Output {
    pub(super) fn new(most: usize) -> Self {
        Self {
            most,
            bytes: Mutex::default(),
            is_flooded: AtomicBool::new(false),
        }
    }

    /// Reads an output by a thread of its own, until it ends or has too much.
    pub(super) fn read(
        self: &Arc<Self>,
        mut pipe: impl Read + Send + 'static,
        kind: Kind,
    ) -> Reader {
        let output = Arc::clone(self);
        let (alive, ended) = channel();
        thread::spawn(move || {
            let _alive = alive;
            let mut piece = [0; 8 << 10];
            loop {
                match pipe.read(&mut piece) {
                    Ok(0) => return,
                    Ok(len) => {
                        if !output.keep(kind, &piece[..len]) {
                            return;
                        }
                    }
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    Err(_) => return,
                }
            }
        });
        Reader(ended)
    }

    /// Keeps what was read, unless that is too much.
    fn keep(&self, kind: Kind, piece: &[u8]) -> bool {
        let mut bytes = self.lock();
        if bytes[0].len() + bytes[1].len() + piece.len() > self.most {
            self.is_flooded.store(true, Ordering::SeqCst);
            return false;
        }
        bytes[kind as usize].extend_from_slice(piece);
        true
    }

    pub(super) fn is_flooded(&self) -> bool {
        self.is_flooded.load(Ordering::SeqCst)
    }

    pub(super) fn answer(&self) -> Vec<u8> {
        self.lock()[Kind::Answer as usize].clone()
    }

    /// The end of what was written to standard error, so many bytes at most.
    pub(super) fn tail(&self, most: usize) -> String {
        let bytes = self.lock();
        let words = &bytes[Kind::Words as usize];
        let tail = &words[words.len().saturating_sub(most)..];
        String::from_utf8_lossy(tail).trim().to_owned()
    }

    /// Nothing that can panic is done with the lock held.
    fn lock(&self) -> MutexGuard<'_, [Vec<u8>; 2]> {
        self.bytes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
