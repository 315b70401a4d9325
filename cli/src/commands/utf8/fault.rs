//! Why bytes are no UTF-8, in words and in the line that they are in.

use std::fmt::Write as _;

use serde::Serialize;
use unicode_width::UnicodeWidthChar as _;

/// Columns of the terminal that are shown before a fault, and behind its beginning.
const BEFORE: usize = 40;
const BEHIND: usize = 32;

/// What stands for the part of a line that is not shown.
const ELLIPSIS: &str = "…";

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

/// A line as it is shown, and the line below that marks the fault.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Excerpt {
    pub(super) line: String,
    pub(super) mark: String,
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
        let begin = self.before.iter().take_while(|byte| **byte & 0xc0 == 0x80);
        let before = String::from_utf8_lossy(&self.before[begin.count()..]);
        let mut parts: Vec<Part> = before.chars().map(Part::of_character).collect();
        let mut width: usize = parts.iter().map(|part| part.width).sum();
        let mut is_cut = self.begins_earlier;
        // Of the line before the fault, the last part is what matters.
        let mut first = 0;
        while width > BEFORE {
            width -= parts[first].width;
            first += 1;
            is_cut = true;
        }
        parts.drain(..first);

        let mut excerpt = Excerpt {
            line: String::new(),
            mark: String::new(),
        };
        if is_cut {
            excerpt.line.push_str(ELLIPSIS);
            width += 1;
        }
        for part in parts {
            excerpt.line.push_str(&part.text);
        }
        excerpt.mark.push_str(&" ".repeat(width));
        for byte in self.bytes() {
            let part = Part::of_byte(*byte);
            excerpt.mark.push_str(&"^".repeat(part.width));
            excerpt.line.push_str(&part.text);
        }
        self.push_behind(&mut excerpt.line);
        excerpt
    }

    /// Shows what follows the fault in its line.
    fn push_behind(&self, line: &mut String) {
        let behind = &self.rest[self.len.min(self.line_end)..self.line_end];
        let mut width = 0;
        let mut chunks = behind.utf8_chunks().peekable();
        while let Some(chunk) = chunks.next() {
            let characters = chunk.valid().chars().map(Part::of_character);
            // What was cut off where reading has ended is not wrong.
            let is_cut_off = self.ends_later && chunks.peek().is_none();
            let invalid = if is_cut_off { &[] } else { chunk.invalid() };
            let bytes = invalid.iter().map(|byte| Part::of_byte(*byte));
            for part in characters.chain(bytes) {
                width += part.width;
                if width > BEHIND {
                    line.push_str(ELLIPSIS);
                    return;
                }
                line.push_str(&part.text);
            }
        }
        if self.ends_later {
            line.push_str(ELLIPSIS);
        }
    }
}

/// Bytes in a sentence.
fn named(bytes: &[u8]) -> String {
    let names: Vec<_> = bytes.iter().map(|byte| format!("0x{byte:02x}")).collect();
    names.join(" ")
}

/// What is shown of a character or a byte, and how many columns that takes.
struct Part {
    text: String,
    width: usize,
}

impl Part {
    /// A character; escaped where it would do something to the terminal, or not be seen.
    fn of_character(character: char) -> Self {
        // Behind another, a combining character is as it should be.
        let mut with_base = String::from("x");
        with_base.push(character);
        let mut escaped: String = with_base.escape_debug().skip(1).collect();
        if matches!(character, '\\' | '"' | '\'') {
            escaped = character.into();
        }
        let widths = escaped.chars().map(|shown| shown.width().unwrap_or(0));
        Self {
            width: widths.sum(),
            text: escaped,
        }
    }

    fn of_byte(byte: u8) -> Self {
        let text = format!("\\x{byte:02x}");
        let width = text.len();
        Self { text, width }
    }
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

    fn excerpt(fault: &Fault) -> [String; 2] {
        let Excerpt { line, mark } = fault.excerpt();
        [line, mark]
    }

    #[test]
    fn the_mark_is_below_the_fault() {
        for (before, rest, line, mark) in [
            ("", &b"\xff"[..], r"\xff", "^^^^"),
            ("caf", b"\xe9 au lait\nnext", r"caf\xe9 au lait", "   ^^^^"),
            (
                "\t\u{1b}[1m",
                b"\xff\r",
                r"\t\u{1b}[1m\xff\r",
                "           ^^^^",
            ),
            // Wide, combining and invisible characters.
            ("漢字", b"\xff", r"漢字\xff", "    ^^^^"),
            ("e\u{301}e", b"\xff", "e\u{301}e\\xff", "  ^^^^"),
            ("\u{202e}", b"\xff", r"\u{202e}\xff", "        ^^^^"),
            (r#"\"'"#, b"\xff\xfe'\\", r#"\"'\xff\xfe'\"#, "   ^^^^"),
        ] {
            assert_eq!(excerpt(&fault(before, rest, 1)), [line, mark], "{before:?}");
        }
        let mut two = fault("x", b"\xe2\x82x", 2);
        assert_eq!(excerpt(&two), [r"x\xe2\x82x", " ^^^^^^^^"]);
        two.ends_later = true;
        assert_eq!(excerpt(&two), [r"x\xe2\x82x…", " ^^^^^^^^"]);
    }

    #[test]
    fn long_lines_are_cut_on_both_sides() {
        let (before, behind) = ("b".repeat(BEFORE), "a".repeat(BEHIND));
        let whole = fault(&before, &[b"\xff", behind.as_bytes()].concat(), 1);
        let expected = [
            format!("{before}\\xff{behind}"),
            " ".repeat(BEFORE) + "^^^^",
        ];
        assert_eq!(excerpt(&whole), expected);
        let longer = [b"\xff", behind.as_bytes(), b"x"].concat();
        let cut = fault(&format!("x{before}"), &longer, 1);
        let expected = [
            format!("…{before}\\xff{behind}…"),
            " ".repeat(BEFORE + 1) + "^^^^",
        ];
        assert_eq!(excerpt(&cut), expected);
        // A character that does not fit is left out as a whole, and one that is cut off on either side.
        let wide = fault(&"漢".repeat(21), b"\xff", 1);
        assert_eq!(excerpt(&wide)[0], format!("…{}\\xff", "漢".repeat(20)));
        let mut cut_off = fault("", b"\xff\xe6\xbc", 1);
        cut_off.before = b"\xbc\xa2x".into();
        cut_off.begins_earlier = true;
        cut_off.ends_later = true;
        assert_eq!(excerpt(&cut_off), ["…x\\xff…", "  ^^^^"]);
    }
}
