//! What a project's hooks are told.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use kilowat::Runtime;
use kilowat_swarm::envelope::Envelope;
use kilowat_swarm::monitor::HOOK_FAULTS;
use kilowat_swarm::{Place, Swarm};

use super::paths::names_within;
use super::settings::Settings;
use super::{Answer, Event, Payload, words};
use crate::context::Context;
use crate::deferred::CONFIG_FILE;
use crate::error::Error;
use crate::pipeline::Pipeline;
use crate::report::{Report, Verdict};

/// So many messages are told at a time.
const MESSAGES: usize = 10;

/// By which name the inbox knows who takes its messages.
const CONSUMER: &str = "hook";

/// A swarm that was not opened, and what the pipeline runs on without it.
#[derive(Debug)]
pub struct Unopened {
    /// Why not.
    pub why: String,
    /// What runs the kernels.
    pub runtime: Runtime,
}

type Open = Box<dyn Fn() -> Result<Swarm, Unopened> + Send + Sync>;
type OpenInbox = Box<dyn Fn() -> Result<Option<Swarm>, String> + Send + Sync>;

/// What answers the hooks of a project. Any number of threads ask it at the same time.
pub struct Host {
    project: PathBuf,
    folder: PathBuf,
    strict: bool,
    open: Open,
    /// Opens the swarm that has the messages of the inbox, where the other has not.
    open_inbox: OpenInbox,
    opened: OnceLock<Opened>,
}

/// What most events need, and some do not.
struct Opened {
    swarm: Result<Swarm, String>,
    pipeline: Result<Pipeline, Error>,
}

/// An answer, and what went wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Answered {
    /// What the host is told.
    pub answer: Answer,
    /// What went wrong, a line each. They are counted in the swarm's monitor, where there is one.
    pub faults: Vec<String>,
}

impl Answered {
    /// Nothing to say, as something went wrong.
    #[must_use]
    pub fn fault(fault: impl Into<String>) -> Self {
        Self {
            answer: Answer::Pass,
            faults: vec![fault.into()],
        }
    }
}

impl Host {
    /// One for a project whose swarm is open.
    #[must_use]
    pub fn new(swarm: &Swarm, project: &Path) -> Self {
        let folder = swarm.place().folder().to_owned();
        let swarm = swarm.clone();
        Self::lazy(&folder, project, move || Ok(swarm.clone()))
    }

    /// One that opens the swarm, whose folder this is, when it needs it: not to say whether a file is protected.
    #[must_use]
    pub fn lazy(
        folder: &Path,
        project: &Path,
        open: impl Fn() -> Result<Swarm, Unopened> + Send + Sync + 'static,
    ) -> Self {
        Self {
            project: project.to_owned(),
            folder: folder.to_owned(),
            strict: false,
            open: Box::new(open),
            open_inbox: Box::new(|| Ok(None)),
            opened: OnceLock::new(),
        }
    }

    /// Refuses a tool where it cannot be told whether its file is protected.
    #[must_use]
    pub fn strict(mut self, strict: bool) -> Self {
        self.strict = strict;
        self
    }

    /// With a swarm that is opened for the messages of the inbox alone, where they are not in the other: in a Redis, which
    /// nothing else needs. It is asked for when there is an inbox to be told of; why it cannot be opened is a fault.
    #[must_use]
    pub fn inbox(
        mut self,
        open: impl Fn() -> Result<Option<Swarm>, String> + Send + Sync + 'static,
    ) -> Self {
        self.open_inbox = Box::new(open);
        self
    }

    /// The folder of the project.
    #[must_use]
    pub fn project(&self) -> &Path {
        &self.project
    }

    /// What is to be said of an event.
    #[must_use]
    pub fn answer(&self, payload: &Payload) -> Answered {
        let mut faults = Vec::new();
        let answer = match payload.event {
            Event::PreToolUse if payload.is_edit() => self.before(payload, &mut faults),
            Event::PostToolUse if payload.is_edit() => self.after(payload, &mut faults),
            // Whoever goes on for a hook's sake, and is kept again, does not end.
            Event::Stop | Event::SubagentStop if !payload.is_continued && self.has_swarm() => {
                self.at_the_end(&mut faults)
            }
            Event::UserPromptSubmit | Event::SessionStart => {
                let news = self.news(&mut faults);
                tell(payload.event, news)
            }
            _ => Answer::Pass,
        };
        self.count(&faults);
        Answered { answer, faults }
    }

    /// What is to be said where a host has said nothing that means anything, and for what reason. What it has said so far
    /// tells whether a tool waits for the answer.
    #[must_use]
    pub fn unread(&self, said: &[u8], fault: impl Into<String>) -> Answered {
        let fault = fault.into();
        let faults = vec![fault.clone()];
        self.count(&faults);
        let answer = if self.strict && is_before_a_tool(said) {
            Answer::Refuse { fault }
        } else {
            Answer::Pass
        };
        Answered { answer, faults }
    }

