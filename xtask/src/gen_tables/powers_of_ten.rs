//! The powers of ten that decimal digits are put together with.

use super::{Table, data};

pub(super) const TABLE: Table = Table {
    name: "powers_of_ten",
    about: &["The powers of ten that a u64 has, 10^0 to 10^19, little-endian."],
    fields,
};

fn fields() -> String {
    let powers: Vec<u8> = (0..=19)
        .flat_map(|power| 10_u64.pow(power).to_le_bytes())
        .collect();
    data(3072, "tens", &powers)
}
