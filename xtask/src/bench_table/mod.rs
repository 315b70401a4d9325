//! `cargo xtask bench-table`: the last run of the benchmarks as a page and a chart of this machine,
//! and an index of all machines.

mod chart;
mod figures;
mod index;
mod markdown;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

use crate::{files, workspace};
use figures::Run;

/// Turn the last run of the benchmarks into a page and a chart under docs/benchmarks/.
///
/// They are named after the machine's processor, so that those of other machines stay; docs/benchmarks.md, the
/// index, is made again from the pages that are there, and compares them.
///
/// The page has a table for each operation: throughput by input size on each engine, natively and of the peers, and
/// how many times as fast as those the kernel is. Then what surrounds a kernel: translating a module, making an
/// instance, calling. The chart shows the throughput.
///
/// Only what the last `cargo bench` measured goes in, since figures of two runs cannot be compared. So run all of it,
/// or with a filter that takes whole operations (`cargo bench -- execute/search/`) and a folder of its own for `--out`.
///
/// The figures are read from where criterion keeps them: the folder that `CRITERION_HOME` names, or `criterion`
/// in cargo's target folder.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  cargo bench; cargo xtask bench-table      measure, then write docs/
  KILOWAT_PEERS=FOLDER cargo bench          measure compiled peers beside ours
  cargo xtask bench-table --out /tmp/before keep a run, to be compared with the next")]
pub(crate) struct Arguments {
    /// The folder to write to; it is made where it does not exist [default: docs of the workspace]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let root = workspace::root()?;
    let out = match &arguments.out {
        Some(out) => out.clone(),
        None => root.join("docs"),
    };
    let run = Run::read(&criterion_folder(&root)?)?;
    let page = write_all(&out, &run)?;
    if run.left_out > 0 {
        eprintln!("{} rows of earlier runs are left out", run.left_out);
    }
    println!(
        "{} rows of the run of {} in {}",
        run.rows(),
        run.started,
        workspace::shown(&page).display()
    );
    Ok(ExitCode::SUCCESS)
}

/// The folder of the machines' pages.
const PAGES: &str = "benchmarks";

/// Writes everything, and says where the machine's page is.
fn write_all(out: &Path, run: &Run) -> Result<PathBuf> {
    let pages = out.join(PAGES);
    fs::create_dir_all(&pages).with_context(|| format!("cannot make {}", pages.display()))?;
    let machine = file_name(&run.machine);
    let page = pages.join(format!("{machine}.md"));
    // What is linked to before what links to it.
    let chart = format!("{machine}.svg");
    files::write(&pages.join(&chart), chart::draw(run)?.as_bytes())?;
    files::write(&page, markdown::page(run, &chart).as_bytes())?;
    let index = index::page(&pages, PAGES)?;
    files::write(&out.join("benchmarks.md"), index.as_bytes())?;
    Ok(page)
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
