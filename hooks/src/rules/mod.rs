//! What is looked for in code, by language: not in comments and strings, unless a rule says so, and not in tests.

mod allow;
mod calls;
mod javascript;
mod own;
mod place;
mod python;
mod rust;
mod settings;
mod shell;
mod sql;
mod table;

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use kilowat::{Error, Runtime};

pub(crate) use allow::Allowed;
pub(crate) use place::is_word;
pub(crate) use rust::{TEST_MARKS, Tests as TestsOfRust};
pub use settings::{Settings, SettingsFault};
pub use table::RULES;

use crate::edit::{Edit, Step};
use crate::finding::{Finding, Severity};
use crate::findings::Findings;
use crate::language::Language;
use crate::limit;
use crate::scan::{Asker, Kept, Source};
use crate::syntax::Kind;
use place::Place;

/// Where a rule looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Where {
    /// In code.
    Code,
    /// In comments.
    Comments,
    /// In strings.
    Strings,
    /// Everywhere.
    Anywhere,
}

impl Where {
    fn takes(self, kind: Kind) -> bool {
        match self {
            Self::Code => kind == Kind::Code,
            Self::Comments => kind == Kind::Comment,
            Self::Strings => kind == Kind::String,
            Self::Anywhere => true,
        }
    }

    /// How the settings and the documents call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Comments => "comment",
            Self::Strings => "string",
            Self::Anywhere => "any",
        }
    }
}

/// In which files a rule looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tests {
    /// Not in tests.
    Without,
    /// In tests, too.
    With,
    /// In tests alone.
    Only,
}

/// Something that is looked for.
#[derive(Debug)]
pub struct Rule {
    /// Its name, as reports, settings and comments that allow it have it.
    pub id: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// The languages that it is for; all, if there are none.
    pub languages: &'static [Language],
    /// Where it looks.
    pub place: Where,
    /// Whether it looks in tests.
    pub tests: Tests,
    /// What it begins with: one of these stands where it looks closer.
    pub literals: &'static [&'static str],
    /// Looks closer. What it finds has these bytes.
    pub(crate) check: fn(&mut Place<'_>) -> Option<Range<usize>>,
    /// What is wrong, as a sentence without a full stop.
    pub message: &'static str,
    /// Why that matters.
    pub why: &'static str,
    /// What to do.
    pub remedy: &'static str,
    /// For each language or for the first one, text that it finds something in, once.
    pub finds: &'static [(Language, &'static str)],
    /// The same, where it finds nothing.
    pub passes: &'static [(Language, &'static str)],
}

impl Rule {
    /// Whether it is for files of a language.
    #[must_use]
    pub fn is_for(&self, language: Option<Language>) -> bool {
        self.languages.is_empty() || language.is_some_and(|this| self.languages.contains(&this))
    }
}

/// The rules of [`RULES`] and a project's own, with its switches.
#[derive(Debug, Default)]
pub struct Rules {
    settings: Arc<Settings>,
}

impl Rules {
    /// The rules without a project's settings.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Rules> = OnceLock::new();
        SHARED.get_or_init(Self::default)
    }

    /// The rules as a project sets them.
    #[must_use]
    pub fn new(settings: Arc<Settings>) -> Self {
        Self { settings }
    }

    /// What they find in a file, in order of place; of each rule no more than ten, the last of which tells how
    /// many more there are.
    ///
    /// # Errors
    /// [`Error`] where no tier can search for a project's own.
    pub fn find(
        &self,
        source: &Source<'_>,
        hits: &Kept,
        runtime: &Runtime,
    ) -> Result<Vec<Finding>, Error> {
        let hits = hits.of(source);
        let allowed = Allowed::of(source, hits);
        let tests = rust::Tests::default();
        let mut found = Vec::new();
        // How far each rule has read what it need not read again.
        let mut read = vec![0; RULES.len()];
        for hit in hits {
            let Asker::Rule(number) = hit.asker else {
                continue;
            };
            let rule = &RULES[usize::from(number)];
            let start = hit.start;
            if !self.settings.is_on(rule.id)
                || !rule.place.takes(source.regions.kind_at(start))
                || (rule.tests == Tests::Without && source.is_test)
                || (rule.tests == Tests::Only && !source.is_test)
            {
                continue;
            }
            let mut place = Place {
                source,
                start,
                end: hit.end,
                read: &mut read[usize::from(number)],
            };
            let Some(range) = (rule.check)(&mut place) else {
                continue;
            };
            if rule.tests == Tests::Without && tests.have(source, hits, start)
                || allowed.allow(rule.id, range.start)
            {
                continue;
            }
            found.push(Finding {
                rule: rule.id.into(),
                severity: self.settings.severity(rule, source.language),
                offset: range.start,
                len: range.len(),
                message: rule.message.to_owned(),
                why: rule.why.into(),
                remedy: rule.remedy.into(),
            });
        }
        self.settings
            .find_own(source, &allowed, runtime, &mut found)?;
        Ok(limit::settle(found))
    }

    /// Adds what they find in what was edited.
    pub fn check(&self, edit: &Edit<'_>, found: &mut Findings) {
        match self.find(&Source::of(edit), &edit.hits, edit.runtime) {
            Ok(those) => {
                for mut finding in those {
                    finding.offset += edit.mark;
                    found.add(finding);
                }
            }
            Err(error) => {
                tracing::warn!(%error, path = %edit.path.display(), "no tier can search for rules");
            }
        }
    }
}

impl Step for Rules {
    fn name(&self) -> &'static str {
        "rules"
    }

    fn run(&self, edit: &Edit<'_>, found: &mut Findings) {
        self.check(edit, found);
    }
}
