//! `kilowat hook`: what a coding agent's host starts for each event.

mod check;
mod settings;

use std::env;
#[cfg(unix)]
use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Args;
use kilowat_hooks::init;
use kilowat_hooks::protocol::{Answer, Answered, Host, Limits, Payload, Pipe, is_before_a_tool};
use kilowat_swarm::Place;

use super::Status;
use crate::arguments::Options;
use crate::descriptors;
use crate::output::{Output, print_note};
use crate::swarm;

/// Answer the hooks of a coding agent: what is wrong with a file after each edit of it
///
/// A host starts it for each event, with one JSON object on standard input, and goes by the exit status and by what is
/// printed. After an edit, errors are for the agent to mend; warnings are context for it. Before an edit, files that
/// are protected stay as they are. When the agent ends its turn, and when the user says something, it is told what
/// programs of the deferred lane have found meanwhile.
///
/// What goes wrong with the hook itself blocks nobody: it is a line on standard error, and counted.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat hook --settings              what to paste into the settings of a host, with this program's path
  kilowat hook --check                 play recorded events, and say what a host would see
  kilowat hook < event.json            answer one event

Which files are protected, how long the agent is kept at the end of its turn, and which queue it is told of stand in
the table [hook] of .kilowat/post-edit.toml; kilowat init writes one with comments.

With --json, --check prints JSON Lines.

Exit status: 0 if there is nothing to say, or all of it is in the JSON object on standard output. 2 if standard error is
for the agent: errors in the file; with --strict also that a tool is refused, since it cannot be told whether its file
is protected. Of --settings 0, or 2 on an error; of --check 0, or 1 where a host would see something else than it
should, or 2 on an error.")]
pub(crate) struct Hook {
    /// Refuse a tool where it cannot be told whether its file is protected
    #[arg(long)]
    strict: bool,
    /// Print what to paste into the settings of a host
    #[arg(long, conflicts_with = "check")]
    settings: bool,
    /// Hooks that ask a dashboard there, such as <http://127.0.0.1:7413>, and start no program
    #[arg(long, value_name = "URL", requires = "settings")]
    http: Option<String>,
    /// Play recorded events in a folder of its own, and say what a host would see
    #[arg(long, conflicts_with = "strict")]
    check: bool,
}

impl Hook {
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        if self.settings {
            return settings::print(self.strict, self.http.as_deref(), output);
        }
        if self.check {
            return check::run(options, output);
        }
        Ok(self.answer(options))
    }

    /// Answers the event on standard input. Nothing that happens here is an error of the command: a host takes each
    /// exit status but 0 for something that it is told.
    fn answer(&self, options: Options) -> Status {
        let limits = Limits::default();
        let pipe = descriptors::standard_input().and_then(|()| Pipe::new(io::stdin(), limits));
        let (answered, pipe) = match pipe {
            Ok(mut pipe) => (self.of_pipe(&mut pipe, options), Some(pipe)),
            Err(error) => (Answered::fault(format!("standard input: {error}")), None),
        };
        let status = print(&answered);
        if let Some(mut pipe) = pipe {
            pipe.drain();
        }
        status
    }

    fn of_pipe(&self, pipe: &mut Pipe, options: Options) -> Answered {
        let payload = match pipe.object() {
            Ok(object) => Payload::read(object).map_err(|error| error.to_string()),
            Err(fault) => Err(fault.to_string()),
        };
        let cwd = payload
            .as_ref()
            .ok()
            .and_then(|payload| payload.cwd.clone());
        let host = self.host(cwd, options);
        match (host, payload) {
            (Ok(host), Ok(payload)) => host.answer(&payload),
            (Ok(host), Err(fault)) => host.unread(pipe.came(), fault),
            (Err(fault), _) if self.strict && is_before_a_tool(pipe.came()) => {
                let mut answered = Answered::fault(fault.as_str());
                answered.answer = Answer::Refuse { fault };
                answered
            }
            (Err(fault), _) => Answered::fault(fault),
        }
    }

    /// What answers for the project that the agent works in, or else for the one that the command was started in.
    fn host(&self, cwd: Option<PathBuf>, options: Options) -> Result<Host, String> {
        let given = cwd.and_then(|cwd| Some((Place::find(&cwd).ok()?, cwd)));
        let (place, from) = if let Some(given) = given {
            given
        } else {
            let cwd = env::current_dir().map_err(|error| format!("the current folder: {error}"))?;
            (Place::find(&cwd).map_err(|error| error.to_string())?, cwd)
        };
        let project = init::project_of(&place, &from);
        Ok(host(&place, &project, options).strict(self.strict))
    }
}

/// What answers for a project whose swarm is in a place. The swarm is opened when it is needed, and made where it is
/// missing.
fn host(place: &Place, project: &Path, options: Options) -> Host {
    let folder = place.folder().to_owned();
    let (place, inbox) = (place.clone(), place.clone());
    let host = Host::lazy(&folder, project, move || {
        swarm::open_for_hook(&place, options)
    });
    host.inbox(move || swarm::open_for_inbox(&inbox, options))
}

/// Prints an answer, and gives its exit status. Where nobody listens, there is nobody to be told of it.
fn print(answered: &Answered) -> Status {
    let answer = &answered.answer;
    if let Some(json) = answer.output() {
        let print = || -> io::Result<()> {
            descriptors::standard_output()?;
            // At once: what stayed in a buffer would be an error again at the end of the command.
            let mut stdout = unbuffered()?;
            stdout.write_all(format!("{json}\n").as_bytes())?;
            stdout.flush()
        };
        if let Err(error) = print() {
            print_note(format_args!("hook: standard output: {error}"));
        }
    }
    let words = answer.error().unwrap_or_default();
    if !words.is_empty() {
        let _ = writeln!(io::stderr(), "{words}");
    }
    // A fault for which a tool is refused is said already.
    for fault in answered
        .faults
        .iter()
        .filter(|fault| !words.contains(*fault))
    {
        print_note(format_args!("hook: {fault}"));
    }
    if answer.status() == 0 {
        Status::Success
    } else {
        Status::Failure
    }
}

#[cfg(unix)]
fn unbuffered() -> io::Result<File> {
    use std::os::fd::AsFd as _;

    Ok(File::from(io::stdout().as_fd().try_clone_to_owned()?))
}

#[cfg(not(unix))]
fn unbuffered() -> io::Result<io::Stdout> {
    Ok(io::stdout())
}
