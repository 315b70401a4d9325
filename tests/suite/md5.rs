//! The module `md5`: the official vectors.

use crate::common::{check_state_size, runtimes, unhex};
use kilowat_operations::ops;

#[test]
fn the_state_has_the_size_that_the_module_says() {
    check_state_size("md5", ops::Md5::STATE_LEN);
}

/// The test suite of RFC 1321, appendix A.5.
const VECTORS: [(&[u8], &str); 7] = [
    (b"", "d41d8cd98f00b204e9800998ecf8427e"),
    (b"a", "0cc175b9c0f1b6a831c399e269772661"),
    (b"abc", "900150983cd24fb0d6963f7d28e17f72"),
    (b"message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
    (
        b"abcdefghijklmnopqrstuvwxyz",
        "c3fcd3d76192e4007dfb496cca67e13b",
    ),
    (
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
        "d174ab98d277d9f5a5611c2c9f419d9f",
    ),
    (
        b"12345678901234567890123456789012345678901234567890123456789012345678901234567890",
        "57edf4a22be3c955ac49da2e2107b67a",
    ),
];

#[test]
fn rfc_1321_vectors() {
    for runtime in runtimes() {
        for (message, digest) in VECTORS {
            assert_eq!(
                runtime.md5(message).unwrap()[..],
                unhex(digest)[..],
                "{message:?}"
            );
        }
        let digests = runtime
            .md5_batch(&VECTORS.map(|(message, _)| message))
            .unwrap();
        let expected = VECTORS.map(|(_, digest)| unhex(digest));
        assert_eq!(digests.concat(), expected.concat());
    }
}
