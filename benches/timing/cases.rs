//! What is measured: kernels, and inputs of two classes for each.

use kilowat::{EngineKind, Error, Runtime};
use kilowat_kernels::{Export, aead, kdf, memory_ops};
use kilowat_operations::generator::Generator;

/// A kernel, and how it is called.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) export: &'static Export,
    /// The arguments of a call of a class. But for what is secret they are the same in both.
    pub(crate) inputs: Box<Inputs>,
}

/// Draws the arguments of a call.
type Inputs = dyn Fn(Class, &mut Generator) -> Vec<Part>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// The same secret in each call.
    Fixed,
    /// Another one in each.
    Random,
}

impl Class {
    fn secret(self, generator: &mut Generator, len: usize) -> Vec<u8> {
        match self {
            Self::Fixed => vec![0; len],
            Self::Random => generator.random_bytes(len),
        }
    }
}

/// One argument of a call, or two.
pub(crate) enum Part {
    /// Bytes: a pointer and a length.
    Span(Vec<u8>),
    /// Bytes: a pointer.
    Pointer(Vec<u8>),
    /// Where the answer goes: a pointer and a length.
    Output(usize),
    /// Where a fault goes.
    Fault,
    Number(u32),
}

/// A cipher: how its name begins, its kernels, bytes of a nonce, and how the native tier seals with it.
struct Cipher {
    name: &'static str,
    seal: &'static Export,
    open: &'static Export,
    nonce_len: usize,
    sealed: Seal,
}

/// Seals a text with a key and a nonce.
type Seal = fn(&Runtime, &[u8; 32], &[u8], &[u8]) -> Result<Vec<u8>, Error>;

const CIPHERS: [Cipher; 4] = [
    Cipher {
        name: "aes_gcm",
        seal: &aead::AES_GCM_SEAL,
        open: &aead::AES_GCM_OPEN,
        nonce_len: 12,
        sealed: |runtime, key, nonce, text| runtime.aes_gcm_seal_with_nonce(key, nonce, AAD, text),
    },
    Cipher {
        name: "xaes_256_gcm",
        seal: &aead::XAES_256_GCM_SEAL,
        open: &aead::XAES_256_GCM_OPEN,
        nonce_len: 24,
        sealed: |runtime, key, nonce, text| {
            let nonce = nonce.try_into().expect("24 bytes");
            runtime.xaes_256_gcm_seal_with_nonce(key, nonce, AAD, text)
        },
    },
    Cipher {
        name: "chacha20_poly1305",
        seal: &aead::CHACHA20_POLY1305_SEAL,
        open: &aead::CHACHA20_POLY1305_OPEN,
        nonce_len: 12,
        sealed: |runtime, key, nonce, text| {
            let nonce = nonce.try_into().expect("12 bytes");
            runtime.chacha20_poly1305_seal_with_nonce(key, nonce, AAD, text)
        },
    },
    Cipher {
        name: "xchacha20_poly1305",
        seal: &aead::XCHACHA20_POLY1305_SEAL,
        open: &aead::XCHACHA20_POLY1305_OPEN,
        nonce_len: 24,
        sealed: |runtime, key, nonce, text| {
            let nonce = nonce.try_into().expect("24 bytes");
            runtime.xchacha20_poly1305_seal_with_nonce(key, nonce, AAD, text)
        },
    },
];

/// Associated data, which is public.
const AAD: &[u8] = b"to whom";

/// Bytes of a tag.
const TAG: usize = 16;

pub(crate) fn all() -> Vec<Case> {
    let mut cases = Vec::new();
    for cipher in &CIPHERS {
        for len in [64, 1024] {
            cases.push(sealing(cipher, len));
            cases.push(opening(cipher, len));
        }
    }
    for len in [64, 1024] {
        cases.push(authenticating(len));
    }
    cases.push(deriving_from_a_password());
    cases.push(comparing(&aead::CT_EQUAL));
    cases.push(comparing(&memory_ops::COMPARE));
    cases
}

/// Key and text are secret.
fn sealing(cipher: &'static Cipher, len: usize) -> Case {
    Case {
        name: format!("{}_seal of {len} B", cipher.name),
        export: cipher.seal,
        inputs: Box::new(move |class, generator| {
            vec![
                Part::Span(class.secret(generator, 32)),
                Part::Span(generator.random_bytes(cipher.nonce_len)),
                Part::Span(AAD.to_vec()),
                Part::Span(class.secret(generator, len)),
                Part::Output(len + TAG),
                Part::Fault,
            ]
        }),
    }
}

/// Key and text are secret. That the tag fits is public, and is so always.
fn opening(cipher: &'static Cipher, len: usize) -> Case {
    let native = Runtime::with_engine(EngineKind::Native).expect("the native tier is there");
    Case {
        name: format!("{}_open of {len} B", cipher.name),
        export: cipher.open,
        inputs: Box::new(move |class, generator| {
            let key = class.secret(generator, 32);
            let text = class.secret(generator, len);
            let nonce = generator.random_bytes(cipher.nonce_len);
            let bytes = key[..].try_into().expect("32 bytes");
            let sealed = (cipher.sealed)(&native, bytes, &nonce, &text);
            vec![
                Part::Span(key),
                Part::Span(nonce),
                Part::Span(AAD.to_vec()),
                Part::Span(sealed.expect("it is short enough")),
                Part::Output(len),
                Part::Fault,
            ]
        }),
    }
}

/// Key and text are secret.
fn authenticating(len: usize) -> Case {
    Case {
        name: format!("hmac_sha256 of {len} B"),
        export: &kdf::HMAC_SHA256,
        inputs: Box::new(move |class, generator| {
            vec![
                Part::Span(class.secret(generator, 32)),
                Part::Span(class.secret(generator, len)),
                Part::Pointer(vec![0; 32]),
            ]
        }),
    }
}

/// The password is secret, how long it is is not.
fn deriving_from_a_password() -> Case {
    Case {
        name: "pbkdf2_sha256, 4 rounds".to_owned(),
        export: &kdf::PBKDF2_SHA256,
        inputs: Box::new(|class, generator| {
            vec![
                Part::Span(class.secret(generator, 20)),
                Part::Span(generator.random_bytes(16)),
                Part::Number(4),
                Part::Output(64),
                Part::Fault,
            ]
        }),
    }
}

/// Secrets of 256 bytes that differ: the fixed ones in the first byte, the others in one that is drawn.
fn comparing(export: &'static Export) -> Case {
    const LEN: usize = 256;
    Case {
        name: format!("{} of {LEN} B", export.name),
        export,
        inputs: Box::new(|class, generator| {
            let secret = generator.random_bytes(LEN);
            let mut other = secret.clone();
            other[match class {
                Class::Fixed => 0,
                Class::Random => generator.number(0..=LEN - 1),
            }] ^= 1;
            vec![
                Part::Pointer(secret),
                Part::Pointer(other),
                Part::Number(LEN as u32),
            ]
        }),
    }
}
