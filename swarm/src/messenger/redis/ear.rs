//! Who waits for messages and for other things, too, has a thread that waits for the messages.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::Duration;

use super::Core;
use crate::messenger::engine::{Ear, Taker};
use crate::swarm::Shared;

/// How long to wait where the server does not answer.
const RECOVERY: Duration = Duration::from_millis(250);

/// How long it waits at a time.
const WAIT: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(super) struct Thread(Arc<State>);

#[derive(Debug)]
struct State {
    wish: Mutex<Wish>,
    changed: Condvar,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wish {
    Listen,
    Rest,
    End,
}

impl Thread {
    pub(super) fn new(core: Arc<Core>, shared: Weak<Shared>, taker: &Taker) -> Self {
        let state = Arc::new(State {
            wish: Mutex::new(Wish::Rest),
            changed: Condvar::new(),
        });
        let (thread, taker) = (Arc::clone(&state), taker.clone());
        thread::spawn(move || thread.run(&core, &shared, &taker));
        Self(state)
    }
}

impl Ear for Thread {
    fn listen(&self, listens: bool) {
        let wish = if listens { Wish::Listen } else { Wish::Rest };
        self.0.set(wish);
    }
}

impl Drop for Thread {
    fn drop(&mut self) {
        self.0.set(Wish::End);
    }
}

impl State {
    fn lock(&self) -> MutexGuard<'_, Wish> {
        self.wish.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, wish: Wish) {
        *self.lock() = wish;
        self.changed.notify_all();
    }

    fn run(&self, core: &Core, shared: &Weak<Shared>, taker: &Taker) {
        loop {
            let resting = |wish: &mut Wish| *wish == Wish::Rest;
            let wish = self.changed.wait_while(self.lock(), resting);
            let wish = wish.unwrap_or_else(PoisonError::into_inner);
            if *wish == Wish::End {
                return;
            }
            drop(wish);
            let is_woken = core.wait(taker, WAIT).unwrap_or_else(|_| {
                thread::sleep(RECOVERY);
                false
            });
            let mut wish = self.lock();
            match *wish {
                // Whoever listens looks, now or after a second.
                Wish::Listen => {
                    *wish = Wish::Rest;
                    drop(wish);
                    let Some(shared) = shared.upgrade() else {
                        return;
                    };
                    shared.bell.ring();
                }
                _ if is_woken => {
                    drop(wish);
                    core.wake_another(taker);
                }
                _ => {}
            }
        }
    }
}
