//! How content becomes a stream.

use kilowat_kernels::brotli::mode;
use kilowat_operations::ops::BrotliCompress;

/// How much work goes into a small result: 0 and 1 are fast, 2 to 4 greedy, 5 is what suits most; from 6 on more and
/// more places are looked at. 10 and 11 are the same, and slow for the little that they save.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quality(u32);

impl Quality {
    /// The fastest.
    pub const FASTEST: Self = Self(0);

    /// What servers take for what is compressed as it is asked for.
    pub const DEFAULT: Self = Self(5);

    /// The smallest.
    pub const SMALLEST: Self = Self(BrotliCompress::HIGHEST_QUALITY);

    /// A quality from 0 to 11; there are no others.
    ///
    /// ```
    /// use kilowat::brotli::Quality;
    ///
    /// assert_eq!(Quality::new(5), Some(Quality::DEFAULT));
    /// assert_eq!(Quality::new(12), None);
    /// ```
    #[must_use]
    pub const fn new(quality: u32) -> Option<Self> {
        if quality <= Self::SMALLEST.0 {
            Some(Self(quality))
        } else {
            None
        }
    }

    /// Its number, 0 to 11.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0
    }
}

impl Default for Quality {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// How far back copies reach, and so how much memory a decoder takes: from 2^10 to 2^24 bytes, less 16.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Window(u32);

impl Window {
    /// 4 MiB.
    pub const DEFAULT: Self = Self(22);

    /// The narrowest, 1 KiB.
    pub const NARROWEST: Self = Self(*BrotliCompress::WINDOWS.start());

    /// The widest, 16 MiB.
    pub const WIDEST: Self = Self(*BrotliCompress::WINDOWS.end());

    /// A window of 2^`bits` bytes, 10 to 24; there are no others.
    ///
    /// ```
    /// use kilowat::brotli::Window;
    ///
    /// assert_eq!(Window::new(22), Some(Window::DEFAULT));
    /// assert_eq!(Window::new(25), None);
    /// ```
    #[must_use]
    pub const fn new(bits: u32) -> Option<Self> {
        if Self::NARROWEST.0 <= bits && bits <= Self::WIDEST.0 {
            Some(Self(bits))
        } else {
            None
        }
    }

    /// The logarithm of its length to the base 2, 10 to 24.
    #[must_use]
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// How far back copies reach.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "none is empty")]
    pub const fn len(self) -> usize {
        BrotliCompress::window_len(self.0)
    }

    /// The narrowest in which a content of `len` bytes can be reached as a whole, or the widest.
    #[must_use]
    fn for_content(len: u64) -> Self {
        let mut windows = BrotliCompress::WINDOWS.map(Self);
        let fits = |window: &Self| window.len() as u64 >= len;
        windows.find(fits).unwrap_or(Self::WIDEST)
    }
}

impl Default for Window {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// What a content is, where that is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Mode {
    /// Anything; the first bytes tell whether it is text.
    #[default]
    Generic,
    /// Text in UTF-8.
    Text,
    /// A font for WOFF 2.0, where offsets are often multiples of two.
    Font,
}

impl Mode {
    pub(super) fn number(self) -> u32 {
        match self {
            Self::Generic => mode::GENERIC,
            Self::Text => mode::TEXT,
            Self::Font => mode::FONT,
        }
    }
}

/// How content becomes a Brotli stream.
///
/// ```
/// use kilowat::brotli::{BrotliOptions, Mode, Quality, Window};
///
/// let options = BrotliOptions::new(Quality::DEFAULT)
///     .with_window(Window::NARROWEST)
///     .with_mode(Mode::Text);
/// assert_eq!(BrotliOptions::from(Quality::DEFAULT), BrotliOptions::default());
/// assert_ne!(options, BrotliOptions::default());
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct BrotliOptions {
    pub(super) quality: Quality,
    pub(super) window: Window,
    pub(super) mode: Mode,
}

impl BrotliOptions {
    /// Those of a quality, with the default window for any content.
    #[must_use]
    pub fn new(quality: Quality) -> Self {
        Self {
            quality,
            ..Self::default()
        }
    }

    /// How far back copies reach at most.
    #[must_use]
    pub fn with_window(self, window: Window) -> Self {
        Self { window, ..self }
    }

    /// What the content is.
    #[must_use]
    pub fn with_mode(self, mode: Mode) -> Self {
        Self { mode, ..self }
    }

    /// How long the content is going to be: the window gets no wider than it needs, so that decoders need no more
    /// memory. Where there is more content after all, it is compressed in that window.
    #[must_use]
    pub fn with_size_hint(self, len: u64) -> Self {
        Self {
            window: self.window.min(Window::for_content(len)),
            ..self
        }
    }
}

impl From<Quality> for BrotliOptions {
    fn from(quality: Quality) -> Self {
        Self::new(quality)
    }
}
