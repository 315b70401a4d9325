//! What a project says about rules: `[rules]` and `[[rule]]` of `.kilowat/post-edit.toml`.

use std::collections::BTreeSet;

use kilowat::{Error, Runtime};
use thiserror::Error as ThisError;
use toml_edit::{Document, Item, Table, Value};

use super::own::{Own, OwnRule};
use super::{Allowed, RULES, Rule, Where};
use crate::finding::{Finding, Severity};
use crate::language::Language;
use crate::scan::Source;
use crate::security;

/// No literal of a project's rule has more bytes.
const LONGEST_LITERAL: usize = 256;

/// No project has more rules of its own.
const MOST_RULES: usize = 100;

/// Settings that are not as they should be.
#[derive(Debug, Clone, PartialEq, Eq, ThisError)]
#[error("line {line}: {what}")]
pub struct SettingsFault {
    /// The line, from 1 on.
    pub line: usize,
    /// What is wrong there.
    pub what: String,
}

/// What a project says about rules.
#[derive(Debug, Default)]
pub struct Settings {
    disabled: BTreeSet<String>,
    strict: BTreeSet<Language>,
    own: Own,
}

impl Settings {
    /// Reads `[rules]` (`disable`, names of rules, and `strict`, languages) and each `[[rule]]` (`id`, `literal`,
    /// a string or a list of them, `languages`, `in`, `severity`, `message`, `why`, `remedy`, `tests`). Other tables
    /// are not looked at.
    ///
    /// # Errors
    /// A [`SettingsFault`] where the text is no TOML, a key is unknown or a value is not what it should be.
    pub fn parse(text: &str) -> Result<Self, SettingsFault> {
        let reader = Reader { text };
        let document = Document::parse(text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            reader.fault(start, error.message().replace('\n', ", "))
        })?;
        let mut settings = Self::default();
        match document.get("rule") {
            None => {}
            Some(Item::ArrayOfTables(tables)) => {
                for table in tables {
                    let rule = reader.rule(table)?;
                    let start = table.span().map_or(0, |span| span.start);
                    if settings.own.has(&rule.id) || is_known(&rule.id) {
                        return Err(
                            reader.fault(start, format!("there is a rule `{}` already", rule.id))
                        );
                    }
                    if settings.own.len() == MOST_RULES {
                        return Err(
                            reader.fault(start, format!("there are more than {MOST_RULES} rules"))
                        );
                    }
                    settings.own.push(rule);
                }
            }
            Some(other) => {
                return Err(reader.wrong("rule", other, "tables, each below `[[rule]]`"));
            }
        }
        match document.get("rules") {
            None => {}
            Some(Item::Table(table)) => settings.read_switches(reader, table)?,
            Some(other) => return Err(reader.wrong("rules", other, "a table")),
        }
        Ok(settings)
    }

    fn read_switches(&mut self, reader: Reader<'_>, table: &Table) -> Result<(), SettingsFault> {
        for (key, item) in table {
            match key {
                "disable" => {
                    for (name, start) in reader.strings(key, item)? {
                        if !is_known(&name) && !self.own.has(&name) {
                            return Err(reader.fault(start, format!("there is no rule `{name}`")));
                        }
                        self.disabled.insert(name);
                    }
                }
                "strict" => {
                    for (name, start) in reader.strings(key, item)? {
                        self.strict.insert(reader.language(&name, start)?);
                    }
                }
                _ => return Err(reader.unknown("rules", key, item)),
            }
        }
        Ok(())
    }

    /// Makes errors of what is a suggestion or a warning in files of a language, but for notes in comments.
    pub fn strict(&mut self, language: Language) {
        self.strict.insert(language);
    }

    /// Whether a rule or a kind of secrets is looked for.
    #[must_use]
    pub fn is_on(&self, rule: &str) -> bool {
        !self.disabled.contains(rule)
    }

    pub(super) fn severity(&self, rule: &Rule, language: Option<Language>) -> Severity {
        let is_strict = language.is_some_and(|language| self.strict.contains(&language));
        if is_strict && rule.place != Where::Comments {
            Severity::Error
        } else {
            rule.severity
        }
    }

    /// What the project's own rules find.
    pub(super) fn find_own(
        &self,
        source: &Source<'_>,
        allowed: &Allowed<'_>,
        runtime: &Runtime,
        found: &mut Vec<Finding>,
    ) -> Result<(), Error> {
        self.own
            .find(source, allowed, runtime, |rule| self.is_on(rule), found)
    }
}

