//! A step in reading a Brotli stream that comes in pieces.

use std::fmt;
use std::ops::Range;

use kilowat_kernels::brotli::{self, decode_option, decode_state, phase, verdict};

use super::error::{BrotliError, BrotliFault};
#[cfg(feature = "native")]
use super::{native, samples};
use crate::argument::{ArgumentError, Arguments};
use crate::prelude::*;
use crate::value::Kind;

/// What a step has ended at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BrotliStop {
    /// More of the source is needed.
    Source,
    /// More room is needed.
    Room,
    /// The stream has ended. What follows it was left alone.
    End,
}

/// A stream that is being read: the state of the kernel `brotli_decode`, and behind it what the metablock at hand
/// began with.
#[derive(Clone, PartialEq, Eq)]
pub struct BrotliDecoderState(Vec<u8>);

impl fmt::Debug for BrotliDecoderState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("BrotliDecoderState")
            .field("phase", &word(&self.0, decode_state::PHASE))
            .field("history", &self.history())
            .field("consumed", &self.consumed())
            .field("produced", &self.produced())
            .finish_non_exhaustive()
    }
}

/// Where nothing was read yet.
impl Default for BrotliDecoderState {
    fn default() -> Self {
        Self(START.to_vec())
    }
}

/// The little-endian u32 that is a field of a state.
fn word(state: &[u8], place: Range<usize>) -> u32 {
    let bytes = state.get(place).and_then(<[u8]>::first_chunk);
    bytes.map_or(0, |bytes| u32::from_le_bytes(*bytes))
}

const START: &[u8; decode_state::SIZE] = &[0; decode_state::SIZE];

/// The longest distance, where the window is the largest.
const WINDOW: u32 = (1 << 24) - 16;

/// The longest metablock.
const METABLOCK: u32 = 1 << 24;

impl BrotliDecoderState {
    /// The bytes that it is.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// How much of the content before the next step wants, at its end.
    #[must_use]
    pub fn history(&self) -> usize {
        history(&self.0)
    }

    /// How many bytes of the source the step has taken.
    #[must_use]
    pub fn consumed(&self) -> usize {
        word(&self.0, decode_state::CONSUMED) as usize
    }

    /// How many bytes of content the step has given.
    #[must_use]
    pub fn produced(&self) -> usize {
        word(&self.0, decode_state::PRODUCED) as usize
    }

    /// How many bytes of the metablock at hand are still to come.
    pub(super) fn left(&self) -> usize {
        word(&self.0, decode_state::LEFT) as usize
    }

    /// What the step has ended at.
    #[must_use]
    pub fn stop(&self) -> BrotliStop {
        match word(&self.0, decode_state::STOPPED) {
            verdict::ROOM => BrotliStop::Room,
            verdict::END => BrotliStop::End,
            _ => BrotliStop::Source,
        }
    }

    /// The state behind a step on a piece, of which the kernel has made `next`.
    fn behind(before: &[u8], next: &[u8], piece: &[u8]) -> Self {
        let mut bytes = next.to_vec();
        if is_within_metablock(next) {
            let at = word(next, decode_state::HEADER_AT) as usize;
            let header = match word(next, decode_state::HEADER_LEN) as usize {
                0 => &before[decode_state::SIZE..],
                len => piece.get(at..at + len).unwrap_or_default(),
            };
            bytes.extend(header);
        }
        Self(bytes)
    }
}

fn history(state: &[u8]) -> usize {
    word(state, decode_state::HISTORY) as usize
}

/// Whether the kernel needs the tables of a metablock.
fn is_within_metablock(state: &[u8]) -> bool {
    (phase::COMMAND..=phase::WORD).contains(&word(state, decode_state::PHASE))
}

/// Whether nothing was read yet.
fn is_start(state: &[u8]) -> bool {
    state == START
}

/// Whether a step can begin with a state. The kernel looks at what there is of its lengths and distances.
fn is_sound(state: &[u8]) -> bool {
    let field = |place| word(state, place);
    state.len() >= decode_state::SIZE
        && field(decode_state::PHASE) <= phase::END
        && field(decode_state::WINDOW) <= WINDOW
        && field(decode_state::HISTORY) <= field(decode_state::WINDOW)
        && field(decode_state::LEFT) <= METABLOCK
        && field(decode_state::CONTEXT) < 4
        && field(decode_state::BIT) < 8
        && field(decode_state::HEADER_BIT) < 8
}

/// A piece of a source, and what is made of it.
#[derive(Debug, Clone, Copy)]
pub struct BrotliSource<'a, B> {
    /// [What came](BrotliDecoderState::bytes) of the pieces before.
    pub state: &'a [u8],
    /// As much of the content before as the state [wants](BrotliDecoderState::history), at its end.
    pub before: &'a [u8],
    /// What the step before has not taken of the source, and what follows that.
    pub src: B,
    /// Whether the source ends with this piece.
    pub last: bool,
    /// How many bytes of content may be written.
    pub capacity: usize,
}

impl<'a, B> BrotliSource<'a, B> {
    fn history(&self) -> &'a [u8] {
        let history = history(self.state);
        assert!(self.before.len() >= history, "content is missing");
        &self.before[self.before.len() - history..]
    }
}

