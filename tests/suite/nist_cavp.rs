//! Vectors of NIST's Cryptographic Algorithm Validation Program.

use std::fs;

use crate::common::{field, unhex};

/// A file of it.
pub(crate) fn file(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/nist-cavp");
    fs::read_to_string(format!("{folder}/{name}")).unwrap()
}

/// Messages and digests of a file.
pub(crate) fn messages(name: &str) -> Vec<(Vec<u8>, Vec<u8>)> {
    let text = file(name);
    let lengths = field(&text, "Len").map(|bits| bits.parse::<usize>().unwrap() / 8);
    let texts = field(&text, "Msg").map(unhex);
    let digests = field(&text, "MD").map(unhex);
    lengths
        .zip(texts)
        .zip(digests)
        .map(|((len, text), digest)| (text[..len].to_vec(), digest))
        .collect()
}

/// Checks a hundred times a thousand messages, each made of the three digests before it.
pub(crate) fn check_monte_carlo(name: &str, digest: impl Fn(&[u8]) -> Vec<u8>) {
    let text = file(name);
    let mut seed = field(&text, "Seed").map(unhex).next().unwrap();
    let expected: Vec<_> = field(&text, "MD").map(unhex).collect();
    assert_eq!(expected.len(), 100);
    for (count, expected) in expected.iter().enumerate() {
        let mut digests = [seed.clone(), seed.clone(), seed.clone()];
        for _ in 0..1_000 {
            let next = digest(&digests.concat());
            digests.rotate_left(1);
            digests[2] = next;
        }
        seed.clone_from(&digests[2]);
        assert_eq!(&seed, expected, "{name} at {count}");
    }
}
