//! `cargo xtask gen-vectors`: what hosts in other languages are made from and held to.

use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result};

use crate::workspace;

/// Write what hosts in other languages are made from and held to: operations.json, refusals.json and vectors.json in
/// tests/data.
///
/// operations.json says what each operation takes and gives, and refusals.json what it says of inputs that it refuses:
/// `cargo xtask gen-js` reads both. vectors.json has calls of each operation with their answers, those of the kernels,
/// held to native code. All are written by the tests that otherwise hold them to be current, so this builds the tests.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Write nothing, and fail where they are not current
    #[arg(long)]
    check: bool,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let mut tests = Command::new("cargo");
    tests.current_dir(workspace::root()?).args([
        "test",
        "--workspace",
        "--test",
        "suite",
        "vectors::",
    ]);
    if arguments.check {
        tests.env_remove("KILOWAT_GENERATE");
    } else {
        tests.env("KILOWAT_GENERATE", "1");
    }
    let status = tests.status().context("cargo cannot be started")?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
