//! The threads that work.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use super::Handler;
use crate::messenger::{Bell, Delivery, Fate};
use crate::swarm::Shared;

/// A message that a slot is to work on.
pub(super) struct Job {
    pub(super) number: u64,
    pub(super) handler: Handler,
    pub(super) delivery: Arc<Delivery>,
}

/// Threads that wait for jobs. They end when this is dropped, each when it has done what it works on.
pub(super) struct Slots {
    jobs: Sender<Job>,
    finished: Receiver<(u64, Fate)>,
}

impl Slots {
    pub(super) fn new(count: usize, shared: &Arc<Shared>) -> Self {
        let (jobs, waiting) = channel::<Job>();
        let (done, finished) = channel();
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..count {
            let (waiting, done, shared) = (Arc::clone(&waiting), done.clone(), Arc::clone(shared));
            // It is not joined: a handler that does not end must not keep the worker from ending.
            thread::spawn(move || work(&waiting, &done, &shared.bell));
        }
        Self { jobs, finished }
    }

    pub(super) fn begin(&self, job: Job) {
        // There are threads for as long as there is this.
        let _ = self.jobs.send(job);
    }

    /// What has been finished since it was asked last.
    pub(super) fn finished(&self) -> impl Iterator<Item = (u64, Fate)> {
        self.finished.try_iter()
    }
}

fn work(waiting: &Mutex<Receiver<Job>>, done: &Sender<(u64, Fate)>, bell: &Bell) {
    loop {
        let job = waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .recv();
        let Ok(job) = job else {
            return;
        };
        let run = || (job.handler)(&job.delivery);
        let fate = catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| Fate::Retry {
            after: None,
            why: format!("its handler has panicked: {}", words(&*panic)),
        });
        if done.send((job.number, fate)).is_err() {
            return;
        }
        bell.ring_here();
    }
}

fn words(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without words")
}
