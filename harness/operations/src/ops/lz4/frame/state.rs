//! The states of frames that come in pieces, in the layout of the kernels.

use kilowat_kernels::lz4::{decode_state, encode_state};

use super::format::{INDEPENDENT, long_at, word_at};

/// What both states say of the content so far.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Content {
    pub(crate) flags: u32,
    pub(crate) size: u64,
    pub(crate) position: u64,
    pub(crate) lanes: [u32; 4],
}

/// How far back content is kept.
pub(crate) const HISTORY: u64 = 1 << 16;

impl Content {
    pub(crate) fn has(&self, flag: u32) -> bool {
        self.flags & flag != 0
    }

    pub(crate) fn history(&self) -> usize {
        self.position.min(HISTORY) as usize
    }

    /// How much content an encoder wants before the next piece: what matches may reach, or what is in no
    /// stripe of the hash yet.
    pub(crate) fn encoder_history(&self) -> usize {
        if self.has(INDEPENDENT) {
            self.unhashed()
        } else {
            self.history()
        }
    }

    /// How far before the next block its matches may reach.
    pub(crate) fn window(&self) -> usize {
        if self.has(INDEPENDENT) {
            0
        } else {
            self.history()
        }
    }
}

/// A field of a state, of type u32.
#[derive(Clone, Copy)]
pub(crate) enum Field {
    Phase = decode_state::PHASE.start as isize,
    Flags = decode_state::FLAGS.start as isize,
    Consumed = decode_state::CONSUMED.start as isize,
    Produced = decode_state::PRODUCED.start as isize,
    BlockSize = decode_state::BLOCK_SIZE.start as isize,
    ToSkip = decode_state::TO_SKIP.start as isize,
    SourceNeeded = decode_state::SOURCE_NEEDED.start as isize,
    RoomNeeded = decode_state::ROOM_NEEDED.start as isize,
    Wrong = decode_state::WRONG.start as isize,
}

// Both states have these fields, and those up to `Consumed`, in the same places.
pub(crate) const SIZE_FIELD: usize = decode_state::CONTENT_SIZE.start;
pub(crate) const POSITION_FIELD: usize = decode_state::POSITION.start;
pub(crate) const LANES_FIELD: usize = decode_state::LANES.start;
pub(crate) const PLACES_FIELD: usize = encode_state::PLACES.start;

/// A state's bytes, in the layout of the kernels.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct StateBytes<B>(pub(crate) B);

impl<B: AsRef<[u8]>> StateBytes<B> {
    pub(crate) fn get(&self, field: Field) -> u32 {
        word_at(self.0.as_ref(), field as usize).unwrap_or_default()
    }

    pub(crate) fn content(&self) -> Content {
        let bytes = self.0.as_ref();
        let long = |offset| long_at(bytes, offset).unwrap_or_default();
        let word = |offset| word_at(bytes, offset).unwrap_or_default();
        Content {
            flags: self.get(Field::Flags),
            size: long(SIZE_FIELD),
            position: long(POSITION_FIELD),
            lanes: std::array::from_fn(|lane| word(LANES_FIELD + 4 * lane)),
        }
    }
}

impl StateBytes<Vec<u8>> {
    pub(crate) fn set(&mut self, field: Field, value: u32) {
        self.0[field as usize..][..4].copy_from_slice(&value.to_le_bytes());
    }

    pub(crate) fn set_content(&mut self, content: &Content) {
        self.set(Field::Flags, content.flags);
        self.0[SIZE_FIELD..][..8].copy_from_slice(&content.size.to_le_bytes());
        self.0[POSITION_FIELD..][..8].copy_from_slice(&content.position.to_le_bytes());
        for (lane, bytes) in content
            .lanes
            .iter()
            .zip(self.0[LANES_FIELD..].chunks_mut(4))
        {
            bytes.copy_from_slice(&lane.to_le_bytes());
        }
    }
}
