//! The pipeline: the steps in their order, each within its budget, and one report of all of them.

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use kilowat::Runtime;
use kilowat_swarm::monitor::Run;
use kilowat_swarm::rollback::System;
use kilowat_swarm::{Id, Swarm};

use crate::budgets::Budgets;
use crate::context::Context;
use crate::edit::{Edit, Step};
use crate::error::Error;
use crate::finding::Severity;
use crate::findings::{Findings, Parts};
use crate::guard::{Guarded, Refused, guard};
use crate::ignored::Ignored;
use crate::language::Language;
use crate::places::Places;
use crate::report::{
    Deferred, Durations, Placed, Priority, Recommendation, Report, Skipped, StepDuration,
    StepReport, Steps, Stored, Summary,
};
use crate::steps::{Syntax, Text};
use crate::store;
use crate::syntax::{self, Reading};

/// By which name the monitor knows the runs of the pipeline.
pub const HOOK: &str = "post-edit";

/// Looks at files after they were edited. Any number of threads use it at the same time.
#[derive(Debug)]
pub struct Pipeline {
    pub(crate) project: PathBuf,
    pub(crate) swarm: Result<Swarm, String>,
    given: Runtime,
    budgets: Budgets,
    ignored: Ignored,
}

/// The mark that says that a file is UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";

impl Pipeline {
    /// One for a project, whose reports are stored in a swarm.
    ///
    /// # Errors
    /// [`Error::Project`] where the folder of the project cannot be found.
    pub fn new(swarm: &Swarm, project: &Path) -> Result<Self, Error> {
        let given = swarm.runtime_of(System::Memory).clone();
        Self::made(Ok(swarm.clone()), given, project)
    }

    /// One that stores nothing, as there is no swarm: for what reason stands in its reports.
    ///
    /// # Errors
    /// As of [`new`](Self::new).
    pub fn without_swarm(
        why: impl Into<String>,
        runtime: Runtime,
        project: &Path,
    ) -> Result<Self, Error> {
        Self::made(Err(why.into()), runtime, project)
    }

    fn made(swarm: Result<Swarm, String>, given: Runtime, project: &Path) -> Result<Self, Error> {
        let project = fs::canonicalize(project).map_err(|cause| Error::Project {
            path: project.to_owned(),
            cause,
        })?;
        Ok(Self {
            project,
            swarm,
            given,
            budgets: Budgets::default(),
            ignored: Ignored::default(),
        })
    }

    /// With other budgets.
    #[must_use]
    pub fn budgets(mut self, budgets: Budgets) -> Self {
        self.budgets = budgets;
        self
    }

    /// The folder of the project, without links.
    #[must_use]
    pub fn project(&self) -> &Path {
        &self.project
    }

    /// What runs the kernels now.
    fn runtime(&self) -> &Runtime {
        match &self.swarm {
            Ok(swarm) => swarm.runtime_of(System::Memory),
            Err(_) => &self.given,
        }
    }

    /// Looks at a file that was edited: its path from the project, or a whole one. What cannot be looked at, and what
    /// could not be stored, is said in the report.
    ///
    /// # Errors
    /// [`Error::Runtime`] where no tier can hash the file.
    pub fn post_edit(&self, path: &Path, context: &Context) -> Result<Report, Error> {
        let mut work = Work::new(self, context);
        let guarded = work.timed("guard", self.budgets.guard, || {
            guard(&self.project, path, &self.ignored)
        });
        let guarded = match guarded {
            Ok(guarded) => guarded,
            Err(refused) => {
                let report = work.refused(refused);
                return Ok(work.stored(report, None));
            }
        };
        let runtime = self.runtime();
        let digest = work.timed("digest", self.budgets.digest, || {
            runtime.sha256(&guarded.bytes)
        })?;
        let basis = store::basis(context);
        if !context.again
            && let Some(last) = store::last(self, &guarded.path, &digest, basis)
        {
            return Ok(work.repeated(last));
        }
        let report = work.look(&guarded, digest, runtime);
        let kept = store::Keeping {
            path: &guarded.path,
            digest,
            basis,
        };
        Ok(work.stored(report, Some(&kept)))
    }
}

