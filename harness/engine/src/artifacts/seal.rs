//! The keyed digest at the head of each file of the cache.
//!
//! It is an HMAC-SHA-256 whose key is random and stands in the folder, readable for the user only.
//! It covers where the folder is: the machine, the device and the inode. So what has come from
//! elsewhere, with its key or without, does not fit.

use std::io;
use std::sync::OnceLock;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use super::folder::Folder;
use super::random;

/// The length of the digest.
pub(super) const TAG: usize = 32;

/// The file with the key.
const FILE: &str = "seal.key";

/// What the digest begins with, so that the key has no other use.
const PURPOSE: &[u8] = b"kilowat cache, 1";

/// What is sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Kind {
    Artifact = 1,
    Record = 2,
}

/// The key of a folder, and the place that it is good for.
pub(super) struct Seal {
    key: [u8; TAG],
    place: [u8; TAG],
}

impl Seal {
    /// The seal of a folder that has one.
    pub(super) fn of(folder: &Folder) -> io::Result<Self> {
        let key = folder.read_secret(FILE)?;
        let key = key.try_into().map_err(|_| {
            let text = format!("the key {FILE} of the cache is damaged");
            io::Error::new(io::ErrorKind::InvalidData, text)
        })?;
        Ok(Self {
            key,
            place: place(folder),
        })
    }

    /// The seal of a folder, which gets one where it has none. Processes that start together get the
    /// same. A key that is damaged, or that somebody else could read or has made, is replaced: the
    /// entries under it are then misses.
    pub(super) fn of_or_new(folder: &Folder) -> io::Result<Self> {
        match Self::of(folder) {
            Ok(seal) => return Ok(seal),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                folder.write_once(FILE, &random::<TAG>()?)?;
            }
            Err(_) => folder.write(FILE, &[&random::<TAG>()?])?,
        }
        Self::of(folder)
    }

    /// What tells this folder from all others.
    pub(super) fn place(&self) -> &[u8] {
        &self.place
    }

    /// The digest of bytes that are found by this.
    pub(super) fn tag(&self, kind: Kind, found_by: &[u8; TAG], bytes: &[u8]) -> [u8; TAG] {
        self.hmac(kind, found_by, bytes)
            .finalize()
            .into_bytes()
            .into()
    }

    /// Whether the digest is that of these bytes. The time it takes does not tell how much of it fits.
    pub(super) fn fits(
        &self,
        kind: Kind,
        found_by: &[u8; TAG],
        bytes: &[u8],
        tag: &[u8; TAG],
    ) -> bool {
        self.hmac(kind, found_by, bytes).verify_slice(tag).is_ok()
    }

    /// All but the last part have a fixed length, so that no two inputs run into the same bytes.
    fn hmac(&self, kind: Kind, found_by: &[u8; TAG], bytes: &[u8]) -> Hmac<Sha256> {
        // A key as long as a block of the hash, as RFC 2104 fills it up.
        let mut block = [0; 64];
        block[..TAG].copy_from_slice(&self.key);
        Hmac::<Sha256>::new(&block.into())
            .chain_update(PURPOSE)
            .chain_update([kind as u8])
            .chain_update(self.place)
            .chain_update(found_by)
            .chain_update(bytes)
    }
}

fn place(folder: &Folder) -> [u8; TAG] {
    let machine = machine();
    let mut place = Sha256::new()
        .chain_update((machine.len() as u64).to_le_bytes())
        .chain_update(machine);
    for part in folder.identity() {
        place.update(part.to_le_bytes());
    }
    place.finalize().into()
}

/// The identity of the machine's installation, the same after a restart: nothing where it has none.
fn machine() -> &'static [u8] {
    static MACHINE: OnceLock<Vec<u8>> = OnceLock::new();
    MACHINE.get_or_init(|| {
        let files = ["/etc/machine-id", "/etc/hostid"].iter();
        let mut known = files.filter_map(|file| std::fs::read(file).ok());
        known.next().unwrap_or_default()
    })
}
