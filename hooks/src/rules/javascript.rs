//! Rules for JavaScript and TypeScript.

use std::ops::Range;

use super::place::{Place, is_word};
use crate::syntax::Kind;

/// The statement `debugger`: no property and no key of that name.
pub(super) fn debugger(place: &mut Place<'_>) -> Option<Range<usize>> {
    if !place.begins_word() || !place.ends_word() {
        return None;
    }
    let (at, last) = place.last_before(place.start);
    let behind = place.line_behind(place.end).trim_ascii_start();
    let ends = behind.is_empty() || b";}/".contains(&behind[0]);
    let begins = b"\n;{})/:".contains(&last) || place.kind(at) != Kind::Code;
    (begins && ends).then(|| place.itself())
}

/// A call of a function: not of a method of that name, nor its definition.
pub(super) fn function_call(place: &mut Place<'_>) -> Option<Range<usize>> {
    let before = place.byte_before(place.start);
    let (at, last) = place.last_before(place.start);
    let is_method = last == b'.' || before == b'#';
    let word = place.word_before(at + 1);
    let is_defined = [&b"function"[..], b"def", b"fn", b"func", b"get", b"set"].contains(&word);
    (!is_word(before) && !is_method && !is_defined && !is_constant_argument(place))
        .then(|| place.start..place.end - 1)
}

/// Whether a call has one argument, which is a string and nothing else.
fn is_constant_argument(place: &Place<'_>) -> bool {
    let argument = place.skip_space(place.end);
    let Some(region) = place.source.regions.at(argument) else {
        return false;
    };
    let is_template = place.byte(argument) == b'`';
    region.kind == Kind::String && !is_template && place.byte(place.skip_space(region.end)) == b')'
}

/// `console.log(`: of the global object.
pub(super) fn console(place: &mut Place<'_>) -> Option<Range<usize>> {
    let before = place.byte_before(place.start);
    (!is_word(before) && before != b'.').then(|| place.start..place.end - 1)
}

/// An assignment to what is read as HTML, of something other than a string that stands there.
pub(super) fn html(place: &mut Place<'_>) -> Option<Range<usize>> {
    if !place.ends_word() {
        return None;
    }
    let mut at = place.skip_space(place.end);
    if place.byte(at) == b'+' {
        at += 1;
    }
    if place.byte(at) != b'=' || b"=>".contains(&place.byte(at + 1)) {
        return None;
    }
    let value = place.skip_space(at + 1);
    let is_string = b"\"'`".contains(&place.byte(value));
    if is_string && let Some(region) = place.source.regions.at(value) {
        let next = place.skip_space(region.end);
        let ends = matches!(place.byte(next), b';' | b'}' | b')' | b',' | 0);
        let line_ends = place.bytes()[region.end..next].contains(&b'\n');
        let goes_on = matches!(place.byte(next), b'+' | b'.' | b'?' | b'[');
        let is_whole = region.end > value + 1 && place.byte(region.end - 1) == place.byte(value);
        if is_whole && (ends || (line_ends && !goes_on)) {
            return None;
        }
    }
    // What is in the page already is put elsewhere.
    let rest = place.line_behind(value);
    let end = rest
        .iter()
        .position(|byte| *byte == b';')
        .unwrap_or(rest.len());
    if rest[..end].ends_with(b".innerHTML") {
        return None;
    }
    Some(place.start + 1..place.end)
}

/// A call of a method that writes HTML, of something other than a string that stands there.
pub(super) fn document_write(place: &mut Place<'_>) -> Option<Range<usize>> {
    let before = place.byte_before(place.start);
    (!is_word(before) && !is_constant_argument(place)).then(|| place.start..place.end - 1)
}

/// `as any`.
pub(super) fn as_any(place: &mut Place<'_>) -> Option<Range<usize>> {
    (place.begins_word() && place.ends_word()).then(|| place.itself())
}

/// `it.only(` and its like.
pub(super) fn focused(place: &mut Place<'_>) -> Option<Range<usize>> {
    let what = place.word_before(place.start);
    let at = place.start - what.len();
    let is_test = [&b"it"[..], b"test", b"describe", b"suite", b"context"].contains(&what);
    (is_test && place.byte_before(at) != b'.').then(|| at..place.end - 1)
}

/// `new Error("not implemented")`.
pub(super) fn not_implemented(place: &mut Place<'_>) -> Option<Range<usize>> {
    let quote = place.byte_before(place.start);
    let before = place.before(place.start.saturating_sub(1));
    (b"\"'`".contains(&quote) && before.ends_with(b"throw new Error(")).then(|| place.itself())
}
