//! One search over all literals that rules and secrets begin with.

use std::path::Path;
use std::sync::OnceLock;

use kilowat::search::Needles;
use kilowat::{Error, Runtime};

use crate::edit::Edit;
use crate::language::Language;
use crate::rules::{RULES, TEST_MARKS};
use crate::security;
use crate::syntax::Regions;

/// What is looked at: a file, as it was read once.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// Where it is, seen from the project.
    pub path: &'a Path,
    /// The language that it is in, one of [`Language::ALL`].
    pub language: Option<Language>,
    /// All of it.
    pub bytes: &'a [u8],
    /// Which of its bytes are code, comments and strings.
    pub regions: &'a Regions,
    /// Whether it is a test.
    pub is_test: bool,
}

impl<'a> Source<'a> {
    /// What was edited, without its byte-order mark.
    pub(crate) fn of(edit: &'a Edit<'_>) -> Self {
        Self {
            path: edit.path,
            language: edit.language.map(Language::family),
            bytes: &edit.bytes[edit.mark..],
            regions: &edit.reading.regions,
            is_test: edit.is_test,
        }
    }
}

/// Who asked for a literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Asker {
    /// A rule, by its place in the table.
    Rule(u16),
    /// What may be a secret; and how many bytes the literal has before that.
    Secret(security::Asker, u8),
    /// What tests of Rust begin with.
    Test,
    /// A comment that allows what a rule finds.
    Allow,
}

/// What a comment begins with that allows what a rule finds on its line or the next one.
pub(crate) const ALLOW: &str = "kilowat:allow";

/// A literal that stands in a file, and who asked for it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hit {
    pub(crate) asker: Asker,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// A literal within another, or such as begins within it: the search does not tell of these.
#[derive(Debug)]
struct Shadow {
    /// Where in the literal it begins.
    offset: usize,
    needle: usize,
}

#[derive(Debug)]
struct Literal {
    askers: Vec<Asker>,
    shadows: Vec<Shadow>,
}

/// All literals for one language, prepared for a search.
#[derive(Debug)]
pub(crate) struct Scanner {
    needles: Needles,
    literals: Vec<Literal>,
}

impl Scanner {
    /// The literals for a language; made for the first file of it.
    pub(crate) fn of(language: Option<Language>) -> &'static Self {
        static SCANNERS: [OnceLock<Scanner>; Language::ALL.len() + 1] =
            [const { OnceLock::new() }; Language::ALL.len() + 1];
        let language = language.map(Language::family);
        let place = Language::ALL
            .iter()
            .position(|known| Some(*known) == language);
        let place = place.map_or(0, |place| place + 1);
        SCANNERS[place].get_or_init(|| {
            let mut asked = vec![(ALLOW.as_bytes().to_vec(), Asker::Allow)];
            for (number, rule) in (0..).zip(RULES) {
                if rule.is_for(language) {
                    let literals = rule.literals.iter();
                    asked.extend(
                        literals.map(|literal| (literal.as_bytes().to_vec(), Asker::Rule(number))),
                    );
                }
            }
            if language == Some(Language::Rust) {
                asked.extend(
                    TEST_MARKS
                        .iter()
                        .map(|mark| (mark.as_bytes().to_vec(), Asker::Test)),
                );
            }
            security::literals(|literal, asker, before| {
                asked.push((literal.to_vec(), Asker::Secret(asker, before)));
            });
            Self::new(asked)
        })
    }

    fn new(mut asked: Vec<(Vec<u8>, Asker)>) -> Self {
        asked.sort_unstable();
        let mut list: Vec<Vec<u8>> = Vec::with_capacity(asked.len());
        let mut literals: Vec<Literal> = Vec::with_capacity(asked.len());
        for (literal, asker) in asked {
            match (list.last(), literals.last_mut()) {
                (Some(before), Some(known)) if *before == literal => known.askers.push(asker),
                _ => {
                    list.push(literal);
                    literals.push(Literal {
                        askers: vec![asker],
                        shadows: Vec::new(),
                    });
                }
            }
        }
        // Where those begin that have this first byte: they are sorted.
        let mut first = [0; 257];
        for byte in 0..256 {
            first[byte + 1] = list.partition_point(|literal| usize::from(literal[0]) <= byte);
        }
        for (literal, bytes) in literals.iter_mut().zip(&list) {
            for (offset, byte) in bytes.iter().enumerate() {
                let rest = &bytes[offset..];
                let those = first[usize::from(*byte)]..first[usize::from(*byte) + 1];
                for (needle, other) in those.clone().zip(&list[those]) {
                    let shared = other.len().min(rest.len());
                    let is_itself = offset == 0 && other.len() >= rest.len();
                    if !is_itself && other[..shared] == rest[..shared] {
                        literal.shadows.push(Shadow { offset, needle });
                    }
                }
            }
        }
        Self {
            needles: Needles::new(&list),
            literals,
        }
    }

    /// Where literals stand in a file, in order.
    fn look(&self, bytes: &[u8], runtime: &Runtime) -> Result<Vec<Hit>, Error> {
        let found = runtime.search_many(bytes, &self.needles)?;
        let mut hits = Vec::with_capacity(found.len());
        for occurrence in found {
            self.tell(occurrence.offset, occurrence.needle, &mut hits);
            for shadow in &self.literals[occurrence.needle].shadows {
                let start = occurrence.offset + shadow.offset;
                let literal = self.needles.get(shadow.needle).unwrap_or_default();
                if bytes[start..].starts_with(literal) {
                    self.tell(start, shadow.needle, &mut hits);
                }
            }
        }
        Ok(hits)
    }

    fn tell(&self, start: usize, needle: usize, hits: &mut Vec<Hit>) {
        let end = start + self.needles.get(needle).map_or(0, <[u8]>::len);
        hits.extend(self.literals[needle].askers.iter().map(|asker| Hit {
            asker: *asker,
            start,
            end,
        }));
    }
}

