//! Base64 and hexadecimal digits on their way to bytes, whoever gives the text.

use std::fmt;
use std::io::{self, BufRead, Read};
use std::mem;

use kilowat_operations::ops::{Base64Decode, EncodingError, EncodingFault, HexDecode, Refusal};

use super::Base64;
use crate::runtime::{Error, PIECE, Runtime};
use crate::semaphore::message_is_over;

/// What a decoder takes besides the text that an encoder makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Lenience {
    /// Nothing: what it takes is what [`Runtime::base64_decode`] and [`Runtime::hex_decode`] take.
    #[default]
    None,
    /// What tools make of it. Line feeds and carriage returns are passed over, wherever they are. Base64 need
    /// not have its padding at the end, and where padding ends a text, another may follow: as in files that
    /// were joined.
    LineBreaks,
    /// The same; and all other bytes that are not of the alphabet are passed over as well.
    Garbage,
}

impl Lenience {
    /// Whether a byte of a text stands for nothing.
    fn passes_over(self, form: Form, byte: u8) -> bool {
        match self {
            Self::None => false,
            Self::LineBreaks => matches!(byte, b'\n' | b'\r'),
            Self::Garbage => !form.is_symbol(byte),
        }
    }
}

/// Why a text that came in pieces stands for no bytes, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("at byte {offset}, in line {line}: {fault}")]
#[non_exhaustive]
pub struct DecodeError {
    /// The offset of the first byte that is wrong, from 0: the text's length where more should come.
    pub offset: u64,
    /// The line that it is in, from 1.
    pub line: u64,
    /// What is wrong.
    pub fault: EncodingFault,
}

/// A place in a text.
#[derive(Debug, Clone, Copy)]
struct Place {
    offset: u64,
    line: u64,
}

impl Place {
    const START: Self = Self { offset: 0, line: 1 };

    /// The place behind bytes that begin here.
    fn behind(self, bytes: &[u8]) -> Self {
        Self {
            offset: self.offset + bytes.len() as u64,
            line: self.line + line_feeds(bytes),
        }
    }

    /// The place where bytes begin that end here.
    fn before(self, bytes: &[u8]) -> Self {
        Self {
            offset: self.offset - bytes.len() as u64,
            line: self.line - line_feeds(bytes),
        }
    }
}

fn line_feeds(bytes: &[u8]) -> u64 {
    bytecount::count(bytes, b'\n') as u64
}

/// What a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Base64(Base64),
    Hex,
}

impl Form {
    /// How many symbols become whole bytes.
    fn unit(self) -> usize {
        match self {
            Self::Base64(_) => 4,
            Self::Hex => 2,
        }
    }

    /// Whether a byte stands for something: it is of the alphabet, or padding.
    fn is_symbol(self, byte: u8) -> bool {
        match self {
            Self::Base64(variant) if variant.is_url_safe() => {
                byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'=')
            }
            Self::Base64(_) => byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='),
            Self::Hex => byte.is_ascii_hexdigit(),
        }
    }

    /// The bytes that a text stands for; base64 with padding or without.
    fn decode(
        self,
        runtime: &Runtime,
        text: &[u8],
        unpadded: bool,
    ) -> Result<Result<Vec<u8>, EncodingError>, Error> {
        match self {
            Self::Base64(variant) => {
                let _series = runtime.piece::<Base64Decode>(text.len());
                runtime.base64_piece(text, variant.is_url_safe(), unpadded)
            }
            Self::Hex => {
                let _series = runtime.piece::<HexDecode>(text.len());
                runtime.run_operation::<HexDecode>((text, text.len() / 2))
            }
        }
    }
}

