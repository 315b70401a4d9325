//! The line of a text that a message is about, and marks under the place.

use std::fmt;

use unicode_width::UnicodeWidthChar as _;

/// Columns of the terminal that are shown before a place, and behind it.
const BEFORE: usize = 40;
const BEHIND: usize = 32;

/// What stands for the part of a line that is not shown.
const ELLIPSIS: &str = "…";

/// A part of a line as it is shown, and the line below that marks the place.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Excerpt {
    pub(crate) line: String,
    pub(crate) mark: String,
}

/// A place in a line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    /// The line up to the place, or the last part of that. It may begin within a character.
    pub(crate) before: &'a [u8],
    /// Whether there is more of the line before that.
    pub(crate) begins_earlier: bool,
    /// The bytes that are marked, which belong to no character. Where there are none, what follows is marked.
    pub(crate) bytes: &'a [u8],
    /// What follows in the line. It may end within a character, if the line goes on.
    pub(crate) behind: &'a [u8],
    /// Whether there may be more of the line behind that.
    pub(crate) ends_later: bool,
}

impl Excerpt {
    pub(crate) fn new(place: &Place<'_>) -> Self {
        let begin = place.before.iter().take_while(|byte| is_within(**byte));
        let mut parts = Part::all(&place.before[begin.count()..], false);
        let mut width: usize = parts.iter().map(|part| part.width).sum();
        let mut is_cut = place.begins_earlier;
        // Of the line before the place, the last part is what matters.
        let mut first = 0;
        while width > BEFORE {
            width -= parts[first].width;
            first += 1;
            is_cut = true;
        }
        parts.drain(..first);

        let mut line = String::new();
        if is_cut {
            line.push_str(ELLIPSIS);
            width += 1;
        }
        for part in parts {
            line.push_str(&part.text);
        }
        let marked: String = place.bytes.iter().copied().map(escaped).collect();
        let mark = " ".repeat(width) + &"^".repeat(marked.len().max(1));
        line.push_str(&marked);
        push_behind(place, &mut line);
        Self { line, mark }
    }

    /// Marks the byte at `offset` of `text`, or what would stand behind its end.
    pub(crate) fn in_text(text: &[u8], offset: usize) -> Self {
        let (before, behind) = text.split_at(offset.min(text.len()));
        let begin = before.iter().rposition(|byte| *byte == b'\n');
        let end = behind.iter().position(|byte| *byte == b'\n');
        let behind = &behind[..end.unwrap_or(behind.len())];
        let before = &before[begin.map_or(0, |feed| feed + 1)..];
        // No more than can be shown, of a line that may be the whole text: a character has 4 bytes at most.
        let skipped = before.len().saturating_sub(4 * (BEFORE + 1));
        let behind = behind.strip_suffix(b"\r").unwrap_or(behind);
        let kept = behind.len().min(4 * (BEHIND + 1));
        Self::new(&Place {
            before: &before[skipped..],
            begins_earlier: skipped > 0,
            bytes: &[],
            behind: &behind[..kept],
            ends_later: kept < behind.len(),
        })
    }
}

impl fmt::Display for Excerpt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, mark } = self;
        write!(formatter, "    {line}\n    {mark}")
    }
}

/// Shows what follows in the line.
fn push_behind(place: &Place<'_>, line: &mut String) {
    let mut width = 0;
    for part in Part::all(place.behind, place.ends_later) {
        width += part.width;
        if width > BEHIND {
            line.push_str(ELLIPSIS);
            return;
        }
        line.push_str(&part.text);
    }
    if place.ends_later {
        line.push_str(ELLIPSIS);
    }
}

/// Whether a byte goes on with a character.
fn is_within(byte: u8) -> bool {
    byte & 0xc0 == 0x80
}

fn escaped(byte: u8) -> String {
    format!("\\x{byte:02x}")
}

/// What is shown of a character or a byte, and how many columns that takes.
struct Part {
    text: String,
    width: usize,
}

impl Part {
    /// What is shown of bytes. What does not end is no character, unless more of it may have been cut off.
    fn all(bytes: &[u8], is_cut_off: bool) -> Vec<Self> {
        let mut parts = Vec::new();
        let mut chunks = bytes.utf8_chunks().peekable();
        while let Some(chunk) = chunks.next() {
            parts.extend(chunk.valid().chars().map(Self::of_character));
            if !is_cut_off || chunks.peek().is_some() {
                parts.extend(chunk.invalid().iter().copied().map(Self::of_byte));
            }
        }
        parts
    }

