//! The figures of a run, read from the files that the benchmarks leave.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use anyhow::{Context as _, Result, bail, ensure};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use walkdir::WalkDir;

/// The tier that runs no WebAssembly: what all others are measured against.
pub(super) const NATIVE: &str = "native";

/// The last run.
#[derive(Debug)]
pub(super) struct Run {
    /// When it began, as people write it.
    pub(super) started: String,
    /// The processor and the operating system.
    pub(super) machine: String,
    /// Our tiers, those that run WebAssembly first.
    pub(super) engines: Vec<Engine>,
    /// Names of the modules that ours are compared with.
    pub(super) peers: Vec<String>,
    /// The operations that were measured, in the order of their list.
    pub(super) operations: Vec<Operation>,
    /// Times to translate each module.
    pub(super) translate: Table<String>,
    /// Times to make an instance of each module.
    pub(super) instantiate: Table<String>,
    /// Times of what surrounds a call.
    pub(super) overhead: Table<String>,
    /// How many rows belong to earlier runs.
    pub(super) left_out: usize,
}

/// A tier.
#[derive(Debug, Deserialize)]
pub(super) struct Engine {
    /// The name that ids end in.
    pub(super) name: String,
    /// What stands behind it, with its version.
    pub(super) implementation: String,
}

/// An operation with its figures.
#[derive(Debug)]
pub(super) struct Operation {
    /// Its name.
    pub(super) name: String,
    /// What it does, in a line.
    pub(super) summary: String,
    /// Times by size in bytes. No cell is empty.
    pub(super) times: Table<u64>,
}

/// Times, by what was measured and by the engine that it was measured on.
#[derive(Debug)]
pub(super) struct Table<K> {
    /// The engines and peers on engines, in the order of the columns.
    pub(super) columns: Vec<String>,
    /// A row for each thing measured.
    pub(super) rows: BTreeMap<K, BTreeMap<String, Time>>,
}

/// How long something took.
#[derive(Debug, Clone, Copy)]
pub(super) struct Time {
    /// The fastest batch, in nanoseconds for one call. A kernel does the same work each time; what
    /// makes a batch slower is everything else that the machine does, so the fastest one is what
    /// repeats best.
    pub(super) best: f64,
    /// How far the median batch lies above the fastest, as a part of it: how busy the machine was.
    pub(super) noise: f64,
}

