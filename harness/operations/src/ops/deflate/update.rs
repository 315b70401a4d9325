//! A step in reading a DEFLATE stream that comes in pieces.

use std::fmt;

use kilowat_kernels::deflate::{self, inflate_option, inflate_state, outcome, phase};

use super::error::{InflateError, InflateFault, refusal};
#[cfg(feature = "native")]
use super::{native, samples};
use crate::argument::{ArgumentError, Arguments};
use crate::prelude::*;
use crate::value::Kind;

/// What is around a DEFLATE stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InflateFormat {
    /// Nothing (RFC 1951).
    Raw,
    /// A zlib stream's header and checksum (RFC 1950).
    Zlib,
    /// A gzip file's members (RFC 1952).
    Gzip,
}

impl InflateFormat {
    fn option(self) -> u32 {
        match self {
            Self::Raw => 0,
            Self::Zlib => inflate_option::ZLIB,
            Self::Gzip => inflate_option::GZIP,
        }
    }
}

/// What a step has ended at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InflateStop {
    /// More of the source is needed.
    Source,
    /// More room is needed.
    Room,
    /// The stream has ended.
    End,
}

/// A stream that is being read: the state of the kernel `inflate_update`.
#[derive(Clone, PartialEq, Eq)]
pub struct InflateState(Vec<u8>);

impl fmt::Debug for InflateState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("InflateState")
            .field("phase", &word(&self.0, inflate_state::PHASE.start))
            .field("history", &self.history())
            .field("consumed", &self.consumed())
            .field("produced", &self.produced())
            .finish_non_exhaustive()
    }
}

/// The little-endian u32 at an offset of a state.
fn word(state: &[u8], offset: usize) -> u32 {
    let bytes = state.get(offset..).and_then(<[u8]>::first_chunk);
    bytes.map_or(0, |bytes| u32::from_le_bytes(*bytes))
}

/// How far back matches reach.
const WINDOW: u32 = 1 << 15;

impl InflateState {
    /// Its length, in bytes.
    pub const SIZE: usize = inflate_state::SIZE;

    /// Where nothing was read yet. A dictionary of this length is the content before.
    #[must_use]
    pub fn start(dictionary_len: usize) -> Self {
        let mut bytes = vec![0; Self::SIZE];
        bytes[inflate_state::HISTORY].copy_from_slice(&(dictionary_len as u32).to_le_bytes());
        Self(bytes)
    }

    /// The bytes that the kernel reads.
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
        word(&self.0, inflate_state::CONSUMED.start) as usize
    }

    /// How many bytes of content the step has given.
    #[must_use]
    pub fn produced(&self) -> usize {
        word(&self.0, inflate_state::PRODUCED.start) as usize
    }

    /// What the step has ended at.
    #[must_use]
    pub fn stop(&self) -> InflateStop {
        match word(&self.0, inflate_state::STOPPED.start) as i32 {
            outcome::ROOM => InflateStop::Room,
            outcome::AT_END => InflateStop::End,
            _ => InflateStop::Source,
        }
    }
}

fn history(state: &[u8]) -> usize {
    word(state, inflate_state::HISTORY.start) as usize
}

/// Whether nothing was read yet.
fn is_start(state: &[u8]) -> bool {
    let untouched = state[inflate_state::POSITION.start..].iter();
    word(state, inflate_state::PHASE.start) == phase::START
        && untouched.into_iter().all(|byte| *byte == 0)
}

/// Whether a step can begin with a state.
fn is_sound(state: &[u8]) -> bool {
    let field = |place: std::ops::Range<usize>| word(state, place.start);
    state.len() == InflateState::SIZE
        && field(inflate_state::PHASE) <= phase::PADDING
        && (field(inflate_state::HISTORY) <= WINDOW || is_start(state))
        && field(inflate_state::BITS) < 8
        && field(inflate_state::LEFT) < 1 << 16
        && field(inflate_state::MATCH_LEFT) <= 258
        && (field(inflate_state::MATCH_LEFT) == 0
            || (1..=field(inflate_state::HISTORY)).contains(&field(inflate_state::DISTANCE)))
}

