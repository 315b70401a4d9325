//! The buckets that latencies are counted in, and what is read from them.

use hdrhistogram::Histogram;

use super::ratio;
use super::report::Latency;

/// Each power of two is divided into this many bits of buckets: a bucket is at most 1/32 of its
/// values wide.
const DIVISION: u32 = 5;

/// Latencies of this many bits and more, 18 minutes, share the last bucket.
const RANGE: u32 = 40;

/// How many buckets there are: below 64 ns one for each nanosecond, then 32 for each power of two.
pub(super) const BUCKETS: usize = ((RANGE - DIVISION + 1) << DIVISION) as usize;

const LONGEST: u64 = (1 << RANGE) - 1;

/// The bucket of a latency.
pub(super) fn bucket(nanoseconds: u64) -> usize {
    let nanoseconds = nanoseconds.min(LONGEST);
    let shift = (nanoseconds | 1).ilog2().saturating_sub(DIVISION);
    // Below 64 nothing is shifted. From there on the shifted value is in 32..64.
    (u64::from(shift << DIVISION) + (nanoseconds >> shift)) as usize
}

/// The latency in the middle of a bucket.
fn middle(bucket: usize) -> u64 {
    let shift = (bucket as u32 >> DIVISION).saturating_sub(1);
    let first = (bucket as u64 - (u64::from(shift) << DIVISION)) << shift;
    first + ((1 << shift) >> 1)
}

/// How many calls took how long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Buckets(Box<[u64]>);

impl Default for Buckets {
    fn default() -> Self {
        Self(vec![0; BUCKETS].into())
    }
}

impl Buckets {
    /// Adds one count for each bucket, in their order.
    pub(super) fn add(&mut self, counts: impl Iterator<Item = u64>) {
        for (sum, count) in self.0.iter_mut().zip(counts) {
            *sum += count;
        }
    }

    /// What was counted since an earlier reading of the same buckets.
    pub(super) fn since(&self, earlier: &Self) -> Self {
        let pairs = self.0.iter().zip(&earlier.0);
        Self(pairs.map(|(now, then)| now.saturating_sub(*then)).collect())
    }

    pub(super) fn calls(&self) -> u64 {
        self.0.iter().sum()
    }

    /// The latency that all but a hundredth of the calls stay within, in nanoseconds.
    pub(super) fn p99(&self) -> u64 {
        self.histogram().value_at_quantile(0.99)
    }

    /// The whole picture, with what is known exactly: the extremes and the sum.
    pub(super) fn latency(&self, min: u64, max: u64, sum: u64) -> Latency {
        let histogram = self.histogram();
        let quantile = |quantile| histogram.value_at_quantile(quantile).clamp(min, max);
        Latency {
            min,
            mean: ratio(sum, histogram.len()),
            p50: quantile(0.5),
            p90: quantile(0.9),
            p95: quantile(0.95),
            p99: quantile(0.99),
            max,
        }
    }

    fn histogram(&self) -> Histogram<u64> {
        let mut histogram = Histogram::new_with_bounds(1, LONGEST, 2)
            // The bounds are in order, and two digits are within its zero to five.
            .expect("valid bounds");
        for (bucket, &count) in self.0.iter().enumerate() {
            histogram.saturating_record_n(middle(bucket), count);
        }
        histogram
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_ascend_and_are_narrow() {
        let mut previous = 0;
        for nanoseconds in (0..5_000).chain((13..RANGE).flat_map(|bits| {
            let power = 1 << bits;
            [power - 1, power, power + power / 3, power + power / 2]
        })) {
            let bucket = bucket(nanoseconds);
            assert!(bucket >= previous, "{nanoseconds}");
            previous = bucket;
            let off = middle(bucket).abs_diff(nanoseconds);
            assert!(off <= nanoseconds / 64 + 1, "{nanoseconds} is off by {off}");
            assert!(nanoseconds >= 64 || off == 0, "{nanoseconds}");
        }
    }

    #[test]
    fn every_latency_has_a_bucket() {
        assert_eq!(bucket(0), 0);
        assert_eq!(bucket(LONGEST), BUCKETS - 1);
        assert_eq!(bucket(u64::MAX), BUCKETS - 1);
    }
}
