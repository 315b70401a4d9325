//! What was measured: lines of JSON.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

/// A target, on each tier.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Measured {
    pub(super) target: String,
    pub(super) what: String,
    /// In nanoseconds.
    pub(super) limit: Option<u64>,
    /// The medians in nanoseconds, the tier that is judged first.
    pub(super) medians: Vec<(String, u64)>,
}

/// A line of `kilowat verify`.
#[derive(Deserialize)]
struct Line {
    target: String,
    what: String,
    tier: String,
    limit_ns: Option<u64>,
    median_ns: u64,
}

impl Measured {
    pub(super) fn read(lines: &[u8]) -> Result<Vec<Self>> {
        let mut all: Vec<Self> = Vec::new();
        for line in read::<Line>(lines, "kilowat verify")? {
            let median = (line.tier, line.median_ns);
            match all.last_mut().filter(|last| last.target == line.target) {
                Some(last) => last.medians.push(median),
                None => all.push(Self {
                    target: line.target,
                    what: line.what,
                    limit: line.limit_ns,
                    medians: vec![median],
                }),
            }
        }
        ensure!(!all.is_empty(), "kilowat verify measured nothing");
        Ok(all)
    }

    /// The median of the tier that is judged.
    pub(super) fn judged(&self) -> Option<u64> {
        self.medians.first().map(|(_, median)| *median)
    }

    pub(super) fn is_missed(&self) -> bool {
        matches!((self.judged(), self.limit), (Some(median), Some(limit)) if median > limit)
    }
}

/// The fastest package for a target.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Peer {
    pub(super) target: String,
    /// Its name and version.
    #[serde(rename = "peer")]
    pub(super) name: String,
    pub(super) median_ns: u64,
}

impl Peer {
    pub(super) fn read(lines: &[u8]) -> Result<Vec<Self>> {
        read(lines, "run.mjs")
    }
}

/// How many times as long packages take as the tier that is judged, by target.
pub(super) fn ratios(measured: &[Measured], peers: &[Peer]) -> BTreeMap<String, f64> {
    let ratio = |peer: &Peer| {
        let ours = measured
            .iter()
            .find(|ours| ours.target == peer.target)?
            .judged()?;
        Some((
            peer.target.clone(),
            nanos(peer.median_ns) / nanos(ours.max(1)),
        ))
    };
    peers.iter().filter_map(ratio).collect()
}

/// Nanoseconds to count with: 2^53 of them are a hundred days.
#[expect(clippy::cast_precision_loss, reason = "no call takes that long")]
pub(super) fn nanos(nanos: u64) -> f64 {
    nanos as f64
}

fn read<'l, T: Deserialize<'l>>(lines: &'l [u8], whose: &str) -> Result<Vec<T>> {
    let lines = lines
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty());
    lines
        .map(|line| {
            serde_json::from_slice(line).with_context(|| {
                format!(
                    "{whose} printed what is no measurement: {}",
                    String::from_utf8_lossy(line)
                )
            })
        })
        .collect()
}
