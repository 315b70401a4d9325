//! Lines: not too long, no tabs, nothing invisible at their ends.

use super::{COLUMNS, Finding, Untidy};
use crate::error::Location;

pub(super) fn check(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (line, number) in text.split('\n').zip(1..) {
        let mut report = |what, column| {
            findings.push(Finding {
                what,
                at: Location {
                    path: path.to_owned(),
                    line: number,
                    column,
                    text: line.to_owned(),
                },
            });
        };
        let columns = line.chars().count();
        if columns > COLUMNS {
            report(Untidy::LongLine { columns }, COLUMNS + 1);
        }
        if let Some(tab) = line.chars().position(|c| c == '\t') {
            report(Untidy::Tab, tab + 1);
        }
        let trimmed = line.trim_end();
        if trimmed.len() < line.len() {
            report(Untidy::TrailingSpace, trimmed.chars().count() + 1);
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_each_and_counts_characters() {
        let long = "é".repeat(101);
        let text = format!("fine\n{long}\n\ta\nend  \n{}\n", "é".repeat(100));
        let found: Vec<_> = check("a.wat", &text)
            .into_iter()
            .map(|finding| (finding.what, finding.at.line, finding.at.column))
            .collect();
        assert_eq!(
            found,
            [
                (Untidy::LongLine { columns: 101 }, 2, 101),
                (Untidy::Tab, 3, 1),
                (Untidy::TrailingSpace, 4, 4),
            ]
        );
    }
}
