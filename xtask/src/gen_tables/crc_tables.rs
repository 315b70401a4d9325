//! What each byte comes to in a CRC, the more the further before the end it stands.

use super::{Table, data};

pub(super) const TABLE: Table = Table {
    name: "crc_tables",
    about: &[
        "For CRC-32 and for CRC-32C, for 0 to 15 bytes that follow, and for each byte: the state that it",
        "makes of the state 0. The polynomials are reflected: 0xedb88320 and 0x82f63b78.",
    ],
    fields,
};

const CRC32: u32 = 0xedb8_8320;
const CRC32C: u32 = 0x82f6_3b78;

fn fields() -> String {
    data(0, "crc32_tables", &tables(CRC32)) + &data(16384, "crc32c_tables", &tables(CRC32C))
}

fn tables(polynomial: u32) -> Vec<u8> {
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
