//! `cargo xtask coverage`: which branches of the kernels the checker takes.

use std::fmt::Write as _;
use std::fs;
use std::io::{Write as _, stdout};
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;

use crate::{command_binary, files, workspace};

/// Count how often the checker takes each branch of the kernels.
///
/// The modules are assembled with counters, and the checker goes over every operation on both engines, with its own
/// seed, so that the answer is always the same. A branch is an arm of an `if`, also the one that is not written, a
/// `br_if` that branches or does not, a label of a `br_table`, a loop that goes round again, and the call of a function.
/// One in a macro is one branch, however many functions it is spliced into, and so is one in an unrolled loop.
///
/// What is never taken is listed, and for all modules together written to snapshots/kernels/coverage.snap. It takes
/// about half a minute on two cores. docs/coverage.md says why the branches that are left cannot be reached.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  cargo xtask coverage             all modules; writes the snapshot
  cargo xtask coverage --check     as CI does
  cargo xtask coverage lz4         one module; writes nothing
  cargo xtask coverage --json md5  how often each branch was taken, for other programs")]
pub(crate) struct Arguments {
    /// Write nothing; compare with the snapshot, and exit with 1 where that says something else.
    #[arg(long, conflicts_with_all = ["json", "modules"])]
    check: bool,
    /// Print JSON: for each module its branches, each with its place and how often it was taken.
    #[arg(long)]
    json: bool,
    /// The modules. Without any, all of them.
    #[arg(value_name = "MODULE")]
    modules: Vec<String>,
}

/// The program that has the checker.
const PROGRAM: &str = "coverage";

/// Where the snapshot is, from the root of the workspace.
const SNAPSHOT: &str = "snapshots/kernels/coverage.snap";

/// What a snapshot begins with.
const PREAMBLE: &str = "---\nsource: xtask/src/coverage.rs\n---\n";

/// A module as the program describes it.
#[derive(Debug, Deserialize)]
struct Module {
    module: String,
    branches: Vec<Branch>,
}

/// A branch, and how often it was taken.
#[derive(Debug, Deserialize)]
struct Branch {
    file: String,
    line: usize,
    column: usize,
    function: String,
    way: String,
    times: u64,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let json = measured(&arguments.modules)?;
    if arguments.json {
        stdout().write_all(&json)?;
        return Ok(ExitCode::SUCCESS);
    }
    let modules: Vec<Module> =
        serde_json::from_slice(&json).with_context(|| format!("`{PROGRAM}` prints no coverage"))?;
    let report = report(&modules);
    let path = workspace::root()?.join(SNAPSHOT);
    let snapshot = format!("{PREAMBLE}{report}");
    if arguments.check {
        let committed = fs::read_to_string(&path).unwrap_or_default();
        return match difference(&committed, &snapshot) {
            None => {
                writeln!(stdout(), "{SNAPSHOT} is current")?;
                Ok(ExitCode::SUCCESS)
            }
            Some(difference) => bail!(
                "{SNAPSHOT} says something else:\n{difference}\
                 Reach what is new, in `generate` of an operation, or accept it: `cargo xtask coverage`"
            ),
        };
    }
    write!(stdout(), "{report}")?;
    if arguments.modules.is_empty() {
        files::write(&path, snapshot.as_bytes())?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What the program with the checker prints, which is built for this.
fn measured(modules: &[String]) -> Result<Vec<u8>> {
    let root = workspace::root()?;
    let binary = command_binary::build_example(PROGRAM)?;
    // Places are shown from the root.
    let mut command = Command::new(binary);
    command_binary::run(command.current_dir(root).arg("wat").args(modules))
}

/// How many branches each module has and how many of them are taken, and a line for each that is not.
fn report(modules: &[Module]) -> String {
    let mut report = format!("{:<12} {:>8} {:>8}\n", "module", "branches", "reached");
    let mut row = |name: &str, branches: usize, reached: usize| {
        // Writing to a string cannot fail.
        let _ = writeln!(report, "{name:<12} {branches:>8} {reached:>8}");
    };
    let is_reached = |branch: &&Branch| branch.times > 0;
    let mut all = (0, 0);
    for module in modules {
        let branches = module.branches.len();
        let reached = module.branches.iter().filter(is_reached).count();
        row(&module.module, branches, reached);
        all = (all.0 + branches, all.1 + reached);
    }
    if modules.len() > 1 {
        row("all", all.0, all.1);
    }
    for module in modules {
        let missed = module.branches.iter().filter(|branch| branch.times == 0);
        let lines: Vec<String> = missed.map(Branch::line).collect();
        if !lines.is_empty() {
            let _ = write!(
                report,
                "\n{}, not reached:\n{}",
                module.module,
                lines.concat()
            );
        }
    }
    report
}

impl Branch {
    fn line(&self) -> String {
        let Self {
            file,
            line,
            column,
            function,
            way,
            ..
        } = self;
        format!("  {file}:{line}:{column} {function}, {way}\n")
    }
}

/// The lines that only one of two snapshots has.
fn difference(committed: &str, current: &str) -> Option<String> {
    if committed == current {
        return None;
    }
    let mut lines = String::new();
    for (sign, one, other) in [('-', committed, current), ('+', current, committed)] {
        for line in one
            .lines()
            .filter(|line| !other.lines().any(|known| known == *line))
        {
            let _ = writeln!(lines, "  {sign} {line}");
        }
    }
    Some(if lines.is_empty() {
        "  the same lines in another order\n".to_owned()
    } else {
        lines
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const JSON: &str = r#"[
        {"module": "one", "branches": [
            {"file": "wat/one.wat", "line": 3, "column": 4, "function": "$f", "way": "then", "times": 7},
            {"file": "wat/one.wat", "line": 3, "column": 4, "function": "$f", "way": "else", "times": 0}
        ]},
        {"module": "two", "branches": [
            {"file": "wat/two.wat", "line": 5, "column": 1, "function": "$g!", "way": "function", "times": 1}
        ]}
    ]"#;

    const REPORT: &str = "\
module       branches  reached
one                 2        1
two                 1        1
all                 3        2

one, not reached:
  wat/one.wat:3:4 $f, else
";

    #[test]
    fn what_is_not_reached_is_listed() {
        let modules: Vec<Module> = serde_json::from_str(JSON).unwrap();
        assert_eq!(report(&modules), REPORT);
        let one = report(&modules[1..]);
        assert_eq!(
            one,
            "module       branches  reached\ntwo                 1        1\n"
        );
    }

    #[test]
    fn a_branch_that_nothing_reaches_any_more_is_a_difference() {
        assert_eq!(difference(REPORT, REPORT), None);
        let worse = REPORT.replace(
            "all                 3        2",
            "all                 3        1",
        ) + "  wat/one.wat:9:4 $f, taken\n";
        assert_eq!(
            difference(REPORT, &worse).unwrap(),
            "  - all                 3        2\n  + all                 3        1\n  \
             +   wat/one.wat:9:4 $f, taken\n"
        );
        let missing = difference("", REPORT).unwrap();
        assert!(missing.contains("$f, else"), "{missing}");
        let doubled = format!("{REPORT}\n");
        assert!(difference(REPORT, &doubled).unwrap().contains("order"));
    }
}
