//! LZ4 frames: options, states and errors, and the native twins of the kernels.
//!
//! The reference crate buffers and cuts otherwise than the kernels do, and tells other errors apart.
//! So frames are made and read here as in the kernels, step by step, over the twins of the block
//! kernels; and the tests of the root package hold both to `lz4_flex` and to the `lz4` tool.

use std::fmt;
use std::sync::LazyLock;

use twox_hash::XxHash32;

use crate::ops::answer::OperationError;
use crate::ops::lz4_block::{self, Lz4Error, Places, Window};
use crate::ops::{Answer, Datum};
use kilowat_kernels::lz4::{decode_state, encode_phase, encode_state, flag, last, phase, wrong};

/// How much content a block of a frame may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lz4BlockSize {
    /// 64 KiB.
    KiB64,
    /// 256 KiB.
    #[default]
    KiB256,
    /// 1 MiB.
    MiB1,
    /// 4 MiB.
    MiB4,
}

impl Lz4BlockSize {
    /// In bytes.
    #[must_use]
    pub fn bytes(self) -> usize {
        block_size(self.flags())
    }

    fn flags(self) -> u32 {
        match self {
            Self::KiB64 => 0x4000,
            Self::KiB256 => 0x5000,
            Self::MiB1 => 0x6000,
            Self::MiB4 => 0x7000,
        }
    }
}

/// How an LZ4 frame is made: with linked blocks of 256 KiB and a checksum of the content, where
/// nothing else is said.
///
/// ```
/// use kilowat_operations::ops::{Lz4BlockSize, Lz4FrameOptions};
///
/// let options = Lz4FrameOptions::new()
///     .block_size(Lz4BlockSize::MiB4)
///     .linked(false)
///     .content_size(Some(1 << 30));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lz4FrameOptions {
    block_size: Lz4BlockSize,
    linked: bool,
    block_checksums: bool,
    content_checksum: bool,
    content_size: Option<u64>,
}

impl Default for Lz4FrameOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl Lz4FrameOptions {
    /// Linked blocks of 256 KiB and a checksum of the content.
    #[must_use]
    pub fn new() -> Self {
        Self {
            block_size: Lz4BlockSize::default(),
            linked: true,
            block_checksums: false,
            content_checksum: true,
            content_size: None,
        }
    }

    /// How much content a block holds. Longer blocks compress better and need more memory on both
    /// sides.
    #[must_use]
    pub fn block_size(self, block_size: Lz4BlockSize) -> Self {
        Self { block_size, ..self }
    }

    /// Whether a block may refer to the content before it. That compresses better, above all short
    /// blocks; but then each block needs the one before it to be read.
    #[must_use]
    pub fn linked(self, linked: bool) -> Self {
        Self { linked, ..self }
    }

    /// Whether each block has a checksum, so that damage is seen before the block is read. It is that
    /// of the block's data, and not of the bit that says whether the data is compressed.
    #[must_use]
    pub fn block_checksums(self, block_checksums: bool) -> Self {
        Self {
            block_checksums,
            ..self
        }
    }

    /// Whether the content has a checksum.
    #[must_use]
    pub fn content_checksum(self, content_checksum: bool) -> Self {
        Self {
            content_checksum,
            ..self
        }
    }

    /// The length of the content, where the header is to say it. A content of another length is an
    /// error.
    #[must_use]
    pub fn content_size(self, content_size: Option<u64>) -> Self {
        Self {
            content_size,
            ..self
        }
    }

    /// The length of the content, where the header is to say it.
    #[must_use]
    pub fn declared_size(&self) -> Option<u64> {
        self.content_size
    }

    /// How many bytes of content a block holds.
    #[must_use]
    pub fn block_bytes(&self) -> usize {
        self.block_size.bytes()
    }

    /// The first two bytes of the frame's descriptor, as the kernels take them.
    #[must_use]
    pub fn flags(&self) -> u32 {
        let mut flags = VERSION | self.block_size.flags();
        for (is_set, flag) in [
            (!self.linked, INDEPENDENT),
            (self.block_checksums, BLOCK_CHECKSUM),
            (self.content_checksum, CONTENT_CHECKSUM),
            (self.content_size.is_some(), CONTENT_SIZE),
        ] {
            if is_set {
                flags |= flag;
            }
        }
        flags
    }

    /// The options that have these flags, if any do.
    pub(super) fn from_flags(flags: u32, content_size: u64) -> Option<Self> {
        let options = Self::nearest_to_flags(flags, content_size);
        (options.flags() == flags).then_some(options)
    }

