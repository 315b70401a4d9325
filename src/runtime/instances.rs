//! Instances that wait for the next call: each call has one for itself, so that threads share a
//! runtime without sharing a memory.
//!
//! Calls wait for their turn, not for an instance of their module: whoever has a turn finds an
//! instance or makes one. So there is one line for all modules, and threads beyond what the cores can
//! do wait in it, where the first to come is the first to go on, instead of competing for the cores.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crossbeam_queue::ArrayQueue;
use kilowat_engine::{EngineError, Instance, Module};
use kilowat_operations::frame::CallError;
use kilowat_operations::session::Growth;

use crate::budget::{Exhausted, MemoryBudget, Reservation};
use crate::semaphore::{Semaphore, Turn};

/// An instance that holds more memory than this is dropped after use: one huge input must not keep
/// its memory for ever. Inputs go through in pieces far smaller than this; only a huge needle, or
/// the list of very many occurrences, needs more.
pub(crate) const KEPT_MEMORY: u64 = 16 << 20;

/// An instance, and its share of the memory budget.
#[derive(Debug)]
struct Budgeted {
    instance: Instance,
    memory: Reservation,
}

/// Why there is no instance.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LeaseError {
    #[error(transparent)]
    Engine(#[from] EngineError),
    #[error(transparent)]
    Budget(#[from] Exhausted),
}

/// The instances of one module on one tier: at most one for each turn, and one for comparisons, which
/// wait for none.
#[derive(Debug)]
pub(crate) struct InstancePool {
    turns: Arc<Semaphore>,
    idle: ArrayQueue<Budgeted>,
    /// How many there are, idle or in use.
    live: AtomicUsize,
    /// The fewest that were idle since the pool was last trimmed: so many are not needed.
    fewest_idle: AtomicUsize,
}

impl InstancePool {
    /// A pool for `turns`, of which there are `most`.
    pub(crate) fn new(turns: Arc<Semaphore>, most: usize) -> Self {
        Self {
            turns,
            idle: ArrayQueue::new(most),
            live: AtomicUsize::new(0),
            fewest_idle: AtomicUsize::new(0),
        }
    }

    /// Waits until it is the thread's turn.
    #[inline]
    pub(crate) fn turn(&self) -> Turn<'_> {
        self.turns.turn()
    }

    /// Those that wait for their turn.
    pub(crate) fn turns(&self) -> &Semaphore {
        &self.turns
    }

    /// An instance for one call, when it is the thread's turn.
    ///
    /// # Errors
    /// [`LeaseError`] where none is idle, and no other can be made.
    #[inline]
    pub(crate) fn lease(
        &self,
        module: &Module,
        budget: &MemoryBudget,
    ) -> Result<Lease<'_>, LeaseError> {
        let turn = self.turn();
        let budgeted = match self.idle.pop() {
            Some(budgeted) => {
                let idle = self.idle.len();
                if idle < self.fewest_idle.load(Ordering::Relaxed) {
                    self.fewest_idle.store(idle, Ordering::Relaxed);
                }
                budgeted
            }
            None => self.make(module, budget)?,
        };
        Ok(Lease {
            pool: self,
            budgeted: Some(budgeted),
            _turn: turn,
        })
    }

    /// One more, as there is none for this turn.
    #[cold]
    fn make(&self, module: &Module, budget: &MemoryBudget) -> Result<Budgeted, LeaseError> {
        self.fewest_idle.store(0, Ordering::Relaxed);
        let memory = budget.reserve(module.initial_memory())?;
        let instance = module.instantiate()?;
        self.live.fetch_add(1, Ordering::Relaxed);
        Ok(Budgeted { instance, memory })
    }

    #[inline]
    fn give_back(&self, budgeted: Budgeted) {
        // There is room for one for each turn: one for a comparison may be too many.
        if budgeted.memory.bytes() > KEPT_MEMORY || self.idle.push(budgeted).is_err() {
            self.one_less();
        }
    }

    fn one_less(&self) {
        self.live.fetch_sub(1, Ordering::Relaxed);
    }

    /// Drops the instances that no call has needed since this was last called.
    pub(crate) fn trim(&self) {
        let unneeded = self.fewest_idle.swap(usize::MAX, Ordering::Relaxed);
        self.drop_idle(unneeded.min(self.idle.len()));
    }

    /// Drops so many idle instances at most; returns how many.
    pub(crate) fn drop_idle(&self, most: usize) -> usize {
        let dropped = (0..most).map_while(|_| self.idle.pop());
        dropped
            .map(|budgeted| {
                drop(budgeted);
                self.one_less();
            })
            .count()
    }

    pub(crate) fn live(&self) -> usize {
        self.live.load(Ordering::Relaxed)
    }

    pub(crate) fn idle(&self) -> usize {
        self.idle.len()
    }
}

