//! Compiled code kept between processes.
//!
//! An entry is a file: a SHA-256, and behind it what the engine serialised. The digest covers the
//! key too: of the module's binary, of the engine's version and settings, and of the features of the
//! CPU. So an entry that is stale, cut short, damaged or renamed is a miss, and never reaches the
//! engine.

use std::fs;
use std::hash::Hasher;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use sha2::{Digest as _, Sha256};

/// Entries that were written so long ago are removed when another is written: their engine or their
/// module has most likely gone.
const LIFETIME: Duration = Duration::from_hours(90 * 24);

/// The length of the digest at the head of an entry.
const DIGEST: usize = 32;

/// The end of an entry's file name.
const EXTENSION: &str = "artifact";

/// A folder of compiled code. It holds machine code that is run as it stands, so it must belong to
/// whoever runs the program; one that everybody may write to is not used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArtifactCache {
    folder: PathBuf,
}

/// What an entry is found by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key<'a> {
    /// The module's name; for people who look into the folder.
    pub(super) name: &'a str,
    /// The module's binary.
    pub(super) wasm: &'a [u8],
    /// The engine's version, settings and CPU features.
    pub(super) engine: [u8; DIGEST],
}

impl ArtifactCache {
    /// The cache in a folder, which is made when something is first put there.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
        }
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// How many entries there are, and how many bytes they take. (0, 0) for a folder that is not
    /// there.
    ///
    /// # Errors
    /// Where the folder cannot be read.
    pub fn usage(&self) -> io::Result<(usize, u64)> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((0, 0)),
            Err(error) => return Err(error),
        };
        let mut usage = (0, 0);
        for entry in entries {
            let entry = entry?;
            if is_entry(&entry.path()) {
                usage.0 += 1;
                usage.1 += entry.metadata()?.len();
            }
        }
        Ok(usage)
    }

    /// What was stored under the key, byte for byte, or nothing.
    pub(super) fn read(&self, key: Key<'_>) -> Option<Vec<u8>> {
        if !self.is_private() {
            return None;
        }
        let mut entry = fs::read(self.path(key)).ok()?;
        let stored = *entry.first_chunk::<DIGEST>()?;
        let artifact = entry.split_off(DIGEST);
        (digest(key, &artifact) == stored).then_some(artifact)
    }

    /// Stores an artifact. The entry appears whole or not at all.
    pub(super) fn write(&self, key: Key<'_>, artifact: &[u8]) -> io::Result<()> {
        create_private(&self.folder)?;
        if !self.is_private() {
            return Err(io::Error::new(
                io::ErrorKind::PermissionDenied,
                format!(
                    "everybody may write to the folder {}, so no compiled code is kept there",
                    self.folder.display()
                ),
            ));
        }
        self.remove_old_entries();
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        file.write_all(&digest(key, artifact))?;
        file.write_all(artifact)?;
        file.persist(self.path(key)).map_err(|error| error.error)?;
        Ok(())
    }

    fn path(&self, key: Key<'_>) -> PathBuf {
        let hash = Sha256::new()
            .chain_update(key.engine)
            .chain_update(key.wasm)
            .finalize();
        let hash = const_hex::encode(&hash[..16]);
        self.folder.join(format!("{}-{hash}.{EXTENSION}", key.name))
    }

    #[cfg(unix)]
    fn is_private(&self) -> bool {
        use std::os::unix::fs::PermissionsExt as _;
        const OTHERS_WRITE: u32 = 0o002;
        fs::metadata(&self.folder)
            .is_ok_and(|metadata| metadata.permissions().mode() & OTHERS_WRITE == 0)
    }

    #[cfg(not(unix))]
    fn is_private(&self) -> bool {
        true
    }

    /// A failure leaves an old entry where it is, which harms nobody.
    fn remove_old_entries(&self) {
        let now = SystemTime::now();
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        for entry in entries.filter(|entry| is_entry(&entry.path())) {
            let written = entry.metadata().and_then(|metadata| metadata.modified());
            let age = written.map(|written| now.duration_since(written).unwrap_or_default());
            if age.is_ok_and(|age| age > LIFETIME) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

fn is_entry(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == EXTENSION)
}

#[cfg(unix)]
fn create_private(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
}

#[cfg(not(unix))]
fn create_private(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

fn digest(key: Key<'_>, artifact: &[u8]) -> [u8; DIGEST] {
    Sha256::new()
        .chain_update(key.engine)
        .chain_update((key.wasm.len() as u64).to_le_bytes())
        .chain_update(key.wasm)
        .chain_update(artifact)
        .finalize()
        .into()
}

/// A hasher whose result is the same in every build, unlike the standard library's.
#[derive(Default)]
pub(super) struct StableHasher(Sha256);

impl StableHasher {
    pub(super) fn digest(self) -> [u8; DIGEST] {
        self.0.finalize().into()
    }
}

impl Hasher for StableHasher {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        let digest: [u8; DIGEST] = self.0.clone().finalize().into();
        digest
            .first_chunk()
            .map_or(0, |bytes| u64::from_le_bytes(*bytes))
    }
}
