//! The constants of SHA-512's rounds.

use num_bigint::BigUint;

use super::{Table, data};

pub(super) const TABLE: Table = Table {
    name: "sha512_constants",
    about: &[
        "A u64 a round, K of FIPS 180-4, 4.2.3: the first 64 bits of the fractional parts of the cube",
        "roots of the first 80 primes.",
    ],
    fields,
};

fn fields() -> String {
    let constants: Vec<u8> = primes()
        .take(80)
        .flat_map(|prime| cube_root_bits(prime).to_le_bytes())
        .collect();
    data(0, "constants", &constants)
}

fn primes() -> impl Iterator<Item = u32> {
    (2..).filter(|number| (2..*number).all(|divisor| number % divisor != 0))
}

/// The first 64 bits behind the point of a number's cube root.
fn cube_root_bits(number: u32) -> u64 {
    // cbrt(n) * 2^64 = cbrt(n * 2^192)
    let root = (BigUint::from(number) << 192_u32).cbrt();
    root.iter_u64_digits().next().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_and_the_last_are_those_of_the_standard() {
        let constants: Vec<u64> = primes().take(80).map(cube_root_bits).collect();
        assert_eq!(constants[0], 0x428a_2f98_d728_ae22);
        assert_eq!(constants[79], 0x6c44_198c_4a47_5817);
        assert_eq!(primes().nth(79), Some(409));
    }

    #[test]
    fn a_root_without_a_fraction_has_no_bits() {
        assert_eq!(cube_root_bits(27), 0);
        assert_eq!(cube_root_bits(0), 0);
    }
}
