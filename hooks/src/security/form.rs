//! What tokens look like.

use std::ops::Range;

use crate::rules::is_word;

/// Letters that a part of a token is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Set(u16);

const fn class(byte: u8) -> u16 {
    match byte {
        b'0' | b'1' | b'8' | b'9' => 1,
        b'2'..=b'7' => 1 << 1,
        b'a'..=b'f' => 1 << 2,
        b'g'..=b'z' => 1 << 3,
        b'A'..=b'F' => 1 << 4,
        b'G'..=b'Z' => 1 << 5,
        b'_' => 1 << 6,
        b'-' => 1 << 7,
        b'.' => 1 << 8,
        b'+' | b'/' => 1 << 9,
        b'=' => 1 << 10,
        b'~' => 1 << 11,
        b'%' => 1 << 12,
        _ => 0,
    }
}

static CLASSES: [u16; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = class(byte as u8);
        byte += 1;
    }
    classes
};

pub(crate) const DIGITS: Set = Set(0b11);
pub(crate) const BASE32: Set = Set(1 << 1 | 1 << 4 | 1 << 5);
pub(crate) const HEX: Set = Set(0b111);
pub(crate) const UPPER_HEX: Set = Set(0b1_0011);
pub(crate) const LETTERS: Set = Set(0b11_1100);
pub(crate) const UPPER: Set = Set(0b11_0011);
pub(crate) const LOWER: Set = Set(0b1111);
pub(crate) const ALNUM: Set = Set(0b11_1111);
pub(crate) const UUID: Set = Set(0b111 | 1 << 7);
/// Digits, letters, `_` and `-`: base64 for addresses.
pub(crate) const WORD: Set = Set(0b1111_1111);
pub(crate) const BASE64: Set = Set(0b11_1111 | 1 << 9);
pub(crate) const ALNUM_PERCENT: Set = Set(ALNUM.0 | 1 << 12);
pub(crate) const ALNUM_DOT_TILDE: Set = Set(ALNUM.0 | 1 << 8 | 1 << 11);
pub(crate) const BASE64_ANY: Set = Set(WORD.0 | BASE64.0 | 1 << 10);
pub(crate) const BASE64_EQUALS: Set = Set(BASE64.0 | 1 << 10);
pub(crate) const WORD_DOT: Set = Set(WORD.0 | 1 << 8);
pub(crate) const WORD_DOT_TILDE: Set = Set(WORD.0 | 1 << 8 | 1 << 11);

impl Set {
    pub(crate) fn has(self, byte: u8) -> bool {
        CLASSES[usize::from(byte)] & self.0 != 0
    }
}

/// A part of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// These bytes.
    Is(&'static str),
    /// So many of these letters.
    Exactly(usize, Set),
    /// As many of these letters as there are, from one number to another.
    Between(usize, usize, Set),
}

/// Where the parts end that begin at an offset, and the last set among them.
pub(crate) fn behind(bytes: &[u8], start: usize, parts: &[Part]) -> Option<(usize, Option<Set>)> {
    let mut at = start;
    let mut last = None;
    for part in parts {
        match *part {
            Part::Is(text) => {
                if !bytes[at..].starts_with(text.as_bytes()) {
                    return None;
                }
                at += text.len();
                last = None;
            }
            Part::Exactly(count, set) => {
                let run = bytes.get(at..at + count)?;
                if !run.iter().all(|byte| set.has(*byte)) {
                    return None;
                }
                at += count;
                last = Some(set);
            }
            Part::Between(fewest, most, set) => {
                let run = bytes[at..]
                    .iter()
                    .take(most)
                    .take_while(|byte| set.has(**byte));
                let count = run.count();
                if count < fewest {
                    return None;
                }
                at += count;
                last = Some(set);
            }
        }
    }
    Some((at, last))
}

/// Where the parts begin that end at an offset: they are read backwards.
pub(crate) fn before(bytes: &[u8], end: usize, parts: &[Part]) -> Option<usize> {
    let mut at = end;
    for (number, part) in parts.iter().enumerate().rev() {
        match *part {
            Part::Is(text) => {
                if !bytes[..at].ends_with(text.as_bytes()) {
                    return None;
                }
                at -= text.len();
            }
            Part::Exactly(count, set) => {
                let start = at.checked_sub(count)?;
                if !bytes[start..at].iter().all(|byte| set.has(*byte)) {
                    return None;
                }
                at = start;
            }
            Part::Between(fewest, most, set) => {
                // What stands before it may be of the same letters: then it is where these begin.
                let head = match number.checked_sub(1).map(|before| parts[before]) {
                    Some(Part::Is(text)) if text.bytes().all(|byte| set.has(byte)) => text.len(),
                    _ => 0,
                };
                let most = most + head;
                let run = bytes[..at]
                    .iter()
                    .rev()
                    .take(most)
                    .take_while(|byte| set.has(**byte));
                let count = run.count();
                if count < fewest + head {
                    return None;
                }
                at -= count - head;
            }
        }
    }
    Some(at)
}

/// Whether something may begin at an offset: no word goes on before it. The letter of `\n` and the digits of `%3D`
/// are none of a word.
pub(crate) fn may_begin(bytes: &[u8], start: usize) -> bool {
    let before = &bytes[..start];
    match before {
        [.., b'\\', b'n' | b'r' | b't'] | [] => true,
        [.., b'%', high, low] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => true,
        [.., last] => (!is_word(*last) && *last != b'.') || *last == b'$',
    }
}

/// Whether something of these letters may end at an offset: none of them follows, and no word goes on.
pub(crate) fn may_end(bytes: &[u8], end: usize, last: Option<Set>) -> bool {
    let Some(byte) = bytes.get(end) else {
        return true;
    };
    // A full stop or an equals sign ends a sentence or a field.
    let is_of_it = last.is_some_and(|set| set.has(*byte)) && !b".=".contains(byte);
    !is_of_it && (!is_word(*byte) || *byte == b'$')
}

/// The whole of it, as a token that stands for itself.
pub(crate) fn token(
    bytes: &[u8],
    literal: Range<usize>,
    parts_before: &[Part],
    parts_behind: &[Part],
) -> Option<Range<usize>> {
    let (end, last) = behind(bytes, literal.end, parts_behind)?;
    if !may_end(bytes, end, last) {
        return None;
    }
    let start = before(bytes, literal.start, parts_before)?;
    may_begin(bytes, start).then_some(start..end)
}
