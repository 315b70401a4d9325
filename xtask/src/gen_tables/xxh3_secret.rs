//! What XXH3 mixes its input with.

use twox_hash::xxhash3_64::SecretBuffer;

use super::{Table, data};

pub(super) const TABLE: Table = Table {
    name: "xxh3_secret",
    about: &[
        "The default secret of XXH3: bytes without a rule, those of the specification, as the crate",
        "twox-hash has them.",
    ],
    fields,
};

fn fields() -> String {
    data(0, "secret", SecretBuffer::default().into_secret())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_and_the_last_are_those_of_the_specification() {
        let secret = SecretBuffer::default().into_secret();
        assert_eq!(secret.len(), 192);
        assert_eq!(secret[..4], [0xb8, 0xfe, 0x6c, 0x39]);
        assert_eq!(secret[188..], [0xbb, 0x4b, 0x40, 0x7e]);
    }
}
