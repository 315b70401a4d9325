//! The pipeline: the steps in their order, each within its budget, and one report of all of them.

use std::borrow::Cow;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use kilowat::Runtime;
use kilowat_swarm::monitor::Run;
use kilowat_swarm::rollback::System;
use kilowat_swarm::{Id, Swarm};

use crate::budgets::Budgets;
use crate::context::Context;
use crate::coverage::Source;
use crate::deferred::{self, Job, Plan, Told};
use crate::edit::{Edit, Step};
use crate::error::Error;
use crate::finding::Severity;
use crate::findings::{Findings, Parts};
use crate::fix::Fix;
use crate::gate::Gate;
use crate::guard::{Guarded, Refused, guard};
use crate::ignored::Ignored;
use crate::language::Language;
use crate::looked_for::{KnownLookedFor, LookedFor};
use crate::places::Places;
use crate::report::{
    Deferred, Durations, Placed, Priority, Recommendation, Report, Skipped, StepDuration,
    StepReport, Steps, Stored, Summary, TddCompliance, Testing,
};
use crate::rules::Settings;
use crate::scan::Kept;
use crate::steps::{Format, Markdown, Syntax, Text};
use crate::store;
use crate::style::Style;
use crate::syntax::{self, Reading};
use crate::testing::{Tested, is_test, tested};

/// By which name the monitor knows the runs of the pipeline.
pub const HOOK: &str = "post-edit";

/// A step that a program brings along.
type OwnStep = dyn Step + Send + Sync;

/// Looks at files after they were edited. Any number of threads use it at the same time.
pub struct Pipeline {
    pub(crate) project: PathBuf,
    pub(crate) swarm: Result<Swarm, String>,
    given: Option<Runtime>,
    budgets: Budgets,
    ignored: Ignored,
    gate: Gate,
    looked_for: KnownLookedFor,
    /// Those of the program.
    steps: Vec<Box<OwnStep>>,
}

impl fmt::Debug for Pipeline {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let steps: Vec<_> = self.steps.iter().map(|step| step.name()).collect();
        formatter
            .debug_struct("Pipeline")
            .field("project", &self.project)
            .field("steps", &steps)
            .finish_non_exhaustive()
    }
}

/// The steps that are about the layout of a file; all others are linting.
const FORMATTING: [&str; 2] = ["text", "format"];

/// The mark that says that a file is UTF-8.
const MARK: char = '\u{feff}';

impl Pipeline {
    /// One for a project, whose reports are stored in a swarm. Its deferred lane is of this machine, as the files are: the
    /// queue is in the database, also where a Redis has other messages.
    ///
    /// # Errors
    /// [`Error::Project`] where the folder of the project cannot be found.
    pub fn new(swarm: &Swarm, project: &Path) -> Result<Self, Error> {
        Self::made(Ok(swarm.local()), None, project)
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
        Self::made(Err(why.into()), Some(runtime), project)
    }

