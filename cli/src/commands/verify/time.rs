//! How long a call takes.

use std::time::{Duration, Instant};

use anyhow::Result;
use hdrhistogram::Histogram;

/// Calls that are shorter are timed several at once: the clock takes its time, too.
const SHORT: Duration = Duration::from_micros(5);

/// The fewest calls, or batches of them, that a percentile is made of.
const FEWEST: u64 = 20;

/// The longest that a histogram tells apart.
const LONGEST: u64 = 60_000_000_000;

/// How long calls took, in nanoseconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Time {
    pub(super) median: u64,
    pub(super) p95: u64,
    pub(super) calls: u64,
}

/// Calls again and again for so long, or more often where that was too seldom.
pub(super) fn measure(limit: Duration, mut call: impl FnMut() -> Result<()>) -> Result<Time> {
    let one = warm(&mut call)?;
    let batch = (SHORT.as_nanos() / one.as_nanos().max(1) + 1) as u32;
    let mut times = Histogram::<u64>::new_with_bounds(1, LONGEST, 3)?;
    let began = Instant::now();
    while began.elapsed() < limit || times.len() < FEWEST {
        let batch_began = Instant::now();
        for _ in 0..batch {
            call()?;
        }
        let each = batch_began.elapsed().as_nanos() / u128::from(batch);
        times.saturating_record(u64::try_from(each).unwrap_or(LONGEST).max(1));
    }
    Ok(Time {
        median: times.value_at_quantile(0.5),
        p95: times.value_at_quantile(0.95),
        calls: times.len() * u64::from(batch),
    })
}

/// The first calls compile and make instances. Gives how long the fastest of some took.
fn warm(call: &mut impl FnMut() -> Result<()>) -> Result<Duration> {
    let mut fastest = Duration::MAX;
    for _ in 0..FEWEST {
        let begun = Instant::now();
        call()?;
        fastest = fastest.min(begun.elapsed());
    }
    Ok(fastest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_calls_are_timed_in_batches_and_errors_end_it() {
        let mut calls = 0;
        let time = measure(Duration::from_millis(2), || {
            calls += 1;
            Ok(())
        })
        .unwrap();
        assert!(time.median <= time.p95);
        assert_eq!(time.calls + FEWEST, calls);
        assert!(measure(Duration::ZERO, || anyhow::bail!("no")).is_err());
    }
}
