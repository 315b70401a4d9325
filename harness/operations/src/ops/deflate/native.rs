//! DEFLATE in native code: `zlib-rs`, and around it what it leaves to its callers.

use std::fmt;

use zlib_rs::{Inflate, InflateFlush, Status};

use super::error::{InflateError, InflateFault};
use super::update::{InflateFormat, InflateSource, InflateStop};

/// No kernel gives more in one call.
const MOST: usize = 0x7fff_ffff;

/// Room that a step has at least.
const ROOM: usize = 1 << 16;

/// How far back matches reach at most.
const WINDOW: usize = 1 << 15;

/// The content of a stream.
pub(super) fn decompress(
    format: InflateFormat,
    stream: &[u8],
    dictionary: &[u8],
    trailing: bool,
    capacity: usize,
) -> Result<Vec<u8>, InflateError> {
    let flags = Flags {
        trailing,
        last: true,
    };
    let (bytes, error) = read(format, stream, dictionary, flags, capacity);
    error.map_or(Ok(bytes), Err)
}

/// The first step in reading a stream: what there is of its content, and what is wrong behind that.
pub(super) fn first_step(source: &InflateSource<'_, &[u8]>) -> (Vec<u8>, Option<InflateError>) {
    let flags = Flags {
        trailing: source.trailing,
        last: source.last,
    };
    let (mut bytes, error) = read(
        source.format,
        source.src,
        source.history(),
        flags,
        source.capacity,
    );
    bytes.truncate(source.capacity);
    let error = error.filter(|error| match error.fault {
        InflateFault::Room => false,
        InflateFault::CutShort => source.last,
        _ => true,
    });
    (bytes, error)
}

/// What to make of the end.
#[derive(Clone, Copy)]
struct Flags {
    /// What follows the stream is left alone.
    trailing: bool,
    /// The source has no more.
    last: bool,
}

/// What there is of a stream's content, with a byte more where it is too long, and what is wrong behind that.
///
/// Where that byte is written, the content is too long, whatever may be wrong behind it: so what is wrong before it
/// is told from that.
fn read(
    format: InflateFormat,
    stream: &[u8],
    dictionary: &[u8],
    flags: Flags,
    capacity: usize,
) -> (Vec<u8>, Option<InflateError>) {
    let capacity = capacity.min(MOST);
    let mut decoder = NativeInflate::new(format, dictionary, flags.trailing);
    let mut content = Vec::new();
    let mut consumed = 0;
    loop {
        let room = ROOM.max(content.len()).min(capacity + 1 - content.len());
        let step = decoder.step(&stream[consumed..], flags.last, room);
        content.extend(step.bytes);
        if content.len() > capacity {
            return (content, Some(InflateError::OUTPUT_TOO_SMALL));
        }
        if let Some(error) = step.error {
            return (content, Some(at(consumed + error.offset, error.fault)));
        }
        consumed += step.consumed;
        match step.stop {
            InflateStop::Room => {}
            InflateStop::End => return (content, None),
            InflateStop::Source => {
                return (content, Some(at(stream.len(), InflateFault::CutShort)));
            }
        }
    }
}

fn at(offset: usize, fault: InflateFault) -> InflateError {
    InflateError { offset, fault }
}

/// A stream, or a gzip file, that native code reads in pieces, from its first byte on.
pub struct NativeInflate {
    decoder: Inflate,
    format: InflateFormat,
    dictionary: Vec<u8>,
    trailing: bool,
    place: Place,
}

impl fmt::Debug for NativeInflate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("NativeInflate")
            .field("format", &self.format)
            .field("place", &self.place)
            .finish_non_exhaustive()
    }
}

/// Where a source has got to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// In a stream, or in a member of a gzip file.
    Stream,
    /// Behind a member.
    Between,
    /// In the zeros behind the last member.
    Padding,
    /// Behind all of it.
    End,
}

/// What a step of native code gives.
#[derive(Debug)]
pub struct NativeInflateStep {
    /// How many bytes of the source it has taken.
    pub consumed: usize,
    /// Content.
    pub bytes: Vec<u8>,
    /// What it has ended at.
    pub stop: InflateStop,
    /// What is wrong behind the content. Its offset counts from the start of the piece.
    pub error: Option<InflateError>,
}

impl NativeInflate {
    /// A decoder at the start of a stream. Where there is a `dictionary`, its matches may reach back to that; of a
    /// zlib stream, if it says so. What follows the stream is left alone where it is `trailing`.
    #[must_use]
    pub fn new(format: InflateFormat, dictionary: &[u8], trailing: bool) -> Self {
        let mut decoder = decoder(format);
        if format == InflateFormat::Raw && !dictionary.is_empty() {
            let window = &dictionary[dictionary.len().saturating_sub(WINDOW)..];
            // A raw stream at its start takes any.
            let taken = decoder.set_dictionary(window);
            debug_assert!(taken.is_ok());
        }
        Self {
            decoder,
            format,
            dictionary: dictionary.to_vec(),
            trailing,
            place: Place::Stream,
        }
    }