    fn made(
        swarm: Result<Swarm, String>,
        given: Option<Runtime>,
        project: &Path,
    ) -> Result<Self, Error> {
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
            gate: Gate::default(),
            looked_for: KnownLookedFor::default(),
            steps: Vec::new(),
        })
    }

    /// With other budgets.
    #[must_use]
    pub fn budgets(mut self, budgets: Budgets) -> Self {
        self.budgets = budgets;
        self
    }

    /// With a step more, behind the others.
    #[must_use]
    pub fn step(mut self, step: impl Step + Send + Sync + 'static) -> Self {
        self.steps.push(Box::new(step));
        self
    }

    /// The folder of the project, without links.
    #[must_use]
    pub fn project(&self) -> &Path {
        &self.project
    }

    /// The swarm that reports are stored in; or why there is none.
    ///
    /// # Errors
    /// The reason that it was made with.
    pub fn swarm(&self) -> Result<&Swarm, &str> {
        self.swarm.as_ref().map_err(String::as_str)
    }

    /// What runs the kernels now: native code alone where the hooks of the swarm are
    /// [rolled back](kilowat_swarm::rollback).
    #[must_use]
    pub fn runtime(&self) -> &Runtime {
        match (&self.swarm, &self.given) {
            (Ok(swarm), _) => swarm.runtime_of(System::Hooks),
            (Err(_), Some(given)) => given,
            (Err(_), None) => Runtime::shared(),
        }
    }

    /// Looks at a file that was edited: its path from the project, or a whole one. What cannot be looked at, and what
    /// could not be stored, is said in the report.
    ///
    /// # Errors
    /// [`Error::Runtime`] where no tier can hash the file.
    pub fn post_edit(&self, path: &Path, context: &Context) -> Result<Report, Error> {
        let mut work = Work::new(self, context);
        let _within = self.gate.enter();
        let guarded = work.timed("guard", self.budgets.guard, || {
            guard(&self.project, path, &self.ignored)
        });
        let mut guarded = match guarded {
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
        let settings = work.timed("settings", self.budgets.step, || {
            Around::read(self, &guarded, runtime)
        });
        let digest = work.fixed(&mut guarded, digest, &settings.style, runtime)?;
        let basis = settings.basis(context, &self.steps);
        let looks_again = context.again || context.wait || !work.fixed.is_empty();
        if !looks_again && let Some(last) = store::last(self, &guarded.path, &digest, basis) {
            return Ok(work.repeated(last));
        }
        let mut report = work.look(&guarded, digest, runtime, &settings);
        let job = work.deferred(&mut report, &guarded, &settings);
        let keeping = store::Keeping {
            path: &guarded.path,
            digest,
            basis,
            job,
        };
        Ok(work.stored(report, Some(&keeping)))
    }

    /// What the commands of the deferred lane came to that nobody was told of yet, oldest first. They count as told from
    /// now on. There is none without a swarm.
    ///
    /// # Errors
    /// [`Error::Swarm`] where the swarm cannot be written to.
    pub fn untold(&self) -> Result<Vec<Told>, Error> {
        match &self.swarm {
            Ok(swarm) => Ok(deferred::untold(swarm)?),
            Err(_) => Ok(Vec::new()),
        }
    }

    /// Waits until the queue is empty, for so long at most, and runs the commands of the files in it meanwhile. Says how
    /// many files are left.
    ///
    /// # Errors
    /// As of [`work`](Self::work).
    #[cfg(unix)]
    pub fn settle(&self, patience: Duration) -> Result<u64, Error> {
        const PAUSE: Duration = Duration::from_millis(5);

        let Ok(swarm) = &self.swarm else {
            return Ok(0);
        };
        let began = Instant::now();
        // Who sends nothing makes no queue.
        if swarm.kind_of(deferred::QUEUE)?.is_none() {
            return Ok(0);
        }
        let left = || -> Result<u64, Error> {
            let stats = deferred::queue(swarm)?.stats()?;
            Ok(stats.map_or(0, |stats| stats.ready + stats.taken + stats.delayed))
        };
        if left()? > 0 {
            self.work(patience)?;
        }
        loop {
            let left = left()?;
            if left == 0 || began.elapsed() >= patience {
                return Ok(left);
            }
            std::thread::sleep(PAUSE);
        }
    }

    /// Runs the commands of all files that wait in the queue, for so long at most; what is under way then is given back.
    ///
    /// # Errors
    /// [`Error::NoSwarm`] where there is no swarm, and [`Error::Swarm`] where its queue cannot be used.
    #[cfg(unix)]
    pub fn work(&self, longest: Duration) -> Result<deferred::WorkReport, Error> {
        const IDLE: Duration = Duration::from_millis(5);

        let swarm = match &self.swarm {
            Ok(swarm) => swarm,
            Err(why) => return Err(Error::NoSwarm { why: why.clone() }),
        };
        let worker = deferred::worker(swarm).idle(IDLE).grace(Duration::ZERO);
        let stopper = worker.stopper();
        let (ended, end) = std::sync::mpsc::channel::<()>();
        let watch = std::thread::spawn(move || {
            // It hears nothing until the worker has ended.
            if end.recv_timeout(longest) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
                stopper.stop();
            }
        });
        let report = worker.run();
        drop(ended);
        let _ = watch.join();
        Ok(report?)
    }
}

/// What there is to know besides the file itself.
#[derive(Debug)]
struct Around {
    style: Style,
    tested: Tested,
    coverage: Option<Source>,
    plan: Plan,
    /// What `.kilowat/post-edit.toml` says.
    text: String,
}

impl Around {
    fn read(pipeline: &Pipeline, guarded: &Guarded, runtime: &Runtime) -> Self {
        let Guarded {
            path,
            bytes,
            language,
            ..
        } = guarded;
        let project = &pipeline.project;
        let name = language.map_or("unknown", Language::name);
        let text = deferred::text(project);
        Self {
            style: Style::of(project, path),
            tested: tested(project, path, *language, bytes),
            coverage: Source::find(project),
            plan: deferred::plan(project, &text, name, runtime),
            text: text.ok().flatten().unwrap_or_default(),
        }
    }

