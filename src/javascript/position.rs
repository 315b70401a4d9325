//! Lines, columns and offsets in UTF-16.

use memchr::memchr_iter;

use super::tree::Tree;

/// A place in a text, as people count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line, counted from 1. Lines end with LF, CRLF, CR, U+2028 or U+2029, as the language has it.
    pub line: usize,
    /// The column, counted from 1 in Unicode characters.
    pub column: usize,
}

/// Where the lines of a text begin.
#[derive(Debug, Clone)]
pub struct LineIndex<'s> {
    source: &'s str,
    starts: Vec<u32>,
}

impl<'s> LineIndex<'s> {
    /// Finds the lines of a text.
    #[must_use]
    pub fn new(source: &'s str) -> Self {
        Self::with_ends(source, true)
    }

    /// Finds those of a program, which tells whether anything but a line feed ends one.
    pub(super) fn of(tree: &'s Tree<'s>) -> Self {
        Self::with_ends(tree.source(), tree.has_other_line_ends())
    }

    fn with_ends(source: &'s str, has_other_ends: bool) -> Self {
        let bytes = source.as_bytes();
        let mut starts = vec![0];
        if has_other_ends {
            let mut chars = source.char_indices().peekable();
            while let Some((at, char)) = chars.next() {
                let is_first_half = char == '\r' && chars.peek().is_some_and(|next| next.1 == '\n');
                if matches!(char, '\n' | '\r' | '\u{2028}' | '\u{2029}') && !is_first_half {
                    starts.push((at + char.len_utf8()) as u32);
                }
            }
        } else {
            starts.extend(memchr_iter(b'\n', bytes).map(|at| at as u32 + 1));
        }
        Self { source, starts }
    }

    /// How many lines there are. One that is empty at the end counts.
    #[must_use]
    pub fn count(&self) -> usize {
        self.starts.len()
    }

    /// The line of an offset in bytes, counted from 1.
    #[must_use]
    pub fn line(&self, offset: usize) -> usize {
        self.starts
            .partition_point(|start| *start as usize <= offset)
    }

    /// The bytes of a line, counted from 1, without its end.
    #[must_use]
    pub fn text(&self, line: usize) -> &'s str {
        let start = self.start(line);
        let end = self
            .starts
            .get(line)
            .map_or(self.source.len(), |end| *end as usize);
        let text = self.source.get(start..end).unwrap_or("");
        text.trim_end_matches(['\n', '\r', '\u{2028}', '\u{2029}'])
    }

    fn start(&self, line: usize) -> usize {
        let start = line.checked_sub(1).and_then(|line| self.starts.get(line));
        start.map_or(self.source.len(), |start| *start as usize)
    }

    /// The position of an offset in bytes.
    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        let line = self.line(offset);
        let before = self.before(line, offset);
        Position {
            line,
            column: 1 + before.chars().count(),
        }
    }

    /// The line, counted from 1, and the column in UTF-16, counted from 0, as `ESTree` has them.
    pub(super) fn location(&self, offset: usize) -> (usize, usize) {
        let line = self.line(offset);
        let before = self.before(line, offset);
        let column = if before.is_ascii() {
            before.len()
        } else {
            before.encode_utf16().count()
        };
        (line, column)
    }

    fn before(&self, line: usize, offset: usize) -> &'s str {
        self.source.get(self.start(line)..offset).unwrap_or("")
    }
}

/// How many bytes there are between two places that are counted once for all.
const STEP: usize = 128;

/// Offsets in bytes as offsets in UTF-16.
pub(super) struct Utf16<'s> {
    source: &'s [u8],
    /// Up to there they are the same.
    ascii: usize,
    /// The offset in UTF-16 of each [`STEP`] bytes behind that.
    steps: Vec<u32>,
}

impl<'s> Utf16<'s> {
    pub(super) fn new(tree: &'s Tree<'s>) -> Self {
        let source = tree.source().as_bytes();
        let ascii = tree.first_non_ascii().min(source.len());
        let mut steps = Vec::new();
        let mut units = ascii;
        for chunk in source[ascii..].chunks(STEP) {
            steps.push(units as u32);
            units += count(chunk);
        }
        steps.push(units as u32);
        Self {
            source,
            ascii,
            steps,
        }
    }

    pub(super) fn offset(&self, offset: usize) -> usize {
        if offset <= self.ascii {
            return offset;
        }
        let offset = offset.min(self.source.len());
        let step = (offset - self.ascii) / STEP;
        let counted = self.ascii + step * STEP;
        self.steps[step] as usize + count(&self.source[counted..offset])
    }
}

/// How many units of UTF-16 begin in bytes of UTF-8: one for each character, and another one for those of four bytes.
fn count(bytes: &[u8]) -> usize {
    let units = bytes.iter().map(|byte| match byte {
        0x80..=0xbf => 0,
        0xf0..=0xff => 2,
        _ => 1,
    });
    units.sum()
}
