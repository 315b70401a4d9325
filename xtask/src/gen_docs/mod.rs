//! `cargo xtask gen-docs`: the reference of all operations, and that of all modules of kernels.
//!
//! Both are made from what the wrappers for JavaScript are made from: the descriptions of operations, the contracts
//! above the kernels, and the manifest. The examples are in `tests/data/api-examples.md`, where tests run them.

mod api;
mod examples;
mod modules;

use std::fs;
use std::io::{Write as _, stderr, stdout};
use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use kilowat_assembler::{Assembled, Options, Tree};

use crate::gen_js::operations;
use crate::{build_wasm, files, workspace};

/// Write the reference of the operations and of the modules: docs/api.md and docs/modules.md.
///
/// They are made from the operations' descriptions, the kernels' contracts, the manifest, and the examples in
/// tests/data/api-examples.md, which has one in Rust and one in TypeScript for each operation.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  cargo xtask gen-docs            write what is not current
  cargo xtask gen-docs --check    name it, and exit with 1 if there is any")]
pub(crate) struct Arguments {
    /// Write nothing; name the files that are not current, and exit with 1 if there are any
    #[arg(long)]
    check: bool,
}

/// What each file begins with.
const MARK: &str = "<!-- Made by `cargo xtask gen-docs`; see xtask/src/gen_docs. -->\n\n";

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let root = workspace::root()?;
    let wat = root.join("wat");
    let options = Options {
        inline: true,
        debug: false,
    };
    let Some(modules) = build_wasm::assemble_all(&workspace::shown(&wat), options)? else {
        return Ok(ExitCode::FAILURE);
    };
    let mut stale = false;
    for (name, text) in generate(&root, &Tree::read(&wat)?, &modules)? {
        let path = root.join("docs").join(name);
        if fs::read_to_string(&path).is_ok_and(|there| there.replace("\r\n", "\n") == text) {
            continue;
        }
        let shown = workspace::shown(&path);
        if arguments.check {
            writeln!(stderr(), "error: {} is not current", shown.display())?;
            stale = true;
        } else {
            files::write(&path, text.as_bytes())?;
            writeln!(stdout(), "wrote {}", shown.display())?;
        }
    }
    if stale {
        writeln!(stderr(), "run `cargo xtask gen-docs`")?;
        return Ok(ExitCode::FAILURE);
    }
    writeln!(stdout(), "the references are current")?;
    Ok(ExitCode::SUCCESS)
}

/// Both files, by name.
fn generate(
    root: &Path,
    tree: &Tree,
    modules: &[Assembled],
) -> Result<[(&'static str, String); 2]> {
    let operations = operations::read(root)?;
    let examples = examples::read(root, &operations)?;
    let signatures = api::signatures(root)?;
    let described = api::describe(&operations, tree, modules, &signatures)?;
    Ok([
        (
            "api.md",
            format!("{MARK}{}", api::page(&described, &examples)),
        ),
        (
            "modules.md",
            format!("{MARK}{}", modules::page(&operations, modules)),
        ),
    ])
}
