//! Files that commands make: they stand in their place when they are whole, and not before.

use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use tempfile::NamedTempFile;

use crate::input::{cause, printable};
#[cfg(unix)]
use crate::signals::{self, Hold};

/// What the name of a file begins with that is not finished.
const PREFIX: &str = ".kilowat-";

/// A file that is being made. Until it is [finished](Self::finish), nothing stands in its place but
/// what stood there before; and if it is dropped, or the process is ended, nothing is left of it.
pub(crate) struct MadeFile {
    path: PathBuf,
    like: Option<Metadata>,
    /// The time of change that it is given, where that is not the time of `like`.
    modified: Option<SystemTime>,
    overwrite: bool,
    file: Unfinished,
}

enum Unfinished {
    /// A regular file without a name, which the system takes away with the process, however that ends.
    #[cfg(target_os = "linux")]
    Unnamed(File),
    /// A regular file under another name in the same folder, where there are none without a name.
    Named(NamedTempFile, Doomed),
    /// What stands in the place is a device or a pipe, which is written to as it is.
    InPlace(File),
}

/// Goes with a file that a signal has removed, and when it is dropped, no signal does.
struct Doomed;

impl Drop for Doomed {
    fn drop(&mut self) {
        #[cfg(unix)]
        Hold::new().spare();
    }
}

impl MadeFile {
    /// Begins a file at a path. When it is finished, it has the owner, the permissions and the time of
    /// change of the file that it is made of, if there is one; else the process's umask says who may read and
    /// write it.
    ///
    /// # Errors
    /// Where the path is a directory or has no folder; and where a file stands there already and
    /// `overwrite` is not set. All errors name the path.
    pub(crate) fn create(path: &Path, like: Option<Metadata>, overwrite: bool) -> io::Result<Self> {
        // Nobody else shall read it before it has its permissions.
        let mode = if like.is_some() { 0o600 } else { 0o666 };
        Self::begin(path, like, mode, overwrite)
    }

    /// The same, where nobody but the user may ever read it.
    ///
    /// # Errors
    /// As of [`create`](Self::create).
    pub(crate) fn create_private(path: &Path, overwrite: bool) -> io::Result<Self> {
        Self::begin(path, None, 0o600, overwrite)
    }

    fn begin(path: &Path, like: Option<Metadata>, mode: u32, overwrite: bool) -> io::Result<Self> {
        let named = |error| name(path, &error);
        let (path, in_place) = place(path, overwrite).map_err(named)?;
        let file = if in_place {
            let file = File::options().write(true).open(&path);
            file.map(Unfinished::InPlace)
        } else {
            Unfinished::beside(&path, mode)
        };
        Ok(Self {
            file: file.map_err(named)?,
            path,
            like,
            modified: None,
            overwrite,
        })
    }

    /// Has the file changed at another time than the one that it is made of.
    pub(crate) fn date(&mut self, modified: SystemTime) {
        self.modified = Some(modified);
    }

    /// The file itself, where it is one that can have holes.
    pub(crate) fn regular_file(&self) -> Option<&File> {
        match &self.file {
            #[cfg(target_os = "linux")]
            Unfinished::Unnamed(file) => Some(file),
            Unfinished::Named(file, _) => Some(file.as_file()),
            Unfinished::InPlace(_) => None,
        }
    }

    /// Has the system write the file to the disk.
    ///
    /// # Errors
    /// Those of the system.
    pub(crate) fn sync(&self) -> io::Result<()> {
        let synced = self.regular_file().map_or(Ok(()), File::sync_all);
        synced.map_err(|error| self.name_error(&error))
    }

    /// Puts the path before an error.
    pub(crate) fn name_error(&self, error: &io::Error) -> io::Error {
        name(&self.path, error)
    }

    /// Puts the file in its place.
    ///
    /// # Errors
    /// Where another one has come there since, and must not be overwritten; and those of the system.
    pub(crate) fn finish(self) -> io::Result<()> {
        if let Some(file) = self.regular_file() {
            resemble(file, self.like.as_ref(), self.modified);
        }
        let put = match self.file {
            #[cfg(target_os = "linux")]
            Unfinished::Unnamed(file) => put_unnamed(&file, &self.path, self.overwrite),
            Unfinished::Named(file, doomed) => {
                let put = put_named(file, &self.path, self.overwrite);
                drop(doomed);
                put
            }
            Unfinished::InPlace(_) => Ok(()),
        };
        put.map_err(|error| name(&self.path, &error))
    }
}

impl Write for MadeFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = match &mut self.file {
            #[cfg(target_os = "linux")]
            Unfinished::Unnamed(file) => file.write(bytes),
            Unfinished::Named(file, _) => file.as_file_mut().write(bytes),
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

impl Unfinished {
    /// A new file in the folder of `path`.
    fn beside(path: &Path, mode: u32) -> io::Result<Self> {
        #[cfg(unix)]
        signals::watch()?;
        #[cfg(target_os = "linux")]
        if let Some(file) = unnamed(folder(path), mode) {
            return Ok(Self::Unnamed(file));
        }
        Self::named(path, mode)
    }

