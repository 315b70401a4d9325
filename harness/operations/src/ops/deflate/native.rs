//! DEFLATE in native code: `zlib-rs`, and around it what it leaves to its callers.

use zlib_rs::{Inflate, InflateFlush, Status};

use super::error::{InflateError, InflateFault};
use super::update::{InflateFormat, InflateSource};

/// No kernel gives more in one call.
const MOST: usize = 0x7fff_ffff;

/// Room that a content has at first.
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
fn read(
    format: InflateFormat,
    stream: &[u8],
    dictionary: &[u8],
    flags: Flags,
    capacity: usize,
) -> (Vec<u8>, Option<InflateError>) {
    let mut content = Content {
        bytes: Vec::new(),
        capacity: capacity.min(MOST),
    };
    let end = match format {
        InflateFormat::Raw => raw(&mut content, stream, dictionary),
        InflateFormat::Zlib => {
            let mut decoder = Inflate::new(true, 15);
            content.fill(&mut decoder, stream, 0, dictionary)
        }
        InflateFormat::Gzip => members(&mut content, stream, flags),
    };
    let error = match end {
        Ok(end) if end < stream.len() && !flags.trailing => Some(at(end, InflateFault::Trailing)),
        Ok(_) => None,
        Err(error) => Some(error),
    };
    (content.bytes, error)
}

/// Reads a raw stream. Where it ends.
fn raw(content: &mut Content, stream: &[u8], dictionary: &[u8]) -> Result<usize, InflateError> {
    let mut decoder = Inflate::new(false, 15);
    let window = &dictionary[dictionary.len().saturating_sub(WINDOW)..];
    if !window.is_empty() && decoder.set_dictionary(window).is_err() {
        return Err(at(0, InflateFault::Damaged));
    }
    content.fill(&mut decoder, stream, 0, &[])
}

/// Reads the members of a gzip file. Where it ends: behind the zeros that follow the last one.
fn members(content: &mut Content, file: &[u8], flags: Flags) -> Result<usize, InflateError> {
    let mut offset = 0;
    loop {
        let mut decoder = Inflate::new(true, 16 + 15);
        offset += content.fill(&mut decoder, &file[offset..], offset, &[])?;
        match &file[offset..] {
            [0x1f, 0x8b, ..] => {}
            // The first byte of another member, perhaps.
            [0x1f] if !flags.last => return Err(at(file.len(), InflateFault::CutShort)),
            rest => {
                let zeros = rest.iter().take_while(|byte| **byte == 0).count();
                return Ok(offset + zeros);
            }
        }
    }
}

fn at(offset: usize, fault: InflateFault) -> InflateError {
    InflateError { offset, fault }
}

/// A content that grows, up to a capacity.
struct Content {
    bytes: Vec<u8>,
    capacity: usize,
}

impl Content {
    /// Reads one stream from `source`, which begins at an offset of all that there is. Where in `source` it ends.
    ///
    /// It has room for a byte more than is allowed: where that is written, the content is too long, whatever may
    /// be wrong behind it. So what is wrong before it is told from that.
    fn fill(
        &mut self,
        decoder: &mut Inflate,
        source: &[u8],
        offset: usize,
        dictionary: &[u8],
    ) -> Result<usize, InflateError> {
        let mut written = self.bytes.len();
        loop {
            if written == self.bytes.len() {
                let longer = (written + ROOM).max(2 * written).min(self.capacity + 1);
                self.bytes.resize(longer, 0);
            }
            let taken = decoder.total_in() as usize;
            let before = decoder.total_out();
            let room = &mut self.bytes[written..];
            let status = decoder.decompress(&source[taken..], room, InflateFlush::NoFlush);
            written += (decoder.total_out() - before) as usize;
            let error = match status {
                _ if written > self.capacity => InflateError::OUTPUT_TOO_SMALL,
                Ok(Status::StreamEnd) => {
                    self.bytes.truncate(written);
                    return Ok(decoder.total_in() as usize);
                }
                // There is more room to be had.
                Ok(_) if written == self.bytes.len() => continue,
                Ok(_) => at(offset + source.len(), InflateFault::CutShort),
                Err(error) => {
                    let place = offset + (decoder.total_in() as usize).saturating_sub(1);
                    match error {
                        zlib_rs::InflateError::NeedDict { .. } if dictionary.is_empty() => {
                            at(place, InflateFault::Dictionary)
                        }
                        zlib_rs::InflateError::NeedDict { .. } => {
                            if decoder.set_dictionary(dictionary).is_ok() {
                                continue;
                            }
                            at(place, InflateFault::DictionaryId)
                        }
                        _ => at(place, fault(decoder)),
                    }
                }
            };
            self.bytes.truncate(written);
            return Err(error);
        }
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
