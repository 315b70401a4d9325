//! A thread for work that no caller waits for: compilation, comparisons, and the housekeeping of
//! each second.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How often the housekeeping is done.
const INTERVAL: Duration = Duration::from_secs(1);

/// Comparisons that wait at the same time. Of more the share that is asked for is too large.
const MOST_COMPARISONS: usize = 64;

type Work = Box<dyn FnOnce() + Send>;

/// What is done each second, until it returns false.
type Housekeeping = Box<dyn Fn() -> bool + Send>;

/// The thread, which starts with the first job.
#[derive(Debug, Default)]
pub(crate) struct Worker {
    thread: OnceLock<Option<JoinHandle<()>>>,
    agenda: Arc<Agenda>,
}

#[derive(Default)]
struct Agenda {
    jobs: Mutex<Jobs>,
    /// There is something to do, or something is done.
    changed: Condvar,
}

#[derive(Default)]
struct Jobs {
    compilations: VecDeque<Work>,
    comparisons: VecDeque<Work>,
    /// Whether one of each is under way.
    compiles: bool,
    compares: bool,
    housekeeping: Option<Housekeeping>,
    stops: bool,
}

impl Agenda {
    fn jobs(&self) -> MutexGuard<'_, Jobs> {
        // Nothing that can panic runs under this lock.
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Worker {
    /// What is to be done each second while the thread runs.
    pub(crate) fn set_housekeeping(&self, work: impl Fn() -> bool + Send + 'static) {
        self.agenda.jobs().housekeeping = Some(Box::new(work));
    }

    /// Has a module compiled, before others if it is `urgent`. Where there is no thread for it, the
    /// caller compiles.
    pub(crate) fn compile(&self, urgent: bool, work: impl FnOnce() + Send + 'static) {
        if !self.runs() {
            return work();
        }
        let mut jobs = self.agenda.jobs();
        if urgent {
            jobs.compilations.push_front(Box::new(work));
        } else {
            jobs.compilations.push_back(Box::new(work));
        }
        drop(jobs);
        self.agenda.changed.notify_all();
    }

    /// Has answers compared. False where too many comparisons wait already.
    pub(crate) fn compare(&self, work: impl FnOnce() + Send + 'static) -> bool {
        if !self.runs() {
            return false;
        }
        let mut jobs = self.agenda.jobs();
        if jobs.comparisons.len() >= MOST_COMPARISONS {
            return false;
        }
        jobs.comparisons.push_back(Box::new(work));
        drop(jobs);
        self.agenda.changed.notify_all();
        true
    }

    /// Waits until nothing is to be compiled.
    pub(crate) fn wait_compiled(&self) {
        self.wait(|jobs| jobs.compilations.is_empty() && !jobs.compiles);
    }

    /// Waits until nothing is to be compared.
    pub(crate) fn wait_compared(&self) {
        self.wait(|jobs| jobs.comparisons.is_empty() && !jobs.compares);
    }

    fn wait(&self, done: impl Fn(&Jobs) -> bool) {
        let mut jobs = self.agenda.jobs();
        while !done(&jobs) {
            let waited = self.agenda.changed.wait(jobs);
            jobs = waited.unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Whether the thread runs, which is started if it does not.
    fn runs(&self) -> bool {
        let thread = self.thread.get_or_init(|| {
            let agenda = Arc::clone(&self.agenda);
            let builder = thread::Builder::new().name("kilowat".to_owned());
            builder
                .spawn(move || run(&agenda))
                .inspect_err(|error| {
                    tracing::warn!(%error, "no thread for work in the background: callers do it");
                })
                .ok()
        });
        thread.is_some()
    }
}

impl Drop for Worker {
    /// Ends the thread. What is being compiled is compiled to its end, so that it reaches the cache
    /// even from a process that is done in a few milliseconds; the rest is given up.
    fn drop(&mut self) {
        self.agenda.jobs().stops = true;
        self.agenda.changed.notify_all();
        let Some(Some(thread)) = self.thread.take() else {
            return;
        };
        // The thread drops the worker itself where a job held the last handle of the runtime.
        if thread.thread().id() != thread::current().id() {
            // It panics only if a job has, and there is nobody left to tell.
            drop(thread.join());
        }
    }
}

impl std::fmt::Debug for Agenda {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let jobs = self.jobs();
        formatter
            .debug_struct("Agenda")
            .field("compilations", &jobs.compilations.len())
            .field("comparisons", &jobs.comparisons.len())
            .finish_non_exhaustive()
    }
}

fn run(agenda: &Agenda) {
    let mut next = Instant::now() + INTERVAL;
    let mut jobs = agenda.jobs();
    loop {
        // What a process needs in its first milliseconds is begun even if it ends in the next.
        if let Some(work) = jobs.compilations.pop_front() {
            jobs.compiles = true;
            drop(jobs);
            work();
            jobs = agenda.jobs();
            jobs.compiles = false;
            agenda.changed.notify_all();
            if jobs.stops {
                return;
            }
            continue;
        }
        if jobs.stops {
            return;
        }
        if let Some(work) = jobs.comparisons.pop_front() {
            jobs.compares = true;
            drop(jobs);
            work();
            jobs = agenda.jobs();
            jobs.compares = false;
            agenda.changed.notify_all();
            continue;
        }
        let now = Instant::now();
        if now < next {
            let waited = agenda.changed.wait_timeout(jobs, next - now);
            jobs = waited.unwrap_or_else(PoisonError::into_inner).0;
            continue;
        }
        next = now + INTERVAL;
        let housekeeping = jobs.housekeeping.take();
        drop(jobs);
        let goes_on = housekeeping.filter(|work| work());
        jobs = agenda.jobs();
        jobs.housekeeping = goes_on;
    }
}
