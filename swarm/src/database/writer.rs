//! The one connection of a process that writes, and commits that several threads share.
//!
//! Who gets the connection begins a transaction, does its work and, where nobody waits, commits. Where others
//! wait it hands the connection on with the transaction open: the last of them commits for all, and an fsync,
//! where there is one, is paid once. Each has its work undone for itself if it fails.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::points::{Point, Points};
use crate::clock::{Moment, Steady};
use crate::error::Error;

/// How many works a commit has at most, and how long it stays open for more.
const MOST: u32 = 256;
const LONGEST: Duration = Duration::from_millis(5);

/// How far the time in the database may be behind, in milliseconds: it is written no more often.
const CLOCK_STEP: i64 = 1_000;

thread_local! {
    /// The writer that this thread is at work with, by its address.
    static AT_WORK: Cell<usize> = const { Cell::new(0) };
}

#[derive(Debug)]
pub(super) struct Writer {
    path: PathBuf,
    clock: Arc<Steady>,
    points: Points,
    /// Threads that wait for the connection: each of them will get it.
    waiting: AtomicUsize,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    connection: Connection,
    /// The open transaction.
    batch: Option<Batch>,
}

#[derive(Debug)]
struct Batch {
    verdict: Arc<Verdict>,
    /// Works that are done and not committed.
    works: u32,
    began: Instant,
    now: Moment,
}

/// Whether the transaction was committed, once that is known.
#[derive(Debug, Default)]
struct Verdict {
    outcome: Mutex<Option<Result<(), Error>>>,
    known: Condvar,
}

impl Verdict {
    fn decide(&self, outcome: Result<(), Error>) {
        *lock(&self.outcome) = Some(outcome);
        self.known.notify_all();
    }

    fn wait(&self) -> Result<(), Error> {
        let undecided = |outcome: &mut Option<_>| outcome.is_none();
        let outcome = lock(&self.outcome);
        let outcome = self.known.wait_while(outcome, undecided);
        let outcome = outcome.unwrap_or_else(PoisonError::into_inner);
        outcome.clone().unwrap_or(Ok(()))
    }
}

impl Writer {
    pub(super) fn new(
        connection: Connection,
        path: PathBuf,
        clock: Arc<Steady>,
        points: Points,
    ) -> Self {
        Self {
            path,
            clock,
            points,
            waiting: AtomicUsize::new(0),
            state: Mutex::new(State {
                connection,
                batch: None,
            }),
        }
    }

    /// Does a work in a transaction, and returns when it is committed. The work gets the time of the
    /// transaction.
    pub(super) fn write<T>(
        &self,
        work: impl FnOnce(&Connection, Moment) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let (mut state, _at_work) = self.take()?;
        let is_first = state.batch.is_none();
        let now = self.begin(&mut state)?;
        match catch_unwind(AssertUnwindSafe(|| work(&state.connection, now))) {
            Ok(Ok(value)) => {
                let verdict = self.keep(&mut state, is_first)?;
                if self.is_handed_on(&state) {
                    drop(state);
                    verdict.wait()?;
                } else {
                    self.commit(&mut state)?;
                }
                Ok(value)
            }
            Ok(Err(error)) => {
                self.undo(&mut state, is_first, &error);
                Err(error)
            }
            Err(panic) => {
                self.undo(&mut state, is_first, &self.undone());
                resume_unwind(panic)
            }
        }
    }

