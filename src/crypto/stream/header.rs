//! The header of a sealed stream, and the key that it makes.

use zeroize::Zeroizing;

use super::SealedStreamError;
use super::chunks::Chunks;
use crate::crypto::{Key, random};
use crate::runtime::{Error, Runtime};

/// What a stream begins with.
const MAGIC: &[u8; 6] = b"kwseal";

/// The version of the format.
const VERSION: u8 = 1;

/// The kind of key: the stream's own is made of it as it is.
const PLAIN_KEY: u8 = 0;

/// Bytes of the salt, of which no two streams have the same.
const SALT: usize = 32;

/// Bytes of what a header begins with: magic, version and kind of key.
const BEGINNING: usize = MAGIC.len() + 2;

/// Bytes of what is authenticated of a header.
const FIELDS: usize = BEGINNING + SALT;

/// Bytes of its tag.
const TAG: usize = 32;

/// Bytes of a header.
pub(super) const HEADER: usize = FIELDS + TAG;

/// What tells keys of streams from others that are made of the same key.
const USE: &[u8] = b"kilowat sealed stream";

/// A new header, and the key of its chunks.
///
/// # Errors
/// [`Error::Random`] where the system gives no salt; the others where no tier can answer.
pub(super) fn begin(runtime: &Runtime, key: &Key) -> Result<(Vec<u8>, Chunks), Error> {
    let salt = random::array::<SALT>()?;
    let fields = [&MAGIC[..], &[VERSION, PLAIN_KEY], &salt].concat();
    let (chunks, tag) = derive(runtime, key, &fields)?;
    Ok(([&fields[..], &tag[..]].concat(), chunks))
}

/// The key of the chunks of a stream with this header, which may be cut short.
///
/// # Errors
/// [`SealedStreamError`] where it is no header, or not one of this key; the others where no tier can answer.
pub(super) fn read(runtime: &Runtime, key: &Key, header: &[u8]) -> Result<Chunks, Error> {
    let Some((beginning, _)) = header.split_first_chunk::<BEGINNING>() else {
        return Err(SealedStreamError::NotSealed.into());
    };
    let [magic @ .., version, kind] = beginning;
    if magic != MAGIC {
        return Err(SealedStreamError::NotSealed.into());
    }
    if *version != VERSION {
        return Err(SealedStreamError::Version(*version).into());
    }
    if *kind != PLAIN_KEY {
        return Err(SealedStreamError::KeyKind(*kind).into());
    }
    if header.len() < HEADER {
        return Err(SealedStreamError::CutShort { offset: 0 }.into());
    }
    let (fields, tag) = header.split_at(FIELDS);
    let (chunks, expected) = derive(runtime, key, fields)?;
    if !runtime.ct_equal(tag, &expected[..])? {
        return Err(SealedStreamError::Key.into());
    }
    Ok(chunks)
}

/// The key of the chunks, and the tag of the header: HKDF makes both of the key, the salt and all else in the header, so
/// that neither fits where anything is another.
fn derive(
    runtime: &Runtime,
    key: &Key,
    fields: &[u8],
) -> Result<(Chunks, Zeroizing<[u8; TAG]>), Error> {
    let salt = &fields[BEGINNING..];
    let pseudorandom = Zeroizing::new(runtime.hkdf_extract(salt, key.as_bytes())?);
    let info = [USE, fields].concat();
    let both = Zeroizing::new(runtime.hkdf_expand(&pseudorandom[..], &info, Key::LEN + TAG)?);
    let mut chunks = Zeroizing::new([0; Key::LEN]);
    let mut tag = Zeroizing::new([0; TAG]);
    let (of_chunks, of_header) = both.split_at(Key::LEN);
    chunks.copy_from_slice(of_chunks);
    tag.copy_from_slice(of_header);
    Ok((Chunks::new(Key::from_bytes(&chunks)), tag))
}