    /// What a report depends on besides its file.
    fn basis(&self, context: &Context, steps: &[Box<OwnStep>]) -> u64 {
        let steps: Vec<_> = steps.iter().map(|step| step.name()).collect();
        let stamp = self.coverage.as_ref().map(Source::stamp);
        let plan = match &self.plan {
            Plan::Nothing(_) => 0,
            Plan::Refused(..) => 1,
            Plan::Run(_) => 2,
        };
        store::basis(
            context,
            &(&self.style, &self.tested, stamp, plan, &self.text, steps),
        )
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
    recommendations: Vec<Recommendation>,
    fixed: Vec<String>,
}

impl<'a> Work<'a> {
    fn new(pipeline: &'a Pipeline, context: &'a Context) -> Self {
        Self {
            pipeline,
            context,
            began: Instant::now(),
            timestamp: Timestamp::now(),
            durations: Vec::with_capacity(12),
            found: Vec::with_capacity(8),
            recommendations: Vec::new(),
            fixed: Vec::new(),
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

    /// Puts the file right, where that was asked for. Says the digest of what is there then.
    fn fixed(
        &mut self,
        guarded: &mut Guarded,
        digest: [u8; 32],
        style: &Style,
        runtime: &Runtime,
    ) -> Result<[u8; 32], Error> {
        if !self.context.fix {
            return Ok(digest);
        }
        let began = Instant::now();
        let edit = edit(guarded, digest, runtime);
        let Some(fix) = Fix::of(&edit, style) else {
            return Ok(digest);
        };
        let written = fix.write(&guarded.full, &digest, runtime);
        self.durations
            .push(("fix", began.elapsed(), self.pipeline.budgets.guard, false));
        match written {
            Ok(()) => {
                self.fixed = fix.changes;
                guarded.bytes = fix.bytes;
                Ok(runtime.sha256(&guarded.bytes)?)
            }
            Err(error) => {
                self.recommendations.push(Recommendation::new(
                    "fix",
                    Priority::High,
                    format!("nothing was put right: {error}"),
                    "run `kilowat post-edit --fix` again when that is mended",
                ));
                Ok(digest)
            }
        }
    }

    /// All steps that look at the text.
    fn look(
        &mut self,
        guarded: &Guarded,
        digest: [u8; 32],
        runtime: &Runtime,
        settings: &Around,
    ) -> Report {
        let began = Instant::now();
        let edit = edit(guarded, digest, runtime);
        let budget = self.pipeline.budgets.step;
        self.durations
            .push(("read", began.elapsed(), budget, false));
        self.step(&Text(&settings.style), &edit);
        self.step(&Syntax, &edit);
        self.step(&Format(&settings.style), &edit);
        if self.context.validate_markdown && edit.language == Some(Language::Markdown) {
            let project = &self.pipeline.project;
            self.step(&Markdown { project }, &edit);
        }
        let looked_for = self.looked_for(&settings.text);
        self.step(&looked_for.rules, &edit);
        self.step(&looked_for.secrets, &edit);
        for step in &self.pipeline.steps {
            self.step(&**step, &edit);
        }
        let began = Instant::now();
        let mut report = self.report(&edit);
        self.tests(&mut report, &guarded.path, settings);
        self.durations
            .push(("tests", began.elapsed(), budget, false));
        report.recommendations.append(&mut self.recommendations);
        report
    }

    /// The rules and secrets of the project, or all of them where its settings mean nothing.
    fn looked_for(&mut self, text: &str) -> Arc<LookedFor> {
        let is_strict = self.context.rust_strict;
        match self.pipeline.looked_for.of(text, is_strict) {
            Ok(looked_for) => looked_for,
            Err(fault) => {
                self.recommendations.push(Recommendation::new(
                    "option",
                    Priority::Medium,
                    format!("{}: {fault}", deferred::CONFIG_FILE),
                    "mend it: until then no rule of the project holds",
                ));
                Arc::new(LookedFor::new(Settings::default(), is_strict))
            }
        }
    }

    /// The report of a file that was looked at.
    fn report(&mut self, edit: &Edit<'_>) -> Report {
        let mut report = self.empty(edit.path, edit.language);
        report.digest = Some(hex(&edit.digest));
        report.fixed = std::mem::take(&mut self.fixed);
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
            let found = parts.found.into_iter();
            report
                .findings
                .extend(found.map(|finding| places.place(step, finding)));
        }
        places.hide_secrets(&mut report.findings);
        report.findings.sort_by_key(|placed| {
            let Placed { finding, .. } = placed;
            (finding.offset, std::cmp::Reverse(finding.severity))
        });
        let of_format = |placed: &&Placed| FORMATTING.contains(&placed.step.as_str());
        let (of_it, others): (Vec<_>, Vec<_>) = report.findings.iter().partition(of_format);
        report.steps.formatting = step_report(&of_it, "formatting");
        report.steps.linting = step_report(&others, "linting");
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
        for (name, _, budget, _) in self.durations.iter().filter(|(.., stopped)| *stopped) {
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
        report
    }

    /// What is known of the tests of a file, and of how they cover it.
    fn tests(&self, report: &mut Report, path: &Path, settings: &Around) {
        let context = self.context;
        let (test_file, missing) = match &settings.tested {
            Tested::NotATopic => return,
            Tested::Itself => (Some(report.file.clone()), None),
            Tested::By(test) => (Some(test.to_string_lossy().into_owned()), None),
            Tested::ByNone(first) => (None, Some(first)),
        };
        report.testing = Some(Testing {
            executed: false,
            reason: "tests run in the deferred lane, where the project sets a command".to_owned(),
            test_file,
        });
        let source = settings.coverage.as_ref();
        report.coverage =
            source.and_then(|source| source.of(&self.pipeline.project, path, context));
        let mut violations = Vec::new();
        if let Some(first) = missing {
            let message = format!("no test for {} was found", report.file);
            let priority = if context.tdd_mode {
                Priority::High
            } else {
                Priority::Low
            };
            report.recommendations.push(Recommendation::new(
                "testing",
                priority,
                message.as_str(),
                format!("write {}", first.display()),
            ));
            violations.push(message);
        }
        if let Some(coverage) = &report.coverage
            && !coverage.meets_minimum
        {
            let message = format!(
                "{}% of the lines are covered, and {}% are asked for",
                coverage.lines.percentage, coverage.minimum
            );
            report.recommendations.push(Recommendation::new(
                "coverage",
                Priority::Medium,
                message.as_str(),
                "test the lines and branches that no test reaches",
            ));
            violations.push(message);
        }
        if !context.tdd_mode {
            return;
        }
        if report.coverage.is_none() {
            let message = match source {
                Some(_) => "the coverage of this file is not known: lcov.info does not name it",
                None => "the coverage of this file is not known: there is no lcov.info",
            };
            let action = "have the tests write coverage/lcov.info";
            report.recommendations.push(Recommendation::new(
                "option",
                Priority::Low,
                message,
                action,
            ));
        }
        if context.block_on_tdd_violations && !violations.is_empty() {
            report.blocking = true;
            report.summary.success = false;
            report.summary.errors.extend_from_slice(&violations);
        } else {
            report.summary.warnings.extend_from_slice(&violations);
        }
        report.tdd_compliance = Some(TddCompliance {
            has_tests: missing.is_none(),
            meets_coverage: report
                .coverage
                .as_ref()
                .map(|coverage| coverage.meets_minimum),
            violations,
        });
    }

    /// Sees to the commands of the file: they are waited for, or a job is made for the worker.
    fn deferred(&self, report: &mut Report, guarded: &Guarded, settings: &Around) -> Option<Job> {
        let config = match &settings.plan {
            Plan::Nothing(deferred) => {
                report.deferred = deferred.clone();
                report.steps.type_check = StepReport::not_run(deferred.message.as_str());
                return None;
            }
            Plan::Refused(deferred, recommendation) => {
                report.deferred = deferred.clone();
                report.recommendations.push(recommendation.clone());
                report.steps.type_check = StepReport::not_run(deferred.message.as_str());
                return None;
            }
            Plan::Run(config) => config,
        };
        #[cfg(unix)]
        if self.context.wait {
            let stopper = kilowat_swarm::worker::Stopper::default();
            let project = &self.pipeline.project;
            // Nobody stops this one.
            let results =
                deferred::results(project, config, &report.file, &report.language, &stopper);
            waited(report, results.unwrap_or_default());
            return None;
        }
        report.deferred = deferred::queued(config, &report.language);
        let has_types = report.deferred.commands.iter().any(|name| name == "types");
        report.steps.type_check = StepReport::not_run(if has_types {
            "a worker checks the types"
        } else {
            "the project sets no type checker for this language"
        });
        Some(Job {
            project: self.pipeline.project.to_str()?.to_owned(),
            file: guarded.path.to_str()?.to_owned(),
            language: report.language.clone(),
            digest: report.digest.clone()?,
        })
    }

    /// A report of nothing yet.
    fn empty(&self, path: &Path, language: Option<Language>) -> Report {
        let not_run = || StepReport::not_run("the file was not looked at");
        Report {
            file: path.to_string_lossy().into_owned(),
            language: language.map_or("unknown", Language::name).to_owned(),
            timestamp: format!("{:.3}", self.timestamp),
            edit_id: format!("edit-{}", Id::new()),
            agent_context: self.context.agent.completed(),
            steps: Steps {
                formatting: not_run(),
                linting: not_run(),
                type_check: not_run(),
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
            told: Vec::new(),
        }
    }

    fn refused(&self, refused: Refused) -> Report {
        let Refused { path, why } = refused;
        let mut report = self.empty(&path, Language::of(&path, b""));
        if why.reason.is_fault() {
            report.summary.success = false;
            let error = format!("{}: {}", report.file, why.message);
            report.summary.errors.push(error);
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
        last.fixed = Vec::new();
        last.told = Vec::new();
        last.recommendations.append(&mut self.recommendations);
        self.stored(last, None)
    }

    /// Stores a report with the run, and says whether that went well.
    fn stored(&mut self, mut report: Report, keeping: Option<&store::Keeping<'_>>) -> Report {
        let began = Instant::now();
        let budget = self.pipeline.budgets.store;
        let stored = store::store(self.pipeline, &report, keeping, || self.run(&report));
        report.stored = stored.stored;
        if let Some(why) = stored.not_queued {
            report.deferred.state = crate::report::DeferredState::Failed;
            report.deferred.message = format!("no worker was told: {why}");
        }
        self.durations
            .push(("store", began.elapsed(), budget, false));
        let steps = self.durations.iter();
        report.durations = Durations {
            total: millis(self.began.elapsed()),
            steps: steps
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

/// A file as the steps see it.
fn edit<'g>(guarded: &'g Guarded, digest: [u8; 32], runtime: &'g Runtime) -> Edit<'g> {
    let bytes = &guarded.bytes;
    // The kernel decides; what it takes for UTF-8 is.
    let whole = (runtime.utf8_validate(bytes).is_ok())
        .then(|| str::from_utf8(bytes).ok())
        .flatten();
    let text = whole.map(|text| text.strip_prefix(MARK).unwrap_or(text));
    let mark = text.map_or(0, |text| bytes.len() - text.len());
    let reading = match (guarded.language, text) {
        (Some(language), Some(text)) => syntax::read(language, text, runtime),
        _ => Reading::default(),
    };
    Edit {
        path: &guarded.path,
        language: guarded.language,
        bytes,
        text,
        mark,
        digest,
        reading,
        is_test: is_test(&guarded.path),
        runtime,
        hits: Kept::default(),
    }
}

/// Adds what the commands of a file came to.
#[cfg(unix)]
fn waited(report: &mut Report, results: Vec<crate::report::CommandResult>) {
    for result in &results {
        let step = match result.name.as_str() {
            "format" => &mut report.steps.formatting,
            "lint" => &mut report.steps.linting,
            "types" => &mut report.steps.type_check,
            _ => {
                if let Some(testing) = &mut report.testing {
                    testing.executed = true;
                    testing.reason.clone_from(&result.message);
                }
                continue;
            }
        };
        step.success = result.success && (step.success || !step.ran);
        step.message = if step.ran {
            format!("{}; {}", step.message, result.message)
        } else {
            result.message.clone()
        };
        step.issues += usize::from(!result.success);
        step.ran = true;
    }
    for result in results.iter().filter(|result| !result.success) {
        let message = format!("{}: {}: {}", report.file, result.name, result.message);
        // A formatter that would change the file is no error.
        if result.name == "format" {
            report.summary.warnings.push(message);
        } else {
            report.summary.errors.push(message);
            report.summary.success = false;
        }
    }
    if !report.steps.type_check.ran {
        let message = "the project sets no type checker for this language";
        report.steps.type_check = StepReport::not_run(message);
    }
    let failed = results.iter().filter(|result| !result.success).count();
    report.deferred = Deferred {
        state: crate::report::DeferredState::Done,
        message: format!(
            "{} commands have run, and {failed} of them failed",
            results.len()
        ),
        commands: results.iter().map(|result| result.name.clone()).collect(),
        results,
    };
}

fn step_report(findings: &[&Placed], what: &str) -> StepReport {
    let is_error = |placed: &&Placed| placed.finding.severity == Severity::Error;
    StepReport {
        success: !findings.iter().any(is_error),
        ran: true,
        message: match findings.len() {
            0 => format!("{what}: nothing to say"),
            1 => format!("{what}: 1 finding"),
            n => format!("{what}: {n} findings"),
        },
        issues: findings.len(),
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
