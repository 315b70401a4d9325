//! `cargo xtask features`: what a program links that depends on kilowat, for each set of features.

mod program;
mod table;

use std::collections::BTreeSet;
use std::io::{Write as _, stderr, stdout};
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result, bail};

use crate::workspace;
use program::Program;

/// Show what a program links that depends on kilowat, for each set of features, and hold it to that.
///
/// A set without a tier must not bring what stands behind that tier, and none may bring what only the checker, the
/// assembler of texts or the tests need.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  cargo xtask features              the crates of each set, and whether one is there that should not be
  cargo xtask features --check      and that each set builds without warnings and answers right
  cargo xtask features --measure    and how large a program is: docs/features.md")]
pub(crate) struct Arguments {
    /// Build each set, warnings being errors, and run a program with two of them
    #[arg(long)]
    check: bool,

    /// Build a program with each set, as it is released, and write the table of docs/features.md
    #[arg(long)]
    measure: bool,

    /// Measure these alone, by their names in the table; what it says of the others stays
    #[arg(requires = "measure", value_name = "SET", value_parser = SETS.map(|set| set.name))]
    sets: Vec<String>,
}

/// Features that are turned on together; all of the default but for those that it names.
#[derive(Clone, Copy)]
struct Set {
    /// What the table calls it.
    name: &'static str,
    /// The tiers, and what else is no module of kernels.
    tiers: &'static [&'static str],
    modules: &'static [&'static str],
    /// Whether a program is built and run by `--check`, too.
    runs: bool,
}

/// The modules of kernels.
const MODULES: [&str; 14] = [
    "aead",
    "blake3",
    "brotli",
    "deflate",
    "json",
    "kdf",
    "lz4",
    "md5",
    "memory_ops",
    "sha256",
    "sha512",
    "string_ops",
    "text",
    "xxhash",
];

const SETS: [Set; 7] = [
    Set {
        name: "default",
        tiers: &["foreign", "interpreter", "jit", "native"],
        modules: &MODULES,
        runs: false,
    },
    Set {
        name: "jit alone",
        tiers: &["jit"],
        modules: &MODULES,
        runs: false,
    },
    Set {
        name: "interpreter alone",
        tiers: &["interpreter"],
        modules: &MODULES,
        runs: false,
    },
    Set {
        name: "native alone",
        tiers: &["native"],
        modules: &MODULES,
        runs: true,
    },
    Set {
        name: "one module on the jit",
        tiers: &["jit"],
        modules: &["sha256"],
        runs: false,
    },
    Set {
        name: "one module on the interpreter",
        tiers: &["interpreter"],
        modules: &["sha256"],
        runs: true,
    },
    Set {
        name: "one module in native code",
        tiers: &["native"],
        modules: &["sha256"],
        runs: false,
    },
];

/// What is built by `--check` besides the [`SETS`] and each module of kernels by itself: what is off by default.
const ALSO_BUILT: [&str; 4] = [
    "interpreter,native,foreign,string_ops",
    "digest,sha256",
    "interpreter,javascript",
    "interpreter,measure",
];

/// What is in no program: it serves the checker, the assembler of texts, and tests, or is a package above.
const NEVER: [&str; 12] = [
    "axum",
    "kilowat-checker",
    "kilowat-dashboard",
    "kilowat-hooks",
    "kilowat-swarm",
    "libsqlite3-sys",
    "rand",
    "rand_chacha",
    "rand_core",
    "toml",
    "wast",
    "wat",
];

/// What is in no program without a feature. The assembler of texts uses `wasmprinter` too, and native code `fnv`;
/// but wasmtime brings them, so that only programs without it show whether anything else does.
const WITHOUT: [(&str, &[&str]); 4] = [
    ("jit", &["wasmtime", "cranelift-codegen", "wasmprinter"]),
    ("interpreter", &["wasmi"]),
    (
        "native",
        &["aho-corasick", "blake3", "hkdf", "md-5", "twox-hash"],
    ),
    ("foreign", &["kilowat-assembler"]),
];

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let root = workspace::root()?;
    let mut strangers = Vec::new();
    let mut rows = Vec::new();
    for set in &SETS {
        let crates = crates(&root, set)?;
        strangers.extend(set.strangers(&crates).map(|name| (set.name, name)));
        rows.push(table::Row::new(set, crates.len()));
    }
    write!(stdout(), "{}", table::text(&rows, None))?;
    if !strangers.is_empty() {
        for (set, name) in strangers {
            writeln!(
                stderr(),
                "error: {set}: the crate `{name}` is linked, and should not be"
            )?;
        }
        writeln!(
            stderr(),
            "`cargo tree --package kilowat --edges normal --invert CRATE` says what brings one in"
        )?;
        return Ok(ExitCode::FAILURE);
    }
    if arguments.check {
        check(&root)?;
    }
    if arguments.measure {
        for (row, set) in rows.iter_mut().zip(&SETS) {
            let is_wanted = |wanted: &String| wanted == set.name;
            if !arguments.sets.is_empty() && !arguments.sets.iter().any(is_wanted) {
                continue;
            }
            writeln!(stderr(), "building {}", set.name)?;
            row.size = Some(Program::new(&root, set, program::HASH)?.size()?);
        }
        table::write(&root.join("docs/features.md"), &rows)?;
    }
    Ok(ExitCode::SUCCESS)
}

