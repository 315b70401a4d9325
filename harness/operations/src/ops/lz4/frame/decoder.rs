//! LZ4 frames that are being read: their state, and what a step gives.

use std::fmt;

use kilowat_kernels::lz4::{decode_state, phase};

#[cfg(feature = "native")]
use super::encoder::Lz4EncoderState;
use super::fault::{Lz4FrameFault, Lz4PieceError};
use super::format::{CONTENT_SIZE, FARTHEST, INDEPENDENT, LEGACY_BLOCK};
use super::options::Lz4FrameOptions;
use super::state::{Field, StateBytes};
use crate::answer::{Answer, Form};
use crate::refusal::Refusal;
use crate::value::{Kind, Value};

/// What a decoder reads next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    NoFrameYet = phase::NO_FRAME_YET as isize,
    Between = phase::BETWEEN as isize,
    Blocks = phase::BLOCKS as isize,
    Legacy = phase::LEGACY as isize,
    Skipping = phase::SKIPPING as isize,
}

impl Phase {
    const ALL: [Self; 5] = [
        Self::NoFrameYet,
        Self::Between,
        Self::Blocks,
        Self::Legacy,
        Self::Skipping,
    ];

    fn from_number(number: u32) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|phase| *phase as u32 == number)
    }
}

/// Frames that are being read: the state of the kernel `lz4_frame_decode`, owned or borrowed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Lz4DecoderState<B = Vec<u8>>(pub(crate) StateBytes<B>);

impl<B: AsRef<[u8]>> fmt::Debug for Lz4DecoderState<B> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Lz4DecoderState")
            .field("phase", &self.phase())
            .field("position", &self.position())
            .field("consumed", &self.consumed())
            .field("produced", &self.produced())
            .field("source_needed", &self.source_needed())
            .field("room_needed", &self.room_needed())
            .field("fault", &self.fault())
            .finish_non_exhaustive()
    }
}

impl Default for Lz4DecoderState {
    fn default() -> Self {
        Self(StateBytes(vec![0; Self::SIZE]))
    }
}

impl Lz4DecoderState {
    pub(crate) const SIZE: usize = decode_state::SIZE;

    pub(crate) fn from_bytes(bytes: &[u8]) -> Self {
        Self(StateBytes(bytes.to_vec()))
    }

    /// Where the next block of a frame that is being made is to be read, whatever size its header says.
    #[cfg(feature = "native")]
    pub(crate) fn behind(encoder: Lz4EncoderState<&[u8]>) -> Self {
        let mut content = encoder.0.content();
        if !encoder.has_begun() {
            content.begin();
        }
        content.flags &= !CONTENT_SIZE;
        let mut state = Self::default();
        state.0.set(Field::Phase, Phase::Blocks as u32);
        state.0.set(
            Field::BlockSize,
            super::format::block_size(content.flags) as u32,
        );
        state.0.set_content(&content);
        state
    }
}

impl<'a> Lz4DecoderState<&'a [u8]> {
    /// Where no frame has begun.
    pub(crate) fn start() -> Self {
        Self(StateBytes(&[0; Lz4DecoderState::SIZE]))
    }

    /// The state that these bytes are: such as a step can begin with.
    pub(crate) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let state = (bytes.len() == Lz4DecoderState::SIZE).then_some(Self(StateBytes(bytes)))?;
        let content = state.0.content();
        let block_size = state.0.get(Field::BlockSize) as usize;
        let is_sound = match Phase::from_number(state.0.get(Field::Phase))? {
            Phase::NoFrameYet | Phase::Between => true,
            Phase::Skipping => state.0.get(Field::ToSkip) > 0,
            Phase::Legacy => content.flags == INDEPENDENT && block_size == LEGACY_BLOCK,
            Phase::Blocks => {
                Lz4FrameOptions::from_flags(content.flags, content.size).is_some()
                    && block_size == super::format::block_size(content.flags)
                    && (!content.has(CONTENT_SIZE) || content.position <= content.size)
            }
        };
        let may_go_on = state.fault().is_none() && content.position <= FARTHEST;
        (is_sound && may_go_on).then_some(state)
    }
}

