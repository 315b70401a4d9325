//! Blocks and frames on the shared runtime.

use super::FrameOptions;
use crate::runtime::{Error, Runtime};

/// How long the LZ4 block of `len` bytes may be, or nothing where they are too many for a block; as
/// [`Runtime::lz4_bound`].
///
/// ```
/// assert_eq!(kilowat::lz4::bound(0), Some(16));
/// assert_eq!(kilowat::lz4::bound(usize::MAX), None);
/// ```
#[must_use]
pub fn bound(len: usize) -> Option<usize> {
    Runtime::lz4_bound(len)
}

/// The LZ4 block of `bytes`, as of [`Runtime::lz4_compress`], on the [shared runtime](Runtime::shared).
///
/// ```
/// use kilowat::lz4::{compress, decompress};
///
/// let block = compress(&[b'x'; 1_000])?;
/// assert!(block.len() < 20);
/// assert_eq!(decompress(&block, 1_000)?, [b'x'; 1_000]);
/// # Ok::<(), kilowat::Error>(())
/// ```
///
/// # Errors
/// As of the method.
pub fn compress(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    Runtime::shared().lz4_compress(bytes)
}

/// The LZ4 block of `bytes` at a level of 3 to 12, as of [`Runtime::lz4_compress_hc`], on the
/// [shared runtime](Runtime::shared).
///
/// # Errors
/// As of the method.
pub fn compress_hc(bytes: &[u8], level: u32) -> Result<Vec<u8>, Error> {
    Runtime::shared().lz4_compress_hc(bytes, level)
}

/// The content of an LZ4 block, `capacity` bytes at most, as of [`Runtime::lz4_decompress`], on the
/// [shared runtime](Runtime::shared).
///
/// ```
/// use kilowat::Error;
///
/// let error = kilowat::lz4::decompress(b"no block", 1_000).unwrap_err();
/// assert!(matches!(error, Error::Input(_)), "{error}");
/// ```
///
/// # Errors
/// As of the method.
pub fn decompress(block: &[u8], capacity: usize) -> Result<Vec<u8>, Error> {
    Runtime::shared().lz4_decompress(block, capacity)
}

/// The LZ4 frame of `content`, as of [`Runtime::lz4_frame_compress`], on the [shared
/// runtime](Runtime::shared).
///
/// ```
/// use kilowat::lz4::{FrameOptions, frame_compress, frame_decompress};
///
/// let frame = frame_compress(b"watt by watt by watt", &FrameOptions::new())?;
/// assert_eq!(frame_decompress(&frame, 1_000)?, b"watt by watt by watt");
/// # Ok::<(), kilowat::Error>(())
/// ```
///
/// # Errors
/// As of the method.
pub fn frame_compress(content: &[u8], options: &FrameOptions) -> Result<Vec<u8>, Error> {
    Runtime::shared().lz4_frame_compress(content, options)
}

/// The content of all LZ4 frames in `frames`, as of [`Runtime::lz4_frame_decompress`], on the [shared
/// runtime](Runtime::shared).
///
/// ```
/// use kilowat::Error;
///
/// let error = kilowat::lz4::frame_decompress(b"no frame", 1_000).unwrap_err();
/// assert!(matches!(error, Error::Lz4Frame(_)), "{error}");
/// ```
///
/// # Errors
/// As of the method.
pub fn frame_decompress(frames: &[u8], limit: usize) -> Result<Vec<u8>, Error> {
    Runtime::shared().lz4_frame_decompress(frames, limit)
}
