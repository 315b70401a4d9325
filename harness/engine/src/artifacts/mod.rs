//! Compiled code, and records about it, kept between processes.
//!
//! An entry is a file: a keyed digest, and behind it what was stored. The digest covers what the
//! entry is found by as well: of compiled code the module's binary, the engine's version and
//! settings, and the features of the CPU. So an entry that is stale, cut short, damaged, renamed or
//! brought from elsewhere is a miss, and never reaches the engine. `docs/security.md` says against
//! whom that helps.

#[cfg(unix)]
mod distrust;
#[cfg(unix)]
mod folder;
mod rights;
mod seal;
#[cfg(any(not(unix), test))]
mod unchecked;

#[cfg(test)]
mod tests;

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sha2::{Digest as _, Sha256};

#[cfg(not(unix))]
use unchecked as folder;

use folder::{Folder, Missing};
use seal::{Kind, Seal, TAG};

pub use rights::has_more_rights_than_caller;

/// Entries that were written so long ago are removed when another is written: their engine or their
/// module has most likely gone.
const LIFETIME: Duration = Duration::from_hours(90 * 24);

/// The end of the file name of compiled code.
const ARTIFACT: &str = ".artifact";

/// The end of the file name of a record.
const RECORD: &str = ".record";

/// No entry is as large as that; a file that is was not written here.
const LARGEST: u64 = 256 << 20;

/// A folder of compiled code. It holds machine code that is run as it stands, so it is used only
/// where nobody but the user whom the program runs as, and root, can have put something there:
///
/// - the folder and each file that is read belong to that user, and nobody else may write to them;
/// - each folder above it belongs to that user or to root, and nobody else may write to it, unless it
///   is sticky, as `/tmp` is;
/// - the folder itself and its files are no symbolic links; links above it belong to that user or to
///   root.
///
/// On systems other than Unix the owner is not looked at. What does not hold costs the time of
/// compilation in each process, and [`try_writing`](Self::try_writing) says why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArtifactCache {
    folder: PathBuf,
    user: u32,
}

/// What an entry is found by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key<'a> {
    /// The module's name; for people who look into the folder.
    pub(super) name: &'a str,
    /// The module's binary.
    pub(super) wasm: &'a [u8],
    /// The engine's version, settings and CPU features.
    pub(super) engine: [u8; TAG],
}

impl Key<'_> {
    fn digest(self) -> [u8; TAG] {
        Sha256::new()
            .chain_update(self.engine)
            .chain_update(self.wasm)
            .finalize()
            .into()
    }
}

