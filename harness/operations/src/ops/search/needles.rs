//! Haystacks, and needles to look for in them.

use crate::generator::Generator;

/// Haystacks of `len` bytes of every kind that search algorithms stumble over: few letters,
/// periods, needles that nearly match everywhere, needles longer than the haystack.
pub(super) fn generate(generator: &mut Generator, len: usize) -> (Vec<u8>, Vec<u8>) {
    if len >= 512 && generator.one_in(8) {
        return late_near_misses(generator, len);
    }
    if len >= 512 && generator.one_in(2) {
        return near_misses(generator, len);
    }
    let haystack = match generator.number(0..=6) {
        0 => generator.bytes(len),
        1 => generator.source_text(len),
        2 => generator.bytes_over(b"ab", len),
        3 => vec![b'a'; len],
        4 => {
            let period = generator.number(1..=40);
            let block = generator.bytes_over(b"abc", period);
            block.iter().copied().cycle().take(len).collect()
        }
        5 => fibonacci_word(len),
        _ => {
            // Long runs of one letter, broken rarely: near matches everywhere.
            let mut runs = vec![b'a'; len];
            for _ in 0..generator.number(0..=3) {
                if len > 0 {
                    let place = generator.number(0..=len - 1);
                    runs[place] = b'b';
                }
            }
            runs
        }
    };
    let needle = needle_for(generator, &haystack);
    (haystack, needle)
}

/// A text with a short period that is broken here and there, and a part of it, itself perhaps
/// broken or mended, as the needle: it nearly matches everywhere, which makes algorithms quadratic that are
/// not linear by design. The lengths lie on both sides of those at which the kernel changes its
/// algorithm.
fn near_misses(generator: &mut Generator, len: usize) -> (Vec<u8>, Vec<u8>) {
    let lengths = [33, 60, 200, 1_000, 4_096, 4_097, 5_000];
    let fitting = lengths.iter().filter(|length| **length <= len / 2).count();
    let needle_len = *generator.choose(&lengths[..fitting]);
    let period = generator.number(1..=20);
    let block = generator.bytes_over(b"ab", period);
    let mut haystack: Vec<u8> = block.iter().copied().cycle().take(len).collect();
    let whole = generator.one_in(2).then(|| haystack[..needle_len].to_vec());
    let flip = |byte: &mut u8| *byte ^= b'a' ^ b'b';
    // A letter that the needle perhaps has nowhere lets an algorithm go further than its period does.
    let breaks_by_another = generator.one_in(3);
    let mut place = generator.number(0..=2 * needle_len);
    while place < len {
        if breaks_by_another {
            haystack[place] = b'c';
        } else {
            flip(&mut haystack[place]);
        }
        // Breaks that are the needle's length apart lie at both ends of what is remembered.
        place += match generator.number(0..=2) {
            0 => needle_len,
            1 => needle_len - generator.number(0..=period),
            _ => generator.number(1..=3 * needle_len),
        };
    }
    let start = generator.number(0..=len - needle_len);
    let part = &haystack[start..start + needle_len];
    let mut needle = whole.unwrap_or_else(|| part.to_vec());
    if generator.one_in(3) {
        flip(&mut needle[generator.number(0..=needle_len - 1)]);
    }
    (haystack, needle)
}

/// Nothing of interest, and near misses in the last 64 places: what looks at so many at a time has come
/// to the end of the haystack when it sees that it is slow.
fn late_near_misses(generator: &mut Generator, len: usize) -> (Vec<u8>, Vec<u8>) {
    let shortest = 33 + (len - 96) % 64;
    let most = (len / 2).saturating_sub(shortest) / 64;
    let needle_len = shortest + 64 * generator.number(most / 2..=most);
    let before = len - 63 - needle_len;
    let mut haystack = vec![b' '; before];
    haystack.resize(len, b'q');
    let mut needle = vec![b'q'; needle_len];
    needle[needle_len - 1] = b'e';
    (haystack, needle)
}

/// A haystack of `len` bytes, and needles of which some are in it: few or many, short ones among them or
/// none, equal ones, parts of each other, and such as nearly match everywhere.
pub(super) fn generate_many(generator: &mut Generator, len: usize) -> (Vec<u8>, Vec<Vec<u8>>) {
    if generator.one_in(8) {
        return many_near_misses(generator, len);
    }
    let (haystack, first) = generate(generator, len);
    let shortest = *generator.choose(&[1, 2, 3, 4, 4, 5, 6, 12]);
    let longest = shortest + *generator.choose(&[0, 3, 8, 40]);
    let count = match generator.number(0..=7) {
        0 => generator.number(0..=1),
        1..=3 => generator.number(2..=8),
        4..=6 => generator.number(9..=60),
        _ => generator.number(129..=140),
    };
    let mut list: Vec<Vec<u8>> = Vec::with_capacity(count + 1);
    while list.len() < count {
        let needle = match generator.number(0..=9) {
            // Again, or a part of one that is there.
            0 if !list.is_empty() => {
                let other = generator.number(0..=list.len() - 1);
                let other = &list[other];
                let len = generator.number(other.len().min(shortest)..=other.len());
                other[..len].to_vec()
            }
            _ => {
                let len = generator.number(shortest..=longest);
                part_of(generator, &haystack, len)
            }
        };
        list.push(needle);
    }
    if (shortest..6_000).contains(&first.len()) && generator.one_in(3) {
        list.push(first);
    }
    if generator.one_in(5) {
        let place = generator.number(0..=list.len());
        list.insert(place, Vec::new());
    }
    (haystack, list)
}

