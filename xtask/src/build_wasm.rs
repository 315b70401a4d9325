//! `cargo xtask build-wasm`: assembles the kernels and writes them.

use std::fs;
use std::io::{Write as _, stderr, stdout};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use kilowat_assembler::{Assembled, Manifest, Options, Tree, assemble};

use crate::{files, workspace};

/// Assemble the kernels in `wat/` and write them, ready to be shipped.
///
/// Each module becomes NAME.wasm, and NAME.wat: its text after inlining and pruning, for reading. manifest.json
/// describes all of them: exports with their signatures, sizes, the static region, features and digests.
///
/// The same text gives the same bytes on every machine. `cargo build` runs the same assembler by itself; this command
/// is for those who want the files, and to see what inlining and pruning changed. Nothing is written when a module
/// has an error.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  cargo xtask build-wasm                 write to target/wasm/
  cargo xtask build-wasm --out dist      write to dist/
  cargo xtask build-wasm --debug         keep names, for profilers and stack traces")]
pub(crate) struct Arguments {
    /// The folder to write to; it is made where it does not exist [default: target/wasm of the workspace]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,

    /// Keep the names of functions and locals in the binaries
    #[arg(long)]
    debug: bool,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let root = workspace::root()?;
    let out = match &arguments.out {
        Some(out) => out.clone(),
        None => root.join("target/wasm"),
    };
    let options = Options {
        inline: true,
        debug: arguments.debug,
    };
    let Some(modules) = assemble_all(&workspace::shown(&root.join("wat")), options)? else {
        return Ok(ExitCode::FAILURE);
    };
    let unpackers = root.join("npm/wat");
    // The kernels may stand without the package for JavaScript.
    let unpackers = if unpackers.exists() {
        assemble_all(&workspace::shown(&unpackers), options)?
    } else {
        Some(Vec::new())
    };
    let Some(unpackers) = unpackers else {
        return Ok(ExitCode::FAILURE);
    };
    write_all(&out, &modules)?;
    if !unpackers.is_empty() {
        // Apart from the kernels: hosts are told nothing of them.
        write_all(&out.join("npm"), &unpackers)?;
    }
    writeln!(stdout(), "{}", table(&modules))?;
    let count = modules.len();
    let out = workspace::shown(&out);
    let modules = if count == 1 { "module" } else { "modules" };
    writeln!(
        stdout(),
        "{count} {modules} and manifest.json in {}",
        out.display()
    )?;
    Ok(ExitCode::SUCCESS)
}

/// Assembles every module. Prints what is wrong with each, and then gives nothing.
pub(crate) fn assemble_all(wat: &Path, options: Options) -> Result<Option<Vec<Assembled>>> {
    let tree = Tree::read(wat)?;
    let mut modules = Vec::new();
    let mut failed = false;
    for name in tree.modules() {
        let assembled = tree
            .source(&name)
            .and_then(|source| assemble(&source, options));
        match assembled {
            Ok(module) => modules.push(module),
            Err(error) => {
                writeln!(stderr(), "error: {:#}\n", anyhow::Error::new(error))?;
                failed = true;
            }
        }
    }
    Ok((!failed).then_some(modules))
}

fn write_all(out: &Path, modules: &[Assembled]) -> Result<()> {
    fs::create_dir_all(out).with_context(|| format!("cannot make {}", out.display()))?;
    for module in modules {
        files::write(&out.join(format!("{}.wasm", module.name)), &module.wasm)?;
        files::write(
            &out.join(format!("{}.wat", module.name)),
            module.text.as_bytes(),
        )?;
    }
    // Last, so that whoever reads the manifest finds the modules that it describes.
    let manifest = Manifest::new(modules.iter().map(|module| module.entry.clone()));
    files::write(&out.join("manifest.json"), manifest.to_json().as_bytes())
}

/// What was made, and what inlining and pruning changed.
fn table(modules: &[Assembled]) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_HORIZONTAL_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(100)
        .set_header(["module", "exports", "bytes", "before", "change"]);
    for module in modules {
        let entry = &module.entry;
        let exports: Vec<_> = entry.exports.iter().map(|e| e.name.as_str()).collect();
        table.add_row([
            entry.name.clone(),
            exports.join(", "),
            entry.bytes.to_string(),
            entry.bytes_before.to_string(),
            change(entry.bytes_before, entry.bytes),
        ]);
    }
    for index in 2..5 {
        if let Some(column) = table.column_mut(index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

/// How much larger or smaller, in percent.
fn change(before: usize, after: usize) -> String {
    let (before, after) = (before as u64, after as u64);
    let percent = |difference: u64| (difference * 1000 + before / 2) / before.max(1);
    let (sign, tenths) = if after >= before {
        ('+', percent(after - before))
    } else {
        ('-', percent(before - after))
    };
    format!("{sign}{}.{} %", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KERNEL: &str = r#";;! summary = "One"
;;! spec    = "none"
;;! exports = ["one"]
(memory (export "memory") 1)
(global (export "heap_base") i32 (i32.const 0))
(func $one! (result i32) (i32.const 1))
(func (export "one") (result i32) (call $one!))
"#;

    const OPTIONS: Options = Options {
        inline: true,
        debug: false,
    };

    #[test]
    fn writes_binaries_texts_and_the_manifest() {
        let folder = tempfile::tempdir().unwrap();
        let wat = folder.path().join("wat");
        let out = folder.path().join("some/where");
        fs::create_dir(&wat).unwrap();
        fs::write(wat.join("one.wat"), KERNEL).unwrap();
        let modules = assemble_all(&wat, OPTIONS).unwrap().unwrap();
        // Twice: what is there is replaced.
        write_all(&out, &modules).unwrap();
        write_all(&out, &modules).unwrap();
        let mut names: Vec<_> = fs::read_dir(&out)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(names, ["manifest.json", "one.wasm", "one.wat"]);
        assert_eq!(fs::read(out.join("one.wasm")).unwrap(), modules[0].wasm);
        let table = table(&modules).to_string();
        assert!(table.contains("one") && table.contains("before"), "{table}");
    }

    #[test]
    fn a_module_with_an_error_stops_the_build() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("one.wat"), KERNEL).unwrap();
        fs::write(folder.path().join("two.wat"), "(module)").unwrap();
        assert!(assemble_all(folder.path(), OPTIONS).unwrap().is_none());
    }

    #[test]
    fn changes_are_in_percent() {
        assert_eq!(change(1000, 1000), "+0.0 %");
        assert_eq!(change(1000, 755), "-24.5 %");
        assert_eq!(change(200, 300), "+50.0 %");
    }
}