impl Set {
    /// Its features, by name.
    fn features(&self) -> Vec<&'static str> {
        [self.tiers, self.modules].concat()
    }

    /// The crates of a tree that should not be in it.
    fn strangers(&self, crates: &BTreeSet<String>) -> impl Iterator<Item = &'static str> {
        let off = WITHOUT
            .into_iter()
            .filter(|(feature, _)| !self.tiers.contains(feature));
        let off = off.flat_map(|(_, crates)| crates.iter().copied());
        let mut strangers: Vec<_> = NEVER.into_iter().chain(off).collect();
        strangers.retain(|name| crates.contains(*name));
        strangers.into_iter()
    }
}

/// The crates that are linked with a set, kilowat's own among them.
fn crates(root: &Path, set: &Set) -> Result<BTreeSet<String>> {
    let output = cargo(root)
        .args(["tree", "--package", "kilowat", "--edges", "normal"])
        .args(["--prefix", "none", "--format", "{p}", "--locked"])
        .args(["--no-default-features", "--features"])
        .arg(set.features().join(","))
        .output()
        .context("cannot start cargo")?;
    if !output.status.success() {
        bail!(
            "cargo tree has failed:\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    let tree = String::from_utf8(output.stdout).context("cargo tree has written no text")?;
    let names = tree.lines().filter_map(|line| line.split(' ').next());
    let names = names.filter(|name| !name.is_empty()).map(str::to_owned);
    Ok(names.collect())
}

/// Builds all sets, warnings being errors, and runs programs.
fn check(root: &Path) -> Result<()> {
    let sets = SETS.iter().map(|set| set.features().join(","));
    let modules = MODULES.iter().filter(|module| **module != "sha256");
    let modules = modules.map(|module| format!("interpreter,{module}"));
    for features in sets.chain(modules).chain(ALSO_BUILT.map(str::to_owned)) {
        writeln!(stderr(), "clippy: {features}")?;
        let status = cargo(root)
            .args(["clippy", "--quiet", "--package", "kilowat", "--locked"])
            .args(["--no-default-features", "--features", &features])
            .args(["--", "-D", "warnings"])
            .status()
            .context("cannot start cargo")?;
        if !status.success() {
            bail!("kilowat does not build with the features {features}");
        }
    }
    for set in SETS.iter().filter(|set| set.runs) {
        writeln!(
            stderr(),
            "running a program with {}",
            set.features().join(",")
        )?;
        Program::new(root, set, program::CHECK)?.run()?;
    }
    Ok(())
}

/// The cargo that has started this, in the workspace.
fn cargo(root: &Path) -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
    cargo.current_dir(root);
    cargo
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn what_should_not_be_linked_is_found() {
        let set = &SETS[5];
        assert_eq!(set.features(), ["interpreter", "sha256"]);
        let strangers = |names| set.strangers(&tree(names)).collect::<Vec<_>>();
        assert!(strangers(&["kilowat", "wasmi", "sha2"]).is_empty());
        assert_eq!(
            strangers(&["kilowat", "wasmtime", "wast", "md-5"]),
            ["wast", "wasmtime", "md-5"]
        );
        assert_eq!(strangers(&["kilowat-assembler"]), ["kilowat-assembler"]);
    }

    /// The first set stands for the default, so that it is checked like the others.
    #[test]
    fn the_first_set_is_the_default() {
        let root = workspace::root().unwrap();
        let manifest = std::fs::read_to_string(root.join("Cargo.toml")).unwrap();
        let default = manifest
            .lines()
            .find_map(|line| line.strip_prefix("default = ["));
        let default = default.unwrap().trim_end_matches(']');
        let default: Vec<_> = default
            .split(", ")
            .map(|name| name.trim_matches('"'))
            .collect();
        assert_eq!(default, SETS[0].features());
    }
}