    fn nearest_to_flags(flags: u32, content_size: u64) -> Self {
        let has = |flag| flags & flag != 0;
        Self {
            block_size: match flags & 0x7000 {
                0x4000 => Lz4BlockSize::KiB64,
                0x5000 => Lz4BlockSize::KiB256,
                0x6000 => Lz4BlockSize::MiB1,
                _ => Lz4BlockSize::MiB4,
            },
            linked: !has(INDEPENDENT),
            block_checksums: has(BLOCK_CHECKSUM),
            content_checksum: has(CONTENT_CHECKSUM),
            content_size: has(CONTENT_SIZE).then_some(content_size),
        }
    }
}

/// What is wrong at a place in LZ4 frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Lz4FrameFault {
    /// Here a frame should begin, and none does.
    #[error("no LZ4 frame begins here")]
    NoFrame = wrong::MAGIC as isize,
    /// The frame is of a version other than 1.
    #[error("the frame is of another version of the format")]
    Version = wrong::VERSION as isize,
    /// The checksum of the header does not match.
    #[error("the checksum of the frame's header does not match")]
    HeaderChecksum = wrong::HEADER_CHECKSUM as isize,
    /// A bit of the header is set that the format reserves.
    #[error("the frame's header sets a reserved bit")]
    Reserved = wrong::RESERVED as isize,
    /// The header gives the blocks a size that the format reserves.
    #[error("the frame's header gives blocks a reserved size")]
    BlockSize = wrong::BLOCK_SIZE as isize,
    /// The frame needs a dictionary.
    #[error("the frame needs a dictionary, and those are not supported")]
    Dictionary = wrong::DICTIONARY as isize,
    /// A block is longer, or stands for more, than the header allows.
    #[error("the block is longer than the frame's header allows")]
    BlockLength = wrong::BLOCK_LENGTH as isize,
    /// The checksum of a block does not match.
    #[error("the checksum of the block does not match")]
    BlockChecksum = wrong::BLOCK_CHECKSUM as isize,
    /// A block is not LZ4.
    #[error("the block is damaged")]
    Block = wrong::BLOCK as isize,
    /// The content has another length than the header says.
    #[error("the content has another length than the frame's header says")]
    ContentSize = wrong::CONTENT_SIZE as isize,
    /// The checksum of the content does not match.
    #[error("the checksum of the content, which ends here, does not match")]
    ContentChecksum = wrong::CONTENT_CHECKSUM as isize,
    /// The content does not fit.
    #[error("the content is longer than the output has room for")]
    Room = wrong::ROOM as isize,
}

impl Lz4FrameFault {
    const ALL: [Self; 12] = [
        Self::NoFrame,
        Self::Version,
        Self::HeaderChecksum,
        Self::Reserved,
        Self::BlockSize,
        Self::Dictionary,
        Self::BlockLength,
        Self::BlockChecksum,
        Self::Block,
        Self::ContentSize,
        Self::ContentChecksum,
        Self::Room,
    ];

    /// The status that the kernels return.
    #[must_use]
    pub fn status(self) -> Lz4Error {
        match self {
            Self::NoFrame | Self::BlockLength | Self::Block | Self::ContentSize => {
                Lz4Error::Malformed
            }
            Self::HeaderChecksum | Self::BlockChecksum | Self::ContentChecksum => {
                Lz4Error::Checksum
            }
            Self::Version | Self::Reserved | Self::BlockSize | Self::Dictionary => {
                Lz4Error::Unsupported
            }
            Self::Room => Lz4Error::OutputTooSmall,
        }
    }

    /// The same as the number that the kernels return.
    pub(super) fn code(self) -> i32 {
        match self.status() {
            Lz4Error::OutputTooSmall => -2,
            Lz4Error::Malformed => -3,
            Lz4Error::Checksum => -4,
            Lz4Error::Unsupported => -5,
            Lz4Error::TooLarge => -6,
        }
    }

    fn number(self) -> u32 {
        self as u32
    }

    fn from_number(number: u32) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|fault| fault.number() == number)
    }
}

pub(super) const VERSION: u32 = 0x40;
use flag::RESERVED;
pub(super) use flag::{BLOCK_CHECKSUM, CONTENT_CHECKSUM, CONTENT_SIZE, DICTIONARY, INDEPENDENT};

