//! Why bytes are no UTF-8, in words and in the line that they are in.

use std::fmt::Write as _;

use serde::Serialize;

use crate::excerpt::{Excerpt, Place};

/// The first fault of a file.
#[derive(Debug)]
pub(super) struct Fault {
    /// From 0.
    pub(super) offset: u64,
    /// From 1, as is the column, which is one in characters.
    pub(super) line: u64,
    pub(super) column: u64,
    /// How many bytes belong to no character, from 1 to 3.
    pub(super) len: usize,
    /// Whether they would be the beginning of one, and the file ends there.
    pub(super) is_cut_short: bool,
    /// The line up to the fault, or the last part of that. It may begin within a character.
    pub(super) before: Vec<u8>,
    /// Whether there is more of the line before that.
    pub(super) begins_earlier: bool,
    /// What follows from the fault on: some of it, and of the line up to `line_end`.
    pub(super) rest: Vec<u8>,
    pub(super) line_end: usize,
    /// Whether there may be more of the line behind that.
    pub(super) ends_later: bool,
}

/// What kind of fault it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Reason {
    /// A byte that goes on with a character stands where none has begun.
    Continuation,
    /// A byte that is in no character.
    Never,
    /// A character in more bytes than it has.
    Overlong,
    /// Half of a pair of UTF-16.
    Surrogate,
    /// Over U+10FFFF.
    TooHigh,
    /// Another byte stands where a character should go on.
    Incomplete,
    /// The file ends where a character should go on.
    CutShort,
}

impl Fault {
    /// The bytes that belong to no character.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.rest[..self.len]
    }

    pub(super) fn reason(&self) -> Reason {
        if self.is_cut_short {
            return Reason::CutShort;
        }
        // Unicode 16, table 3-7.
        match (self.rest[0], self.rest.get(1)) {
            (0x80..=0xbf, _) => Reason::Continuation,
            (0xc0 | 0xc1, _) | (0xe0, Some(0x80..=0x9f)) | (0xf0, Some(0x80..=0x8f)) => {
                Reason::Overlong
            }
            (0xf5.., _) => Reason::Never,
            (0xed, Some(0xa0..=0xbf)) => Reason::Surrogate,
            (0xf4, Some(0x90..=0xbf)) => Reason::TooHigh,
            _ => Reason::Incomplete,
        }
    }

    /// What is wrong.
    pub(super) fn words(&self) -> String {
        let first = named(&self.rest[..1]);
        let wanted = match self.rest[0] {
            0xc0..0xe0 => 2,
            0xe0..0xf0 => 3,
            _ => 4,
        };
        let pair = named(&self.rest[..self.rest.len().min(2)]);
        let bytes = named(self.bytes());
        let mut words = match self.reason() {
            Reason::Continuation => {
                format!("{first} goes on with a character, and none has begun")
            }
            Reason::Never => format!("{first} is in no character"),
            Reason::Overlong if wanted == 2 => {
                format!("{first} would begin 2 bytes for a character that has 1")
            }
            Reason::Overlong => {
                format!("{pair} would begin {wanted} bytes for a character that has fewer")
            }
            Reason::Surrogate => {
                format!("{pair} would begin a surrogate, which is half a character of UTF-16")
            }
            Reason::TooHigh => {
                format!("{pair} would begin a character over U+10FFFF, the last there is")
            }
            Reason::Incomplete => {
                let next = named(&self.rest[self.len..=self.len]);
                format!(
                    "{bytes} begins a character of {wanted} bytes, and {next} does not go on with it"
                )
            }
            Reason::CutShort => {
                format!(
                    "the file ends within a character, which begins with {bytes} and has {wanted} bytes"
                )
            }
        };
        if self.offset == 0 && matches!(self.rest[..], [0xff, 0xfe, ..] | [0xfe, 0xff, ..]) {
            // Writing to a string does not fail.
            let _ = write!(words, "; {pair} is how UTF-16 begins");
        }
        words
    }

    /// The line around the fault.
    pub(super) fn excerpt(&self) -> Excerpt {
        Excerpt::new(&Place {
            before: &self.before,
            begins_earlier: self.begins_earlier,
            bytes: self.bytes(),
            behind: &self.rest[self.len.min(self.line_end)..self.line_end],
            ends_later: self.ends_later,
        })
    }
}

