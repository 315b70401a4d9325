//! What BLAKE3 takes besides the message: a length, and perhaps a key.

use kilowat::crypto::Key;
use kilowat::{Error, Runtime, hash};

/// How long a digest is, and with which key it is made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Blake3<'k> {
    pub(crate) key: Option<&'k Key>,
    /// In bytes, at least one.
    pub(crate) len: usize,
}

impl Blake3<'_> {
    /// Begins a message.
    pub(super) fn begin(&self, runtime: &Runtime) -> hash::Blake3 {
        match self.key {
            None => hash::Blake3::new(runtime),
            Some(key) => hash::Blake3::with_key(runtime, key.as_bytes()),
        }
    }

    /// The digest of a message in memory.
    pub(super) fn digest(&self, runtime: &Runtime, message: &[u8]) -> Result<Vec<u8>, Error> {
        if self.key.is_none() {
            return runtime.blake3_xof(message, self.len);
        }
        let mut digest = self.begin(runtime);
        digest.update(message)?;
        digest.finish_xof(self.len)
    }
}
