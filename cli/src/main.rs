//! The `kilowat` command: the operations of the library on files and pipes.
//!
//! One file under `commands/` is one command. They read through [`input`], write through
//! [`output`], and leave with a [`commands::Status`].

mod answers;
mod arguments;
mod checksum;
mod commands;
mod conversion;
mod converted;
mod cpu;
mod descriptors;
mod duration;
mod effort;
mod excerpt;
mod failure;
mod help;
mod holes;
mod in_order;
mod input;
mod key_file;
mod lines;
mod made_file;
mod output;
mod passphrase;
mod progress;
mod secret_file;
mod shell;
#[cfg(unix)]
mod signals;
mod speeds;
#[cfg(feature = "swarm")]
mod swarm;
mod warnings;

use std::env;
use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, FromArgMatches as _};

use arguments::{Arguments, CommandLine};
use commands::Status;
use output::Output;

/// What the words of a command line mean.
///
/// A hook is started after each edit, and to lay out the help of all commands takes longer than what it is started for:
/// that is done where somebody has asked for help.
fn parsed(words: &[OsString]) -> Result<Arguments, clap::Error> {
    let matches = Arguments::command().try_get_matches_from(words);
    let matches = match matches {
        Err(error) if is_help(error.kind()) => {
            help::laid_out(Arguments::command(), help::width()).try_get_matches_from(words)
        }
        matches => matches,
    };
    Arguments::from_arg_matches(&matches?)
}

fn is_help(kind: ErrorKind) -> bool {
    use ErrorKind::{DisplayHelp, DisplayHelpOnMissingArgumentOrSubcommand};

    matches!(kind, DisplayHelp | DisplayHelpOnMissingArgumentOrSubcommand)
}

fn main() -> ExitCode {
    let mut output = Output::new();
    let typed = CommandLine::new(env::args_os());
    let codes = typed.exit_codes;
    let arguments = match parsed(&typed.words) {
        Ok(arguments) => arguments,
        Err(help) if !help.use_stderr() && descriptors::standard_output().is_err() => {
            // It would be printed to nobody.
            output.report("standard output: Bad file descriptor");
            return codes.of(Status::Failure);
        }
        Err(error) => {
            // Where it cannot be printed, there is nobody left to be told.
            let _ = error.print();
            return codes.of(if error.use_stderr() {
                Status::Failure
            } else {
                Status::Success
            });
        }
    };
    let outcome = arguments
        .command
        .run(arguments.options, &mut output)
        .and_then(|status| {
            output.settle()?;
            Ok(status)
        });
    let status = match outcome {
        Ok(status) => status,
        // Whoever read this had enough, as `head` does.
        Err(error) if output::is_closed_pipe(&error) => Status::Success,
        Err(error) => {
            output.report(format_args!("{error:#}"));
            Status::Failure
        }
    };
    codes.of(if output.has_reported() {
        Status::Failure
    } else {
        status
    })
}