impl<B: AsRef<[u8]>> Lz4DecoderState<B> {
    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.0.as_ref()
    }

    /// The same, borrowed.
    #[must_use]
    pub fn as_ref(&self) -> Lz4DecoderState<&[u8]> {
        Lz4DecoderState(StateBytes(self.bytes()))
    }

    /// The same, owned.
    #[must_use]
    pub fn to_owned(&self) -> Lz4DecoderState {
        Lz4DecoderState::from_bytes(self.bytes())
    }

    pub(crate) fn phase(&self) -> Phase {
        Phase::from_number(self.0.get(Field::Phase)).unwrap_or(Phase::NoFrameYet)
    }

    /// Whether the source may end here.
    #[must_use]
    pub fn may_end(&self) -> bool {
        matches!(self.phase(), Phase::Between | Phase::Legacy)
    }

    /// The length of the frame's content so far.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.0.content().position
    }

    /// The length of the frame's content as its header says it, if a frame is being read whose header
    /// does.
    #[must_use]
    pub fn content_size(&self) -> Option<u64> {
        let content = self.0.content();
        (self.phase() == Phase::Blocks && content.has(CONTENT_SIZE)).then_some(content.size)
    }

    /// How many bytes of content the next step wants before the new ones.
    #[must_use]
    pub fn history(&self) -> usize {
        self.0.content().history()
    }

    /// How many bytes of the source the last step has taken. After a fault, what it is about begins
    /// there.
    #[must_use]
    pub fn consumed(&self) -> usize {
        self.0.get(Field::Consumed) as usize
    }

    /// How many bytes of content it has given.
    #[must_use]
    pub fn produced(&self) -> usize {
        self.0.get(Field::Produced) as usize
    }

    /// How many bytes the next element has, or at least has, where the source ended within it.
    #[must_use]
    pub fn source_needed(&self) -> Option<usize> {
        Some(self.0.get(Field::SourceNeeded) as usize).filter(|len| *len > 0)
    }

    /// How much room the next block may take, where there was less.
    #[must_use]
    pub fn room_needed(&self) -> Option<usize> {
        Some(self.0.get(Field::RoomNeeded) as usize).filter(|len| *len > 0)
    }

    /// What was found to be wrong.
    #[must_use]
    pub fn fault(&self) -> Option<Lz4FrameFault> {
        Lz4FrameFault::from_number(self.0.get(Field::Wrong))
    }
}

/// What a step makes of a piece of the source: the next state, and bytes of content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lz4Decoded {
    /// The next state. It says what was wrong, if anything was.
    pub state: Lz4DecoderState,
    /// Bytes of content, up to what was wrong.
    pub bytes: Vec<u8>,
}

impl Answer for Lz4Decoded {
    const FORM: Form = Form::of(Kind::Map).or_refusal();

    fn bytes(&self) -> Vec<u8> {
        [self.state.bytes(), &self.bytes].concat()
    }

    fn value(self) -> Result<Value, Refusal> {
        let Self { state, bytes } = self;
        if let Some(fault) = state.fault() {
            let offset = state.consumed();
            return Err(Lz4PieceError { offset, fault }.into());
        }
        let needed =
            |len: Option<usize>| len.map_or(Value::Nothing, |len| Value::Integer(len as u64));
        Ok(Value::map([
            ("history", Value::Integer(state.history() as u64)),
            ("consumed", Value::Integer(state.consumed() as u64)),
            ("may_end", Value::Bool(state.may_end())),
            ("source_needed", needed(state.source_needed())),
            ("room_needed", needed(state.room_needed())),
            ("state", Value::Bytes(state.bytes().to_vec())),
            ("bytes", Value::Bytes(bytes)),
        ]))
    }
}