/// Bytes in a sentence.
fn named(bytes: &[u8]) -> String {
    let names: Vec<_> = bytes.iter().map(|byte| format!("0x{byte:02x}")).collect();
    names.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A fault in the only line of a file.
    fn fault(before: &str, rest: &[u8], len: usize) -> Fault {
        let line_end = rest.iter().position(|byte| *byte == b'\n');
        Fault {
            offset: before.len() as u64,
            line: 1,
            column: before.chars().count() as u64 + 1,
            len,
            is_cut_short: false,
            before: before.into(),
            begins_earlier: false,
            rest: rest.into(),
            line_end: line_end.unwrap_or(rest.len()),
            ends_later: false,
        }
    }

    /// The kinds and lengths follow from what the standard library says of all sequences.
    #[test]
    fn every_reason() {
        for first in 0..=u8::MAX {
            for second in 0..=u8::MAX {
                let text = [first, second, 0x80, b'x', b'x'];
                let Err(error) = str::from_utf8(&text) else {
                    continue;
                };
                if error.valid_up_to() > 0 {
                    continue;
                }
                let fault = fault("", &text, error.error_len().unwrap());
                let expected = match first {
                    0x80..=0xbf => Reason::Continuation,
                    0xc0 | 0xc1 => Reason::Overlong,
                    0xf5..=0xff => Reason::Never,
                    _ if fault.len > 1 || second & 0xc0 != 0x80 => Reason::Incomplete,
                    // A lead byte and a byte that would go on with it, if it were not for what they mean.
                    0xe0 | 0xf0 => Reason::Overlong,
                    0xed => Reason::Surrogate,
                    0xf4 => Reason::TooHigh,
                    _ => panic!("{text:x?}"),
                };
                assert_eq!(fault.reason(), expected, "{text:x?}");
                assert!(!fault.words().is_empty());
            }
        }
    }

    #[test]
    fn words() {
        for (rest, len, expected) in [
            (&b"\xff"[..], 1, "0xff is in no character"),
            (
                b"\x80",
                1,
                "0x80 goes on with a character, and none has begun",
            ),
            (
                b"\xc0\x80",
                1,
                "0xc0 would begin 2 bytes for a character that has 1",
            ),
            (
                b"\xe0\x80\x80",
                1,
                "0xe0 0x80 would begin 3 bytes for a character that has fewer",
            ),
            (
                b"\xf0\x8f",
                1,
                "0xf0 0x8f would begin 4 bytes for a character that has fewer",
            ),
            (
                b"\xed\xa0",
                1,
                "0xed 0xa0 would begin a surrogate, which is half a character of UTF-16",
            ),
            (
                b"\xf4\x90",
                1,
                "0xf4 0x90 would begin a character over U+10FFFF, the last there is",
            ),
            (
                b"\xe9 l",
                1,
                "0xe9 begins a character of 3 bytes, and 0x20 does not go on with it",
            ),
            (
                b"\xf0\x9f\x98A",
                3,
                "0xf0 0x9f 0x98 begins a character of 4 bytes, and 0x41 does not go on with it",
            ),
        ] {
            assert_eq!(fault("before", rest, len).words(), expected);
        }
        let mut end = fault("", b"\xe2\x82", 2);
        end.is_cut_short = true;
        let expected =
            "the file ends within a character, which begins with 0xe2 0x82 and has 3 bytes";
        assert_eq!(
            (end.words().as_str(), end.reason()),
            (expected, Reason::CutShort)
        );
        let utf16 = fault("", b"\xff\xfea\0", 1).words();
        assert_eq!(
            utf16,
            "0xff is in no character; 0xff 0xfe is how UTF-16 begins"
        );
    }
}
