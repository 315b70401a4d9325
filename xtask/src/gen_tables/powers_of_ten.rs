//! The powers of ten that decimal digits are put together with.

use super::{Table, data};

pub(super) const TABLE: Table = Table {
    name: "powers_of_ten",
    about: &[
        "The powers of ten that are u64, 10^0 to 10^19, then those that are doubles without rounding, 10^0",
        "to 10^22; little-endian.",
    ],
    fields,
};

fn fields() -> String {
    let whole: Vec<u8> = (0..=19)
        .flat_map(|power| 10_u64.pow(power).to_le_bytes())
        .collect();
    let exact: Vec<u8> = (0..=22)
        .flat_map(|power| as_double(power).to_le_bytes())
        .collect();
    data(3072, "tens", &whole) + &data(3232, "exact_tens", &exact)
}

/// 10^power, of 53 significant bits at most without the zeros at their end.
fn as_double(power: u32) -> f64 {
    10_u128.pow(power) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_are_the_powers_themselves() {
        for power in 0..=22 {
            assert_eq!(as_double(power) as u128, 10_u128.pow(power), "{power}");
        }
        assert_ne!(as_double(23) as u128, 10_u128.pow(23));
    }
}
