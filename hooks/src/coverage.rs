//! What the last run of the tests has covered of a file, as an `lcov.info` says (geninfo(1)).

use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};

use crate::context::Context;
use crate::report::{Coverage, Share};

/// Where tools write it, from the project.
const PLACES: [&str; 5] = [
    "lcov.info",
    "coverage/lcov.info",
    "coverage/lcov-report/lcov.info",
    "target/lcov.info",
    "target/llvm-cov/lcov.info",
];

/// A longer one takes too long to be read after each edit.
const LONGEST: u64 = 16 << 20;

/// A file of coverage.
#[derive(Debug)]
pub(crate) struct Source {
    name: &'static str,
    full: PathBuf,
    metadata: Metadata,
}

impl Source {
    /// The one of a project.
    pub(crate) fn find(project: &Path) -> Option<Self> {
        PLACES.into_iter().find_map(|name| {
            let full = project.join(name);
            let metadata = fs::metadata(&full).ok()?;
            let is_one = metadata.is_file() && metadata.len() <= LONGEST;
            is_one.then_some(Self {
                name,
                full,
                metadata,
            })
        })
    }

    /// What changes when the file does.
    pub(crate) fn stamp(&self) -> (u64, Option<std::time::SystemTime>) {
        (self.metadata.len(), self.metadata.modified().ok())
    }

    /// What it says of a file, if anything.
    pub(crate) fn of(&self, project: &Path, path: &Path, context: &Context) -> Option<Coverage> {
        let bytes = fs::read(&self.full).ok()?;
        let counts = counts(&bytes, project, path)?;
        let edited = fs::metadata(project.join(path)).ok()?.modified().ok();
        let lines = counts.lines.share()?;
        Some(Coverage {
            meets_minimum: lines.percentage >= context.minimum_coverage,
            lines,
            branches: counts.branches.share(),
            functions: counts.functions.share(),
            minimum: context.minimum_coverage,
            source: self.name.to_owned(),
            is_older_than_edit: edited > self.metadata.modified().ok(),
        })
    }
}

/// How many there are, and how many of them are covered.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Count {
    total: u64,
    covered: u64,
}

/// To two places.
#[expect(clippy::cast_precision_loss, reason = "no file has 2^53 lines")]
fn percentage(covered: u64, total: u64) -> f64 {
    (covered as f64 / total as f64 * 1e4).round() / 1e2
}

impl Count {
    fn share(self) -> Option<Share> {
        let Self { total, covered } = self;
        let covered = covered.min(total);
        (total > 0).then(|| Share {
            total,
            covered,
            percentage: percentage(covered, total),
        })
    }
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Counts {
    lines: Count,
    branches: Count,
    functions: Count,
}

/// The counts of a file: where several runs of tests say something of it, those of the one that covers most.
fn counts(bytes: &[u8], project: &Path, path: &Path) -> Option<Counts> {
    let mut best: Option<Counts> = None;
    let mut current: Option<(Counts, Count)> = None;
    for line in bytes.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if let Some(name) = line.strip_prefix(b"SF:") {
            current = is_of(name, project, path).then(Default::default);
            continue;
        }
        let Some((counts, seen)) = &mut current else {
            continue;
        };
        if line == b"end_of_record" {
            // Some write no sums.
            if counts.lines.total == 0 {
                counts.lines = *seen;
            }
            if best.is_none_or(|best| counts.lines.covered > best.lines.covered) {
                best = Some(*counts);
            }
            current = None;
            continue;
        }
        let Some((key, value)) = str::from_utf8(line)
            .ok()
            .and_then(|line| line.split_once(':'))
        else {
            continue;
        };
        let number = || value.trim().parse().unwrap_or(0);
        match key {
            "LF" => counts.lines.total = number(),
            "LH" => counts.lines.covered = number(),
            "BRF" => counts.branches.total = number(),
            "BRH" => counts.branches.covered = number(),
            "FNF" => counts.functions.total = number(),
            "FNH" => counts.functions.covered = number(),
            "DA" => {
                let hits = value.split(',').nth(1).unwrap_or("0");
                seen.total += 1;
                seen.covered += u64::from(hits != "0");
            }
            _ => {}
        }
    }
    best
}

/// Whether a name in the file is that of a file of the project.
fn is_of(name: &[u8], project: &Path, path: &Path) -> bool {
    let Ok(name) = str::from_utf8(name) else {
        return false;
    };
    let name = Path::new(name.strip_prefix("./").unwrap_or(name));
    name.strip_prefix(project).unwrap_or(name) == path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counts_of_a_file_are_those_of_its_best_record() {
        let text = b"TN:\nSF:src/a.js\nDA:1,3\nDA:2,0\nend_of_record\n\
            SF:/work/p/src/a.js\nLF:4\nLH:3\nBRF:2\nBRH:1\nend_of_record\r\n\
            SF:src/b.js\nLF:1\nLH:1\nend_of_record\nSF:src/c.js\nLF:9\n";
        let of = |path: &str| counts(text, Path::new("/work/p"), Path::new(path));
        let a = of("src/a.js").unwrap();
        assert_eq!((a.lines.total, a.lines.covered), (4, 3));
        assert_eq!(a.lines.share().unwrap().percentage.to_string(), "75");
        assert_eq!(a.branches.share().unwrap().percentage.to_string(), "50");
        assert_eq!(a.functions.share(), None);
        // What is cut off says nothing.
        assert_eq!(of("src/c.js"), None);
        assert_eq!(of("a.js"), None);
    }
}