/// An instance in use. It is dropped, with whatever state a failed call left in it, unless it is
/// [given back](Self::give_back).
#[derive(Debug)]
pub(crate) struct Lease<'a> {
    pool: &'a InstancePool,
    budgeted: Option<Budgeted>,
    /// Over when the instance is back or gone.
    _turn: Turn<'a>,
}

impl Lease<'_> {
    /// The instance, and what its memory grows by.
    #[inline]
    pub(crate) fn parts(&mut self) -> Option<(&mut Instance, WithinBudget<'_>)> {
        let Budgeted { instance, memory } = self.budgeted.as_mut()?;
        Some((instance, WithinBudget::new(memory)))
    }

    #[inline]
    pub(crate) fn give_back(mut self) {
        if let Some(budgeted) = self.budgeted.take() {
            self.pool.give_back(budgeted);
        }
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        if self.budgeted.take().is_some() {
            self.pool.one_less();
        }
    }
}

impl From<Exhausted> for CallError {
    fn from(Exhausted { needed, available }: Exhausted) -> Self {
        Self::OverBudget { needed, available }
    }
}

/// Lets a memory grow as far as the budget allows.
#[derive(Debug)]
pub(crate) struct WithinBudget<'a> {
    memory: &'a mut Reservation,
}

impl<'a> WithinBudget<'a> {
    /// For a memory of as many bytes as are reserved.
    #[inline]
    pub(crate) fn new(memory: &'a mut Reservation) -> Self {
        Self { memory }
    }
}

impl Growth for WithinBudget<'_> {
    fn reserve(&mut self, instance: &mut Instance, bytes: u64) -> Result<(), CallError> {
        let missing = bytes
            .next_multiple_of(kilowat_engine::PAGE as u64)
            .saturating_sub(self.memory.bytes());
        if missing == 0 {
            return Ok(());
        }
        self.memory.grow(missing)?;
        instance.reserve_memory(bytes).map_err(|error| {
            self.memory.shrink(missing);
            error.into()
        })
    }
}

#[cfg(test)]
mod tests {
    use std::hash::Hasher as _;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;
    use std::time::Duration;

    use kilowat_engine::EngineKind;

    use kilowat_operations::ops::Aggregate;

    use crate::faults::{Fault, Faults};
    use crate::hash::{Fnv1a64, Sha256};
    use crate::lz4::FrameOptions;
    use crate::{Builder, Cache, Error, Preload, Runtime};

    const CALLERS: usize = 8;

    fn builder() -> Builder {
        Runtime::builder()
            .ignore_environment()
            .cache(Cache::Off)
            .modules(Preload::Nothing)
            .tiers([EngineKind::Interpreter])
            .instances(1)
    }

    /// What callers get who have stood in line for the one turn there is.
    fn answers_in_line(
        runtime: &Runtime,
        call: impl Fn(&Runtime) -> Result<(), Error> + Sync,
    ) -> Vec<Result<(), Error>> {
        let pool = &runtime.shared.modules[0][0].instances;
        let turn = pool.turn();
        let answered = AtomicUsize::new(0);
        thread::scope(|scope| {
            let callers = [(); CALLERS].map(|()| {
                scope.spawn(|| {
                    let answer = call(runtime);
                    answered.fetch_add(1, Ordering::SeqCst);
                    answer
                })
            });
            while pool.turns.in_line() < CALLERS {
                thread::sleep(Duration::from_micros(100));
            }
            assert_eq!(answered.load(Ordering::SeqCst), 0);
            drop(turn);
            callers.map(|caller| caller.join().unwrap()).into()
        })
    }

