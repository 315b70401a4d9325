//! Rules for Rust.

use std::cell::OnceCell;
use std::ops::Range;

use super::place::{Place, trim};
use crate::language::Language;
use crate::scan::{Asker, Hit, Source};
use crate::syntax::Kind;

/// What tests of Rust begin with: a module or a function that has one of these is a test.
pub(crate) const TEST_MARKS: &[&str] = &["#[cfg(test)]", "#[test]", "::test]", "::test("];

/// Which parts of a file of Rust are tests. Looked for when it is first asked.
#[derive(Debug, Default)]
pub(crate) struct Tests(OnceCell<Vec<Range<usize>>>);

impl Tests {
    /// Whether an offset belongs to a test within a file that is none.
    pub(crate) fn have(&self, source: &Source<'_>, hits: &[Hit], at: usize) -> bool {
        if source.language != Some(Language::Rust) {
            return false;
        }
        let tests = self.0.get_or_init(|| Self::find(source, hits));
        let behind = tests.partition_point(|test| test.end <= at);
        tests.get(behind).is_some_and(|test| test.start <= at)
    }

    fn find(source: &Source<'_>, hits: &[Hit]) -> Vec<Range<usize>> {
        let mut tests: Vec<Range<usize>> = Vec::new();
        for hit in hits {
            if hit.asker != Asker::Test
                || source.regions.kind_at(hit.start) != Kind::Code
                || tests.last().is_some_and(|test| hit.start < test.end)
            {
                continue;
            }
            tests.push(hit.start..end_of_item(source, hit.end));
        }
        tests
    }
}

/// Where the item ends that goes on at an offset: behind its block, or its semicolon.
fn end_of_item(source: &Source<'_>, from: usize) -> usize {
    let mut depth = 0_usize;
    let mut at = from;
    while let Some(byte) = source.bytes.get(at) {
        if b"{}();[]".contains(byte) {
            if let Some(region) = source.regions.at(at) {
                at = region.end;
                continue;
            }
            match byte {
                b'{' | b'(' | b'[' => depth += 1,
                b';' if depth == 0 => return at + 1,
                b';' => {}
                _ => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 && *byte == b'}' {
                        return at + 1;
                    }
                }
            }
        }
        at += 1;
    }
    at
}

/// A macro: no word goes on before it.
pub(super) fn whole_word(place: &mut Place<'_>) -> Option<Range<usize>> {
    place.begins_word().then(|| place.itself())
}

/// `.expect("…")`: with a message. A parser's method of that name takes something else.
pub(super) fn expect(place: &mut Place<'_>) -> Option<Range<usize>> {
    let argument = place.skip_space(place.end);
    let is_message = b"\"r".contains(&place.byte(argument)) || place.is_at(argument, "&format!");
    (is_message && (place.byte(argument) != b'r' || b"\"#".contains(&place.byte(argument + 1))))
        .then(|| place.itself())
}

/// `unsafe` before a block or an `impl`, where no comment above or beside it says `SAFETY`.
pub(super) fn unexplained(place: &mut Place<'_>) -> Option<Range<usize>> {
    if !place.begins_word() || !place.ends_word() {
        return None;
    }
    let next = place.skip_space(place.end);
    let is_impl = place.is_at(next, "impl");
    if place.byte(next) != b'{' && !is_impl {
        return None;
    }
    let says = |bytes: &[u8]| {
        let mut words = bytes.windows(6).filter(|word| word[0] | 0x20 == b's');
        words.any(|word| word.eq_ignore_ascii_case(b"safety"))
    };
    // Beside it, or at the head of the block.
    let line = place.line_behind(place.end);
    let below = place.line_behind(place.end + line.len() + 1);
    if says(place.line_before(place.start)) || says(line) || says(below) {
        return None;
    }
    let mut at = place.start - place.line_before(place.start).len();
    let mut was_comment = false;
    // A statement above which the comment stands has no more lines than that, nor has the comment.
    for _ in 0..40 {
        let Some(end) = at.checked_sub(1).filter(|end| place.byte(*end) == b'\n') else {
            break;
        };
        let line = place.line_before(end);
        let text = trim(line);
        let start = end - line.len();
        let first = start + (line.len() - line.trim_ascii_start().len());
        let last = first + text.len().saturating_sub(1);
        let is_comment = !text.is_empty() && place.kind(first) == Kind::Comment;
        if is_comment && says(text) {
            return None;
        }
        let goes_on = if was_comment {
            is_comment
        } else {
            is_comment
                || (is_impl && text.starts_with(b"unsafe impl"))
                || text.starts_with(b"#[")
                || text
                    .last()
                    .is_some_and(|byte| !b";{}".contains(byte) || place.kind(last) != Kind::Code)
        };
        if !goes_on {
            break;
        }
        was_comment |= is_comment;
        at = start;
    }
    Some(place.itself())
}
