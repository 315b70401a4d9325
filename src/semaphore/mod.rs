//! Who may work now: as many threads at a time as there are permits, the others in a line.

#[cfg(test)]
mod model;
mod queue;
#[cfg(test)]
mod tests;

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::ptr;
use std::sync::atomic;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use std::{sync, thread};

pub(crate) use queue::Place;
use queue::Queue;

/// What is sequentially consistent needs no fence. Under loom it does.
#[inline]
fn full_fence() {}

/// Stands for every semaphore: no semaphore is there.
const EVERY: *const Semaphore = ptr::dangling();

/// Stands for the operation of no message.
const NO_MESSAGE: (usize, u64) = (usize::MAX, 0);

thread_local! {
    /// The semaphore whose turn the thread has: only its address, to be compared.
    static HELD: Cell<*const Semaphore> = const { Cell::new(ptr::null()) };
    /// The operation of the message that the thread last stood in line for, and how many bytes may follow.
    static LAST: Cell<(usize, u64)> = const { Cell::new(NO_MESSAGE) };
}

/// So many bytes of one message are worth standing in line once.
const ONCE: u64 = 1 << 20;

/// A piece counts as many bytes at least.
const SHORTEST: u64 = 4 << 10;

/// Work on so many bytes is not timed.
const SHORT: u64 = 256 << 10;

/// Who has had the turn for so long lets the others go first, when the call that is under way has ended.
/// It is some time: a thread that has a turn may wait for a core.
const LONGEST: Duration = Duration::from_millis(5);

/// A piece of a message.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Piece {
    /// The place of the operation in the list of all that goes on with such a message.
    pub(crate) operation: usize,
    /// The length of the piece.
    pub(crate) bytes: u64,
}

/// Whether the thread goes on with a message that it has stood in line for: one that comes in small pieces
/// would stand there for each, and take as many times as long as one that comes in large ones.
fn goes_on(Piece { operation, bytes }: Piece) -> bool {
    let bytes = bytes.max(SHORTEST);
    let (last, left) = LAST.get();
    let goes_on = last == operation && bytes <= left;
    let left = if goes_on { left } else { ONCE };
    LAST.set((operation, left.saturating_sub(bytes)));
    goes_on
}

/// The thread's message is over, or another begins: it stands in line.
pub(crate) fn message_is_over() {
    LAST.set(NO_MESSAGE);
}

/// Does work that waits for no turn: on a thread that others may wait for while they have theirs.
pub(crate) fn without_turns<T>(work: impl FnOnce() -> T) -> T {
    let before = HELD.replace(EVERY);
    let result = work();
    HELD.set(before);
    result
}

/// A fair semaphore whose permit a thread may ask for again while it has it.
#[derive(Debug)]
pub(crate) struct Semaphore {
    queue: Queue,
}

/// A permit, given back on drop: to whoever has waited longest.
#[derive(Debug)]
#[must_use = "the turn is over when this is dropped"]
pub(crate) struct Turn<'a> {
    /// `None` where the thread had its turn already.
    semaphore: Option<&'a Semaphore>,
    /// What the thread held before.
    before: *const Semaphore,
}

impl Semaphore {
    /// A semaphore of so many permits.
    pub(crate) fn new(permits: usize) -> Self {
        Self {
            queue: Queue::new(permits),
        }
    }

    /// How many threads stand in line.
    #[cfg(test)]
    pub(crate) fn in_line(&self) -> usize {
        self.queue.in_line()
    }

    /// Whether there is a permit that nobody has.
    #[cfg(test)]
    pub(crate) fn is_free(&self) -> bool {
        let is_free = self.queue.try_acquire();
        if is_free {
            self.queue.release();
        }
        is_free
    }

    /// Waits in line for a permit. A thread that has one goes on with it: were it to wait for a second
    /// one, those who hold the others might do the same.
    #[inline]
    pub(crate) fn turn(&self) -> Turn<'_> {
        self.turn_at(|| false)
    }

    /// The same at the head of the line, if `goes_first`.
    #[inline]
    fn turn_at(&self, goes_first: impl FnOnce() -> bool) -> Turn<'_> {
        let before = HELD.get();
        let has_one = self.is_held();
        if !has_one {
            self.queue.acquire(goes_first);
            HELD.set(self);
        }
        Turn {
            semaphore: (!has_one).then_some(self),
            before,
        }
    }

    /// Whether the thread has a permit, or needs none.
    #[inline]
    fn is_held(&self) -> bool {
        let held = HELD.get();
        ptr::eq(held, self) || ptr::eq(held, EVERY)
    }

    /// Waits for a permit without keeping the thread, behind the threads that wait.
    pub(crate) fn task_turn(&self) -> TaskTurn<'_> {
        TaskTurn {
            semaphore: self,
            place: Place::default(),
        }
    }

    /// The same for a task that keeps its place in line itself, and [leaves](Self::leave) in the end.
    pub(crate) fn poll_turn(
        &self,
        place: &mut Place,
        context: &Context<'_>,
    ) -> Poll<TaskPermit<'_>> {
        if self.is_held() {
            return Poll::Ready(TaskPermit { semaphore: None });
        }
        let semaphore = Some(self);
        let acquired = self.queue.poll_acquire(place, context);
        acquired.map(|()| TaskPermit { semaphore })
    }

    /// Gives up the place of a task.
    pub(crate) fn leave(&self, place: &mut Place) {
        self.queue.leave(place);
    }

    /// A turn for calls that follow one another, of which each would stand in line by itself.
    /// They are calls on so many bytes.
    pub(crate) fn series(&self, bytes: u64) -> Series<'_> {
        Series::begin(self.turn(), bytes)
    }

    /// A turn for the calls that one piece of a message takes. Where the thread goes on with the message,
    /// it waits at the head of the line.
    pub(crate) fn piece(&self, piece: Piece) -> Series<'_> {
        Series::begin(self.turn_at(|| goes_on(piece)), piece.bytes)
    }
}

