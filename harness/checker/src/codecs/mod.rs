//! The operations that read a format or write one, and raw bytes as inputs of them: what a fuzzer runs, and what the
//! tests run on valid samples that were damaged. What is written is read again, and has to be the content.
//!
//! Raw bytes mean the same wherever they come from, so that a file which a fuzzer has found can be tried again by
//! any other program. They begin with the parameters of the operation in their order, but for the text, tape or block
//! that is to be read, which is the rest of them:
//!
//! - an integer is three bytes, the lowest first;
//! - a flag is one byte, of which the lowest bit counts;
//! - another byte string, such as a pointer, is its length in one byte, and then so many bytes.
//!
//! A tape is preceded by a flag besides: without it, the bytes that make no whole word are left out at its end. Before
//! frames that are read piece by piece stand a byte whose lowest three bits say how many cuts there are, and two bytes
//! for each cut: its place, modulo one more than the frames have bytes. What is missing is zero.

mod fence;

use std::fmt;

use kilowat_engine::Instance;
use kilowat_operations::argument::{Argument, ArgumentError};
use kilowat_operations::frame::CallError;
use kilowat_operations::generator::Generator;
use kilowat_operations::ops::{
    self, AnswerError, AnyCase, AnyListed, Erased, Kind, Lz4DecoderState, Lz4Source, Native as _,
    Parameter, Value, case,
};

use fence::Fenced;

/// The greatest integer that there is in raw bytes: 16 MiB, where it is room.
pub const GREATEST: u64 = (1 << 24) - 1;

/// Bytes of a word of a tape.
const WORD: usize = 8;

/// Every operation that reads a format, and those that compress.
pub static CODECS: &[Codec] = &[
    Codec::new(&Erased::<ops::JsonValidate>::NEW),
    Codec::new(&Erased::<ops::JsonParse>::NEW),
    Codec::new(&Erased::<ops::JsonEscape>::NEW),
    Codec::new(&Erased::<ops::JsonUnescape>::NEW),
    Codec::new(&Erased::<ops::JsonMinify>::NEW),
    Codec::of_tapes(&Erased::<ops::JsonSerialize>::NEW),
    Codec::of_tapes(&Erased::<ops::JsonGet>::NEW),
    Codec::new(&Erased::<ops::Utf8Validate>::NEW),
    Codec::new(&Erased::<ops::Base64Decode>::NEW),
    Codec::new(&Erased::<ops::HexDecode>::NEW),
    Codec::new(&Erased::<ops::Inflate>::NEW),
    Codec::new(&Erased::<ops::ZlibDecompress>::NEW),
    Codec::new(&Erased::<ops::GzipDecompress>::NEW),
    Codec::new(&Erased::<ops::Deflate>::NEW),
    Codec::new(&Erased::<ops::Lz4Decompress>::NEW),
    Codec::new(&Erased::<ops::Lz4Compress>::NEW),
    Codec::new(&Erased::<ops::Lz4CompressHc>::NEW),
    Codec::new(&Erased::<ops::Lz4FrameDecompress>::NEW),
    Codec::new(&Erased::<ops::Lz4FrameContentSize>::NEW),
    Codec {
        operation: &Erased::<ops::Lz4FrameDecode>::NEW,
        form: Form::Pieces,
    },
    Codec::new(&Erased::<ops::BrotliDecompress>::NEW),
    Codec::new(&Erased::<ops::BrotliCompress>::NEW),
    Codec::new(&Erased::<ops::JavaScriptParse>::NEW),
];

/// An operation that reads a format or writes one.
pub struct Codec {
    operation: &'static dyn AnyListed,
    form: Form,
}

/// What the raw bytes become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// The parameters of one call.
    Call,
    /// The same, its main part being a tape.
    Tape,
    /// Frames, and where they are cut: steps, of which each begins with the state that the one before has left.
    Pieces,
}