impl ArtifactCache {
    /// The cache in a folder, which is made when something is first put there.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            user: folder::user(),
        }
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// How many pieces of compiled code there are, and how many bytes they take. (0, 0) for a folder
    /// that is not there.
    ///
    /// # Errors
    /// Where the folder cannot be read, or is not used; the text says why, and what mends it.
    pub fn usage(&self) -> io::Result<(usize, u64)> {
        let entries = match self.open(Missing::AnError) {
            Ok(folder) => folder.entries(ARTIFACT)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((0, 0)),
            Err(error) => return Err(error),
        };
        Ok((entries.len(), entries.iter().map(|entry| entry.len).sum()))
    }

    /// Writes something into the folder and takes it away again, to see whether an entry could be
    /// written.
    ///
    /// # Errors
    /// Why none could; where the folder is not used, the text says what mends it.
    pub fn try_writing(&self) -> io::Result<()> {
        let folder = self.open(Missing::Made)?;
        Seal::of_or_new(&folder)?;
        folder.try_writing()
    }

    /// What was stored as the record of this name under this key, byte for byte, or nothing: where
    /// it was stored under another key, has been damaged or brought from elsewhere, and where the
    /// folder is not used.
    #[must_use]
    pub fn read_record(&self, name: &str, key: &[u8]) -> Option<Vec<u8>> {
        let folder = self.open(Missing::AnError).ok()?;
        let seal = Seal::of(&folder).ok()?;
        let found_by = record_digest(name, key);
        read(&folder, &seal, &record_name(name), Kind::Record, &found_by)
    }

    /// Stores a record, in the place of the one that had this name, whatever its key. It appears
    /// whole or not at all.
    ///
    /// `name` becomes the name of a file, with `.record` behind it. `key` is what the record depends
    /// on, such as versions and the features of the CPU.
    ///
    /// # Errors
    /// Those of the file system, [`io::ErrorKind::InvalidInput`] for a name that is none of a file, and
    /// [`io::ErrorKind::PermissionDenied`] where the folder is not used; the text says what mends it.
    pub fn write_record(&self, name: &str, key: &[u8], bytes: &[u8]) -> io::Result<()> {
        if name.is_empty() || name.contains(['/', '\\', '\0']) {
            let text = format!("`{}` is no name of a record", name.escape_debug());
            return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
        }
        let folder = self.open(Missing::Made)?;
        let seal = Seal::of_or_new(&folder)?;
        let tag = seal.tag(Kind::Record, &record_digest(name, key), bytes);
        folder.write(&record_name(name), &[&tag, bytes])
    }

    /// What was stored under the key, byte for byte, or nothing.
    pub(super) fn read(&self, key: Key<'_>) -> Option<Vec<u8>> {
        let folder = self.open(Missing::AnError).ok()?;
        let seal = Seal::of(&folder).ok()?;
        let found_by = key.digest();
        let name = artifact_name(&seal, key.name, &found_by);
        read(&folder, &seal, &name, Kind::Artifact, &found_by)
    }

    /// Stores an artifact. The entry appears whole or not at all.
    pub(super) fn write(&self, key: Key<'_>, artifact: &[u8]) -> io::Result<()> {
        let folder = self.open(Missing::Made)?;
        folder.remove_old(ARTIFACT, LIFETIME);
        folder.remove_unfinished();
        let seal = Seal::of_or_new(&folder)?;
        let found_by = key.digest();
        let tag = seal.tag(Kind::Artifact, &found_by, artifact);
        let name = artifact_name(&seal, key.name, &found_by);
        folder.write(&name, &[&tag, artifact])
    }

    fn open(&self, missing: Missing) -> io::Result<Folder> {
        Folder::open(&self.folder, self.user, missing)
    }
}

fn read(
    folder: &Folder,
    seal: &Seal,
    name: &str,
    kind: Kind,
    found_by: &[u8; TAG],
) -> Option<Vec<u8>> {
    let mut entry = folder.read(name).ok()?;
    let tag = *entry.first_chunk::<TAG>()?;
    if !seal.fits(kind, found_by, &entry[TAG..], &tag) {
        return None;
    }
    entry.drain(..TAG);
    Some(entry)
}

/// The name covers the place too, so that machines that share a folder keep their entries side by
/// side. What a module is called is only in it for people, as far as it can stand in a file's name.
fn artifact_name(seal: &Seal, name: &str, found_by: &[u8; TAG]) -> String {
    let name: String = name
        .chars()
        .take(64)
        .map(|character| match character {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '_' => character,
            _ => '_',
        })
        .collect();
    let hash = Sha256::new()
        .chain_update(found_by)
        .chain_update(seal.place())
        .finalize();
    let hash = const_hex::encode(&hash[..16]);
    format!("{name}-{hash}{ARTIFACT}")
}

fn record_name(name: &str) -> String {
    format!("{name}{RECORD}")
}

fn record_digest(name: &str, key: &[u8]) -> [u8; TAG] {
    Sha256::new()
        .chain_update((name.len() as u64).to_le_bytes())
        .chain_update(name)
        .chain_update(key)
        .finalize()
        .into()
}

/// Random bytes that nobody can guess.
fn random<const N: usize>() -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(bytes)
}
