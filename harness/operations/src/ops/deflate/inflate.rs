//! The contents of DEFLATE streams: raw, of zlib, and in gzip files.

use super::dictionary::Dictionary;
use super::error::{InflateError, invoke};
use super::update::{InflateFormat, in_pieces};
#[cfg(feature = "native")]
use super::{native, samples};
use crate::prelude::*;
use kilowat_kernels::deflate;

/// The argument of the kernels that says what follows the stream.
pub(super) fn options(trailing: bool) -> u32 {
    deflate::inflate_option::TRAILING * u32::from(trailing)
}

/// The streams that may have a dictionary.
macro_rules! streams {
    ($($(#[$doc:meta])* $operation:ident $name:literal $export:ident $format:ident, $summary:literal;)*) => {
        $(
            $(#[$doc])*
            #[derive(Debug)]
            pub struct $operation;

            impl Operation for $operation {
                const NAME: &'static str = $name;
                const SUMMARY: &'static str = $summary;
                const EXPORT: &'static Export = &deflate::$export;
                const PARAMETERS: Names = &[
                    ("stream", "what to decompress"),
                    ("dictionary", "what its matches may reach back to"),
                    ("trailing", "whether what follows the stream is left alone"),
                    ("capacity", "how long its content may be"),
                ];

                type Shape = (Bytes, Dictionary, Flag, Size);
                type Output = Result<Vec<u8>, InflateError>;

                fn kernel<'a, F: Frame, B: ByteString<'a>>(
                    frame: &mut F,
                    (stream, dictionary, trailing, capacity): Input<'a, Self, B>,
                ) -> Result<Self::Output, CallError> {
                    let src = stream.place(frame)?;
                    let dst = frame.output_behind(dictionary, capacity)?;
                    let fault = frame.fault()?;
                    let dictionary_len = dictionary.len() as u32;
                    let arguments = [
                        src.ptr.into(),
                        src.len.into(),
                        dictionary_len.into(),
                        options(trailing).into(),
                        dst.ptr.into(),
                        dst.len.into(),
                        fault.ptr.into(),
                    ];
                    let dst = dst.behind(dictionary_len);
                    invoke(frame, Self::EXPORT, &arguments, dst, fault)
                }

                fn kernel_in_pieces<F: Frame>(
                    frame: &mut F,
                    (stream, dictionary, trailing, capacity): (&[u8], &[u8], bool, usize),
                    cuts: &[usize],
                ) -> Option<Result<Self::Output, CallError>> {
                    let format = InflateFormat::$format;
                    Some(in_pieces(
                        frame, format, stream, dictionary, trailing, capacity, cuts,
                    ))
                }
            }

            #[cfg(feature = "native")]
            impl Native for $operation {
                fn native(
                    (stream, dictionary, trailing, capacity): (&[u8], &[u8], bool, usize),
                ) -> Self::Output {
                    native::decompress(InflateFormat::$format, stream, dictionary, trailing, capacity)
                }

                /// Streams of every kind, whole and damaged; with enough room, a byte less, or any.
                fn generate(generator: &mut Generator, len: usize) -> (Vec<u8>, Vec<u8>, bool, usize) {
                    let dictionary = samples::dictionary(generator);
                    let stream = samples::stream(generator, len, InflateFormat::$format, &dictionary);
                    let dictionary = samples::given(generator, dictionary);
                    let capacity = samples::capacity(generator, len, InflateFormat::$format, &stream, &dictionary);
                    (stream, dictionary, generator.one_in(3), capacity)
                }

                /// The stream of a text of `len` bytes.
                fn workload(generator: &mut Generator, len: usize) -> (Vec<u8>, Vec<u8>, bool, usize) {
                    let text = generator.source_text(len);
                    let stream = samples::deflate(&text, 6, InflateFormat::$format, &[]);
                    (stream, Vec::new(), false, len)
                }
            }
        )*
    };
}

streams! {
    /// The content of a raw DEFLATE stream (RFC 1951), of a length that is limited.
    Inflate "inflate" INFLATE Raw, "DEFLATE decompression of a raw stream";

    /// The content of a zlib stream (RFC 1950), of a length that is limited.
    ZlibDecompress "zlib_decompress" ZLIB_DECOMPRESS Zlib, "DEFLATE decompression of a zlib stream";
}

/// The content of a gzip file (RFC 1952): that of its members, one behind the other, of a length that is limited.
#[derive(Debug)]
pub struct GzipDecompress;

impl Operation for GzipDecompress {
    const NAME: &'static str = "gzip_decompress";
    const SUMMARY: &'static str = "DEFLATE decompression of a gzip file";
    const EXPORT: &'static Export = &deflate::GZIP_DECOMPRESS;
    const PARAMETERS: Names = &[
        ("file", "what to decompress: members, one behind the other"),
        ("trailing", "whether what follows the members is left alone"),
        ("capacity", "how long their content may be"),
    ];

    type Shape = (Bytes, Flag, Size);
    type Output = Result<Vec<u8>, InflateError>;

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        (file, trailing, capacity): Input<'a, Self, B>,
    ) -> Result<Self::Output, CallError> {
        let src = file.place(frame)?;
        let dst = frame.output(capacity)?;
        let fault = frame.fault()?;
        let arguments = [
            src.ptr.into(),
            src.len.into(),
            options(trailing).into(),
            dst.ptr.into(),
            dst.len.into(),
            fault.ptr.into(),
        ];
        invoke(frame, Self::EXPORT, &arguments, dst, fault)
    }

    fn kernel_in_pieces<F: Frame>(
        frame: &mut F,
        (file, trailing, capacity): (&[u8], bool, usize),
        cuts: &[usize],
    ) -> Option<Result<Self::Output, CallError>> {
        let format = InflateFormat::Gzip;
        Some(in_pieces(
            frame,
            format,
            file,
            &[],
            trailing,
            capacity,
            cuts,
        ))
    }
}

#[cfg(feature = "native")]
impl Native for GzipDecompress {
    fn native((file, trailing, capacity): (&[u8], bool, usize)) -> Self::Output {
        native::decompress(InflateFormat::Gzip, file, &[], trailing, capacity)
    }

    /// Files of every kind, whole and damaged; with enough room, a byte less, or any.
    fn generate(generator: &mut Generator, len: usize) -> (Vec<u8>, bool, usize) {
        let file = samples::stream(generator, len, InflateFormat::Gzip, &[]);
        let capacity = samples::capacity(generator, len, InflateFormat::Gzip, &file, &[]);
        (file, generator.one_in(3), capacity)
    }

    /// The file of a text of `len` bytes.
    fn workload(generator: &mut Generator, len: usize) -> (Vec<u8>, bool, usize) {
        let text = generator.source_text(len);
        let file = samples::deflate(&text, 6, InflateFormat::Gzip, &[]);
        (file, false, len)
    }
}