    /// Goes on by a piece of the source, which is the `last` one or not; with so much room for content.
    pub fn step(&mut self, src: &[u8], last: bool, capacity: usize) -> NativeInflateStep {
        let mut bytes = vec![0; capacity];
        let (mut consumed, mut written) = (0, 0);
        let end = loop {
            let next = match self.place {
                Place::Stream => {
                    let (taken, given) = (self.decoder.total_in(), self.decoder.total_out());
                    let room = &mut bytes[written..];
                    let status =
                        (self.decoder).decompress(&src[consumed..], room, InflateFlush::NoFlush);
                    consumed += (self.decoder.total_in() - taken) as usize;
                    written += (self.decoder.total_out() - given) as usize;
                    self.after(status, written == capacity, consumed.saturating_sub(1))
                }
                _ => self.behind(src, &mut consumed, last),
            };
            match next {
                Ok(None) => {}
                Ok(Some(InflateStop::Source)) if last => {
                    break Err(at(src.len(), InflateFault::CutShort));
                }
                Ok(Some(stop)) => break Ok(stop),
                Err(error) => break Err(error),
            }
        };
        bytes.truncate(written);
        NativeInflateStep {
            consumed,
            bytes,
            stop: *end.as_ref().unwrap_or(&InflateStop::End),
            error: end.err(),
        }
    }

    /// What the reference crate's answer means: where the step ends, if it does.
    fn after(
        &mut self,
        status: Result<Status, zlib_rs::InflateError>,
        is_full: bool,
        offset: usize,
    ) -> Result<Option<InflateStop>, InflateError> {
        match status {
            Ok(Status::StreamEnd) => {
                self.place = match self.format {
                    InflateFormat::Gzip => Place::Between,
                    _ => Place::End,
                };
                Ok(None)
            }
            Ok(_) if is_full => Ok(Some(InflateStop::Room)),
            Ok(_) => Ok(Some(InflateStop::Source)),
            Err(zlib_rs::InflateError::NeedDict { .. }) => {
                if self.dictionary.is_empty() {
                    return Err(at(offset, InflateFault::Dictionary));
                }
                match self.decoder.set_dictionary(&self.dictionary) {
                    Ok(_) => Ok(None),
                    Err(_) => Err(at(offset, InflateFault::DictionaryId)),
                }
            }
            Err(_) => Err(at(offset, fault(&self.decoder))),
        }
    }

    /// Looks at what follows a stream, or a member: that may be another member, or zeros up to the end.
    fn behind(
        &mut self,
        src: &[u8],
        consumed: &mut usize,
        last: bool,
    ) -> Result<Option<InflateStop>, InflateError> {
        if self.place == Place::Padding {
            let zeros = src[*consumed..].iter().take_while(|byte| **byte == 0);
            *consumed += zeros.count();
        }
        match &src[*consumed..] {
            [] if self.place == Place::End || last => Ok(Some(InflateStop::End)),
            [] => Ok(Some(InflateStop::Source)),
            [0, ..] if self.place == Place::Between => {
                self.place = Place::Padding;
                Ok(None)
            }
            [0x1f, 0x8b, ..] if self.place == Place::Between => {
                self.decoder = decoder(self.format);
                self.place = Place::Stream;
                Ok(None)
            }
            // The first byte of another member, perhaps.
            [0x1f] if self.place == Place::Between && !last => Ok(Some(InflateStop::Source)),
            _ if self.trailing => {
                self.place = Place::End;
                Ok(Some(InflateStop::End))
            }
            _ => Err(at(*consumed, InflateFault::Trailing)),
        }
    }
}

/// The reference crate's decoder.
fn decoder(format: InflateFormat) -> Inflate {
    match format {
        InflateFormat::Raw => Inflate::new(false, 15),
        InflateFormat::Zlib => Inflate::new(true, 15),
        InflateFormat::Gzip => Inflate::new(true, 16 + 15),
    }
}

/// What the reference crate has found.
fn fault(decoder: &Inflate) -> InflateFault {
    match decoder.error_message().unwrap_or_default() {
        "invalid block type" => InflateFault::BlockType,
        "invalid stored block lengths" => InflateFault::StoredLength,
        "too many length or distance symbols" => InflateFault::Counts,
        "invalid code lengths set" => InflateFault::LengthCode,
        "invalid bit length repeat" => InflateFault::Lengths,
        "invalid code -- missing end-of-block" => InflateFault::NoEnd,
        "invalid literal/lengths set" => InflateFault::SymbolCode,
        "invalid distances set" => InflateFault::DistanceCode,
        "invalid literal/length code" => InflateFault::Symbol,
        "invalid distance code" => InflateFault::DistanceSymbol,
        "invalid distance too far back" => InflateFault::Distance,
        "incorrect header check" => InflateFault::Header,
        "unknown compression method" => InflateFault::Method,
        "invalid window size" => InflateFault::Window,
        "unknown header flags set" => InflateFault::HeaderFlags,
        "header crc mismatch" => InflateFault::HeaderChecksum,
        "incorrect data check" => InflateFault::Checksum,
        "incorrect length check" => InflateFault::Length,
        _ => InflateFault::Damaged,
    }
}
