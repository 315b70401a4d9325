//! The module `sha256`: the official vectors.

use std::fs;

use crate::common::{check_state_size, field, runtimes, unhex};
use kilowat::Runtime;
use kilowat_engine::{EngineKind, WasmValue};
use kilowat_kernels::sha256;
use kilowat_operations::frame::Frame as _;
use kilowat_operations::ops::{self, Native as _};
use kilowat_operations::session::Library;

/// Engines that compile have one set of entries, those that do not another; each engine can run both,
/// and a message can go from one to the other.
#[test]
fn the_scalar_entries_give_what_the_others_give() {
    let bytes: Vec<u8> = (0..=250).cycle().take(700).collect();
    for kind in EngineKind::WASM {
        let mut session = Library::new(kind).unwrap().unwrap().session();
        for len in (0..=200).chain([255, 256, 257, 511, 700]) {
            let message = &bytes[..len];
            let digest = ops::Sha256::native(message);
            for export in [&sha256::SHA256, &sha256::SHA256_SERIAL] {
                let mut frame = session.frame(&sha256::MODULE).unwrap();
                let span = frame.input(message).unwrap();
                let dst = frame.output(digest.len()).unwrap();
                let arguments = [span.ptr, span.len, dst.ptr].map(WasmValue::from);
                assert_eq!(frame.invoke(export, &arguments).unwrap(), None);
                assert_eq!(
                    frame.read(dst),
                    digest,
                    "{} of {len} on {kind}",
                    export.name
                );
            }
            let (head, tail) = message.split_at(len / 3);
            for [first, second, finish] in [
                [
                    &sha256::SHA256_UPDATE,
                    &sha256::SHA256_UPDATE_SERIAL,
                    &sha256::SHA256_FINISH,
                ],
                [
                    &sha256::SHA256_UPDATE_SERIAL,
                    &sha256::SHA256_UPDATE,
                    &sha256::SHA256_FINISH_SERIAL,
                ],
            ] {
                let mut frame = session.frame(&sha256::MODULE).unwrap();
                let state = frame.inout(ops::Sha256::START).unwrap();
                for (export, piece) in [(first, head), (second, tail)] {
                    let piece = frame.input(piece).unwrap();
                    let arguments = [state.ptr, piece.ptr, piece.len].map(WasmValue::from);
                    frame.invoke(export, &arguments).unwrap();
                }
                let dst = frame.output(digest.len()).unwrap();
                let arguments = [state.ptr, dst.ptr].map(WasmValue::from);
                frame.invoke(finish, &arguments).unwrap();
                assert_eq!(frame.read(dst), digest, "{len} bytes in pieces on {kind}");
            }
        }
    }
}

#[test]
fn the_state_has_the_size_that_the_module_says() {
    check_state_size("sha256", ops::Sha256::STATE_LEN);
}

/// A file of the Cryptographic Algorithm Validation Program.
fn cavp(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/nist-cavp");
    fs::read_to_string(format!("{folder}/{name}")).unwrap()
}

/// Messages and digests of a file.
fn messages(file: &str) -> Vec<(Vec<u8>, Vec<u8>)> {
    let text = cavp(file);
    let lengths = field(&text, "Len").map(|bits| bits.parse::<usize>().unwrap() / 8);
    let texts = field(&text, "Msg").map(unhex);
    let digests = field(&text, "MD").map(unhex);
    lengths
        .zip(texts)
        .zip(digests)
        .map(|((len, text), digest)| (text[..len].to_vec(), digest))
        .collect()
}

#[test]
fn nist_short_and_long_messages() {
    let vectors = [
        messages("SHA256ShortMsg.rsp"),
        messages("SHA256LongMsg.rsp"),
    ];
    assert_eq!(vectors.each_ref().map(Vec::len), [65, 64]);
    for runtime in runtimes() {
        let engine = runtime.tiers();
        let all: Vec<_> = vectors.iter().flatten().collect();
        for (message, digest) in &all {
            let len = message.len();
            assert_eq!(
                runtime.sha256(message).unwrap()[..],
                digest[..],
                "{engine}, {len}"
            );
        }
        let texts: Vec<&[u8]> = all.iter().map(|(message, _)| &message[..]).collect();
        let digests = runtime.sha256_batch(&texts).unwrap();
        let expected: Vec<&[u8]> = all.iter().map(|(_, digest)| &digest[..]).collect();
        assert_eq!(digests.concat(), expected.concat());
    }
}

/// A hundred times a thousand messages, each made of the three digests before it.
fn monte_carlo(runtime: &Runtime, checkpoints: usize) {
    let text = cavp("SHA256Monte.rsp");
    let mut seed = field(&text, "Seed").map(unhex).next().unwrap();
    let expected: Vec<_> = field(&text, "MD").map(unhex).collect();
    assert_eq!(expected.len(), 100);
    for (count, expected) in expected.iter().take(checkpoints).enumerate() {
        let mut digests = [seed.clone(), seed.clone(), seed.clone()];
        for _ in 0..1_000 {
            let digest = runtime.sha256(&digests.concat()).unwrap().to_vec();
            digests.rotate_left(1);
            digests[2] = digest;
        }
        seed.clone_from(&digests[2]);
        assert_eq!(&seed, expected, "{} at {count}", runtime.tiers());
    }
}

#[test]
fn nist_monte_carlo() {
    for kind in EngineKind::ALL {
        monte_carlo(&Runtime::with_engine(kind).unwrap(), 100);
    }
}

/// The examples of FIPS 180-2, appendix B.
#[test]
fn fips_180_examples() {
    let million = vec![b'a'; 1_000_000];
    let examples: [(&[u8], &str); 3] = [
        (
            b"abc",
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        ),
        (
            b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
        ),
        (
            &million,
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
        ),
    ];
    for runtime in runtimes() {
        for (message, digest) in examples {
            assert_eq!(runtime.sha256(message).unwrap()[..], unhex(digest)[..]);
        }
    }
}
