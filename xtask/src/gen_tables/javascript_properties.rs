//! What `\p{…}` may name in regular expressions of JavaScript.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Table, data};

pub(super) const TABLE: Table = Table {
    name: "javascript_properties",
    about: &[
        "What `\\p{…}` may name, from xtask/src/gen_tables/javascript/properties.toml. 1,024 slots of a",
        "u16, the place of a name behind them, or 0; a name stands in the slot of its hash, h' = 31 h +",
        "byte from 0 on, or in the next that is free. Then from 1 on each name: its length, what it is,",
        "its bytes. Bit 0: a value of General_Category, 1: of Script, 2: a property, 3: one of strings, 4:",
        "General_Category itself, 5: Script and Script_Extensions.",
    ],
    fields,
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Properties {
    general_category: Vec<String>,
    script: Vec<String>,
    binary: Vec<String>,
    strings: Vec<String>,
    general_category_names: Vec<String>,
    script_names: Vec<String>,
}

const SLOTS: usize = 1024;

/// The names and what they are.
fn names() -> BTreeMap<String, u8> {
    // It is part of this program, whose tests read it.
    let properties: Properties = toml::from_str(include_str!("javascript/properties.toml"))
        .expect("properties.toml is what `Properties` says");
    let mut names = BTreeMap::new();
    let lists = [
        properties.general_category,
        properties.script,
        properties.binary,
        properties.strings,
        properties.general_category_names,
        properties.script_names,
    ];
    for (list, bit) in lists.into_iter().zip(0..) {
        for name in list {
            *names.entry(name).or_default() |= 1 << bit;
        }
    }
    names
}

fn hash(name: &str) -> usize {
    let hash = name
        .bytes()
        .fold(0_u32, |hash, byte| hash.wrapping_mul(31) + u32::from(byte));
    hash as usize % SLOTS
}

fn fields() -> String {
    let mut slots = vec![0_u16; SLOTS];
    let mut bytes = vec![0];
    for (name, what) in names() {
        let mut slot = hash(&name);
        while slots[slot] != 0 {
            slot = (slot + 1) % SLOTS;
        }
        slots[slot] = bytes.len() as u16;
        bytes.extend([name.len() as u8, what]);
        bytes.extend(name.bytes());
    }
    let slots = slots.into_iter().flat_map(u16::to_le_bytes);
    data(
        16_384,
        "properties",
        &slots.chain(bytes).collect::<Vec<u8>>(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_few_enough_and_short_enough() {
        let names = names();
        assert!(names.len() < SLOTS * 2 / 3);
        assert!(names.keys().all(|name| name.len() <= 64));
        assert_eq!(names["Lu"], 1);
        assert_eq!(names["Latin"], 2);
        assert_eq!(names["RGI_Emoji"], 8);
    }
}
