//! The operations, by family: the list.
//!
//! One file describes one operation: how its kernel is [called](Operation::kernel), the native code that
//! it is [held to](Native), and inputs to try it on. The runtime, the command line, the checker and the
//! benchmarks go over [`ALL`]. To add one, write its file, and here its `mod` and its line in the list,
//! below the cargo feature of the module that has its kernel.

#[cfg(feature = "memory_ops")]
mod aggregate {
    pub(crate) mod between;
    pub(crate) mod deviations;
    pub mod passes;
    pub(crate) mod ranges;
    pub(crate) mod summary;
    mod sums;
    pub(crate) mod update;
}

#[cfg(any(feature = "aead", feature = "kdf"))]
mod crypto {
    #[cfg(feature = "aead")]
    pub(crate) mod aead;
    #[cfg(feature = "aead")]
    pub(crate) mod ct_equal;
    #[cfg(feature = "aead")]
    pub(crate) mod error;
    #[cfg(feature = "kdf")]
    pub(crate) mod hkdf;
    #[cfg(feature = "kdf")]
    pub(crate) mod hmac;
    #[cfg(feature = "kdf")]
    pub(crate) mod kdf_error;
    #[cfg(all(feature = "aead", feature = "native"))]
    mod native;
    #[cfg(feature = "kdf")]
    pub(crate) mod pbkdf2;
}

#[cfg(feature = "brotli")]
mod brotli {
    pub(crate) mod compress;
    #[cfg(feature = "native")]
    mod compress_native;
    pub(crate) mod decode;
    pub(crate) mod decompress;
    pub(crate) mod error;
    #[cfg(feature = "native")]
    pub(crate) mod native;
    mod pieces;
    #[cfg(feature = "native")]
    mod samples;
}

#[cfg(feature = "deflate")]
mod deflate {
    pub(crate) mod dictionary;
    pub(crate) mod encode;
    #[cfg(feature = "native")]
    mod encode_native;
    pub(crate) mod error;
    pub(crate) mod inflate;
    #[cfg(feature = "native")]
    pub(crate) mod native;
    #[cfg(feature = "native")]
    mod samples;
    pub(crate) mod update;
}

mod hash {
    #[cfg(feature = "blake3")]
    pub(crate) mod blake3;
    pub(super) mod common;
    #[cfg(any(
        feature = "kdf",
        feature = "md5",
        feature = "sha256",
        feature = "sha512"
    ))]
    pub(super) mod digest;
    #[cfg(feature = "string_ops")]
    pub(crate) mod fnv1a;
    #[cfg(feature = "md5")]
    pub(crate) mod md5;
    #[cfg(feature = "sha256")]
    pub(crate) mod sha256;
    #[cfg(feature = "sha512")]
    pub(crate) mod sha512;
    mod stream;
    #[cfg(feature = "xxhash")]
    pub(crate) mod xxh3;
    #[cfg(feature = "lz4")]
    pub(crate) mod xxh32;
    #[cfg(feature = "xxhash")]
    pub(crate) mod xxh64;
    #[cfg(feature = "xxhash")]
    mod xxhash;
}

#[cfg(feature = "javascript")]
mod javascript {
    #[cfg(feature = "native")]
    mod convert;
    #[cfg(feature = "native")]
    pub(crate) mod deviations;
    pub(crate) mod error;
    pub(crate) mod goal;
    #[cfg(feature = "native")]
    mod guard;
    #[cfg(feature = "native")]
    mod native;
    #[cfg(feature = "native")]
    mod numbers;
    pub(crate) mod parse;
    #[cfg(feature = "native")]
    pub(crate) mod samples;
    pub mod tree;
}

#[cfg(feature = "json")]
mod json {
    pub(crate) mod error;
    pub(crate) mod escape;
    pub(crate) mod get;
    pub(crate) mod making;
    pub(crate) mod minify;
    #[cfg(feature = "native")]
    mod native;
    pub(crate) mod parse;
    #[cfg(feature = "native")]
    mod samples;
    pub(crate) mod serialize;
    pub(crate) mod tape;
    #[cfg(feature = "native")]
    mod tape_native;
    #[cfg(feature = "native")]
    mod tape_samples;
    #[cfg(feature = "native")]
    mod text_native;
    #[cfg(feature = "native")]
    mod text_samples;
    pub(crate) mod unescape;
    pub(crate) mod validate;
}

