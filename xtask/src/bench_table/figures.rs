//! The figures of a run, as the pages and charts show them.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use anyhow::{Context as _, Result, bail, ensure};
use serde::{Deserialize, Serialize};

/// The tier that runs no WebAssembly: what all others are measured against.
pub(super) const NATIVE: &str = "native";

/// What a call may take, in nanoseconds: from a part of a clock's tick to days.
const SENSIBLE: RangeInclusive<f64> = 1e-3..=1e15;

/// A run of the benchmarks. Times are in nanoseconds for one call.
#[derive(Debug, PartialEq)]
pub(super) struct Run {
    /// When, where and of what it was.
    pub(super) about: About,
    /// The operations that were measured, in the order of their list.
    pub(super) operations: Vec<Operation>,
    /// Times to translate each module.
    pub(super) translate: Table<String>,
    /// Times to make an instance of each module.
    pub(super) instantiate: Table<String>,
    /// Times of what surrounds a call.
    pub(super) overhead: Table<String>,
}

/// When, where and of what a run was.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct About {
    /// When it began, as people write it.
    pub(super) started: String,
    /// The processor and the operating system.
    pub(super) machine: String,
    /// Our tiers, those that run WebAssembly first.
    pub(super) engines: Vec<Engine>,
    /// Names of the modules that ours are compared with.
    pub(super) peers: Vec<String>,
    /// The operations that there are.
    pub(super) operations: Vec<Description>,
    /// How busy the machine was.
    pub(super) noise: Noise,
}

/// A tier.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Engine {
    /// The name that ids end in.
    pub(super) name: String,
    /// What stands behind it, with its version.
    pub(super) implementation: String,
}

/// What an operation is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Description {
    pub(super) name: String,
    /// The module that has its kernel.
    pub(super) module: String,
    /// What it does, in a line.
    pub(super) summary: String,
}

/// How far the median batch of a row lies above its fastest, as a part of that.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Noise {
    /// In half of all rows it is at most this.
    pub(super) median: f64,
    /// It is never more.
    pub(super) most: f64,
    /// The row that has the most.
    pub(super) noisiest: String,
}

/// An operation with its figures.
#[derive(Debug, PartialEq)]
pub(super) struct Operation {
    pub(super) about: Description,
    /// Times by size in bytes. No cell is empty.
    pub(super) times: Table<u64>,
}

/// Times, by what was measured and by the engine that it was measured on.
#[derive(Debug, PartialEq)]
pub(super) struct Table<K> {
    /// The engines and peers on engines, in the order of the columns.
    pub(super) columns: Vec<String>,
    /// A row for each thing measured.
    pub(super) rows: BTreeMap<K, Times>,
}

/// Times by column.
pub(super) type Times = BTreeMap<String, f64>;

/// A row of a table under its id: all of its times but for the column.
pub(super) type Row = (String, Times);

impl Run {
    /// Sorts rows into tables.
    pub(super) fn new(about: About, rows: impl IntoIterator<Item = Row>) -> Result<Self> {
        let mut tables = Tables {
            columns: columns(&about),
            tables: BTreeMap::new(),
        };
        for (id, times) in rows {
            tables.row(&id, times)?;
        }
        tables.finish(about)
    }

    /// Every row, in the order of the page.
    pub(super) fn rows(&self) -> impl Iterator<Item = (String, &Times)> {
        let executions = self.operations.iter().flat_map(|operation| {
            let kind = format!("execute/{}", operation.about.name);
            rows(kind, &operation.times)
        });
        let rest = [
            ("translate", &self.translate),
            ("instantiate", &self.instantiate),
            ("overhead", &self.overhead),
        ];
        let rest = rest
            .into_iter()
            .flat_map(|(kind, table)| rows(kind.to_owned(), table));
        executions.chain(rest)
    }

    /// How many figures there are.
    pub(super) fn figures(&self) -> usize {
        self.rows().map(|(_, times)| times.len()).sum()
    }

    /// The modules whose operations were measured, in the order of those.
    pub(super) fn modules(&self) -> Vec<&str> {
        let mut modules: Vec<&str> = Vec::new();
        for operation in &self.operations {
            if !modules.contains(&operation.about.module.as_str()) {
                modules.push(&operation.about.module);
            }
        }
        modules
    }
}

fn rows<K: ToString>(kind: String, table: &Table<K>) -> impl Iterator<Item = (String, &Times)> {
    table
        .rows
        .iter()
        .map(move |(key, times)| (format!("{kind}/{}", key.to_string()), times))
}

/// All columns that a table can have: the engines, then each engine's peers.
fn columns(about: &About) -> Vec<String> {
    let engines = about.engines.iter().map(|engine| engine.name.clone());
    let hosts = about.engines.iter().filter(|engine| engine.name != NATIVE);
    let peers = hosts.flat_map(|engine| {
        let name = move |peer: &String| peer_column(peer, &engine.name);
        about.peers.iter().map(name)
    });
    engines.chain(peers).collect()
}

/// The column of a peer on an engine.
pub(super) fn peer_column(peer: &str, engine: &str) -> String {
    format!("{peer}-{engine}")
}

/// Rows by what the first parts of their ids say, then by the last.
struct Tables {
    columns: Vec<String>,
    tables: BTreeMap<String, BTreeMap<String, Times>>,
}

impl Tables {
    fn row(&mut self, id: &str, times: Times) -> Result<()> {
        let parts: Vec<&str> = id.split('/').collect();
        let (table, key) = match parts[..] {
            [kind @ ("translate" | "instantiate" | "overhead"), key] => (kind.to_owned(), key),
            ["execute", operation, size] => (format!("execute/{operation}"), size),
            _ => bail!(
                "the row `{id}` is of no kind that has a table: translate/MODULE, instantiate/MODULE, \
                 overhead/WHAT, execute/OPERATION/SIZE"
            ),
        };
        for (column, time) in &times {
            ensure!(
                self.columns.contains(column),
                "the row `{id}/{column}` is of no engine and no peer of the run: {}",
                self.columns.join(", ")
            );
            ensure!(
                SENSIBLE.contains(time),
                "the row `{id}/{column}` holds no sensible time: {time} ns"
            );
        }
        ensure!(!times.is_empty(), "the row `{id}` holds no times");
        let rows = self.tables.entry(table).or_default();
        rows.entry(key.to_owned()).or_default().extend(times);
        Ok(())
    }

    fn finish(mut self, about: About) -> Result<Run> {
        let mut operations = Vec::new();
        for about in &about.operations {
            if let Some(rows) = self.tables.remove(&format!("execute/{}", about.name)) {
                operations.push(Operation {
                    times: self.by_size(&about.name, rows)?,
                    about: about.clone(),
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
        Ok(Run {
            about,
            operations,
            translate,
            instantiate,
            overhead,
        })
    }

    /// The rows of an operation. A filter, or a run that was stopped, may have left holes; ratios
    /// need both their sides, so that is an error.
    fn by_size(&self, operation: &str, rows: BTreeMap<String, Times>) -> Result<Table<u64>> {
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

    fn table<K>(&self, rows: BTreeMap<K, Times>) -> Table<K> {
        let present = |column: &&String| rows.values().any(|row| row.contains_key(*column));
        Table {
            columns: self.columns.iter().filter(present).cloned().collect(),
            rows,
        }
    }
}