fn is_known(name: &str) -> bool {
    RULES.iter().any(|rule| rule.id == name) || security::is_secret(name)
}

#[derive(Debug, Clone, Copy)]
struct Reader<'a> {
    text: &'a str,
}

impl Reader<'_> {
    fn fault(self, start: usize, what: String) -> SettingsFault {
        let before = self.text.get(..start).unwrap_or_default();
        SettingsFault {
            line: before.matches('\n').count() + 1,
            what,
        }
    }

    fn wrong(self, key: &str, item: &Item, expected: &str) -> SettingsFault {
        let start = item.span().map_or(0, |span| span.start);
        self.fault(
            start,
            format!("`{key}` is a {}, not {expected}", item.type_name()),
        )
    }

    fn unknown(self, table: &str, key: &str, item: &Item) -> SettingsFault {
        let start = item.span().map_or(0, |span| span.start);
        self.fault(start, format!("`{table}` has no key `{key}`"))
    }

    fn string(self, key: &str, item: &Item) -> Result<String, SettingsFault> {
        match item.as_str() {
            Some(text) => Ok(text.to_owned()),
            None => Err(self.wrong(key, item, "a string")),
        }
    }

    /// A list of strings, and where each stands.
    fn strings(self, key: &str, item: &Item) -> Result<Vec<(String, usize)>, SettingsFault> {
        let Some(array) = item.as_array() else {
            return Err(self.wrong(key, item, "a list of strings"));
        };
        let texts = array.iter().map(|value: &Value| {
            let start = value.span().map_or(0, |span| span.start);
            match value.as_str() {
                Some(text) => Ok((text.to_owned(), start)),
                None => Err(self.fault(
                    start,
                    format!("`{key}` holds a {}, not strings", value.type_name()),
                )),
            }
        });
        texts.collect()
    }

    fn language(self, name: &str, start: usize) -> Result<Language, SettingsFault> {
        Language::named(name).ok_or_else(|| {
            let names: Vec<&str> = Language::ALL
                .iter()
                .map(|language| language.name())
                .collect();
            self.fault(
                start,
                format!("`{name}` is no language; there are {}", names.join(", ")),
            )
        })
    }

    fn rule(self, table: &Table) -> Result<OwnRule, SettingsFault> {
        let mut rule = OwnRule {
            id: String::new(),
            literals: Vec::new(),
            languages: Vec::new(),
            place: Where::Code,
            severity: Severity::Warning,
            message: String::new(),
            why: "The project's settings say so".to_owned(),
            remedy: "Write it without".to_owned(),
            in_tests: true,
        };
        for (key, item) in table {
            let start = item.span().map_or(0, |span| span.start);
            match key {
                "id" => {
                    rule.id = self.string(key, item)?;
                    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
                    if rule.id.is_empty() || !rule.id.bytes().all(is_name) {
                        let what = "`id` is not of letters, digits, `.`, `-` and `_`";
                        return Err(self.fault(start, what.to_owned()));
                    }
                }
                "literal" => {
                    rule.literals = match item.as_str() {
                        Some(text) => vec![text.to_owned()],
                        None => self
                            .strings(key, item)?
                            .into_iter()
                            .map(|(text, _)| text)
                            .collect(),
                    };
                    let is_wrong = |text: &String| text.is_empty() || text.len() > LONGEST_LITERAL;
                    if rule.literals.iter().any(is_wrong) {
                        let what = format!("a literal has 1 to {LONGEST_LITERAL} bytes");
                        return Err(self.fault(start, what));
                    }
                }
                "languages" => {
                    let names = self.strings(key, item)?.into_iter();
                    let languages = names.map(|(name, start)| self.language(&name, start));
                    rule.languages = languages.collect::<Result<_, _>>()?;
                }
                "in" => {
                    let name = self.string(key, item)?;
                    let all = [
                        Where::Code,
                        Where::Comments,
                        Where::Strings,
                        Where::Anywhere,
                    ];
                    let place = all.into_iter().find(|place| place.name() == name);
                    rule.place = place.ok_or_else(|| {
                        self.fault(
                            start,
                            format!("`in` is `{name}`, not code, comment, string or any"),
                        )
                    })?;
                }
                "severity" => {
                    rule.severity = match self.string(key, item)?.as_str() {
                        "suggestion" => Severity::Suggestion,
                        "warning" => Severity::Warning,
                        "error" => Severity::Error,
                        other => {
                            let what = format!(
                                "`severity` is `{other}`, not suggestion, warning or error"
                            );
                            return Err(self.fault(start, what));
                        }
                    };
                }
                "message" => rule.message = self.string(key, item)?,
                "why" => rule.why = self.string(key, item)?,
                "remedy" => rule.remedy = self.string(key, item)?,
                "tests" => match item.as_bool() {
                    Some(tests) => rule.in_tests = tests,
                    None => return Err(self.wrong(key, item, "true or false")),
                },
                _ => return Err(self.unknown("rule", key, item)),
            }
        }
        let start = table.span().map_or(0, |span| span.start);
        for (key, is_missing) in [
            ("id", rule.id.is_empty()),
            ("literal", rule.literals.is_empty()),
            ("message", rule.message.is_empty()),
        ] {
            if is_missing {
                return Err(self.fault(start, format!("a rule has no `{key}`")));
            }
        }
        Ok(rule)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_say_where_and_what() {
        for (text, fault) in [
            (
                "[rules]\ndisable = [\"rules.unwrp\"]",
                "line 2: there is no rule `rules.unwrp`",
            ),
            (
                "[rules]\nstrict = [\"rust\", \"cobol\"]",
                "line 2: `cobol` is no language; there are css, go, html, \
              javascript, json, markdown, python, rust, shell, toml, typescript, yaml",
            ),
            (
                "[rules]\ndisable = 3",
                "line 2: `disable` is a integer, not a list of strings",
            ),
            (
                "[rules]\ndisable = [3]",
                "line 2: `disable` holds a integer, not strings",
            ),
            (
                "[rules]\n\nenable = []",
                "line 3: `rules` has no key `enable`",
            ),
            ("rules = 3", "line 1: `rules` is a integer, not a table"),
            (
                "[rule]\nid = 'a'",
                "line 1: `rule` is a table, not tables, each below `[[rule]]`",
            ),
            (
                "[[rule]]\nid = 'a b'",
                "line 2: `id` is not of letters, digits, `.`, `-` and `_`",
            ),
            (
                "\n[[rule]]\nid = 'a'\nmessage = 'b'",
                "line 2: a rule has no `literal`",
            ),
            (
                "[[rule]]\nid = 'a'\nliteral = ['x', '']",
                "line 3: a literal has 1 to 256 bytes",
            ),
            (
                "[[rule]]\nin = 'docs'",
                "line 2: `in` is `docs`, not code, comment, string or any",
            ),
            (
                "[[rule]]\nseverity = 'fatal'",
                "line 2: `severity` is `fatal`, not suggestion, warning or error",
            ),
            (
                "[[rule]]\ntests = 'no'",
                "line 2: `tests` is a string, not true or false",
            ),
            (
                "[[rule]]\nid = 'rules.todo'\nliteral = 'x'\nmessage = 'm'",
                "line 1: there is a rule `rules.todo` already",
            ),
            ("[[rule]", "line 1: unclosed array table, expected `]`"),
        ] {
            assert_eq!(
                Settings::parse(text).unwrap_err().to_string(),
                fault,
                "{text}"
            );
        }
        let fine = "[rules]\ndisable = ['rules.unwrap', 'security.github', 'a']\n[hook]\nx = 1\n\
                    [[rule]]\nid = 'a'\nliteral = ['b']\nmessage = 'c'\nin = 'any'\nlanguages = ['go']\ntests = false";
        let settings = Settings::parse(fine).unwrap();
        assert!(
            !settings.is_on("rules.unwrap") && !settings.is_on("a") && settings.is_on("rules.todo")
        );
    }
}
