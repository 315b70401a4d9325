//! Text and what travels as text: UTF-8 and its lines, hexadecimal digits, base64; these two also as writers
//! and readers. Checksums are in [`hash`](crate::hash).

mod decoder;
mod encoder;
mod functions;

use kilowat_operations::ops::{
    Base64Decode, Base64Encode, HexDecode, HexEncode, Lines, Refusal, Utf8Count, Utf8Validate,
    Utf16Len,
};

pub use decoder::{Base64Decoder, DecodeError, HexDecoder, Lenience};
pub use encoder::{Base64Encoder, HexEncoder};
pub use functions::{
    base64_decode, base64_encode, hex_decode, hex_encode, line_starts, utf8_count, utf8_validate,
    utf16_len,
};
pub use kilowat_operations::ops::{EncodingError, EncodingFault, Utf8Fault};

use crate::runtime::{Error, PIECE, Runtime};

/// Which letters hexadecimal digits are made of. Either is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum HexCase {
    /// `a` to `f`.
    #[default]
    Lower,
    /// `A` to `F`.
    Upper,
}

/// Which base64 of RFC 4648.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Base64 {
    /// With `+`, `/` and padding (section 4).
    #[default]
    Standard,
    /// With `+` and `/`, and no padding.
    StandardUnpadded,
    /// With `-`, `_` and padding (section 5).
    UrlSafe,
    /// With `-` and `_`, and no padding.
    UrlSafeUnpadded,
}

impl Base64 {
    fn is_url_safe(self) -> bool {
        matches!(self, Self::UrlSafe | Self::UrlSafeUnpadded)
    }

    fn is_unpadded(self) -> bool {
        matches!(self, Self::StandardUnpadded | Self::UrlSafeUnpadded)
    }
}

/// Bytes of a piece that is encoded as base64 at once: threes, so that only the last has padding.
const THREES: usize = PIECE / 3 * 3;

impl Runtime {
    /// Whether `bytes` are UTF-8 (Unicode 16, table 3-7).
    ///
    /// ```
    /// use kilowat::Error;
    /// use kilowat::text::Utf8Fault;
    ///
    /// let runtime = kilowat::Runtime::new();
    /// runtime.utf8_validate("kilowatt für kilowatt".as_bytes())?;
    /// let Err(Error::Input(refusal)) = runtime.utf8_validate(b"kilo\xff") else {
    ///     panic!("no character begins so");
    /// };
    /// assert_eq!(refusal.offset(), Some(4));
    /// let fault: &Utf8Fault = refusal.detail().unwrap();
    /// assert_eq!((fault.valid_up_to, fault.error_len), (4, Some(1)));
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Input`] with a [`Utf8Fault`], which has the place that [`std::str::from_utf8`] names;
    /// the others where no tier can answer.
    pub fn utf8_validate(&self, bytes: &[u8]) -> Result<(), Error> {
        let mut series = self.series::<Utf8Validate>(bytes.len());
        let mut start = 0;
        loop {
            series.next_call();
            let end = bytes.len().min(start + PIECE);
            let fault = match self.run_operation::<Utf8Validate>(&bytes[start..end])? {
                Ok(()) if end == bytes.len() => return Ok(()),
                Ok(()) => {
                    start = end;
                    continue;
                }
                Err(fault) => fault,
            };
            // The next piece begins with the character that this one ends in.
            if fault.error_len.is_some() || end == bytes.len() {
                return Err(Refusal::from(fault.behind(start)).into());
            }
            start += fault.valid_up_to;
        }
    }

    /// How many Unicode scalar values there are in `bytes`, which are UTF-8. In other bytes, how many are
    /// not `10xxxxxx`.
    ///
    /// # Errors
    /// [`Error`] where no tier can answer.
    pub fn utf8_count(&self, bytes: &[u8]) -> Result<usize, Error> {
        let mut series = self.series::<Utf8Count>(bytes.len());
        bytes.chunks(PIECE).try_fold(0, |count, piece| {
            series.next_call();
            Ok(count + self.run_operation::<Utf8Count>(piece)? as usize)
        })
    }

    /// How many units of 16 bits `bytes`, which are UTF-8, have as UTF-16: what JavaScript calls the
    /// length. In other bytes, how many are not `10xxxxxx`, those over `0xef` twice.
    ///
    /// # Errors
    /// [`Error`] where no tier can answer.
    pub fn utf16_len(&self, bytes: &[u8]) -> Result<usize, Error> {
        let mut series = self.series::<Utf16Len>(bytes.len());
        bytes.chunks(PIECE).try_fold(0, |len, piece| {
            series.next_call();
            Ok(len + self.run_operation::<Utf16Len>(piece)? as usize)
        })
    }

    /// The offsets at which the lines of `text` begin: 0, and each behind a line feed, so that one
    /// behind a carriage return ends the line with it; with `separators` also those behind U+2028 and
    /// U+2029, which end lines in JavaScript. There is always one line, and one behind the last end.
    ///
    /// ```
    /// let runtime = kilowat::Runtime::new();
    /// assert_eq!(runtime.line_starts(b"one\r\ntwo\n", false)?, [0, 5, 9]);
    /// # Ok::<(), kilowat::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error`] where no tier can answer.
    pub fn line_starts(&self, text: &[u8], separators: bool) -> Result<Vec<usize>, Error> {
        /// Bytes of a separator that may stand in the piece before its last one.
        const OVERLAP: usize = 2;
        let mut series = self.series::<Lines>(text.len());
        let mut starts = vec![0];
        let mut capacity = PIECE / 32;
        for from in (0..text.len()).step_by(PIECE) {
            let overlap = OVERLAP.min(from);
            let window = &text[from - overlap..text.len().min(from + PIECE)];
            let found = loop {
                series.next_call();
                let found = self.run_operation::<Lines>((window, separators, capacity))?;
                if found.count <= capacity {
                    break found;
                }
                capacity = found.count;
            };
            // What begins before is of the piece before, and so is what begins where the window does.
            let new = found.offsets.iter().filter(|start| **start > overlap);
            starts.extend(new.map(|start| from - overlap + start));
        }
        Ok(starts)
    }