    /// Lends out the connection between transactions.
    pub(super) fn alone<T>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let (mut state, _at_work) = self.take()?;
        // What others have written and not committed is theirs.
        let _ = self.commit(&mut state);
        work(&mut state.connection)
    }

    /// Whether this thread has the connection.
    pub(super) fn is_at_work(&self) -> bool {
        AT_WORK.get() == std::ptr::from_ref(self).addr()
    }

    fn take(&self) -> Result<(MutexGuard<'_, State>, AtWork), Error> {
        let address = std::ptr::from_ref(self).addr();
        if self.is_at_work() {
            return Err(Error::Nested {
                path: self.path.clone(),
            });
        }
        self.waiting.fetch_add(1, Ordering::SeqCst);
        let state = lock(&self.state);
        self.waiting.fetch_sub(1, Ordering::SeqCst);
        let before = AT_WORK.replace(address);
        Ok((state, AtWork { before }))
    }

    /// Begins a transaction, or a part of the open one that can be undone by itself.
    fn begin(&self, state: &mut State) -> Result<Moment, Error> {
        if let Some(batch) = &state.batch {
            let now = batch.now;
            if let Err(error) = execute(&state.connection, "SAVEPOINT work") {
                self.commit_unless_handed_on(state);
                return Err(error);
            }
            return Ok(now);
        }
        execute(&state.connection, "BEGIN IMMEDIATE")?;
        match self.time(&state.connection) {
            Ok(now) => {
                state.batch = Some(Batch {
                    verdict: Arc::default(),
                    works: 0,
                    began: Instant::now(),
                    now,
                });
                self.points.reach(Point::Begun);
                Ok(now)
            }
            Err(error) => {
                let _ = execute(&state.connection, "ROLLBACK");
                Err(error)
            }
        }
    }

    /// The time of a transaction: no earlier than any that was written before, by whatever process.
    fn time(&self, connection: &Connection) -> Result<Moment, Error> {
        let mut read = connection.prepare_cached("SELECT at FROM clock")?;
        let floor: i64 = read.query_row([], |row| row.get(0))?;
        self.clock.raise(Moment(floor));
        let now = self.clock.now();
        if now.0 >= floor.saturating_add(CLOCK_STEP) {
            let mut write = connection.prepare_cached("UPDATE clock SET at = ?1")?;
            write.execute([now.0])?;
        }
        Ok(now)
    }

    /// Makes what a work has written a part of the transaction, and says how to learn what becomes of it.
    fn keep(&self, state: &mut State, is_first: bool) -> Result<Arc<Verdict>, Error> {
        let kept = if state.connection.is_autocommit() {
            // SQLite has undone all of it, and the work took no notice.
            Err(self.undone())
        } else if is_first {
            Ok(())
        } else {
            execute(&state.connection, "RELEASE work")
        };
        match (kept, &mut state.batch) {
            (Ok(()), Some(batch)) => {
                batch.works += 1;
                Ok(Arc::clone(&batch.verdict))
            }
            (kept, _) => {
                let error = kept.err().unwrap_or_else(|| self.undone());
                roll_back(state, &error);
                Err(error)
            }
        }
    }

    /// Undoes what a work has written that has failed.
    fn undo(&self, state: &mut State, is_first: bool, error: &Error) {
        // SQLite itself has undone all where the disk is full, and at other times.
        if is_first || state.connection.is_autocommit() {
            roll_back(state, error);
            return;
        }
        let undone = execute(&state.connection, "ROLLBACK TO work")
            .and_then(|()| execute(&state.connection, "RELEASE work"));
        match undone {
            Ok(()) => self.commit_unless_handed_on(state),
            Err(error) => roll_back(state, &error),
        }
    }

    /// Whether somebody else will get the connection who commits what is written.
    fn is_handed_on(&self, state: &State) -> bool {
        let batch = state.batch.as_ref();
        self.waiting.load(Ordering::SeqCst) > 0
            && batch.is_some_and(|batch| batch.works < MOST && batch.began.elapsed() < LONGEST)
    }

    /// Sees to the commit of the others, who are told themselves where that fails.
    fn commit_unless_handed_on(&self, state: &mut State) {
        if !self.is_handed_on(state) {
            let _ = self.commit(state);
        }
    }

    fn commit(&self, state: &mut State) -> Result<(), Error> {
        if state.batch.is_none() {
            return Ok(());
        }
        self.points.reach(Point::Written);
        if let Err(error) = execute(&state.connection, "COMMIT") {
            roll_back(state, &error);
            return Err(error);
        }
        self.points.reach(Point::Committed);
        if let Some(batch) = state.batch.take() {
            batch.verdict.decide(Ok(()));
        }
        Ok(())
    }

    fn undone(&self) -> Error {
        Error::Undone {
            path: self.path.clone(),
        }
    }
}

fn roll_back(state: &mut State, error: &Error) {
    if !state.connection.is_autocommit() {
        // What cannot be rolled back either is rolled back by who opens the database next.
        let _ = execute(&state.connection, "ROLLBACK");
    }
    if let Some(batch) = state.batch.take() {
        batch.verdict.decide(Err(error.clone()));
    }
}

/// That this thread has the connection.
struct AtWork {
    before: usize,
}

impl Drop for AtWork {
    fn drop(&mut self) {
        AT_WORK.set(self.before);
    }
}

fn execute(connection: &Connection, statement: &str) -> Result<(), Error> {
    connection.prepare_cached(statement)?.execute([])?;
    Ok(())
}

/// Panics are caught before the lock is let go, so that what it guards is whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
