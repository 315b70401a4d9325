//! Brotli decompression.

use super::error::BrotliError;
use super::pieces;
#[cfg(feature = "native")]
use super::{native, samples};
use crate::prelude::*;
use kilowat_kernels::brotli;

/// What a Brotli stream stands for (RFC 7932), of a length that is limited.
#[derive(Debug)]
pub struct BrotliDecompress;

impl Operation for BrotliDecompress {
    const NAME: &'static str = "brotli_decompress";
    const SUMMARY: &'static str = "Brotli decompression of a stream";
    const EXPORT: &'static Export = &brotli::BROTLI_DECOMPRESS;
    const PARAMETERS: Names = &[
        ("stream", "what to decompress"),
        ("capacity", "how long its content may be"),
    ];

    type Shape = (Bytes, Size);
    type Output = Result<Vec<u8>, BrotliError>;

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        (stream, capacity): Input<'a, Self, B>,
    ) -> Result<Self::Output, CallError> {
        const TOO_SMALL: i32 = Status::OutputTooSmall.code();
        let src = stream.place(frame)?;
        let size = &brotli::BROTLI_DECOMPRESS_WORK_SIZE;
        let work_size = frame.size(size, &[src.len.into()])?.unwrap_or_default();
        let work = frame.work(work_size)?;
        let fault = frame.fault()?;
        let dst = frame.output(capacity)?;
        let arguments = [
            src.ptr.into(),
            src.len.into(),
            work.ptr.into(),
            work.len.into(),
            dst.ptr.into(),
            dst.len.into(),
            fault.ptr.into(),
        ];
        match frame.invoke_i32(Self::EXPORT, &arguments)? {
            len @ 0.. => Ok(Ok(frame.read(dst.prefix(len as u32)).to_vec())),
            TOO_SMALL => Ok(Err(BrotliError::ROOM)),
            status => {
                let record = frame.read_fault(fault);
                BrotliError::of_kernel(Self::EXPORT, status, record).map(Err)
            }
        }
    }

    fn kernel_in_pieces<F: Frame>(
        frame: &mut F,
        (stream, capacity): Input<'_, Self>,
        cuts: &[usize],
    ) -> Option<Result<Self::Output, CallError>> {
        Some(pieces::decompress(frame, stream, capacity, cuts))
    }
}

#[cfg(feature = "native")]
impl Native for BrotliDecompress {
    /// Beyond some 700 bytes, the work memory of the worst streams takes most of the time.
    const CHECKS: Schedule = Schedule {
        every_length_to: 150,
        longest: 1 << 15,
    };

    fn native((stream, capacity): (&[u8], usize)) -> Self::Output {
        native::decompress(stream, capacity)
    }

    /// Streams of every kind, whole and damaged; with enough room, a byte less, or any.
    fn generate(generator: &mut Generator, len: usize) -> (Vec<u8>, usize) {
        let (mut stream, content_len) = samples::stream(generator, len);
        samples::damage(generator, &mut stream);
        let capacity = match generator.number(0..=7) {
            0 => content_len.saturating_sub(1),
            1 => generator.number(0..=content_len),
            2 => content_len + generator.number(1..=200),
            _ => content_len,
        };
        (stream, capacity)
    }

    /// The stream of a text of `len` bytes.
    fn workload(generator: &mut Generator, len: usize) -> (Vec<u8>, usize) {
        let text = generator.source_text(len);
        (samples::of_text(&text), len)
    }
}
