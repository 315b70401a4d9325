//! Maintenance commands of the workspace: `cargo xtask COMMAND`.

#![forbid(unsafe_code)]

mod bench_table;
mod build_wasm;
mod command_binary;
mod coverage;
mod dist;
mod docs;
mod features;
mod files;
mod fmt;
mod gen_docs;
mod gen_js;
mod gen_tables;
mod gen_vectors;
mod licences;
mod man;
mod tidy;
mod verify;
mod workspace;

use std::io::{self, ErrorKind, Write as _, stderr};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Maintenance commands of the kilowat workspace.
///
/// They work on the checkout that they are called in, from any of its folders.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    BenchTable(bench_table::Arguments),
    BuildWasm(build_wasm::Arguments),
    Coverage(coverage::Arguments),
    Dist(dist::Arguments),
    Docs(docs::Arguments),
    Features(features::Arguments),
    Fmt(fmt::Arguments),
    GenDocs(gen_docs::Arguments),
    GenJs(gen_js::Arguments),
    GenTables(gen_tables::Arguments),
    GenVectors(gen_vectors::Arguments),
    Man(man::Arguments),
    Tidy(tidy::Arguments),
    Verify(verify::Arguments),
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::BenchTable(arguments) => bench_table::run(&arguments),
        Command::BuildWasm(arguments) => build_wasm::run(&arguments),
        Command::Coverage(arguments) => coverage::run(&arguments),
        Command::Dist(arguments) => dist::run(&arguments),
        Command::Docs(arguments) => docs::run(&arguments),
        Command::Features(arguments) => features::run(&arguments),
        Command::Fmt(arguments) => fmt::run(&arguments),
        Command::GenDocs(arguments) => gen_docs::run(&arguments),
        Command::GenJs(arguments) => gen_js::run(&arguments),
        Command::GenTables(arguments) => gen_tables::run(&arguments),
        Command::GenVectors(arguments) => gen_vectors::run(&arguments),
        Command::Man(arguments) => man::run(&arguments),
        Command::Tidy(arguments) => tidy::run(&arguments),
        Command::Verify(arguments) => verify::run(&arguments),
    };
    result.unwrap_or_else(|error| {
        if is_closed_pipe(&error) {
            // Who reads has seen enough.
            return ExitCode::SUCCESS;
        }
        // Where that cannot be written either, the exit code is left to tell of it.
        let _ = writeln!(stderr(), "error: {error:#}");
        ExitCode::FAILURE
    })
}

/// Whether what a command prints goes to a pipe that nobody reads from any more.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let error = error.downcast_ref::<io::Error>();
    error.is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn help_teaches() {
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../snapshots/xtask"));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        let mut command = Arguments::command().term_width(100);
        command.build();
        for name in [
            "bench-table",
            "build-wasm",
            "coverage",
            "dist",
            "docs",
            "features",
            "fmt",
            "gen-docs",
            "gen-js",
            "gen-tables",
            "gen-vectors",
            "man",
            "tidy",
        ] {
            let subcommand = command
                .find_subcommand_mut(name)
                .expect("the command exists");
            let help = subcommand.render_long_help().to_string();
            settings.bind(|| insta::assert_snapshot!(format!("help_{name}"), help));
        }
    }
}
