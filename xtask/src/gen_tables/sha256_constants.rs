//! The constants of SHA-256's rounds.

use super::{Table, data};

pub(super) const TABLE: Table = Table {
    name: "sha256_constants",
    about: &[
        "A u32 a round, K of FIPS 180-4, 4.2.2: the first 32 bits of the fractional parts of the cube",
        "roots of the first 64 primes.",
    ],
    fields,
};

fn fields() -> String {
    let constants: Vec<u8> = primes()
        .take(64)
        .flat_map(|prime| cube_root_bits(prime).to_le_bytes())
        .collect();
    data(0, "constants", &constants)
}

fn primes() -> impl Iterator<Item = u32> {
    (2..).filter(|number| (2..*number).all(|divisor| number % divisor != 0))
}

/// The first 32 bits behind the point of a number's cube root.
fn cube_root_bits(number: u32) -> u32 {
    // cbrt(n) * 2^32 = cbrt(n * 2^96), bit by bit from the highest. The root of a number below 2^12 is below 16, so
    // that the cube of what is tried stays below 2^108.
    let target = u128::from(number) << 96;
    let root = (0..36).rev().fold(0_u128, |root, bit| {
        let tried = root | 1 << bit;
        if tried.pow(3) <= target { tried } else { root }
    });
    (root & u128::from(u32::MAX)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_and_the_last_are_those_of_the_standard() {
        let constants: Vec<u32> = primes().take(64).map(cube_root_bits).collect();
        assert_eq!(constants[0], 0x428a_2f98);
        assert_eq!(constants[63], 0xc671_78f2);
        assert_eq!(primes().nth(63), Some(311));
    }

    #[test]
    fn a_root_without_a_fraction_has_no_bits() {
        assert_eq!(cube_root_bits(27), 0);
        assert_eq!(cube_root_bits(0), 0);
    }
}
