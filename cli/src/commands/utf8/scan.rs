//! A file read in pieces, of which each is validated, up to the first fault.

use std::io::{self, ErrorKind, Read as _};
use std::ops::Range;

use kilowat::text::Utf8Fault;
use kilowat::{Error, Runtime};
use serde::Serialize;

use super::fault::Fault;
use crate::input::Input;

/// Bytes that are read at a time.
const BUFFER: usize = 1 << 20;

/// Bytes of a line that are kept to be shown, on either side of a fault.
const CONTEXT: usize = 512;

/// The end of a character that may come with the next piece.
const UNFINISHED: usize = 3;

/// What there is in a file that is valid.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(super) struct Counts {
    pub(super) lines: u64,
    /// 0 where they were not to be counted.
    pub(super) characters: u64,
    pub(super) utf16_units: u64,
    pub(super) bytes: u64,
}

/// What a file is.
pub(super) enum Verdict {
    Valid(Counts),
    Invalid(Box<Fault>),
}

/// What takes work that not every caller needs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    /// To count characters and UTF-16 units.
    pub(super) characters: bool,
    /// To read on behind a fault, so that its line can be shown.
    pub(super) line: bool,
}

/// A file on its way through.
pub(super) struct Scan<'a> {
    runtime: &'a Runtime,
    input: Input,
    wanted: Wanted,
    /// Of what was read, the last bytes: valid ones to be shown, and then those that are still to be
    /// validated.
    buffer: Vec<u8>,
    unchecked: Range<usize>,
    is_at_end: bool,
    /// Of all that is valid so far.
    counts: Counts,
    /// Characters of the last line so far.
    column: u64,
}

impl<'a> Scan<'a> {
    pub(super) fn new(runtime: &'a Runtime, input: Input, wanted: Wanted) -> Self {
        Self {
            runtime,
            input,
            wanted,
            buffer: vec![0; CONTEXT + UNFINISHED + BUFFER],
            unchecked: 0..0,
            is_at_end: false,
            counts: Counts::default(),
            column: 0,
        }
    }

    /// Reads the file, up to a fault.
    ///
    /// # Errors
    /// Those of reading, and an [`Error`] where no tier can answer.
    pub(super) fn run(mut self) -> io::Result<Verdict> {
        while !self.is_at_end {
            self.make_room();
            self.read(BUFFER)?;
            let unchecked = &self.buffer[self.unchecked.clone()];
            if unchecked.is_empty() {
                continue;
            }
            let fault: Option<Utf8Fault> = match self.runtime.utf8_validate(unchecked) {
                Ok(()) => None,
                Err(Error::Input(refusal)) => match refusal.detail() {
                    Some(fault) => Some(*fault),
                    None => return Err(Error::Input(refusal).into()),
                },
                Err(error) => return Err(error.into()),
            };
            let valid = fault.map_or(unchecked.len(), |fault| fault.valid_up_to);
            self.pass(valid)?;
            if let Some(fault) = fault
                && (fault.error_len.is_some() || self.is_at_end)
            {
                return self.fault(fault.error_len.map(usize::from));
            }
        }
        Ok(Verdict::Valid(self.counts))
    }

    /// Forgets what is no longer needed.
    fn make_room(&mut self) {
        let start = self.unchecked.start.saturating_sub(CONTEXT);
        self.buffer.copy_within(start..self.unchecked.end, 0);
        self.unchecked = self.unchecked.start - start..self.unchecked.end - start;
    }

    /// Reads some bytes, and no more than that.
    fn read(&mut self, most: usize) -> io::Result<()> {
        let end = self.unchecked.end;
        let read = loop {
            match self.input.read(&mut self.buffer[end..end + most]) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                read => break read?,
            }
        };
        self.is_at_end = read == 0;
        self.unchecked.end += read;
        Ok(())
    }

    /// Takes so many bytes for valid, and counts what is in them.
    fn pass(&mut self, len: usize) -> io::Result<()> {
        let start = self.unchecked.start;
        let valid = &self.buffer[start..start + len];
        let lines = bytecount::count(valid, b'\n') as u64;
        let last_line = if lines > 0 {
            self.column = 0;
            let feed = valid.iter().rposition(|byte| *byte == b'\n');
            &valid[feed.map_or(0, |feed| feed + 1)..]
        } else {
            valid
        };
        if self.wanted.characters {
            self.counts.characters += self.runtime.utf8_count(valid)? as u64;
            self.counts.utf16_units += self.runtime.utf16_len(valid)? as u64;
        }
        self.column += self.runtime.utf8_count(last_line)? as u64;
        self.counts.lines += lines;
        self.counts.bytes += len as u64;
        self.unchecked.start += len;
        Ok(())
    }

    /// The fault that the unchecked bytes begin with. `error_len` bytes belong to no character; or all,
    /// which are the beginning of one.
    fn fault(mut self, error_len: Option<usize>) -> io::Result<Verdict> {
        self.make_room();
        while self.wanted.line && !self.is_at_end {
            let rest = &self.buffer[self.unchecked.clone()];
            if rest.len() >= CONTEXT || rest.contains(&b'\n') {
                break;
            }
            self.read(CONTEXT - rest.len())?;
        }
        let fault = self.unchecked.start;
        let before = &self.buffer[..fault];
        let rest = &self.buffer[self.unchecked];
        let feed = before.iter().rposition(|byte| *byte == b'\n');
        let line_start = feed.map_or(0, |feed| feed + 1);
        let line_end = rest.iter().position(|byte| *byte == b'\n');
        // A carriage return before it is part of the line's end.
        let line_end = line_end.map(|end| end - usize::from(rest[..end].ends_with(b"\r")));
        Ok(Verdict::Invalid(Box::new(Fault {
            offset: self.counts.bytes,
            line: self.counts.lines + 1,
            column: self.column + 1,
            len: error_len.unwrap_or(rest.len()),
            is_cut_short: error_len.is_none(),
            before: before[line_start..].to_vec(),
            begins_earlier: feed.is_none() && self.counts.bytes > fault as u64,
            rest: rest.to_vec(),
            line_end: line_end.unwrap_or(rest.len()),
            ends_later: line_end.is_none() && !self.is_at_end,
        })))
    }
}