/// Why raw bytes have not come through.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CodecError {
    /// The operation takes no such arguments; that is a fault of this module.
    #[error(transparent)]
    Argument(#[from] ArgumentError),
    /// The kernel could not be asked, or has trapped, or its answer is not right.
    #[error(transparent)]
    Answer(#[from] AnswerError),
    /// The kernel has written where it has no business to.
    #[error("{operation} has written to the byte at {address}, which is in no output of its own")]
    WroteOutside {
        /// The operation.
        operation: &'static str,
        /// The first such byte.
        address: usize,
    },
}

impl From<CallError> for CodecError {
    fn from(error: CallError) -> Self {
        Self::Answer(error.into())
    }
}

impl fmt::Debug for Codec {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Codec")
            .field("operation", &self.name())
            .field("form", &self.form)
            .finish()
    }
}

/// The codec of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Codec> {
    CODECS.iter().find(|codec| codec.name() == name)
}

impl Codec {
    const fn new(operation: &'static dyn AnyListed) -> Self {
        let form = Form::Call;
        Self { operation, form }
    }

    const fn of_tapes(operation: &'static dyn AnyListed) -> Self {
        let form = Form::Tape;
        Self { operation, form }
    }

    /// The operation.
    #[must_use]
    pub fn operation(&self) -> &'static dyn AnyListed {
        self.operation
    }

    /// The operation's name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.operation.name()
    }

    /// Raw bytes whose main part has about `len` bytes: mostly what the format allows, and some of it damaged as the
    /// operation's own generator does that.
    #[must_use]
    pub fn sample(&self, generator: &mut Generator, len: usize) -> Vec<u8> {
        if self.form == Form::Pieces {
            return sample_pieces(generator, len);
        }
        let case = self.operation.generate(generator, len);
        let values = case.arguments().unwrap_or_default();
        self.raw(&values)
    }

    /// The raw bytes of arguments; an integer that has no place there becomes the [greatest](GREATEST).
    fn raw(&self, values: &[Value]) -> Vec<u8> {
        let main = main(self.operation.parameters());
        let mut raw = Vec::new();
        let mut rest: &[u8] = &[];
        for (index, value) in values.iter().enumerate() {
            match value {
                Value::Bytes(bytes) if index == main => rest = bytes,
                Value::Bytes(bytes) => {
                    let len = bytes.len().min(u8::MAX.into());
                    raw.push(len as u8);
                    raw.extend(&bytes[..len]);
                }
                Value::Bool(flag) => raw.push((*flag).into()),
                Value::Integer(integer) => write_integer(&mut raw, *integer),
                _ => {}
            }
        }
        if self.form == Form::Tape {
            raw.push((!rest.len().is_multiple_of(WORD)).into());
        }
        raw.extend(rest);
        raw
    }

    /// The inputs that raw bytes are, one behind the other.
    ///
    /// # Errors
    /// [`ArgumentError`] where the operation has parameters that raw bytes cannot be.
    pub fn cases(&self, raw: &[u8]) -> Result<Vec<Box<dyn AnyCase>>, ArgumentError> {
        let mut raw = Raw(raw);
        if self.form == Form::Pieces {
            return Ok(pieces(raw));
        }
        let parameters = self.operation.parameters();
        let main = main(parameters);
        let mut values: Vec<Value> = (parameters.iter().enumerate())
            .map(|(index, parameter)| match parameter.kind {
                Kind::Bytes if index == main => Value::Nothing,
                Kind::Bytes => Value::Bytes(raw.string().to_vec()),
                Kind::Bool => Value::Bool(raw.flag()),
                Kind::Integer => Value::Integer(raw.integer()),
                _ => Value::Nothing,
            })
            .collect();
        let is_ragged = self.form == Form::Tape && raw.flag();
        let mut rest = raw.0;
        if self.form == Form::Tape && !is_ragged {
            rest = &rest[..rest.len() / WORD * WORD];
        }
        if let Some(value) = values.get_mut(main) {
            *value = Value::Bytes(rest.to_vec());
        }
        let arguments: Vec<Argument<'_>> = values.iter().map(Argument::from).collect();
        Ok(vec![self.operation.case(&arguments)?])
    }

    /// Runs the operation on raw bytes, in an instance of its module or of a build of that with the same exports, and
    /// holds the answer to the native one.
    ///
    /// # Errors
    /// [`CodecError`].
    pub fn check(&self, raw: &[u8], instance: &mut Instance) -> Result<(), CodecError> {
        let base = self.operation.export().module.heap_base;
        for case in self.cases(raw)? {
            let mut frame = Fenced::new(instance, base)?;
            let answered = case.check_on(&mut frame);
            // Whoever writes elsewhere may well answer wrongly for that reason.
            if let Some(address) = frame.trespass {
                let operation = self.name();
                return Err(CodecError::WroteOutside { operation, address });
            }
            answered?;
        }
        Ok(())
    }
}

