//! What each byte comes to in a CRC-32C, the more the further before the end it stands.

use super::crc32_tables::tables;
use super::{Table, data};

pub(super) const TABLE: Table = Table {
    name: "crc32c_tables",
    about: &[
        "For 0 to 15 bytes that follow, and for each byte: the CRC-32C state that it makes of the state 0.",
        "The polynomial is reflected: 0x82f63b78.",
    ],
    fields,
};

const CRC32C: u32 = 0x82f6_3b78;

fn fields() -> String {
    data(16384, "crc32c_tables", &tables(CRC32C))
}
