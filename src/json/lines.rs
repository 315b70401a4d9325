//! JSON Lines (NDJSON): a value a line.

use std::io::{self, BufRead, Read as _};
use std::marker::PhantomData;

use serde::de::DeserializeOwned;

use super::{DEPTH, Error, Tape};
use crate::runtime::Runtime;

/// The values of JSON Lines, one after the other, in the memory of the longest line.
///
/// A line ends with a line feed, which the last one may lack. Lines of white space alone are passed over. A line that is
/// wrong is an error, and what follows it is read all the same.
///
/// ```
/// use kilowat::json::Lines;
///
/// let runtime = kilowat::Runtime::new();
/// let text = &b"[1,2]\n\n[3,4]\n[5,\n"[..];
/// let mut lines = Lines::new(&runtime, text).values::<(u32, u32)>();
/// assert_eq!(lines.next().unwrap()?, (1, 2));
/// assert_eq!(lines.next().unwrap()?, (3, 4));
/// let error = lines.next().unwrap().unwrap_err();
/// assert_eq!(error.to_string(), "line 4, column 4: the text ends: expected a value");
/// assert!(lines.next().is_none());
/// # Ok::<(), kilowat::json::LineError>(())
/// ```
#[derive(Debug)]
pub struct Lines<'r, R> {
    runtime: &'r Runtime,
    reader: R,
    line: Vec<u8>,
    number: u64,
    limit: usize,
    is_over: bool,
}

/// What is wrong with a line.
#[derive(Debug, thiserror::Error)]
#[error("line {number}{}", in_line(error))]
#[non_exhaustive]
pub struct LineError {
    /// The line, counted from 1.
    pub number: u64,
    /// What is wrong with it. Where it is the text, its own line is 1.
    pub error: Error,
}

fn in_line(error: &Error) -> String {
    match error {
        Error::Text(error) => format!(", column {}: {}", error.column, error.error.words()),
        error => format!(": {error}"),
    }
}

impl<'r, R: BufRead> Lines<'r, R> {
    /// The longest line where nothing else is said, in bytes.
    pub const LIMIT: usize = 256 << 20;

    /// Reads lines of [`LIMIT`](Self::LIMIT) bytes at most.
    #[must_use]
    pub fn new(runtime: &'r Runtime, reader: R) -> Self {
        Self {
            runtime,
            reader,
            line: Vec::new(),
            number: 0,
            limit: Self::LIMIT,
            is_over: false,
        }
    }

    /// Sets how many bytes a line may have. A longer one is an error, and the last that is read.
    #[must_use]
    pub fn limit(self, limit: usize) -> Self {
        Self { limit, ..self }
    }

    /// The next line that is more than white space, without its end, and its number.
    ///
    /// # Errors
    /// [`LineError`] where reading fails, or a line is too long. Nothing is read behind that.
    pub fn next_line(&mut self) -> Option<Result<(u64, &[u8]), LineError>> {
        loop {
            if self.is_over {
                return None;
            }
            if let Err(error) = self.read_line() {
                self.is_over = true;
                return Some(Err(self.at_line(error.into())));
            }
            if !self.line.trim_ascii().is_empty() {
                return Some(Ok((self.number, &self.line)));
            }
        }
    }

    fn read_line(&mut self) -> io::Result<()> {
        self.line.clear();
        self.number += 1;
        let limit = self.limit as u64 + 1;
        let mut reader = (&mut self.reader).take(limit);
        reader.read_until(b'\n', &mut self.line)?;
        if self.line.last() == Some(&b'\n') {
            self.line.pop();
        } else if self.line.len() > self.limit {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                format!("it is longer than {} bytes", self.limit),
            ));
        } else {
            self.is_over = true;
        }
        Ok(())
    }

    fn at_line(&self, error: Error) -> LineError {
        LineError {
            number: self.number,
            error,
        }
    }

    /// The tapes of the lines.
    pub fn tapes(mut self) -> impl Iterator<Item = Result<Tape, LineError>> {
        std::iter::from_fn(move || self.next_with(|runtime, line| runtime.json_parse(line, DEPTH)))
    }

    /// The lines read into a type.
    #[must_use]
    pub fn values<T: DeserializeOwned>(self) -> LineValues<'r, R, T> {
        LineValues {
            lines: self,
            values: PhantomData,
        }
    }

    fn next_with<T>(
        &mut self,
        read: impl FnOnce(&Runtime, &[u8]) -> Result<T, Error>,
    ) -> Option<Result<T, LineError>> {
        let runtime = self.runtime;
        let read = match self.next_line()? {
            Ok((_, line)) => read(runtime, line),
            Err(error) => return Some(Err(error)),
        };
        Some(read.map_err(|error| self.at_line(error)))
    }
}

/// The lines of [`Lines`], read into a type.
#[derive(Debug)]
pub struct LineValues<'r, R, T> {
    lines: Lines<'r, R>,
    values: PhantomData<fn() -> T>,
}

impl<R: BufRead, T: DeserializeOwned> Iterator for LineValues<'_, R, T> {
    type Item = Result<T, LineError>;

    fn next(&mut self) -> Option<Self::Item> {
        (self.lines).next_with(|runtime, line| runtime.json_from_slice(line))
    }
}
