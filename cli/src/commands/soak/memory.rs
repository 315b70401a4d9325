//! How much memory there is in use, and whether it grows.

use std::time::Duration;

use kilowat::monitor::MemoryReport;
use memory_stats::memory_stats;
use serde::Serialize;

/// Shorter runs say nothing of growth: a thousand tasks take as long to spread over the operations,
/// and each that waits in a stream holds its buffers.
const LONG_ENOUGH: Duration = Duration::from_secs(30);

/// So much more at the end than before is no growth: allocators keep what they like.
const TOLERANCE_BYTES: u64 = 32 << 20;

/// And so is this share, in per cent.
const TOLERANCE_PERCENT: u64 = 10;

/// What is in use at a time, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(in crate::commands) struct Sample {
    /// What the process has in main memory, where the system tells.
    pub(in crate::commands) resident: Option<u64>,
    /// What the instances of kernels hold.
    pub(in crate::commands) instances: u64,
}

impl Sample {
    pub(in crate::commands) fn take(report: &MemoryReport) -> Self {
        Self {
            resident: memory_stats().map(|stats| stats.physical_mem as u64),
            instances: report.in_use,
        }
    }

    /// The most of each.
    pub(super) fn max(self, other: Self) -> Self {
        Self {
            resident: self.resident.max(other.resident),
            instances: self.instances.max(other.instances),
        }
    }
}

/// What has grown, of samples that were taken at equal distances. The medians of the second and the
/// last quarter are compared: what a leak takes stays taken. `None` where the run was too short.
pub(in crate::commands) fn growth(samples: &[Sample], elapsed: Duration) -> Option<Vec<String>> {
    let quarter = samples.len() / 4;
    if elapsed < LONG_ENOUGH || quarter == 0 {
        return None;
    }
    let (second, last) = (&samples[quarter..2 * quarter], &samples[3 * quarter..]);
    let resident: Figure = |sample| sample.resident;
    let instances: Figure = |sample| Some(sample.instances);
    let mut grown = Vec::new();
    for (whose, figure) in [("the process", resident), ("the instances", instances)] {
        let medians = median(second, figure).zip(median(last, figure));
        if let Some((before, after)) = medians
            && after > before + TOLERANCE_BYTES + before / 100 * TOLERANCE_PERCENT
        {
            grown.push(format!(
                "the memory of {whose} grew from {before} to {after} bytes"
            ));
        }
    }
    Some(grown)
}

type Figure = fn(&Sample) -> Option<u64>;

fn median(samples: &[Sample], figure: Figure) -> Option<u64> {
    let mut figures: Vec<_> = samples.iter().filter_map(figure).collect();
    figures.sort_unstable();
    figures.get(figures.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_mins(1);

    fn samples(resident: impl Fn(u64) -> u64, instances: impl Fn(u64) -> u64) -> Vec<Sample> {
        let sample = |second| Sample {
            resident: Some(resident(second) << 20),
            instances: instances(second) << 20,
        };
        (0..60).map(sample).collect()
    }

    #[test]
    fn a_leak_is_seen_and_a_wave_is_not() {
        let flat = samples(|_| 100, |_| 10);
        assert_eq!(growth(&flat, MINUTE), Some(Vec::new()));
        // Three mebibytes a second.
        let leak = samples(|second| 100 + 3 * second, |_| 10);
        let grown = growth(&leak, MINUTE).unwrap();
        let (before, after) = (166 << 20, 256 << 20);
        let expected = format!("the memory of the process grew from {before} to {after} bytes");
        assert_eq!(grown, [expected]);
        let instances = samples(|_| 100, |second| 2 * second);
        assert_eq!(growth(&instances, MINUTE).unwrap().len(), 1);
        let warm_up = samples(|second| 100 + second.min(15), |_| 10);
        assert_eq!(growth(&warm_up, MINUTE), Some(Vec::new()));
        let wave = samples(|second| 100 + 50 * (second % 2), |_| 10);
        assert_eq!(growth(&wave, MINUTE), Some(Vec::new()));
        assert_eq!(growth(&leak, Duration::from_secs(29)), None);
        assert_eq!(growth(&leak[..3], MINUTE), None);
    }

    #[test]
    fn this_process_has_memory() {
        let sample = Sample::take(&MemoryReport::default());
        if cfg!(any(target_os = "linux", target_os = "macos", windows)) {
            assert!(sample.resident.is_some_and(|bytes| bytes > 1 << 20));
        }
        let more = Sample {
            resident: None,
            instances: 5,
        };
        let peak = more.max(sample);
        assert_eq!((peak.resident, peak.instances), (sample.resident, 5));
    }
}
