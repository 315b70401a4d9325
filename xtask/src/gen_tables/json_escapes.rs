//! How control characters are written in JSON strings.

use super::{Table, data};

pub(super) const TABLE: Table = Table {
    name: "json_escapes",
    about: &[
        "For each control character what stands for it in a JSON string (RFC 8259, 7), as serde_json",
        "writes it: six bytes, of which the last may be zeros, another zero, and how many there are.",
    ],
    fields,
};

const SHORT: &[(u8, u8)] = &[
    (8, b'b'),
    (b'\t', b't'),
    (b'\n', b'n'),
    (12, b'f'),
    (b'\r', b'r'),
];

fn fields() -> String {
    let escapes: Vec<u8> = (0..b' ').flat_map(escape).collect();
    data(14848, "escapes", &escapes)
}

fn escape(byte: u8) -> [u8; 8] {
    let short = SHORT.iter().find(|(control, _)| *control == byte);
    let text = match short {
        Some((_, letter)) => format!("\\{}", char::from(*letter)),
        None => format!("\\u{byte:04x}"),
    };
    let mut entry = [0; 8];
    entry[..text.len()].copy_from_slice(text.as_bytes());
    entry[7] = text.len() as u8;
    entry
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_are_short() {
        assert_eq!(escape(b'\n'), *b"\\n\0\0\0\0\0\x02");
        assert_eq!(escape(0x1f), *b"\\u001f\0\x06");
    }
}
