//! The 40 bytes before the header: where each number stands, and whether they can be true.

use super::sealed::OVERHEAD;
use super::{EnvelopeError, LONGEST_HEADER, Priority};
use crate::identity::Id;

pub(super) const MAGIC: [u8; 4] = *b"KWM1";

/// The bits of the flags.
pub(super) const COMPRESSED: u8 = 1;
pub(super) const SEALED: u8 = 2;
pub(super) const JSON: u8 = 4;

/// The length of the head, and where the sum stands in it, which is the last that does.
pub(super) const HEAD: usize = 40;
const SUM: usize = 32;

/// The longest body that lengths of 32 bits, and the kernels, can say.
pub(super) const MOST_BODY: usize = 1 << 30;

/// The head without the sum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) flags: u8,
    pub(super) priority: Priority,
    /// Lengths: of the header, of the body as it stands, and of the body itself.
    pub(super) header: usize,
    pub(super) body: usize,
    pub(super) raw: usize,
    pub(super) id: Id,
}

impl Head {
    /// Reads the head of an envelope, of which nothing may be missing. Its lengths are true of these bytes.
    pub(super) fn read(bytes: &[u8], longest: usize) -> Result<Self, EnvelopeError> {
        let len = bytes.len();
        let Some(head) = bytes.first_chunk::<HEAD>() else {
            return Err(EnvelopeError::Cut { len, needed: HEAD });
        };
        if head[..4] != MAGIC {
            return Err(EnvelopeError::Magic);
        }
        let flags = head[4];
        if flags & !(COMPRESSED | SEALED | JSON) != 0 {
            return Err(EnvelopeError::Flags { flags });
        }
        let priority = Priority::of(head[5]).ok_or(EnvelopeError::Priority { found: head[5] })?;
        let number = |at: usize| {
            u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]) as usize
        };
        let header = usize::from(u16::from_le_bytes([head[6], head[7]]));
        if header > LONGEST_HEADER {
            return Err(EnvelopeError::LongHeader { len: header });
        }
        let (body, raw) = (number(8), number(12));
        let most = longest.min(MOST_BODY);
        // Of a sealed body less is the message's own.
        let around = if flags & SEALED == 0 { 0 } else { OVERHEAD };
        let Some(own) = body.checked_sub(around) else {
            return Err(EnvelopeError::ShortSealed { len: body });
        };
        if raw.max(own) > most {
            let len = raw.max(own);
            return Err(EnvelopeError::LongBody { len, most });
        }
        if flags & COMPRESSED == 0 && raw != own {
            return Err(EnvelopeError::Lengths { body: own, raw });
        }
        let needed = HEAD + header + body;
        if len < needed {
            return Err(EnvelopeError::Cut { len, needed });
        }
        if len > needed {
            return Err(EnvelopeError::Behind { at: needed, len });
        }
        let mut id = [0; 16];
        id.copy_from_slice(&head[16..SUM]);
        Ok(Self {
            flags,
            priority,
            header,
            body,
            raw,
            id: Id::from_bytes(id),
        })
    }

    /// Writes all but the sum.
    pub(super) fn write_without_sum(&self, bytes: &mut Vec<u8>) {
        bytes.extend(MAGIC);
        bytes.extend([self.flags, self.priority.number()]);
        bytes.extend((self.header as u16).to_le_bytes());
        bytes.extend((self.body as u32).to_le_bytes());
        bytes.extend((self.raw as u32).to_le_bytes());
        bytes.extend(self.id.as_bytes());
    }
}

/// Puts the sum in its place.
pub(super) fn insert_sum(bytes: &mut Vec<u8>, sum: u64) {
    bytes.splice(SUM..SUM, sum.to_le_bytes());
}

/// The sum that an envelope with a sound head has.
pub(super) fn sum(bytes: &[u8]) -> u64 {
    let sum = bytes[SUM..HEAD].iter().rev();
    sum.fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

/// What the sum is of: all that stands before it, and all that stands behind it.
pub(super) fn around_sum(bytes: &[u8]) -> (&[u8], &[u8]) {
    (&bytes[..SUM], &bytes[HEAD..])
}
