//! Whether text was drawn at random, or stands for a secret that is elsewhere.

/// Words of what stands in a secret's place.
const STAND_INS: &[&str] = &[
    "example",
    "sample",
    "placeholder",
    "dummy",
    "changeme",
    "change-me",
    "change_me",
    "your",
    "xxxx",
    "redacted",
    "replace",
    "insert",
    "foobar",
    "deadbeef",
    "....",
    "****",
];

/// The same in what only a name says is a secret.
const LOOSE_STAND_INS: &[&str] = &[
    "fake",
    "test",
    "mock",
    "todo",
    "secret",
    "passw",
    "token",
    "default",
    "abc123",
    "123456",
    "none",
    "null",
    "undefined",
    "true",
    "false",
    "qwerty",
];

/// So many bits a letter has hex that was drawn: 32 digits have 3.5 on average, and hardly ever less than this.
pub(super) const LEAST_OF_HEX: f64 = 2.8;

/// So many bytes of a value are looked at: of a long one the beginning says enough.
const LOOKED_AT: usize = 256;

fn has_one(value: &[u8], words: &[&str]) -> bool {
    // Which letters a word begins with.
    let first = words
        .iter()
        .fold(0_u32, |first, word| first | 1 << (word.as_bytes()[0] & 31));
    (0..value.len())
        .filter(|place| first >> (value[*place] & 31) & 1 == 1)
        .any(|place| {
            words.iter().any(|word| {
                let part = value.get(place..place + word.len());
                part.is_some_and(|part| part.eq_ignore_ascii_case(word.as_bytes()))
            })
        })
}

/// Whether a token stands for one, as those in documents do: words, a letter again and again, letters in a row.
pub(super) fn is_stand_in(value: &[u8]) -> bool {
    let value = &value[..value.len().min(LOOKED_AT)];
    let rows = |step: u8| {
        value
            .windows(2)
            .filter(|pair| pair[1] == pair[0].wrapping_add(step))
            .count()
    };
    let same = value
        .chunk_by(|one, other| one == other)
        .map(<[u8]>::len)
        .max()
        .unwrap_or_default();
    has_one(value, STAND_INS)
        || same >= 8
        || 2 * rows(1) > value.len()
        || 2 * rows(0) > value.len()
        || 2 * rows(255) > value.len()
        || distinct(value) < (value.len() / 3).min(8)
}

/// The same where nothing but a name says what it is.
pub(super) fn is_loose_stand_in(value: &[u8]) -> bool {
    is_stand_in(value) || has_one(value, LOOSE_STAND_INS)
}

fn distinct(value: &[u8]) -> usize {
    counts(value).iter().filter(|count| **count > 0).count()
}

fn counts(value: &[u8]) -> [usize; 256] {
    let mut counts = [0; 256];
    for byte in value {
        counts[usize::from(*byte)] += 1;
    }
    counts
}

/// Shannon's entropy of the letters of a text, in bits a letter.
pub(super) fn entropy(value: &[u8]) -> f64 {
    // Values are short.
    let real = |count: usize| f64::from(count as u32);
    let len = real(value.len());
    let counts = counts(value).into_iter().filter(|count| *count > 0);
    let parts = counts.map(|count| {
        let share = real(count) / len;
        -share * share.log2()
    });
    parts.sum()
}

/// What a letter is, as far as words are concerned.
const fn class(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => 0,
        b'a'..=b'z' => 1,
        b'A'..=b'Z' => 2,
        _ => 3,
    }
}

/// Whether a text was drawn at random from hex, or from base 36 or more: long enough, with as much entropy as its
/// length lets it have, and changing from letters to digits more often than words with numbers do.
pub(super) fn is_drawn(value: &[u8]) -> bool {
    let letters = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/_-=.~".contains(byte);
    if !(16..=512).contains(&value.len()) || !value.iter().all(letters) {
        return false;
    }
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    let marks = value.iter().filter(|byte| class(**byte) == 3).count();
    if value.iter().all(u8::is_ascii_hexdigit) {
        // Less than 32 digits are a colour, a revision or an address.
        let has_letters = (1..value.len()).contains(&digits);
        return value.len() >= 32 && has_letters && entropy(value) >= LEAST_OF_HEX;
    }
    let changes = value
        .windows(2)
        .filter(|pair| class(pair[0]) != class(pair[1]))
        .count();
    let length = f64::from(value.len() as u32);
    digits >= 2
        && digits < value.len() - 2
        && 6 * marks < value.len()
        && 7 * changes >= 2 * value.len()
        && entropy(value) >= (0.82 * length.log2()).min(4.2)
}

/// Whether a text is a password that a person may have made up: of three kinds of letters.
pub(super) fn is_made_up(value: &[u8]) -> bool {
    let kinds = (0..4)
        .filter(|kind| value.iter().any(|byte| class(*byte) == *kind))
        .count();
    let printable = value.iter().all(u8::is_ascii_graphic);
    let code = b"(){}[]<>,;\"'`\\ $%/:|";
    (8..=64).contains(&value.len())
        && printable
        && kinds >= 3
        && value.iter().any(u8::is_ascii_digit)
        && !value.iter().any(|byte| code.contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entropy_of_letters() {
        assert!(entropy(b"aaaa").abs() < 1e-9);
        assert!((entropy(b"abcd") - 2.0).abs() < 1e-9);
        assert!((entropy(b"0123456789abcdef") - 4.0).abs() < 1e-9);
    }

    #[test]
    fn words_are_not_drawn() {
        for words in [
            "my-service-token-v2-production",
            "X-Requested-With-Header",
            "application/x-www-form-urlencoded",
            "getElementsByClassName2",
            "2024-11-30T19:52:14.000Z",
            "org.apache.commons.lang3.StringUtils",
            "abcdef0123456789",
            "AES_256_GCM_SHA384",
            "b3c7ab2c",
        ] {
            assert!(!is_drawn(words.as_bytes()), "{words}");
        }
    }

    #[test]
    fn stand_ins() {
        for word in [
            "YOUR_API_KEY_HERE_12345",
            "0123456789abcdefghij",
            "aaaaaaaaaaaaaaaaaaaa",
            "AKIAIOSFODNN7EXAMPLE",
            "x1x1x1x1x1x1x1x1x1x1x1x1",
        ] {
            assert!(is_stand_in(word.as_bytes()), "{word}");
        }
    }
}
