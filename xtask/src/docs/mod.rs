//! `cargo xtask docs`: a site of all documentation.

mod check;
mod stage;

use std::fs;
use std::io::{Write as _, stderr, stdout};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result, ensure};

use crate::workspace;

/// The version of mdBook that the site is made with.
const MDBOOK: &str = "0.5.4";

/// Build the site of the documentation with mdBook: target/site/index.html.
///
/// Its pages are those of book/SUMMARY.md, with a search. Source files that they link to become pages, too. Each link
/// is followed, and what leads nowhere is an error. Where mdBook is not installed, it is built into target/tools, which
/// takes two minutes of a core.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {}

/// Runs the command.
pub(crate) fn run(_: &Arguments) -> Result<ExitCode> {
    let root = workspace::root()?;
    let target = root.join("target");
    let mdbook = mdbook(&target)?;
    let book = target.join("book");
    if book.exists() {
        fs::remove_dir_all(&book).with_context(|| book.display().to_string())?;
    }
    let count = stage::stage(&root, &book)?;
    let status = Command::new(&mdbook)
        .args(["build"])
        .arg(&book)
        .env("RUST_LOG", "warn")
        .status()
        .with_context(|| mdbook.display().to_string())?;
    ensure!(status.success(), "mdBook has failed");
    let site = target.join("site");
    let dead = check::check(&site)?;
    for link in &dead {
        writeln!(stderr(), "error: {link}")?;
    }
    let index = site.join("index.html");
    let index = workspace::shown(&index);
    writeln!(stdout(), "{count} pages in {}", index.display())?;
    Ok(if dead.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// mdBook: the one that was built before, or is built now.
fn mdbook(target: &Path) -> Result<PathBuf> {
    let tools = target.join("tools");
    let binary = tools.join(format!("bin/mdbook{}", std::env::consts::EXE_SUFFIX));
    let is_right = |binary: &Path| {
        let output = Command::new(binary).arg("--version").output();
        output.is_ok_and(|output| {
            String::from_utf8_lossy(&output.stdout)
                .trim()
                .ends_with(MDBOOK)
        })
    };
    for binary in [Path::new("mdbook"), &binary] {
        if is_right(binary) {
            return Ok(binary.to_owned());
        }
    }
    // Unoptimised: it runs for a second.
    let status = Command::new("cargo")
        .args(["install", "mdbook", "--version", MDBOOK, "--locked"])
        .args(["--no-default-features", "--features", "search"])
        .args(["--profile", "dev", "--root"])
        .arg(&tools)
        .status()
        .context("cargo cannot be started")?;
    ensure!(status.success(), "mdBook {MDBOOK} cannot be installed");
    Ok(binary)
}
