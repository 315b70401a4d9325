//! The folder of a swarm, `.kilowat`, which nobody but its user can read or change.

use std::env;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The variable of the environment that names the folder.
pub const VARIABLE: &str = "KILOWAT_SWARM";

/// The name of the folder in a project.
const NAME: &str = ".kilowat";

/// Where a swarm has its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    folder: PathBuf,
}

/// A folder or file that a swarm does not use.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{}: {fault}", path.display())]
#[non_exhaustive]
pub struct PlaceError {
    /// The folder or file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub fault: PlaceFault,
}

/// Why a swarm does not use a folder or file.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum PlaceFault {
    /// Links are not followed: they lead where others may have put something.
    #[error("it is a link, which a swarm does not follow")]
    Link,
    /// It is something else than it should be.
    #[error("it is no {0}")]
    Kind(&'static str),
    /// It belongs to another user.
    #[error("it belongs to user {owner}, and this program runs as user {user}")]
    Owner {
        /// Whose it is.
        owner: u32,
        /// Who runs the program.
        user: u32,
    },
    /// It cannot be made, or looked at.
    #[error("{0}")]
    Io(Arc<io::Error>),
}

impl Place {
    /// The folder that the environment variable `KILOWAT_SWARM` names; else `.kilowat` in the nearest folder,
    /// from `from` upwards, that has one or is the root of a repository (has `.git`); else in `from`.
    ///
    /// # Errors
    /// [`PlaceError`] where `from` cannot be looked at.
    pub fn find(from: &Path) -> Result<Self, PlaceError> {
        match env::var_os(VARIABLE) {
            Some(folder) if !folder.is_empty() => Ok(Self::at(folder)),
            _ => Self::above(from),
        }
    }

    fn above(from: &Path) -> Result<Self, PlaceError> {
        let from = fs::canonicalize(from).map_err(failed(from))?;
        let has = |folder: &&Path| folder.join(NAME).is_dir() || folder.join(".git").exists();
        let project = from.ancestors().find(has).unwrap_or(&from);
        Ok(Self::at(project.join(NAME)))
    }

    /// A folder of its own. It is made when a swarm is opened there.
    pub fn at(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
        }
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The database.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.folder.join("swarm.db")
    }

    /// The folder of the backups.
    #[must_use]
    pub fn backups(&self) -> PathBuf {
        self.folder.join("backups")
    }

    /// The folder of the databases that were set aside.
    #[must_use]
    pub fn damaged(&self) -> PathBuf {
        self.folder.join("damaged")
    }

    /// The folder of what processes that run have there.
    #[must_use]
    pub(crate) fn run(&self) -> PathBuf {
        self.folder.join("run")
    }

    /// Makes the folder where it is missing, and says where it stands without links.
    pub(crate) fn prepare(&self) -> Result<Self, PlaceError> {
        own_folder(&self.folder)?;
        let folder = fs::canonicalize(&self.folder).map_err(failed(&self.folder))?;
        Ok(Self { folder })
    }
}

/// A folder for the user alone, which is made where it is missing.
pub(crate) fn own_folder(path: &Path) -> Result<(), PlaceError> {
    match make_folder(path) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => check(path, Kind::Folder),
        Err(error) => Err(failed(path)(error)),
    }
}

/// A file for the user alone, open to be read and written, which is made where it is missing.
pub(crate) fn own_file(path: &Path) -> Result<File, PlaceError> {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    for_owner(&mut options);
    match options.clone().create_new(true).open(path) {
        Ok(file) => Ok(file),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            check(path, Kind::File)?;
            options.open(path).map_err(failed(path))
        }
        Err(error) => Err(failed(path)(error)),
    }
}

/// Whether an existing file is the user's own; others lose the right to read it.
pub(crate) fn check_file(path: &Path) -> Result<(), PlaceError> {
    check(path, Kind::File)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Folder,
    File,
}

