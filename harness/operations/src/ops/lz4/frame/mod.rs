//! LZ4 frames: how they are made, what can be wrong with them, and the states of those that come in
//! pieces.

pub(crate) mod checksum;
mod decoder;
pub(crate) mod encode;
mod encoder;
mod fault;
pub(crate) mod format;
mod options;
pub(crate) mod places;
pub(crate) mod state;

pub(crate) use decoder::Phase;
pub use decoder::{Lz4Decoded, Lz4DecoderState};
pub use encoder::{Lz4Encoded, Lz4EncoderState, Lz4Last};
pub use fault::{Lz4FrameFault, Lz4PieceError};
pub use options::{FrameFlags, Lz4BlockSize, Lz4FrameOptions};
