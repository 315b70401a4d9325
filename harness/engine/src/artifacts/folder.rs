//! A folder that nobody but the user can have put something in, and files that are the user's own.
//!
//! The way to the folder is walked component by component from the root, each opened below the
//! descriptor of the one before, and what is checked is what was opened. So there is no moment
//! between check and use at which a name could be made to mean something else. A path is only used
//! to say in an error what it was about.

use std::ffi::{CStr, OsStr, OsString};
use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::{Component, Path, PathBuf, absolute};
use std::time::{Duration, SystemTime};

use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, Stat};
use rustix::io::Errno;

use super::distrust::{Distrust, What};
use super::{LARGEST, random};

/// More links than that on one way are a loop, or somebody's joke; Linux gives up here too.
const MOST_LINKS: usize = 40;

/// The end of the name of a file that is being written.
const UNFINISHED: &str = ".part";

const SUPERUSER: u32 = 0;

const GROUP_OR_OTHERS_WRITE: u32 = 0o022;
const GROUP_OR_OTHERS: u32 = 0o077;
const STICKY: u32 = 0o1000;

/// Where the descriptor is only walked through, the right to read the folder is not needed.
#[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
const WALK: OFlags = OFlags::PATH;
#[cfg(not(any(target_os = "linux", target_os = "android", target_os = "freebsd")))]
const WALK: OFlags = OFlags::RDONLY;

const A_FOLDER: OFlags = OFlags::DIRECTORY
    .union(OFlags::NOFOLLOW)
    .union(OFlags::CLOEXEC);

/// As whom the process acts.
pub(super) fn user() -> u32 {
    rustix::process::geteuid().as_raw()
}

/// An open folder that is trusted.
#[derive(Debug)]
pub(super) struct Folder {
    descriptor: OwnedFd,
    path: PathBuf,
    user: u32,
    identity: [u64; 2],
}

/// A file of the folder.
#[derive(Debug)]
pub(super) struct Entry {
    name: OsString,
    pub(super) len: u64,
    written: SystemTime,
}

/// Whether folders that are missing are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Missing {
    Made,
    AnError,
}

impl Folder {
    /// Opens a folder for a user.
    pub(super) fn open(path: &Path, user: u32, missing: Missing) -> io::Result<Self> {
        let mut walk = Walk::from_root(user)?;
        // The names still to come, the next one last.
        let mut names: Vec<OsString> = Vec::new();
        push_names(&mut names, &absolute(path)?);
        let mut links = 0;
        while let Some(name) = names.pop() {
            let what = if names.is_empty() {
                What::Folder
            } else {
                What::Parent
            };
            match walk.enter(&name, what, missing)? {
                Step::Entered => {}
                Step::Link(target) => {
                    links += 1;
                    if links > MOST_LINKS {
                        return Err(Distrust::Links(walk.path.join(name)).into());
                    }
                    if target.has_root() {
                        walk = Walk::from_root(user)?;
                    }
                    push_names(&mut names, &target);
                }
            }
        }
        walk.arrive()
    }

    /// What tells the folder from its copies: the numbers of its device and of its inode.
    pub(super) fn identity(&self) -> &[u64] {
        &self.identity
    }