pub(super) const MAGIC: u32 = 0x184d_2204;
pub(super) const LEGACY_MAGIC: u32 = 0x184c_2102;
/// This one and the fifteen behind it.
pub(super) const SKIPPABLE_MAGIC: u32 = 0x184d_2a50;
/// The bit of a block's length that says that the block is stored.
const STORED: u32 = 1 << 31;
const LONGEST_BLOCK: usize = 4 << 20;
pub(super) const LEGACY_BLOCK: usize = 8 << 20;

/// How far back content is kept.
const HISTORY: u64 = 1 << 16;
/// No content is longer: positions behind it may overflow.
const FARTHEST: u64 = i64::MAX as u64;

fn block_size(flags: u32) -> usize {
    1 << (2 * (flags >> 12) + 8)
}

fn header_len(flags: u32) -> usize {
    (7 + (flags & CONTENT_SIZE) + 4 * (flags & DICTIONARY)) as usize
}

fn end_len(flags: u32) -> usize {
    (4 + (flags & CONTENT_CHECKSUM)) as usize
}

fn block_len(flags: u32, word: u32) -> usize {
    4 + data_len(word) + (flags & BLOCK_CHECKSUM) as usize / 4
}

fn data_len(word: u32) -> usize {
    (word & !STORED) as usize
}

fn hash(bytes: &[u8]) -> u32 {
    XxHash32::oneshot(0, bytes)
}

/// The little-endian u32 at an offset, if it is there.
fn word_at(bytes: &[u8], offset: usize) -> Option<u32> {
    let bytes = bytes.get(offset..)?.first_chunk()?;
    Some(u32::from_le_bytes(*bytes))
}

fn long_at(bytes: &[u8], offset: usize) -> Option<u64> {
    let bytes = bytes.get(offset..)?.first_chunk()?;
    Some(u64::from_le_bytes(*bytes))
}

/// How long the frame of `len` bytes may be, where that is at most `Lz4Compress::LONGEST`.
pub(super) fn bound(len: usize) -> usize {
    len + 23 + 8 * len.div_ceil(1 << 16)
}

/// What both states say of the content so far.
#[derive(Clone, PartialEq, Eq)]
struct Content {
    flags: u32,
    size: u64,
    position: u64,
    lanes: [u32; 4],
}

const PRIME_1: u32 = 0x9e37_79b1;
const PRIME_2: u32 = 0x85eb_ca77;
const PRIME_3: u32 = 0xc2b2_ae3d;
const PRIME_4: u32 = 0x27d4_eb2f;
const PRIME_5: u32 = 0x1656_67b1;

impl Content {
    fn has(&self, flag: u32) -> bool {
        self.flags & flag != 0
    }

    fn begin(&mut self) {
        self.position = 0;
        self.lanes = [
            PRIME_1.wrapping_add(PRIME_2),
            PRIME_2,
            0,
            PRIME_1.wrapping_neg(),
        ];
    }

    fn history(&self) -> usize {
        self.position.min(HISTORY) as usize
    }

    /// How much content an encoder wants before the next piece: what matches may reach, or what is in no
    /// stripe of the hash yet.
    fn encoder_history(&self) -> usize {
        if self.has(INDEPENDENT) {
            (self.position % 16) as usize
        } else {
            self.history()
        }
    }

    /// How far before the next block its matches may reach.
    fn window(&self) -> usize {
        if self.has(INDEPENDENT) {
            0
        } else {
            self.history()
        }
    }

    /// Goes on by the last `len` of `bytes`, which begin in the history.
    fn add(&mut self, bytes: &[u8], len: usize) {
        let unhashed = (self.position % 16) as usize;
        if self.has(CONTENT_CHECKSUM) {
            for stripe in bytes[bytes.len() - len - unhashed..].as_chunks::<16>().0 {
                for (lane, word) in self.lanes.iter_mut().zip(stripe.as_chunks().0) {
                    let input = u32::from_le_bytes(*word).wrapping_mul(PRIME_2);
                    let mixed = lane.wrapping_add(input).rotate_left(13);
                    *lane = mixed.wrapping_mul(PRIME_1);
                }
            }
        }
        self.position += len as u64;
    }

