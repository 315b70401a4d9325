//! The folder on systems without Unix's owners and modes: files appear whole or not at all, and
//! carry a keyed digest; who may write to the folder is left to the system, which gives each user a
//! cache folder that others cannot write to.

use std::ffi::OsStr;
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::LARGEST;

pub(super) fn user() -> u32 {
    0
}

#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    identity: [u64; 1],
}

#[derive(Debug)]
pub(super) struct Entry {
    path: PathBuf,
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
    pub(super) fn open(path: &Path, _user: u32, missing: Missing) -> io::Result<Self> {
        if missing == Missing::Made {
            fs::create_dir_all(path)?;
        }
        let path = fs::canonicalize(path)?;
        // The same in every process: this hasher has no random keys.
        let mut hasher = DefaultHasher::new();
        path.hash(&mut hasher);
        let identity = [hasher.finish()];
        Ok(Self { path, identity })
    }

    /// What tells the folder from its copies: its name.
    pub(super) fn identity(&self) -> &[u64] {
        &self.identity
    }

    pub(super) fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        let path = self.path.join(name);
        let metadata = fs::symlink_metadata(&path)?;
        if !metadata.is_file() || metadata.len() > LARGEST {
            let text = format!("{} is no file of the cache", path.display());
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, text));
        }
        fs::read(path)
    }

    pub(super) fn read_secret(&self, name: &str) -> io::Result<Vec<u8>> {
        self.read(name)
    }

    pub(super) fn write(&self, name: &str, parts: &[&[u8]]) -> io::Result<()> {
        let file = self.unfinished(parts)?;
        file.persist(self.path.join(name))
            .map_err(|error| error.error)?;
        Ok(())
    }

    pub(super) fn write_once(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let file = self.unfinished(&[bytes])?;
        match file.persist_noclobber(self.path.join(name)) {
            Err(error) if error.error.kind() != io::ErrorKind::AlreadyExists => Err(error.error),
            _ => Ok(()),
        }
    }

    pub(super) fn try_writing(&self) -> io::Result<()> {
        self.unfinished(&[&[0; 4096]])?.close()
    }

    fn unfinished(&self, parts: &[&[u8]]) -> io::Result<tempfile::NamedTempFile> {
        let mut file = tempfile::Builder::new()
            .suffix(".part")
            .tempfile_in(&self.path)?;
        for part in parts {
            file.write_all(part)?;
        }
        Ok(file)
    }

    pub(super) fn entries(&self, end: &str) -> io::Result<Vec<Entry>> {
        let mut entries = Vec::new();
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            let name = entry.file_name();
            if !OsStr::as_encoded_bytes(&name).ends_with(end.as_bytes()) {
                continue;
            }
            let metadata = entry.metadata()?;
            entries.push(Entry {
                path: entry.path(),
                len: metadata.len(),
                written: metadata.modified()?,
            });
        }
        Ok(entries)
    }

    pub(super) fn remove_old(&self, end: &str, lifetime: Duration) {
        let now = SystemTime::now();
        for entry in self.entries(end).into_iter().flatten() {
            let age = now.duration_since(entry.written).unwrap_or_default();
            if age > lifetime {
                let _ = fs::remove_file(entry.path);
            }
        }
    }

    pub(super) fn remove_unfinished(&self) {
        self.remove_old(".part", Duration::from_hours(1));
    }
}
