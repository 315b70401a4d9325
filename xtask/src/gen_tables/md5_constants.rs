//! The constants of MD5's steps.

use super::{Table, data};

pub(super) const TABLE: Table = Table {
    name: "md5_constants",
    about: &[
        "A u32 a step, T of RFC 1321, 3.4: floor(2^32 |sin(i)|) for i from 1 to 64, in radians.",
    ],
    fields,
};

fn fields() -> String {
    let constants: Vec<u8> = (1..=64)
        .flat_map(|step| sine_bits(step).to_le_bytes())
        .collect();
    data(0, "constants", &constants)
}

/// The first 32 bits behind the point of a sine.
fn sine_bits(step: u8) -> u32 {
    // 53 bits are plenty: of these sines none is so close to a multiple of 2^-32 that the last bit of a machine's
    // library could carry it over.
    (f64::from(step).sin().abs() * 2_f64.powi(32)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_and_the_last_are_those_of_the_rfc() {
        assert_eq!(sine_bits(1), 0xd76a_a478);
        assert_eq!(sine_bits(64), 0xeb86_d391);
    }

    #[test]
    fn no_rounding_could_change_one() {
        for step in 1..=64_u8 {
            let scaled = f64::from(step).sin().abs() * 2_f64.powi(32);
            let above = scaled - scaled.floor();
            assert!((1e-4..=1.0 - 1e-4).contains(&above), "{step}: {above}");
        }
    }
}
