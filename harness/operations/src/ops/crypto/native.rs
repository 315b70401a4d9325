//! The ciphers in native code, and messages to try them on.

use ::aes_gcm::aes::{Aes128, Aes256};
use ::aes_gcm::{Aes128Gcm, Aes256Gcm};
use ::chacha20poly1305::aead::{AeadInOut, KeyInit, Nonce, Tag};
use ::ctr::cipher::{
    BlockCipherEncrypt, BlockSizeUser, InnerIvInit as _, StreamCipher as _, consts::U16,
};
use ::ctutils::CtEq as _;
use ::ghash::{GHash, universal_hash::UniversalHash as _};

use super::error::AeadError;
use crate::generator::Generator;

/// Bytes of a tag.
const TAG: usize = 16;

/// The longest sealed message, and the longest associated data.
const LONGEST: usize = (1 << 31) - 1;

/// A cipher of a reference crate.
pub(super) trait Reference {
    /// The lengths of its keys, in bytes.
    const KEYS: &'static [usize];

    /// A usual length of its nonces.
    const NONCE: usize;

    /// Whether a nonce may have this length.
    fn takes_nonce(len: usize) -> bool {
        len == Self::NONCE
    }

    /// The message encrypted, and its tag. `None` where a length is wrong.
    fn seal(key: &[u8], nonce: &[u8], aad: &[u8], text: &[u8]) -> Option<Vec<u8>>;

    /// The message, if its tag fits.
    fn open(key: &[u8], nonce: &[u8], aad: &[u8], text: &[u8], tag: &[u8]) -> Option<Vec<u8>>;
}

