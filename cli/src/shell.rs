//! Words as a shell takes them.

use crate::input::printable;

/// A word that a POSIX shell takes as one, for commands that are to be copied from a message.
pub(crate) fn quoted(word: &str) -> String {
    let is_plain =
        |character: char| character.is_ascii_alphanumeric() || "@%+=:,./_-".contains(character);
    let shown = printable(word);
    if !shown.is_empty() && shown.chars().all(is_plain) && !shown.starts_with('-') {
        return shown;
    }
    // What begins with a dash would be an option.
    let front = if shown.starts_with('-') { "./" } else { "" };
    format!("'{front}{}'", shown.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_are_more_than_one() {
        for (word, expected) in [
            ("my.key", "my.key"),
            ("/home/me/a-b_c.key", "/home/me/a-b_c.key"),
            ("", "''"),
            ("my key", "'my key'"),
            ("a'b", r"'a'\''b'"),
            ("$(x)`y`;*", "'$(x)`y`;*'"),
            ("-r", "'./-r'"),
            ("~", "'~'"),
        ] {
            assert_eq!(quoted(word), expected);
        }
    }
}
