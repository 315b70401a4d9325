//! `kilowat memory`: what programs that work together have stored.

mod entries;
mod files;

use anyhow::Result;
use clap::{Args, Subcommand};

use super::Status;
use crate::arguments::Options;
use crate::output::Output;

/// Store and find what programs that work together know
///
/// The memory is a database, .kilowat/swarm.db, in the nearest folder that has one or is the root of a
/// repository, unless the environment names another place. Any number of processes use it at the same
/// time, and no server is needed. What is said to be stored survives the end of any process.
///
/// Values have a namespace and a key: 1 to 128 of the characters A-Z a-z 0-9 . _ : / - each.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat memory put plan step-1 '{\"do\":\"parse\"}'   stores a value, JSON or text
  kilowat memory get plan step-1                     prints it
  kilowat memory list plan                           what there is
  kilowat memory search parse                        the values that hold it
  kilowat memory export > swarm.jsonl                all there is, as JSON Lines
  kilowat memory backup ../copy.db                   a whole copy, while others write

Environment:
  KILOWAT_SWARM   the folder to use in place of .kilowat

kilowat help memory COMMAND says more of each.

Exit status: 0, or 1 if there is no such value or the memory is damaged, or 2 on an error.")]
pub(crate) struct Memory {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Get(entries::Get),
    Put(entries::Put),
    List(entries::List),
    Search(entries::Search),
    Delete(entries::Delete),
    Export(files::Export),
    Import(files::Import),
    Backup(files::Backup),
    Restore(files::Restore),
    Check(files::Check),
    Stats(files::Stats),
}

impl Memory {
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        match &self.command {
            Command::Get(command) => command.run(options, output),
            Command::Put(command) => command.run(options, output),
            Command::List(command) => command.run(options, output),
            Command::Search(command) => command.run(options, output),
            Command::Delete(command) => command.run(options, output),
            Command::Export(command) => command.run(options, output),
            Command::Import(command) => command.run(options, output),
            Command::Backup(command) => command.run(options, output),
            Command::Restore(command) => command.run(options, output),
            Command::Check(command) => command.run(options, output),
            Command::Stats(command) => command.run(options, output),
        }
    }
}
