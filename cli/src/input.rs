//! What commands read: files and standard input, with errors that name them.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::fs::{self, File, Metadata};
use std::io::{self, BufRead, ErrorKind, IsTerminal as _, Read, Seek as _, SeekFrom, Stdin, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::descriptors;
use crate::output::hex;
use crate::progress::Progress;

/// A file named on the command line, or standard input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// Asked for by `-`, or by naming no file.
    StandardInput,
    /// A file.
    File(PathBuf),
}

impl Source {
    /// What an argument stands for.
    pub(crate) fn new(argument: &Path) -> Self {
        if argument.as_os_str() == "-" {
            Self::StandardInput
        } else {
            Self::File(argument.to_owned())
        }
    }

    /// What a name in a list stands for. On Unix a name is any bytes; elsewhere only text is one.
    pub(crate) fn from_name(name: &[u8]) -> Option<Self> {
        #[cfg(unix)]
        let name = Some(std::os::unix::ffi::OsStrExt::from_bytes(name));
        #[cfg(not(unix))]
        let name = str::from_utf8(name).ok().map(std::ffi::OsStr::new);
        name.map(|name: &std::ffi::OsStr| Self::new(Path::new(name)))
    }

    /// What all the file arguments stand for: standard input where there are none.
    pub(crate) fn all(arguments: &[PathBuf]) -> Vec<Self> {
        if arguments.is_empty() {
            vec![Self::StandardInput]
        } else {
            arguments.iter().map(|path| Self::new(path)).collect()
        }
    }

    /// The name as it was given: on Unix any bytes, elsewhere text.
    pub(crate) fn name(&self) -> &[u8] {
        match self {
            Self::StandardInput => b"-",
            Self::File(path) => path.as_os_str().as_encoded_bytes(),
        }
    }

    /// The name as text, with replacement characters where it is none.
    pub(crate) fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(self.name())
    }

    /// The bytes of the name in hexadecimal, where its text has lost some of them.
    pub(crate) fn hex_unless_text(&self) -> Option<String> {
        let name = self.name();
        str::from_utf8(name).is_err().then(|| hex(name))
    }

    /// The name for a line that a person reads: one line, whatever is in the name.
    pub(crate) fn printable(&self) -> String {
        printable(&self.text())
    }

    /// What messages call it.
    pub(crate) fn title(&self) -> String {
        match self {
            Self::StandardInput => "standard input".to_owned(),
            Self::File(_) => self.printable(),
        }
    }

    /// Opens the source to be read once.
    ///
    /// # Errors
    /// Those of the system, with the source's name. A directory is refused, and standard input where
    /// the command was started without.
    pub(crate) fn open(&self) -> io::Result<Input> {
        let mut input = self.open_beside_others()?;
        let progress = match self {
            // Who types knows how far it has come.
            Self::StandardInput if io::stdin().is_terminal() => None,
            Self::StandardInput => Progress::new(self.title(), standard_input_left()),
            Self::File(_) => Progress::new(self.printable(), input.file_len()),
        };
        input.progress = progress.map(Rc::new);
        Ok(input)
    }

    /// The same without a bar for its progress: several of them would be in each other's way.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub(crate) fn open_beside_others(&self) -> io::Result<Input> {
        let named = |cause| self.name_error(cause);
        let (reader, file) = match self {
            Self::StandardInput => {
                descriptors::standard_input().map_err(named)?;
                // Not locked: it may be asked for twice at once.
                (Reader::StandardInput(io::stdin()), None)
            }
            Self::File(path) => {
                let file = File::open(path).map_err(named)?;
                let metadata = file.metadata().map_err(named)?;
                if metadata.is_dir() {
                    // Reading would say so too, but not on every system.
                    return Err(named(io::Error::new(
                        ErrorKind::IsADirectory,
                        "Is a directory",
                    )));
                }
                // Only of a regular file it is known how much there is.
                let metadata = metadata.is_file().then_some(metadata);
                (Reader::File(file), metadata)
            }
        };
        Ok(Input {
            source: self.clone(),
            reader,
            last_byte: None,
            file,
            progress: None,
        })
    }

    /// Whether opening or reading it may wait for someone, as it may with a pipe or a device.
    pub(crate) fn may_wait(&self) -> bool {
        match self {
            Self::StandardInput => true,
            Self::File(path) => {
                fs::metadata(path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir())
            }
        }
    }

    fn name_error(&self, cause: io::Error) -> io::Error {
        let name = self.title();
        io::Error::new(cause.kind(), InputError { name, cause })
    }
}

/// How much of standard input is left, where that is a regular file.
#[cfg(unix)]
fn standard_input_left() -> Option<u64> {
    use std::io::Seek as _;
    use std::os::fd::AsFd as _;

    // A copy of the descriptor, which has the same place in the file.
    let stdin = io::stdin().as_fd().try_clone_to_owned().ok()?;
    let mut file = File::from(stdin);
    let metadata = file.metadata().ok()?;
    let place = file.stream_position().ok()?;
    metadata
        .is_file()
        .then(|| metadata.len().saturating_sub(place))
}

