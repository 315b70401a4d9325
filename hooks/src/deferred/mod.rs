//! The deferred lane: formatters, linters, type checkers and tests, which are programs of the project's own.
//!
//! They run only once the user has [trusted](trust()) the file that names them. What they come to is told at the next
//! hook, or waited for.

mod config;
#[cfg(unix)]
mod run;
mod trust;

use std::path::Path;

use kilowat::Runtime;
use kilowat_swarm::clock::Moment;
use kilowat_swarm::messenger::{Channel, Message, Queue};
use kilowat_swarm::{Error as SwarmError, Swarm};
use serde::{Deserialize, Serialize};

pub(crate) use config::{Config, text};
pub use config::{ConfigError, FILE as CONFIG_FILE, NAMES as COMMANDS};
pub use trust::{TrustError, Trusted, revoke, trust, trusted};

use crate::report::{CommandResult, Deferred, DeferredState, Priority, Recommendation};

/// The queue that workers take the files from.
pub const QUEUE: &str = "post-edit";

/// The type of its messages.
const KIND: &str = "post-edit";

/// How many results are told at a time.
const TOLD_AT_A_TIME: u32 = 64;

/// A file whose commands are to run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Job {
    /// The folder of the project.
    pub(crate) project: String,
    /// The file, by its path from the project.
    pub(crate) file: String,
    /// Its language.
    pub(crate) language: String,
    /// The SHA-256 of what was in it, in hexadecimal.
    pub(crate) digest: String,
}

/// What the commands of a file came to, which nobody was told of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Told {
    /// The file, by its path from the project.
    pub file: String,
    /// The SHA-256 of what was in it, in hexadecimal.
    pub digest: String,
    /// When the commands had ended.
    #[serde(default)]
    pub at: Moment,
    /// What each of them came to.
    pub results: Vec<CommandResult>,
}

impl Told {
    /// Whether all of them have ended well.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.results.iter().all(|result| result.success)
    }
}

/// What is to be done about the commands of a file.
#[derive(Debug)]
pub(crate) enum Plan {
    /// There are none; why.
    Nothing(Deferred),
    /// There are some that may not run.
    Refused(Deferred, Recommendation),
    /// They may run.
    Run(Config),
}

/// Looks for the commands of a file in the text of the project's settings.
pub(crate) fn plan(
    project: &Path,
    text: &Result<Option<String>, ConfigError>,
    language: &str,
    runtime: &Runtime,
) -> Plan {
    let config = match text {
        Ok(Some(text)) => Config::parse(text.clone()).map(Some),
        Ok(None) => Ok(None),
        Err(error) => Err(error.clone()),
    };
    let config = match config {
        Ok(Some(config)) => config,
        Ok(None) => return Plan::Nothing(Deferred::none("the project sets no commands")),
        Err(error) => {
            let deferred = refused(DeferredState::Failed, error.to_string(), Vec::new());
            let recommendation = Recommendation::new(
                "option",
                Priority::Medium,
                error.to_string(),
                format!("mend {CONFIG_FILE}: none of its commands run"),
            );
            return Plan::Refused(deferred, recommendation);
        }
    };
    let names: Vec<String> = config
        .of(language)
        .iter()
        .map(|command| command.name.to_owned())
        .collect();
    if names.is_empty() {
        let message = format!("the project sets no commands for {language}");
        return Plan::Nothing(Deferred::none(message));
    }
    match trust::is_trusted(project, &config, runtime) {
        Ok(true) => Plan::Run(config),
        Ok(false) => {
            let message =
                format!("{CONFIG_FILE} names commands that nobody has trusted: none of them run");
            let recommendation = Recommendation::new(
                "trust",
                Priority::Medium,
                message.as_str(),
                "read the file, and run `kilowat trust` if its commands are yours",
            );
            let deferred = refused(DeferredState::Untrusted, message, names);
            Plan::Refused(deferred, recommendation)
        }
        Err(error) => {
            let message = format!("whether the commands are trusted cannot be known: {error}");
            let recommendation = Recommendation::new(
                "trust",
                Priority::Medium,
                message.as_str(),
                "run `kilowat trust` to see what is wrong",
            );
            Plan::Refused(
                refused(DeferredState::Untrusted, message, names),
                recommendation,
            )
        }
    }
}

fn refused(state: DeferredState, message: String, commands: Vec<String>) -> Deferred {
    Deferred {
        state,
        message,
        commands,
        results: Vec::new(),
    }
}

/// What is said of commands that are in the queue.
pub(crate) fn queued(config: &Config, language: &str) -> Deferred {
    let commands = config.of(language);
    Deferred {
        state: DeferredState::Queued,
        message: "a worker runs them (`kilowat worker post-edit`), and the next hook tells"
            .to_owned(),
        commands: (commands.iter())
            .map(|command| command.name.to_owned())
            .collect(),
        results: Vec::new(),
    }
}

/// Opens the queue, which is in the database of the swarm.
pub(crate) fn queue(swarm: &Swarm) -> Result<Channel<Queue>, SwarmError> {
    swarm.queue(QUEUE).open()
}

/// The message for a job.
pub(crate) fn message(job: &Job) -> Message {
    let json = serde_json::to_vec(job).unwrap_or_default();
    Message::json_text(KIND, json)
}

/// Takes what nobody was told of.
pub(crate) fn untold(swarm: &Swarm) -> Result<Vec<Told>, SwarmError> {
    let reports = swarm.memory();
    if reports.reports().waiting()? == 0 {
        return Ok(Vec::new());
    }
    let kept = reports.reports().tell(TOLD_AT_A_TIME)?;
    let told = kept.into_iter().filter_map(|kept| {
        let mut told: Told = serde_json::from_slice(&kept.report).ok()?;
        told.at = kept.at;
        Some(told)
    });
    Ok(told.collect())
}

#[cfg(unix)]
pub(crate) use run::results;
#[cfg(unix)]
pub use run::{WorkReport, worker};
