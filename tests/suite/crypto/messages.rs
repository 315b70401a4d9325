//! Keys, and messages that are sealed as a whole.

use std::collections::HashSet;

use kilowat::crypto::{self, AeadError, Cipher, Key, OVERHEAD, Pbkdf2};
use kilowat::{Error, Runtime};

use super::{flipped, key};
use crate::common::{runtimes, unhex};

const CIPHERS: [Cipher; 2] = [Cipher::Xaes256Gcm, Cipher::XChaCha20Poly1305];

/// Bytes of a nonce.
const NONCE: usize = 24;

#[track_caller]
fn expect_unauthentic(opened: Result<Vec<u8>, Error>, what: &str) {
    match opened {
        Err(Error::Input(refusal)) => {
            assert_eq!(refusal.detail(), Some(&AeadError::Unauthentic), "{what}");
        }
        Err(error) => panic!("{what}: {error}"),
        Ok(_) => panic!("{what}: it opens"),
    }
}

#[test]
fn a_message_opens_on_every_tier_whichever_has_sealed_it() {
    let key = key(1);
    for cipher in CIPHERS {
        for len in [0, 1, 15, 16, 100, 300_000] {
            let message = vec![0x5a; len];
            for sealing in runtimes() {
                let sealed = sealing.seal_by(cipher, &key, &message, b"aad").unwrap();
                assert_eq!(sealed.len(), len + OVERHEAD);
                for opening in runtimes() {
                    let opened = opening.open_by(cipher, &key, &sealed, b"aad").unwrap();
                    assert!(opened == message, "{cipher:?} {len}");
                }
            }
        }
    }
}

/// The nonce stands in front, and behind it is what the forms with a nonce make.
#[test]
fn a_sealed_message_is_its_nonce_and_what_that_seals() {
    let runtime = Runtime::new();
    let key = key(2);
    let sealed = runtime.seal(&key, b"kilowatt", b"aad").unwrap();
    let (nonce, text) = sealed.split_first_chunk::<NONCE>().unwrap();
    let by_nonce = runtime.xaes_256_gcm_seal_with_nonce(key.as_bytes(), nonce, b"aad", b"kilowatt");
    assert_eq!(by_nonce.unwrap(), text);

    let cipher = Cipher::XChaCha20Poly1305;
    let sealed = runtime.seal_by(cipher, &key, b"kilowatt", b"aad").unwrap();
    let (nonce, text) = sealed.split_first_chunk::<NONCE>().unwrap();
    let by_nonce =
        runtime.xchacha20_poly1305_seal_with_nonce(key.as_bytes(), nonce, b"aad", b"kilowatt");
    assert_eq!(by_nonce.unwrap(), text);
}

#[test]
fn the_default_cipher_is_xaes_256_gcm() {
    assert_eq!(Cipher::default(), Cipher::Xaes256Gcm);
    let key = key(3);
    let sealed = crypto::seal(&key, b"kilowatt", b"").unwrap();
    let opened = crypto::open_by(Cipher::Xaes256Gcm, &key, &sealed, b"");
    assert_eq!(opened.unwrap(), b"kilowatt");
    let opened = crypto::open_by(Cipher::XChaCha20Poly1305, &key, &sealed, b"");
    expect_unauthentic(opened, "another cipher");
    let sealed = crypto::seal_by(Cipher::XChaCha20Poly1305, &key, b"kilowatt", b"").unwrap();
    expect_unauthentic(crypto::open(&key, &sealed, b""), "another cipher");
}