fn check(path: &Path, kind: Kind) -> Result<(), PlaceError> {
    let metadata = fs::symlink_metadata(path).map_err(failed(path))?;
    let fault = |fault| {
        Err(PlaceError {
            path: path.to_owned(),
            fault,
        })
    };
    if metadata.is_symlink() {
        return fault(PlaceFault::Link);
    }
    match kind {
        Kind::Folder if !metadata.is_dir() => return fault(PlaceFault::Kind("folder")),
        Kind::File if !metadata.is_file() => return fault(PlaceFault::Kind("regular file")),
        _ => {}
    }
    check_owner(path, &metadata)
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> PlaceError {
    let path = path.to_owned();
    move |error| PlaceError {
        path,
        fault: PlaceFault::Io(Arc::new(error)),
    }
}

#[cfg(unix)]
fn make_folder(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;

    fs::DirBuilder::new().mode(0o700).create(path)
}

#[cfg(unix)]
fn for_owner(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt as _;

    let no_link = rustix::fs::OFlags::NOFOLLOW.bits().cast_signed();
    options.mode(0o600).custom_flags(no_link);
}

#[cfg(unix)]
fn check_owner(path: &Path, metadata: &fs::Metadata) -> Result<(), PlaceError> {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};

    let (owner, user) = (metadata.uid(), rustix::process::geteuid().as_raw());
    if owner != user {
        return Err(PlaceError {
            path: path.to_owned(),
            fault: PlaceFault::Owner { owner, user },
        });
    }
    // It is the user's own, so that what others may do with it is an oversight.
    let mode = metadata.mode() & 0o7777;
    if mode & 0o077 != 0 {
        let permissions = fs::Permissions::from_mode(mode & 0o700);
        fs::set_permissions(path, permissions).map_err(failed(path))?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn make_folder(path: &Path) -> io::Result<()> {
    fs::create_dir(path)
}

#[cfg(not(unix))]
fn for_owner(_: &mut OpenOptions) {}

// Folders of users are closed to others elsewhere.
#[cfg(not(unix))]
fn check_owner(_: &Path, _: &fs::Metadata) -> Result<(), PlaceError> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn the_folder_of_the_project() {
        let root = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(root.path()).unwrap();
        let below = root.join("a/b");
        fs::create_dir_all(&below).unwrap();
        fs::create_dir(root.join(".git")).unwrap();
        let found = || Place::above(&below).unwrap();
        assert_eq!(found().folder(), root.join(NAME));
        fs::create_dir(root.join("a").join(NAME)).unwrap();
        assert_eq!(found().folder(), root.join("a").join(NAME));
    }

    #[test]
    fn what_is_made_is_for_the_user_alone() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("swarm");
        Place::at(&folder).prepare().unwrap();
        assert_eq!(mode(&folder), 0o700);
        let file = folder.join("file");
        own_file(&file).unwrap();
        assert_eq!(mode(&file), 0o600);
        for (path, open, closed) in [(&folder, 0o755, 0o700), (&file, 0o664, 0o600)] {
            fs::set_permissions(path, fs::Permissions::from_mode(open)).unwrap();
            check(
                path,
                if path.is_dir() {
                    Kind::Folder
                } else {
                    Kind::File
                },
            )
            .unwrap();
            assert_eq!(mode(path), closed);
        }
    }

    #[test]
    fn links_and_other_kinds_are_refused() {
        let root = tempfile::tempdir().unwrap();
        let (folder, link, file) = (
            root.path().join("folder"),
            root.path().join("link"),
            root.path().join("file"),
        );
        fs::create_dir(&folder).unwrap();
        symlink(&folder, &link).unwrap();
        fs::write(&file, "").unwrap();
        let words = |error: PlaceError| error.fault.to_string();
        let a_link = "it is a link, which a swarm does not follow";
        assert_eq!(words(own_folder(&link).unwrap_err()), a_link);
        assert_eq!(words(own_file(&link).unwrap_err()), a_link);
        assert_eq!(words(own_folder(&file).unwrap_err()), "it is no folder");
        assert_eq!(
            words(own_file(&folder).unwrap_err()),
            "it is no regular file"
        );
        let error = own_folder(&root.path().join("no/folder")).unwrap_err();
        assert!(matches!(error.fault, PlaceFault::Io(_)), "{error}");
    }
}