    /// The hexadecimal digits of `bytes`, two each (RFC 4648, section 8).
    ///
    /// ```
    /// use kilowat::text::HexCase;
    ///
    /// let runtime = kilowat::Runtime::new();
    /// assert_eq!(runtime.hex_encode(b"kilo", HexCase::Lower)?, "6b696c6f");
    /// # Ok::<(), kilowat::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error`] where no tier can answer.
    pub fn hex_encode(&self, bytes: &[u8], case: HexCase) -> Result<String, Error> {
        let mut series = self.series::<HexEncode>(bytes.len());
        let upper = case == HexCase::Upper;
        let mut text = String::with_capacity(2 * bytes.len());
        for piece in bytes.chunks(PIECE) {
            series.next_call();
            let digits = self.run_operation::<HexEncode>((piece, upper, 2 * piece.len()))?;
            let digits = digits.map_err(Refusal::from)?;
            text.push_str(&String::from_utf8_lossy(&digits));
        }
        Ok(text)
    }

    /// The bytes that hexadecimal digits stand for, two each, whose letters may be small or capital
    /// (RFC 4648, section 8).
    ///
    /// ```
    /// use kilowat::text::{EncodingError, EncodingFault};
    /// use kilowat::Error;
    ///
    /// let runtime = kilowat::Runtime::new();
    /// assert_eq!(runtime.hex_decode(b"6B696c6f")?, b"kilo");
    /// let Err(Error::Input(refusal)) = runtime.hex_decode(b"6b6") else {
    ///     panic!("a digit is missing");
    /// };
    /// let fault = EncodingFault::CutShort;
    /// assert_eq!(refusal.detail(), Some(&EncodingError::Malformed { offset: 3, fault }));
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Input`] with an [`EncodingError`]: what is wrong and where; the others where no tier can
    /// answer.
    pub fn hex_decode(&self, text: &[u8]) -> Result<Vec<u8>, Error> {
        let mut series = self.series::<HexDecode>(text.len());
        let mut bytes = Vec::with_capacity(text.len() / 2);
        for (index, piece) in text.chunks(PIECE).enumerate() {
            series.next_call();
            let piece = self.run_operation::<HexDecode>((piece, piece.len() / 2))?;
            bytes.extend(piece.map_err(|error| Refusal::from(error.behind(index * PIECE)))?);
        }
        Ok(bytes)
    }

    /// The base64 of `bytes` (RFC 4648). For what comes in pieces there is [`Base64Encoder`].
    ///
    /// ```
    /// use kilowat::text::Base64;
    ///
    /// let runtime = kilowat::Runtime::new();
    /// assert_eq!(runtime.base64_encode(b"watt", Base64::Standard)?, "d2F0dA==");
    /// assert_eq!(runtime.base64_encode(b"watt", Base64::UrlSafeUnpadded)?, "d2F0dA");
    /// # Ok::<(), kilowat::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error`] where no tier can answer.
    pub fn base64_encode(&self, bytes: &[u8], variant: Base64) -> Result<String, Error> {
        let mut series = self.series::<Base64Encode>(bytes.len());
        let (url_safe, unpadded) = (variant.is_url_safe(), variant.is_unpadded());
        let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
        for piece in bytes.chunks(THREES) {
            series.next_call();
            let capacity = piece.len().div_ceil(3) * 4;
            let symbols =
                self.run_operation::<Base64Encode>((piece, url_safe, unpadded, capacity))?;
            let symbols = symbols.map_err(Refusal::from)?;
            text.push_str(&String::from_utf8_lossy(&symbols));
        }
        Ok(text)
    }

