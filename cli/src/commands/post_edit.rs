//! `kilowat post-edit`: looks at files that were edited.

use std::env;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::{Args, ValueHint};
use kilowat_hooks::deferred::Told;
use kilowat_hooks::{
    Context, DeferredState, Pipeline, Placed, Priority, Report, Severity, Verdict, init,
};

use super::Status;
use crate::arguments::Options;
use crate::excerpt::Excerpt;
use crate::input::{Source, printable};
use crate::output::Output;
use crate::swarm;

/// Look at files that were edited: what is wrong, where, why it matters, and what to do
///
/// Encoding, line ends, conflict markers, hidden characters, syntax, layout as `.editorconfig` has it, rules, secrets,
/// and which file tests this one: in milliseconds, without another program. What takes longer is named in
/// .kilowat/post-edit.toml and left to a worker; see `kilowat trust`. The report is stored in the swarm of the project.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat post-edit src/app.js
  kilowat post-edit --fix src/app.js        puts line ends, blanks and the end of the file right
  kilowat post-edit --wait src/app.js       runs formatter, linter, type checker and tests, too
  git diff --name-only | kilowat post-edit -
  kilowat --json post-edit src/app.js       the report, a line for each file

Of these variables the report has what they say: MEMORY_KEY, AGENT_TYPE, AGENT_NAME, SWARM_ID, TASK_ID, SESSION_ID.

Exit status: 0 where there are no errors, 1 where there are, 2 where a file could not be looked at; with --never-block
0.")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag that users know"
)]
pub(crate) struct PostEdit {
    /// The files; for `-` a list of them is read from standard input, one in each line
    #[arg(required = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    files: Vec<PathBuf>,
    /// Put line ends, blanks at ends of lines, the end of the file and a byte-order mark right
    #[arg(long)]
    fix: bool,
    /// Run the commands of .kilowat/post-edit.toml now, and wait for them
    #[arg(long)]
    wait: bool,
    /// Look again at a file that has not changed
    #[arg(long)]
    again: bool,
    /// Store the report in the memory, too, in the namespace post-edit under this key
    #[arg(long, value_name = "KEY")]
    memory_key: Option<String>,
    /// Say where a file has no test, or is covered too little
    #[arg(long)]
    tdd_mode: bool,
    /// How much of the lines is to be covered, as lcov.info has it
    #[arg(long, value_name = "PERCENT", default_value_t = kilowat_hooks::MINIMUM_COVERAGE, value_parser = percent)]
    minimum_coverage: f64,
    /// With --tdd-mode: what it says is an error, and blocks
    #[arg(long)]
    block_on_tdd_violations: bool,
    /// What rules warn of in Rust, such as `.unwrap()` outside of tests, is an error
    #[arg(long)]
    rust_strict: bool,
    /// Look at headings and links of Markdown, too
    #[arg(long)]
    validate_markdown: bool,
    /// Print the report as indented JSON
    #[arg(long)]
    structured: bool,
    /// End with status 0 whatever there is
    #[arg(long)]
    never_block: bool,
}

fn percent(text: &str) -> Result<f64, String> {
    match text.trim_end_matches('%').parse() {
        Ok(percent) if (0.0..=100.0).contains(&percent) => Ok(percent),
        _ => Err("it is no number from 0 to 100".to_owned()),
    }
}

impl PostEdit {
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        let folder = env::current_dir().context("the current folder")?;
        let pipeline = pipeline(&folder, options)?;
        let context = self.context();
        let mut worst = Verdict::Fine;
        let told = match pipeline.untold() {
            Ok(told) => told,
            Err(error) => {
                output.note(format_args!("warning: earlier results: {error}"));
                Vec::new()
            }
        };
        if !self.structured && !options.json {
            for told in &told {
                say_told(told, output)?;
            }
        }
        let mut told = Some(told);
        for file in self.files()? {
            let mut report = pipeline.post_edit(&folder.join(&file), &context)?;
            if report
                .skipped
                .as_ref()
                .is_some_and(|skipped| skipped.reason.is_fault())
            {
                // By the name that was typed.
                report.file = file.to_string_lossy().into_owned();
            }
            report.told = told.take().unwrap_or_default();
            worst = worst.max(report.verdict());
            if options.json {
                output.json(&report)?;
            } else if self.structured {
                serde_json::to_writer_pretty(&mut *output, &report)?;
                output.write_all(b"\n")?;
            } else {
                say(&report, output)?;
            }
            output.settle_for_reader()?;
        }
        Ok(match worst {
            _ if self.never_block => Status::Success,
            Verdict::Fine => Status::Success,
            Verdict::Errors => Status::Negative,
            Verdict::Fault => Status::Failure,
        })
    }

    fn context(&self) -> Context {
        let mut context = Context::from_environment();
        if self.memory_key.is_some() {
            context.agent.memory_key.clone_from(&self.memory_key);
        }
        context.tdd_mode = self.tdd_mode;
        context.minimum_coverage = self.minimum_coverage;
        context.block_on_tdd_violations = self.block_on_tdd_violations;
        context.rust_strict = self.rust_strict;
        context.validate_markdown = self.validate_markdown;
        context.again = self.again;
        context.wait = self.wait;
        context.fix = self.fix;
        context
    }

    /// The files, with those of lists in the place of `-`.
    fn files(&self) -> Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        for file in &self.files {
            if file.as_os_str() != "-" {
                files.push(file.clone());
                continue;
            }
            let mut list = Vec::new();
            Source::new(file).open()?.read_to_end(&mut list)?;
            for name in list.split(|byte| *byte == b'\n') {
                let name = name.strip_suffix(b"\r").unwrap_or(name);
                match Source::from_name(name) {
                    _ if name.is_empty() => {}
                    Some(Source::File(path)) => files.push(path),
                    Some(Source::StandardInput) | None => {
                        let name = printable(&String::from_utf8_lossy(name));
                        anyhow::bail!("standard input: `{name}` is no name of a file");
                    }
                }
            }
        }
        Ok(files)
    }
}

