//! `cargo xtask gen-tables`: the fragments of the kernels that nobody types.
//!
//! A table is a file here that computes it, and an entry in [`TABLES`].

mod aes_sbox;
mod brotli_dictionary;
mod brotli_tables;
mod brotli_words;
mod crc32_tables;
mod crc32c_tables;
mod deflate_lengths;
mod inflate_tables;
mod javascript;
mod javascript_entities;
mod javascript_identifiers;
mod javascript_kinds;
mod javascript_properties;
mod javascript_tables;
mod json_bytes;
mod json_escapes;
mod json_kept;
mod lz4_repeats;
mod md5_constants;
mod powers_of_five;
mod powers_of_ten;
mod sha256_constants;
mod sha512_constants;
mod xxh3_secret;

use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write as _, stderr, stdout};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result};

use crate::{files, workspace};

/// Write the tables of the kernels that no one should type.
///
/// Each becomes a fragment in `wat/lib/`, which says at its top what it comes from. They are committed, so that the
/// kernels need nothing but their text; whoever changes what a table is made of runs this again.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  cargo xtask gen-tables            write the tables that are not current
  cargo xtask gen-tables --check    name them, and exit with 1 if there are any")]
pub(crate) struct Arguments {
    /// Write nothing; name the tables that are not current, and exit with 1 if there are any
    #[arg(long)]
    check: bool,
}

/// A fragment in `wat/lib/` that a file of the same name here computes.
struct Table {
    /// The fragment's name, without its folder.
    name: &'static str,
    /// What it holds and what it comes from, in lines of 97 columns at most.
    about: &'static [&'static str],
    /// Its fields.
    fields: fn() -> String,
}

const TABLES: [Table; 23] = [
    aes_sbox::TABLE,
    brotli_dictionary::TABLE,
    brotli_tables::TABLE,
    brotli_words::TABLE,
    crc32_tables::TABLE,
    crc32c_tables::TABLE,
    deflate_lengths::TABLE,
    inflate_tables::TABLE,
    javascript_entities::TABLE,
    javascript_identifiers::TABLE,
    javascript_kinds::TABLE,
    javascript_properties::TABLE,
    javascript_tables::TABLE,
    json_bytes::TABLE,
    json_escapes::TABLE,
    json_kept::TABLE,
    lz4_repeats::TABLE,
    md5_constants::TABLE,
    powers_of_five::TABLE,
    powers_of_ten::TABLE,
    sha256_constants::TABLE,
    sha512_constants::TABLE,
    xxh3_secret::TABLE,
];

/// What the first line of each begins with. A file of `wat/lib/` that does, but is no table, is one that was.
pub(crate) const MARK: &str = ";; Made by `cargo xtask gen-tables`";