    /// The hash of the content, of which `bytes` are the end.
    fn hash(&self, bytes: &[u8]) -> u32 {
        let mut hash = PRIME_5;
        if self.position >= 16 {
            let [a, b, c, d] = self.lanes;
            hash = (a.rotate_left(1).wrapping_add(b.rotate_left(7)))
                .wrapping_add(c.rotate_left(12).wrapping_add(d.rotate_left(18)));
        }
        hash = hash.wrapping_add(self.position as u32);
        let unhashed = (self.position % 16) as usize;
        let (words, rest) = bytes[bytes.len() - unhashed..].as_chunks();
        for word in words {
            let input = u32::from_le_bytes(*word).wrapping_mul(PRIME_3);
            hash = hash.wrapping_add(input).rotate_left(17);
            hash = hash.wrapping_mul(PRIME_4);
        }
        for byte in rest {
            let input = u32::from(*byte).wrapping_mul(PRIME_5);
            hash = hash.wrapping_add(input).rotate_left(11);
            hash = hash.wrapping_mul(PRIME_1);
        }
        hash = (hash ^ (hash >> 15)).wrapping_mul(PRIME_2);
        hash = (hash ^ (hash >> 13)).wrapping_mul(PRIME_3);
        hash ^ (hash >> 16)
    }
}

/// A field of a state, of type u32.
#[derive(Clone, Copy)]
enum Field {
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
const SIZE_FIELD: usize = decode_state::CONTENT_SIZE.start;
const POSITION_FIELD: usize = decode_state::POSITION.start;
const LANES_FIELD: usize = decode_state::LANES.start;
const PLACES_FIELD: usize = encode_state::PLACES.start;

/// A state's bytes, in the layout of the kernels.
#[derive(Clone, Copy, PartialEq, Eq)]
struct StateBytes<B>(B);

impl<B: AsRef<[u8]>> StateBytes<B> {
    fn get(&self, field: Field) -> u32 {
        word_at(self.0.as_ref(), field as usize).unwrap_or_default()
    }