#[cfg(feature = "lz4")]
mod lz4 {
    pub(crate) mod compress;
    pub(crate) mod compress_hc;
    pub(crate) mod decompress;
    pub(crate) mod error;
    pub(crate) mod frame;
    pub(crate) mod frame_compress;
    pub(crate) mod frame_content_size;
    pub(crate) mod frame_decode;
    pub(crate) mod frame_decompress;
    pub(crate) mod frame_encode;
    #[cfg(feature = "native")]
    mod native;
    #[cfg(feature = "native")]
    mod samples;
}

#[cfg(any(feature = "aead", feature = "memory_ops"))]
mod memory {
    #[cfg(feature = "memory_ops")]
    pub(crate) mod copy;
    #[cfg(feature = "memory_ops")]
    pub(crate) mod equal;
    #[cfg(feature = "memory_ops")]
    pub(crate) mod fill;
    #[cfg(feature = "memory_ops")]
    pub(crate) mod memory_compare;
    #[cfg(feature = "memory_ops")]
    pub(crate) mod mismatch;
    pub(crate) mod pair;
}

#[cfg(feature = "string_ops")]
mod search {
    pub(crate) mod all;
    pub(crate) mod compare;
    pub(crate) mod first;
    pub(crate) mod many;
    #[cfg(feature = "native")]
    mod needles;
}

#[cfg(feature = "text")]
mod text {
    pub(crate) mod base64;
    pub(crate) mod checksum;
    pub(crate) mod encoding;
    pub(crate) mod hex;
    pub(crate) mod lines;
    #[cfg(feature = "native")]
    mod samples;
    pub(crate) mod utf8;
}

/// Lists the operations below the feature of their module, each behind its name: makes them public, and
/// tells each its place in the list. What is behind a feature that is off is not there.
///
/// `$d` is a dollar sign, for the macro that this one defines.
macro_rules! list {
    (
        $d:tt
        $($feature:literal:
            $($name:ident: $family:ident::$file:ident::$operation:ident,)*
        )*
    ) => {
        $($(
            #[cfg(feature = $feature)]
            pub use $family::$file::$operation;

            #[cfg(feature = $feature)]
            impl Listed for $operation {
                const INDEX: usize = Place::$operation as usize;
            }
        )*)*

        /// Every operation, in the order of the listing.
        pub static ALL: &[&dyn AnyListed] = &[$($(
            #[cfg(feature = $feature)]
            &Erased::<$operation>::NEW,
        )*)*];

        #[allow(
            clippy::enum_variant_names,
            reason = "of one module alone, all may have its name in front"
        )]
        enum Place {
            $($(
                #[cfg(feature = $feature)]
                $operation,
            )*)*
        }

        /// Gives a macro all operations, whichever features are on: `name: Type, …`, the types being those
        /// of [`ops`](crate::ops). With it a test has a function for each operation.
        #[macro_export]
        macro_rules! for_each_operation {
            ($d callback:ident) => {
                $d callback! { $($($name: $operation,)*)* }
            };
        }
    };
}

