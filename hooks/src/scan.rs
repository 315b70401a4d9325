//! One search over all literals that rules and secrets begin with.
//!
//! Of each place the first bytes are looked up. To make an automaton of them, as [`kilowat::search`] has one, took a sixth of
//! the instructions of a hook's process, and to edit in a process that runs already was no quicker with it.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::path::Path;
use std::sync::OnceLock;

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

/// How many bytes are looked up: no literal is shorter.
pub(crate) const SHORTEST: usize = 4;

/// How many bits a hash of these has.
const BITS: u32 = 15;

#[derive(Debug)]
struct Literal {
    hash: usize,
    bytes: Cow<'static, [u8]>,
    asker: Asker,
}

/// All literals for one language, by the hash of their first bytes.
#[derive(Debug)]
pub(crate) struct Scanner {
    /// A bit for each hash: whether a literal has it.
    is_known: Vec<u64>,
    /// Sorted by their hashes.
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
            let mut asked = vec![(Cow::Borrowed(ALLOW.as_bytes()), Asker::Allow)];
            for (number, rule) in (0..).zip(RULES) {
                if rule.is_for(language) {
                    let literals = rule.literals.iter();
                    asked.extend(literals.map(|it| (it.as_bytes().into(), Asker::Rule(number))));
                }
            }
            if language == Some(Language::Rust) {
                let marks = TEST_MARKS.iter();
                asked.extend(marks.map(|mark| (mark.as_bytes().into(), Asker::Test)));
            }
            security::literals(|literal, asker, before| {
                asked.push((literal, Asker::Secret(asker, before)));
            });
            Self::new(asked)
        })
    }

    fn new(asked: Vec<(Cow<'static, [u8]>, Asker)>) -> Self {
        let literals = asked.into_iter().map(|(bytes, asker)| Literal {
            hash: hash(&bytes),
            bytes,
            asker,
        });
        let mut literals: Vec<_> = literals.collect();
        literals.sort_unstable_by(|a, b| {
            let key = |it: &Literal| (it.hash, Reverse(it.bytes.len()), it.asker);
            key(a).cmp(&key(b))
        });
        let mut is_known = vec![0; 1 << BITS >> 6];
        for literal in &literals {
            is_known[literal.hash / 64] |= 1 << (literal.hash % 64);
        }
        Self { is_known, literals }
    }

    /// Where literals stand in a file, in order; of those that begin at one place the longest first.
    fn look(&self, bytes: &[u8]) -> Vec<Hit> {
        let mut hits = Vec::new();
        for (start, first) in bytes.windows(SHORTEST).enumerate() {
            let hash = hash(first);
            if self.is_known[hash / 64] >> (hash % 64) & 1 != 0 {
                self.tell(&bytes[start..], hash, start, &mut hits);
            }
        }
        hits
    }

    #[cold]
    fn tell(&self, rest: &[u8], hash: usize, start: usize, hits: &mut Vec<Hit>) {
        let from = self.literals.partition_point(|literal| literal.hash < hash);
        let those = self.literals[from..].iter();
        let those = those.take_while(|literal| literal.hash == hash);
        let those = those.filter(|literal| rest.starts_with(&literal.bytes));
        hits.extend(those.map(|literal| Hit {
            asker: literal.asker,
            start,
            end: start + literal.bytes.len(),
        }));
    }
}

/// Of the first bytes, by Fibonacci's multiplier.
fn hash(bytes: &[u8]) -> usize {
    let first = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
    (first.wrapping_mul(0x9e37_79b1) >> (u32::BITS - BITS)) as usize
}

/// Where literals stand in a file: looked for when it is first asked, and kept.
#[derive(Debug, Default)]
pub struct Kept(OnceLock<Vec<Hit>>);

impl Kept {
    pub(crate) fn of(&self, source: &Source<'_>) -> &[Hit] {
        self.0
            .get_or_init(|| Scanner::of(source.language).look(source.bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Literals that begin with others, end as others begin, stand in others, and are asked for twice.
    #[test]
    fn literals_are_found_wherever_they_stand() {
        let list = [
            "abcd", "abcde", "bcda", "dabcd", "cdab", "aaaa", "aaaaa", "abcd", "ddddabcd",
        ];
        let asked = list.iter().zip(0..);
        let asked = asked.map(|(literal, number)| (literal.as_bytes().into(), Asker::Rule(number)));
        let scanner = Scanner::new(asked.collect());
        let mut random = 7_u32;
        let mut all = 0;
        for len in 0..1_000 {
            let mut text = Vec::new();
            for place in 0..len {
                random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                // Mostly the next letter, else any.
                let is_next = random >> 30 > 0 && place > 0;
                let before = text.last().map_or(b'a', |byte| byte - b'a');
                let number = if is_next {
                    before + 1
                } else {
                    (random >> 24) as u8
                };
                text.push(b'a' + number % 5);
            }
            let found: Vec<_> = scanner
                .look(&text)
                .iter()
                .map(|hit| (hit.start, hit.end, hit.asker))
                .collect();
            let mut expected = Vec::new();
            for start in 0..text.len() {
                for (literal, number) in list.iter().zip(0..) {
                    if text[start..].starts_with(literal.as_bytes()) {
                        expected.push((start, start + literal.len(), Asker::Rule(number)));
                    }
                }
            }
            expected.sort_by_key(|(start, end, asker)| (*start, Reverse(*end), *asker));
            assert_eq!(found, expected, "{}", String::from_utf8_lossy(&text));
            all += found.len();
        }
        assert!(all > 10_000, "{all}");
    }

    #[test]
    fn all_literals_of_all_languages_are_found() {
        for language in Language::ALL.map(Some).into_iter().chain([None]) {
            let scanner = Scanner::of(language);
            for literal in &scanner.literals {
                let text = [b"((", &literal.bytes[..], b"))"].concat();
                let hits = scanner.look(&text);
                let end = 2 + literal.bytes.len();
                let is_found =
                    |hit: &Hit| (hit.start, hit.end, hit.asker) == (2, end, literal.asker);
                assert!(hits.iter().any(is_found), "{literal:?}");
                assert!(hits.is_sorted_by_key(|hit| hit.start));
            }
        }
    }
}
