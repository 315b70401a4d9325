//! `cargo xtask bench-table`: the last run of the benchmarks as figures of this machine, pages and
//! charts of all machines' figures, and an index of them.

mod chart;
mod data;
mod figures;
mod index;
mod markdown;
mod measured;

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io::{Write as _, stderr, stdout};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

use crate::{files, workspace};
use figures::Run;
use measured::Measured;

/// Turn the last run of the benchmarks into figures, a page and charts under docs/benchmarks/.
///
/// The figures, a JSON file named after the machine's processor, are what is kept; those of other machines stay. The
/// pages, the charts, and docs/benchmarks.md, the index that compares the machines, are made from all the figures that
/// are there.
///
/// A page has a table for each operation: throughput by input size on each engine, natively and of the peers, and
/// how many times as fast as those the kernel is. Then what surrounds a kernel: translating a module, making an
/// instance, calling. The charts, one for each module, show the throughput.
///
/// Only what the last `cargo bench` measured goes in, since figures of two runs cannot be compared. So run all of it,
/// or with a filter that takes whole operations (`cargo bench -- execute/search/`) and a folder of its own for `--out`.
///
/// What was measured is read from where criterion keeps it: the folder that `CRITERION_HOME` names, or `criterion`
/// in cargo's target folder.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  cargo bench; cargo xtask bench-table      measure, then write docs/
  KILOWAT_PEERS=FOLDER cargo bench          measure compiled peers beside ours
  cargo xtask bench-table --out /tmp/before keep a run, to be compared with the next
  cargo xtask bench-table --redraw          pages and charts anew, of the figures that are there")]
pub(crate) struct Arguments {
    /// The folder to write to; it is made where it does not exist [default: docs of the workspace]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,

    /// Take no new figures: make the pages and charts from those that are in the folder
    #[arg(long)]
    redraw: bool,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let root = workspace::root()?;
    let out = match &arguments.out {
        Some(out) => out.clone(),
        None => root.join("docs"),
    };
    if arguments.redraw {
        let machines = redraw(&out)?;
        let out = workspace::shown(&out);
        writeln!(stdout(), "{machines} machines in {}", out.display())?;
        return Ok(ExitCode::SUCCESS);
    }
    let Measured { run, left_out } = Measured::read(&criterion_folder(&root)?)?;
    let page = keep(&out, &run)?;
    redraw(&out)?;
    if left_out > 0 {
        writeln!(stderr(), "{left_out} rows of earlier runs are left out")?;
    }
    writeln!(
        stdout(),
        "{} rows of the run of {} in {}",
        run.figures(),
        run.about.started,
        workspace::shown(&page).display()
    )?;
    Ok(ExitCode::SUCCESS)
}

/// The folder of the machines' figures, pages and charts.
const MACHINES: &str = "benchmarks";

/// Writes the figures of a machine, and says where its page will be.
fn keep(out: &Path, run: &Run) -> Result<PathBuf> {
    let machines = out.join(MACHINES);
    fs::create_dir_all(&machines).with_context(|| format!("cannot make {}", machines.display()))?;
    let name = file_name(&run.about.machine);
    let path = machines.join(format!("{name}.json"));
    files::write(&path, data::text(run)?.as_bytes())?;
    Ok(path.with_extension("md"))
}

/// Makes everything anew that is made from figures, and says of how many machines.
fn redraw(out: &Path) -> Result<usize> {
    let runs = runs(&out.join(MACHINES))?;
    let drawn = drawn(&runs);
    for name in runs.keys() {
        // A module that is no more has no chart.
        let charts = Path::new(MACHINES).join(name);
        for chart in entries(&out.join(&charts))? {
            let is_current = chart
                .file_name()
                .is_some_and(|file| drawn.contains_key(&charts.join(file)));
            if !is_current {
                fs::remove_file(&chart)
                    .with_context(|| format!("cannot remove {}", chart.display()))?;
            }
        }
    }
    for (path, text) in drawn {
        let path = out.join(path);
        let folder = path.parent().unwrap_or(out);
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        files::write(&path, text.as_bytes())?;
    }
    Ok(runs.len())
}

/// The figures that are in a folder, by the name of each machine's files.
fn runs(machines: &Path) -> Result<BTreeMap<String, Run>> {
    let mut runs = BTreeMap::new();
    for path in entries(machines)? {
        if path.extension() == Some(OsStr::new("json")) {
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            runs.insert(name.into_owned(), data::read(&path)?);
        }
    }
    ensure!(
        !runs.is_empty(),
        "there are no figures in {}: run `cargo bench`, then `cargo xtask bench-table`",
        machines.display()
    );
    Ok(runs)
}

/// What is in a folder; nothing where there is no such folder.
fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let cannot = || format!("cannot read {}", folder.display());
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let entries = fs::read_dir(folder).with_context(cannot)?;
    let paths = entries.map(|entry| Ok(entry.with_context(cannot)?.path()));
    paths.collect()
}

/// The texts of pages and charts, by their places in the folder of the documentation. What is linked to
/// comes before what links to it.
fn drawn(runs: &BTreeMap<String, Run>) -> BTreeMap<PathBuf, String> {
    let mut drawn = BTreeMap::new();
    let machines = Path::new(MACHINES);
    for (name, run) in runs {
        for module in run.modules() {
            let path = machines.join(name).join(format!("{module}.svg"));
            drawn.insert(path, chart::draw(run, module));
        }
        let page = markdown::page(run, name, &format!("{name}.json"));
        drawn.insert(machines.join(format!("{name}.md")), page);
    }
    let index = Path::new(MACHINES).with_extension("md");
    drawn.insert(index, index::page(runs, MACHINES));
    drawn
}

/// The name of a machine's files: its processor's model in lower case, without marks.
fn file_name(machine: &str) -> String {
    let model = index::model(machine).to_lowercase();
    let model = model.replace("(r)", "").replace("(tm)", "");
    let words = model.split(|letter: char| !letter.is_ascii_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    if words.is_empty() {
        return "machine".to_owned();
    }
    words.join("-")
}

/// What `cargo metadata` says, as far as it matters here.
#[derive(Debug, Deserialize)]
struct Metadata {
    target_directory: PathBuf,
}

/// Where criterion keeps its figures when `cargo bench` runs at the root.
fn criterion_folder(root: &Path) -> Result<PathBuf> {
    if let Some(folder) = env::var_os("CRITERION_HOME") {
        return Ok(root.join(folder));
    }
    if let Some(target) = env::var_os("CARGO_TARGET_DIR") {
        return Ok(root.join(target).join("criterion"));
    }
    // Only cargo knows all the places where its target folder can be configured.
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(root)
        .output()
        .context("cannot run `cargo metadata`, which knows the target folder")?;
    ensure!(
        output.status.success(),
        "`cargo metadata` failed: {}",
        String::from_utf8_lossy(&output.stderr).trim()
    );
    let metadata: Metadata =
        serde_json::from_slice(&output.stdout).context("`cargo metadata` says nothing sensible")?;
    Ok(metadata.target_directory.join("criterion"))
}

#[cfg(test)]
mod tests;
