//! `--list`: what the headers of LZ4 frames say.

use std::borrow::Cow;
use std::io::{self, ErrorKind, Read as _};

use anyhow::Result;
use comfy_table::{Cell, Row};
use kilowat::lz4::{FrameError, FrameFault};
use kilowat::{Error, Runtime};
use serde::Serialize;

use super::Status;
use crate::arguments::Options;
use crate::conversion::{self, each};
use crate::input::{Input, Source};
use crate::output::{Output, right};

/// FLG and BD of the LZ4 Frame Format Description, in one number as they stand in the header.
const INDEPENDENT: u16 = 0x20;
const BLOCK_CHECKSUM: u16 = 0x10;
const CONTENT_SIZE: u16 = 0x08;
const CONTENT_CHECKSUM: u16 = 0x04;
const DICTIONARY: u16 = 0x01;
const RESERVED: u16 = 0x8f02;

const MAGIC: u32 = 0x184d_2204;
const LEGACY_MAGIC: u32 = 0x184c_2102;
/// This one and the fifteen behind it.
const SKIPPABLE_MAGIC: u32 = 0x184d_2a50;
/// The bit of a block's length that says that the block is stored.
const STORED: u32 = 1 << 31;
/// What a block of a legacy frame holds.
const LEGACY_BLOCK: u32 = 8 << 20;
/// How long such a block may be at most: any longer is the beginning of another frame.
const LONGEST_LEGACY_BLOCK: u32 = LEGACY_BLOCK + LEGACY_BLOCK / 255 + 16;

/// A frame.
#[derive(Debug, Serialize)]
struct Frame {
    format: Format,
    /// Where it begins in its file.
    offset: u64,
    /// Its length, header and checksums too.
    compressed: u64,
    /// The length of the content, where the header says it.
    content: Option<u64>,
    /// How many times as long the content is as its frame.
    ratio: Option<f64>,
    #[serde(flatten)]
    blocks: Option<Blocks>,
}

/// How a frame is made up.
#[derive(Debug, Serialize)]
struct Blocks {
    /// How many there are.
    #[serde(rename = "blocks")]
    count: u64,
    /// How much content each holds at most.
    block_size: u32,
    independent: bool,
    block_checksums: bool,
    content_checksum: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    dictionary: Option<u32>,
}

#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "lowercase")]
enum Format {
    Lz4,
    Legacy,
    Skippable,
}

/// A file's frames, for machines.
#[derive(Serialize)]
struct Record<'a> {
    operation: &'static str,
    file: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file_hex: Option<String>,
    frames: &'a [Frame],
}

/// Lists the frames of each file. One that is no frame is reported, and its sound frames are left out.
pub(super) fn run(
    command: &'static str,
    sources: &[Source],
    runtime: &Runtime,
    options: Options,
    output: &mut Output,
) -> Result<Status> {
    let mut rows = Vec::new();
    let status = each(sources, output, |source, output| {
        let walk = Walk {
            input: source.open()?,
            runtime,
            offset: 0,
        };
        let frames = walk
            .frames()
            .map_err(|error| conversion::name(command, source, error.into()))?;
        if options.json {
            output.json(&Record {
                operation: "lz4_list",
                file: source.text(),
                file_hex: source.hex_unless_text(),
                frames: &frames,
            })?;
        } else {
            rows.extend(frames.iter().map(|frame| row(frame, source)));
        }
        Ok(())
    })?;
    if !rows.is_empty() {
        let header = [
            Cell::new("FORMAT"),
            Cell::new("BLOCKS"),
            Cell::new("CHECKSUMS"),
            right("COMPRESSED"),
            right("CONTENT"),
            right("RATIO"),
            Cell::new("FILE"),
        ];
        output.table(header, rows)?;
    }
    Ok(status)
}

fn row(frame: &Frame, source: &Source) -> Row {
    let unknown = || "-".to_owned();
    let format = match frame.format {
        Format::Lz4 => "lz4",
        Format::Legacy => "legacy",
        Format::Skippable => "skippable",
    };
    let (blocks, checksums) = frame.blocks.as_ref().map_or_else(
        || (unknown(), unknown()),
        |blocks| (blocks.describe(), blocks.checksums().to_owned()),
    );
    let content = frame.content.map_or_else(unknown, |len| len.to_string());
    let ratio = frame
        .ratio
        .map_or_else(unknown, |ratio| format!("{ratio:.2}"));
    Row::from([
        Cell::new(format),
        Cell::new(blocks),
        Cell::new(checksums),
        right(frame.compressed),
        right(content),
        right(ratio),
        Cell::new(source.printable()),
    ])
}

impl Blocks {
    fn describe(&self) -> String {
        let kibibytes = self.block_size >> 10;
        let size = if kibibytes < 1024 {
            format!("{kibibytes}KiB")
        } else {
            format!("{}MiB", kibibytes >> 10)
        };
        let kind = if self.independent {
            "independent"
        } else {
            "linked"
        };
        format!("{} of {size}, {kind}", self.count)
    }

    fn checksums(&self) -> &'static str {
        match (self.content_checksum, self.block_checksums) {
            (true, true) => "content, blocks",
            (true, false) => "content",
            (false, true) => "blocks",
            (false, false) => "none",
        }
    }
}

/// A way through frames from header to header.
struct Walk<'a> {
    input: Input,
    runtime: &'a Runtime,
    /// Bytes that were read or passed over.
    offset: u64,
}

