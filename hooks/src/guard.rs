//! Which files are looked at, and how they are read.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read as _};
use std::path::{Component, Path, PathBuf};

use crate::generated;
use crate::ignored::Ignored;
use crate::language::Language;
use crate::report::{SkipReason, Skipped};

/// The longest file that is looked at, in bytes.
pub const LONGEST: u64 = 4 << 20;

/// How many bytes of a file in no known language say whether it is text.
const SAMPLE: usize = 8 << 10;

/// A file that may be looked at.
#[derive(Debug)]
pub(crate) struct Guarded {
    /// Where it is, without links.
    pub(crate) full: PathBuf,
    /// Its path from the project, with `/` between names.
    pub(crate) path: PathBuf,
    pub(crate) bytes: Vec<u8>,
    pub(crate) language: Option<Language>,
}

/// A file that is not looked at.
#[derive(Debug)]
pub(crate) struct Refused {
    /// What it is called in the report.
    pub(crate) path: PathBuf,
    pub(crate) why: Skipped,
}

/// Reads a file, if it is one that is looked at.
pub(crate) fn guard(project: &Path, named: &Path, ignored: &Ignored) -> Result<Guarded, Refused> {
    let refuse = |path: &Path, reason, message: String| {
        Err(Refused {
            path: path.to_owned(),
            why: Skipped { reason, message },
        })
    };
    let from = if named.is_absolute() {
        named.to_owned()
    } else {
        project.join(named)
    };
    // Links are resolved before the path is compared with that of the project: a link within it may lead out of it.
    let full = match fs::canonicalize(&from) {
        Ok(full) => full,
        Err(error) => {
            let (reason, message) = unreadable(&error);
            return refuse(named, reason, message);
        }
    };
    let Some(path) = within(project, &full) else {
        let message = if from.is_symlink() || within(project, &from).is_some() {
            "a link leads out of the project"
        } else {
            "the file is not in the project"
        };
        return refuse(named, SkipReason::Outside, message.to_owned());
    };
    if path.as_os_str().is_empty() {
        let message = "it is the folder of the project, not a file".to_owned();
        return refuse(named, SkipReason::NotAFile, message);
    }
    let (file, length) = match open(&full) {
        Ok(Some(opened)) => opened,
        Ok(None) => {
            let message = "it is no regular file".to_owned();
            return refuse(&path, SkipReason::NotAFile, message);
        }
        Err(error) => {
            let (reason, message) = unreadable(&error);
            return refuse(&path, reason, message);
        }
    };
    if length > LONGEST {
        return refuse(&path, SkipReason::TooLarge, too_large(length));
    }
    if let Some(by) = ignored.by(project, &path) {
        return refuse(&path, SkipReason::Ignored, by);
    }
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default() + 1);
    // It may grow meanwhile.
    if let Err(error) = file.take(LONGEST + 1).read_to_end(&mut bytes) {
        let (reason, message) = unreadable(&error);
        return refuse(&path, reason, message);
    }
    if bytes.len() as u64 > LONGEST {
        let length = bytes.len() as u64;
        return refuse(&path, SkipReason::TooLarge, too_large(length));
    }
    if let Some(by) = generated::by(&path, &bytes) {
        return refuse(&path, SkipReason::Generated, by);
    }
    let language = Language::of(&path, &bytes);
    if language.is_none() && bytes[..bytes.len().min(SAMPLE)].contains(&0) {
        let message = "it is no text: there is a zero byte in it".to_owned();
        return refuse(&path, SkipReason::Binary, message);
    }
    Ok(Guarded {
        full,
        path,
        bytes,
        language,
    })
}

fn too_large(length: u64) -> String {
    format!("it has {length} bytes, and no more than {LONGEST} are looked at")
}

fn unreadable(error: &io::Error) -> (SkipReason, String) {
    match error.kind() {
        ErrorKind::NotFound => (SkipReason::Missing, "there is no such file".to_owned()),
        ErrorKind::NotADirectory => (
            SkipReason::Missing,
            "there is no such file: a part of its path is a file".to_owned(),
        ),
        _ => (
            SkipReason::Unreadable,
            format!("it cannot be read: {error}"),
        ),
    }
}

/// The path from the project, with `/` between names; nothing where it is not in it.
fn within(project: &Path, full: &Path) -> Option<PathBuf> {
    let path = full.strip_prefix(project).ok()?;
    let mut joined = String::new();
    for component in path.components() {
        let Component::Normal(name) = component else {
            return None;
        };
        // A name that is not UTF-8 stays as it is, where `/` is between names anyway.
        let Some(name) = name.to_str() else {
            return Some(path.to_owned());
        };
        if !joined.is_empty() {
            joined.push('/');
        }
        joined.push_str(name);
    }
    Some(joined.into())
}

/// Opens a regular file to be read, and says how long it is; nothing where it is something else. What is put into its
/// place between the comparison and this is not followed where it is a link, nor waited for where it is a pipe.
fn open(path: &Path) -> io::Result<Option<(File, u64)>> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;

        let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
        options.custom_flags(flags.bits().cast_signed());
    }
    let file = match options.open(path) {
        Ok(file) => file,
        // Some things cannot even be opened, as a socket.
        Err(error) => {
            let is_other = fs::metadata(path).is_ok_and(|metadata| !metadata.is_file());
            return if is_other { Ok(None) } else { Err(error) };
        }
    };
    let metadata = file.metadata()?;
    Ok(metadata.is_file().then_some((file, metadata.len())))
}
