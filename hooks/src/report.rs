//! What is said of an edit: the report, as users of claude-flow-novice know it, and what is new in it.

use serde::{Deserialize, Serialize};

use crate::context::AgentContext;
use crate::deferred::Told;
use crate::finding::{Finding, Severity};

/// What was found in a file, and what became of it. In JSON its names are in camel case: `editId`, `agentContext`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Report {
    /// The file, by its path from the project; as it was named, where it is none of the project.
    pub file: String,
    /// Its language, or `unknown`.
    pub language: String,
    /// When it was looked at, as of RFC 3339, in UTC.
    pub timestamp: String,
    /// A name for this edit, which no other has.
    pub edit_id: String,
    /// Who has edited it.
    pub agent_context: AgentContext,
    /// What the steps came to, by the three things that tools are known for.
    pub steps: Steps,
    /// The test of this file; nothing where the file cannot have one.
    pub testing: Option<Testing>,
    /// What of it the last run of the tests has covered, where there is an `lcov.info` that knows it.
    pub coverage: Option<Coverage>,
    /// Whether it has tests and is covered enough, with `--tdd-mode`.
    pub tdd_compliance: Option<TddCompliance>,
    /// What is good to do.
    pub recommendations: Vec<Recommendation>,
    /// Whether the edit is not to stand as it is.
    pub blocking: bool,
    /// In short, for people and models.
    pub summary: Summary,
    /// What has taken how long.
    pub durations: Durations,
    /// The SHA-256 of the file in hexadecimal, where it was read.
    pub digest: Option<String>,
    /// What is left to a worker.
    pub deferred: Deferred,
    /// All that was found, and where, from the start of the file on.
    pub findings: Vec<Placed>,
    /// Why the file was not looked at, where it was not.
    pub skipped: Option<Skipped>,
    /// Whether the file is as it was when it was looked at last: this is the report of then.
    pub unchanged: bool,
    /// Whether it is stored in the swarm, and why not.
    pub stored: Stored,
    /// What `--fix` has changed.
    pub fixed: Vec<String>,
    /// What commands of the deferred lane came to after earlier edits, where that is told with this report.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub told: Vec<Told>,
}

/// What came of the steps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Steps {
    /// Line ends, indentation, blanks, lengths of lines.
    pub formatting: StepReport,
    /// Syntax, rules and secrets.
    pub linting: StepReport,
    /// Types, which a program of the deferred lane checks.
    pub type_check: StepReport,
}

/// What came of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct StepReport {
    /// Whether nothing is wrong, as far as it has looked.
    pub success: bool,
    /// Whether it has looked.
    pub ran: bool,
    /// What it found, or why it did not look.
    pub message: String,
    /// How many things it has found.
    pub issues: usize,
}

/// The test of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Testing {
    /// Whether tests ran.
    pub executed: bool,
    /// Why they did not.
    pub reason: String,
    /// The file that tests this one, by its path from the project; the file itself where it is or has one.
    pub test_file: Option<String>,
}

/// What of a file the last run of the tests has covered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Coverage {
    /// Its lines.
    pub lines: Share,
    /// Its branches, where they were counted.
    pub branches: Option<Share>,
    /// Its functions, where they were counted.
    pub functions: Option<Share>,
    /// What is asked for, in percent.
    pub minimum: f64,
    /// Whether that is reached.
    pub meets_minimum: bool,
    /// The file that says so, by its path from the project.
    pub source: String,
    /// Whether the file was edited after that was measured.
    pub is_older_than_edit: bool,
}

/// A part of a whole.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Share {
    /// How many there are.
    pub total: u64,
    /// How many of them are covered.
    pub covered: u64,
    /// The same in percent, to two places.
    pub percentage: f64,
}

/// Whether a file keeps to the rules of test-driven work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TddCompliance {
    /// Whether there is a test for it.
    pub has_tests: bool,
    /// Whether it is covered enough; nothing where it is not known.
    pub meets_coverage: Option<bool>,
    /// What it breaks, in words.
    pub violations: Vec<String>,
}

/// Something that is good to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Recommendation {
    /// What it is about: `testing`, `coverage`, `performance`, `trust`, `option`.
    #[serde(rename = "type")]
    pub kind: String,
    /// How much it matters: `high`, `medium` or `low`.
    pub priority: Priority,
    /// What is the matter.
    pub message: String,
    /// What to do.
    pub action: String,
}

/// How much a recommendation matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Priority {
    /// When there is time.
    Low,
    /// Soon.
    Medium,
    /// Now.
    High,
}

impl Recommendation {
    /// One.
    pub fn new(
        kind: &str,
        priority: Priority,
        message: impl Into<String>,
        action: impl Into<String>,
    ) -> Self {
        Self {
            kind: kind.to_owned(),
            priority,
            message: message.into(),
            action: action.into(),
        }
    }
}