    /// Whether a tool may change its file.
    fn before(&self, payload: &Payload, faults: &mut Vec<String>) -> Answer {
        let settings = match (Settings::read(&self.project), &payload.file) {
            (Ok(settings), Some(file)) => Ok((settings, file)),
            (Err(error), _) => Err(error.to_string()),
            (Ok(_), None) => Err(no_file(payload)),
        };
        match settings {
            Ok((settings, file)) => {
                let full = whole(payload, file);
                let pattern = settings.protected.pattern_for(&full);
                pattern.map_or(Answer::Pass, |pattern| Answer::Deny {
                    reason: format!(
                        "{} is protected: it matches `{pattern}` of hook.protect in {CONFIG_FILE}. \
                         Leave it as it is; if it has to change, the user can change it, or the pattern.",
                        file.display()
                    ),
                })
            }
            Err(fault) => {
                faults.push(fault.clone());
                if self.strict {
                    let fault = format!("it cannot be told whether the file is protected: {fault}");
                    Answer::Refuse { fault }
                } else {
                    Answer::Pass
                }
            }
        }
    }

    /// What a tool has left behind.
    fn after(&self, payload: &Payload, faults: &mut Vec<String>) -> Answer {
        let Some(file) = &payload.file else {
            faults.push(no_file(payload));
            return Answer::Pass;
        };
        let full = whole(payload, file);
        // Agents write elsewhere, too, and that is none of the project's business.
        if names_within(&self.project, &full).is_empty() {
            return Answer::Pass;
        }
        let Some(report) = self.report(payload, &full, faults) else {
            return Answer::Pass;
        };
        let (later, has_failed) = self.deferred(faults);
        let has_errors = has_failed || report.verdict() == Verdict::Errors;
        match joined([words::of(&report), later]) {
            Some(text) if has_errors => Answer::Mend { text },
            text => tell(payload.event, text),
        }
    }

    fn report(&self, payload: &Payload, file: &Path, faults: &mut Vec<String>) -> Option<Report> {
        let report = match self.pipeline(faults)?.post_edit(file, &context(payload)) {
            Ok(report) => report,
            Err(error) => {
                faults.push(format!("{}: {error}", file.display()));
                return None;
            }
        };
        if let Some(skipped) = &report.skipped
            && skipped.reason.is_fault()
        {
            faults.push(format!("{}: {}", file.display(), skipped.message));
        }
        if !report.stored.success {
            let why = report
                .stored
                .message
                .as_deref()
                .unwrap_or("it is not known why");
            faults.push(format!("the report is not stored: {why}"));
        }
        report.skipped.is_none().then_some(report)
    }

    /// What there is to do before an agent ends its turn.
    fn at_the_end(&self, faults: &mut Vec<String>) -> Answer {
        let settings = self.settings(faults);
        let patience = settings.map_or(Duration::ZERO, |settings| settings.stop_waits);
        if patience > Duration::ZERO {
            self.wait(patience, faults);
        }
        match self.deferred(faults) {
            (Some(reason), true) => Answer::GoOn { reason },
            _ => Answer::Pass,
        }
    }

    /// Waits until the deferred lane has done what there is to do, and does it, where there is no worker.
    fn wait(&self, patience: Duration, faults: &mut Vec<String>) {
        #[cfg(unix)]
        if let Some(pipeline) = self.pipeline(faults)
            && let Err(error) = pipeline.settle(patience)
        {
            faults.push(format!("deferred commands: {error}"));
        }
        #[cfg(not(unix))]
        let _ = (patience, faults);
    }

    /// What commands of the deferred lane have come to that nobody was told of, and whether one has failed.
    fn deferred(&self, faults: &mut Vec<String>) -> (Option<String>, bool) {
        let Some(pipeline) = self.pipeline(faults) else {
            return (None, false);
        };
        match pipeline.untold() {
            Ok(told) => {
                let words = words::of_commands(&told);
                let has_failed = words.is_some();
                (words, has_failed)
            }
            Err(error) => {
                faults.push(format!(
                    "what deferred commands have found is not told: {error}"
                ));
                (None, false)
            }
        }
    }

    /// Whether there is a swarm that could have something to tell.
    fn has_swarm(&self) -> bool {
        Place::at(&self.folder).database().exists()
    }

    fn settings(&self, faults: &mut Vec<String>) -> Option<Settings> {
        let settings = Settings::read(&self.project);
        settings
            .map_err(|error| faults.push(error.to_string()))
            .ok()
    }

    fn opened(&self, faults: &mut Vec<String>) -> &Opened {
        let mut is_new = false;
        let opened = self.opened.get_or_init(|| {
            is_new = true;
            match (self.open)() {
                Ok(swarm) => Opened {
                    pipeline: Pipeline::new(&swarm, &self.project),
                    swarm: Ok(swarm),
                },
                Err(Unopened { why, runtime }) => Opened {
                    pipeline: Pipeline::without_swarm(why.as_str(), runtime, &self.project),
                    swarm: Err(why),
                },
            }
        });
        if is_new
            && let Ok(swarm) = &opened.swarm
            && let Some(salvage) = swarm.salvage()
        {
            faults.push(format!(
                "the database was damaged and is set aside in {}; {} rows of it were read, and {} taken from a backup",
                salvage.aside.display(),
                salvage.rows,
                salvage.rows_of_backup
            ));
        }
        opened
    }