/// A piece of a source, and what is made of it.
#[derive(Debug, Clone, Copy)]
pub struct InflateSource<'a, B> {
    /// [What came](InflateState::bytes) of the pieces before.
    pub state: &'a [u8],
    /// As much of the content before as the state [wants](InflateState::history), at its end.
    pub before: &'a [u8],
    /// What the step before has not taken of the source, and what follows that.
    pub src: B,
    /// What is around the stream. It is the same in each step.
    pub format: InflateFormat,
    /// Whether what follows the stream is left alone.
    pub trailing: bool,
    /// Whether the source ends with this piece.
    pub last: bool,
    /// How many bytes of content may be written.
    pub capacity: usize,
}

impl<'a, B> InflateSource<'a, B> {
    pub(super) fn history(&self) -> &'a [u8] {
        let history = history(self.state);
        assert!(self.before.len() >= history, "content is missing");
        &self.before[self.before.len() - history..]
    }

    fn options(&self) -> u32 {
        self.format.option()
            | (inflate_option::TRAILING * u32::from(self.trailing))
            | (inflate_option::LAST * u32::from(self.last))
    }
}

/// The shape of an [`InflateSource`].
#[derive(Debug)]
pub struct InflatePiece;

/// An [`InflateSource`] by name.
type Named = (Bytes, Bytes, Bytes, U32, Size);

impl Shape for InflatePiece {
    /// The state, the content before, the source, the kernel's options, and how much content may be written.
    type Case = (InflateState, Vec<u8>, Vec<u8>, u32, usize);
    type Input<'a, B: ByteString<'a>> = InflateSource<'a, B>;

    const KINDS: &'static [Kind] = Named::KINDS;

    const STATE_LEN: Option<usize> = Some(InflateState::SIZE);

    fn borrow((state, before, src, options, capacity): &Self::Case) -> InflateSource<'_, &[u8]> {
        with_options(&state.0, before, src, *options, *capacity)
    }

    fn own(source: InflateSource<'_, &[u8]>) -> Self::Case {
        (
            InflateState(source.state.to_vec()),
            source.history().to_vec(),
            source.src.to_vec(),
            source.options(),
            source.capacity,
        )
    }

    fn len<'a, B: ByteString<'a>>(source: InflateSource<'a, B>) -> u64 {
        source.src.len() as u64
    }

    fn values<'a>(source: InflateSource<'a, &'a [u8]>) -> Option<Vec<Value>> {
        Named::values((
            source.state,
            source.before,
            source.src,
            source.options(),
            source.capacity,
        ))
    }

    fn parse<'a, B: ByteString<'a>>(
        arguments: &Arguments<'_, 'a>,
    ) -> Result<InflateSource<'a, B>, ArgumentError> {
        let argument = arguments.get(0);
        let state = match argument.own_bytes()? {
            [] => &[0; InflateState::SIZE],
            bytes if is_sound(bytes) => bytes,
            _ => return Err(argument.is_no("state of a stream that is being read")),
        };
        let before = arguments.get(1).bytes_from_len(history(state))?;
        let src = arguments.get(2).bytes()?;
        let options = arguments.get(3).u32()?;
        let capacity = arguments.get(4).size()?;
        let source = with_options(state, before, src, options, capacity);
        if source.options() == options {
            Ok(source)
        } else {
            Err(arguments.get(3).is_no("options of a stream"))
        }
    }
}

fn with_options<'a, B>(
    state: &'a [u8],
    before: &'a [u8],
    src: B,
    options: u32,
    capacity: usize,
) -> InflateSource<'a, B> {
    let has = |option| options & option != 0;
    let format = match (has(inflate_option::ZLIB), has(inflate_option::GZIP)) {
        (true, _) => InflateFormat::Zlib,
        (_, true) => InflateFormat::Gzip,
        _ => InflateFormat::Raw,
    };
    InflateSource {
        state,
        before,
        src,
        format,
        trailing: has(inflate_option::TRAILING),
        last: has(inflate_option::LAST),
        capacity,
    }
}

