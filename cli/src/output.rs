//! What commands write: answers on standard output, everything else on standard error.

use std::error::Error;
use std::fmt;
use std::fs::File;
use std::io::{self, BufWriter, ErrorKind, IsTerminal as _, StdoutLock, Write};

use comfy_table::{Cell, CellAlignment, Row, Table, presets};
use serde::Serialize;

use crate::descriptors;
use crate::input::cause;

/// Standard output, buffered, and the lines on standard error.
pub(crate) struct Output {
    writer: BufWriter<StdoutLock<'static>>,
    is_terminal: bool,
    reported: bool,
    warned: bool,
}

impl Output {
    /// Takes standard output for the rest of the program.
    pub(crate) fn new() -> Self {
        let stdout = io::stdout().lock();
        Self {
            is_terminal: stdout.is_terminal(),
            writer: BufWriter::with_capacity(64 << 10, stdout),
            reported: false,
            warned: false,
        }
    }

    /// Whether a person sees what is written at once.
    pub(crate) fn is_terminal(&self) -> bool {
        self.is_terminal
    }

    /// Writes a value as one line of JSON.
    pub(crate) fn json(&mut self, value: &impl Serialize) -> io::Result<()> {
        serde_json::to_writer(&mut *self, value)?;
        self.write_all(b"\n")
    }

    /// Writes rows under a header, columns aligned.
    pub(crate) fn table<R: Into<Row>>(
        &mut self,
        header: impl Into<Row>,
        rows: impl IntoIterator<Item = R>,
    ) -> io::Result<()> {
        let mut table = Table::new();
        table.set_header(header).add_rows(rows);
        self.aligned(table)
    }

    /// Writes rows without a header, columns aligned.
    pub(crate) fn list<R: Into<Row>>(
        &mut self,
        rows: impl IntoIterator<Item = R>,
    ) -> io::Result<()> {
        let mut table = Table::new();
        table.add_rows(rows);
        self.aligned(table)
    }

    fn aligned(&mut self, mut table: Table) -> io::Result<()> {
        table.load_style(presets::NOTHING);
        for column in table.column_iter_mut() {
            column.set_padding((0, 2));
        }
        writeln!(self, "{}", table.trim_fmt())
    }

    /// Hands over all that was written.
    pub(crate) fn settle(&mut self) -> io::Result<()> {
        self.flush()
    }

    /// Hands over what was written if a person waits for it. A pipe gets it in large pieces.
    pub(crate) fn settle_for_reader(&mut self) -> io::Result<()> {
        if self.is_terminal {
            self.flush()
        } else {
            Ok(())
        }
    }

    /// The file that standard output is, where it is a regular one and what is written next comes to its
    /// end: there it can have holes. All that was written is in it.
    pub(crate) fn new_file(&mut self) -> io::Result<Option<File>> {
        self.flush()?;
        stdout_at_end().map_err(name_error)
    }

    /// Says on standard error, in a line, that something went wrong.
    pub(crate) fn report(&mut self, error: impl fmt::Display) {
        self.reported = true;
        self.note(error);
    }

    /// Says on standard error, in a line, that something was not done, unless the user does not want to know.
    pub(crate) fn warn(&mut self, warning: impl fmt::Display, quiet: bool) {
        self.warned = true;
        if !quiet {
            self.note(warning);
        }
    }

    /// Prints a line on standard error as it is, behind what was written so far.
    pub(crate) fn say(&mut self, line: impl fmt::Display) {
        let _ = self.flush();
        let _ = writeln!(io::stderr(), "{line}");
    }

    /// Says something on standard error, in a line, behind what was written so far.
    pub(crate) fn note(&mut self, note: impl fmt::Display) {
        // What is not written now stays in the buffer, and the command's last flush fails as well.
        let _ = self.flush();
        print_note(note);
    }

    /// Whether something was not done.
    pub(crate) fn has_warned(&self) -> bool {
        self.warned
    }

    /// Whether something went wrong that was not the end of the command.
    pub(crate) fn has_reported(&self) -> bool {
        self.reported
    }
}

/// Prints a line on standard error, under the command's name.
pub(crate) fn print_note(note: impl fmt::Display) {
    // Where standard error is closed, there is nobody left to be told.
    let _ = writeln!(io::stderr(), "kilowat: {note}");
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A command that writes nothing needs no standard output.
        descriptors::standard_output().map_err(name_error)?;
        self.writer.write(bytes).map_err(name_error)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush().map_err(name_error)
    }
}

#[cfg(unix)]
fn stdout_at_end() -> io::Result<Option<File>> {
    use std::io::Seek as _;
    use std::os::fd::AsFd as _;

    use rustix::fs::{OFlags, fcntl_getfl};

    descriptors::standard_output()?;
    let mut file = File::from(io::stdout().as_fd().try_clone_to_owned()?);
    let metadata = file.metadata()?;
    // What is appended comes to the end wherever the position is: holes would be left out.
    let can_have_holes = metadata.is_file()
        && !fcntl_getfl(&file)?.contains(OFlags::APPEND)
        && file.stream_position()? >= metadata.len();
    Ok(can_have_holes.then_some(file))
}

#[cfg(not(unix))]
fn stdout_at_end() -> io::Result<Option<File>> {
    Ok(None)
}

/// Says that it was the answer that could not be written.
pub(crate) fn name_error(cause: io::Error) -> io::Error {
    io::Error::new(cause.kind(), OutputError { cause })
}

/// An error of writing the answer.
#[derive(Debug)]
struct OutputError {
    cause: io::Error,
}

// No `source`: the message has its words already, and they would be printed twice.
impl Error for OutputError {}

impl fmt::Display for OutputError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "standard output: {}", cause(&self.cause))
    }
}

/// Whether it was the answer that could not be written.
pub(crate) fn is_output(error: &io::Error) -> bool {
    error
        .get_ref()
        .is_some_and(<dyn Error + Send + Sync>::is::<OutputError>)
}

/// Whether an error is that the answer could not be written.
pub(crate) fn is_of_output(error: &anyhow::Error) -> bool {
    error.downcast_ref().is_some_and(is_output)
}

/// Whether nobody reads the answer any more.
pub(crate) fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let error = error.downcast_ref::<io::Error>();
    error.is_some_and(|error| error.kind() == ErrorKind::BrokenPipe && is_output(error))
}

/// Bytes in hexadecimal, in lower case.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let digit = |nibble| char::from_digit(u32::from(nibble), 16);
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    digits.filter_map(digit).collect()
}

/// A cell of a table whose text ends where its column does, as numbers do.
pub(crate) fn right(text: impl fmt::Display) -> Cell {
    Cell::new(text).set_alignment(CellAlignment::Right)
}
