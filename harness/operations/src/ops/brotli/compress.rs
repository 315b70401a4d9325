//! Brotli compression.

#[cfg(feature = "native")]
use super::{compress_native, samples::content};
use crate::prelude::*;
use kilowat_kernels::brotli;
#[cfg(feature = "native")]
use kilowat_kernels::brotli::mode;

/// Why there is no Brotli output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BrotliCompressError {
    /// The result is longer than the capacity.
    #[error("the result is longer than the output has room for")]
    OutputTooSmall,
    /// There is no such quality, window or mode.
    #[error(
        "there is no such quality (0 to {}), window ({} to {}) or mode (0 to 2)",
        BrotliCompress::HIGHEST_QUALITY,
        BrotliCompress::WINDOWS.start(),
        BrotliCompress::WINDOWS.end()
    )]
    Unsupported,
    /// The input is longer than the kernel takes: `0x7e00_0000` bytes.
    #[error(
        "the input is longer than {} bytes, the most that is compressed at once",
        BrotliCompress::LONGEST
    )]
    TooLarge,
}

impl BrotliCompressError {
    fn from_code(code: i32) -> Option<Self> {
        match Status::from_code(code)? {
            Status::OutputTooSmall => Some(Self::OutputTooSmall),
            Status::Unsupported => Some(Self::Unsupported),
            Status::TooLarge => Some(Self::TooLarge),
            _ => None,
        }
    }
}

impl Refuses for BrotliCompressError {
    fn status(&self) -> Status {
        match self {
            Self::OutputTooSmall => Status::OutputTooSmall,
            Self::Unsupported => Status::Unsupported,
            Self::TooLarge => Status::TooLarge,
        }
    }
}

/// Bytes as a Brotli stream (RFC 7932), or a piece of one.
///
/// There are many right streams of them. The engines make the same; native code is the crate `brotli`, which makes
/// another. With [`bound`](Self::bound) as the capacity there is room for any of them.
///
/// A piece has a history: all content that came before it, or [a window](Self::window_len) of it at least. One
/// without a history begins a stream. No piece relies on what else was written in those before it, so that any tier
/// makes each of them, and several threads make them at the same time. All are to have the same window.
#[derive(Debug)]
pub struct BrotliCompress;

impl BrotliCompress {
    /// The longest input, with its history.
    pub const LONGEST: usize = 0x7e00_0000;

    /// The highest quality.
    pub const HIGHEST_QUALITY: u32 = 11;

    /// How wide a window is: the logarithm of its length to the base 2.
    pub const WINDOWS: std::ops::RangeInclusive<u32> = 10..=24;

    /// How far back a copy may reach in a window, and how much history counts.
    ///
    /// ```
    /// use kilowat_operations::ops::BrotliCompress;
    ///
    /// assert_eq!(BrotliCompress::window_len(10), 1_008);
    /// ```
    #[must_use]
    pub const fn window_len(window: u32) -> usize {
        (1 << window) - 16
    }

    /// How long the stream of `len` bytes may be, without their history.
    #[must_use]
    pub fn bound(len: usize) -> usize {
        len + 5 * (len >> 12) + 32
    }
}

impl Operation for BrotliCompress {
    const NAME: &'static str = "brotli_compress";
    const SUMMARY: &'static str = "Brotli compression, whole or in pieces";
    const EXPORT: &'static Export = &brotli::BROTLI_COMPRESS;
    const PARAMETERS: Names = &[
        ("bytes", "what to compress, behind its history"),
        (
            "history",
            "how many of them are what came before, which is not compressed again: all of it, or a window at least",
        ),
        ("quality", "0 (fastest) to 11 (smallest)"),
        (
            "window",
            "how far copies reach back, 10 to 24: 2^window - 16 bytes",
        ),
        (
            "mode",
            "what the bytes are: 0 (anything), 1 (text) or 2 (a font)",
        ),
        (
            "flush",
            "no to end the stream, yes to end at a byte, where it can go on",
        ),
        ("capacity", "how many bytes may be written"),
    ];

    type Shape = (Bytes, Size, U32, U32, U32, Flag, Size);
    type Output = Result<Vec<u8>, BrotliCompressError>;

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        (bytes, history, quality, window, mode, flush, capacity): Input<'a, Self, B>,
    ) -> Result<Self::Output, CallError> {
        let src = bytes.place(frame)?;
        let size = &brotli::BROTLI_COMPRESS_WORK_SIZE;
        let Some(work_size) = frame.size(size, &[src.len.into(), quality.into()])? else {
            return Ok(Err(BrotliCompressError::TooLarge));
        };
        let work = frame.work(work_size)?;
        let dst = frame.output(capacity)?;
        let arguments = [
            src.ptr.into(),
            src.len.into(),
            (history.min(bytes.len()) as u32).into(),
            quality.into(),
            window.into(),
            mode.into(),
            u32::from(flush).into(),
            work.ptr.into(),
            work.len.into(),
            dst.ptr.into(),
            dst.len.into(),
        ];
        let result = frame.invoke_i32(Self::EXPORT, &arguments)?;
        match u32::try_from(result) {
            Ok(len) => Ok(Ok(frame.read(dst.prefix(len)).to_vec())),
            Err(_) => match BrotliCompressError::from_code(result) {
                Some(error) => Ok(Err(error)),
                None => Err(CallError::Contract {
                    export: Self::EXPORT.name,
                    value: Some(WasmValue::I32(result)),
                }),
            },
        }
    }
}

