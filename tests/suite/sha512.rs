//! The module `sha512`: the official vectors.

use crate::common::{check_state_size, runtimes};
use crate::nist_cavp::{check_monte_carlo, messages};
use kilowat_operations::ops;

#[test]
fn the_state_has_the_size_that_the_module_says() {
    check_state_size("sha512", ops::Sha512::STATE_LEN);
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

#[test]
fn nist_monte_carlo() {
    for runtime in runtimes() {
        check_monte_carlo("SHA512Monte.rsp", |message| {
            runtime.sha512(message).unwrap().to_vec()
        });
    }
}
