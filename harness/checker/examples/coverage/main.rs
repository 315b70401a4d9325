//! What `cargo xtask coverage` starts: counts how often the checker takes each branch of the kernels, and
//! prints that as JSON. `coverage WAT [MODULE…]`, where `WAT` is the folder of their text.

mod measure;

use std::env;
use std::error::Error;
use std::io::{Write as _, stdout};
use std::path::Path;
use std::process::ExitCode;

use kilowat_assembler::Tree;
use kilowat_checker::checker::Checker;
use kilowat_kernels::{KernelModule, MODULES};

use measure::{Stand, measure};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let folder = arguments
        .next()
        .ok_or("expected the folder of the kernels")?;
    let tree = Tree::read(Path::new(&folder))?;
    let stands = chosen(&arguments.collect::<Vec<_>>())?
        .into_iter()
        .map(|module| Stand::new(module, &tree.source(module.name)?))
        .collect::<Result<Vec<_>, _>>()?;
    // Neither seed nor rounds come from the environment: the answer is compared with a snapshot.
    let coverage = measure(&stands, &Checker::default())?;
    let mut out = stdout().lock();
    serde_json::to_writer(&mut out, &coverage)?;
    writeln!(out)?;
    Ok(())
}

/// The modules of these names, or all of them.
fn chosen(names: &[String]) -> Result<Vec<&'static KernelModule>, String> {
    if names.is_empty() {
        return Ok(MODULES.to_vec());
    }
    let known = || MODULES.iter().map(|module| module.name);
    let unknown = names
        .iter()
        .find(|name| !known().any(|known| known == *name));
    if let Some(unknown) = unknown {
        let known = known().collect::<Vec<_>>().join(", ");
        return Err(format!("no module `{unknown}`: expected some of {known}"));
    }
    let chosen = |module: &&&KernelModule| names.iter().any(|name| name == module.name);
    Ok(MODULES.iter().filter(chosen).copied().collect())
}