/// Where literals stand in a file: looked for when it is first asked, and kept.
#[derive(Debug, Default)]
pub struct Kept(OnceLock<Vec<Hit>>);

impl Kept {
    pub(crate) fn of(&self, source: &Source<'_>, runtime: &Runtime) -> Result<&[Hit], Error> {
        if let Some(hits) = self.0.get() {
            return Ok(hits);
        }
        let hits = Scanner::of(source.language).look(source.bytes, runtime)?;
        Ok(self.0.get_or_init(|| hits))
    }
}

#[cfg(test)]
mod tests {
    use kilowat::EngineKind;

    use super::*;

    fn look(scanner: &Scanner, text: &[u8]) -> Vec<Hit> {
        let runtime = Runtime::with_engine(EngineKind::Native).unwrap();
        scanner.look(text, &runtime).unwrap()
    }

    /// Literals that begin with others, end as others begin, and stand in others.
    #[test]
    fn literals_are_found_wherever_they_stand() {
        let list = ["abcd", "ab", "bc", "cdef", "d", "xyz"];
        let asked = list.iter().zip(0..);
        let asked =
            asked.map(|(literal, number)| (literal.as_bytes().to_vec(), Asker::Rule(number)));
        let scanner = Scanner::new(asked.collect());
        let mut seed = 7_u32;
        for _ in 0..300 {
            let mut text = Vec::new();
            for _ in 0..40 {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                text.push(b'a' + (seed >> 24) as u8 % 6);
            }
            let hits = look(&scanner, &text);
            let mut found: Vec<_> = hits.iter().map(|hit| (hit.start, hit.asker)).collect();
            found.sort_unstable();
            let mut expected = Vec::new();
            for place in 0..text.len() {
                for (literal, number) in list.iter().zip(0..) {
                    if text[place..].starts_with(literal.as_bytes()) {
                        expected.push((place, Asker::Rule(number)));
                    }
                }
            }
            assert_eq!(found, expected, "{}", String::from_utf8_lossy(&text));
        }
    }

    #[test]
    fn hits_come_in_order() {
        for language in Language::ALL.map(Some).into_iter().chain([None]) {
            let scanner = Scanner::of(language);
            let literals = (0..scanner.literals.len()).map(|number| scanner.needles.get(number));
            let text: Vec<u8> = literals.flatten().flatten().copied().collect();
            let hits = look(scanner, &text);
            assert!(hits.is_sorted_by_key(|hit| hit.start));
            assert!(hits.len() >= scanner.literals.len());
            // Shorter ones would be looked for more slowly.
            let mut literals =
                (0..scanner.literals.len()).map(|number| scanner.needles.get(number));
            assert!(literals.all(|literal| literal.is_some_and(|literal| literal.len() >= 4)));
        }
    }
}
