//! A project's own rules: literals that it does not want.

use kilowat::search::Needles;
use kilowat::{Error, Runtime};

use super::place::is_word;
use super::{Allowed, Where};
use crate::finding::{Finding, Severity};
use crate::language::Language;
use crate::scan::Source;

/// A rule that a project wrote.
#[derive(Debug)]
pub(super) struct OwnRule {
    pub(super) id: String,
    pub(super) literals: Vec<String>,
    /// All, if there are none.
    pub(super) languages: Vec<Language>,
    pub(super) place: Where,
    pub(super) severity: Severity,
    pub(super) message: String,
    pub(super) why: String,
    pub(super) remedy: String,
    pub(super) in_tests: bool,
}

/// All rules that a project wrote, prepared for a search: each with its own, as what one finds may overlap with what
/// another finds.
#[derive(Debug, Default)]
pub(super) struct Own(Vec<(OwnRule, Needles)>);

impl Own {
    pub(super) fn push(&mut self, rule: OwnRule) {
        let needles = Needles::new(&rule.literals);
        self.0.push((rule, needles));
    }

    pub(super) fn has(&self, id: &str) -> bool {
        self.0.iter().any(|(rule, _)| rule.id == id)
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// What those that are on find in a file.
    pub(super) fn find(
        &self,
        source: &Source<'_>,
        allowed: &Allowed<'_>,
        runtime: &Runtime,
        is_on: impl Fn(&str) -> bool,
        found: &mut Vec<Finding>,
    ) -> Result<(), Error> {
        for (rule, needles) in &self.0 {
            let is_for = rule.languages.is_empty()
                || source
                    .language
                    .is_some_and(|language| rule.languages.contains(&language));
            if !is_for || !is_on(&rule.id) || (source.is_test && !rule.in_tests) {
                continue;
            }
            for occurrence in runtime.search_many(source.bytes, needles)? {
                let offset = occurrence.offset;
                let len = rule.literals[occurrence.needle].len();
                if !rule.place.takes(source.regions.kind_at(offset))
                    || !is_whole(source.bytes, offset, len)
                    || allowed.allow(&rule.id, offset)
                {
                    continue;
                }
                found.push(Finding {
                    rule: rule.id.clone().into(),
                    severity: rule.severity,
                    offset,
                    len,
                    message: rule.message.clone(),
                    why: rule.why.clone().into(),
                    remedy: rule.remedy.clone().into(),
                });
            }
        }
        Ok(())
    }
}

/// Whether no word goes on before or behind a literal that begins or ends with a part of one.
fn is_whole(bytes: &[u8], start: usize, len: usize) -> bool {
    let goes_on = |inside: usize, outside: Option<usize>| {
        let outside = outside.and_then(|at| bytes.get(at));
        is_word(bytes[inside]) && outside.is_some_and(|byte| is_word(*byte))
    };
    !goes_on(start, start.checked_sub(1)) && !goes_on(start + len - 1, Some(start + len))
}
