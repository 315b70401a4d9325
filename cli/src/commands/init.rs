//! `kilowat init`: what a project needs for its swarm and its hooks.

use std::env;
use std::io::Write as _;

use anyhow::Result;
use clap::Args;
use kilowat_hooks::init::{self, Made};
use serde::Serialize;

use super::Status;
use crate::arguments::Options;
use crate::input::printable;
use crate::output::Output;
use crate::swarm;

/// Make the folder .kilowat of a project: its swarm, and what is set of its hooks
///
/// It stands in the project of the current folder: in the nearest folder upwards that has .kilowat or .git, or else
/// here. Its .gitignore hides all but post-edit.toml, in which every line is a comment to begin with. Nothing that is
/// there is changed.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat init                       then kilowat hook --settings
  kilowat --json init                {\"folder\":...,\"files\":[{\"path\":...,\"made\":true},...

With --json, an object: `folder`, `files` with what was made now, and `database`.

Exit status: 0, or 2 on an error.")]
pub(crate) struct Init {}

/// What there is, for machines.
#[derive(Serialize)]
struct Record {
    folder: String,
    database: File,
    files: Vec<File>,
}

#[derive(Serialize)]
struct File {
    path: String,
    made: bool,
}

impl Init {
    #[expect(
        clippy::unused_self,
        reason = "all commands are run in the same way, and this one takes nothing of its own"
    )]
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        let place = swarm::place()?;
        let project = init::project_of(&place, &env::current_dir()?);
        let had_database = place.database().exists();
        let swarm = swarm::open(options, output)?;
        let file = |Made { path, is_new, .. }: Made| File {
            path: path.to_string_lossy().into_owned(),
            made: is_new,
        };
        let record = Record {
            folder: swarm.place().folder().to_string_lossy().into_owned(),
            database: File {
                path: swarm.place().database().to_string_lossy().into_owned(),
                made: !had_database,
            },
            files: init::fill(&project)?.map(file).into(),
        };
        if options.json {
            output.json(&record)?;
            return Ok(Status::Success);
        }
        for File { path, made } in [&record.database].into_iter().chain(&record.files) {
            let word = if *made { "made     " } else { "was there" };
            writeln!(output, "{word}  {}", printable(path))?;
        }
        writeln!(
            output,
            "\n\
             What hooks do stands in post-edit.toml. To have a coding agent's host ask them, paste what\n\
             `kilowat hook --settings` prints into its settings: .claude/settings.json of the project, or\n\
             ~/.claude/settings.json for all. `kilowat hook --check` plays recorded events."
        )?;
        Ok(Status::Success)
    }
}
