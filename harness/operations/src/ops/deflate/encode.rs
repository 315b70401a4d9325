//! Deflate compression.

#[cfg(feature = "native")]
use super::{encode_native, samples::content};
use crate::prelude::*;
use kilowat_kernels::deflate;

/// Why there is no deflate output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DeflateError {
    /// The result is longer than the capacity.
    #[error("the result is longer than the output has room for")]
    OutputTooSmall,
    /// There is no such level.
    #[error(
        "there is no such level of compression: they are 0 to {}",
        Deflate::HIGHEST_LEVEL
    )]
    Unsupported,
    /// The input is longer than the kernel takes: `0x7e00_0000` bytes.
    #[error(
        "the input is longer than {} bytes, the most that is compressed at once",
        Deflate::LONGEST
    )]
    TooLarge,
}

impl DeflateError {
    fn from_code(code: i32) -> Option<Self> {
        match Status::from_code(code)? {
            Status::OutputTooSmall => Some(Self::OutputTooSmall),
            Status::Unsupported => Some(Self::Unsupported),
            Status::TooLarge => Some(Self::TooLarge),
            _ => None,
        }
    }
}

impl Refuses for DeflateError {
    fn status(&self) -> Status {
        match self {
            Self::OutputTooSmall => Status::OutputTooSmall,
            Self::Unsupported => Status::Unsupported,
            Self::TooLarge => Status::TooLarge,
        }
    }
}

/// Bytes as deflate blocks (RFC 1951), a whole stream or a piece of one.
///
/// There are many right streams of them. The engines make the same; native code is `zlib-rs`, which makes
/// another. With [`bound`](Self::bound) as the capacity there is room for any of them.
#[derive(Debug)]
pub struct Deflate;

impl Deflate {
    /// The longest input, with its history.
    pub const LONGEST: usize = 0x7e00_0000;

    /// The highest level.
    pub const HIGHEST_LEVEL: u32 = 12;

    /// How much history counts, at most: as far as a match reaches back.
    pub const WINDOW: usize = 1 << 15;

    /// How long the stream of `len` bytes may be, without their history.
    #[must_use]
    pub fn bound(len: usize) -> usize {
        len + 5 * (len >> 12) + 32
    }
}

impl Operation for Deflate {
    const NAME: &'static str = "deflate";
    const SUMMARY: &'static str = "deflate compression, whole or in pieces";
    const EXPORT: &'static Export = &deflate::DEFLATE;
    const PARAMETERS: Names = &[
        ("bytes", "what to compress, behind its history"),
        (
            "history",
            "how many of them are what came before, which is not compressed again; the last 32 KiB count",
        ),
        ("level", "0 (stored) to 12 (smallest)"),
        (
            "flush",
            "no to end the stream, yes to end at a byte, where it can go on",
        ),
        ("capacity", "how many bytes may be written"),
    ];

    type Shape = (Bytes, Size, U32, Flag, Size);
    type Output = Result<Vec<u8>, DeflateError>;

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        (bytes, history, level, flush, capacity): Input<'a, Self, B>,
    ) -> Result<Self::Output, CallError> {
        let src = bytes.place(frame)?;
        let size = &deflate::DEFLATE_WORK_SIZE;
        let Some(work_size) = frame.size(size, &[src.len.into(), level.into()])? else {
            return Ok(Err(DeflateError::TooLarge));
        };
        let work = frame.work(work_size)?;
        let dst = frame.output(capacity)?;
        let arguments = [
            src.ptr.into(),
            src.len.into(),
            (history.min(bytes.len()) as u32).into(),
            level.into(),
            u32::from(flush).into(),
            work.ptr.into(),
            work.len.into(),
            dst.ptr.into(),
            dst.len.into(),
        ];
        let result = frame.invoke_i32(Self::EXPORT, &arguments)?;
        match u32::try_from(result) {
            Ok(len) => Ok(Ok(frame.read(dst.prefix(len)).to_vec())),
            Err(_) => match DeflateError::from_code(result) {
                Some(error) => Ok(Err(error)),
                None => Err(CallError::Contract {
                    export: Self::EXPORT.name,
                    value: Some(WasmValue::I32(result)),
                }),
            },
        }
    }
}

/// The history that counts, and what is compressed.
#[cfg(feature = "native")]
fn parts(bytes: &[u8], history: usize) -> (&[u8], &[u8]) {
    let (history, text) = bytes.split_at(history.min(bytes.len()));
    let before = history.len().saturating_sub(Deflate::WINDOW);
    (&history[before..], text)
}

/// What there is to refuse, whoever is asked.
#[cfg(feature = "native")]
fn refused(bytes: &[u8], level: u32) -> Option<DeflateError> {
    if level > Deflate::HIGHEST_LEVEL {
        Some(DeflateError::Unsupported)
    } else if bytes.len() > Deflate::LONGEST {
        Some(DeflateError::TooLarge)
    } else {
        None
    }
}

#[cfg(feature = "native")]
impl Native for Deflate {
    fn native((bytes, history, level, flush, capacity): Input<'_, Self>) -> Self::Output {
        if let Some(error) = refused(bytes, level) {
            return Err(error);
        }
        let (history, text) = parts(bytes, history);
        let mut stream = encode_native::compress(history, text, level, flush);
        // At level 1 zlib-rs stores nothing, so that what cannot be compressed gets longer than that.
        if stream.len() > Self::bound(text.len()) {
            stream = encode_native::compress(history, text, 0, flush);
        }
        if stream.len() > capacity {
            return Err(DeflateError::OutputTooSmall);
        }
        Ok(stream)
    }

    /// Any blocks that fit, end as they are to, and decompress to the input. Where there is less room than
    /// every compressor gets along with, one may say that it is too little.
    fn is_right(
        (bytes, history, level, flush, capacity): Input<'_, Self>,
        answer: &Self::Output,
    ) -> bool {
        let (history, text) = parts(bytes, history);
        match (answer, refused(bytes, level)) {
            (answer, Some(error)) => *answer == Err(error),
            (Ok(stream), None) => {
                stream.len() <= capacity && encode_native::stands_for(stream, history, text, flush)
            }
            (Err(error), None) => {
                *error == DeflateError::OutputTooSmall && capacity < Self::bound(text.len())
            }
        }
    }

    /// Mixed patterns and what repeats at distances that matter, at any level, with and without a history;
    /// with all the room that there may be need of, or with any.
    fn generate(generator: &mut Generator, len: usize) -> Case<Self> {
        let history = match generator.number(0..=5) {
            0 => generator.number(0..=300),
            1 if len > 1_000 => *generator.choose(&[32_767, 32_768, 32_769, 40_000]),
            _ => 0,
        };
        let bytes = content(generator, history + len);
        let level = match generator.number(0..=40) {
            0 => *generator.choose(&[13, 14, u32::MAX]),
            level => level as u32 % 13,
        };
        let capacity = match generator.number(0..=5) {
            0 => generator.number(0..=len),
            1 => len,
            _ => Self::bound(len),
        };
        // More history than there is, is all that there is.
        let history = history + if generator.one_in(30) { len + 9 } else { 0 };
        (bytes, history, level, generator.one_in(2), capacity)
    }

    /// A whole stream at level 6.
    fn workload(generator: &mut Generator, len: usize) -> Case<Self> {
        let bytes = generator.source_text(len);
        (bytes, 0, 6, false, Self::bound(len))
    }
}