/// A cipher that has one length of keys, and one of nonces.
macro_rules! reference {
    ($(#[doc = $doc:literal])* $name:ident: $cipher:ty, $key:literal, $nonce:literal) => {
        $(#[doc = $doc])*
        pub(super) struct $name;

        impl Reference for $name {
            const KEYS: &'static [usize] = &[$key];
            const NONCE: usize = $nonce;

            fn seal(key: &[u8], nonce: &[u8], aad: &[u8], text: &[u8]) -> Option<Vec<u8>> {
                seal_by::<$cipher>(key, nonce, aad, text)
            }

            fn open(key: &[u8], nonce: &[u8], aad: &[u8], text: &[u8], tag: &[u8]) -> Option<Vec<u8>> {
                open_by::<$cipher>(key, nonce, aad, text, tag)
            }
        }
    };
}

reference! {
    /// RFC 8439.
    ChaCha20Poly1305: ::chacha20poly1305::ChaCha20Poly1305, 32, 12
}

reference! {
    /// draft-irtf-cfrg-xchacha.
    XChaCha20Poly1305: ::chacha20poly1305::XChaCha20Poly1305, 32, 24
}

reference! {
    /// C2SP XAES-256-GCM.
    Xaes256Gcm: ::xaes_256_gcm::Xaes256Gcm, 32, 24
}

/// SP 800-38D, with keys of two lengths, and nonces of any.
pub(super) struct AesGcm;

impl Reference for AesGcm {
    const KEYS: &'static [usize] = &[16, 32];
    const NONCE: usize = 12;

    fn takes_nonce(len: usize) -> bool {
        (1..=LONGEST).contains(&len)
    }

    fn seal(key: &[u8], nonce: &[u8], aad: &[u8], text: &[u8]) -> Option<Vec<u8>> {
        match (key.len(), nonce.len()) {
            (16, Self::NONCE) => seal_by::<Aes128Gcm>(key, nonce, aad, text),
            (32, Self::NONCE) => seal_by::<Aes256Gcm>(key, nonce, aad, text),
            (16, _) => Some(Gcm::<Aes128>::new(key, nonce)?.seal(aad, text)),
            _ => Some(Gcm::<Aes256>::new(key, nonce)?.seal(aad, text)),
        }
    }

    fn open(key: &[u8], nonce: &[u8], aad: &[u8], text: &[u8], tag: &[u8]) -> Option<Vec<u8>> {
        match (key.len(), nonce.len()) {
            (16, Self::NONCE) => open_by::<Aes128Gcm>(key, nonce, aad, text, tag),
            (32, Self::NONCE) => open_by::<Aes256Gcm>(key, nonce, aad, text, tag),
            (16, _) => Gcm::<Aes128>::new(key, nonce)?.open(aad, text, tag),
            _ => Gcm::<Aes256>::new(key, nonce)?.open(aad, text, tag),
        }
    }
}

/// GCM with a nonce whose length is known when it comes; the crate `aes-gcm` wants it in the type. Its parts are
/// those of that crate.
struct Gcm<A: BlockCipherEncrypt + BlockSizeUser<BlockSize = U16>> {
    stream: ::ctr::Ctr32BE<A>,
    hash: GHash,
    mask: ::ghash::Tag,
}

impl<A: BlockCipherEncrypt + BlockSizeUser<BlockSize = U16> + KeyInit> Gcm<A> {
    fn new(key: &[u8], nonce: &[u8]) -> Option<Self> {
        let cipher = A::new_from_slice(key).ok()?;
        let mut h = ::ghash::Key::default();
        cipher.encrypt_block(&mut h);
        let hash = GHash::new(&h);
        let first = Self::sum(&hash, b"", nonce);
        let mut stream = ::ctr::Ctr32BE::from_core(::ctr::CtrCore::inner_iv_init(cipher, &first));
        let mut mask = ::ghash::Tag::default();
        stream.apply_keystream(&mut mask);
        Some(Self { stream, hash, mask })
    }

    /// The hash of two byte strings, each filled up with zeros to whole blocks, and of their lengths in bits.
    fn sum(hash: &GHash, aad: &[u8], text: &[u8]) -> ::ghash::Tag {
        let mut hash = hash.clone();
        hash.update_padded(aad);
        hash.update_padded(text);
        let [aad_bits, text_bits] = [aad, text].map(|bytes| 8 * bytes.len() as u128);
        hash.update(&[((aad_bits << 64) | text_bits).to_be_bytes().into()]);
        hash.finalize()
    }

    fn tag(&self, aad: &[u8], text: &[u8]) -> [u8; TAG] {
        let sum = u128::from_be_bytes(Self::sum(&self.hash, aad, text).into());
        (sum ^ u128::from_be_bytes(self.mask.into())).to_be_bytes()
    }

    fn seal(mut self, aad: &[u8], text: &[u8]) -> Vec<u8> {
        let mut sealed = Vec::with_capacity(text.len() + TAG);
        sealed.extend(text);
        self.stream.apply_keystream(&mut sealed);
        let tag = self.tag(aad, &sealed);
        sealed.extend(tag);
        sealed
    }

    fn open(mut self, aad: &[u8], text: &[u8], tag: &[u8]) -> Option<Vec<u8>> {
        if !self.tag(aad, text).as_slice().ct_eq(tag).to_bool() {
            return None;
        }
        let mut text = text.to_vec();
        self.stream.apply_keystream(&mut text);
        Some(text)
    }
}

fn seal_by<C: AeadInOut + KeyInit>(
    key: &[u8],
    nonce: &[u8],
    aad: &[u8],
    text: &[u8],
) -> Option<Vec<u8>> {
    let cipher = C::new_from_slice(key).ok()?;
    let nonce = <&Nonce<C>>::try_from(nonce).ok()?;
    let mut sealed = Vec::with_capacity(text.len() + TAG);
    sealed.extend(text);
    let tag = cipher.encrypt_inout_detached(nonce, aad, sealed.as_mut_slice().into());
    sealed.extend(tag.ok()?);
    Some(sealed)
}

fn open_by<C: AeadInOut + KeyInit>(
    key: &[u8],
    nonce: &[u8],
    aad: &[u8],
    text: &[u8],
    tag: &[u8],
) -> Option<Vec<u8>> {
    let cipher = C::new_from_slice(key).ok()?;
    let nonce = <&Nonce<C>>::try_from(nonce).ok()?;
    let tag = <&Tag<C>>::try_from(tag).ok()?;
    let mut text = text.to_vec();
    cipher
        .decrypt_inout_detached(nonce, aad, text.as_mut_slice().into(), tag)
        .ok()?;
    Some(text)
}

/// Lengths that are refused, whatever else is wrong.
fn check_lengths<R: Reference>(
    key: &[u8],
    nonce: &[u8],
    aad: &[u8],
    text: &[u8],
    longest: usize,
) -> Result<(), AeadError> {
    if text.len() > longest || aad.len() > LONGEST {
        return Err(AeadError::TooLarge);
    }
    if !R::KEYS.contains(&key.len()) {
        return Err(AeadError::KeyLength);
    }
    if !R::takes_nonce(nonce.len()) {
        return Err(AeadError::NonceLength);
    }
    Ok(())
}

/// A message sealed, into room for so many bytes.
pub(super) fn seal<R: Reference>(
    key: &[u8],
    nonce: &[u8],
    aad: &[u8],
    text: &[u8],
    capacity: usize,
) -> Result<Vec<u8>, AeadError> {
    check_lengths::<R>(key, nonce, aad, text, LONGEST - TAG)?;
    if capacity < text.len() + TAG {
        return Err(AeadError::OutputTooSmall);
    }
    // No length is wrong, and the crates refuse nothing else.
    R::seal(key, nonce, aad, text).ok_or(AeadError::TooLarge)
}

/// A message opened, into room for so many bytes.
pub(super) fn open<R: Reference>(
    key: &[u8],
    nonce: &[u8],
    aad: &[u8],
    sealed: &[u8],
    capacity: usize,
) -> Result<Vec<u8>, AeadError> {
    check_lengths::<R>(key, nonce, aad, sealed, LONGEST)?;
    let Some(len) = sealed.len().checked_sub(TAG) else {
        return Err(AeadError::Unauthentic);
    };
    if capacity < len {
        return Err(AeadError::OutputTooSmall);
    }
    let (text, tag) = sealed.split_at(len);
    R::open(key, nonce, aad, text, tag).ok_or(AeadError::Unauthentic)
}

/// Key, nonce, associated data, text and capacity.
type Message = (Vec<u8>, Vec<u8>, Vec<u8>, Vec<u8>, usize);

/// A message of `len` bytes as users have it.
pub(super) fn message<R: Reference>(generator: &mut Generator, len: usize) -> Message {
    let key = generator.random_bytes(R::KEYS[R::KEYS.len() - 1]);
    let nonce = generator.random_bytes(R::NONCE);
    (
        key,
        nonce,
        Vec::new(),
        generator.source_text(len),
        len + TAG,
    )
}

/// Any message of `len` bytes, with any associated data and in any room; now and then with a key or a nonce that is
/// none.
pub(super) fn any_message<R: Reference>(generator: &mut Generator, len: usize) -> Message {
    let key_len = *generator.choose(R::KEYS);
    let key_len = wrong_now_and_then(generator, key_len);
    let nonce_len = nonce_len::<R>(generator);
    let [key, nonce] = [key_len, nonce_len].map(|len| generator.bytes(len));
    let aad_len = match generator.number(0..=3) {
        0 => 0,
        1 => generator.number(0..=32),
        2 => 16 * generator.number(0..=20),
        _ => generator.number(0..=400),
    };
    let aad = generator.bytes(aad_len);
    let text = generator.bytes(len);
    let capacity = capacity(generator, len + TAG);
    (key, nonce, aad, text, capacity)
}

/// A sealed message of `len` bytes with its tag, whole or damaged; of fewer bytes than a tag has, any.
pub(super) fn any_sealed<R: Reference>(generator: &mut Generator, len: usize) -> Message {
    let text_len = len.saturating_sub(TAG);
    let (key, nonce, mut aad, text, _) = any_message::<R>(generator, text_len);
    let sealed = R::seal(&key, &nonce, &aad, &text).filter(|sealed| sealed.len() == len);
    let mut sealed = sealed.unwrap_or_else(|| generator.bytes(len));
    match generator.number(0..=9) {
        0 if len > 0 => {
            let place = generator.number(0..=len - 1);
            sealed[place] ^= 1 << generator.number(0..=7);
        }
        1 if len >= TAG => {
            let place = generator.number(text_len..=len - 1);
            sealed[place] ^= 1 << generator.number(0..=7);
        }
        2 => aad.push(0),
        _ => {}
    }
    let capacity = capacity(generator, text_len);
    (key, nonce, aad, sealed, capacity)
}

fn nonce_len<R: Reference>(generator: &mut Generator) -> usize {
    let len = if R::takes_nonce(R::NONCE + 1) && generator.one_in(2) {
        generator.number(1..=80)
    } else {
        R::NONCE
    };
    wrong_now_and_then(generator, len)
}

fn wrong_now_and_then(generator: &mut Generator, len: usize) -> usize {
    match generator.number(0..=49) {
        0 => len - 1,
        1 => len + 1,
        2 => 0,
        _ => len,
    }
}

/// Mostly as much room as is needed.
fn capacity(generator: &mut Generator, needed: usize) -> usize {
    match generator.number(0..=15) {
        0 => needed.saturating_sub(1),
        1 => generator.number(0..=needed),
        2 => needed + generator.number(1..=40),
        _ => needed,
    }
}
