//! Durations as a histogram, and how it stands in the database.

use std::time::Duration;

use hdrhistogram::Histogram;

/// Durations are told apart up to this one: an hour.
const LONGEST: u64 = 3_600_000_000_000;

/// Percentiles are within one in a hundred of the exact ones.
const DIGITS: u8 = 2;

/// How many durations there were of which length, in nanoseconds.
#[derive(Debug, Clone)]
pub(crate) struct Durations(Option<Histogram<u64>>);

impl Durations {
    pub(crate) fn new() -> Self {
        // It is made for any bounds that are sensible, and these are.
        Self(Histogram::new_with_bounds(1, LONGEST, DIGITS).ok())
    }

    pub(crate) fn add(&mut self, duration: Duration) {
        let nanos = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        self.add_many(nanos, 1);
    }

    fn add_many(&mut self, nanos: u64, count: u64) {
        if let Some(histogram) = &mut self.0 {
            histogram.saturating_record_n(nanos.clamp(1, LONGEST), count);
        }
    }

    pub(crate) fn len(&self) -> u64 {
        self.0.as_ref().map_or(0, Histogram::len)
    }

    /// What so large a part of them stays within; nothing where there are none.
    pub(crate) fn quantile(&self, quantile: f64) -> Option<u64> {
        let histogram = self.0.as_ref().filter(|histogram| !histogram.is_empty())?;
        Some(histogram.value_at_quantile(quantile))
    }

    pub(crate) fn longest(&self) -> Option<u64> {
        let histogram = self.0.as_ref().filter(|histogram| !histogram.is_empty())?;
        Some(histogram.max())
    }

    /// Adds those of another.
    pub(crate) fn merge(&mut self, other: &Self) {
        for (nanos, count) in other.pairs() {
            self.add_many(nanos, count);
        }
    }

    fn pairs(&self) -> impl Iterator<Item = (u64, u64)> {
        let recorded = self.0.iter().flat_map(Histogram::iter_recorded);
        recorded.map(|step| (step.value_iterated_to(), step.count_at_value()))
    }

    /// As bytes: for each length that occurs, shortest first, the difference to the one before and how often it
    /// occurs, both in LEB128. An hour of one hook takes some hundred bytes, where the format of other
    /// implementations has its counters, most of them empty.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut before = 0;
        for (nanos, count) in self.pairs() {
            put(&mut bytes, nanos - before);
            put(&mut bytes, count);
            before = nanos;
        }
        bytes
    }

    /// Adds those that were written as bytes. Says whether they can be read.
    pub(crate) fn add_bytes(&mut self, mut bytes: &[u8]) -> bool {
        let mut nanos = 0_u64;
        while !bytes.is_empty() {
            let pair = (get(&mut bytes), get(&mut bytes));
            let (Some(difference), Some(count)) = pair else {
                return false;
            };
            let Some(next) = nanos.checked_add(difference) else {
                return false;
            };
            nanos = next;
            self.add_many(nanos, count);
        }
        true
    }
}

fn put(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn get(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        let part = u64::from(byte & 0x7f);
        if shift == 63 && part > 1 {
            return None;
        }
        number |= part << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_hold_what_was_added() {
        let mut durations = Durations::new();
        let mut random = fastrand::Rng::with_seed(13);
        for _ in 0..1_000 {
            let longest = 1 << random.u32(1..44);
            durations.add(Duration::from_nanos(random.u64(0..longest)));
        }
        let bytes = durations.to_bytes();
        let mut read = Durations::new();
        assert!(read.add_bytes(&bytes));
        assert_eq!(read.len(), 1_000);
        assert_eq!(read.to_bytes(), bytes);
        for quantile in [0.0, 0.5, 0.95, 0.99, 1.0] {
            assert_eq!(read.quantile(quantile), durations.quantile(quantile));
        }
        read.merge(&durations);
        assert_eq!(read.len(), 2_000);
        assert_eq!(read.quantile(0.5), durations.quantile(0.5));
    }

    #[test]
    fn percentiles_are_within_a_hundredth() {
        let mut durations = Durations::new();
        for micros in 1..=1_000 {
            durations.add(Duration::from_micros(micros));
        }
        let p95 = durations.quantile(0.95).unwrap();
        assert!((950_000..=960_000).contains(&p95), "{p95}");
        assert_eq!(Durations::new().quantile(0.5), None);
    }

    #[test]
    fn damaged_bytes_are_refused() {
        for bytes in [&[0x80][..], &[1], &[1, 0x80], &[0xff; 11], &[0xff; 20]] {
            assert!(!Durations::new().add_bytes(bytes), "{bytes:?}");
        }
        let largest = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1];
        let mut twice = largest.to_vec();
        twice.push(1);
        twice.extend([1, 1]);
        assert!(!Durations::new().add_bytes(&twice), "the sum is too large");
    }
}