/// What `benches/kernels/run.rs` writes.
#[derive(Debug, Deserialize)]
struct RunFile {
    started: u64,
    machine: String,
    engines: Vec<Engine>,
    operations: Vec<OperationName>,
    peers: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct OperationName {
    name: String,
    summary: String,
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

impl Run {
    /// Reads the last run from criterion's folder.
    pub(super) fn read(criterion: &Path) -> Result<Self> {
        let path = criterion.join("kilowat-run.json");
        ensure!(
            path.exists(),
            "there is no run yet ({} does not exist): run `cargo bench` first",
            path.display()
        );
        let file: RunFile = read_json(&path)?;
        let mut reader = Reader {
            columns: columns(&file),
            since: SystemTime::UNIX_EPOCH + Duration::from_secs(file.started),
            tables: BTreeMap::new(),
            left_out: 0,
        };
        for entry in WalkDir::new(criterion) {
            let entry = entry.with_context(|| format!("cannot read {}", criterion.display()))?;
            // Beside `new` stand `base` and the baselines that someone has saved.
            if entry.file_name() == "benchmark.json"
                && let Some(folder) = entry.path().parent()
                && folder.file_name().is_some_and(|name| name == "new")
            {
                reader.row(folder)?;
            }
        }
        ensure!(
            !reader.tables.is_empty(),
            "the last run was stopped before it had measured anything: run `cargo bench` again"
        );
        reader.finish(file)
    }

    /// How many figures there are.
    pub(super) fn rows(&self) -> usize {
        self.times().count()
    }

    /// Every time, with its id.
    pub(super) fn times(&self) -> impl Iterator<Item = (String, Time)> {
        let executions = self.operations.iter().flat_map(|operation| {
            let kind = format!("execute/{}", operation.name);
            cells(kind, &operation.times)
        });
        let rest = [
            ("translate", &self.translate),
            ("instantiate", &self.instantiate),
            ("overhead", &self.overhead),
        ];
        let rest = rest
            .into_iter()
            .flat_map(|(kind, table)| cells(kind.to_owned(), table));
        executions.chain(rest)
    }
}

fn cells<K: ToString>(kind: String, table: &Table<K>) -> impl Iterator<Item = (String, Time)> {
    table.rows.iter().flat_map(move |(key, row)| {
        let prefix = format!("{kind}/{}", key.to_string());
        row.iter()
            .map(move |(column, time)| (format!("{prefix}/{column}"), *time))
    })
}

/// All columns that a table can have: the engines, then each engine's peers.
fn columns(file: &RunFile) -> Vec<String> {
    let engines = file.engines.iter().map(|engine| engine.name.clone());
    let hosts = file.engines.iter().filter(|engine| engine.name != NATIVE);
    let peers = hosts.flat_map(|engine| {
        let name = move |peer: &String| peer_column(peer, &engine.name);
        file.peers.iter().map(name)
    });
    engines.chain(peers).collect()
}

/// The column of a peer on an engine.
pub(super) fn peer_column(peer: &str, engine: &str) -> String {
    format!("{peer}-{engine}")
}

/// Collects rows: by what the first parts of their ids say, then by the last but one, then by
/// the last.
struct Reader {
    columns: Vec<String>,
    since: SystemTime,
    tables: BTreeMap<String, BTreeMap<String, BTreeMap<String, Time>>>,
    left_out: usize,
}

impl Reader {
    /// Takes one row, from the folder with its two files.
    fn row(&mut self, folder: &Path) -> Result<()> {
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
        let parts: Vec<&str> = id.split('/').collect();
        let (table, key, column) = match parts[..] {
            [
                kind @ ("translate" | "instantiate" | "overhead"),
                key,
                column,
            ] => (kind.to_owned(), key, column),
            ["execute", operation, size, column] => (format!("execute/{operation}"), size, column),
            // The benches `runtime` and `monitor`: docs/runtime.md has their figures.
            [
                "call" | "threads" | "buffers" | "first_result" | "process" | "record_answer"
                | "snapshot",
                ..,
            ] => return Ok(()),
            _ => bail!(
                "the row `{id}` is of no kind that has a table: translate/MODULE/ENGINE, \
                 instantiate/MODULE/ENGINE, overhead/WHAT/ENGINE, execute/OPERATION/SIZE/ENGINE"
            ),
        };
        ensure!(
            self.columns.iter().any(|known| known == column),
            "the row `{id}` is of no engine and no peer of the run: {}",
            self.columns.join(", ")
        );
        let rows = self.tables.entry(table).or_default();
        let row = rows.entry(key.to_owned()).or_default();
        row.insert(column.to_owned(), time);
        Ok(())
    }

    fn finish(mut self, file: RunFile) -> Result<Run> {
        let mut operations = Vec::new();
        for OperationName { name, summary } in file.operations {
            if let Some(rows) = self.tables.remove(&format!("execute/{name}")) {
                operations.push(Operation {
                    times: self.by_size(&name, rows)?,
                    name,
                    summary,
                });
            }
        }
        let mut times = |kind| {
            let rows = self.tables.remove(kind).unwrap_or_default();
            self.table(rows)
        };
        let (translate, instantiate, overhead) =
            (times("translate"), times("instantiate"), times("overhead"));
        if let Some(table) = self.tables.keys().next() {
            bail!("the rows `{table}/…` are of no operation of the run");
        }
        let started = i64::try_from(file.started)?;
        let started =
            jiff::Timestamp::from_second(started).context("the run has no sensible date")?;
        Ok(Run {
            started: started.strftime("%Y-%m-%d %H:%M UTC").to_string(),
            machine: file.machine,
            engines: file.engines,
            peers: file.peers,
            operations,
            translate,
            instantiate,
            overhead,
            left_out: self.left_out,
        })
    }

    /// The rows of an operation. A filter, or a run that was stopped, may have left holes; ratios
    /// need both their sides, so that is an error.
    fn by_size(
        &self,
        operation: &str,
        rows: BTreeMap<String, BTreeMap<String, Time>>,
    ) -> Result<Table<u64>> {
        let mut by_size = BTreeMap::new();
        for (size, row) in rows {
            let bytes: u64 = size
                .parse()
                .ok()
                .filter(|bytes| *bytes > 0)
                .with_context(|| {
                    format!("the rows `execute/{operation}/{size}/…` are of no size in bytes")
                })?;
            by_size.insert(bytes, row);
        }
        let table = self.table(by_size);
        for (size, row) in &table.rows {
            for column in &table.columns {
                ensure!(
                    row.contains_key(column),
                    "the last run has no row `execute/{operation}/{size}/{column}`: run `cargo bench` \
                     again, to its end, without a filter or with one that takes whole operations"
                );
            }
        }
        Ok(table)
    }

    fn table<K>(&self, rows: BTreeMap<K, BTreeMap<String, Time>>) -> Table<K> {
        let present = |column: &&String| rows.values().any(|row| row.contains_key(*column));
        Table {
            columns: self.columns.iter().filter(present).cloned().collect(),
            rows,
        }
    }
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