/// The shape of a [`BrotliSource`].
#[derive(Debug)]
pub struct BrotliPiece;

/// A [`BrotliSource`] by name.
type Named = (Bytes, Bytes, Bytes, Flag, Size);

impl Shape for BrotliPiece {
    /// The state, the content before, the source, whether it ends there, and how much content may be written.
    type Case = (BrotliDecoderState, Vec<u8>, Vec<u8>, bool, usize);
    type Input<'a, B: ByteString<'a>> = BrotliSource<'a, B>;

    const KINDS: &'static [Kind] = Named::KINDS;

    fn borrow((state, before, src, last, capacity): &Self::Case) -> BrotliSource<'_, &[u8]> {
        BrotliSource {
            state: &state.0,
            before,
            src,
            last: *last,
            capacity: *capacity,
        }
    }

    fn own(source: BrotliSource<'_, &[u8]>) -> Self::Case {
        (
            BrotliDecoderState(source.state.to_vec()),
            source.history().to_vec(),
            source.src.to_vec(),
            source.last,
            source.capacity,
        )
    }

    fn len<'a, B: ByteString<'a>>(source: BrotliSource<'a, B>) -> u64 {
        source.src.len() as u64
    }

    fn values<'a>(source: BrotliSource<'a, &'a [u8]>) -> Option<Vec<Value>> {
        Named::values((
            source.state,
            source.before,
            source.src,
            source.last,
            source.capacity,
        ))
    }

    fn parse<'a, B: ByteString<'a>>(
        arguments: &Arguments<'_, 'a>,
    ) -> Result<BrotliSource<'a, B>, ArgumentError> {
        let argument = arguments.get(0);
        let state = match argument.own_bytes()? {
            [] => START,
            bytes if is_sound(bytes) => bytes,
            _ => return Err(argument.is_no("state of a stream that is being read")),
        };
        Ok(BrotliSource {
            state,
            before: arguments.get(1).bytes_from_len(history(state))?,
            src: arguments.get(2).bytes()?,
            last: arguments.get(3).boolean()?,
            capacity: arguments.get(4).size()?,
        })
    }
}

/// What a step gives.
///
/// Where a stream is refused, kernels give the content before that, and native code as much of it as its own buffers
/// let go. What is wrong behind a full room kernels say in the next step, and native code may say it at once.
#[derive(Debug, Clone)]
pub struct BrotliStep {
    /// What the next step begins with; nothing where native code has answered, which only begins a stream.
    pub state: Option<BrotliDecoderState>,
    /// Content.
    pub bytes: Vec<u8>,
    /// What is wrong behind it. Its offset counts from the start of the piece.
    pub error: Option<BrotliError>,
}

impl PartialEq for BrotliStep {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes && self.error == other.error
    }
}

impl Answer for BrotliStep {
    const FORM: Form = Form::of(Kind::BytesList).or_refusal();

    fn bytes(&self) -> Vec<u8> {
        let status = self.error.map_or(0, |error| error.status().code());
        let mut bytes = self.bytes.clone();
        bytes.extend(status.to_le_bytes());
        bytes
    }

    fn value(self) -> Result<Value, Refusal> {
        if let Some(error) = self.error {
            return Err(error.into());
        }
        let state = self.state.map_or_else(Vec::new, |state| state.0);
        Ok(Value::BytesList(vec![state, self.bytes]))
    }

    fn from_value(value: Result<&Value, &Refusal>) -> Option<Self> {
        match value {
            Ok(Value::BytesList(parts)) => {
                let [state, bytes] = parts.as_slice() else {
                    return None;
                };
                Some(Self {
                    state: (!state.is_empty()).then(|| BrotliDecoderState(state.clone())),
                    bytes: bytes.clone(),
                    error: None,
                })
            }
            Ok(_) => None,
            Err(refusal) => Some(Self {
                state: None,
                bytes: Vec::new(),
                error: Some(*refusal.detail::<BrotliError>()?),
            }),
        }
    }
}

/// Goes on with reading a stream, by the whole elements of a piece: headers, symbols, stored bytes.
///
/// Native code takes no state up: it gives what the first step gives, and no state with it.
#[derive(Debug)]
pub struct BrotliDecode;

impl Operation for BrotliDecode {
    const NAME: &'static str = "brotli_decode";
    const SUMMARY: &'static str = "Brotli decompression, one piece";
    const EXPORT: &'static Export = &brotli::BROTLI_DECODE;
    const PARAMETERS: Names = &[
        ("state", "the state before, or no bytes at the beginning"),
        (
            "before",
            "the content before, or as much of its end as the state's `history`",
        ),
        (
            "stream",
            "what was not consumed of the stream before, and what follows",
        ),
        ("last", "whether it ends here"),
        ("capacity", "how many bytes of content may be written"),
    ];

    type Shape = BrotliPiece;
    type Output = BrotliStep;

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        source: Input<'a, Self, B>,
    ) -> Result<BrotliStep, CallError> {
        let header_len = source.state.len().saturating_sub(decode_state::SIZE);
        let spans = Spans::place(frame, header_len + source.src.len())?;
        step(frame, source, spans)
    }
}

