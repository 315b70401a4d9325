//! `cargo xtask man`: the pages of the manual.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Write as _, stdout};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result};

use crate::command_binary::{self, Profile};
use crate::{files, workspace};

/// Write the pages of the manual, kilowat.1 and one for each of its commands.
///
/// They are made from the same grammar as the help. It belongs to the command, which is built for this and prints
/// them; so these maintenance commands need no engines.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  cargo xtask man                        write to target/man/
  cargo xtask man --out ~/.local/share/man/man1
  man -l target/man/kilowat-find.1")]
pub(crate) struct Arguments {
    /// The folder to write to; it is made where it does not exist [default: target/man of the workspace]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let out = match &arguments.out {
        Some(out) => out.clone(),
        None => workspace::root()?.join("target/man"),
    };
    let binary = command_binary::build(Profile::Dev)?;
    let pages = pages(&binary)?;
    write_all(&out, &pages)?;
    let out = workspace::shown(&out);
    writeln!(stdout(), "{} pages in {}", pages.len(), out.display())?;
    Ok(ExitCode::SUCCESS)
}

/// The texts of the pages by the names of their files, as the command prints them.
pub(crate) fn pages(binary: &Path) -> Result<BTreeMap<String, String>> {
    let json = command_binary::output(binary, &["man-pages"])?;
    serde_json::from_slice(&json).context("`kilowat man-pages` prints no pages")
}

fn write_all(out: &Path, pages: &BTreeMap<String, String>) -> Result<()> {
    fs::create_dir_all(out).with_context(|| format!("cannot make {}", out.display()))?;
    pages
        .iter()
        .try_for_each(|(name, page)| files::write(&out.join(name), page.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_become_files() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("some/where");
        let pages = [("a.1", "page a"), ("b.1", "page b")];
        let pages = pages.map(|(name, page)| (name.to_owned(), page.to_owned()));
        // Twice: what is there is replaced.
        write_all(&out, &BTreeMap::from(pages.clone())).unwrap();
        write_all(&out, &BTreeMap::from(pages)).unwrap();
        assert_eq!(fs::read(out.join("a.1")).unwrap(), b"page a");
        assert_eq!(fs::read_dir(out).unwrap().count(), 2);
    }
}