/// The parameter that is the rest of the raw bytes: the first that is a byte string.
fn main(parameters: &[Parameter]) -> usize {
    let mut kinds = parameters.iter().map(|parameter| parameter.kind);
    kinds
        .position(|kind| kind == Kind::Bytes)
        .unwrap_or(parameters.len())
}

fn write_integer(raw: &mut Vec<u8>, integer: u64) {
    raw.extend(&integer.min(GREATEST).to_le_bytes()[..3]);
}

/// Raw bytes that are being read.
struct Raw<'a>(&'a [u8]);

impl<'a> Raw<'a> {
    /// The next `len` bytes, or as many as there are.
    fn take(&mut self, len: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(len.min(self.0.len()));
        self.0 = rest;
        taken
    }

    fn number(&mut self, len: usize) -> u64 {
        let bytes = self.take(len).iter().rev();
        bytes.fold(0, |number, byte| number << 8 | u64::from(*byte))
    }

    fn integer(&mut self) -> u64 {
        self.number(3)
    }

    fn flag(&mut self) -> bool {
        self.number(1) & 1 == 1
    }

    fn string(&mut self) -> &'a [u8] {
        let len = self.number(1) as usize;
        self.take(len)
    }
}

/// Frames, whole and damaged, and where they are cut.
fn sample_pieces(generator: &mut Generator, len: usize) -> Vec<u8> {
    let frames = Erased::<ops::Lz4FrameDecompress>::NEW;
    let case = ops::AnyOperation::generate(&frames, generator, len);
    let values = case.arguments().unwrap_or_default();
    let [Value::Bytes(frames), Value::Integer(capacity)] = values.as_slice() else {
        return Vec::new();
    };
    let mut raw = Vec::new();
    write_integer(&mut raw, *capacity);
    raw.push(generator.one_in(3).into());
    let cuts = generator.number(0..=4);
    raw.push(cuts as u8);
    for _ in 0..cuts {
        let cut = generator.number(0..=frames.len()).min(u16::MAX.into());
        raw.extend((cut as u16).to_le_bytes());
    }
    raw.extend(frames);
    raw
}

/// The steps in which frames are read, as native code goes through them.
fn pieces(mut raw: Raw<'_>) -> Vec<Box<dyn AnyCase>> {
    let capacity = raw.integer() as usize;
    let exact = raw.flag();
    let count = raw.number(1) & 7;
    let cuts: Vec<u64> = (0..count).map(|_| raw.number(2)).collect();
    let frames = raw.0;
    let mut ends: Vec<usize> = (cuts.into_iter())
        .map(|cut| cut as usize % (frames.len() + 1))
        .collect();
    ends.sort_unstable();
    ends.push(frames.len());

    let mut steps = Vec::new();
    let mut state = Lz4DecoderState::default();
    let mut content = Vec::new();
    let mut consumed = 0;
    for end in ends {
        let source = Lz4Source {
            state: state.as_ref(),
            before: &content[content.len() - state.history()..],
            src: &frames[consumed..end],
            capacity,
            exact,
        };
        steps.push(case::<ops::Lz4FrameDecode>(source));
        let decoded = ops::Lz4FrameDecode::native(source);
        // After a fault there is nothing to go on with.
        if decoded.state.fault().is_some() {
            break;
        }
        state = decoded.state;
        consumed += state.consumed();
        content.extend(decoded.bytes);
    }
    steps
}
