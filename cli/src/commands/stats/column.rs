//! A column of numbers, gone through as often as its summary needs: in memory while it is short, in a
//! temporary file when it is long.

use std::fmt;
use std::fs::File;
use std::io::{self, BufWriter, Read as _, Seek as _, Write as _};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::{env, mem};

use anyhow::{Result, anyhow};
use kilowat::Runtime;
use kilowat::aggregate::{Aggregator, Summary};

use crate::input::{Source, cause, printable};
use crate::progress::Progress;

/// So many numbers stay in memory, at eight bytes each.
const FEW: usize = 1 << 20;

/// Bytes that are read at a time.
const BUFFER: usize = 256 << 10;

/// The numbers of a source. A source may be a pipe, or change while it is read, and to make numbers of
/// text takes longer than all the rest: so it is read once, and the numbers are kept.
pub(super) struct Column<'a> {
    source: &'a Source,
    numbers: Numbers,
}

enum Numbers {
    Few(Vec<f64>),
    Many(TemporaryFile),
}

impl<'a> Column<'a> {
    pub(super) fn new(source: &'a Source) -> Self {
        let numbers = Numbers::Few(Vec::new());
        Self { source, numbers }
    }

    pub(super) fn push(&mut self, number: f64) -> Result<()> {
        let source = self.source;
        let pushed = self.numbers.push(number);
        pushed.map_err(|error| name_error(source, error))
    }

    pub(super) fn summary(self, runtime: &Runtime) -> Result<Option<Summary>> {
        let Self { source, numbers } = self;
        let summary = match numbers {
            Numbers::Few(numbers) => runtime.aggregate(&numbers).map_err(Into::into),
            Numbers::Many(file) => file.summary(runtime, source),
        };
        summary.map_err(|error| name_error(source, error))
    }
}

fn name_error(source: &Source, error: impl fmt::Display) -> anyhow::Error {
    anyhow!("{}: {error}", source.title())
}

impl Numbers {
    fn push(&mut self, number: f64) -> io::Result<()> {
        match self {
            Self::Few(numbers) if numbers.len() < FEW => {
                numbers.push(number);
                Ok(())
            }
            Self::Few(numbers) => {
                let mut file = TemporaryFile::new()?;
                for number in mem::take(numbers) {
                    file.push(number)?;
                }
                file.push(number)?;
                *self = Self::Many(file);
                Ok(())
            }
            Self::Many(file) => file.push(number),
        }
    }
}

/// Numbers in a file that has no name, and is gone when it is closed. Its errors say where it is.
struct TemporaryFile {
    folder: PathBuf,
    writer: BufWriter<File>,
    bytes: Vec<u8>,
    count: u64,
}

impl TemporaryFile {
    fn new() -> io::Result<Self> {
        let folder = folder();
        let file = tempfile::tempfile_in(&folder).map_err(|error| name(&folder, &error))?;
        Ok(Self {
            folder,
            writer: BufWriter::with_capacity(BUFFER, file),
            bytes: Vec::new(),
            count: 0,
        })
    }

    fn push(&mut self, number: f64) -> io::Result<()> {
        self.count += 1;
        let written = self.writer.write_all(&number.to_ne_bytes());
        written.map_err(|error| name(&self.folder, &error))
    }

    fn summary(mut self, runtime: &Runtime, source: &Source) -> Result<Option<Summary>> {
        let mut aggregator = Aggregator::new(runtime);
        let mut numbers = Vec::new();
        loop {
            let bytes = self.count * size_of::<f64>() as u64;
            let progress = Progress::new(source.printable(), Some(bytes));
            self.rewind()?;
            while self.read(&mut numbers)? {
                aggregator.update(&numbers)?;
                if let Some(progress) = &progress {
                    progress.advance(size_of_val(&*numbers) as u64);
                }
            }
            if let ControlFlow::Break(summary) = aggregator.end_pass()? {
                return Ok(summary);
            }
        }
    }

    /// Goes back to the first number.
    fn rewind(&mut self) -> io::Result<()> {
        let rewound = self.writer.rewind();
        rewound.map_err(|error| name(&self.folder, &error))
    }

    /// Replaces what is there by the next numbers. Whether there were any.
    fn read(&mut self, numbers: &mut Vec<f64>) -> io::Result<bool> {
        self.bytes.clear();
        let file = self.writer.get_mut();
        let read = file.take(BUFFER as u64).read_to_end(&mut self.bytes);
        read.map_err(|error| name(&self.folder, &error))?;
        let whole = self.bytes.as_chunks().0.iter().copied();
        numbers.clear();
        numbers.extend(whole.map(f64::from_ne_bytes));
        Ok(!numbers.is_empty())
    }
}

/// Where temporary files are made that may be large: `/tmp` is often kept in memory.
fn folder() -> PathBuf {
    let large = Path::new("/var/tmp");
    if cfg!(unix) && env::var_os("TMPDIR").is_none() && large.is_dir() {
        large.to_owned()
    } else {
        env::temp_dir()
    }
}

fn name(folder: &Path, error: &io::Error) -> io::Error {
    let folder = printable(&folder.to_string_lossy());
    let cause = cause(error);
    io::Error::new(
        error.kind(),
        format!("a temporary file in {folder}: {cause}"),
    )
}
