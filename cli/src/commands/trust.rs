//! `kilowat trust`: whether the commands of a project may run.

use std::io::Write as _;

use anyhow::Result;
use clap::Args;
use kilowat_hooks::deferred::{self, Trusted};
use kilowat_hooks::init;
use serde::Serialize;

use super::Status;
use crate::arguments::Options;
use crate::input::printable;
use crate::output::Output;
use crate::swarm;

/// Let the commands of .kilowat/post-edit.toml run after edits
///
/// They come with the project, and so anybody who has written to it may have chosen them: none runs before you have said
/// so here. It holds for this project, and for the file as it is now: when it changes, they do not run until you say so
/// again. What is said stands in the folder of your own configuration, not in the project.
///
/// What a command runs of the project, as `npm test` does, can change without that.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat trust --show             the commands, and whether they may run
  kilowat trust                    they may run
  kilowat trust --revoke           they may not

Exit status: 0; with --show 1 where they may not run, with --revoke 1 where they might not; 2 on an error.")]
pub(crate) struct Trust {
    /// Print the commands, and whether they may run; change nothing
    #[arg(long, short = 'n')]
    show: bool,
    /// They may not run any more
    #[arg(long, conflicts_with = "show")]
    revoke: bool,
}

/// What is said, for machines.
#[derive(Serialize)]
struct Record<'a> {
    project: String,
    trusted: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    commands: Option<&'a [Trusted]>,
}

impl Trust {
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        let place = swarm::place()?;
        let folder = std::env::current_dir()?;
        let project = std::fs::canonicalize(init::project_of(&place, &folder))?;
        let runtime = options.start()?;
        let shown = project.to_string_lossy().into_owned();
        if self.revoke {
            let was = deferred::revoke(&project, &runtime)?;
            if options.json {
                output.json(&Record {
                    project: shown,
                    trusted: false,
                    commands: None,
                })?;
            } else if was {
                writeln!(output, "{}: its commands run no more", printable(&shown))?;
            } else {
                writeln!(output, "{}: nobody had trusted it", printable(&shown))?;
            }
            return Ok(if was {
                Status::Success
            } else {
                Status::Negative
            });
        }
        let (commands, trusted) = if self.show {
            deferred::trusted(&project, &runtime)?
        } else {
            (deferred::trust(&project, &runtime)?, true)
        };
        if options.json {
            output.json(&Record {
                project: shown,
                trusted,
                commands: Some(&commands),
            })?;
        } else {
            let rows = commands.iter().map(|command| {
                [
                    command.language.clone(),
                    command.name.clone(),
                    printable(&command.words.join(" ")),
                ]
            });
            output.table(["LANGUAGE", "COMMAND", "PROGRAM"], rows)?;
            let may = if trusted {
                "these commands run after edits, until the file changes"
            } else {
                "none of these commands runs: `kilowat trust` lets them"
            };
            writeln!(output, "\n{}: {may}", printable(&shown))?;
        }
        Ok(if trusted {
            Status::Success
        } else {
            Status::Negative
        })
    }
}