/// The work on one file.
struct Work<'a> {
    pipeline: &'a Pipeline,
    context: &'a Context,
    began: Instant,
    timestamp: Timestamp,
    durations: Vec<(&'static str, Duration, Duration, bool)>,
    found: Vec<(&'static str, Parts)>,
}

impl<'a> Work<'a> {
    fn new(pipeline: &'a Pipeline, context: &'a Context) -> Self {
        Self {
            pipeline,
            context,
            began: Instant::now(),
            timestamp: Timestamp::now(),
            durations: Vec::with_capacity(8),
            found: Vec::with_capacity(8),
        }
    }

    fn timed<T>(&mut self, name: &'static str, budget: Duration, work: impl FnOnce() -> T) -> T {
        let began = Instant::now();
        let answer = work();
        self.durations.push((name, began.elapsed(), budget, false));
        answer
    }

    fn step(&mut self, step: &dyn Step, edit: &Edit<'_>) {
        let budget = self.pipeline.budgets.step;
        let began = Instant::now();
        let mut found = Findings::within(budget);
        step.run(edit, &mut found);
        let parts = found.into_parts();
        let was_over = parts.was_over;
        self.durations
            .push((step.name(), began.elapsed(), budget, was_over));
        self.found.push((step.name(), parts));
    }

    /// All steps that look at the text.
    fn look(&mut self, guarded: &Guarded, digest: [u8; 32], runtime: &Runtime) -> Report {
        let bytes = &guarded.bytes;
        let mark = if bytes.starts_with(MARK) {
            MARK.len()
        } else {
            0
        };
        let text = match runtime.utf8_validate(bytes) {
            Ok(()) => str::from_utf8(&bytes[mark..]).ok(),
            Err(_) => None,
        };
        let began = Instant::now();
        let reading = match (guarded.language, text) {
            (Some(language), Some(text)) => syntax::read(language, text, runtime),
            _ => Reading::default(),
        };
        let reading_time = began.elapsed();
        let edit = Edit {
            path: &guarded.path,
            language: guarded.language,
            bytes,
            text,
            mark,
            digest,
            reading,
            is_test: false,
            runtime,
        };
        self.step(&Text, &edit);
        self.step(&Syntax, &edit);
        if let Some((_, time, ..)) = self.durations.last_mut() {
            *time += reading_time;
        }
        self.report(&edit)
    }

    /// The report of a file that was looked at.
    fn report(&mut self, edit: &Edit<'_>) -> Report {
        let mut report = self.empty(edit.path, edit.language);
        report.digest = Some(hex(&edit.digest));
        report.deferred = Deferred::none("no commands are set for this language");
        let places = Places::new(edit);
        for (step, parts) in std::mem::take(&mut self.found) {
            if parts.left_out > 0 {
                report.recommendations.push(Recommendation::new(
                    step,
                    Priority::Medium,
                    format!("{} more findings of {step} are left out", parts.left_out),
                    "mend what is shown, and look again",
                ));
            }
            report.recommendations.extend(parts.recommendations);
            let placed = parts
                .found
                .into_iter()
                .map(|finding| places.place(step, finding));
            report.findings.extend(placed);
        }
        places.hide_secrets(&mut report.findings);
        report.findings.sort_by_key(|placed| {
            (
                placed.finding.offset,
                std::cmp::Reverse(placed.finding.severity),
            )
        });
        report.steps = Steps {
            formatting: step_report(&report.findings, &["text", "format"], "formatting"),
            linting: step_report(
                &report.findings,
                &["syntax", "rules", "security"],
                "linting",
            ),
            type_check: StepReport::not_run("no type checker is set for this language"),
        };
        for placed in &report.findings {
            let list = match placed.finding.severity {
                Severity::Error => &mut report.summary.errors,
                Severity::Warning => &mut report.summary.warnings,
                Severity::Suggestion => &mut report.summary.suggestions,
            };
            list.push(format!(
                "{}:{}:{}: {}",
                report.file, placed.line, placed.column, placed.finding.message
            ));
        }
        report.summary.success = report.summary.errors.is_empty();
        for (name, _, budget, stopped) in &self.durations {
            if *stopped {
                report.recommendations.push(Recommendation::new(
                    "performance",
                    Priority::Low,
                    format!(
                        "{name} was stopped after its budget of {} ms: it has not looked at all of the file",
                        budget.as_millis()
                    ),
                    "split the file, or look at it when the machine is less busy",
                ));
            }
        }
        report
    }

    /// A report of nothing yet.
    fn empty(&self, path: &Path, language: Option<Language>) -> Report {
        Report {
            file: path.to_string_lossy().into_owned(),
            language: language.map_or("unknown", Language::name).to_owned(),
            timestamp: format!("{:.3}", self.timestamp),
            edit_id: format!("edit-{}", Id::new()),
            agent_context: self.context.agent.completed(),
            steps: Steps {
                formatting: StepReport::not_run("the file was not looked at"),
                linting: StepReport::not_run("the file was not looked at"),
                type_check: StepReport::not_run("the file was not looked at"),
            },
            testing: None,
            coverage: None,
            tdd_compliance: None,
            recommendations: Vec::new(),
            blocking: false,
            summary: Summary {
                success: true,
                errors: Vec::new(),
                warnings: Vec::new(),
                suggestions: Vec::new(),
            },
            durations: Durations::default(),
            digest: None,
            deferred: Deferred::none("the file was not looked at"),
            findings: Vec::new(),
            skipped: None,
            unchanged: false,
            stored: Stored {
                success: false,
                message: None,
                memory_key: None,
            },
            fixed: Vec::new(),
        }
    }

    fn refused(&self, refused: Refused) -> Report {
        let Refused { path, why } = refused;
        let mut report = self.empty(&path, Language::of(&path, b""));
        if why.reason.is_fault() {
            report.summary.success = false;
            report
                .summary
                .errors
                .push(format!("{}: {}", report.file, why.message));
        }
        let Skipped { message, .. } = &why;
        report.steps.formatting = StepReport::not_run(message.as_str());
        report.steps.linting = StepReport::not_run(message.as_str());
        report.steps.type_check = StepReport::not_run(message.as_str());
        report.deferred = Deferred::none(message.as_str());
        report.skipped = Some(why);
        report
    }

    /// The report that was given of the same file before, as one of now.
    fn repeated(mut self, mut last: Report) -> Report {
        last.unchanged = true;
        last.timestamp = format!("{:.3}", self.timestamp);
        last.agent_context = self.context.agent.completed();
        self.stored(last, None)
    }

    /// Stores a report with the run, and says whether that went well.
    fn stored(&mut self, mut report: Report, keeping: Option<&store::Keeping<'_>>) -> Report {
        let began = Instant::now();
        let budget = self.pipeline.budgets.store;
        report.stored = store::store(self.pipeline, &report, keeping, || self.run(&report));
        self.durations
            .push(("store", began.elapsed(), budget, false));
        report.durations = Durations {
            total: millis(self.began.elapsed()),
            steps: (self.durations.iter())
                .map(|(name, time, budget, stopped)| StepDuration {
                    name: (*name).to_owned(),
                    millis: millis(*time),
                    budget: millis(*budget),
                    stopped: *stopped,
                })
                .collect(),
        };
        report
    }

    /// What the monitor keeps of it. Its own commit is not in it: it is a part of that.
    fn run(&self, report: &Report) -> Run {
        let mut run = Run::new(HOOK, self.began.elapsed());
        for (name, time, ..) in &self.durations {
            run = run.step(Cow::Borrowed(*name), *time);
        }
        let is_fault = (report.skipped.as_ref()).is_some_and(|skipped| skipped.reason.is_fault());
        if is_fault { run.failed() } else { run }
    }
}

fn step_report(findings: &[Placed], steps: &[&str], what: &str) -> StepReport {
    let of_step = || {
        findings
            .iter()
            .filter(|placed| steps.contains(&placed.step.as_str()))
    };
    let issues = of_step().count();
    let success = of_step().all(|placed| placed.finding.severity < Severity::Error);
    StepReport {
        success,
        ran: true,
        message: match issues {
            0 => format!("{what}: nothing to say"),
            1 => format!("{what}: 1 finding"),
            n => format!("{what}: {n} findings"),
        },
        issues,
    }
}

/// In milliseconds, to the microsecond.
fn millis(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;

    let mut hex = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        // A string takes all that is written to it.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}
