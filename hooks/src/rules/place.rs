//! What stands around a literal that a rule looks closer at.

use std::ops::Range;

use crate::scan::Source;
use crate::syntax::Kind;

/// No check looks further than this many bytes, unless it keeps how far it has read: so all of them together take
/// time in proportion to the file, whatever stands in it.
pub(super) const REACH: usize = 512;

/// A literal that a rule looks closer at.
#[derive(Debug)]
pub(crate) struct Place<'a> {
    pub(super) source: &'a Source<'a>,
    /// Where the literal begins.
    pub(super) start: usize,
    /// Where it ends.
    pub(super) end: usize,
    /// How far the rule has read: what begins before that belongs to what it has seen.
    pub(super) read: &'a mut usize,
}

/// Whether a byte belongs to a word, as nearly all languages have them.
pub(crate) const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

impl<'a> Place<'a> {
    pub(super) fn bytes(&self) -> &'a [u8] {
        self.source.bytes
    }

    /// The byte at an offset; 0 behind the end.
    pub(super) fn byte(&self, at: usize) -> u8 {
        self.source.bytes.get(at).copied().unwrap_or_default()
    }

    /// The byte before an offset; a line end at the start.
    pub(super) fn byte_before(&self, at: usize) -> u8 {
        at.checked_sub(1).map_or(b'\n', |at| self.source.bytes[at])
    }

    pub(super) fn kind(&self, at: usize) -> Kind {
        self.source.regions.kind_at(at)
    }

    /// The literal itself.
    pub(super) fn itself(&self) -> Range<usize> {
        self.start..self.end
    }

    /// Whether no word goes on before the literal.
    pub(super) fn begins_word(&self) -> bool {
        !is_word(self.byte_before(self.start))
    }

    /// Whether no word goes on behind the literal.
    pub(super) fn ends_word(&self) -> bool {
        !is_word(self.byte(self.end))
    }

    /// What stands behind an offset, as far as a check may look.
    pub(super) fn behind(&self, at: usize) -> &'a [u8] {
        let end = (at + REACH).min(self.source.bytes.len());
        self.source.bytes.get(at..end).unwrap_or_default()
    }

    /// What stands before an offset, as far as a check may look.
    pub(super) fn before(&self, at: usize) -> &'a [u8] {
        &self.source.bytes[at.saturating_sub(REACH)..at]
    }

    /// The line up to an offset, as far as a check may look.
    pub(super) fn line_before(&self, at: usize) -> &'a [u8] {
        let before = self.before(at);
        let line = before.iter().rposition(|byte| *byte == b'\n');
        &before[line.map_or(0, |end| end + 1)..]
    }

    /// The line from an offset on, as far as a check may look.
    pub(super) fn line_behind(&self, at: usize) -> &'a [u8] {
        let behind = self.behind(at);
        let end = behind.iter().position(|byte| *byte == b'\n');
        &behind[..end.unwrap_or(behind.len())]
    }

    /// The first offset from here on that has no blank and no line end, as far as a check may look.
    pub(super) fn skip_space(&self, at: usize) -> usize {
        let behind = self.behind(at);
        let blanks = behind.iter().take_while(|byte| byte.is_ascii_whitespace());
        at + blanks.count()
    }

    /// The last byte before an offset that is no blank and no line end, as far as a check may look, and what it is.
    pub(super) fn last_before(&self, at: usize) -> (usize, u8) {
        let before = self.before(at);
        let place = before.iter().rposition(|byte| !byte.is_ascii_whitespace());
        match place {
            Some(place) => (at - before.len() + place, before[place]),
            None => (at - before.len(), b'\n'),
        }
    }

    /// The word that ends before an offset.
    pub(super) fn word_before(&self, at: usize) -> &'a [u8] {
        let before = self.before(at);
        let start = before.iter().rposition(|byte| !is_word(*byte));
        &before[start.map_or(0, |end| end + 1)..]
    }

    /// Whether a text begins at an offset.
    pub(super) fn is_at(&self, at: usize, text: &str) -> bool {
        self.source
            .bytes
            .get(at..)
            .is_some_and(|rest| rest.starts_with(text.as_bytes()))
    }
}

/// Bytes without the blanks around them.
pub(super) fn trim(bytes: &[u8]) -> &[u8] {
    bytes.trim_ascii()
}
