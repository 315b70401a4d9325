//! Names: of namespaces, keys, swarms, agents, tasks, kinds, tags and groups.

/// The longest name, in bytes.
pub const LONGEST: usize = 128;

/// A text that is no name.
///
/// Names are 1 to 128 of the characters `A-Z a-z 0-9 . _ : / -`, without two dots in a row.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} `{name}` {fault}")]
#[non_exhaustive]
pub struct NameError {
    /// What it was to name.
    pub what: &'static str,
    /// The text, or its beginning where it is long.
    pub name: String,
    /// What is wrong with it.
    pub fault: NameFault,
}

/// What is wrong with a text that is no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NameFault {
    /// It has no characters.
    #[error("is empty")]
    Empty,
    /// It has more bytes than a name may have.
    #[error("has {0} bytes: a name has at most {LONGEST}")]
    TooLong(usize),
    /// A character that is in no name.
    #[error(
        "has {character:?} at byte {offset}: a name has letters of ASCII, digits and the characters . _ : / -"
    )]
    Character {
        /// Where it is, in bytes from 0.
        offset: usize,
        /// The character.
        character: char,
    },
    /// Two dots in a row, which mean a folder above elsewhere.
    #[error("has two dots in a row at byte {0}")]
    Dots(usize),
}

/// Whether a byte is in names.
pub(crate) fn is_of_names(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"._:/-".contains(&byte)
}

/// Whether `name` is a name; `what` says what it names, as "the key".
pub(crate) fn check(what: &'static str, name: &str) -> Result<(), NameError> {
    let Some(fault) = fault(name) else {
        return Ok(());
    };
    let mut shown: String = name.chars().take(LONGEST).collect();
    if shown.len() < name.len() {
        shown.push('…');
    }
    Err(NameError {
        what,
        name: shown,
        fault,
    })
}

fn fault(name: &str) -> Option<NameFault> {
    if name.is_empty() {
        return Some(NameFault::Empty);
    }
    if name.len() > LONGEST {
        return Some(NameFault::TooLong(name.len()));
    }
    let strange = name
        .char_indices()
        .find(|(_, character)| !u8::try_from(*character).is_ok_and(is_of_names));
    if let Some((offset, character)) = strange {
        return Some(NameFault::Character { offset, character });
    }
    name.find("..").map(NameFault::Dots)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_what_is_none() {
        for name in ["a", "swarm:agents/7.v-1_x", &"x".repeat(LONGEST)] {
            assert_eq!(check("the key", name), Ok(()));
        }
        for (name, words) in [
            ("", "the key `` is empty"),
            ("a..b", "the key `a..b` has two dots in a row at byte 1"),
            (
                "aé b",
                "the key `aé b` has 'é' at byte 1: a name has letters of ASCII, digits and the characters . _ : / -",
            ),
        ] {
            assert_eq!(check("the key", name).unwrap_err().to_string(), words);
        }
        let long = check("the key", &"é".repeat(200)).unwrap_err();
        assert_eq!(long.fault, NameFault::TooLong(400));
        assert_eq!(long.name.chars().count(), LONGEST + 1);
    }
}
