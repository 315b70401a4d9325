//! What `&name;` stands for in JSX.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Table, data};

pub(super) const TABLE: Table = Table {
    name: "javascript_entities",
    about: &[
        "The characters that have names in JSX, from xtask/src/gen_tables/javascript/entities.toml: the",
        "names, each as a u64 of its bytes and zeros, the least one first; then the character of each as a",
        "u16, in the same order.",
    ],
    fields,
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Names {
    entities: BTreeMap<String, u16>,
}

/// Each name as a number, and its character.
fn entities() -> BTreeMap<u64, u16> {
    // It is part of this program, whose tests read it.
    let names: Names = toml::from_str(include_str!("javascript/entities.toml"))
        .expect("entities.toml is what `Names` says");
    let names = names.entities.iter();
    names.map(|(name, &code)| (key(name), code)).collect()
}

/// The first eight bytes of a name.
fn key(name: &str) -> u64 {
    let bytes = name.bytes().take(8).zip(0..);
    bytes.fold(0, |key, (byte, at)| key | u64::from(byte) << (8 * at))
}

fn fields() -> String {
    let entities = entities();
    let keys = entities.keys().flat_map(|key| key.to_le_bytes());
    let codes = entities.values().flat_map(|code| code.to_le_bytes());
    data(24_576, "entities", &keys.chain(codes).collect::<Vec<u8>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_eight_bytes_at_most_and_are_told_apart() {
        let names: Names = toml::from_str(include_str!("javascript/entities.toml")).unwrap();
        assert!(
            names
                .entities
                .keys()
                .all(|name| (2..=8).contains(&name.len()))
        );
        let entities = entities();
        assert_eq!(entities.len(), names.entities.len());
        assert_eq!(entities.len(), 253);
        assert_eq!(entities[&key("amp")], 0x26);
        assert_eq!(entities[&key("thetasym")], 0x3d1);
    }
}
