//! How much of what was found is told.

use std::collections::HashMap;

use crate::finding::Finding;

/// So many findings of a rule are told for a file.
const MOST: usize = 10;

/// Findings in order of place, no more than [`MOST`] of a rule: the last of these tells how many more there are.
pub(crate) fn settle(mut found: Vec<Finding>) -> Vec<Finding> {
    found.sort_by(|one, other| (one.offset, &one.rule).cmp(&(other.offset, &other.rule)));
    found.dedup_by(|one, other| one.offset == other.offset && one.rule == other.rule);
    let mut counts: HashMap<_, usize> = HashMap::new();
    for finding in &found {
        *counts.entry(finding.rule.clone()).or_default() += 1;
    }
    let mut told: HashMap<_, usize> = HashMap::new();
    found.retain_mut(|finding| {
        let told = told.entry(finding.rule.clone()).or_default();
        *told += 1;
        if *told == MOST && counts[&finding.rule] > MOST {
            let more = counts[&finding.rule] - MOST;
            finding.message = format!("{}, and {more} more in this file", finding.message);
        }
        *told <= MOST
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Severity;

    #[test]
    fn of_a_rule_ten_are_told() {
        let finding = |rule: &'static str, offset| Finding {
            rule: rule.into(),
            severity: Severity::Warning,
            offset,
            len: 1,
            message: "This is wrong".to_owned(),
            why: "".into(),
            remedy: "".into(),
        };
        let mut found: Vec<_> = (0..22).rev().map(|place| finding("many", place)).collect();
        found.extend((0..10).map(|place| finding("ten", 100 + place)));
        // The same at the same place is told once.
        found.push(finding("ten", 100));
        let told = settle(found);
        assert_eq!(told.len(), 20);
        assert!(told.is_sorted_by_key(|finding| finding.offset));
        assert_eq!(told[8].message, "This is wrong");
        assert_eq!(told[9].message, "This is wrong, and 12 more in this file");
        assert!(
            told[10..]
                .iter()
                .all(|finding| finding.message == "This is wrong")
        );
    }
}
