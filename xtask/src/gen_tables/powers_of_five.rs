//! The powers of five that numbers are multiplied by between decimal and binary.

use num_bigint::BigUint;

use super::{Table, data};

pub(super) const TABLE: Table = Table {
    name: "powers_of_five",
    about: &[
        "For each q from -342 to 323 the upper 128 bits of 5^q, little-endian, scaled by a power of two so",
        "that the highest is set: rounded down for q >= 0 (exact up to 55), up for q < 0. As in Lemire,",
        "\"Number parsing at a gigabyte per second\" (2021). Those above 308 are for writing numbers only.",
    ],
    fields,
};

const BITS: u64 = 128;

/// The greatest is what 2^-1074 is divided by a power of ten with.
const POWERS: std::ops::RangeInclusive<i32> = -342..=323;

fn fields() -> String {
    let words: Vec<u8> = POWERS
        .flat_map(|power| scaled(power).to_le_bytes())
        .collect();
    data(4096, "powers", &words)
}

fn scaled(power: i32) -> u128 {
    let of_five = BigUint::from(5_u32).pow(power.unsigned_abs());
    let bits = of_five.bits();
    let scaled = if power >= 0 {
        (of_five << BITS) >> bits
    } else {
        // 2^(bits + 127) / 5^-q lies between 2^127 and 2^128.
        (BigUint::from(1_u32) << (bits + BITS - 1)) / of_five + 1_u32
    };
    u128::try_from(scaled).expect("128 bits")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_bit_is_set_and_small_powers_are_exact() {
        for power in POWERS {
            assert_eq!(scaled(power).leading_zeros(), 0, "{power}");
        }
        assert_eq!(scaled(0), 1 << 127);
        assert_eq!(scaled(55) >> scaled(55).trailing_zeros(), 5_u128.pow(55));
        // 1/5 is 0.8 * 2^-2.
        assert_eq!(scaled(-1), 0xcccc_cccc_cccc_cccc_cccc_cccc_cccc_cccd);
    }
}
