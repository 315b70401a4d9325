//! What was found, in words for an agent.

use std::fmt::Write as _;

use crate::deferred::Told;
use crate::finding::Severity;
use crate::report::{Placed, Report};

/// More than these nobody mends at a time, and all of them are in the report.
const MOST: usize = 40;

/// What is wrong with a file, worst first; nothing where there is nothing but what is to think of.
pub(super) fn of(report: &Report) -> Option<String> {
    let mut found: Vec<&Placed> = report
        .findings
        .iter()
        .filter(|placed| placed.finding.severity > Severity::Suggestion)
        .collect();
    if found.is_empty() {
        return None;
    }
    // In their places, as far as they are as bad.
    found.sort_by_key(|placed| std::cmp::Reverse(placed.finding.severity));
    let mut words = String::new();
    for placed in found.iter().take(MOST) {
        say(&mut words, &report.file, placed);
    }
    if found.len() > MOST {
        // A string takes all that is written to it.
        let _ = writeln!(words, "… and {} more", found.len() - MOST);
    }
    Some(words.trim_end().to_owned())
}

/// What commands of the deferred lane complain of; nothing where none does.
pub(super) fn of_commands(told: &[Told]) -> Option<String> {
    let mut words = String::new();
    for told in told {
        for result in told.results.iter().filter(|result| !result.success) {
            let _ = writeln!(
                words,
                "{}: {} failed: {}",
                told.file, result.name, result.message
            );
            for line in result.output.trim_end().lines().map(str::trim_end) {
                let _ = writeln!(words, "  | {line}");
            }
        }
    }
    let words = words.trim_end();
    (!words.is_empty()).then(|| words.to_owned())
}

fn say(words: &mut String, file: &str, placed: &Placed) {
    let Placed {
        finding,
        line,
        column,
        text,
        ..
    } = placed;
    let severity = finding.severity.name();
    let _ = writeln!(
        words,
        "{file}:{line}:{column}: {severity}: {} ({})",
        finding.message, finding.rule
    );
    if let Some(text) = text
        .as_deref()
        .map(str::trim)
        .filter(|text| !text.is_empty())
    {
        let _ = writeln!(words, "  | {text}");
    }
    for (name, said) in [("why", &finding.why), ("do", &finding.remedy)] {
        if !said.is_empty() {
            let _ = writeln!(words, "  {name}: {said}");
        }
    }
}
