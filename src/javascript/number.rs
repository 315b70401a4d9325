//! Values of numbers that are not decimal.

/// The double next to a number of so many bits a digit, which is even where two are equally near.
#[expect(
    clippy::cast_precision_loss,
    reason = "it is rounded, as the language has it"
)]
pub(super) fn of_radix(digits: &str, bits: u32) -> f64 {
    let (mut value, mut exponent, mut is_inexact) = (0_u64, 0_i32, false);
    for digit in digits.chars() {
        let digit = u64::from(digit.to_digit(1 << bits).unwrap_or(0));
        if value >> 58 == 0 {
            value = value << bits | digit;
        } else {
            exponent += bits as i32;
            is_inexact |= digit != 0;
        }
    }
    // More than 54 bits are left of a long number, so that one below them breaks no tie the wrong way.
    (value | u64::from(is_inexact)) as f64 * 2_f64.powi(exponent)
}

/// The decimal digits of a whole number of so many bits a digit.
pub(super) fn to_decimal(digits: &str, bits: u32) -> String {
    const BASE: u64 = 1_000_000_000_000_000_000;
    // The least significant part first.
    let mut parts: Vec<u64> = vec![0];
    let chars: Vec<char> = digits.chars().collect();
    // As many digits at once as fit into 60 bits.
    let group = 60 / bits as usize;
    for chunk in chunks_from_end(&chars, group) {
        let mut carry = 0_u128;
        for digit in chunk {
            carry = carry << bits | u128::from(digit.to_digit(1 << bits).unwrap_or(0));
        }
        for part in &mut parts {
            carry += u128::from(*part) << (bits as usize * chunk.len());
            *part = (carry % u128::from(BASE)) as u64;
            carry /= u128::from(BASE);
        }
        while carry != 0 {
            parts.push((carry % u128::from(BASE)) as u64);
            carry /= u128::from(BASE);
        }
    }
    let mut parts = parts.iter().rev();
    let first = parts.next().map_or_else(String::new, u64::to_string);
    std::iter::once(first)
        .chain(parts.map(|part| format!("{part:018}")))
        .collect()
}

/// Groups of so many, the first of which may be shorter.
fn chunks_from_end<T>(all: &[T], group: usize) -> impl Iterator<Item = &[T]> {
    let (first, rest) = all.split_at(all.len() % group);
    std::iter::once(first)
        .filter(|first| !first.is_empty())
        .chain(rest.chunks(group))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_a_radix_are_rounded_once() {
        for (digits, bits, expected) in [
            ("0", 4, 0.0),
            ("ff", 4, 255.0),
            ("20000000000001", 4, 9_007_199_254_740_993_f64),
            ("20000000000003", 4, 9_007_199_254_740_996_f64),
            ("20000000000000000001", 4, 151_115_727_451_828_646_838_272.0),
            (
                "200000000000010000000001",
                4,
                9_903_520_314_283_044_398_137_081_856_f64,
            ),
            ("777", 3, 511.0),
            ("101", 1, 5.0),
        ] {
            assert_eq!(
                of_radix(digits, bits).to_bits(),
                expected.to_bits(),
                "{digits}"
            );
        }
        assert!(of_radix(&"f".repeat(400), 4).is_infinite());
    }

    #[test]
    fn whole_numbers_have_all_their_digits() {
        assert_eq!(to_decimal("0", 4), "0");
        assert_eq!(to_decimal("ffffffffffffffff", 4), u64::MAX.to_string());
        assert_eq!(to_decimal(&"f".repeat(32), 4), u128::MAX.to_string());
        assert_eq!(to_decimal("de0b6b3a7640000", 4), "1000000000000000000");
        assert_eq!(
            to_decimal("1777777777777777777777", 3),
            u64::MAX.to_string()
        );
        assert_eq!(
            to_decimal(&"1".repeat(127), 1),
            (u128::MAX >> 1).to_string()
        );
    }
}