impl Walk<'_> {
    fn frames(mut self) -> io::Result<Vec<Frame>> {
        let mut frames = Vec::new();
        let mut magic = self.word_or_end()?;
        if magic.is_none() {
            return Err(self.cut_short(0));
        }
        while let Some(word) = magic {
            let start = self.offset - 4;
            let (format, content, blocks, next) = match word {
                MAGIC => {
                    let (content, blocks) = self.frame(start)?;
                    (Format::Lz4, content, Some(blocks), self.word_or_end()?)
                }
                LEGACY_MAGIC => {
                    let (blocks, next) = self.legacy_frame()?;
                    (Format::Legacy, None, Some(blocks), next)
                }
                _ if word & !15 == SKIPPABLE_MAGIC => {
                    let len = self.word(start)?;
                    self.skip(u64::from(len), self.offset)?;
                    (Format::Skippable, None, None, self.word_or_end()?)
                }
                _ => return Err(damaged(start, FrameFault::NoFrame)),
            };
            // What comes next has been begun.
            let end = self.offset - if next.is_some() { 4 } else { 0 };
            let compressed = end - start;
            frames.push(Frame {
                format,
                offset: start,
                compressed,
                content,
                ratio: content.map(|content| conversion::ratio(content, compressed)),
                blocks,
            });
            magic = next;
        }
        Ok(frames)
    }

    /// A frame behind its magic number.
    fn frame(&mut self, start: u64) -> io::Result<(Option<u64>, Blocks)> {
        let mut descriptor = [0; 14];
        self.read(&mut descriptor[..2], start)?;
        let flags = u16::from_le_bytes([descriptor[0], descriptor[1]]);
        if flags & 0xc0 != 0x40 {
            return Err(damaged(start, FrameFault::Version));
        }
        let has = |flag| flags & flag != 0;
        let size_len = if has(CONTENT_SIZE) { 8 } else { 0 };
        let len = 2 + size_len + if has(DICTIONARY) { 4 } else { 0 };
        self.read(&mut descriptor[2..len], start)?;
        let mut checksum = [0];
        self.read(&mut checksum, start)?;
        let hash = self.runtime.xxh32(&descriptor[..len], 0)?;
        let fault = if (hash >> 8) as u8 != checksum[0] {
            Some(FrameFault::HeaderChecksum)
        } else if has(RESERVED) {
            Some(FrameFault::Reserved)
        } else if flags < 0x4000 {
            Some(FrameFault::BlockSize)
        } else {
            None
        };
        if let Some(fault) = fault {
            return Err(damaged(start, fault));
        }
        let (size, dictionary) = descriptor[2..len].split_at(size_len);
        let mut blocks = Blocks {
            count: 0,
            block_size: 1 << (2 * (flags >> 12) + 8),
            independent: has(INDEPENDENT),
            block_checksums: has(BLOCK_CHECKSUM),
            content_checksum: has(CONTENT_CHECKSUM),
            dictionary: dictionary.try_into().ok().map(u32::from_le_bytes),
        };
        loop {
            let begin = self.offset;
            let word = self.word(begin)?;
            let len = word & !STORED;
            if word == 0 {
                break;
            }
            if len > blocks.block_size {
                return Err(damaged(begin, FrameFault::BlockLength));
            }
            let checksum = if blocks.block_checksums { 4 } else { 0 };
            self.skip(u64::from(len) + checksum, begin)?;
            blocks.count += 1;
        }
        if blocks.content_checksum {
            self.word(self.offset - 4)?;
        }
        Ok((size.try_into().ok().map(u64::from_le_bytes), blocks))
    }

    /// A legacy frame behind its magic number, and the word behind it, if there is one: it ends where
    /// what comes next cannot be the length of a block.
    fn legacy_frame(&mut self) -> io::Result<(Blocks, Option<u32>)> {
        let mut blocks = Blocks {
            count: 0,
            block_size: LEGACY_BLOCK,
            independent: true,
            block_checksums: false,
            content_checksum: false,
            dictionary: None,
        };
        loop {
            match self.word_or_end()? {
                Some(len) if len <= LONGEST_LEGACY_BLOCK => {
                    self.skip(u64::from(len), self.offset - 4)?;
                    blocks.count += 1;
                }
                next => return Ok((blocks, next)),
            }
        }
    }

    /// Four bytes of what begins at `begin`.
    fn word(&mut self, begin: u64) -> io::Result<u32> {
        let mut word = [0; 4];
        self.read(&mut word, begin)?;
        Ok(u32::from_le_bytes(word))
    }

    /// Four bytes, or nothing where the input ends.
    fn word_or_end(&mut self) -> io::Result<Option<u32>> {
        let begin = self.offset;
        let mut word = [0; 4];
        match self.read_most(&mut word)? {
            0 => Ok(None),
            4 => Ok(Some(u32::from_le_bytes(word))),
            _ => Err(self.cut_short(begin)),
        }
    }

    /// Fills `bytes` with some of what begins at `begin`.
    fn read(&mut self, bytes: &mut [u8], begin: u64) -> io::Result<()> {
        if self.read_most(bytes)? < bytes.len() {
            return Err(self.cut_short(begin));
        }
        Ok(())
    }

    /// Reads as many bytes as there are.
    fn read_most(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let mut read = 0;
        while read < bytes.len() {
            match self.input.read(&mut bytes[read..]) {
                Ok(0) => break,
                Ok(len) => read += len,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.offset += read as u64;
        Ok(read)
    }

    /// Passes over bytes of what begins at `begin`.
    fn skip(&mut self, len: u64, begin: u64) -> io::Result<()> {
        let skipped = self.input.skip(len)?;
        self.offset += skipped;
        if skipped < len {
            return Err(self.cut_short(begin));
        }
        Ok(())
    }

    fn cut_short(&self, begin: u64) -> io::Error {
        let (offset, end) = (begin, self.offset);
        Error::from(FrameError::CutShort { offset, end }).into()
    }
}

fn damaged(offset: u64, fault: FrameFault) -> io::Error {
    Error::from(FrameError::Damaged { offset, fault }).into()
}