/// A report in short: a sentence for each finding, with its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Summary {
    /// Whether there is no error, and nothing that blocks.
    pub success: bool,
    /// What is wrong.
    pub errors: Vec<String>,
    /// What is probably wrong.
    pub warnings: Vec<String>,
    /// What there is to think of.
    pub suggestions: Vec<String>,
}

/// What has taken how long, in milliseconds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Durations {
    /// All of it, with what was stored.
    pub total: f64,
    /// Each step, in order.
    pub steps: Vec<StepDuration>,
}

/// How long a step took.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StepDuration {
    /// Its name.
    pub name: String,
    /// How long it took, in milliseconds.
    pub millis: f64,
    /// How long it may take.
    pub budget: f64,
    /// Whether it was stopped, as it took longer: it has not looked at all of the file then.
    pub stopped: bool,
}

/// What is left to a worker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Deferred {
    /// What became of it.
    pub state: DeferredState,
    /// The same in words.
    pub message: String,
    /// The names of the commands: `format`, `lint`, `types`, `tests`.
    pub commands: Vec<String>,
    /// What they came to, where they were waited for.
    pub results: Vec<CommandResult>,
}

/// What became of the commands of the deferred lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum DeferredState {
    /// There are none for this file.
    None,
    /// There are some, and nobody has said that they may run here.
    Untrusted,
    /// They are in the queue of the worker.
    Queued,
    /// They were waited for.
    Done,
    /// They could not be put into the queue.
    Failed,
}

/// What a command of the deferred lane came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CommandResult {
    /// Which it is: `format`, `lint`, `types`, `tests`.
    pub name: String,
    /// The program with its arguments.
    pub command: Vec<String>,
    /// Whether it has ended with status 0.
    pub success: bool,
    /// How it has ended, in words.
    pub message: String,
    /// The end of what it has written.
    pub output: String,
    /// How long it took, in milliseconds.
    pub millis: u64,
}

/// A finding with its place for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Placed {
    /// What was found.
    #[serde(flatten)]
    pub finding: Finding,
    /// The step that has found it.
    pub step: String,
    /// Its line, counted from 1.
    pub line: usize,
    /// Its column, counted from 1 in characters.
    pub column: usize,
    /// The line's text, where it is short enough and holds no secret.
    pub text: Option<String>,
}

/// Why a file was not looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Skipped {
    /// The kind of reason.
    pub reason: SkipReason,
    /// The same in words.
    pub message: String,
}

/// The kinds of reasons for which a file is not looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum SkipReason {
    /// There is no such file: a fault.
    Missing,
    /// It is a folder, a pipe, a device: a fault.
    NotAFile,
    /// It is not in the project, or a link leads out of it: a fault.
    Outside,
    /// It cannot be read: a fault.
    Unreadable,
    /// It is longer than 4 MiB.
    TooLarge,
    /// Git ignores it.
    Ignored,
    /// A program has made it.
    Generated,
    /// It is no text.
    Binary,
}

impl SkipReason {
    /// Whether something went wrong, rather than that there is nothing to do.
    #[must_use]
    pub fn is_fault(self) -> bool {
        matches!(
            self,
            Self::Missing | Self::NotAFile | Self::Outside | Self::Unreadable
        )
    }
}

/// Whether a report is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Stored {
    /// Whether it is.
    pub success: bool,
    /// Why not.
    pub message: Option<String>,
    /// The key of the memory that it is under, in the namespace `post-edit`.
    pub memory_key: Option<String>,
}

/// How an edit is to be taken, worst last: the exit status of `kilowat post-edit`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Nothing is wrong, or nothing that is an error: 0.
    Fine,
    /// There are errors, or it is not to stand: 1.
    Errors,
    /// It could not be looked at: 2.
    Fault,
}

impl Report {
    /// How it is to be taken.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        if (self.skipped.as_ref()).is_some_and(|skipped| skipped.reason.is_fault()) {
            Verdict::Fault
        } else if self.summary.success && !self.blocking {
            Verdict::Fine
        } else {
            Verdict::Errors
        }
    }

    /// How many findings there are of a severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        let of_it = |placed: &&Placed| placed.finding.severity == severity;
        self.findings.iter().filter(of_it).count()
    }
}

impl StepReport {
    pub(crate) fn not_run(message: impl Into<String>) -> Self {
        Self {
            success: true,
            ran: false,
            message: message.into(),
            issues: 0,
        }
    }
}

impl Deferred {
    pub(crate) fn none(message: impl Into<String>) -> Self {
        Self {
            state: DeferredState::None,
            message: message.into(),
            commands: Vec::new(),
            results: Vec::new(),
        }
    }
}
