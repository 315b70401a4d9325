//! Lines of a source, in bounded memory whatever is in it.

use std::io::{self, BufRead as _, BufReader, Read};

use crate::input::Input;

/// Lines are shorter than this: than the longest name, escaped, or number.
const LONGEST: u64 = 64 << 10;

/// An open source, read line by line.
pub(crate) struct Lines {
    reader: BufReader<Input>,
    line: Vec<u8>,
    number: u64,
}

/// A line.
pub(crate) struct Line<'a> {
    /// Its number, from 1.
    pub(crate) number: u64,
    /// Its bytes, without the line feed at its end.
    pub(crate) bytes: &'a [u8],
    /// Whether only its beginning is here: it is too long to be anything that is asked for.
    pub(crate) is_cut: bool,
}

impl Lines {
    pub(crate) fn new(input: Input) -> Self {
        Self {
            reader: BufReader::with_capacity(64 << 10, input),
            line: Vec::new(),
            number: 0,
        }
    }

    /// Whether the next line is there without waiting for whoever writes it: of a pipe, where it has
    /// been read already.
    pub(crate) fn is_ready(&self) -> bool {
        self.reader.get_ref().metadata().is_some() || self.reader.buffer().contains(&b'\n')
    }

    /// The next line, if there is one.
    ///
    /// # Errors
    /// Those of the source, which name it.
    pub(crate) fn next(&mut self) -> io::Result<Option<Line<'_>>> {
        self.line.clear();
        let mut start = self.reader.by_ref().take(LONGEST);
        if start.read_until(b'\n', &mut self.line)? == 0 {
            return Ok(None);
        }
        self.number += 1;
        let ends = self.line.pop_if(|byte| *byte == b'\n').is_some();
        let is_cut = !ends && self.line.len() as u64 == LONGEST;
        if is_cut {
            self.reader.skip_until(b'\n')?;
        }
        Ok(Some(Line {
            number: self.number,
            bytes: &self.line,
            is_cut,
        }))
    }
}