/// Bytes of a haystack, one of which is perhaps another; or others, where it is too short.
fn part_of(generator: &mut Generator, haystack: &[u8], len: usize) -> Vec<u8> {
    if len > haystack.len() || generator.one_in(4) {
        return generator.bytes_over(b"abcdefgh", len);
    }
    let start = generator.number(0..=haystack.len() - len);
    let mut part = haystack[start..start + len].to_vec();
    if len > 0 && generator.one_in(3) {
        let place = *generator.choose(&[0, len / 2, len - 1]);
        part[place] = *generator.choose(b"ab\0z");
    }
    part
}

/// One letter, broken here and there, and needles that go on like it until their last byte: each nearly
/// matches everywhere.
fn many_near_misses(generator: &mut Generator, len: usize) -> (Vec<u8>, Vec<Vec<u8>>) {
    let mut haystack = vec![b'a'; len];
    for _ in 0..generator.number(0..=3) {
        if len > 0 {
            let place = generator.number(0..=len - 1);
            haystack[place] = b'b';
        }
    }
    let (count, least, step) = *generator.choose(&[
        (1, 30, 0),
        (1, 5_000, 0),
        (8, 4, 9),
        (8, 100, 30),
        (40, 1, 1),
        (40, 30, 3),
        (130, 3, 1),
    ]);
    let mut list: Vec<Vec<u8>> = (0..count)
        .map(|index| {
            let mut needle = vec![b'a'; least + step * index];
            needle.push(*generator.choose(b"bbcd"));
            needle
        })
        .collect();
    if generator.one_in(3) {
        list.push(b"aab".to_vec());
    }
    (haystack, list)
}

/// What tokens, keys and passwords often begin with or stand beside.
pub(super) fn marks_of_secrets() -> Vec<Vec<u8>> {
    const MARKS: [&str; 32] = [
        "AKIA",
        "ASIA",
        "ghp_",
        "gho_",
        "ghs_",
        "github_pat_",
        "glpat-",
        "xoxb-",
        "xoxp-",
        "sk_live_",
        "rk_live_",
        "sk_test_",
        "AIza",
        "ya29.",
        "-----BEGIN",
        "PRIVATE KEY",
        "passwd",
        "api_key",
        "apikey",
        "access_token",
        "auth_token",
        "client_secret",
        "Bearer ey",
        "mongodb://",
        "postgres://",
        "mysql://",
        "redis://",
        "npm_",
        "pypi-",
        "shpat_",
        "hooks.slack.com",
        "AGE-SECRET-KEY-",
    ];
    MARKS.map(|mark| mark.as_bytes().to_vec()).into()
}

fn needle_for(generator: &mut Generator, haystack: &[u8]) -> Vec<u8> {
    let longest = match generator.number(0..=9) {
        0..=4 => 8,
        5..=7 => 40,
        8 => 600,
        _ => haystack.len() + 3,
    };
    let len = generator.number(0..=longest);
    if len > haystack.len() {
        return generator.bytes_over(b"ab", len);
    }
    let start = generator.number(0..=haystack.len() - len);
    let mut needle = haystack[start..start + len].to_vec();
    if len > 0 && generator.one_in(2) {
        // One letter off, which mostly leaves a needle that only just does not occur.
        let place = *generator.choose(&[0, len / 2, len - 1]);
        needle[place] = *generator.choose(b"ab\0z");
    }
    needle
}

/// A needle that the program text holds once, at its very end.
pub(super) fn rare(generator: &mut Generator, len: usize) -> (Vec<u8>, Vec<u8>) {
    const NEEDLE: &[u8] = b"exports.zygoteFactory";
    let needle = NEEDLE[NEEDLE.len().saturating_sub(len.div_ceil(4))..].to_vec();
    let mut haystack = generator.source_text(len.saturating_sub(needle.len()));
    haystack.extend(&needle);
    (haystack, needle)
}

/// `len` letters of abaababa…, the word that has the most repetitions without a period.
fn fibonacci_word(len: usize) -> Vec<u8> {
    let (mut word, mut before) = (b"ab".to_vec(), b"a".to_vec());
    while word.len() < len {
        let longer = [word.as_slice(), &before].concat();
        before = std::mem::replace(&mut word, longer);
    }
    word.truncate(len);
    word
}