list! { $
    "string_ops":
    fnv1a32: hash::fnv1a::Fnv1a32,
    fnv1a64: hash::fnv1a::Fnv1a64,
    fnv1a32_update: hash::fnv1a::Fnv1a32Update,
    fnv1a64_update: hash::fnv1a::Fnv1a64Update,
    fnv1a32_batch: hash::fnv1a::Fnv1a32Batch,
    fnv1a64_batch: hash::fnv1a::Fnv1a64Batch,
    compare: search::compare::Compare,
    search: search::first::Search,
    search_all: search::all::SearchAll,
    search_many: search::many::SearchMany,
    "memory_ops":
    copy: memory::copy::MemoryCopy,
    fill: memory::fill::Fill,
    equal: memory::equal::Equal,
    mismatch: memory::mismatch::Mismatch,
    memory_compare: memory::memory_compare::MemoryCompare,
    aggregate: aggregate::summary::Aggregate,
    aggregate_update: aggregate::update::AggregateUpdate,
    aggregate_deviations: aggregate::deviations::AggregateDeviations,
    aggregate_ranges: aggregate::ranges::AggregateRanges,
    aggregate_between: aggregate::between::AggregateBetween,
    "sha256":
    sha256: hash::sha256::Sha256,
    sha256_update: hash::sha256::Sha256Update,
    sha256_finish: hash::sha256::Sha256Finish,
    sha256_batch: hash::sha256::Sha256Batch,
    "sha512":
    sha512: hash::sha512::Sha512,
    sha512_update: hash::sha512::Sha512Update,
    sha512_finish: hash::sha512::Sha512Finish,
    "blake3":
    blake3: hash::blake3::Blake3,
    blake3_keyed: hash::blake3::Blake3Keyed,
    blake3_update: hash::blake3::Blake3Update,
    blake3_finish: hash::blake3::Blake3Finish,
    "md5":
    md5: hash::md5::Md5,
    md5_update: hash::md5::Md5Update,
    md5_finish: hash::md5::Md5Finish,
    md5_batch: hash::md5::Md5Batch,
    "lz4":
    lz4_compress: lz4::compress::Lz4Compress,
    lz4_compress_hc: lz4::compress_hc::Lz4CompressHc,
    lz4_decompress: lz4::decompress::Lz4Decompress,
    lz4_frame_compress: lz4::frame_compress::Lz4FrameCompress,
    lz4_frame_decompress: lz4::frame_decompress::Lz4FrameDecompress,
    lz4_frame_content_size: lz4::frame_content_size::Lz4FrameContentSize,
    lz4_frame_encode: lz4::frame_encode::Lz4FrameEncode,
    lz4_frame_decode: lz4::frame_decode::Lz4FrameDecode,
    xxh32: hash::xxh32::Xxh32,
    xxh32_update: hash::xxh32::Xxh32Update,
    xxh32_finish: hash::xxh32::Xxh32Finish,
    "text":
    utf8_validate: text::utf8::Utf8Validate,
    utf8_count: text::utf8::Utf8Count,
    utf16_len: text::utf8::Utf16Len,
    crc32: text::checksum::Crc32,
    crc32_update: text::checksum::Crc32Update,
    crc32c: text::checksum::Crc32c,
    crc32c_update: text::checksum::Crc32cUpdate,
    adler32: text::checksum::Adler32,
    adler32_update: text::checksum::Adler32Update,
    hex_encode: text::hex::HexEncode,
    hex_decode: text::hex::HexDecode,
    base64_encode: text::base64::Base64Encode,
    base64_decode: text::base64::Base64Decode,
    lines: text::lines::Lines,
    "aead":
    aes_gcm_seal: crypto::aead::AesGcmSeal,
    aes_gcm_open: crypto::aead::AesGcmOpen,
    xaes_256_gcm_seal: crypto::aead::Xaes256GcmSeal,
    xaes_256_gcm_open: crypto::aead::Xaes256GcmOpen,
    chacha20_poly1305_seal: crypto::aead::ChaCha20Poly1305Seal,
    chacha20_poly1305_open: crypto::aead::ChaCha20Poly1305Open,
    xchacha20_poly1305_seal: crypto::aead::XChaCha20Poly1305Seal,
    xchacha20_poly1305_open: crypto::aead::XChaCha20Poly1305Open,
    ct_equal: crypto::ct_equal::CtEqual,
    "kdf":
    hmac_sha256: crypto::hmac::HmacSha256,
    hmac_sha256_init: crypto::hmac::HmacSha256Init,
    hmac_sha256_update: crypto::hmac::HmacSha256Update,
    hmac_sha256_finish: crypto::hmac::HmacSha256Finish,
    hkdf_extract: crypto::hkdf::HkdfExtract,
    hkdf_expand: crypto::hkdf::HkdfExpand,
    pbkdf2_sha256: crypto::pbkdf2::Pbkdf2Sha256,
    "deflate":
    inflate: deflate::inflate::Inflate,
    zlib_decompress: deflate::inflate::ZlibDecompress,
    gzip_decompress: deflate::inflate::GzipDecompress,
    inflate_update: deflate::update::InflateUpdate,
    deflate: deflate::encode::Deflate,
    "xxhash":
    xxh64: hash::xxh64::Xxh64,
    xxh64_update: hash::xxh64::Xxh64Update,
    xxh64_finish: hash::xxh64::Xxh64Finish,
    xxh3_64: hash::xxh3::Xxh3_64,
    xxh3_64_update: hash::xxh3::Xxh3_64Update,
    xxh3_64_finish: hash::xxh3::Xxh3_64Finish,
    "javascript":
    javascript_parse: javascript::parse::JavaScriptParse,
    "json":
    json_validate: json::validate::JsonValidate,
    json_parse: json::parse::JsonParse,
    json_escape: json::escape::JsonEscape,
    json_unescape: json::unescape::JsonUnescape,
    json_minify: json::minify::JsonMinify,
    json_serialize: json::serialize::JsonSerialize,
    json_get: json::get::JsonGet,
    "brotli":
    brotli_decompress: brotli::decompress::BrotliDecompress,
    brotli_decode: brotli::decode::BrotliDecode,
    brotli_compress: brotli::compress::BrotliCompress,
}

