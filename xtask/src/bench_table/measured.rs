//! The last run, read from the files that the benchmarks leave.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use walkdir::WalkDir;

use super::figures::{About, Description, Engine, Noise, Run, Times};

/// What was measured last.
#[derive(Debug)]
pub(super) struct Measured {
    pub(super) run: Run,
    /// How many rows belong to earlier runs.
    pub(super) left_out: usize,
}

/// What `benches/kernels/run.rs` writes.
#[derive(Debug, Deserialize)]
struct RunFile {
    started: u64,
    machine: String,
    engines: Vec<Engine>,
    operations: Vec<Description>,
    peers: Vec<String>,
}

/// criterion's `benchmark.json`, as far as it matters here.
#[derive(Debug, Deserialize)]
struct Benchmark {
    full_id: String,
}

/// criterion's `sample.json`, as far as it matters here: the batches.
#[derive(Debug, Deserialize)]
struct Sample {
    /// How many calls each batch made.
    iters: Vec<f64>,
    /// How long each batch took, in nanoseconds.
    times: Vec<f64>,
}

/// How long something took.
struct Time {
    /// The fastest batch, in nanoseconds for one call. A kernel does the same work each time; what
    /// makes a batch slower is everything else that the machine does, so the fastest one is what
    /// repeats best.
    best: f64,
    /// How far the median batch lies above the fastest, as a part of it: how busy the machine was.
    noise: f64,
}

impl Sample {
    /// The time of one call, if the figures make sense.
    fn time(&self) -> Option<Time> {
        let batches = self.times.iter().zip(&self.iters);
        let mut calls: Vec<f64> = batches.map(|(time, calls)| time / calls).collect();
        calls.sort_by(f64::total_cmp);
        let (best, median) = (*calls.first()?, calls[calls.len() / 2]);
        let sensible = best > 0.0 && calls.iter().all(|time| time.is_finite());
        sensible.then_some(Time {
            best,
            noise: (median - best) / best,
        })
    }
}

impl Measured {
    /// Reads the last run from criterion's folder.
    pub(super) fn read(criterion: &Path) -> Result<Self> {
        let path = criterion.join("kilowat-run.json");
        ensure!(
            path.exists(),
            "there is no run yet ({} does not exist): run `cargo bench` first",
            path.display()
        );
        let file: RunFile = read_json(&path)?;
        let mut rows = Rows {
            since: SystemTime::UNIX_EPOCH + Duration::from_secs(file.started),
            times: BTreeMap::new(),
            noises: Vec::new(),
            left_out: 0,
        };
        for entry in WalkDir::new(criterion) {
            let entry = entry.with_context(|| format!("cannot read {}", criterion.display()))?;
            // Beside `new` stand `base` and the baselines that someone has saved.
            if entry.file_name() == "benchmark.json"
                && let Some(folder) = entry.path().parent()
                && folder.file_name().is_some_and(|name| name == "new")
            {
                rows.read(folder)?;
            }
        }
        ensure!(
            !rows.times.is_empty(),
            "the last run was stopped before it had measured anything: run `cargo bench` again"
        );
        let started = i64::try_from(file.started)?;
        let started =
            jiff::Timestamp::from_second(started).context("the run has no sensible date")?;
        let about = About {
            started: started.strftime("%Y-%m-%d %H:%M UTC").to_string(),
            machine: file.machine,
            engines: file.engines,
            peers: file.peers,
            operations: file.operations,
            noise: rows.noise(),
        };
        Ok(Self {
            run: Run::new(about, rows.times)?,
            left_out: rows.left_out,
        })
    }
}

struct Rows {
    since: SystemTime,
    times: BTreeMap<String, Times>,
    /// Of each figure, with its id.
    noises: Vec<(f64, String)>,
    left_out: usize,
}

impl Rows {
    /// Takes one figure, from the folder with its two files.
    fn read(&mut self, folder: &Path) -> Result<()> {
        let path = folder.join("sample.json");
        let modified = fs::metadata(&path).and_then(|metadata| metadata.modified());
        let modified = modified.with_context(|| corrupt(&path))?;
        if modified < self.since {
            self.left_out += 1;
            return Ok(());
        }
        let Benchmark { full_id: id } = read_json(&folder.join("benchmark.json"))?;
        let sample: Sample = read_json(&path)?;
        let time = sample
            .time()
            .with_context(|| format!("{}: it holds no sensible times", corrupt(&path)))?;
        let (row, column) = id.rsplit_once('/').unwrap_or((&id, ""));
        // The benches `runtime` and `monitor`: docs/runtime.md has their figures.
        if let "call" | "threads" | "buffers" | "first_result" | "process" | "record_answer"
        | "snapshot" = id.split('/').next().unwrap_or_default()
        {
            return Ok(());
        }
        let times = self.times.entry(row.to_owned()).or_default();
        times.insert(column.to_owned(), rounded(time.best));
        self.noises.push((time.noise, id));
        Ok(())
    }

    fn noise(&mut self) -> Noise {
        self.noises
            .sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
        let middle = self.noises.get(self.noises.len() / 2);
        let Some(((median, _), (most, noisiest))) = middle.zip(self.noises.last()) else {
            return Noise::default();
        };
        Noise {
            median: rounded(*median),
            most: rounded(*most),
            noisiest: noisiest.clone(),
        }
    }
}

/// Six significant digits: more than a machine repeats, and a file that can be read.
fn rounded(number: f64) -> f64 {
    format!("{number:.5e}").parse().unwrap_or(number)
}

fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T> {
    let text = fs::read_to_string(path).with_context(|| corrupt(path))?;
    serde_json::from_str(&text).with_context(|| corrupt(path))
}

fn corrupt(path: &Path) -> String {
    format!(
        "{} is missing or damaged; run `cargo bench` again",
        path.display()
    )
}