    fn live(runtime: &Runtime) -> usize {
        runtime
            .shared
            .all_lanes()
            .map(|lane| lane.instances.live())
            .sum()
    }

    #[test]
    fn callers_of_all_modules_stand_in_one_line_for_one_turn() {
        let runtime = builder().build().unwrap();
        let answers = answers_in_line(&runtime, |runtime| {
            runtime.fnv1a32(b"abc")?;
            runtime.sha256(b"abc")?;
            runtime.upload("sha256", b"abc")?.sha256()?;
            Ok(())
        });
        assert!(answers.iter().all(Result::is_ok), "{answers:?}");
        assert_eq!(live(&runtime), 2, "one of each module");
    }

    /// How many calls of kernels have been answered when the turn comes to whoever stood in line right
    /// behind a caller, and how many the caller makes.
    fn calls_in_one_turn(
        runtime: &Runtime,
        call: impl FnOnce(&Runtime) -> Result<(), Error> + Send,
    ) -> (u64, u64) {
        let pool = &runtime.shared.modules[0][0].instances;
        let before = runtime.report().calls;
        let stand_in_line = |others| {
            while pool.turns.in_line() <= others {
                thread::sleep(Duration::from_micros(100));
            }
        };
        let turn = pool.turn();
        thread::scope(|scope| {
            let caller = scope.spawn(|| call(runtime).unwrap());
            stand_in_line(0);
            let next = scope.spawn(|| {
                let _turn = pool.turn();
                runtime.report().calls - before
            });
            stand_in_line(1);
            drop(turn);
            caller.join().unwrap();
            (next.join().unwrap(), runtime.report().calls - before)
        })
    }

    fn native() -> Runtime {
        let tiers = [EngineKind::Native];
        builder().tiers(tiers).build().unwrap()
    }

    #[test]
    fn calls_that_follow_one_another_stand_in_line_once() {
        let runtime = native();
        let frame = runtime.lz4_frame_compress(b"abc", &FrameOptions::new());
        let frame = frame.unwrap();
        let counts = calls_in_one_turn(&runtime, |runtime| {
            runtime.lz4_frame_decompress(&frame, 3).map(drop)
        });
        assert_eq!(counts, (2, 2), "the size of the content, and the content");
        let counts = calls_in_one_turn(&runtime, |runtime| {
            runtime.search_all(&[b'a'; 10_000], b"a").map(drop)
        });
        assert_eq!(counts, (2, 2), "without enough room, and with it");
    }

    type ApiCall = fn(&Runtime, &[u8]) -> Result<(), Error>;

    /// They may take longer than others wait, where the thread waits for a core: not always.
    #[test]
    fn long_calls_stand_in_line_once() {
        const TRIES: usize = 100;
        let runtime = native();
        let bytes = &vec![b'a'; 300 << 10];
        let calls: [(&str, ApiCall); 12] = [
            ("sha256", |runtime, bytes| runtime.sha256(bytes).map(drop)),
            ("md5_batch", |runtime, bytes| {
                let messages: Vec<_> = bytes.chunks(60).collect();
                runtime.md5_batch(&messages).map(drop)
            }),
            ("md5", |runtime, bytes| runtime.md5(bytes).map(drop)),
            ("fnv1a32", |runtime, bytes| runtime.fnv1a32(bytes).map(drop)),
            ("fnv1a64", |runtime, bytes| runtime.fnv1a64(bytes).map(drop)),
            ("equal", |runtime, bytes| {
                runtime.equal(bytes, bytes).map(drop)
            }),
            ("mismatch", |runtime, bytes| {
                runtime.mismatch(bytes, bytes).map(drop)
            }),
            ("compare", |runtime, bytes| {
                runtime.compare(bytes, bytes).map(drop)
            }),
            ("search", |runtime, bytes| {
                runtime.search(bytes, b"b").map(drop)
            }),
            ("search_all", |runtime, bytes| {
                runtime.search_all(bytes, b"b").map(drop)
            }),
            ("update", |runtime, bytes| {
                Sha256::new(runtime).update(bytes).map(drop)
            }),
            ("hasher", |runtime, bytes| {
                Fnv1a64::new(runtime).write(bytes);
                Ok(())
            }),
        ];
        for (name, call) in calls {
            let in_one_turn = || {
                let (seen, all) = calls_in_one_turn(&runtime, |runtime| call(runtime, bytes));
                assert!(all >= 2, "{name}: {all}");
                seen == all
            };
            assert!((0..TRIES).any(|_| in_one_turn()), "{name}");
        }
    }