    fn content(&self) -> Content {
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
    fn set(&mut self, field: Field, value: u32) {
        self.0[field as usize..][..4].copy_from_slice(&value.to_le_bytes());
    }

    fn set_content(&mut self, content: &Content) {
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

// ---- making frames

/// A frame that is being made: the state of the kernel `lz4_frame_encode`, owned or borrowed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Lz4EncoderState<B = Vec<u8>>(StateBytes<B>);

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
    pub(super) const SIZE: usize = encode_state::SIZE;

    /// A frame that has not begun.
    #[must_use]
    pub fn new(options: &Lz4FrameOptions) -> Self {
        let mut bytes = StateBytes(vec![0; Self::SIZE]);
        let content = Content {
            flags: options.flags(),
            size: options.content_size.unwrap_or_default(),
            position: 0,
            lanes: [0; 4],
        };
        bytes.set_content(&content);
        Self(bytes)
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Self {
        Self(StateBytes(bytes.to_vec()))
    }
}

/// A frame with the options that are meant where nothing is said of them.
static DEFAULT_FRAME: LazyLock<Lz4EncoderState> =
    LazyLock::new(|| Lz4EncoderState::new(&Lz4FrameOptions::new()));

impl<'a> Lz4EncoderState<&'a [u8]> {
    /// A frame that has not begun, with the default options.
    pub(super) fn start() -> Self {
        DEFAULT_FRAME.as_ref()
    }

    /// The state that these bytes are: such as a step can begin with.
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let state = (bytes.len() == Lz4EncoderState::SIZE).then_some(StateBytes(bytes))?;
        let content = state.content();
        let has_begun = match state.get(Field::Phase) {
            encode_phase::HEADER => content.position == 0,
            encode_phase::BLOCKS => content.position <= FARTHEST,
            _ => false,
        };
        let can_be_made = Lz4FrameOptions::from_flags(content.flags, content.size).is_some();
        // Behind so much, all places that there can be are in the window.
        let reach_back = content.has(INDEPENDENT)
            || content.position >= HISTORY
            || Places::read(&bytes[PLACES_FIELD..]).are_within(content.position);
        (has_begun && can_be_made && reach_back).then_some(Self(state))
    }
}

impl<B: AsRef<[u8]>> Lz4EncoderState<B> {
    pub(super) fn bytes(&self) -> &[u8] {
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
    pub(super) const ALL: [Self; 3] = [Self::WholeBlocks, Self::Finish, Self::Flush];
}

/// What a step makes of a piece of content: the next state, and bytes of the frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lz4Encoded {
    /// The next state.
    pub state: Lz4EncoderState,
    /// Bytes of the frame.
    pub bytes: Vec<u8>,
}

impl Answer for Result<Lz4Encoded, Lz4Error> {
    fn bytes(&self) -> Vec<u8> {
        match self {
            Ok(encoded) => [encoded.state.bytes(), &encoded.bytes].concat(),
            Err(error) => vec![*error as u8],
        }
    }

    fn value(self) -> Result<Datum, OperationError> {
        let Lz4Encoded { state, bytes } = self?;
        Ok(Datum::record([
            ("history", Datum::Integer(state.history() as u64)),
            ("consumed", Datum::Integer(state.consumed() as u64)),
            ("state", Datum::Bytes(state.bytes().to_vec())),
            ("bytes", Datum::Bytes(bytes)),
        ]))
    }
}

/// The kernel's step: `src` is the history and the piece behind it.
pub(super) fn encode(
    state: Lz4EncoderState<&[u8]>,
    src: &[u8],
    last: Lz4Last,
    capacity: usize,
) -> Result<Lz4Encoded, Lz4Error> {
    let mut content = state.0.content();
    let flags = content.flags;
    let mut places = Places::read(&state.bytes()[PLACES_FIELD..]);
    let mut bytes = Vec::new();
    if state.0.get(Field::Phase) == encode_phase::HEADER {
        content.begin();
        bytes.extend(header(flags, content.size));
    }
    let start = content.encoder_history();
    let mut at = start;
    loop {
        let len = (src.len() - at).min(block_size(flags));
        if len == 0 || (len < block_size(flags) && last == Lz4Last::WholeBlocks) {
            break;
        }
        if content.has(INDEPENDENT) {
            let mut unseen = Places::default();
            let window = Window {
                bytes: &src[at..at + len],
                position: 0,
                start: 0,
            };
            write_block(&mut bytes, flags, &window, &mut unseen);
        } else {
            let window = Window {
                bytes: &src[at - content.window()..at + len],
                position: content.position - content.window() as u64,
                start: content.window(),
            };
            write_block(&mut bytes, flags, &window, &mut places);
        }
        at += len;
        content.add(&src[..at], len);
    }
    if last == Lz4Last::Finish {
        if content.has(CONTENT_SIZE) && content.position != content.size {
            // Whatever comes first: a frame of the wrong size that does not fit is too long.
            return Err(if bytes.len() > capacity {
                Lz4Error::OutputTooSmall
            } else {
                Lz4Error::Malformed
            });
        }
        bytes.extend([0; 4]);
        if content.has(CONTENT_CHECKSUM) {
            bytes.extend(content.hash(&src[..at]).to_le_bytes());
        }
    }
    if bytes.len() > capacity {
        return Err(Lz4Error::OutputTooSmall);
    }
    let mut next = state.to_owned();
    next.0.set(Field::Phase, encode_phase::BLOCKS);
    next.0.set_content(&content);
    next.0.set(Field::Consumed, (at - start) as u32);
    if !content.has(INDEPENDENT) {
        places.write(&mut next.0.0[PLACES_FIELD..]);
    }
    Ok(Lz4Encoded { state: next, bytes })
}

pub(super) fn header(flags: u32, content_size: u64) -> Vec<u8> {
    let mut bytes = MAGIC.to_le_bytes().to_vec();
    bytes.extend((flags as u16).to_le_bytes());
    if flags & CONTENT_SIZE != 0 {
        bytes.extend(content_size.to_le_bytes());
    }
    if flags & DICTIONARY != 0 {
        bytes.extend([0; 4]);
    }
    bytes.push((hash(&bytes[4..]) >> 8) as u8);
    bytes
}

/// The end of a frame of that content.
pub(super) fn end(flags: u32, content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0; 4];
    if flags & CONTENT_CHECKSUM != 0 {
        bytes.extend(hash(content).to_le_bytes());
    }
    bytes
}

/// The frame of a content that is to be timed: linked blocks, a checksum, and the content's size.
pub(super) fn sample(content: &[u8]) -> Vec<u8> {
    let options = Lz4FrameOptions::new().content_size(Some(content.len() as u64));
    let state = Lz4EncoderState::new(&options);
    let encoded = encode(state.as_ref(), content, Lz4Last::Finish, usize::MAX);
    encoded.map_or_else(|_| Vec::new(), |encoded| encoded.bytes)
}

/// Writes a block: compressed, or stored where that is not longer.
pub(super) fn write_block(
    bytes: &mut Vec<u8>,
    flags: u32,
    window: &Window<'_>,
    places: &mut Places,
) {
    let content = &window.bytes[window.start..];
    let compressed = lz4_block::compress_behind(window, places);
    if compressed.len() < content.len() {
        write_data(bytes, flags, compressed.len() as u32, &compressed);
    } else {
        write_data(bytes, flags, content.len() as u32 | STORED, content);
    }
}

pub(super) fn write_stored(bytes: &mut Vec<u8>, flags: u32, content: &[u8]) {
    write_data(bytes, flags, content.len() as u32 | STORED, content);
}

fn write_data(bytes: &mut Vec<u8>, flags: u32, word: u32, data: &[u8]) {
    bytes.extend(word.to_le_bytes());
    bytes.extend(data);
    if flags & BLOCK_CHECKSUM != 0 {
        bytes.extend(hash(data).to_le_bytes());
    }
}

// ---- reading frames

/// What a decoder reads next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
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
pub struct Lz4DecoderState<B = Vec<u8>>(StateBytes<B>);

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
    pub(super) const SIZE: usize = decode_state::SIZE;

