//! The module `sha256`: the official vectors.

use crate::common::{check_state_size, runtimes, unhex};
use crate::nist_cavp::{check_monte_carlo, messages};
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

#[test]
fn nist_monte_carlo() {
    for runtime in runtimes() {
        check_monte_carlo("SHA256Monte.rsp", |message| {
            runtime.sha256(message).unwrap().to_vec()
        });
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