/// What a step gives. Two are equal where they give the same content, and what is wrong behind it has the same
/// status: native code has no states.
#[derive(Debug, Clone)]
pub struct InflateStep {
    /// What the next step begins with; nothing where native code has answered, which only begins a stream.
    pub state: Option<InflateState>,
    /// Content.
    pub bytes: Vec<u8>,
    /// What is wrong behind it. Its offset counts from the start of the piece.
    pub error: Option<InflateError>,
}

impl PartialEq for InflateStep {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes && self.error == other.error
    }
}

impl Answer for InflateStep {
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
                    state: (!state.is_empty()).then(|| InflateState(state.clone())),
                    bytes: bytes.clone(),
                    error: None,
                })
            }
            Ok(_) => None,
            Err(refusal) => Some(Self {
                state: None,
                bytes: Vec::new(),
                error: Some(*refusal.detail::<InflateError>()?),
            }),
        }
    }
}

/// Goes on with reading a stream, or a gzip file, by the whole elements of a piece: headers, symbols, stored bytes.
///
/// Native code takes no state up: it gives what the first step gives, and no state with it.
#[derive(Debug)]
pub struct InflateUpdate;

impl Operation for InflateUpdate {
    const NAME: &'static str = "inflate_update";
    const SUMMARY: &'static str = "DEFLATE decompression, one piece";
    const EXPORT: &'static Export = &deflate::INFLATE_UPDATE;
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
        (
            "options",
            "1: leave alone what follows; 2: it ends here; 4: zlib; 8: gzip; their sum",
        ),
        ("capacity", "how many bytes of content may be written"),
    ];

    type Shape = InflatePiece;
    type Output = InflateStep;

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        source: Input<'a, Self, B>,
    ) -> Result<InflateStep, CallError> {
        let fault = frame.fault()?;
        step(frame, source, fault)
    }
}

/// Calls the kernel, with room for its fault.
fn step<'a, F: Frame, B: ByteString<'a>>(
    frame: &mut F,
    source: InflateSource<'a, B>,
    fault: Span,
) -> Result<InflateStep, CallError> {
    let export = InflateUpdate::EXPORT;
    let history = source.history();
    let state = frame.input(source.state)?;
    let next = frame.output(InflateState::SIZE)?;
    let src = source.src.place(frame)?;
    let dst = frame.output_behind(history, source.capacity)?;
    let arguments = [
        state.ptr.into(),
        next.ptr.into(),
        src.ptr.into(),
        src.len.into(),
        source.options().into(),
        dst.ptr.into(),
        dst.len.into(),
        fault.ptr.into(),
    ];
    let error = match frame.invoke_i32(export, &arguments)? {
        0 => None,
        status => Some(refusal(frame, export, status, fault)?),
    };
    let state = InflateState(frame.read(next).to_vec());
    let produced = dst
        .behind(history.len() as u32)
        .prefix(state.produced() as u32);
    let bytes = frame.read(produced).to_vec();
    Ok(InflateStep {
        state: Some(state),
        bytes,
        error,
    })
}

#[cfg(feature = "native")]
impl Native for InflateUpdate {
    fn native(source: Input<'_, Self>) -> InflateStep {
        let (bytes, error) = if is_start(source.state) {
            native::first_step(&source)
        } else {
            let error = InflateError {
                offset: 0,
                fault: InflateFault::Interrupted,
            };
            (Vec::new(), Some(error))
        };
        InflateStep {
            state: None,
            bytes,
            error,
        }
    }

    /// Native code takes no state up.
    fn can_answer(source: Input<'_, Self>) -> bool {
        is_start(source.state)
    }

