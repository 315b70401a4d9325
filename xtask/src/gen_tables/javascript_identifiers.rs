//! Which characters names of JavaScript begin with and go on with.

use unicode_id_start::{is_id_continue, is_id_start};

use super::{Table, data};

pub(super) const TABLE: Table = Table {
    name: "javascript_identifiers",
    about: &[
        "Which characters up to U+3FFFF have ID_Start, and which ID_Continue: for each 512 of them the",
        "number of a leaf of 64 bytes, with a bit for each, 512 numbers for the one and 512 for the other;",
        "then the leaves. Beyond U+3FFFF nothing begins a name, and U+E0100 to U+E01EF go on with one.",
        "From the crate unicode-id-start.",
    ],
    fields,
};

/// How many characters a leaf has, and up to which one there are leaves.
const LEAF: u32 = 512;
const END: u32 = 0x4_0000;

fn fields() -> String {
    let mut leaves: Vec<[u8; 64]> = Vec::new();
    let mut bytes = roots(is_id_start, &mut leaves);
    bytes.extend(roots(is_id_continue, &mut leaves));
    bytes.extend(leaves.concat());
    data(4096, "identifiers", &bytes)
}

/// For each 512 characters the number of a leaf that says which of them it is; adds leaves that there are not.
fn roots(is: fn(char) -> bool, leaves: &mut Vec<[u8; 64]>) -> Vec<u8> {
    let roots = (0..END).step_by(LEAF as usize).map(|first| {
        let mut leaf = [0; 64];
        for at in 0..LEAF {
            if char::from_u32(first + at).is_some_and(is) {
                leaf[at as usize / 8] |= 1 << (at % 8);
            }
        }
        let found = leaves.iter().position(|found| *found == leaf);
        let number = found.unwrap_or_else(|| {
            leaves.push(leaf);
            leaves.len() - 1
        });
        number as u8
    });
    roots.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_beyond_the_leaves_but_variation_selectors() {
        for character in char::from_u32(END).unwrap_or_default()..=char::MAX {
            assert!(!is_id_start(character));
            let is_selector = ('\u{e0100}'..='\u{e01ef}').contains(&character);
            assert_eq!(is_id_continue(character), is_selector);
        }
    }

    #[test]
    fn leaves_have_numbers_of_a_byte() {
        let mut leaves = Vec::new();
        let start = roots(is_id_start, &mut leaves);
        let letter = usize::from(start[0]);
        assert_eq!(leaves[letter][usize::from(b'a') / 8], 0xfe);
        roots(is_id_continue, &mut leaves);
        assert!(leaves.len() <= 256);
    }
}
