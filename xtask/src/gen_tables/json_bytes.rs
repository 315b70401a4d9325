//! What bytes mean in escapes of JSON strings.

use super::{Table, data};

pub(super) const TABLE: Table = Table {
    name: "json_bytes",
    about: &[
        "For each byte what it means behind the backslash of a JSON string (RFC 8259, 7): the byte that",
        "it stands for, 1 for the `u` before four digits, 0 where it means nothing. Then its value as a",
        "hexadecimal digit, 128 where it is none.",
    ],
    fields,
};

const ESCAPES: &[(u8, u8)] = &[
    (b'"', b'"'),
    (b'\\', b'\\'),
    (b'/', b'/'),
    (b'b', 8),
    (b'f', 12),
    (b'n', b'\n'),
    (b'r', b'\r'),
    (b't', b'\t'),
    (b'u', 1),
];

const NO_DIGIT: u8 = 128;

fn fields() -> String {
    let meaning: Vec<u8> = (0..=u8::MAX)
        .map(|byte| {
            let found = ESCAPES.iter().find(|(name, _)| *name == byte);
            found.map_or(0, |(_, meaning)| *meaning)
        })
        .collect();
    let hex: Vec<u8> = (0..=u8::MAX)
        .map(|byte| {
            char::from(byte)
                .to_digit(16)
                .map_or(NO_DIGIT, |digit| digit as u8)
        })
        .collect();
    data(0, "meaning", &meaning) + &data(256, "hex", &hex)
}
