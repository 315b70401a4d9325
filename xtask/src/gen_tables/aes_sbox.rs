//! The S-box of AES.

use super::{Table, data};

pub(super) const TABLE: Table = Table {
    name: "aes_sbox",
    about: &[
        "What the S-box of AES makes of each byte (FIPS 197, 5.1.1): its inverse in GF(2^8), and 0 of 0,",
        "xor'ed with itself turned to the left by one to four bits, and with 0x63.",
    ],
    fields,
};

fn fields() -> String {
    let bytes: Vec<u8> = (0..=u8::MAX).map(substituted).collect();
    data(0, "aes_sbox", &bytes)
}

fn substituted(byte: u8) -> u8 {
    // The inverse is the power of 254, as that of 255 is 1 for all but 0.
    let inverse = (0..254).fold(1, |power, _| product(power, byte));
    (1..=4).fold(inverse ^ 0x63, |sum, bits| sum ^ inverse.rotate_left(bits))
}

/// In GF(2^8) with x^8 = x^4 + x^3 + x + 1.
fn product(a: u8, b: u8) -> u8 {
    (0..8).rev().fold(0, |sum: u8, bit| {
        let doubled = (sum << 1) ^ (0x1b * (sum >> 7));
        doubled ^ (a * (b >> bit & 1))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_are_those_of_the_standard() {
        let known = [(0x00, 0x63), (0x01, 0x7c), (0x53, 0xed), (0xff, 0x16)];
        for (byte, expected) in known {
            assert_eq!(substituted(byte), expected, "{byte:#x}");
        }
        let mut all: Vec<u8> = (0..=u8::MAX).map(substituted).collect();
        all.sort_unstable();
        assert!(all.into_iter().eq(0..=u8::MAX), "each byte comes out once");
    }
}
