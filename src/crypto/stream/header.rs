//! The header of a sealed stream, and the key that it makes.

use zeroize::Zeroizing;

use super::SealedStreamError;
use super::chunks::Chunks;
use crate::crypto::{Key, Pbkdf2, random};
use crate::runtime::{Error, Runtime};

/// What a stream begins with.
const MAGIC: &[u8; 6] = b"kwseal";

/// The version of the format.
const VERSION: u8 = 1;

/// The kind of key: one of 32 bytes.
const PLAIN_KEY: u8 = 0;

/// The kind of key: one that PBKDF2 makes of a passphrase, with the salt of the stream and the iterations that stand
/// behind that.
const PASSPHRASE: u8 = 1;

/// What a stream is sealed and opened with.
pub(super) enum Secret {
    Key(Key),
    Passphrase(Zeroizing<Vec<u8>>),
}

/// Bytes of the salt, of which no two streams have the same.
const SALT: usize = 32;

/// Bytes of what a header begins with: magic, version and kind of key.
const BEGINNING: usize = MAGIC.len() + 2;

/// Bytes of the number of iterations.
const ITERATIONS: usize = 4;

/// Bytes of the header's tag.
const TAG: usize = 32;

/// What tells keys of streams from others that are made of the same key.
const USE: &[u8] = b"kilowat sealed stream";

/// The length of a header, as far as what was read of it says. Where it is none, that is not more than was read.
pub(super) fn len(read: &[u8]) -> usize {
    let rest = match read.split_first_chunk::<BEGINNING>() {
        Some(([magic @ .., VERSION, PLAIN_KEY], _)) if magic == MAGIC => SALT + TAG,
        Some(([magic @ .., VERSION, PASSPHRASE], _)) if magic == MAGIC => SALT + ITERATIONS + TAG,
        _ => 0,
    };
    BEGINNING + rest
}

/// A new header, and the key of its chunks.
///
/// # Errors
/// [`Error::Random`] where the system gives no salt; the others where no tier can answer.
pub(super) fn begin(runtime: &Runtime, key: &Key) -> Result<(Vec<u8>, Chunks), Error> {
    let salt = random::array::<SALT>()?;
    let fields = [&MAGIC[..], &[VERSION, PLAIN_KEY], &salt].concat();
    finish(runtime, key, fields)
}

/// A new header, and the key of its chunks, of a passphrase.
///
/// # Errors
/// As of [`begin`].
pub(super) fn begin_with_passphrase(
    runtime: &Runtime,
    passphrase: &[u8],
    pbkdf2: Pbkdf2,
) -> Result<(Vec<u8>, Chunks), Error> {
    let salt = random::array::<SALT>()?;
    let key = runtime.derive_key(passphrase, &salt, pbkdf2)?;
    let iterations = pbkdf2.iterations().to_le_bytes();
    let fields = [&MAGIC[..], &[VERSION, PASSPHRASE], &salt, &iterations].concat();
    finish(runtime, &key, fields)
}

fn finish(runtime: &Runtime, key: &Key, mut fields: Vec<u8>) -> Result<(Vec<u8>, Chunks), Error> {
    let (chunks, tag) = derive(runtime, key, &fields)?;
    fields.extend(&tag[..]);
    Ok((fields, chunks))
}

/// The key of the chunks of a stream with this header, which may be cut short.
///
/// # Errors
/// [`SealedStreamError`] where it is no header, or not one of this secret; the others where no tier can answer.
pub(super) fn read(runtime: &Runtime, secret: &Secret, header: &[u8]) -> Result<Chunks, Error> {
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
    if *kind != PLAIN_KEY && *kind != PASSPHRASE {
        return Err(SealedStreamError::KeyKind(*kind).into());
    }
    if header.len() < len(header) {
        return Err(SealedStreamError::CutShort { offset: 0 }.into());
    }
    let (fields, tag) = header.split_at(header.len() - TAG);
    let (chunks, expected) = match (secret, *kind) {
        (Secret::Key(key), PLAIN_KEY) => derive(runtime, key, fields)?,
        (Secret::Key(_), _) => return Err(SealedStreamError::WantsPassphrase.into()),
        (Secret::Passphrase(_), PLAIN_KEY) => return Err(SealedStreamError::WantsKey.into()),
        (Secret::Passphrase(passphrase), _) => {
            let Some((rest, iterations)) = fields.split_last_chunk::<ITERATIONS>() else {
                return Err(SealedStreamError::CutShort { offset: 0 }.into());
            };
            let (salt, iterations) = (&rest[BEGINNING..], u32::from_le_bytes(*iterations));
            let Some(pbkdf2) = Pbkdf2::new(iterations) else {
                return Err(SealedStreamError::Iterations(iterations).into());
            };
            let key = runtime.derive_key(passphrase, salt, pbkdf2)?;
            derive(runtime, &key, fields)?
        }
    };
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
    let salt = &fields[BEGINNING..BEGINNING + SALT];
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