/// Each nonce is another one, and each of its bits is 0 in some and 1 in others.
#[test]
fn nonces_and_keys_are_random() {
    let runtime = Runtime::new();
    let key = key(4);
    let nonce = || runtime.seal(&key, b"", b"").unwrap()[..NONCE].to_vec();
    let generated = || Key::generate().unwrap().as_bytes().to_vec();
    let sources: [&dyn Fn() -> Vec<u8>; 2] = [&nonce, &generated];
    for source in sources {
        let drawn: HashSet<Vec<u8>> = (0..200).map(|_| source()).collect();
        assert_eq!(drawn.len(), 200);
        let len = drawn.iter().next().unwrap().len();
        for bit in 0..8 * len {
            let ones = drawn.iter().filter(|it| it[bit / 8] >> (bit % 8) & 1 == 1);
            // That one of 448 bits is outside has a chance of less than one in 10^9.
            let ones = ones.count();
            assert!((45..=155).contains(&ones), "bit {bit}: {ones} of 200");
        }
    }
}

#[test]
fn what_was_changed_does_not_open() {
    let (key, aad, message) = (key(5), b"associated data".to_vec(), vec![0xa5; 100]);
    for cipher in CIPHERS {
        for runtime in runtimes() {
            let sealed = runtime.seal_by(cipher, &key, &message, &aad).unwrap();
            let expect_refused = |key: &Key, sealed: &[u8], aad: &[u8], what: &str| {
                let opened = runtime.open_by(cipher, key, sealed, aad);
                expect_unauthentic(opened, &format!("{cipher:?}, {what}"));
            };
            for bit in 0..8 * sealed.len() {
                let what = format!("bit {bit}");
                expect_refused(&key, &flipped(&sealed, bit), &aad, &what);
            }
            for len in 0..sealed.len() {
                let what = format!("{len} bytes");
                expect_refused(&key, &sealed[..len], &aad, &what);
                expect_refused(&key, &sealed[sealed.len() - len..], &aad, &what);
            }
            expect_refused(&key, &[&sealed[..], &[0]].concat(), &aad, "a byte more");
            expect_refused(&key, &[&[0], &sealed[..]].concat(), &aad, "a byte before");
            for bit in 0..8 * aad.len() {
                expect_refused(&key, &sealed, &flipped(&aad, bit), "other data");
            }
            expect_refused(&key, &sealed, b"", "no data");
            for bit in 0..8 * Key::LEN {
                let other = flipped(key.as_bytes(), bit);
                let other = Key::from_bytes(other.as_slice().try_into().unwrap());
                expect_refused(&other, &sealed, &aad, "another key");
            }
            let opened = runtime.open_by(cipher, &key, &sealed, &aad).unwrap();
            assert_eq!(opened, message);
        }
    }
}

#[test]
fn a_key_is_its_bytes_and_shows_none_of_them() {
    let bytes = *key(6).as_bytes();
    let key = Key::from_bytes(&bytes);
    assert_eq!(key.as_bytes(), &bytes);
    assert_eq!(key.clone().as_bytes(), &bytes);
    assert_eq!(format!("{key:?} {key:#?}"), "Key(..) Key(..)");
}

/// RFC 8018 by another author: the vectors of RFC 7914, section 11, cut to a key's length.
#[test]
fn a_key_is_derived_of_a_password() {
    let vectors = [
        (
            "passwd",
            "salt",
            1,
            "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc",
        ),
        (
            "Password",
            "NaCl",
            80_000,
            "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56",
        ),
    ];
    for (password, salt, iterations, expected) in vectors {
        let (password, salt) = (password.as_bytes(), salt.as_bytes());
        let pbkdf2 = Pbkdf2::new(iterations).unwrap();
        let key = Key::derive(password, salt, pbkdf2).unwrap();
        assert_eq!(key.as_bytes()[..], unhex(expected));
    }
    for runtime in runtimes() {
        let derive = |salt: &[u8]| runtime.derive_key(b"watt", salt, Pbkdf2::new(10).unwrap());
        let [key, same, other] = [b"salt", b"salt", b"Salt"].map(|salt| derive(salt).unwrap());
        assert_eq!(key.as_bytes(), same.as_bytes());
        assert_ne!(key.as_bytes(), other.as_bytes());
    }
}
