//! What JavaScript's lexer and parser look up: what bytes are, how strongly operators bind, and words.

use std::fmt::Write as _;
use std::iter;

use super::javascript::{KINDS, Token, Value, enumeration};
use super::{Table, data};

pub(super) const TABLE: Table = Table {
    name: "javascript_tables",
    about: &[
        "For each byte its class: of a byte that is a punctuator of its own and begins no other, 0x80 |",
        "its token. For each token how strongly it binds what is left of it, and its operator in a tree.",
        "For each byte its value as a hexadecimal digit, 128 where it is none. Then the words, each in",
        "the slot that the top 7 bits of a product name: that of the multiplier and of its first eight",
        "bytes (u64), which come first in the slot; then the bytes behind these (u32), its length, and its",
        "token. Then for each token how many bytes it has, where that is always the same.",
    ],
    fields,
};

/// What a token can begin with, beside the punctuators that are of one byte. The numbers go into a `br_table`.
const CLASSES: [(&str, &str, &str); 24] = [
    ("bad", "no token begins with it", ""),
    ("space", "white space within a line", " \t\u{b}\u{c}"),
    ("line", "the end of a line", "\n\r"),
    ("word", "a letter, `$` or `_`", ""),
    (
        "backslash",
        "a backslash, with which a word may begin",
        "\\",
    ),
    ("high", "a byte of a character beyond ASCII", ""),
    ("digit", "a digit", "0123456789"),
    ("dot", "`.`", "."),
    ("quote", "a quote of a string", "\"'"),
    ("backquote", "the backquote", "`"),
    ("hash", "`#`", "#"),
    ("slash", "`/`", "/"),
    ("less", "`<`", "<"),
    ("greater", "`>`", ">"),
    ("equals", "`=`", "="),
    ("bang", "`!`", "!"),
    ("plus", "`+`", "+"),
    ("minus", "`-`", "-"),
    ("star", "`*`", "*"),
    ("percent", "`%`", "%"),
    ("ampersand", "`&`", "&"),
    ("bar", "`|`", "|"),
    ("caret", "`^`", "^"),
    ("question", "`?`", "?"),
];

/// Where the multiplier of the words is looked for from. That it is found at once saves looking.
const FIRST_MULTIPLIER: u64 = 0x6bcf_35b6_09a5_7323;

/// How many bits of a product name a slot, and how many bytes one has.
const SLOT_BITS: u32 = 7;
const SLOT: usize = 16;

fn fields() -> String {
    let tokens = &KINDS.tokens.list;
    let mut text = String::new();
    let classes = CLASSES.iter().zip(0..);
    let classes = classes.map(|((name, meaning, _), number)| Value {
        name: (*name).to_owned(),
        number,
        meaning: (*meaning).to_owned(),
    });
    text.push_str(&enumeration("class", "CLASS", &classes.collect::<Vec<_>>()));

    let words = words(tokens);
    let multiplier = multiplier(&words);
    let _ = write!(
        text,
        ";; What the first eight bytes of a word are multiplied with.\n\
         (global $KEYWORD_MULTIPLIER i64 (i64.const 0x{multiplier:016x}))\n\n"
    );

    let classes: Vec<u8> = (0..=u8::MAX).map(class).collect();
    text.push_str(&data(0, "classes", &classes));
    let powers: Vec<u8> = tokens.iter().map(|token| token.power).collect();
    text.push_str(&data(256, "powers", &powers));
    let mut operators = vec![0; tokens.len()];
    for (text, operator) in KINDS.tokens.operators() {
        if let Some(token) = KINDS.tokens.number(text) {
            operators[usize::from(token)] = operator;
        }
    }
    text.push_str(&data(512, "operators", &operators));
    let digits = (0..=u8::MAX).map(|byte| char::from(byte).to_digit(16));
    let digits: Vec<u8> = digits
        .map(|digit| digit.map_or(128, |digit| digit as u8))
        .collect();
    text.push_str(&data(768, "digits", &digits));
    let mut slots = vec![0; SLOT << SLOT_BITS];
    for (word, token) in words {
        let slot = &mut slots[SLOT * slot(word, multiplier)..][..SLOT];
        slot[..word.len()].copy_from_slice(word.as_bytes());
        slot[12] = word.len() as u8;
        slot[13] = token;
    }
    text.push_str(&data(1024, "keywords", &slots));
    let widths = tokens.iter().map(|token| token.text.as_deref());
    let widths: Vec<u8> = widths.map(|text| text.map_or(0, str::len) as u8).collect();
    text.push_str(&data(3072, "widths", &widths));
    text
}

fn class(byte: u8) -> u8 {
    let character = char::from(byte);
    let name = match character {
        'a'..='z' | 'A'..='Z' | '$' | '_' => "word",
        '\u{80}'.. => "high",
        _ => match CLASSES.iter().find(|(.., all)| all.contains(character)) {
            Some((name, ..)) => name,
            None => match KINDS.tokens.number(character.to_string().as_str()) {
                Some(token) => return 0x80 | token,
                None => "bad",
            },
        },
    };
    let class = CLASSES.iter().position(|(found, ..)| *found == name);
    class.map_or(0, |class| class as u8)
}

/// Each word and its token.
fn words(tokens: &[Token]) -> Vec<(&str, u8)> {
    let words = tokens.iter().zip(0..);
    let words = words.filter_map(|(token, number)| Some((token.word()?, number)));
    words.collect()
}

/// The slot of a word.
fn slot(word: &str, multiplier: u64) -> usize {
    let mut eight = [0; 8];
    for (to, from) in iter::zip(&mut eight, word.bytes()) {
        *to = from;
    }
    let product = u64::from_le_bytes(eight).wrapping_mul(multiplier);
    (product >> (u64::BITS - SLOT_BITS)) as usize
}

/// The first multiplier that gives each word a slot of its own.
fn multiplier(words: &[(&str, u8)]) -> u64 {
    let is_perfect = |multiplier: &u64| {
        let mut taken = 0_u128;
        words.iter().all(|(word, _)| {
            let bit = 1 << slot(word, *multiplier);
            let free = taken & bit == 0;
            taken |= bit;
            free
        })
    };
    // Weyl's sequence, whose numbers are spread evenly over all.
    let candidates = iter::successors(Some(FIRST_MULTIPLIER), |multiplier| {
        Some(multiplier.wrapping_add(0x9e37_79b9_7f4a_7c16))
    });
    candidates.into_iter().find(is_perfect).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_slots_of_their_own() {
        let words = words(&KINDS.tokens.list);
        let multiplier = multiplier(&words);
        assert_eq!(multiplier, FIRST_MULTIPLIER);
        let mut slots: Vec<usize> = words
            .iter()
            .map(|(word, _)| slot(word, multiplier))
            .collect();
        slots.sort_unstable();
        slots.dedup();
        assert_eq!(slots.len(), words.len());
        assert!(words.iter().all(|(word, _)| (2..=11).contains(&word.len())));
    }

    #[test]
    fn bytes_have_their_classes() {
        let named = |byte: u8| CLASSES.get(usize::from(class(byte))).map(|class| class.0);
        assert_eq!(named(b'a'), Some("word"));
        assert_eq!(named(b'.'), Some("dot"));
        assert_eq!(named(0), Some("bad"));
        assert_eq!(named(b'@'), Some("bad"));
        assert_eq!(named(0xc3), Some("high"));
        assert_eq!(
            class(b'('),
            0x80 | KINDS.tokens.number("(").unwrap_or_default()
        );
        assert_eq!(
            (0..=u8::MAX).filter(|&byte| class(byte) >= 0x80).count(),
            10
        );
    }
}
