//! An LZ4 frame that is being made: its state, and what a step gives.

use std::fmt;
use std::sync::LazyLock;

use kilowat_kernels::lz4::{encode_phase, encode_state, last};

use super::encode;
use super::format::{FARTHEST, INDEPENDENT};
use super::options::Lz4FrameOptions;
use super::places::Places;
use super::state::{Content, Field, HISTORY, PLACES_FIELD, StateBytes};
use crate::answer::{Answer, Form};
use crate::ops::lz4::error::Lz4Error;
use crate::refusal::Refusal;
use crate::value::{Kind, Value};

/// A frame that is being made: the state of the kernel `lz4_frame_encode`, owned or borrowed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Lz4EncoderState<B = Vec<u8>>(pub(crate) StateBytes<B>);

impl<B: AsRef<[u8]>> fmt::Debug for Lz4EncoderState<B> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Lz4EncoderState")
            .field("options", &self.options())
            .field("position", &self.position())
            .field("consumed", &self.consumed())
            .finish_non_exhaustive()
    }
}

impl Lz4EncoderState {
    pub(crate) const SIZE: usize = encode_state::SIZE;

    /// A frame that has not begun.
    #[must_use]
    pub fn new(options: &Lz4FrameOptions) -> Self {
        let mut bytes = StateBytes(vec![0; Self::SIZE]);
        let content = Content {
            flags: options.flags(),
            size: options.declared_size().unwrap_or_default(),
            position: 0,
            lanes: [0; 4],
        };
        bytes.set_content(&content);
        Self(bytes)
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Self {
        Self(StateBytes(bytes.to_vec()))
    }

    /// Puts other places into the state.
    #[cfg(feature = "native")]
    pub(crate) fn remember(&mut self, mut place: impl FnMut() -> u16) {
        for entry in self.0.0[PLACES_FIELD..].as_chunks_mut().0 {
            *entry = place().to_le_bytes();
        }
    }
}

/// A frame with the options that are meant where nothing is said of them.
static DEFAULT_FRAME: LazyLock<Lz4EncoderState> =
    LazyLock::new(|| Lz4EncoderState::new(&Lz4FrameOptions::new()));

impl<'a> Lz4EncoderState<&'a [u8]> {
    /// A frame that has not begun, with the default options.
    pub(crate) fn start() -> Self {
        DEFAULT_FRAME.as_ref()
    }

    /// The state that these bytes are: such as a step can begin with.
    pub(crate) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let state = (bytes.len() == Lz4EncoderState::SIZE).then_some(StateBytes(bytes))?;
        let content = state.content();
        let has_begun = match state.get(Field::Phase) {
            encode_phase::HEADER => content.position == 0,
            encode_phase::BLOCKS => content.position <= FARTHEST,
            _ => false,
        };
        let can_be_made = Lz4FrameOptions::from_flags(content.flags, content.size).is_some();
        let state = Self(state);
        (has_begun && can_be_made && state.has_sound_places()).then_some(state)
    }
}

impl<B: AsRef<[u8]>> Lz4EncoderState<B> {
    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.0.as_ref()
    }

    /// The same, borrowed.
    #[must_use]
    pub fn as_ref(&self) -> Lz4EncoderState<&[u8]> {
        Lz4EncoderState(StateBytes(self.bytes()))
    }

    /// The same, owned.
    #[must_use]
    pub fn to_owned(&self) -> Lz4EncoderState {
        Lz4EncoderState::from_bytes(self.bytes())
    }

    /// Whether the header is written.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        self.0.get(Field::Phase) != encode_phase::HEADER
    }

    /// The header, where it is still to be written.
    pub(crate) fn header(&self) -> Option<Vec<u8>> {
        let content = self.0.content();
        (!self.has_begun()).then(|| encode::header(content.flags, content.size))
    }

    /// Whether no place is remembered where there is no content. Behind so much, all places that there
    /// can be are in the window.
    pub(crate) fn has_sound_places(&self) -> bool {
        let content = self.0.content();
        content.has(INDEPENDENT)
            || content.position >= HISTORY
            || Places(&self.bytes()[PLACES_FIELD..]).are_within(content.position)
    }

    /// What it says but for the places.
    pub(crate) fn without_places(&self) -> &[u8] {
        &self.bytes()[..PLACES_FIELD]
    }

    /// The options that it began with.
    #[must_use]
    pub fn options(&self) -> Lz4FrameOptions {
        let content = self.0.content();
        Lz4FrameOptions::nearest_to_flags(content.flags, content.size)
    }

    /// The length of the content so far.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.0.content().position
    }

    /// How many bytes of content the next step wants before the new ones.
    #[must_use]
    pub fn history(&self) -> usize {
        self.0.content().encoder_history()
    }

    /// How many of the new bytes the last step has taken.
    #[must_use]
    pub fn consumed(&self) -> usize {
        self.0.get(Field::Consumed) as usize
    }
}

impl Lz4EncoderState<&[u8]> {
    /// The step that needs no compressor: all blocks of it are stored. `src` is the history and the piece
    /// behind it.
    ///
    /// # Errors
    /// [`Lz4Error::Malformed`] where the frame ends, and its content has another length than the options
    /// say.
    pub fn store(self, src: &[u8], last: Lz4Last) -> Result<Lz4Encoded, Lz4Error> {
        encode::step(self, src, last, usize::MAX, |_, _| None)
    }
}

/// How much of a piece a step takes, and whether the frame ends with it: the kernel's `last`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lz4Last {
    /// Whole blocks. The rest of the piece is to come again.
    WholeBlocks = last::NO as isize,
    /// All of it, and the frame ends.
    Finish = last::END as isize,
    /// All of it, the last block of it may be short, and the frame goes on.
    Flush = last::FLUSH as isize,
}

impl Lz4Last {
    /// In the order of the kernel's numbers.
    pub(crate) const ALL: [Self; 3] = [Self::WholeBlocks, Self::Finish, Self::Flush];
}

/// What a step makes of a piece of content: the next state, and bytes of the frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lz4Encoded {
    /// The next state.
    pub state: Lz4EncoderState,
    /// Bytes of the frame.
    pub bytes: Vec<u8>,
}

impl Answer for Lz4Encoded {
    const FORM: Form = Form::of(Kind::Map);

    fn bytes(&self) -> Vec<u8> {
        [self.state.bytes(), &self.bytes].concat()
    }

    fn value(self) -> Result<Value, Refusal> {
        let Self { state, bytes } = self;
        Ok(Value::map([
            ("history", Value::Integer(state.history() as u64)),
            ("consumed", Value::Integer(state.consumed() as u64)),
            ("state", Value::Bytes(state.bytes().to_vec())),
            ("bytes", Value::Bytes(bytes)),
        ]))
    }

    fn from_value(value: Result<&Value, &Refusal>) -> Option<Self> {
        let Ok(Value::Map(map)) = value else {
            return None;
        };
        match (map.get("state"), map.get("bytes")) {
            (Some(Value::Bytes(state)), Some(Value::Bytes(bytes))) => Some(Self {
                state: Lz4EncoderState::from_bytes(state),
                bytes: bytes.clone(),
            }),
            _ => None,
        }
    }
}
