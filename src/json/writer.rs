//! Words of a tape, one behind the other.

use super::tape::tag;

/// Writes a tape. Where a value is open, its first word is written when it is closed.
#[derive(Debug, Default)]
pub(super) struct Writer {
    bytes: Vec<u8>,
}

/// An array or an object that is not complete.
#[derive(Debug)]
pub(super) struct Open {
    /// The offset of its first word in bytes.
    start: usize,
    tag: u8,
    count: u64,
}

impl Writer {
    /// How many bytes there are.
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// The string whose first word stands at an offset in bytes, for a message.
    pub(super) fn string_at(&self, offset: usize) -> String {
        let word = self.bytes[offset..].first_chunk().copied();
        let len = u64::from_le_bytes(word.unwrap_or_default()) >> tag::LENGTH_SHIFT;
        let behind = self.bytes.iter().skip(offset + size_of::<u64>());
        let bytes: Vec<u8> = behind.take(len as usize).copied().collect();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    fn word(&mut self, word: u64) {
        self.bytes.extend_from_slice(&word.to_le_bytes());
    }

    pub(super) fn null(&mut self) {
        self.word(tag::NULL.into());
    }

    pub(super) fn boolean(&mut self, value: bool) {
        self.word(if value { tag::TRUE } else { tag::FALSE }.into());
    }

    pub(super) fn signed(&mut self, value: i64) {
        self.word(tag::SIGNED.into());
        self.word(value.cast_unsigned());
    }

    /// Integers that fit are signed ones: each has one form.
    pub(super) fn unsigned(&mut self, value: u64) {
        if let Ok(value) = i64::try_from(value) {
            return self.signed(value);
        }
        self.word(tag::UNSIGNED.into());
        self.word(value);
    }

    /// A number that is finite.
    pub(super) fn float(&mut self, value: f64) {
        self.word(tag::FLOAT.into());
        self.word(value.to_bits());
    }

    pub(super) fn string(&mut self, text: &str) {
        self.word((text.len() as u64) << tag::LENGTH_SHIFT | u64::from(tag::OWN_STRING));
        self.bytes.extend_from_slice(text.as_bytes());
        let whole = self.bytes.len().next_multiple_of(size_of::<u64>());
        self.bytes.resize(whole, 0);
    }

    pub(super) fn open(&mut self, tag: u8) -> Open {
        let start = self.bytes.len();
        self.word(0);
        Open {
            start,
            tag,
            count: 0,
        }
    }

    pub(super) fn close(&mut self, open: &Open) {
        let behind = (self.bytes.len() / size_of::<u64>()) as u64;
        let word =
            u64::from(open.tag) | open.count << tag::COUNT_SHIFT | behind << tag::BEHIND_SHIFT;
        self.bytes[open.start..][..size_of::<u64>()].copy_from_slice(&word.to_le_bytes());
    }
}

impl Open {
    /// Counts one value, or one member, more; and says how many there were.
    pub(super) fn count(&mut self) -> u64 {
        let before = self.count;
        self.count += 1;
        before
    }
}