    /// The bytes whose base64 is `text` (RFC 4648). Each byte string has one base64: no line breaks, no
    /// other alphabet, all of the padding or none of it, no bits of the last symbol that belong to no
    /// byte. For what comes in pieces there is [`Base64Decoder`], which may be more lenient.
    ///
    /// ```
    /// use kilowat::text::{Base64, EncodingError, EncodingFault};
    /// use kilowat::Error;
    ///
    /// let runtime = kilowat::Runtime::new();
    /// assert_eq!(runtime.base64_decode(b"d2F0dA==", Base64::Standard)?, b"watt");
    /// let result = runtime.base64_decode(b"d2F0d-==", Base64::Standard);
    /// let Err(Error::Input(refusal)) = result else {
    ///     panic!("another alphabet has `-`");
    /// };
    /// let fault = EncodingFault::Symbol;
    /// assert_eq!(refusal.detail(), Some(&EncodingError::Malformed { offset: 5, fault }));
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Input`] with an [`EncodingError`]: what is wrong and where; the others where no tier can
    /// answer.
    pub fn base64_decode(&self, text: &[u8], variant: Base64) -> Result<Vec<u8>, Error> {
        let mut series = self.series::<Base64Decode>(text.len());
        let (url_safe, unpadded) = (variant.is_url_safe(), variant.is_unpadded());
        let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 3);
        let mut start = 0;
        while start < text.len() {
            series.next_call();
            let end = text.len().min(start + PIECE);
            let piece = &text[start..end];
            // Only the last piece may have padding.
            let unpadded_here = unpadded || end < text.len();
            let decoded = self.base64_piece(piece, url_safe, unpadded_here)?;
            let decoded = match decoded {
                // What is wrong with padding, the next few bytes say.
                Err(EncodingError::Malformed { offset, .. }) if unpadded_here != unpadded => {
                    let end = text.len().min(start + offset + 4);
                    self.base64_piece(&text[start..end], url_safe, unpadded)?
                }
                decoded => decoded,
            };
            bytes.extend(decoded.map_err(|error| Refusal::from(error.behind(start)))?);
            start = end;
        }
        Ok(bytes)
    }

    fn base64_piece(
        &self,
        piece: &[u8],
        url_safe: bool,
        unpadded: bool,
    ) -> Result<Result<Vec<u8>, EncodingError>, Error> {
        let capacity = piece.len() / 4 * 3 + 3;
        self.run_operation::<Base64Decode>((piece, url_safe, unpadded, capacity))
    }
}