    /// A character; escaped where it would do something to the terminal, or not be seen. A tab is a space.
    fn of_character(character: char) -> Self {
        let character = if character == '\t' { ' ' } else { character };
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
        let text = escaped(byte);
        let width = text.len();
        Self { text, width }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_text(text: &[u8], offset: usize) -> String {
        Excerpt::in_text(text, offset).to_string()
    }

    #[test]
    fn lines_and_places_of_texts() {
        assert_eq!(in_text(b"", 0), "    \n    ^");
        assert_eq!(in_text(b"ab\ncd\nef", 4), "    cd\n     ^");
        assert_eq!(in_text(b"ab\r\ncd", 2), "    ab\n      ^");
        assert_eq!(in_text(b"ab\n", 3), "    \n    ^");
        assert_eq!(
            in_text("ä\tö\u{1}\u{ff}!".as_bytes(), 8),
            "    ä ö\\u{1}ÿ!\n             ^"
        );
        assert_eq!(in_text(b"a\xffb", 2), "    a\\xffb\n         ^");
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        for (character, columns) in [("é", 1), ("漢", 2), ("😀", 2)] {
            let text = character.repeat(1000);
            let shown = in_text(text.as_bytes(), 500 * character.len());
            let (before, behind) = (BEFORE / columns, BEHIND / columns);
            let line = format!("…{}…", character.repeat(before + behind));
            let expected = format!("    {line}\n    {}^", " ".repeat(1 + BEFORE));
            assert_eq!(shown, expected);
        }
    }

    /// The only line of a text, of whose rest the first `len` bytes are no character.
    fn place<'a>(before: &'a str, rest: &'a [u8], len: usize) -> Place<'a> {
        Place {
            before: before.as_bytes(),
            begins_earlier: false,
            bytes: &rest[..len],
            behind: &rest[len..],
            ends_later: false,
        }
    }

    fn excerpt(place: Place<'_>) -> [String; 2] {
        let Excerpt { line, mark } = Excerpt::new(&place);
        [line, mark]
    }

    #[test]
    fn the_mark_is_below_the_bytes() {
        for (before, rest, line, mark) in [
            ("", &b"\xff"[..], r"\xff", "^^^^"),
            ("caf", b"\xe9 au lait", r"caf\xe9 au lait", "   ^^^^"),
            (
                "\t\u{1b}[1m",
                b"\xff\r",
                r" \u{1b}[1m\xff\r",
                "          ^^^^",
            ),
            // Wide, combining and invisible characters.
            ("漢字", b"\xff", r"漢字\xff", "    ^^^^"),
            ("e\u{301}e", b"\xff", "e\u{301}e\\xff", "  ^^^^"),
            ("\u{202e}", b"\xff", r"\u{202e}\xff", "        ^^^^"),
            (r#"\"'"#, b"\xff\xfe'\\", r#"\"'\xff\xfe'\"#, "   ^^^^"),
        ] {
            assert_eq!(excerpt(place(before, rest, 1)), [line, mark], "{before:?}");
        }
        let mut two = place("x", b"\xe2\x82x", 2);
        assert_eq!(excerpt(two), [r"x\xe2\x82x", " ^^^^^^^^"]);
        two.ends_later = true;
        assert_eq!(excerpt(two), [r"x\xe2\x82x…", " ^^^^^^^^"]);
    }

    #[test]
    fn long_lines_are_cut_on_both_sides() {
        let (before, behind) = ("b".repeat(BEFORE), "a".repeat(BEHIND));
        let whole = [b"\xff", behind.as_bytes()].concat();
        let expected = [
            format!("{before}\\xff{behind}"),
            " ".repeat(BEFORE) + "^^^^",
        ];
        assert_eq!(excerpt(place(&before, &whole, 1)), expected);
        let longer = [b"\xff", behind.as_bytes(), b"x"].concat();
        let cut = format!("x{before}");
        let expected = [
            format!("…{before}\\xff{behind}…"),
            " ".repeat(BEFORE + 1) + "^^^^",
        ];
        assert_eq!(excerpt(place(&cut, &longer, 1)), expected);
        // A character that does not fit is left out as a whole, and one that is cut off on either side.
        let wide = "漢".repeat(21);
        assert_eq!(
            excerpt(place(&wide, b"\xff", 1))[0],
            format!("…{}\\xff", "漢".repeat(20))
        );
        let mut cut_off = place("", b"\xff\xe6\xbc", 1);
        cut_off.before = b"\xbc\xa2x";
        cut_off.begins_earlier = true;
        cut_off.ends_later = true;
        assert_eq!(excerpt(cut_off), ["…x\\xff…", "  ^^^^"]);
    }
}