    pub(super) fn from_bytes(bytes: &[u8]) -> Self {
        Self(StateBytes(bytes.to_vec()))
    }
}

impl<'a> Lz4DecoderState<&'a [u8]> {
    /// Where no frame has begun.
    pub(super) fn start() -> Self {
        Self(StateBytes(&[0; Lz4DecoderState::SIZE]))
    }

    /// The state that these bytes are: such as a step can begin with.
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let state = (bytes.len() == Lz4DecoderState::SIZE).then_some(Self(StateBytes(bytes)))?;
        let content = state.0.content();
        let block_size = state.0.get(Field::BlockSize) as usize;
        let is_sound = match Phase::from_number(state.0.get(Field::Phase))? {
            Phase::NoFrameYet | Phase::Between => true,
            Phase::Skipping => state.0.get(Field::ToSkip) > 0,
            Phase::Legacy => content.flags == INDEPENDENT && block_size == LEGACY_BLOCK,
            Phase::Blocks => {
                Lz4FrameOptions::from_flags(content.flags, content.size).is_some()
                    && block_size == self::block_size(content.flags)
                    && (!content.has(CONTENT_SIZE) || content.position <= content.size)
            }
        };
        let may_go_on = state.fault().is_none() && content.position <= FARTHEST;
        (is_sound && may_go_on).then_some(state)
    }
}