    /// What a file holds that is the user's own.
    pub(super) fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        self.read_file(name, GROUP_OR_OTHERS_WRITE)
    }

    /// What a file holds that is the user's own, and that nobody else can read.
    pub(super) fn read_secret(&self, name: &str) -> io::Result<Vec<u8>> {
        self.read_file(name, GROUP_OR_OTHERS)
    }

    fn read_file(&self, name: &str, forbidden: u32) -> io::Result<Vec<u8>> {
        // Neither a pipe nor a terminal under the name shall hold the process up.
        let flags =
            OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
        let opened = rustix::fs::openat(&self.descriptor, name, flags, Mode::empty());
        let file = match opened {
            Err(Errno::LOOP | Errno::MLINK) => {
                return Err(Distrust::NotAFile(self.path.join(name)).into());
            }
            opened => opened?,
        };
        let len = self.check_file(&rustix::fs::fstat(&file)?, name, forbidden)?;
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(len)?;
        let _ = File::from(file).take(len as u64).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// The length of a file of the user's.
    fn check_file(&self, stat: &Stat, name: &str, forbidden: u32) -> Result<usize, Distrust> {
        let path = || self.path.join(name);
        if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
            return Err(Distrust::NotAFile(path()));
        }
        let (owner, mode) = (stat.st_uid, mode(stat));
        if owner != self.user {
            return Err(Distrust::ForeignOwner {
                what: What::File,
                path: path(),
                owner,
                user: self.user,
            });
        }
        if mode & forbidden & GROUP_OR_OTHERS_WRITE != 0 {
            return Err(Distrust::Writable {
                what: What::File,
                path: path(),
                mode,
            });
        }
        if mode & forbidden != 0 {
            return Err(Distrust::Readable { path: path(), mode });
        }
        if stat.st_nlink != 1 {
            return Err(Distrust::HardLinked(path()));
        }
        let len = u64::try_from(stat.st_size).unwrap_or_default();
        match usize::try_from(len) {
            Ok(short) if len <= LARGEST => Ok(short),
            _ => Err(Distrust::TooLarge { path: path(), len }),
        }
    }

    /// Writes a file that only the user can read or write. It appears whole or not at all, in the
    /// place of what had the name before.
    pub(super) fn write(&self, name: &str, parts: &[&[u8]]) -> io::Result<()> {
        let unfinished = self.unfinished(parts)?;
        rustix::fs::renameat(&self.descriptor, &unfinished.name, &self.descriptor, name)?;
        unfinished.has_another_name();
        Ok(())
    }

    /// Writes a file as [`write`](Self::write) does, where there is none of the name. `Ok` says
    /// nothing of whose it is, where several processes write it at the same time.
    pub(super) fn write_once(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let unfinished = self.unfinished(&[bytes])?;
        match rename_once(&self.descriptor, &unfinished.name, name) {
            Ok(()) => unfinished.has_another_name(),
            Err(Errno::EXIST) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    /// Writes something and takes it away again.
    pub(super) fn try_writing(&self) -> io::Result<()> {
        self.unfinished(&[&[0; 4096]]).map(drop)
    }

    fn unfinished(&self, parts: &[&[u8]]) -> io::Result<Unfinished<'_>> {
        let name = format!(".{}{UNFINISHED}", const_hex::encode(random::<16>()?));
        let flags =
            OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mode = Mode::RUSR | Mode::WUSR;
        let file = rustix::fs::openat(&self.descriptor, &name, flags, mode);
        let mut file = File::from(file.map_err(|error| {
            let error = io::Error::from(error);
            let folder = self.path.display();
            let text = format!("cannot write to the folder {folder}: {error}");
            io::Error::new(error.kind(), text)
        })?);
        let unfinished = Unfinished { folder: self, name };
        for part in parts {
            file.write_all(part)?;
        }
        Ok(unfinished)
    }

    /// The files whose names have this end.
    pub(super) fn entries(&self, end: &str) -> io::Result<Vec<Entry>> {
        let flags = A_FOLDER | OFlags::RDONLY;
        let readable = rustix::fs::openat(&self.descriptor, c".", flags, Mode::empty())?;
        let mut entries = Vec::new();
        for found in Dir::new(readable)? {
            let found = found?;
            let name = found.file_name();
            if !name.to_bytes().ends_with(end.as_bytes()) {
                continue;
            }
            // It may have gone since.
            let Ok(stat) = self.stat(name) else {
                continue;
            };
            if FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile {
                let seconds = u64::try_from(stat.st_mtime).unwrap_or_default();
                entries.push(Entry {
                    name: OsString::from_vec(name.to_bytes().to_vec()),
                    len: u64::try_from(stat.st_size).unwrap_or_default(),
                    written: SystemTime::UNIX_EPOCH + Duration::from_secs(seconds),
                });
            }
        }
        Ok(entries)
    }

    fn stat(&self, name: &CStr) -> rustix::io::Result<Stat> {
        rustix::fs::statat(&self.descriptor, name, AtFlags::SYMLINK_NOFOLLOW)
    }

    /// Removes the files with this end that were last written so long ago. A failure leaves them
    /// where they are, which harms nobody.
    pub(super) fn remove_old(&self, end: &str, lifetime: Duration) {
        let now = SystemTime::now();
        for entry in self.entries(end).into_iter().flatten() {
            let age = now.duration_since(entry.written).unwrap_or_default();
            if age > lifetime {
                let _ = rustix::fs::unlinkat(&self.descriptor, &entry.name, AtFlags::empty());
            }
        }
    }

    /// Removes what processes have left that ended while they wrote.
    pub(super) fn remove_unfinished(&self) {
        const LONG_ENOUGH: Duration = Duration::from_hours(1);
        self.remove_old(UNFINISHED, LONG_ENOUGH);
    }
}

/// A file that goes away unless it gets another name.
struct Unfinished<'a> {
    folder: &'a Folder,
    name: String,
}

impl Unfinished<'_> {
    fn has_another_name(mut self) {
        self.name.clear();
    }
}

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        if !self.name.is_empty() {
            let folder = &self.folder.descriptor;
            let _ = rustix::fs::unlinkat(folder, &self.name, AtFlags::empty());
        }
    }
}

/// Renames a file, or fails with `EXIST` where there is one of the new name. Where the file system
/// cannot do that, the new one takes its place: the entries under the old key are then misses.
fn rename_once(folder: &OwnedFd, from: &str, to: &str) -> rustix::io::Result<()> {
    #[cfg(any(
        target_os = "linux",
        target_os = "android",
        target_vendor = "apple",
        target_os = "redox"
    ))]
    match rustix::fs::renameat_with(folder, from, folder, to, rustix::fs::RenameFlags::NOREPLACE) {
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {}
        renamed => return renamed,
    }
    rustix::fs::renameat(folder, from, folder, to)
}

/// The way from the root to a folder, as far as it was walked.
struct Walk {
    at: OwnedFd,
    path: PathBuf,
    user: u32,
    /// What is known of the folder that was reached.
    reached: [u64; 2],
}

