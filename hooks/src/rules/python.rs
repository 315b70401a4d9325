//! Rules for Python.

use std::ops::Range;

use super::place::{Place, is_word};
use crate::syntax::Kind;

/// A call of a function of that name: no method, no definition.
pub(super) fn breakpoint(place: &mut Place<'_>) -> Option<Range<usize>> {
    let before = place.byte_before(place.start);
    let is_defined = place.line_before(place.start).trim_ascii() == b"def";
    (!is_word(before) && before != b'.' && !is_defined).then(|| place.itself())
}

/// `except:`, whose block does not raise again.
pub(super) fn bare_except(place: &mut Place<'_>) -> Option<Range<usize>> {
    let indentation = place.line_before(place.start);
    if !indentation.trim_ascii().is_empty() {
        return None;
    }
    let rest = place.behind(place.end);
    let mut lines = rest.split(|byte| *byte == b'\n');
    let raises = |line: &[u8]| {
        let word = line.strip_prefix(b"raise");
        word.is_some_and(|rest| rest.first().is_none_or(|byte| !is_word(*byte)))
    };
    let first = lines.next().unwrap_or_default();
    if raises(first.trim_ascii()) {
        return None;
    }
    for line in lines {
        let text = line.trim_ascii_start();
        if text.is_empty() || text.starts_with(b"#") {
            continue;
        }
        if line.len() - text.len() <= indentation.len() {
            break;
        }
        if raises(text) {
            return None;
        }
    }
    Some(place.itself())
}

/// Sees each byte of code from an offset on with how deep in brackets it stands, and a quote for each string, until
/// the bracket is closed that was opened before the offset; where that is. Looks no further than it may.
fn within_brackets(
    place: &mut Place<'_>,
    from: usize,
    mut see: impl FnMut(usize, u8, usize),
) -> Option<usize> {
    let mut depth = 1_usize;
    let mut at = from;
    while let Some(byte) = place.source.bytes.get(at).copied() {
        if at > from + 16 * super::place::REACH {
            break;
        }
        if !(byte.is_ascii_alphanumeric() || byte == b' ')
            && let Some(region) = place.source.regions.at(at)
        {
            see(at, b'"', depth);
            at = region.end;
            continue;
        }
        match byte {
            b'(' | b'[' | b'{' => {
                see(at, byte, depth);
                depth += 1;
            }
            b')' | b']' | b'}' => {
                depth -= 1;
                if depth == 0 {
                    *place.read = at;
                    return Some(at);
                }
            }
            _ => see(at, byte, depth),
        }
        at += 1;
    }
    *place.read = at;
    None
}

/// `def f(a=[])`: the default is made once and shared by all calls.
pub(super) fn mutable_default(place: &mut Place<'_>) -> Option<Range<usize>> {
    let indentation = place.line_before(place.start).trim_ascii();
    if place.start < *place.read || !(indentation.is_empty() || indentation == b"async") {
        return None;
    }
    let name = place.line_behind(place.end);
    let open = place.end + name.iter().position(|byte| *byte == b'(')?;
    if !place.bytes()[place.end..open]
        .iter()
        .all(|byte| is_word(*byte))
    {
        return None;
    }
    let mut after_equals = false;
    let mut found = None;
    let close = within_brackets(place, open + 1, |at, byte, depth| {
        if depth == 1 && byte == b'=' {
            after_equals = true;
        } else if after_equals && !byte.is_ascii_whitespace() {
            after_equals = false;
            if b"[{".contains(&byte) && found.is_none() {
                found = Some(at);
            }
        }
    })?;
    let start = found?;
    let end = place.bytes()[start..close]
        .iter()
        .position(|byte| b"]}".contains(byte));
    Some(start..end.map_or(close, |end| start + end + 1))
}

/// `assert (condition, "message")`: a tuple, which is always true.
pub(super) fn assert_tuple(place: &mut Place<'_>) -> Option<Range<usize>> {
    if place.start < *place.read || !place.line_before(place.start).trim_ascii().is_empty() {
        return None;
    }
    let mut comma = false;
    let open = place.end;
    let close = within_brackets(place, open, |_, byte, depth| {
        comma |= depth == 1 && byte == b',';
    })?;
    let line = place.line_behind(close + 1);
    let rest = line.trim_ascii();
    let blanks = line.len() - line.trim_ascii_start().len();
    let ends = rest.is_empty() || place.kind(close + 1 + blanks) == Kind::Comment;
    (comma && ends).then(|| place.start..close + 1)
}

/// `yaml.load(text)` without a loader.
pub(super) fn yaml_load(place: &mut Place<'_>) -> Option<Range<usize>> {
    if place.start < *place.read || !place.begins_word() {
        return None;
    }
    let mut comma = false;
    let open = place.end;
    let close = within_brackets(place, open, |_, byte, depth| {
        comma |= depth == 1 && byte == b',';
    })?;
    let loader = place.bytes()[open..close]
        .windows(6)
        .any(|word| word == b"Loader");
    (!comma && !loader).then(|| place.start..place.end - 1)
}

/// `shell=True` in a call.
pub(super) fn shell_true(place: &mut Place<'_>) -> Option<Range<usize>> {
    let (_, last) = place.last_before(place.start);
    (b",(".contains(&last) && place.ends_word()).then(|| place.itself())
}