impl<B: AsRef<[u8]>> Lz4DecoderState<B> {
    pub(super) fn bytes(&self) -> &[u8] {
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

    fn phase(&self) -> Phase {
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
    fn bytes(&self) -> Vec<u8> {
        [self.state.bytes(), &self.bytes].concat()
    }

    fn value(self) -> Result<Datum, OperationError> {
        let Self { state, bytes } = self;
        if let Some(fault) = state.fault() {
            let offset = state.consumed();
            return Err(OperationError::Lz4Frame { offset, fault });
        }
        let needed =
            |len: Option<usize>| len.map_or(Datum::Nothing, |len| Datum::Integer(len as u64));
        Ok(Datum::record([
            ("history", Datum::Integer(state.history() as u64)),
            ("consumed", Datum::Integer(state.consumed() as u64)),
            ("may_end", Datum::Bool(state.may_end())),
            ("source_needed", needed(state.source_needed())),
            ("room_needed", needed(state.room_needed())),
            ("state", Datum::Bytes(state.bytes().to_vec())),
            ("bytes", Datum::Bytes(bytes)),
        ]))
    }
}

/// Frames that are being read, while a step is made.
struct Decoder {
    phase: Phase,
    content: Content,
    block_size: usize,
    to_skip: u32,
    source_needed: usize,
    room_needed: usize,
}

/// How far an element led.
enum Step {
    /// So many bytes of the source.
    Taken(usize),
    /// The element is not there as a whole, or its content would not fit.
    Stopped,
}

/// The kernel's step. `dst` ends with the history; the new content goes behind it.
pub(super) fn decode(
    state: Lz4DecoderState<&[u8]>,
    src: &[u8],
    dst: &mut Vec<u8>,
    capacity: usize,
    exact: bool,
) -> Lz4DecoderState {
    let mut decoder = Decoder {
        phase: state.phase(),
        content: state.0.content(),
        block_size: state.0.get(Field::BlockSize) as usize,
        to_skip: state.0.get(Field::ToSkip),
        source_needed: 0,
        room_needed: 0,
    };
    let start = dst.len();
    let mut consumed = 0;
    let fault = loop {
        let room = capacity - (dst.len() - start);
        match decoder.element(&src[consumed..], dst, room, exact) {
            Ok(Step::Taken(len)) => consumed += len,
            Ok(Step::Stopped) => break None,
            Err(fault) => break Some(fault),
        }
    };
    let mut next = state.to_owned();
    let bytes = &mut next.0;
    bytes.set(Field::Phase, decoder.phase as u32);
    bytes.set_content(&decoder.content);
    bytes.set(Field::Consumed, consumed as u32);
    bytes.set(Field::Produced, (dst.len() - start) as u32);
    bytes.set(Field::BlockSize, decoder.block_size as u32);
    bytes.set(Field::ToSkip, decoder.to_skip);
    bytes.set(Field::SourceNeeded, decoder.source_needed as u32);
    bytes.set(Field::RoomNeeded, decoder.room_needed as u32);
    bytes.set(Field::Wrong, fault.map_or(0, Lz4FrameFault::number));
    next
}

impl Decoder {
    fn element(
        &mut self,
        src: &[u8],
        dst: &mut Vec<u8>,
        room: usize,
        exact: bool,
    ) -> Result<Step, Lz4FrameFault> {
        if self.phase == Phase::Skipping {
            if self.is_short(src, 1) {
                return Ok(Step::Stopped);
            }
            let len = src.len().min(self.to_skip as usize);
            self.to_skip -= len as u32;
            if self.to_skip == 0 {
                self.phase = Phase::Between;
            }
            return Ok(Step::Taken(len));
        }
        if self.is_short(src, 4) {
            return Ok(Step::Stopped);
        }
        let word = word_at(src, 0).unwrap_or_default();
        match self.phase {
            Phase::Blocks if word == 0 => return self.end(src, dst),
            Phase::Blocks if data_len(word) > self.block_size => {
                return Err(Lz4FrameFault::BlockLength);
            }
            Phase::Blocks => return self.block(src, word, dst, room, exact),
            Phase::Legacy if word as usize <= lz4_block::bound(LEGACY_BLOCK) => {
                return self.block(src, word, dst, room, exact);
            }
            _ => {}
        }
        match word {
            MAGIC => self.begin(src),
            LEGACY_MAGIC => {
                self.content.begin();
                self.content.flags = INDEPENDENT;
                self.phase = Phase::Legacy;
                self.block_size = LEGACY_BLOCK;
                Ok(Step::Taken(4))
            }
            _ if word & !15 == SKIPPABLE_MAGIC => {
                if self.is_short(src, 8) {
                    return Ok(Step::Stopped);
                }
                self.to_skip = word_at(src, 4).unwrap_or_default();
                self.phase = if self.to_skip == 0 {
                    Phase::Between
                } else {
                    Phase::Skipping
                };
                Ok(Step::Taken(8))
            }
            _ => Err(Lz4FrameFault::NoFrame),
        }
    }

    fn is_short(&mut self, src: &[u8], len: usize) -> bool {
        if src.len() < len {
            self.source_needed = len;
        }
        src.len() < len
    }

    fn begin(&mut self, src: &[u8]) -> Result<Step, Lz4FrameFault> {
        if self.is_short(src, 7) {
            return Ok(Step::Stopped);
        }
        let flags = u32::from(src[4]) | u32::from(src[5]) << 8;
        let len = header_len(flags);
        if has_version(flags) && self.is_short(src, len) {
            return Ok(Step::Stopped);
        }
        check_header(src)?;
        self.content.begin();
        self.content.flags = flags;
        if self.content.has(CONTENT_SIZE) {
            self.content.size = long_at(src, 6).unwrap_or_default();
        }
        self.phase = Phase::Blocks;
        self.block_size = block_size(flags);
        Ok(Step::Taken(len))
    }

    fn end(&mut self, src: &[u8], dst: &[u8]) -> Result<Step, Lz4FrameFault> {
        let len = end_len(self.content.flags);
        if self.is_short(src, len) {
            return Ok(Step::Stopped);
        }
        if self.content.has(CONTENT_SIZE) && self.content.position != self.content.size {
            return Err(Lz4FrameFault::ContentSize);
        }
        if self.content.has(CONTENT_CHECKSUM) && word_at(src, 4) != Some(self.content.hash(dst)) {
            return Err(Lz4FrameFault::ContentChecksum);
        }
        self.phase = Phase::Between;
        Ok(Step::Taken(len))
    }

    fn block(
        &mut self,
        src: &[u8],
        word: u32,
        dst: &mut Vec<u8>,
        room: usize,
        exact: bool,
    ) -> Result<Step, Lz4FrameFault> {
        let len = block_len(self.content.flags, word);
        if self.is_short(src, len) {
            return Ok(Step::Stopped);
        }
        let data = &src[4..4 + data_len(word)];
        let is_stored = word & STORED != 0;
        // No byte of a block stands for more than 255.
        let mut most = if is_stored {
            data.len()
        } else {
            self.block_size.min(255 * data.len())
        };
        let mut excess = Lz4FrameFault::BlockLength;
        if self.content.has(CONTENT_SIZE) {
            let claimed = self.content.size - self.content.position;
            if claimed < most as u64 {
                excess = Lz4FrameFault::ContentSize;
                most = claimed as usize;
            }
        }
        if room < most && !exact {
            self.room_needed = most;
            return Ok(Step::Stopped);
        }
        if self.content.has(BLOCK_CHECKSUM) && word_at(src, 4 + data.len()) != Some(hash(data)) {
            return Err(Lz4FrameFault::BlockChecksum);
        }
        if room < most {
            excess = Lz4FrameFault::Room;
            most = room;
        }
        let start = dst.len();
        let decoded = if !is_stored {
            let window = start - self.content.window();
            lz4_block::decompress_behind(dst, window, data, most)
        } else if data.len() > most {
            Err(Lz4Error::OutputTooSmall)
        } else {
            dst.extend(data);
            Ok(())
        };
        if let Err(error) = decoded {
            dst.truncate(start);
            return Err(match error {
                Lz4Error::OutputTooSmall => excess,
                _ => Lz4FrameFault::Block,
            });
        }
        self.content.add(dst, dst.len() - start);
        Ok(Step::Taken(len))
    }
}

fn has_version(flags: u32) -> bool {
    flags & 0xc0 == VERSION
}

/// What is wrong in a header, which is there as a whole if its version is ours.
fn check_header(src: &[u8]) -> Result<(), Lz4FrameFault> {
    let flags = u32::from(src[4]) | u32::from(src[5]) << 8;
    if !has_version(flags) {
        return Err(Lz4FrameFault::Version);
    }
    let len = header_len(flags);
    if (hash(&src[4..len - 1]) >> 8) as u8 != src[len - 1] {
        return Err(Lz4FrameFault::HeaderChecksum);
    }
    if flags & RESERVED != 0 {
        return Err(Lz4FrameFault::Reserved);
    }
    if flags < 0x4000 {
        return Err(Lz4FrameFault::BlockSize);
    }
    if flags & DICTIONARY != 0 {
        return Err(Lz4FrameFault::Dictionary);
    }
    Ok(())
}

/// The content of all frames, `capacity` bytes at most.
pub(super) fn decompress(src: &[u8], capacity: usize) -> Result<Vec<u8>, Lz4Error> {
    let mut dst = Vec::new();
    let capacity = capacity.min(i32::MAX as usize);
    let state = decode(Lz4DecoderState::start(), src, &mut dst, capacity, true);
    if let Some(fault) = state.fault() {
        return Err(fault.status());
    }
    if state.consumed() < src.len() || !state.may_end() {
        return Err(Lz4Error::Malformed);
    }
    Ok(dst)
}

/// How long the content of all frames is, as their headers say.
pub(super) fn content_size(mut src: &[u8]) -> Option<u64> {
    let mut sum = 0_i64;
    loop {
        if src.len() < 8 {
            return None;
        }
        let len = if word_at(src, 0)? & !15 == SKIPPABLE_MAGIC {
            8 + word_at(src, 4)? as usize
        } else {
            let len = frame_len(src)?;
            let size = i64::try_from(long_at(src, 6)?).ok()?;
            sum = sum.checked_add(size)?;
            len
        };
        src = src.get(len..)?;
        if src.is_empty() {
            return Some(sum as u64);
        }
    }
}

/// The length of the frame at the start, where that has a content size.
fn frame_len(src: &[u8]) -> Option<usize> {
    let flags = u32::from(*src.get(4)?) | u32::from(*src.get(5)?) << 8;
    if word_at(src, 0)? != MAGIC || flags & CONTENT_SIZE == 0 {
        return None;
    }
    let mut at = header_len(flags);
    src.get(..at)?;
    check_header(src).ok()?;
    loop {
        let word = word_at(src, at)?;
        if data_len(word) > LONGEST_BLOCK {
            return None;
        }
        at += if word == 0 {
            end_len(flags)
        } else {
            block_len(flags, word)
        };
        src.get(..at)?;
        if word == 0 {
            return Some(at);
        }
    }
}
