//! The files that a command converts, each into another beside it, as lz4(1) and brotli(1) do.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use clap::{Args, ValueHint};

use crate::conversion::Target;
use crate::input::{Source, printable};

/// What is read, and where what is made of it goes.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
pub(crate) struct Files {
    /// The files to read; standard input for `-`, and where there are none
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    sources: Vec<PathBuf>,

    /// The file to make of a single FILE, or `-` for standard output
    #[arg(short, long, value_name = "OUT", value_hint = ValueHint::FilePath)]
    output: Option<PathBuf>,

    /// Write to standard output, one behind the other, even to a terminal
    #[arg(short = 'c', long, conflicts_with_all = ["output", "rm"])]
    pub(crate) stdout: bool,

    /// Overwrite files that are there; write compressed bytes to a terminal
    #[arg(short, long)]
    pub(crate) force: bool,

    /// Remove each FILE when what is made of it is on the disk
    #[arg(long)]
    pub(crate) rm: bool,

    /// Keep each FILE (default)
    #[arg(short, long, conflicts_with = "rm")]
    keep: bool,
}

impl Files {
    /// What is read.
    pub(crate) fn sources(&self) -> Result<Vec<Source>> {
        if self.output.is_some() && self.sources.len() > 1 {
            bail!("-o is for a single FILE; -c writes all to standard output");
        }
        Ok(Source::all(&self.sources))
    }

    /// Whether anything goes to standard output.
    pub(crate) fn writes_to_stdout(&self, sources: &[Source]) -> bool {
        match &self.output {
            Some(output) => Source::new(output) == Source::StandardInput,
            None => self.stdout || sources.contains(&Source::StandardInput),
        }
    }

    /// Where the result goes. Where nothing is said, that of a file goes beside it, under the name that
    /// it is given here.
    pub(crate) fn target(
        &self,
        source: &Source,
        name: impl FnOnce(&Path) -> Result<PathBuf>,
    ) -> Result<Target> {
        Ok(match (self.output.as_deref().map(Source::new), source) {
            (Some(Source::File(path)), _) => Target::File(path),
            (None, Source::File(path)) if !self.stdout => Target::File(name(path)?),
            _ => Target::StandardOutput,
        })
    }
}

/// The name of the compressed file of a content.
pub(crate) fn with_suffix(content: &Path, suffix: &str) -> PathBuf {
    let mut name = content.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// The name of a compressed file's content.
pub(crate) fn without_suffix(compressed: &Path, suffix: &str) -> Result<PathBuf> {
    let name = (compressed.file_name()).map(OsStr::as_encoded_bytes);
    let stem = name
        .and_then(|name| name.strip_suffix(suffix.as_bytes()))
        .filter(|stem| !stem.is_empty())
        .and_then(system_string);
    match stem {
        Some(stem) => Ok(compressed.with_file_name(stem)),
        None => bail!(
            "{}: its name does not end in {suffix}; -o says what to make",
            printable(&compressed.to_string_lossy())
        ),
    }
}

/// A part of a name as the system has it. On Unix that is any bytes; elsewhere only text is taken.
pub(crate) fn system_string(bytes: &[u8]) -> Option<OsString> {
    #[cfg(unix)]
    let string = Some(std::os::unix::ffi::OsStringExt::from_vec(bytes.to_vec()));
    #[cfg(not(unix))]
    let string = str::from_utf8(bytes).ok().map(OsString::from);
    string
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_contents() {
        for (compressed, content) in [("a.br", "a"), ("d.br/a.br", "d.br/a"), ("a.br.br", "a.br")] {
            let actual = without_suffix(Path::new(compressed), ".br");
            assert_eq!(actual.unwrap(), Path::new(content));
            assert_eq!(
                with_suffix(Path::new(content), ".br"),
                Path::new(compressed)
            );
        }
        for other in ["a", "br", ".br", "d/.br", "a.brx", "a.br/b", "", "/", ".."] {
            assert!(without_suffix(Path::new(other), ".br").is_err(), "{other}");
        }
    }
}
