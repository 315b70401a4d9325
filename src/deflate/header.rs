//! What the header of a gzip file says of its content (RFC 1952, section 2.3).

use super::Level;

/// What a member begins with: gzip's magic number, and DEFLATE.
const MAGIC: [u8; 3] = [0x1f, 0x8b, 8];

/// The length of what every header has.
const FIXED: usize = 10;

/// Flags of the header: which fields it has.
const HEADER_CHECKSUM: u8 = 0x02;
const EXTRA: u8 = 0x04;
const NAME: u8 = 0x08;
const COMMENT: u8 = 0x10;

/// The number of no system in particular.
const UNKNOWN_SYSTEM: u8 = 255;

/// What the header of a gzip file says of its content: for a [`GzipWriter`](super::GzipWriter) to write, and from
/// the first member that a [`GzipReader`](super::GzipReader) has read.
///
/// Nothing holds it to the truth: a name may lead out of any folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GzipHeader {
    name: Option<Vec<u8>>,
    comment: Option<Vec<u8>>,
    modified: u32,
    system: u8,
    /// How many bytes the fields have that are not kept.
    passed_over: usize,
}

impl GzipHeader {
    /// A header without a name, a comment and a time, from an unknown system.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            name: None,
            comment: None,
            modified: 0,
            system: UNKNOWN_SYSTEM,
            passed_over: 0,
        }
    }

    /// With the name that the content had as a file, without folders: by the RFC in ISO 8859-1, and in practice the
    /// bytes of the system. It ends at the first zero.
    #[must_use]
    pub fn with_name(mut self, name: &[u8]) -> Self {
        self.name = Some(until_zero(name));
        self
    }

    /// With a comment for people, which ends at the first zero.
    #[must_use]
    pub fn with_comment(mut self, comment: &[u8]) -> Self {
        self.comment = Some(until_zero(comment));
        self
    }

    /// With the time at which the content was changed last, in seconds since 1970; 0 for none.
    #[must_use]
    pub const fn with_modified(mut self, seconds: u32) -> Self {
        self.modified = seconds;
        self
    }

    /// With the number of the system that the content comes from, as the RFC counts them: 3 is Unix, and 255 an
    /// unknown one.
    #[must_use]
    pub const fn with_system(mut self, number: u8) -> Self {
        self.system = number;
        self
    }

    /// The name that the content had as a file, as it stands in the header.
    #[must_use]
    pub fn name(&self) -> Option<&[u8]> {
        self.name.as_deref()
    }

    /// The comment.
    #[must_use]
    pub fn comment(&self) -> Option<&[u8]> {
        self.comment.as_deref()
    }

    /// When the content was changed last, in seconds since 1970; 0 where the header does not say.
    #[must_use]
    pub const fn modified(&self) -> u32 {
        self.modified
    }

    /// The number of the system that the content comes from.
    #[must_use]
    pub const fn system(&self) -> u8 {
        self.system
    }

    /// How many bytes the header has in its file, with fields that are not kept here.
    #[must_use]
    pub fn encoded_len(&self) -> usize {
        let texts = [&self.name, &self.comment].into_iter().flatten();
        FIXED + self.passed_over + texts.map(|text| text.len() + 1).sum::<usize>()
    }

    /// The header in a file of a level.
    pub(super) fn encode(&self, level: Level) -> Vec<u8> {
        let how = match level.number() {
            0 | 1 => 4,
            9.. => 2,
            _ => 0,
        };
        let mut flags = 0;
        let mut texts = Vec::new();
        for (text, flag) in [(&self.name, NAME), (&self.comment, COMMENT)] {
            if let Some(text) = text {
                flags |= flag;
                texts.extend(text);
                texts.push(0);
            }
        }
        let mut header = MAGIC.to_vec();
        header.push(flags);
        header.extend(self.modified.to_le_bytes());
        header.extend([how, self.system]);
        header.extend(texts);
        header
    }

    /// The header that a file begins with. Nothing where it has not come whole, or is none.
    pub(super) fn decode(file: &[u8]) -> Option<Self> {
        let (fixed, mut rest) = file.split_first_chunk::<FIXED>()?;
        let &[a, b, method, flags, time @ .., _how, system] = fixed;
        if [a, b, method] != MAGIC {
            return None;
        }
        if flags & EXTRA != 0 {
            let (len, behind) = rest.split_first_chunk()?;
            rest = behind.get(usize::from(u16::from_le_bytes(*len))..)?;
        }
        let mut text = |flag| {
            if flags & flag == 0 {
                return Some(None);
            }
            let end = rest.iter().position(|&byte| byte == 0)?;
            let text = rest[..end].to_vec();
            rest = &rest[end + 1..];
            Some(Some(text))
        };
        let mut header = Self {
            name: text(NAME)?,
            comment: text(COMMENT)?,
            modified: u32::from_le_bytes(time),
            system,
            passed_over: 0,
        };
        if flags & HEADER_CHECKSUM != 0 {
            rest = rest.get(2..)?;
        }
        header.passed_over = file.len() - rest.len() - header.encoded_len();
        Some(header)
    }
}

impl Default for GzipHeader {
    fn default() -> Self {
        Self::new()
    }
}

fn until_zero(bytes: &[u8]) -> Vec<u8> {
    bytes
        .iter()
        .copied()
        .take_while(|&byte| byte != 0)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let plain = GzipHeader::new();
        for header in [
            plain.clone(),
            plain.clone().with_name(b"a.txt").with_modified(1),
            plain.clone().with_comment(b"").with_system(3),
            plain.with_name(b"a\0b").with_comment(b"c"),
        ] {
            let mut file = header.encode(Level::DEFAULT);
            assert_eq!(file.len(), header.encoded_len());
            for len in 0..file.len() {
                assert_eq!(GzipHeader::decode(&file[..len]), None, "{len} bytes");
            }
            file.extend(b"what follows");
            assert_eq!(GzipHeader::decode(&file), Some(header));
        }
    }

    #[test]
    fn fields_that_are_not_kept_are_counted() {
        let file = b"\x1f\x8b\x08\x1e\x04\x03\x02\x01\0\x03\x02\0exname\0comment\0sum and more";
        let header = GzipHeader::decode(file).unwrap();
        assert_eq!(header.name(), Some(&b"name"[..]));
        assert_eq!(header.comment(), Some(&b"comment"[..]));
        assert_eq!((header.modified(), header.system()), (0x0102_0304, 3));
        assert_eq!(header.encoded_len(), 10 + 4 + 5 + 8 + 2);
        for len in 0..header.encoded_len() {
            assert_eq!(GzipHeader::decode(&file[..len]), None, "{len} bytes");
        }
        assert_eq!(GzipHeader::decode(b"\x1f\x8b\x07\0\0\0\0\0\0\x03"), None);
    }
}