/// What all steps on a stream may write to.
#[derive(Clone, Copy)]
pub(super) struct Spans {
    work: Span,
    fault: Span,
}

impl Spans {
    /// Those of steps whose metablock's header and piece have so many bytes at most.
    pub(super) fn place<F: Frame>(frame: &mut F, len: usize) -> Result<Self, CallError> {
        let len = u32::try_from(len).unwrap_or(u32::MAX);
        let size = frame.size(&brotli::BROTLI_DECOMPRESS_WORK_SIZE, &[len.into()])?;
        Ok(Self {
            work: frame.work(size.unwrap_or_default())?,
            fault: frame.fault()?,
        })
    }
}

/// Calls the kernel once.
pub(super) fn step<'a, F: Frame, B: ByteString<'a>>(
    frame: &mut F,
    source: BrotliSource<'a, B>,
    Spans { work, fault }: Spans,
) -> Result<BrotliStep, CallError> {
    let export = BrotliDecode::EXPORT;
    let history = source.history();
    let (state, header) = source.state.split_at(decode_state::SIZE);
    let state = frame.input(state)?;
    let next = frame.output(decode_state::SIZE)?;
    let header = frame.input(header)?;
    let src = source.src.place(frame)?;
    let dst = frame.output_behind(history, source.capacity)?;
    let options = if source.last { decode_option::LAST } else { 0 };
    let arguments = [
        state.ptr.into(),
        next.ptr.into(),
        header.ptr.into(),
        header.len.into(),
        src.ptr.into(),
        src.len.into(),
        options.into(),
        work.ptr.into(),
        work.len.into(),
        dst.ptr.into(),
        dst.len.into(),
        fault.ptr.into(),
    ];
    let error = match frame.invoke_i32(export, &arguments)? {
        0 => None,
        status => Some(BrotliError::of_kernel(
            export,
            status,
            frame.read_fault(fault),
        )?),
    };
    let next = frame.read(next).to_vec();
    let state = BrotliDecoderState::behind(source.state, &next, frame.read(src));
    let produced = dst
        .behind(history.len() as u32)
        .prefix(state.produced() as u32);
    let bytes = frame.read(produced).to_vec();
    Ok(BrotliStep {
        state: Some(state),
        bytes,
        error,
    })
}

/// How many bytes behind what is wrong native code may have to see.
#[cfg(feature = "native")]
const LOOKAHEAD: usize = 64;

#[cfg(feature = "native")]
impl Native for BrotliDecode {
    /// Beyond some 700 bytes, the work memory of the worst streams takes most of the time.
    const CHECKS: Schedule = Schedule {
        every_length_to: 150,
        longest: 1 << 15,
    };

    fn native(source: Input<'_, Self>) -> BrotliStep {
        let (bytes, error) = if is_start(source.state) {
            let step =
                native::NativeBrotli::default().step(source.src, source.last, source.capacity);
            (step.bytes, step.error)
        } else {
            let error = BrotliError {
                offset: 0,
                fault: BrotliFault::Interrupted,
            };
            (Vec::new(), Some(error))
        };
        BrotliStep {
            state: None,
            bytes,
            error,
        }
    }

    /// Native code takes no state up.
    fn can_answer(source: Input<'_, Self>) -> bool {
        is_start(source.state)
    }

    fn is_right(source: Input<'_, Self>, answer: &BrotliStep) -> bool {
        if !is_start(source.state) {
            return true;
        }
        let expected = Self::native(source);
        let both = answer.bytes.len().min(expected.bytes.len());
        answer.bytes[..both] == expected.bytes[..both]
            && match (answer.error, expected.error) {
                (None, None) => answer.bytes.len() == expected.bytes.len(),
                // Native code decodes ahead of its room.
                (None, Some(_)) => answer.bytes.len() == source.capacity,
                // What is wrong already, native code sees a few bytes later.
                (Some(error), None) if !source.last => {
                    let longer = [source.src, &[0; LOOKAHEAD]].concat();
                    let src = longer.as_slice();
                    Self::native(BrotliSource { src, ..source }).error == Some(error)
                }
                (error, expected) => error == expected,
            }
    }

    /// Streams of every kind, whole and damaged, up to anywhere in them; with enough room, or any.
    fn generate(generator: &mut Generator, len: usize) -> Case<Self> {
        let (mut stream, content_len) = samples::stream(generator, len);
        samples::damage(generator, &mut stream);
        if generator.one_in(2) {
            stream.truncate(generator.number(0..=stream.len()));
        }
        let capacity = match generator.number(0..=2) {
            0 => generator.number(0..=content_len),
            _ => content_len + generator.number(0..=200),
        };
        let state = BrotliDecoderState::default();
        (state, Vec::new(), stream, generator.one_in(2), capacity)
    }

    /// The stream of a text of `len` bytes.
    fn workload(generator: &mut Generator, len: usize) -> Case<Self> {
        let text = generator.source_text(len);
        let stream = samples::of_text(&text);
        (BrotliDecoderState::default(), Vec::new(), stream, true, len)
    }
}
