//! `cargo xtask fmt`: the layout of the kernels' text.

use std::fs;
use std::io::{Write as _, stderr, stdout};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use kilowat_assembler::format::format;
use walkdir::WalkDir;

use crate::{files, workspace};

/// Lay out the text of the kernels.
///
/// Whoever writes a text decides where lines break; indentation, spaces, blank lines and what is too long for a line
/// follow rules:
///
/// - a line is indented by two spaces more than the line in which the innermost open parenthesis stands, and
///   closing parentheses follow what they close;
///
/// - where a function, a block or an arm of an `if` takes several lines, each of its statements begins one; where an
///   `if` does, so do `then` and `else`;
///
/// - an instruction stays together with its immediates; what does not fit into 100 columns is broken, the outermost
///   instruction that can be, one operand a line;
///
/// - a function with a comment of its own stands after a blank line; two blank lines become one;
///
/// - comments stay as they are, above or behind what they belong to, and so do columns of constants.
///
/// The meaning of a text never changes: that the words and the comments are the same is checked before anything is
/// written. A file is written whole or not at all, and only if it changes.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  cargo xtask fmt                  lay out every kernel
  cargo xtask fmt --check          as CI does
  cargo xtask fmt wat/md5.wat      one file")]
pub(crate) struct Arguments {
    /// Write nothing; list what is not laid out, with the first line that differs, and exit with 1.
    #[arg(long)]
    check: bool,
    /// The files. Without any, every `.wat` file of `wat/`.
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let files = if arguments.files.is_empty() {
        texts(&workspace::shown(&workspace::root()?.join("wat")))?
    } else {
        arguments.files.clone()
    };
    let mut failed = 0;
    let mut changed = 0;
    for path in &files {
        match lay_out(path, arguments.check) {
            Ok(None) => {}
            Ok(Some(what)) => {
                changed += 1;
                writeln!(stdout(), "{what}")?;
            }
            Err(error) => {
                failed += 1;
                writeln!(stderr(), "error: {error:#}\n")?;
            }
        }
    }
    let total = files.len();
    let right = total - failed - changed;
    let verb = if arguments.check {
        "to lay out"
    } else {
        "written"
    };
    writeln!(
        stdout(),
        "{total} files: {right} as they should be, {changed} {verb}, {failed} that cannot be"
    )?;
    let good = failed == 0 && (changed == 0 || !arguments.check);
    Ok(ExitCode::from(u8::from(!good)))
}

/// Every `.wat` file of a folder, sorted.
fn texts(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let path = entry?.into_path();
        if path.extension().is_some_and(|extension| extension == "wat") {
            paths.push(path);
        }
    }
    Ok(paths)
}

/// Lays a file out, or only checks it. Says what changes, if anything does.
fn lay_out(path: &Path, check: bool) -> Result<Option<String>> {
    let text =
        fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    // A checkout with CRLF is the same text.
    let text = text.replace("\r\n", "\n");
    let formatted = format(&path.to_string_lossy(), &text)?;
    if formatted == text {
        return Ok(None);
    }
    if check {
        return Ok(Some(difference(path, &text, &formatted)));
    }
    files::write(path, formatted.as_bytes())?;
    Ok(Some(path.display().to_string()))
}

/// The first line that differs, as it is and as it should be.
fn difference(path: &Path, text: &str, formatted: &str) -> String {
    let mut found = text.split('\n');
    let mut wanted = formatted.split('\n');
    let mut line = 1;
    loop {
        match (found.next(), wanted.next()) {
            (Some(one), Some(other)) if one == other => line += 1,
            (one, other) => {
                let path = path.display();
                let shown = |line: Option<&str>| line.unwrap_or("(the end)").to_owned();
                return format!(
                    "{path}:{line}: expected another layout\n  - {}\n  + {}",
                    shown(one),
                    shown(other)
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_checked_and_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.wat");
        fs::write(&path, "(func $one (result i32)\n    (i32.const 1)\n)\n").unwrap();
        let what = lay_out(&path, true).unwrap().unwrap();
        assert!(
            what.ends_with(
                "a.wat:2: expected another layout\n  -     (i32.const 1)\n  +   (i32.const 1))"
            ),
            "{what}"
        );
        assert!(lay_out(&path, false).unwrap().is_some());
        let wanted = "(func $one (result i32)\n  (i32.const 1))\n";
        assert_eq!(fs::read_to_string(&path).unwrap(), wanted);
        assert_eq!(lay_out(&path, true).unwrap(), None);
        assert_eq!(texts(folder.path()).unwrap(), std::slice::from_ref(&path));

        fs::write(&path, wanted.replace('\n', "\r\n")).unwrap();
        assert_eq!(lay_out(&path, true).unwrap(), None);
        fs::write(&path, "(func\n  (nop)").unwrap();
        let error = lay_out(&path, false).unwrap_err().to_string();
        assert!(
            error.contains("never closed") && error.contains("a.wat:1:1"),
            "{error}"
        );
        fs::write(&path, b"\xff").unwrap();
        assert!(lay_out(&path, false).is_err());
    }
}