    fn is_right(source: Input<'_, Self>, answer: &InflateStep) -> bool {
        if !is_start(source.state) {
            return true;
        }
        let expected = Self::native(source);
        // By name, a refusal has no content before it.
        match (&answer.state, answer.error) {
            (None, Some(error)) => expected.error == Some(error),
            _ => *answer == expected,
        }
    }

    /// Streams of every kind, whole and damaged, up to anywhere in them; with enough room, or any.
    fn generate(generator: &mut Generator, len: usize) -> Case<Self> {
        let format =
            *generator.choose(&[InflateFormat::Raw, InflateFormat::Zlib, InflateFormat::Gzip]);
        let dictionary = match format {
            InflateFormat::Gzip => Vec::new(),
            _ => samples::dictionary(generator),
        };
        let mut stream = samples::stream(generator, len, format, &dictionary);
        let dictionary = samples::given(generator, dictionary);
        let capacity = samples::capacity(generator, len, format, &stream, &dictionary);
        if generator.one_in(2) {
            stream.truncate(generator.number(0..=stream.len()));
        }
        let options = format.option()
            | (inflate_option::TRAILING * u32::from(generator.one_in(3)))
            | (inflate_option::LAST * u32::from(generator.one_in(2)));
        let state = InflateState::start(dictionary.len());
        (state, dictionary, stream, options, capacity)
    }

    /// The gzip file of a text.
    fn workload(generator: &mut Generator, len: usize) -> Case<Self> {
        let text = generator.source_text(len);
        let file = samples::deflate(&text, 6, InflateFormat::Gzip, &[]);
        let options = InflateFormat::Gzip.option() | inflate_option::LAST;
        (InflateState::start(0), Vec::new(), file, options, len)
    }
}

/// How much content a step of [`in_pieces`] may give.
const ROOM: usize = 1_000;

/// A stream's content as a reader gives it whose source comes a piece at a time.
pub(super) fn in_pieces<F: Frame>(
    frame: &mut F,
    format: InflateFormat,
    stream: &[u8],
    dictionary: &[u8],
    trailing: bool,
    capacity: usize,
    cuts: &[usize],
) -> Result<Result<Vec<u8>, InflateError>, CallError> {
    // The cuts lie within the length of the arguments together, or of the stream. Counted from the end too, they
    // come everywhere in it.
    let cuts = cuts.iter().map(|cut| *cut.min(&stream.len()));
    let mut ends: Vec<usize> = cuts.flat_map(|cut| [cut, stream.len() - cut]).collect();
    ends.push(stream.len());
    ends.sort_unstable();
    let fault = frame.fault()?;
    let mut state = InflateState::start(dictionary.len());
    let mut content = dictionary.to_vec();
    let end = dictionary.len() + capacity;
    let mut consumed = 0;
    let mut ends = ends.into_iter();
    let mut given = 0;
    loop {
        let source = InflateSource {
            state: &state.0,
            before: &content,
            src: &stream[consumed..given],
            format,
            trailing,
            last: given == stream.len(),
            capacity: (end - content.len()).min(ROOM.max(capacity / 8)),
        };
        let step = step(frame, source, fault)?;
        content.extend(step.bytes);
        if let Some(mut error) = step.error {
            error.offset += consumed;
            return Ok(Err(error));
        }
        let Some(next) = step.state else {
            return Ok(Err(InflateError::OUTPUT_TOO_SMALL));
        };
        state = next;
        consumed += state.consumed();
        match state.stop() {
            InflateStop::Room if content.len() == end => {
                return Ok(Err(InflateError::OUTPUT_TOO_SMALL));
            }
            InflateStop::Room => {}
            InflateStop::End if trailing || given == stream.len() => {
                return Ok(Ok(content.split_off(dictionary.len())));
            }
            InflateStop::Source | InflateStop::End => given = ends.next().unwrap_or(given),
        }
    }
}