    fn named(path: &Path, mode: u32) -> io::Result<Self> {
        #[cfg(unix)]
        let mut hold = Hold::new();
        let mut builder = tempfile::Builder::new();
        let file = builder
            .prefix(PREFIX)
            .make_in(folder(path), |path| create_new(path, mode))?;
        #[cfg(unix)]
        hold.doom(file.path());
        Ok(Self::Named(file, Doomed))
    }
}

/// Where a file will stand, and whether it is written there from the start.
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

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// A new file without a name. Nothing where the folder's file system has no such files, or where there
/// would be no way to name it later; and where a folder cannot have any file, which a file with a name
/// says better.
#[cfg(target_os = "linux")]
fn unnamed(folder: &Path, mode: u32) -> Option<File> {
    use rustix::fs::{Mode, OFlags, open};

    let flags = OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC;
    let file = File::from(open(folder, flags, Mode::from_raw_mode(mode)).ok()?);
    fs::symlink_metadata(way_to(&file)).ok()?;
    Some(file)
}

/// A path that leads to an open file, whether it has a name or not.
#[cfg(target_os = "linux")]
fn way_to(file: &File) -> PathBuf {
    use std::os::fd::AsRawFd as _;

    format!("/proc/self/fd/{}", file.as_raw_fd()).into()
}

/// Names a file that had no name.
#[cfg(target_os = "linux")]
fn put_unnamed(file: &File, path: &Path, overwrite: bool) -> io::Result<()> {
    use rustix::fs::{AtFlags, CWD, linkat};

    let link = |path: &Path| {
        let linked = linkat(CWD, way_to(file), CWD, path, AtFlags::SYMLINK_FOLLOW);
        linked.map_err(io::Error::from)
    };
    match link(path) {
        // A name cannot be taken over at once: by way of another name it can.
        Err(error) if error.kind() == ErrorKind::AlreadyExists && overwrite => {
            let mut hold = Hold::new();
            let mut builder = tempfile::Builder::new();
            let named = builder.prefix(PREFIX).make_in(folder(path), link)?;
            hold.doom(named.path());
            let put = named.into_temp_path().persist(path);
            hold.spare();
            Ok(put?)
        }
        linked => linked,
    }
}

/// Gives a file its own name.
fn put_named(file: NamedTempFile, path: &Path, overwrite: bool) -> io::Result<()> {
    #[cfg(unix)]
    let _hold = Hold::new();
    if overwrite {
        file.persist(path)?;
    } else {
        file.persist_noclobber(path)?;
    }
    Ok(())
}

/// Gives a file the owner and group of another, its permissions, and its time of change, if it has none of its
/// own. The rights to run as the owner or the group are left out, so that none of these is ever with the other's.
///
/// Only the superuser gives files away, and file systems that have no such things refuse: the file is as good
/// without.
fn resemble(file: &File, like: Option<&Metadata>, modified: Option<SystemTime>) {
    #[cfg(unix)]
    if let Some(like) = like {
        use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, fchown};

        // The permissions of the group are not for another group, and whoever gives a file away cannot set them.
        let _ = fchown(file, None, Some(like.gid()));
        let mode = like.permissions().mode() & 0o777;
        let _ = file.set_permissions(fs::Permissions::from_mode(mode));
        let _ = fchown(file, Some(like.uid()), None);
    }
    if let Some(time) = modified.or_else(|| like?.modified().ok()) {
        let _ = file.set_modified(time);
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// As on a file system that has no files without a name.
    fn with_a_name(path: &Path, overwrite: bool) -> MadeFile {
        MadeFile {
            path: path.to_owned(),
            like: None,
            modified: None,
            overwrite,
            file: Unfinished::named(path, 0o666).unwrap(),
        }
    }

    fn names(folder: &Path) -> Vec<String> {
        let names = fs::read_dir(folder).unwrap();
        names
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    }

    #[test]
    fn a_file_under_another_name_takes_its_place_or_goes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let mut file = with_a_name(&path, false);
        file.write_all(b"first").unwrap();
        assert!(names(folder.path())[0].starts_with(PREFIX));
        drop(file);
        assert!(names(folder.path()).is_empty());

        for (content, overwrite) in [("second", false), ("third", true)] {
            let mut file = with_a_name(&path, overwrite);
            file.write_all(content.as_bytes()).unwrap();
            file.finish().unwrap();
            assert_eq!(names(folder.path()), ["a"]);
            assert_eq!(fs::read_to_string(&path).unwrap(), content);
        }

        let error = with_a_name(&path, false).finish().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AlreadyExists);
        assert_eq!(names(folder.path()), ["a"]);
    }
}