#[cfg(not(unix))]
fn standard_input_left() -> Option<u64> {
    None
}

/// An open source. Its errors name it, and reading it moves its progress bar.
pub(crate) struct Input {
    source: Source,
    reader: Reader,
    last_byte: Option<u8>,
    /// What the system says of it, where it is a regular file.
    file: Option<Metadata>,
    progress: Option<Rc<Progress>>,
}

enum Reader {
    StandardInput(Stdin),
    File(File),
}

impl Read for Reader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::StandardInput(stdin) => stdin.read(buffer),
            Self::File(file) => file.read(buffer),
        }
    }
}

impl Input {
    /// The progress of reading, where there is someone to see it.
    pub(crate) fn progress(&self) -> Option<Rc<Progress>> {
        self.progress.clone()
    }

    /// How long a regular file says that it is. Nothing for anything else.
    pub(crate) fn file_len(&self) -> Option<u64> {
        self.metadata().map(Metadata::len)
    }

    /// What the system says of a regular file. Nothing for anything else.
    pub(crate) fn metadata(&self) -> Option<&Metadata> {
        self.file.as_ref()
    }

    /// Passes over `len` bytes, or as many as there are, and gives their number. Of a regular file they
    /// are not read.
    pub(crate) fn skip(&mut self, len: u64) -> io::Result<u64> {
        let Reader::File(file) = &mut self.reader else {
            return self.read_over(len);
        };
        let Some(end) = self.file.as_ref().map(Metadata::len) else {
            return self.read_over(len);
        };
        let skipped = file.stream_position().and_then(|position| {
            // Behind the end there is nothing to be passed over.
            let skipped = len.min(end.saturating_sub(position));
            file.seek(SeekFrom::Start(position + skipped))?;
            Ok(skipped)
        });
        let skipped = skipped.map_err(|error| self.source.name_error(error))?;
        if let Some(progress) = &self.progress {
            progress.advance(skipped);
        }
        Ok(skipped)
    }

    fn read_over(&mut self, len: u64) -> io::Result<u64> {
        io::copy(&mut self.take(len), &mut io::sink())
    }

    /// Closes the source and takes its progress bar away. Gives the last byte that was read.
    pub(crate) fn finish(self) -> Option<u8> {
        self.last_byte
    }
}

impl Read for Input {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.reader.read(buffer) {
            Ok(read) => {
                self.last_byte = buffer[..read].last().copied().or(self.last_byte);
                if let Some(progress) = &self.progress {
                    progress.advance(read as u64);
                }
                Ok(read)
            }
            // Nothing went wrong: the caller tries again.
            Err(error) if error.kind() == ErrorKind::Interrupted => Err(error),
            Err(error) => Err(self.source.name_error(error)),
        }
    }
}

/// An error of reading, with the name of what was read.
#[derive(Debug)]
struct InputError {
    name: String,
    cause: io::Error,
}

// No `source`: the message has its words already, and they would be printed twice.
impl Error for InputError {}

impl fmt::Display for InputError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.name, cause(&self.cause))
    }
}

/// Writes all that a reader gives, and counts it.
pub(crate) fn transfer(
    reader: &mut impl BufRead,
    writer: &mut (impl Write + ?Sized),
) -> io::Result<u64> {
    let mut count = 0;
    loop {
        let bytes = match reader.fill_buf() {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if bytes.is_empty() {
            return Ok(count);
        }
        writer.write_all(bytes)?;
        let len = bytes.len();
        count += len as u64;
        reader.consume(len);
    }
}

/// Text in one line, whatever is in it.
pub(crate) fn printable(text: &str) -> String {
    let mut printable = String::new();
    for character in text.chars() {
        if character.is_control() {
            printable.extend(character.escape_default());
        } else {
            printable.push(character);
        }
    }
    printable
}

/// The words of an error without the system's number for it, which tells a user nothing.
pub(crate) fn cause(error: &io::Error) -> String {
    let words = error.to_string();
    match error.raw_os_error() {
        Some(code) => match words.strip_suffix(&format!(" (os error {code})")) {
            Some(short) => short.to_owned(),
            None => words,
        },
        None => words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dash_and_nothing_are_standard_input() {
        assert_eq!(Source::all(&[]), [Source::StandardInput]);
        let paths = ["-".into(), "./-".into()];
        let expected = [Source::StandardInput, Source::File("./-".into())];
        assert_eq!(Source::all(&paths), expected);
    }

    #[test]
    fn printable_names_are_one_line() {
        let source = Source::new(Path::new("a\n\u{1b}[1mé"));
        assert_eq!(source.printable(), "a\\n\\u{1b}[1mé");
    }

    #[test]
    fn causes_have_no_numbers() {
        let error = File::open("/there/is/no/such/file").unwrap_err();
        assert!(!cause(&error).contains("os error"), "{}", cause(&error));
        assert_eq!(cause(&io::Error::other("own words")), "own words");
    }
}
