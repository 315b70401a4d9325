//! How much is compressed, and contents that are in memory.

use super::container::Contained;
use crate::encoding::whole;
use crate::runtime::{Error, Runtime};

/// How much work goes into a small result: from 0, which stores the bytes as they are, to 12. 1 is the
/// fastest that compresses, 6 what most programs take, and from 10 on each bit less costs a lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Level(u32);

impl Level {
    /// Bytes as they are, in a container.
    pub const STORED: Self = Self(0);

    /// The fastest.
    pub const FAST: Self = Self(1);

    /// What most programs take.
    pub const DEFAULT: Self = Self(6);

    /// The smallest.
    pub const SMALLEST: Self = Self(12);

    /// A level from 0 to 12; there are no others.
    ///
    /// ```
    /// use kilowat::deflate::Level;
    ///
    /// assert_eq!(Level::new(6), Some(Level::DEFAULT));
    /// assert_eq!(Level::new(13), None);
    /// ```
    #[must_use]
    pub const fn new(level: u32) -> Option<Self> {
        if level <= Self::SMALLEST.0 {
            Some(Self(level))
        } else {
            None
        }
    }

    /// Its number, 0 to 12.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0
    }
}

impl Default for Level {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl Runtime {
    /// A deflate stream of `bytes` (RFC 1951), without a container. The engines make the same to the byte;
    /// native code is another compressor, and makes another stream of the same content.
    ///
    /// ```
    /// use kilowat::deflate::Level;
    ///
    /// let runtime = kilowat::Runtime::new();
    /// let stream = runtime.deflate(&[b'x'; 1_000], Level::DEFAULT)?;
    /// assert!(stream.len() < 20);
    /// # Ok::<(), kilowat::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error`] where no tier can answer.
    pub fn deflate(&self, bytes: &[u8], level: Level) -> Result<Vec<u8>, Error> {
        whole(self, &Contained::raw(level), bytes)
    }

    /// A zlib stream of `bytes` (RFC 1950): deflate with a checksum, as in PNG and in HTTP's encoding
    /// `deflate`. As [`deflate`](Self::deflate) otherwise.
    ///
    /// # Errors
    /// [`Error`] where no tier can answer.
    pub fn zlib_compress(&self, bytes: &[u8], level: Level) -> Result<Vec<u8>, Error> {
        whole(self, &Contained::zlib(level), bytes)
    }

    /// A gzip file of `bytes` (RFC 1952), without a name and a time, so that the same bytes make the same
    /// file. As [`deflate`](Self::deflate) otherwise.
    ///
    /// ```
    /// use kilowat::deflate::Level;
    ///
    /// let runtime = kilowat::Runtime::new();
    /// let file = runtime.gzip(b"watt by watt", Level::DEFAULT)?;
    /// assert_eq!(file[..3], [0x1f, 0x8b, 8]);
    /// # Ok::<(), kilowat::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error`] where no tier can answer.
    pub fn gzip(&self, bytes: &[u8], level: Level) -> Result<Vec<u8>, Error> {
        whole(self, &Contained::gzip(level), bytes)
    }
}
