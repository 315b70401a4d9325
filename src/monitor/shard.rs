//! Counters that threads write side by side.

use std::array;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use super::histogram::{BUCKETS, Buckets, bucket};

/// Size classes: calls without input, and one for each power of two of bytes.
pub(super) const SIZES: usize = 1 + u64::BITS as usize;

static THREADS: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    /// The number of this thread among those that ever recorded.
    static THREAD: usize = THREADS.fetch_add(1, Relaxed);
}

/// The counters of one operation on one tier. Each thread writes the shard of its number; where
/// there are more threads than shards they share, and lose no count.
///
/// A shard is ten kilobytes and is allocated by the first call that is counted in it.
pub(super) struct Shards(Box<[OnceLock<Box<Shard>>]>);

impl Shards {
    /// `count` is a power of two.
    pub(super) fn new(count: usize) -> Self {
        Self((0..count).map(|_| OnceLock::new()).collect())
    }

    /// The shard of this thread.
    #[inline]
    pub(super) fn here(&self) -> &Shard {
        let number = THREAD.with(|number| number & (self.0.len() - 1));
        self.0[number].get_or_init(Box::default)
    }

    pub(super) fn tally(&self) -> Option<Tally> {
        let mut shards = self.0.iter().filter_map(OnceLock::get).peekable();
        shards.peek()?;
        let mut tally = Tally::default();
        for shard in shards {
            shard.add_to(&mut tally);
        }
        Some(tally)
    }

    /// How many calls were answered, and how many failed.
    pub(super) fn answers_and_errors(&self) -> (u64, u64) {
        let shards = self.0.iter().filter_map(OnceLock::get);
        shards.fold((0, 0), |(answers, errors), shard| {
            let counts = shard.buckets.iter().map(|count| count.load(Relaxed));
            (
                answers + counts.sum::<u64>(),
                errors + shard.errors.load(Relaxed),
            )
        })
    }
}

/// What a shard counts.
///
/// All of it is relaxed atomics: a thread that is interrupted while it records makes nobody wait,
/// neither the threads that share its shard nor the reader. The alternative, an `hdrhistogram` and
/// its sums behind a lock for each shard, is a row of `cargo bench --bench monitor`. It takes 20 ns a
/// call where this takes 23, and a whole time slice where its lock is held by a thread that waits for
/// a processor.
///
/// It is aligned so that no two shards share a cache line, nor a pair that is fetched together.
#[repr(align(128))]
pub(super) struct Shard {
    buckets: [AtomicU64; BUCKETS],
    sizes: [AtomicSize; SIZES],
    min: AtomicU64,
    max: AtomicU64,
    errors: AtomicU64,
    fallbacks: AtomicU64,
}

#[derive(Default)]
struct AtomicSize {
    bytes: AtomicU64,
    nanoseconds: AtomicU64,
}

impl Default for Shard {
    fn default() -> Self {
        Self {
            buckets: array::from_fn(|_| AtomicU64::default()),
            sizes: array::from_fn(|_| AtomicSize::default()),
            min: AtomicU64::new(u64::MAX),
            max: AtomicU64::default(),
            errors: AtomicU64::default(),
            fallbacks: AtomicU64::default(),
        }
    }
}

impl Shard {
    #[inline]
    pub(super) fn record_answer(&self, bytes: u64, elapsed: Duration) {
        // An answer that takes 584 years is out of range of everything else as well.
        let nanoseconds = u64::try_from(elapsed.as_nanos()).unwrap_or(u64::MAX);
        self.buckets[bucket(nanoseconds)].fetch_add(1, Relaxed);
        let size = &self.sizes[bytes.checked_ilog2().map_or(0, |log2| 1 + log2 as usize)];
        size.bytes.fetch_add(bytes, Relaxed);
        size.nanoseconds.fetch_add(nanoseconds, Relaxed);
        // Nearly always false, and a load is a tenth of the price.
        if nanoseconds < self.min.load(Relaxed) {
            self.min.fetch_min(nanoseconds, Relaxed);
        }
        if nanoseconds > self.max.load(Relaxed) {
            self.max.fetch_max(nanoseconds, Relaxed);
        }
    }

    pub(super) fn record_error(&self) {
        self.errors.fetch_add(1, Relaxed);
    }

    pub(super) fn record_fallback(&self) {
        self.fallbacks.fetch_add(1, Relaxed);
    }

    fn add_to(&self, tally: &mut Tally) {
        let counts = self.buckets.iter();
        tally.buckets.add(counts.map(|count| count.load(Relaxed)));
        for (sum, size) in tally.sizes.iter_mut().zip(&self.sizes) {
            sum.bytes += size.bytes.load(Relaxed);
            sum.nanoseconds += size.nanoseconds.load(Relaxed);
        }
        tally.min = tally.min.min(self.min.load(Relaxed));
        tally.max = tally.max.max(self.max.load(Relaxed));
        tally.errors += self.errors.load(Relaxed);
        tally.fallbacks += self.fallbacks.load(Relaxed);
    }
}

/// The sum of all shards at one time.
pub(super) struct Tally {
    pub(super) buckets: Buckets,
    pub(super) sizes: [Size; SIZES],
    /// The shortest latency in nanoseconds; `u64::MAX` where there was no call.
    pub(super) min: u64,
    pub(super) max: u64,
    pub(super) errors: u64,
    pub(super) fallbacks: u64,
}

/// What the calls of one size class have in sum.
#[derive(Clone, Copy, Default)]
pub(super) struct Size {
    pub(super) bytes: u64,
    pub(super) nanoseconds: u64,
}

impl Default for Tally {
    fn default() -> Self {
        Self {
            buckets: Buckets::default(),
            sizes: [Size::default(); SIZES],
            min: u64::MAX,
            max: 0,
            errors: 0,
            fallbacks: 0,
        }
    }
}
