//! The line of a text that a message is about, and a mark under the place.

use std::fmt;

/// Bytes of the line on each side of the place, at most.
const AROUND: usize = 36;

/// A part of a line, and a caret below the place in it.
pub(crate) struct Excerpt {
    line: String,
    /// How many characters stand in front of the place.
    column: usize,
}

impl Excerpt {
    /// The line of `text` in which the byte at `offset` stands, or would stand behind its end.
    pub(crate) fn new(text: &[u8], offset: usize) -> Self {
        let offset = offset.min(text.len());
        let (before, behind) = text.split_at(offset);
        let start = before
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |feed| feed + 1);
        let before = &before[start..];
        let feed = behind.iter().position(|byte| *byte == b'\n');
        let behind = &behind[..feed.unwrap_or(behind.len())];
        let behind = behind.strip_suffix(b"\r").unwrap_or(behind);

        let cut = before.len().saturating_sub(AROUND);
        // Not within a character.
        let cut = (cut..before.len())
            .find(|at| before[*at] & 0xc0 != 0x80)
            .unwrap_or(before.len());
        let mut line = if cut == 0 {
            String::new()
        } else {
            "…".to_owned()
        };
        line.push_str(&printable(&before[cut..]));
        let column = line.chars().count();
        let len = behind.len().min(AROUND);
        let end = (len..behind.len())
            .find(|at| behind[*at] & 0xc0 != 0x80)
            .unwrap_or(behind.len());
        line.push_str(&printable(&behind[..end]));
        if end < behind.len() {
            line.push('…');
        }
        Self { line, column }
    }
}

/// A character for each character; one for each byte that is none.
fn printable(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.utf8_chunks() {
        text.extend(chunk.valid().chars().map(|character| match character {
            '\t' => ' ',
            character if character.is_control() => char::REPLACEMENT_CHARACTER,
            character => character,
        }));
        text.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    text
}

impl fmt::Display for Excerpt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, column } = self;
        write!(formatter, "    {line}\n    {:column$}^", "")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn excerpt(text: &[u8], offset: usize) -> String {
        Excerpt::new(text, offset).to_string()
    }

    #[test]
    fn lines_and_places() {
        assert_eq!(excerpt(b"", 0), "    \n    ^");
        assert_eq!(excerpt(b"ab\ncd\nef", 4), "    cd\n     ^");
        assert_eq!(excerpt(b"ab\r\ncd", 2), "    ab\n      ^");
        assert_eq!(excerpt(b"ab\n", 3), "    \n    ^");
        assert_eq!(
            excerpt("ä\tö\u{1}\u{ff}!".as_bytes(), 8),
            "    ä ö\u{fffd}ÿ!\n         ^"
        );
        assert_eq!(excerpt(b"a\xffb", 2), "    a\u{fffd}b\n      ^");
    }

    #[test]
    fn long_lines_are_cut_between_characters() {
        let text = "é".repeat(1000);
        let shown = excerpt(text.as_bytes(), 1000);
        let lines: Vec<_> = shown.lines().collect();
        assert_eq!(lines[0], format!("    …{}…", "é".repeat(36)));
        assert_eq!(lines[1].chars().count(), 4 + 1 + 18 + 1);
    }
}
