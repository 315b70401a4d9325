//! Message digests through the library: any length, pieces of any lengths, groups of any sizes.

#[allow(dead_code)] // Each test uses a part of it.
mod common;

use std::io::Write as _;

use common::runtimes;
use kilowat::{Md5, Sha256};
use kilowat_harness::generator::Generator;
use kilowat_harness::ops::{self, Operation};

#[test]
fn long_messages_and_writers_agree_with_the_reference() {
    let mut generator = Generator::new(1, &[]);
    for len in [0, 1, 63, 64, 65, 1_000, 262_144, 262_145, 700_001] {
        let message = generator.bytes(len);
        let (sha256, md5) = (ops::Sha256::native(&message), ops::Md5::native(&message));
        for runtime in runtimes() {
            assert_eq!(runtime.sha256(&message), sha256, "{len}");
            assert_eq!(runtime.md5(&message), md5, "{len}");
            let mut sha256_writer = Sha256::new(&runtime);
            let mut md5_writer = Md5::new(&runtime);
            let mut rest = &message[..];
            while !rest.is_empty() {
                let len = generator.number(0..=rest.len().min(50_000));
                let (piece, later) = rest.split_at(len);
                sha256_writer.write_all(piece).unwrap();
                md5_writer.write_all(piece).unwrap();
                rest = later;
            }
            assert_eq!(sha256_writer.finish(), sha256, "{len}");
            assert_eq!(md5_writer.finish(), md5, "{len}");
        }
    }
}

#[test]
fn batches_of_any_size_agree_with_single_messages() {
    let mut generator = Generator::new(2, &[]);
    let mut messages: Vec<Vec<u8>> = (0..5_000)
        .map(|_| {
            let len = generator.number(0..=200);
            generator.bytes(len)
        })
        .collect();
    messages.insert(7, generator.bytes(1_100_000));
    messages.insert(3_000, generator.bytes(900_000));
    let messages: Vec<&[u8]> = messages.iter().map(Vec::as_slice).collect();
    let sha256: Vec<_> = messages
        .iter()
        .map(|message| ops::Sha256::native(message))
        .collect();
    let md5: Vec<_> = messages
        .iter()
        .map(|message| ops::Md5::native(message))
        .collect();
    for runtime in runtimes() {
        assert_eq!(runtime.sha256_batch(&messages), sha256);
        assert_eq!(runtime.md5_batch(&messages), md5);
        assert!(runtime.sha256_batch(&[]).is_empty());
    }
}

/// Every tier can go on with a state that another has left.
#[test]
fn native_code_and_kernels_share_states() {
    fn check<const N: usize>(streaming: &ops::Streaming<N>, digest: [u8; N], message: &[u8]) {
        let library = kilowat_harness::session::Library::new(kilowat::EngineKind::Interpreter);
        let mut session = library.unwrap().unwrap().session();
        for cut in 0..=message.len() {
            let (first, second) = message.split_at(cut);
            let mut frame = session.frame(streaming.module()).unwrap();
            let init = streaming.native_init();
            let kernel = streaming.kernel_update(&mut frame, &init, first).unwrap();
            assert_eq!(
                streaming.native_finish(&streaming.native_update(&kernel, second)),
                digest
            );
            let native = streaming.native_update(&init, first);
            let both = streaming
                .kernel_update(&mut frame, &native, second)
                .unwrap();
            assert_eq!(streaming.kernel_finish(&mut frame, &both).unwrap(), digest);
        }
    }
    let message = Generator::new(3, &[]).bytes(200);
    check(
        &ops::Sha256::STREAMING,
        ops::Sha256::native(&message),
        &message,
    );
    check(&ops::Md5::STREAMING, ops::Md5::native(&message), &message);
}