/// What the readers have in common.
struct Decoder {
    runtime: Runtime,
    form: Form,
    lenience: Lenience,
    /// What the source has given last; empty until something is read.
    read: Vec<u8>,
    /// Where the source goes on.
    place: Place,
    /// What of the text stands for something, and is not decoded: less than a piece and a unit.
    symbols: Vec<u8>,
    /// Where the symbols stand that were there before the source has given more: a unit at most.
    places: Vec<Place>,
    /// Decoded bytes; from `given` on they are still to be given.
    bytes: Vec<u8>,
    given: usize,
    is_at_end: bool,
    /// What is wrong behind the bytes.
    error: Option<Error>,
}

impl Decoder {
    fn new(runtime: &Runtime, form: Form) -> Self {
        Self {
            runtime: runtime.clone(),
            form,
            lenience: Lenience::None,
            read: Vec::new(),
            place: Place::START,
            symbols: Vec::new(),
            places: Vec::new(),
            bytes: Vec::new(),
            given: 0,
            is_at_end: false,
            error: None,
        }
    }

    /// Makes sure that there are bytes to be given, unless there are no more.
    fn advance(&mut self, reader: &mut impl Read) -> io::Result<()> {
        while self.given == self.bytes.len() {
            if let Some(error) = &self.error {
                return Err(error.clone().into());
            }
            if self.is_at_end {
                return Ok(());
            }
            if self.read.is_empty() {
                self.read = vec![0; PIECE];
            }
            // What is decoded at a time is a piece at most.
            let space = &mut self.read[..PIECE - self.symbols.len()];
            match reader.read(space) {
                Ok(len) => self.take(len),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Decodes what was read; nothing at the end.
    fn take(&mut self, len: usize) {
        self.is_at_end = len == 0;
        self.bytes.clear();
        self.given = 0;
        let read = mem::take(&mut self.read);
        self.gather(&read[..len]);
        self.place = self.place.behind(&read[..len]);
        let symbols = mem::take(&mut self.symbols);
        let decoded = self.decode(&symbols, &read[..len]);
        self.symbols = symbols;
        let taken = decoded.unwrap_or_else(|error| {
            self.error = Some(error);
            self.symbols.len()
        });
        let rest = taken..self.symbols.len();
        let places = rest.map(|index| self.place_of(index, self.symbols.len(), &read[..len]));
        self.places = places.collect();
        self.symbols.drain(..taken);
        self.read = read;
        if self.is_at_end || self.error.is_some() {
            message_is_over();
        }
    }

    /// Takes the symbols of what was read.
    fn gather(&mut self, read: &[u8]) {
        match self.lenience {
            Lenience::None => self.symbols.extend(read),
            Lenience::LineBreaks if read.contains(&b'\r') => {
                let lines = read.split(|byte| matches!(byte, b'\n' | b'\r'));
                lines.for_each(|line| self.symbols.extend(line));
            }
            Lenience::LineBreaks => {
                // Faster than the above, with the search of the standard library.
                let mut rest = read;
                while let Ok(1..) = rest.read_until(b'\n', &mut self.symbols) {
                    self.symbols.pop_if(|byte| *byte == b'\n');
                }
            }
            Lenience::Garbage => {
                let is_symbol: [bool; 256] =
                    std::array::from_fn(|byte| self.form.is_symbol(byte as u8));
                // Each is put behind those before it, and the next one in its place if it is none.
                let mut end = self.symbols.len();
                self.symbols.resize(end + read.len(), 0);
                for byte in read {
                    self.symbols[end] = *byte;
                    end += usize::from(is_symbol[usize::from(*byte)]);
                }
                self.symbols.truncate(end);
            }
        }
    }

    /// Where the symbol of an index stands, of `len` that there are now. At the end that is behind what was
    /// read last.
    fn place_of(&self, index: usize, len: usize, read: &[u8]) -> Place {
        if let Some(place) = self.places.get(index) {
            return *place;
        }
        let from_the_end = len - index;
        if from_the_end == 0 {
            return self.place;
        }
        let symbols = read.iter().enumerate().rev();
        let mut symbols = symbols.filter(|(_, byte)| !self.lenience.passes_over(self.form, **byte));
        // All that are not among the first were read last.
        let start = symbols.nth(from_the_end - 1).map_or(0, |(start, _)| start);
        self.place.before(&read[start..])
    }

    /// Whether `=` is padding, and not a byte that is not of the alphabet.
    fn may_have_padding(&self) -> bool {
        match self.form {
            Form::Base64(variant) => self.lenience != Lenience::None || !variant.is_unpadded(),
            Form::Hex => false,
        }
    }

    /// Whether padding may be missing at the end.
    fn may_be_unpadded(&self) -> bool {
        match self.form {
            Form::Base64(variant) => self.lenience != Lenience::None || variant.is_unpadded(),
            Form::Hex => true,
        }
    }

    /// Decodes symbols, and at the end all of them. Gives how many were.
    fn decode(&mut self, symbols: &[u8], read: &[u8]) -> Result<usize, Error> {
        let unit = self.form.unit();
        let mut start = 0;
        while start < symbols.len() {
            let rest = &symbols[start..];
            // Of a byte that is not there, one looks faster whether it is than where.
            let padding = (self.may_have_padding() && rest.contains(&b'='))
                .then(|| rest.iter().position(|byte| *byte == b'='))
                .flatten();
            let (len, unpadded) = match padding {
                None if self.is_at_end => (rest.len(), self.may_be_unpadded()),
                None => (rest.len() / unit * unit, true),
                Some(place) => {
                    let end = place / unit * unit + unit;
                    // Where nothing may follow, what does is taken together with the padding: which of
                    // them is wrong, the kernel says.
                    let len = end + usize::from(self.lenience == Lenience::None);
                    if len <= rest.len() {
                        (len, false)
                    } else if self.is_at_end {
                        (rest.len(), false)
                    } else {
                        (end - unit, true)
                    }
                }
            };
            if len == 0 {
                break;
            }
            match self.form.decode(&self.runtime, &rest[..len], unpadded)? {
                // Mostly that is all of it.
                Ok(bytes) if self.bytes.is_empty() => self.bytes = bytes,
                Ok(bytes) => self.bytes.extend(bytes),
                Err(EncodingError::Malformed { offset, fault }) => {
                    let sound = padding.map_or(offset, |padding| padding.min(offset));
                    let sound = &rest[..sound / unit * unit];
                    if let Ok(bytes) = self.form.decode(&self.runtime, sound, true)? {
                        self.bytes.extend(bytes);
                    }
                    let Place { offset, line } = self.place_of(start + offset, symbols.len(), read);
                    let error = DecodeError {
                        offset,
                        line,
                        fault,
                    };
                    return Err(error.into());
                }
                Err(error) => return Err(Refusal::from(error).into()),
            }
            start += len;
        }
        Ok(start)
    }

    fn consume(&mut self, len: usize) {
        self.given = self.bytes.len().min(self.given + len);
    }
}

/// A reader's type, with what it has besides its documentation.
macro_rules! decoder {
    (
        $(#[$doc:meta])* $name:ident;
        $(#[$new_doc:meta])* new($($argument:ident: $kind:ty)?) is $form:expr
    ) => {
        $(#[$doc])*
        pub struct $name<R> {
            reader: R,
            decoder: Decoder,
        }

        impl<R: Read> $name<R> {
            $(#[$new_doc])*
            pub fn new(runtime: &Runtime, reader: R $(, $argument: $kind)?) -> Self {
                let decoder = Decoder::new(runtime, $form);
                Self { reader, decoder }
            }
        }

        impl<R> $name<R> {
            /// What is taken besides the text that an encoder makes. To be said before anything is read.
            #[must_use]
            pub fn lenience(mut self, lenience: Lenience) -> Self {
                self.decoder.lenience = lenience;
                self
            }

            /// The reader that gives the text. It has given more than was decoded.
            pub fn get_ref(&self) -> &R {
                &self.reader
            }

            /// The same to be changed. What is read from it directly is missing from the text.
            pub fn get_mut(&mut self) -> &mut R {
                &mut self.reader
            }

            /// Gives back the reader that gives the text. What it has given and was not decoded, is lost.
            pub fn into_inner(self) -> R {
                self.reader
            }
        }

        impl<R: Read> BufRead for $name<R> {
            fn fill_buf(&mut self) -> io::Result<&[u8]> {
                self.decoder.advance(&mut self.reader)?;
                Ok(&self.decoder.bytes[self.decoder.given..])
            }

            fn consume(&mut self, len: usize) {
                self.decoder.consume(len);
            }
        }

        impl<R: Read> Read for $name<R> {
            fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
                if bytes.is_empty() {
                    return Ok(0);
                }
                let len = self.fill_buf()?.read(bytes)?;
                self.consume(len);
                Ok(len)
            }
        }

        /// Says where it is, and nothing of the bytes.
        impl<R> fmt::Debug for $name<R> {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter
                    .debug_struct(stringify!($name))
                    .field("form", &self.decoder.form)
                    .field("lenience", &self.decoder.lenience)
                    .field("place", &self.decoder.place)
                    .field("error", &self.decoder.error)
                    .finish_non_exhaustive()
            }
        }
    };
}

decoder! {
    /// The bytes whose base64 (RFC 4648) a reader gives, in bounded memory: less than a mebibyte.
    ///
    /// It takes what [`Runtime::base64_decode`] takes, and more with some [`Lenience`]. All bytes before a
    /// fault that have whole symbols of their own are given first. Then an error says what is wrong and
    /// where: of kind [`InvalidData`](io::ErrorKind::InvalidData), or
    /// [`UnexpectedEof`](io::ErrorKind::UnexpectedEof) where the text is cut short, with an
    /// [`Error::Decode`] inside. An error stays.
    ///
    /// ```
    /// use std::io::Read as _;
    /// use kilowat::text::{Base64, Base64Decoder, EncodingFault, Lenience};
    /// use kilowat::Error;
    ///
    /// let runtime = kilowat::Runtime::new();
    /// let text = &b"d2F0dCBi\neSB3YXR0\n"[..];
    /// let decoder = Base64Decoder::new(&runtime, text, Base64::Standard);
    /// let mut bytes = String::new();
    /// decoder.lenience(Lenience::LineBreaks).read_to_string(&mut bytes)?;
    /// assert_eq!(bytes, "watt by watt");
    ///
    /// let mut decoder = Base64Decoder::new(&runtime, text, Base64::Standard);
    /// let error = decoder.read_to_string(&mut bytes).unwrap_err();
    /// let Error::Decode(error) = error.downcast()? else {
    ///     panic!("a line feed is no symbol");
    /// };
    /// assert_eq!((error.offset, error.fault), (8, EncodingFault::Symbol));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// It owns a share of its runtime, so that it can go to another thread. The reader that it reads needs no
    /// buffer, unless it gives only a few bytes at a time.
    Base64Decoder;
    /// A reader of the bytes whose base64 another reader gives. With some [`Lenience`] the variant says the
    /// alphabet only.
    new(variant: Base64) is Form::Base64(variant)
}

decoder! {
    /// The bytes whose hexadecimal digits (RFC 4648, section 8) a reader gives, small or capital letters among
    /// them, in bounded memory: less than a mebibyte. Its errors are as those of [`Base64Decoder`].
    ///
    /// ```
    /// use std::io::Read as _;
    /// use kilowat::text::{HexDecoder, Lenience};
    ///
    /// let runtime = kilowat::Runtime::new();
    /// let decoder = HexDecoder::new(&runtime, &b"6b 69 6C 6F"[..]);
    /// let mut bytes = String::new();
    /// decoder.lenience(Lenience::Garbage).read_to_string(&mut bytes)?;
    /// assert_eq!(bytes, "kilo");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    HexDecoder;
    /// A reader of the bytes whose hexadecimal digits another reader gives.
    new() is Form::Hex
}
