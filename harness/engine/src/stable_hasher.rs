//! A hasher whose result is the same in every build, unlike the standard library's.

use std::hash::Hasher;

use sha2::{Digest as _, Sha256};

#[derive(Default)]
pub(crate) struct StableHasher(Sha256);

impl StableHasher {
    pub(crate) fn digest(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

impl Hasher for StableHasher {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        let digest: [u8; 32] = self.0.clone().finalize().into();
        digest
            .first_chunk()
            .map_or(0, |bytes| u64::from_le_bytes(*bytes))
    }
}