impl Table {
    fn text(&self) -> String {
        let name = self.name;
        let mut text = format!("{MARK} from xtask/src/gen_tables/{name}.rs.\n;;\n");
        for line in self.about {
            let _ = writeln!(text, ";; {line}");
        }
        text.push('\n');
        text.push_str(&(self.fields)());
        text
    }
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let lib = workspace::root()?.join("wat/lib");
    let stale = stale(&lib)?;
    if stale.is_empty() {
        writeln!(stdout(), "all tables are current")?;
        return Ok(ExitCode::SUCCESS);
    }
    if arguments.check {
        for Stale { file, why, .. } in &stale {
            let path = workspace::shown(&lib.join(file));
            writeln!(stderr(), "error: {} {why}", path.display())?;
        }
        writeln!(stderr(), "run `cargo xtask gen-tables`")?;
        return Ok(ExitCode::FAILURE);
    }
    for Stale { file, text, .. } in &stale {
        let path = lib.join(file);
        let shown = workspace::shown(&path);
        if let Some(text) = text {
            fs::create_dir_all(&lib).with_context(|| format!("cannot make {}", lib.display()))?;
            files::write(&path, text.as_bytes())?;
            writeln!(stdout(), "wrote {}", shown.display())?;
        } else {
            fs::remove_file(&path).with_context(|| format!("cannot remove {}", shown.display()))?;
            writeln!(stdout(), "removed {}", shown.display())?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A file that is not what it should be.
#[derive(Debug, PartialEq, Eq)]
struct Stale {
    /// Its name.
    file: String,
    why: &'static str,
    /// What it should be; nothing where it should not be there.
    text: Option<String>,
}

/// The tables in a folder that are not current, and those that are tables no more.
fn stale(lib: &Path) -> Result<Vec<Stale>> {
    let mut stale = Vec::new();
    for table in &TABLES {
        let file = format!("{}.wat", table.name);
        let text = table.text();
        let found = read(&lib.join(&file))?;
        let why = match found {
            // A checkout may have made line ends its own.
            Some(found) if found.replace("\r\n", "\n") == text => continue,
            Some(_) => "is not current",
            None => "is missing",
        };
        stale.push(Stale {
            file,
            why,
            text: Some(text),
        });
    }
    let failed = || format!("cannot read {}", lib.display());
    let entries = match fs::read_dir(lib) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(stale),
        Err(error) => return Err(error).with_context(failed),
    };
    let mut names = Vec::new();
    for entry in entries {
        names.push(entry.with_context(failed)?.file_name());
    }
    names.sort();
    for name in names {
        let Some((file, stem)) = name
            .to_str()
            .and_then(|file| Some((file, file.strip_suffix(".wat")?)))
        else {
            continue;
        };
        let is_table = TABLES.iter().any(|table| table.name == stem);
        if !is_table && read(&lib.join(file))?.is_some_and(|text| text.starts_with(MARK)) {
            stale.push(Stale {
                file: file.to_owned(),
                why: "is a table that nothing here makes any more",
                text: None,
            });
        }
    }
    Ok(stale)
}

/// A file's text, if it is there.
fn read(path: &Path) -> Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

/// An active data segment at an offset, which is that of a region of the memory map; 16 bytes a line.
fn data(offset: u32, region: &str, bytes: &[u8]) -> String {
    let region = region.to_uppercase();
    let mut text = format!("(data (i32.const {offset} (;{region};))");
    for line in bytes.chunks(16) {
        text.push_str("\n  \"");
        for byte in line {
            let _ = write!(text, "\\{byte:02x}");
        }
        text.push('"');
    }
    text.push_str(")\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_current() {
        let lib = workspace::root().unwrap().join("wat/lib");
        assert_eq!(stale(&lib).unwrap(), []);
    }

    #[test]
    fn names_are_those_of_their_files() {
        for table in &TABLES {
            let file = format!("xtask/src/gen_tables/{}.rs", table.name);
            assert!(workspace::root().unwrap().join(&file).exists(), "{file}");
            for line in table.text().lines() {
                assert!(
                    line.chars().count() <= kilowat_assembler::lint::COLUMNS,
                    "{line}"
                );
            }
        }
    }

    #[test]
    fn finds_what_is_not_current_and_what_is_no_table() {
        let folder = tempfile::tempdir().unwrap();
        let lib = folder.path().join("lib");
        let found = |lib: &Path| -> Vec<(String, &str)> {
            let stale = stale(lib).unwrap().into_iter();
            stale.map(|stale| (stale.file, stale.why)).collect()
        };
        let missing: Vec<_> = TABLES
            .iter()
            .map(|table| (format!("{}.wat", table.name), "is missing"))
            .collect();
        assert_eq!(found(&lib), missing);

        fs::create_dir(&lib).unwrap();
        for table in &TABLES {
            let text = table.text().replace('\n', "\r\n");
            fs::write(lib.join(format!("{}.wat", table.name)), text).unwrap();
        }
        fs::write(lib.join("digest.wat"), ";; Typed.\n").unwrap();
        assert_eq!(found(&lib), []);

        let first = format!("{}.wat", TABLES[0].name);
        fs::write(lib.join(&first), format!("{MARK}\n")).unwrap();
        fs::write(lib.join("old.wat"), format!("{MARK}\n")).unwrap();
        assert_eq!(
            found(&lib),
            [
                (first, "is not current"),
                (
                    "old.wat".to_owned(),
                    "is a table that nothing here makes any more"
                )
            ]
        );
    }

    #[test]
    fn data_has_sixteen_bytes_a_line() {
        let bytes: Vec<u8> = (0..18).collect();
        assert_eq!(
            data(256, "step", &bytes),
            "(data (i32.const 256 (;STEP;))\n  \"\\00\\01\\02\\03\\04\\05\\06\\07\\08\\09\\0a\\0b\\0c\\0d\\0e\\0f\"\n  \"\\10\\11\")\n"
        );
    }
}
