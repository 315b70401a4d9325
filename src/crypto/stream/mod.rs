//! Sealed streams: content of any size, in chunks that are authentic each by itself and in their order.
//!
//! `docs/sealed-stream.md` has the format.

mod chunks;
mod error;
mod header;
mod opening;
mod reader;
mod writer;

pub use error::SealedStreamError;
pub use reader::OpenReader;
pub use writer::SealWriter;

/// How much content a chunk has, but for the last one, which may have less.
const CHUNK: usize = 64 << 10;

/// The same as it is sealed.
const SEALED_CHUNK: usize = CHUNK + super::TAG;
