//! Files that commands make: written beside their place, and put there when they are whole.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::input::{cause, printable};

/// A file that is being made. Until it is [finished](Self::finish), nothing stands in its place but
/// what stood there before; and if it is dropped, or the process is ended, nothing is left of it.
pub(crate) struct MadeFile {
    path: PathBuf,
    overwrite: bool,
    file: Unfinished,
}

enum Unfinished {
    /// A regular file, under another name in the same folder.
    Beside(NamedTempFile),
    /// What stands in the place is a device or a pipe, which is written to as it is.
    InPlace(File),
}

impl MadeFile {
    /// Begins a file at a path. It may be read and written by all whom the process's umask and `mode`
    /// allow it, where the system has such modes.
    ///
    /// # Errors
    /// Where the path is a directory or has no folder; and where a file stands there already and
    /// `overwrite` is not set. All errors name the path.
    pub(crate) fn create(path: &Path, mode: u32, overwrite: bool) -> io::Result<Self> {
        let named = |error| name(path, &error);
        let (path, in_place) = Self::place(path, overwrite).map_err(named)?;
        let file = if in_place {
            let file = File::options().write(true).open(&path);
            file.map(Unfinished::InPlace)
        } else {
            beside(&path, mode).map(Unfinished::Beside)
        };
        Ok(Self {
            file: file.map_err(named)?,
            path,
            overwrite,
        })
    }

    /// Where the file will stand, and whether it is written there from the start.
    fn place(path: &Path, overwrite: bool) -> io::Result<(PathBuf, bool)> {
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => {
                Err(io::Error::new(ErrorKind::IsADirectory, "Is a directory"))
            }
            Ok(metadata) if !metadata.is_file() => Ok((path.to_owned(), true)),
            Ok(_) if !overwrite => Err(ErrorKind::AlreadyExists.into()),
            // What a link leads to is overwritten, and not the link.
            Ok(_) => Ok((fs::canonicalize(path)?, false)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok((path.to_owned(), false)),
            Err(error) => Err(error),
        }
    }

    /// Puts the file in its place.
    ///
    /// # Errors
    /// Where another one has come there since, and must not be overwritten; and those of the system.
    pub(crate) fn finish(self) -> io::Result<()> {
        let Unfinished::Beside(file) = self.file else {
            return Ok(());
        };
        let put = if self.overwrite {
            file.persist(&self.path)
        } else {
            file.persist_noclobber(&self.path)
        };
        match put {
            Ok(_) => Ok(()),
            Err(error) => Err(name(&self.path, &error.error)),
        }
    }
}

impl Write for MadeFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = match &mut self.file {
            Unfinished::Beside(file) => file.as_file_mut().write(bytes),
            Unfinished::InPlace(file) => file.write(bytes),
        };
        // An interruption keeps its kind, and is tried again.
        written.map_err(|error| name(&self.path, &error))
    }

    /// Nothing is held back.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A new file in the folder of `path`, with a name that no other has.
fn beside(path: &Path, mode: u32) -> io::Result<NamedTempFile> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    let file = builder
        .prefix(".kilowat-")
        .make_in(folder, |path| create_new(path, mode))?;
    #[cfg(unix)]
    remove_when_ended(file.path())?;
    Ok(file)
}

/// Has Ctrl-C and `kill` remove a file before they end the process.
#[cfg(unix)]
fn remove_when_ended(path: &Path) -> io::Result<()> {
    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::low_level::emulate_default_handler;

    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM])?;
    let path = path.to_owned();
    std::thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            // In its place by now, it is gone from here. Either way the process ends as it was told.
            let _ = fs::remove_file(path);
            let _ = emulate_default_handler(signal);
        }
    });
    Ok(())
}

#[cfg(unix)]
fn create_new(path: &Path, mode: u32) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;

    let mut options = File::options();
    options.write(true).create_new(true).mode(mode).open(path)
}

#[cfg(not(unix))]
fn create_new(path: &Path, _mode: u32) -> io::Result<File> {
    File::create_new(path)
}

fn name(path: &Path, error: &io::Error) -> io::Error {
    let words = match error.kind() {
        ErrorKind::AlreadyExists => "it exists already, and --force would overwrite it".to_owned(),
        _ => cause(error),
    };
    let path = printable(&path.to_string_lossy());
    io::Error::new(error.kind(), format!("{path}: {words}"))
}
