//! The module `sha512`: the official vectors.

use std::fs;

use crate::common::{check_state_size, field, runtimes, unhex};
use kilowat::Runtime;
use kilowat_engine::EngineKind;
use kilowat_operations::ops;

#[test]
fn the_state_has_the_size_that_the_module_says() {
    check_state_size("sha512", ops::Sha512::STATE_LEN);
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
        messages("SHA512ShortMsg.rsp"),
        messages("SHA512LongMsg.rsp"),
    ];
    assert_eq!(vectors.each_ref().map(Vec::len), [129, 128]);
    for runtime in runtimes() {
        let engine = runtime.tiers();
        for (message, digest) in vectors.iter().flatten() {
            let len = message.len();
            assert_eq!(
                runtime.sha512(message).unwrap()[..],
                digest[..],
                "{engine}, {len}"
            );
        }
    }
}

/// A hundred times a thousand messages, each made of the three digests before it.
#[test]
fn nist_monte_carlo() {
    let text = cavp("SHA512Monte.rsp");
    let start = field(&text, "Seed").map(unhex).next().unwrap();
    let expected: Vec<_> = field(&text, "MD").map(unhex).collect();
    assert_eq!(expected.len(), 100);
    for kind in EngineKind::ALL {
        let runtime = Runtime::with_engine(kind).unwrap();
        let mut seed = start.clone();
        for (count, expected) in expected.iter().enumerate() {
            let mut digests = [seed.clone(), seed.clone(), seed.clone()];
            for _ in 0..1_000 {
                let digest = runtime.sha512(&digests.concat()).unwrap().to_vec();
                digests.rotate_left(1);
                digests[2] = digest;
            }
            seed.clone_from(&digests[2]);
            assert_eq!(&seed, expected, "{kind} at {count}");
        }
    }
}
