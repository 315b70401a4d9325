//! How many calls of all operations there are, beside a loop that is always the same.

use std::hint::black_box;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::Result;
use kilowat::{EngineKind, Policy, Runtime};

use crate::arguments::Options;
use crate::commands::soak::mix::{Mix, Schedule};

const MINUTE: Duration = Duration::from_mins(1);

/// How long the text of the loop is, in bytes.
const REFERENCE: usize = 128 << 10;

/// Every operation on inputs of every size, one call after the other; and after each call, the loop. Both have the same
/// clock and the same neighbours, so that these drop out of the quotient.
pub(super) struct Gauge {
    runtime: Runtime,
    schedule: Schedule,
    pub(super) calls: AtomicU64,
}

/// What came of it.
#[derive(Debug, Default)]
pub(super) struct Gauged {
    pub(super) wrong: u64,
    pub(super) errors: u64,
    /// The first answer that was not right, or call that has failed.
    pub(super) first: Option<String>,
    /// For each minute: how many times as long as all calls the loops have taken that stand between them.
    pub(super) minutes: Vec<f64>,
}

impl Gauge {
    /// Computes the right answers, and has the kernels ready.
    pub(super) fn new(options: Options) -> Result<Self> {
        let runtime = options.start_by(Policy::WasmFirst)?;
        let oracle = Runtime::with_engine(EngineKind::Native)?;
        let schedule = Schedule::new(&Mix::all(), &oracle)?;
        for known in kilowat::modules::operations() {
            runtime.load_module(known.module)?;
        }
        runtime.wait_ready();
        Ok(Self {
            runtime,
            schedule,
            calls: AtomicU64::new(0),
        })
    }

    /// Calls until it is told to stop. A minute ends with the round of all calls in which it is over.
    pub(super) fn run(&self, stops: &AtomicBool) -> Gauged {
        let text: Vec<u8> = (0..REFERENCE).map(|place| (place * 31) as u8).collect();
        let mut gauged = Gauged::default();
        let mut begun = Instant::now();
        let (mut calls, mut loops) = (Duration::ZERO, Duration::ZERO);
        loop {
            for turn in &self.schedule.turns {
                if stops.load(Ordering::Relaxed) {
                    return gauged;
                }
                let start = Instant::now();
                let outcome = (turn.check)(&self.runtime);
                let middle = Instant::now();
                black_box(reference(black_box(&text)));
                calls += middle - start;
                loops += middle.elapsed();
                self.calls.fetch_add(1, Ordering::Relaxed);
                let name = self.schedule.operations[turn.operation];
                match outcome {
                    Ok(true) => {}
                    Ok(false) => {
                        gauged.wrong += 1;
                        gauged
                            .first
                            .get_or_insert_with(|| format!("{name}: a wrong answer"));
                    }
                    Err(error) => {
                        gauged.errors += 1;
                        gauged
                            .first
                            .get_or_insert_with(|| format!("{name}: {error:#}"));
                    }
                }
            }
            if begun.elapsed() >= MINUTE {
                gauged
                    .minutes
                    .push(loops.as_secs_f64() / calls.as_secs_f64());
                begun = Instant::now();
                (calls, loops) = (Duration::ZERO, Duration::ZERO);
            }
        }
    }
}

/// Each step waits for the one before, and needs no memory but the first cache's and the second's.
fn reference(text: &[u8]) -> u32 {
    text.iter().fold(0x811c_9dc5, |state, byte| {
        (state ^ u32::from(*byte)).wrapping_mul(0x0100_0193)
    })
}
