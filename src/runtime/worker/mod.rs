//! A thread for work that no caller waits for: compilation, comparisons, and the housekeeping of
//! each second. All runtimes of a process share it.

mod agenda;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use agenda::{Agenda, ClientId, Job, Kind, Task};

/// How often the housekeeping is done.
const INTERVAL: Duration = Duration::from_secs(1);

/// The thread of this process.
static SERVICE: Service = Service::new();

/// What a runtime has of the thread: its own jobs.
#[derive(Debug)]
pub(crate) struct Worker {
    service: &'static Service,
    client: ClientId,
}

/// The thread, which starts with the first job and ends with the last runtime. Nothing waits for its
/// end, so it keeps no process alive.
struct Service {
    state: Mutex<State>,
    /// There is something to do, or something is done.
    changed: Condvar,
}

struct State {
    agenda: Agenda,
    /// What the thread is doing. More than one thing where a job waits for others of its runtime.
    under_way: Vec<(ClientId, Kind)>,
    thread: Option<ThreadId>,
    /// Whether it was said that there is no thread.
    is_missed: bool,
}

impl Default for Worker {
    fn default() -> Self {
        Self::of(&SERVICE)
    }
}

impl Worker {
    fn of(service: &'static Service) -> Self {
        let client = service.state().agenda.enter();
        Self { service, client }
    }

    /// What is to be done each second while the thread runs.
    pub(crate) fn set_housekeeping(&self, work: impl Fn() -> bool + Send + Sync + 'static) {
        let mut state = self.service.state();
        let before = state
            .agenda
            .set_housekeeping(self.client, Some(Arc::new(work)));
        drop(state);
        drop(before);
    }

    /// Has a module compiled, before others if it is `urgent`. Where there is no thread for it, the
    /// caller compiles.
    pub(crate) fn compile(&self, urgent: bool, work: impl FnOnce() + Send + 'static) {
        let mut state = self.service.state();
        if !self.service.runs(&mut state) {
            drop(state);
            return work();
        }
        let refused = state.agenda.compile(self.client, urgent, Box::new(work));
        drop(state);
        self.service.changed.notify_all();
        drop(refused);
    }

    /// Has answers compared. False where too many comparisons wait already.
    pub(crate) fn compare(&self, work: impl FnOnce() + Send + 'static) -> bool {
        let mut state = self.service.state();
        if !self.service.runs(&mut state) {
            return false;
        }
        let outcome = state.agenda.compare(self.client, Box::new(work));
        drop(state);
        self.service.changed.notify_all();
        outcome.is_ok()
    }

    /// Waits until nothing of this runtime is to be compiled.
    pub(crate) fn wait_compiled(&self) {
        self.wait(Kind::Compilation);
    }

    /// Waits until nothing of this runtime is to be compared.
    pub(crate) fn wait_compared(&self) {
        self.wait(Kind::Comparison);
    }

    /// On the thread itself, which cannot wait for itself, compiles what waits to be. Whoever waits
    /// for a module calls this before: it may be within an alert's callback.
    pub(crate) fn compile_on_the_thread(&self) {
        let state = self.service.state();
        if state.is_on_the_thread() {
            self.service
                .perform_all(state, self.client, Kind::Compilation);
        }
    }

    fn wait(&self, kind: Kind) {
        let state = self.service.state();
        if state.is_on_the_thread() {
            return self.service.perform_all(state, self.client, kind);
        }
        let waited = self.service.changed.wait_while(state, |state| {
            state.agenda.has(self.client, kind) || state.does(self.client, kind)
        });
        drop(waited);
    }

    /// Gives up the jobs that wait. What is being compiled is waited for as long as `patience` says,
    /// and goes on if it takes longer.
    pub(crate) fn leave(&self, patience: Duration) {
        let mut state = self.service.state();
        let jobs = state.agenda.leave(self.client);
        // A job that waits may hold the last handle of another runtime, which leaves in its turn.
        drop(state);
        drop(jobs);
        self.service.changed.notify_all();
        if patience.is_zero() {
            return;
        }
        let state = self.service.state();
        if !state.is_on_the_thread() {
            let waited = self
                .service
                .changed
                .wait_timeout_while(state, patience, |state| {
                    state.does(self.client, Kind::Compilation)
                });
            drop(waited);
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.leave(Duration::ZERO);
    }
}

impl State {
    fn does(&self, client: ClientId, kind: Kind) -> bool {
        self.under_way.contains(&(client, kind))
    }

    fn is_on_the_thread(&self) -> bool {
        self.thread == Some(thread::current().id())
    }
}

impl Service {
    const fn new() -> Self {
        Self {
            state: Mutex::new(State {
                agenda: Agenda::new(),
                under_way: Vec::new(),
                thread: None,
                is_missed: false,
            }),
            changed: Condvar::new(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing that can panic runs under this lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the thread runs, which is started if it does not.
    fn runs(&'static self, state: &mut State) -> bool {
        if state.thread.is_some() {
            return true;
        }
        let builder = thread::Builder::new().name("kilowat".to_owned());
        match builder.spawn(|| self.run()) {
            Ok(handle) => {
                state.thread = Some(handle.thread().id());
                true
            }
            Err(error) => {
                if !std::mem::replace(&mut state.is_missed, true) {
                    tracing::warn!(%error, "no thread for work in the background: callers do it");
                }
                false
            }
        }
    }

    fn run(&self) {
        let mut next_second = Instant::now() + INTERVAL;
        let mut state = self.state();
        loop {
            let now = Instant::now();
            if now >= next_second {
                next_second = now + INTERVAL;
                state.agenda.begin_second();
            }
            if let Some(task) = state.agenda.next() {
                state = self.perform(state, task);
                continue;
            }
            if state.agenda.is_empty() {
                state.thread = None;
                return;
            }
            let waited = self.changed.wait_timeout(state, next_second - now);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Does a job with the lock let go. One that panics ends itself and nothing else.
    fn perform<'a>(
        &'a self,
        mut state: MutexGuard<'a, State>,
        task: Task,
    ) -> MutexGuard<'a, State> {
        let (client, kind) = (task.client, task.kind());
        state.under_way.push((client, kind));
        drop(state);
        let outcome = catch_unwind(AssertUnwindSafe(|| match task.job {
            Job::Once(_, work) => {
                work();
                true
            }
            Job::Housekeeping(work) => work(),
        }));
        let goes_on = outcome.unwrap_or_else(|_| {
            tracing::error!(?kind, "a job in the background has panicked");
            true
        });
        let mut state = self.state();
        state.under_way.pop();
        self.changed.notify_all();
        if goes_on {
            return state;
        }
        let over = state.agenda.set_housekeeping(client, None);
        drop(state);
        drop(over);
        self.state()
    }

    fn perform_all<'a>(&'a self, mut state: MutexGuard<'a, State>, client: ClientId, kind: Kind) {
        while let Some(task) = state.agenda.take(client, kind) {
            state = self.perform(state, task);
        }
    }
}

impl std::fmt::Debug for Service {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let state = self.state();
        formatter
            .debug_struct("Service")
            .field("under_way", &state.under_way)
            .field("thread", &state.thread)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
