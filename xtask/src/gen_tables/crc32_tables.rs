//! What each byte comes to in a CRC, the more the further before the end it stands.

use super::{Table, data};

pub(super) const TABLE: Table = Table {
    name: "crc32_tables",
    about: &[
        "For 0 to 15 bytes that follow, and for each byte: the CRC-32 state that it makes of the state 0.",
        "The polynomial is reflected: 0xedb88320.",
    ],
    fields,
};

const CRC32: u32 = 0xedb8_8320;

fn fields() -> String {
    data(0, "crc32_tables", &tables(CRC32))
}

/// Those of a polynomial.
pub(super) fn tables(polynomial: u32) -> Vec<u8> {
    let byte = |state: u32| {
        (0..8).fold(state, |state, _| {
            let dropped = state & 1;
            (state >> 1) ^ (polynomial * dropped)
        })
    };
    let mut states: Vec<u32> = (0..256).map(byte).collect();
    let mut bytes = Vec::new();
    for _ in 0..16 {
        bytes.extend(states.iter().flat_map(|state| state.to_le_bytes()));
        for state in &mut states {
            *state = byte(*state);
        }
    }
    bytes
}
