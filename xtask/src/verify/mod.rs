//! `cargo xtask verify`: every target of the plan in one pass, as a page.

mod criteria;
mod measured;
mod page;

use std::fs;
use std::io::{Write as _, stdout};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result};
use jiff::Zoned;

use crate::command_binary::{self, Profile};
use crate::{files, workspace};
use criteria::Criterion;
use measured::{Measured, Peer};
use page::Conditions;

/// Measure every target of the plan, beside plain JavaScript, and write docs/verification.md.
///
/// The command is built as it is released, and asked by `kilowat verify` for the median on each tier. Then Node works
/// on the same inputs with the fastest packages of plain JavaScript that do the same, which stand in
/// xtask/plain-javascript/package.json. Every answer is checked before it is timed. Behind the targets stand the
/// criteria of the plan that no single call shows, from xtask/src/verify/criteria.toml, each with the command that
/// proves it.
///
/// It takes some minutes, most of them of the build. Figures are worth keeping only where nothing else runs.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  cargo xtask verify                        the page anew
  cargo xtask verify --out /tmp/page.md     somewhere else
  cargo xtask verify --without-node         no Node here: the targets alone")]
pub(crate) struct Arguments {
    /// The file to write [default: docs/verification.md of the workspace]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// Leave plain JavaScript out
    #[arg(long)]
    without_node: bool,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let root = workspace::root()?;
    let criteria = Criterion::all(&root)?;
    let binary = command_binary::build(Profile::Release)?;
    let inputs = tempfile::tempdir().context("cannot make a folder for the inputs")?;
    let measured = measure(&binary, inputs.path())?;
    let peers = if arguments.without_node {
        Vec::new()
    } else {
        plain_javascript(&root, inputs.path())?
    };
    let conditions = Conditions {
        machine: machine(),
        date: Zoned::now().date().to_string(),
        kilowat: first_line(&command_binary::output(&binary, &["--version"])?),
        node: if peers.is_empty() {
            None
        } else {
            let version = command_binary::run(Command::new("node").arg("--version"))?;
            Some(first_line(&version))
        },
    };
    let text = page::page(&conditions, &measured, &peers, &criteria);
    let out = arguments
        .out
        .clone()
        .unwrap_or_else(|| root.join("docs/verification.md"));
    files::write(&out, text.as_bytes())?;
    let missed = measured.iter().filter(|target| target.is_missed()).count();
    writeln!(
        stdout(),
        "{} targets, {missed} missed, in {}",
        measured.len(),
        workspace::shown(&out).display()
    )?;
    Ok(if missed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// What the command measures, which leaves what it has worked on in a folder.
fn measure(binary: &Path, inputs: &Path) -> Result<Vec<Measured>> {
    let mut command = Command::new(binary);
    command
        .args(["--json", "verify", "--time", "300", "--inputs"])
        .arg(inputs);
    // It ends with 1 where a target is missed, which the page says.
    let output = command
        .output()
        .with_context(|| format!("cannot run {}", binary.display()))?;
    let errors = String::from_utf8_lossy(&output.stderr);
    anyhow::ensure!(
        matches!(output.status.code(), Some(0 | 1)),
        "kilowat verify: {}",
        errors.trim()
    );
    Measured::read(&output.stdout)
}

/// How long the fastest packages take.
fn plain_javascript(root: &Path, inputs: &Path) -> Result<Vec<Peer>> {
    let folder = root.join("xtask/plain-javascript");
    if !folder.join("node_modules").exists() {
        command_binary::run(
            Command::new("npm")
                .args(["ci", "--silent"])
                .current_dir(&folder),
        )?;
    }
    let mut command = Command::new("node");
    command.arg(folder.join("run.mjs")).arg(inputs);
    Peer::read(&command_binary::run(&mut command)?)
}

/// The processor, as Linux calls it, and how many it has of them.
fn machine() -> String {
    let described = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = described
        .lines()
        .find_map(|line| line.strip_prefix("model name"));
    let model = model.map(|rest| rest.trim_start_matches([' ', '\t', ':']));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!(
        "{}, {cores} cores",
        model.unwrap_or("a processor that says no name")
    )
}

fn first_line(output: &[u8]) -> String {
    let text = String::from_utf8_lossy(output);
    text.lines().next().unwrap_or_default().to_owned()
}