enum Step {
    Entered,
    /// It is a link that can be trusted, to this place.
    Link(PathBuf),
}

impl Walk {
    fn from_root(user: u32) -> io::Result<Self> {
        let at = rustix::fs::open(c"/", A_FOLDER | WALK, Mode::empty())?;
        let mut walk = Self {
            at,
            path: PathBuf::from("/"),
            user,
            reached: [0; 2],
        };
        walk.check(What::Parent)?;
        Ok(walk)
    }

    fn enter(&mut self, name: &OsStr, what: What, missing: Missing) -> io::Result<Step> {
        let mut opened = self.open(name);
        if opened.as_ref().err() == Some(&Errno::NOENT) && missing == Missing::Made {
            match rustix::fs::mkdirat(&self.at, name, Mode::RWXU) {
                // Another process may have been faster.
                Ok(()) | Err(Errno::EXIST) => {}
                Err(error) => return Err(self.failure("make", name, error)),
            }
            opened = self.open(name);
        }
        match opened {
            Ok(folder) => {
                self.at = folder;
                if name == ".." {
                    self.path.pop();
                } else {
                    self.path.push(name);
                }
                self.check(what)?;
                Ok(Step::Entered)
            }
            // So systems say that it is a link, or no folder.
            Err(Errno::LOOP | Errno::NOTDIR | Errno::MLINK) => {
                let target = self.read_link(name, what)?;
                Ok(Step::Link(target))
            }
            Err(error) => Err(self.failure("open", name, error)),
        }
    }

    fn open(&self, name: &OsStr) -> rustix::io::Result<OwnedFd> {
        rustix::fs::openat(&self.at, name, A_FOLDER | WALK, Mode::empty())
    }

    /// Where a link points to. It stands in a folder that is trusted, so only its owner, the user or
    /// root could put another in its place.
    fn read_link(&self, name: &OsStr, what: What) -> io::Result<PathBuf> {
        let stat = rustix::fs::statat(&self.at, name, AtFlags::SYMLINK_NOFOLLOW)?;
        let path = || self.path.join(name);
        if FileType::from_raw_mode(stat.st_mode) != FileType::Symlink {
            return Err(Distrust::NotAFolder(path()).into());
        }
        if what == What::Folder {
            return Err(Distrust::Link(path()).into());
        }
        self.check_owner(What::Link, stat.st_uid, path)?;
        let target = rustix::fs::readlinkat(&self.at, name, Vec::new())?;
        Ok(PathBuf::from(OsString::from_vec(target.into_bytes())))
    }

    /// Whether the folder that was reached is trusted.
    fn check(&mut self, what: What) -> io::Result<()> {
        let stat = rustix::fs::fstat(self.at.as_fd())?;
        self.reached = [stat.st_dev as u64, stat.st_ino as u64];
        let mode = mode(&stat);
        self.check_owner(what, stat.st_uid, || self.path.clone())?;
        // In a sticky folder everybody may make something, and nobody but its owner, and the
        // folder's, take it away.
        let is_sticky = what == What::Parent && mode & STICKY != 0;
        if mode & GROUP_OR_OTHERS_WRITE != 0 && !is_sticky {
            let path = self.path.clone();
            return Err(Distrust::Writable { what, path, mode }.into());
        }
        Ok(())
    }

    fn check_owner(
        &self,
        what: What,
        owner: u32,
        path: impl Fn() -> PathBuf,
    ) -> Result<(), Distrust> {
        let is_trusted = owner == self.user || (what != What::Folder && owner == SUPERUSER);
        if is_trusted {
            return Ok(());
        }
        Err(Distrust::ForeignOwner {
            what,
            path: path(),
            owner,
            user: self.user,
        })
    }

    fn arrive(mut self) -> io::Result<Folder> {
        if self.path == Path::new("/") {
            // It was looked at as a parent only.
            self.check(What::Folder)?;
        }
        Ok(Folder {
            descriptor: self.at,
            path: self.path,
            user: self.user,
            identity: self.reached,
        })
    }

    fn failure(&self, verb: &str, name: &OsStr, error: Errno) -> io::Error {
        let path = self.path.join(name);
        let error = io::Error::from(error);
        let text = format!("cannot {verb} the folder {}: {error}", path.display());
        io::Error::new(error.kind(), text)
    }
}

/// The twelve lower bits of a mode.
fn mode(stat: &Stat) -> u32 {
    #[allow(clippy::useless_conversion, reason = "it has 16 bits on some systems")]
    let mode = u32::from(Mode::from_raw_mode(stat.st_mode).as_raw_mode());
    mode & 0o7777
}

/// Puts the names of a path onto a stack, the first one on top.
fn push_names(names: &mut Vec<OsString>, path: &Path) {
    for component in path.components().rev() {
        match component {
            Component::Normal(name) => names.push(name.to_owned()),
            Component::ParentDir => names.push(OsStr::from_bytes(b"..").to_owned()),
            Component::RootDir | Component::CurDir | Component::Prefix(_) => {}
        }
    }
}