/// What there is to refuse, whoever is asked.
#[cfg(feature = "native")]
fn refused(bytes: &[u8], quality: u32, window: u32, mode: u32) -> Option<BrotliCompressError> {
    if quality > BrotliCompress::HIGHEST_QUALITY
        || !BrotliCompress::WINDOWS.contains(&window)
        || mode > mode::FONT
    {
        Some(BrotliCompressError::Unsupported)
    } else if bytes.len() > BrotliCompress::LONGEST {
        Some(BrotliCompressError::TooLarge)
    } else {
        None
    }
}

/// The history that counts, and what is compressed.
#[cfg(feature = "native")]
fn parts(bytes: &[u8], history: usize, window: u32) -> (&[u8], &[u8]) {
    let (history, text) = bytes.split_at(history.min(bytes.len()));
    let before = history
        .len()
        .saturating_sub(BrotliCompress::window_len(window));
    (&history[before..], text)
}

#[cfg(feature = "native")]
impl Native for BrotliCompress {
    /// The slow qualities of the crate take most of the time.
    const CHECKS: Schedule = Schedule {
        every_length_to: 300,
        longest: 1 << 17,
    };

    fn native(
        (bytes, history, quality, window, mode, flush, capacity): Input<'_, Self>,
    ) -> Self::Output {
        if let Some(error) = refused(bytes, quality, window, mode) {
            return Err(error);
        }
        let (history, text) = parts(bytes, history, window);
        let is_first = history.is_empty();
        let mut stream = compress_native::compress(text, is_first, quality, window, mode, flush);
        if stream.len() > Self::bound(text.len()) {
            stream = compress_native::store(text, is_first, window, flush);
        }
        if stream.len() > capacity {
            return Err(BrotliCompressError::OutputTooSmall);
        }
        Ok(stream)
    }

    /// Any stream that fits, ends as it is to, and decompresses to the input. Where there is less room than
    /// every compressor gets along with, one may say that it is too little.
    fn is_right(
        (bytes, history, quality, window, mode, flush, capacity): Input<'_, Self>,
        answer: &Self::Output,
    ) -> bool {
        match (answer, refused(bytes, quality, window, mode)) {
            (answer, Some(error)) => *answer == Err(error),
            (Ok(stream), None) => {
                let (history, text) = parts(bytes, history, window);
                stream.len() <= capacity
                    && compress_native::stands_for(stream, history, text, window, flush)
            }
            (Err(error), None) => {
                let (_, text) = parts(bytes, history, window);
                *error == BrotliCompressError::OutputTooSmall && capacity < Self::bound(text.len())
            }
        }
    }

    /// Bytes of every kind, at any quality, in any window, with and without a history; with all the room that there
    /// may be need of, or with any.
    fn generate(generator: &mut Generator, len: usize) -> Case<Self> {
        let mut window = generator.number(10..=24) as u32;
        let history = match generator.number(0..=5) {
            0 => generator.number(1..=300),
            1 if len > 1_000 => Self::window_len(10) + generator.number(0..=2),
            _ => 0,
        };
        if history >= Self::window_len(10) {
            window = 10;
        }
        let bytes = content(generator, history + len);
        // The slowest is for what is short.
        let highest = if len > 1 << 16 {
            7
        } else {
            Self::HIGHEST_QUALITY
        };
        let quality = generator.number(0..=highest as usize) as u32;
        let mut mode = generator.number(0..=2) as u32;
        let quality = match generator.number(0..=60) {
            0 => *generator.choose(&[12, 13, u32::MAX]),
            1 => {
                window = *generator.choose(&[0, 9, 25, 30, u32::MAX]);
                quality
            }
            2 => {
                mode = *generator.choose(&[3, u32::MAX]);
                quality
            }
            _ => quality,
        };
        let capacity = match generator.number(0..=5) {
            0 => generator.number(0..=len),
            1 => len,
            _ => Self::bound(len),
        };
        // More history than there is, is all that there is.
        let history = history + if generator.one_in(30) { len + 9 } else { 0 };
        let flush = generator.one_in(2);
        (bytes, history, quality, window, mode, flush, capacity)
    }

    /// A whole stream at quality 5.
    fn workload(generator: &mut Generator, len: usize) -> Case<Self> {
        let bytes = generator.source_text(len);
        (bytes, 0, 5, 22, mode::GENERIC, false, Self::bound(len))
    }
}
