//! Haystacks, and needles to look for in them.

use crate::generator::Generator;

/// Haystacks of `len` bytes of every kind that search algorithms stumble over: few letters,
/// periods, needles that nearly match everywhere, needles longer than the haystack.
pub(super) fn generate(generator: &mut Generator, len: usize) -> (Vec<u8>, Vec<u8>) {
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
    let mut place = generator.number(0..=2 * needle_len);
    while place < len {
        flip(&mut haystack[place]);
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