pub use crate::answer::{Answer, AnswerError, Form, OperationError};
pub use crate::argument::{Argument, ArgumentError, Parameter};
pub use crate::erased::{
    AnyListed, AnyOperation, Complete, Erased, Listed, is_right, is_right_values, native,
    native_values,
};
#[cfg(any(feature = "string_ops", feature = "text"))]
pub use crate::matches::Matches;
pub use crate::operation::{Case, Input, Operation};
pub use crate::refusal::{Refusal, Refuses, Status};
pub use crate::shape::{Messages, Shape};
pub use crate::value::{Kind, Value};
#[cfg(feature = "native")]
pub use crate::{
    case::{AnyAnswer, AnyCase, arguments, case, self_test},
    operation::{Native, Schedule},
};
#[cfg(all(feature = "brotli", feature = "native"))]
pub use brotli::native::{NativeBrotli, NativeBrotliStep};
#[cfg(feature = "brotli")]
pub use brotli::{
    compress::BrotliCompressError,
    decode::{BrotliDecoderState, BrotliPiece, BrotliSource, BrotliStep, BrotliStop},
    error::{BrotliError, BrotliFault},
};
#[cfg(feature = "aead")]
pub use crypto::error::AeadError;
#[cfg(feature = "kdf")]
pub use crypto::kdf_error::KdfError;
#[cfg(all(feature = "deflate", feature = "native"))]
pub use deflate::native::{NativeInflate, NativeInflateStep};
#[cfg(feature = "deflate")]
pub use deflate::{
    dictionary::Dictionary,
    encode::DeflateError,
    error::{InflateError, InflateFault},
    update::{InflateFormat, InflatePiece, InflateSource, InflateState, InflateStep, InflateStop},
};
#[cfg(feature = "blake3")]
pub use hash::blake3::Blake3Error;
#[cfg(all(feature = "javascript", feature = "native"))]
pub use javascript::{
    deviations::deviation as javascript_deviation, samples::program as javascript_program,
};
#[cfg(feature = "javascript")]
pub use javascript::{
    error::{JavaScriptError, JavaScriptErrorKind, JavaScriptWords},
    goal::{Dialect as JavaScriptDialect, Goal as JavaScriptGoal},
    tree as javascript_tree,
};
#[cfg(feature = "json")]
pub use json::{
    error::{JsonError, JsonErrorKind, JsonWanted, JsonWhy, JsonWords},
    get::JsonGetError,
    tape::{JsonTapeError, JsonTapeFault},
};
#[cfg(any(feature = "aead", feature = "memory_ops"))]
pub use memory::pair::OneLength;
#[cfg(feature = "string_ops")]
pub use search::many::{NeedleSet, Needles, Occurrence, Occurrences};
#[cfg(feature = "memory_ops")]
pub use {
    aggregate::passes as aggregate_passes,
    aggregate::passes::NumbersChanged,
    aggregate::summary::{NotFinite, Summary},
    memory::copy::{Move, Moved},
};
#[cfg(feature = "lz4")]
pub use {
    lz4::error::Lz4Error,
    lz4::frame::{
        FrameFlags, Lz4BlockSize, Lz4Decoded, Lz4DecoderState, Lz4Encoded, Lz4EncoderState,
        Lz4FrameFault, Lz4FrameOptions, Lz4Last, Lz4PieceError,
    },
    lz4::frame_decode::{DecoderPiece, Lz4Source},
    lz4::frame_encode::{EncoderPiece, Lz4Piece},
};
#[cfg(feature = "text")]
pub use {
    text::encoding::{EncodingError, EncodingFault},
    text::utf8::Utf8Fault,
};

/// The operation of this name whose kernel is in this module.
#[must_use]
pub fn find(module: &str, name: &str) -> Option<&'static dyn AnyListed> {
    let mut all = ALL.iter().copied();
    all.find(|operation| operation.name() == name && operation.export().module.name == module)
}

/// The pieces of `bytes`, or whatever it is, between `cuts`, which ascend and lie within its length.
fn pieces<'a, T>(bytes: &'a [T], cuts: &'a [usize]) -> impl Iterator<Item = &'a [T]> {
    let starts = std::iter::once(&0).chain(cuts);
    let ends = cuts
        .iter()
        .chain(std::iter::once(&bytes.len()))
        .copied()
        .collect::<Vec<_>>();
    starts
        .zip(ends)
        .map(move |(start, end)| &bytes[*start..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A test that is named after an operation is found by the operation's name.
    #[test]
    fn the_names_in_the_list_are_the_operations_own() {
        macro_rules! names {
            ($($name:ident: $operation:ident,)*) => {
                [$((stringify!($name), <$operation as Operation>::NAME)),*]
            };
        }
        for (listed, own) in for_each_operation!(names) {
            assert_eq!(listed, own);
        }
    }
}