/// The pipeline of the project that a folder is in; one that stores nothing where the swarm cannot be used.
fn pipeline(folder: &Path, options: Options) -> Result<Pipeline> {
    let place = swarm::place()?;
    let project = init::project_of(&place, folder);
    let pipeline = match swarm::open_for_hook(&place, options) {
        Ok(swarm) => Pipeline::new(&swarm, &project),
        Err(unopened) => Pipeline::without_swarm(unopened.why, unopened.runtime, &project),
    };
    Ok(pipeline?)
}

/// Says what was found to somebody who reads it.
fn say(report: &Report, output: &mut Output) -> Result<()> {
    let file = printable(&report.file);
    for change in &report.fixed {
        writeln!(output, "{file}: put right: {change}")?;
    }
    if let Some(skipped) = &report.skipped {
        let what = if skipped.reason.is_fault() {
            "error"
        } else {
            "not looked at"
        };
        writeln!(output, "{file}: {what}: {}", printable(&skipped.message))?;
        return say_unstored(report, output);
    }
    for placed in &report.findings {
        say_finding(&file, placed, output)?;
    }
    for result in report
        .deferred
        .results
        .iter()
        .filter(|result| !result.success)
    {
        let message = printable(&result.message);
        writeln!(output, "{file}: {}: {message}", result.name)?;
        say_output(&result.output, output)?;
    }
    if report.blocking
        && let Some(compliance) = &report.tdd_compliance
    {
        for violation in &compliance.violations {
            writeln!(output, "{file}: error: {}", printable(violation))?;
        }
    }
    for recommendation in &report.recommendations {
        let what = match recommendation.priority {
            Priority::High => "important",
            Priority::Medium => "recommended",
            Priority::Low => "hint",
        };
        writeln!(
            output,
            "{file}: {what}: {}: {}",
            printable(&recommendation.message),
            printable(&recommendation.action)
        )?;
    }
    say_unstored(report, output)?;
    writeln!(output, "{file}: {}", in_short(report))?;
    Ok(())
}

fn say_finding(file: &str, placed: &Placed, output: &mut Output) -> Result<()> {
    let Placed {
        finding,
        line,
        column,
        text,
        ..
    } = placed;
    let severity = finding.severity.name();
    let message = printable(&finding.message);
    writeln!(
        output,
        "{file}:{line}:{column}: {severity}: {message} [{}]",
        finding.rule
    )?;
    if let Some(text) = text {
        let before = text.chars().take(column - 1).map(char::len_utf8).sum();
        writeln!(output, "{}", Excerpt::in_text(text.as_bytes(), before))?;
    }
    if !finding.why.is_empty() {
        writeln!(output, "    why: {}", printable(&finding.why))?;
    }
    if !finding.remedy.is_empty() {
        writeln!(output, "    do:  {}", printable(&finding.remedy))?;
    }
    Ok(())
}

fn say_told(told: &Told, output: &mut Output) -> Result<()> {
    let file = printable(&told.file);
    for result in &told.results {
        let message = printable(&result.message);
        writeln!(output, "{file}: earlier: {}: {message}", result.name)?;
        if !result.success {
            say_output(&result.output, output)?;
        }
    }
    Ok(())
}

fn say_output(text: &str, output: &mut Output) -> Result<()> {
    for line in text.lines() {
        writeln!(output, "    {}", printable(line))?;
    }
    Ok(())
}

fn say_unstored(report: &Report, output: &mut Output) -> Result<()> {
    if let Some(why) = &report.stored.message {
        let what = if report.stored.success {
            "not stored under its key"
        } else {
            "not stored"
        };
        writeln!(
            output,
            "{}: {what}: {}",
            printable(&report.file),
            printable(why)
        )?;
    }
    Ok(())
}

/// `2 errors, 1 warning (javascript, 1.2 ms)`.
fn in_short(report: &Report) -> String {
    let mut parts = Vec::new();
    for (severity, one) in [
        (Severity::Error, "error"),
        (Severity::Warning, "warning"),
        (Severity::Suggestion, "suggestion"),
    ] {
        match report.count(severity) {
            0 => {}
            1 => parts.push(format!("1 {one}")),
            n => parts.push(format!("{n} {one}s")),
        }
    }
    let found = if parts.is_empty() {
        "nothing found".to_owned()
    } else {
        parts.join(", ")
    };
    let unchanged = if report.unchanged { ", unchanged" } else { "" };
    let deferred = match report.deferred.state {
        DeferredState::Queued => format!(
            "; left to a worker: {}",
            report.deferred.commands.join(", ")
        ),
        DeferredState::Done => format!("; {}", report.deferred.message),
        _ => String::new(),
    };
    let blocks = if report.blocking { "; it blocks" } else { "" };
    format!(
        "{found} ({}{unchanged}, {:.1} ms){deferred}{blocks}",
        report.language, report.durations.total
    )
}