    fn pipeline(&self, faults: &mut Vec<String>) -> Option<&Pipeline> {
        let pipeline = &self.opened(faults).pipeline;
        pipeline
            .as_ref()
            .map_err(|error| faults.push(error.to_string()))
            .ok()
    }

    /// The swarm, where it is open; nobody has to be told otherwise more than once.
    fn swarm(&self, faults: &mut Vec<String>) -> Option<&Swarm> {
        self.opened(faults).swarm.as_ref().ok()
    }

    /// Counts what went wrong. Where that cannot be stored, whoever started the hook was told of it all the same.
    fn count(&self, faults: &[String]) {
        if !faults.is_empty()
            && let Some(swarm) = self.swarm(&mut Vec::new())
        {
            let count = faults.len() as u64;
            let monitor = swarm.monitor();
            monitor.count(HOOK_FAULTS, count, count);
            if let Err(error) = monitor.store() {
                tracing::debug!(%error, "faults of hooks are not counted");
            }
        }
    }

    /// What was not told yet: what deferred commands have found, and messages.
    fn news(&self, faults: &mut Vec<String>) -> Option<String> {
        let settings = self.settings(faults);
        let inbox = settings.and_then(|settings| settings.inbox);
        let messages = inbox.and_then(|inbox| self.messages(&inbox, faults));
        let later = self.has_swarm().then(|| self.deferred(faults).0);
        joined([later.flatten(), messages])
    }

    /// The messages of the inbox. They are done when they are told.
    fn messages(&self, inbox: &str, faults: &mut Vec<String>) -> Option<String> {
        let swarm = match (self.open_inbox)() {
            Ok(Some(swarm)) => swarm,
            Ok(None) if self.has_swarm() => self.swarm(faults)?.clone(),
            Ok(None) => return None,
            Err(why) => {
                faults.push(format!("the messages of {inbox} could not be told: {why}"));
                return None;
            }
        };
        let told = || -> Result<Vec<String>, kilowat_swarm::Error> {
            let queue = swarm.queue(inbox).open()?;
            let deliveries = queue
                .consumer(CONSUMER)?
                .receive(MESSAGES, Duration::ZERO)?;
            deliveries
                .into_iter()
                .map(|delivery| {
                    let words = message(delivery.message());
                    delivery.ack()?;
                    Ok(words)
                })
                .collect()
        };
        match told() {
            Ok(told) if told.is_empty() => None,
            Ok(told) => Some(format!(
                "Messages from the queue {inbox}:\n{}",
                told.join("\n")
            )),
            Err(error) => {
                faults.push(format!(
                    "the messages of {inbox} could not be told: {error}"
                ));
                None
            }
        }
    }
}

/// A message, in words.
fn message(envelope: &Envelope) -> String {
    let header = &envelope.header;
    let from = header
        .from
        .as_deref()
        .map_or_else(String::new, |from| format!(" from {from}"));
    let body = String::from_utf8_lossy(&envelope.body);
    format!("- {}{from}: {}", header.kind, body.trim())
}

fn joined(parts: [Option<String>; 2]) -> Option<String> {
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join("\n\n"))
}

fn tell(event: Event, text: Option<String>) -> Answer {
    text.map_or(Answer::Pass, |text| Answer::Tell { event, text })
}

/// A file of a payload with all of its path, as the agent sees it.
fn whole(payload: &Payload, file: &Path) -> PathBuf {
    let cwd = payload.cwd.as_ref();
    cwd.map_or_else(|| file.to_owned(), |cwd| cwd.join(file))
}

fn no_file(payload: &Payload) -> String {
    let tool = payload.tool.as_deref().unwrap_or_default();
    format!("the payload names no file that {tool} is used on")
}

/// Who has edited: what the environment says, and the host where that says nothing.
fn context(payload: &Payload) -> Context {
    let mut context = Context::from_environment();
    let agent = &mut context.agent;
    for (said, by_host) in [
        (&mut agent.session_id, &payload.session),
        (&mut agent.agent_name, &payload.agent),
        (&mut agent.agent_type, &payload.agent_type),
    ] {
        if said.is_none() {
            said.clone_from(by_host);
        }
    }
    context
}

/// Whether what a host has said so far is of a tool that is about to be used. What stands in texts of the payload has
/// other quotes around it.
#[must_use]
pub fn is_before_a_tool(said: &[u8]) -> bool {
    const NAME: &[u8] = b"\"hook_event_name\"";
    let mut rest = said;
    while let Some(at) = memchr::memmem::find(rest, NAME) {
        rest = &rest[at + NAME.len()..];
        let value = rest.trim_ascii_start().strip_prefix(b":");
        let value = value.map(<[u8]>::trim_ascii_start);
        if value.is_some_and(|value| value.starts_with(b"\"PreToolUse\"")) {
            return true;
        }
    }
    false
}