    #[test]
    fn the_end_of_a_message_goes_on_with_the_message() {
        let runtime = native();
        let pool = &runtime.shared.modules[0][0].instances;
        let wait_for = |waiting| {
            while pool.turns.in_line() != waiting {
                thread::sleep(Duration::from_micros(100));
            }
        };
        let turn = pool.turn();
        thread::scope(|scope| {
            scope.spawn(|| {
                let mut sha256 = Sha256::new(&runtime);
                sha256.update(b"abc").unwrap();
                sha256.finish().unwrap();
            });
            wait_for(1);
            scope.spawn(|| {
                let turn = pool.turn();
                // The other one, and the end of the message.
                wait_for(2);
                drop(turn);
            });
            wait_for(2);
            let last = scope.spawn(|| {
                let _turn = pool.turn();
                runtime.report().calls
            });
            wait_for(3);
            drop(turn);
            assert_eq!(last.join().unwrap(), 2);
        });
    }

    #[test]
    fn who_may_have_to_wait_for_a_compilation_has_no_turn() {
        let runtime = builder().tiers([EngineKind::Jit]).build().unwrap();
        let pool = &runtime.shared.modules[0][0].instances;
        let has_turn = || {
            let series = runtime.series::<Aggregate>(0);
            let has_turn = !pool.turns.is_free();
            drop(series);
            has_turn
        };
        assert!(!has_turn());
        let _ = runtime.aggregate(&[1.0]).unwrap();
        assert!(has_turn());
    }

    #[test]
    fn an_instance_that_fails_keeps_nobody_waiting() {
        let faults = Faults::new();
        let runtime = builder().faults(faults.clone());
        let runtime = runtime
            .tiers([EngineKind::Interpreter, EngineKind::Native])
            .build()
            .unwrap();
        faults.inject(Fault::Trap, EngineKind::Interpreter, ..);
        let answers = answers_in_line(&runtime, |runtime| runtime.fnv1a32(b"abc").map(drop));
        assert!(answers.iter().all(Result::is_ok), "{answers:?}");
        assert_eq!(live(&runtime), 0);
    }

    #[test]
    fn an_instance_that_is_too_large_to_keep_keeps_nobody_waiting() {
        let runtime = builder().build().unwrap();
        let numbers = vec![1.0; 2 << 20];
        let answers = answers_in_line(&runtime, |runtime| runtime.aggregate(&numbers).map(drop));
        assert!(answers.iter().all(Result::is_ok), "{answers:?}");
        assert_eq!(live(&runtime), 0);
    }

    #[test]
    fn where_no_instance_can_be_made_everybody_gets_the_error() {
        let runtime = builder().memory_limit(0).build().unwrap();
        let answers = answers_in_line(&runtime, |runtime| runtime.fnv1a32(b"abc").map(drop));
        let refused =
            |answer: &Result<(), Error>| matches!(answer, Err(Error::MemoryBudget { .. }));
        assert!(answers.iter().all(refused), "{answers:?}");
        assert_eq!((live(&runtime), runtime.shared.budget.in_use()), (0, 0));
    }
}