/// Waits for a permit as a task does. It can be given up at any time.
#[derive(Debug)]
#[must_use = "futures do nothing unless they are awaited"]
pub(crate) struct TaskTurn<'a> {
    semaphore: &'a Semaphore,
    place: Place,
}

/// A permit that a task has: for work that it does before it waits for anything else.
#[derive(Debug)]
pub(crate) struct TaskPermit<'a> {
    /// `None` where the thread had its turn already.
    semaphore: Option<&'a Semaphore>,
}

impl<'a> Future for TaskTurn<'a> {
    type Output = TaskPermit<'a>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<TaskPermit<'a>> {
        let Self { semaphore, place } = self.get_mut();
        semaphore.poll_turn(place, context)
    }
}

impl Drop for TaskTurn<'_> {
    fn drop(&mut self) {
        self.semaphore.leave(&mut self.place);
    }
}

impl TaskPermit<'_> {
    /// Does work on this thread, which waits for no turn, and gives the permit back.
    pub(crate) fn spend<T>(mut self, work: impl FnOnce() -> T) -> T {
        let before = HELD.get();
        let semaphore = self.semaphore.take();
        if let Some(semaphore) = semaphore {
            HELD.set(semaphore);
        }
        let _turn = Turn { semaphore, before };
        work()
    }
}

impl Drop for TaskPermit<'_> {
    fn drop(&mut self) {
        if let Some(semaphore) = self.semaphore {
            semaphore.queue.release();
        }
    }
}

/// A [`Turn`] for several calls.
#[derive(Debug)]
#[must_use = "the turn is over when this is dropped"]
pub(crate) struct Series<'a> {
    /// `None` where each call is to stand in line by itself.
    turn: Option<Turn<'a>>,
    /// When the turn came. `None` where there is too little work to look at the clock.
    begun: Option<Instant>,
}

impl<'a> Series<'a> {
    fn begin(turn: Turn<'a>, bytes: u64) -> Self {
        Self {
            begun: (bytes > SHORT).then(Instant::now),
            turn: Some(turn),
        }
    }

    /// Calls of which each stands in line by itself.
    pub(crate) fn none() -> Self {
        Self {
            turn: None,
            begun: None,
        }
    }

    /// To be called between two calls: where they have taken long, those who stand in line go first.
    /// Where the thread had the turn before, that is left to whoever took it, who may have locks besides
    /// that the others need.
    pub(crate) fn next_call(&mut self) {
        let Some(Turn {
            semaphore: Some(semaphore),
            ..
        }) = self.turn
        else {
            return;
        };
        if self.begun.is_some_and(|begun| begun.elapsed() >= LONGEST) {
            semaphore.queue.release();
            semaphore.queue.acquire(|| false);
            self.begun = Some(Instant::now());
        }
    }
}

impl Drop for Turn<'_> {
    #[inline]
    fn drop(&mut self) {
        if let Some(semaphore) = self.semaphore {
            HELD.set(self.before);
            semaphore.queue.release();
        }
    }
}

/// A mutex whose lock is handed over in the order in which it was asked for. Where a thread panics
/// under the lock, the next one goes on with what it left.
#[derive(Debug)]
pub(crate) struct FairMutex<T> {
    queue: Queue,
    /// Nobody waits for this lock: it is taken by the one who has the permit.
    value: sync::Mutex<T>,
}

/// The value of a [`FairMutex`], for as long as nobody else has it.
#[derive(Debug)]
pub(crate) struct FairGuard<'a, T> {
    // Dropped in this order.
    value: sync::MutexGuard<'a, T>,
    _permit: Permit<'a>,
}

#[derive(Debug)]
struct Permit<'a>(&'a Queue);

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.0.release();
    }
}

impl<T> FairMutex<T> {
    pub(crate) fn new(value: T) -> Self {
        Self {
            queue: Queue::new(1),
            value: sync::Mutex::new(value),
        }
    }

    /// Waits in line for the value.
    pub(crate) fn lock(&self) -> FairGuard<'_, T> {
        self.queue.acquire(|| false);
        self.guard()
    }

    /// How many threads stand in line.
    #[cfg(test)]
    pub(crate) fn in_line(&self) -> usize {
        self.queue.in_line()
    }

    /// The value, unless somebody has it.
    pub(crate) fn try_lock(&self) -> Option<FairGuard<'_, T>> {
        self.queue.try_acquire().then(|| self.guard())
    }

    fn guard(&self) -> FairGuard<'_, T> {
        let permit = Permit(&self.queue);
        let value = self.value.lock();
        FairGuard {
            value: value.unwrap_or_else(sync::PoisonError::into_inner),
            _permit: permit,
        }
    }
}

impl<T> std::ops::Deref for FairGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> std::ops::DerefMut for FairGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}
