//! Why a folder or a file is not trusted, and what mends it.

use std::io;
use std::path::PathBuf;

/// Why something is not used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Distrust {
    #[error(
        "the {} {} belongs to uid {owner}, not to uid {user}, who runs the program: name a cache \
         folder of your own by KILOWAT_CACHE, or off",
        what.name(), path.display()
    )]
    ForeignOwner {
        what: What,
        path: PathBuf,
        owner: u32,
        user: u32,
    },
    #[error(
        "the {} {} is writable by {} (mode {mode:04o}): `chmod {} {}` mends it",
        what.name(), path.display(), writers(*mode), remedy(*mode), path.display()
    )]
    Writable {
        what: What,
        path: PathBuf,
        /// The twelve lower bits.
        mode: u32,
    },
    #[error(
        "the file {} is readable by others (mode {mode:04o}), and is a secret",
        path.display()
    )]
    Readable { path: PathBuf, mode: u32 },
    #[error("the cache folder {} is a symbolic link: name the folder it points to", .0.display())]
    Link(PathBuf),
    #[error("the way to the cache folder goes through too many symbolic links, at {}", .0.display())]
    Links(PathBuf),
    #[error("{} is not a folder: remove it, or name another cache folder by KILOWAT_CACHE", .0.display())]
    NotAFolder(PathBuf),
    #[error("{} is not a regular file", .0.display())]
    NotAFile(PathBuf),
    #[error("the file {} has other names, in this folder or elsewhere", .0.display())]
    HardLinked(PathBuf),
    #[error("the file {} has {len} bytes, too many to be of use", path.display())]
    TooLarge { path: PathBuf, len: u64 },
}

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// A folder on the way to the cache folder.
    Parent,
    /// The cache folder.
    Folder,
    File,
    Link,
}

impl What {
    fn name(self) -> &'static str {
        match self {
            Self::Parent | Self::Folder => "folder",
            Self::File => "file",
            Self::Link => "symbolic link",
        }
    }
}

impl From<Distrust> for io::Error {
    fn from(distrust: Distrust) -> Self {
        Self::new(io::ErrorKind::PermissionDenied, distrust)
    }
}

const GROUP: u32 = 0o020;
const OTHERS: u32 = 0o002;

fn writers(mode: u32) -> &'static str {
    match (mode & GROUP != 0, mode & OTHERS != 0) {
        (true, false) => "the group",
        (false, _) => "everybody",
        (true, true) => "the group and everybody",
    }
}

fn remedy(mode: u32) -> &'static str {
    match (mode & GROUP != 0, mode & OTHERS != 0) {
        (true, false) => "g-w",
        (false, _) => "o-w",
        (true, true) => "go-w",
    }
}
