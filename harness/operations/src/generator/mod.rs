//! Seeded inputs: the same seed gives the same bytes on every machine.

mod source_text;

use std::ops::RangeInclusive;

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Makes inputs from a seed.
#[derive(Debug, Clone)]
pub struct Generator {
    rng: ChaCha8Rng,
}

/// The patterns that [`Generator::bytes`] mixes.
#[derive(Debug, Clone, Copy)]
enum Pattern {
    Zero,
    Ones,
    Random,
    Low,
    High,
    Alternating,
    Text,
}

const PATTERNS: [Pattern; 7] = [
    Pattern::Zero,
    Pattern::Ones,
    Pattern::Random,
    Pattern::Low,
    Pattern::High,
    Pattern::Alternating,
    Pattern::Text,
];

impl Generator {
    /// A generator whose output depends on `seed` and on every one of `stream`, so that a single
    /// case of a long run can be made again without the ones before it.
    #[must_use]
    pub fn new(seed: u64, stream: &[u64]) -> Self {
        // FNV-1a over the words, the finaliser of SplitMix64 at the end: nearby streams differ.
        let mut state = stream
            .iter()
            .fold(seed ^ 0xcbf2_9ce4_8422_2325, |hash, word| {
                (hash ^ word)
                    .wrapping_mul(0x0000_0100_0000_01b3)
                    .rotate_left(29)
            });
        state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        Self {
            rng: ChaCha8Rng::seed_from_u64(state ^ (state >> 31)),
        }
    }

    /// A number of the range.
    pub fn number(&mut self, range: RangeInclusive<usize>) -> usize {
        self.rng.random_range(range)
    }

    /// True once in `n` times.
    pub fn one_in(&mut self, n: usize) -> bool {
        self.number(1..=n) == 1
    }

    /// One of the choices.
    ///
    /// # Panics
    /// When there are none.
    pub fn choose<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.number(0..=choices.len() - 1)]
    }

    /// Bytes that follow no pattern.
    pub fn random_bytes(&mut self, len: usize) -> Vec<u8> {
        let mut bytes = vec![0; len];
        self.rng.fill_bytes(&mut bytes);
        bytes
    }

    /// Bytes over an alphabet.
    pub fn bytes_over(&mut self, alphabet: &[u8], len: usize) -> Vec<u8> {
        (0..len).map(|_| *self.choose(alphabet)).collect()
    }

    /// Runs of random lengths, each of one pattern: zero, ones, random, low, high, alternating and
    /// text.
    pub fn bytes(&mut self, len: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(len);
        // A third of the inputs is a single run, so that whole patterns are seen too.
        let longest = if self.one_in(3) { len } else { len.div_ceil(3) };
        while bytes.len() < len {
            let run = self.number(1..=longest.max(1)).min(len - bytes.len());
            let pattern = *self.choose(&PATTERNS);
            self.append_run(&mut bytes, pattern, run);
        }
        bytes
    }

    fn append_run(&mut self, bytes: &mut Vec<u8>, pattern: Pattern, run: usize) {
        match pattern {
            Pattern::Zero => bytes.resize(bytes.len() + run, 0),
            Pattern::Ones => bytes.resize(bytes.len() + run, 0xff),
            Pattern::Random => bytes.extend(self.random_bytes(run)),
            Pattern::Low => bytes.extend(self.bytes_over(&[0, 1, 2, 3], run)),
            Pattern::High => bytes.extend(self.bytes_over(&[0x7f, 0x80, 0x81, 0xfe, 0xff], run)),
            Pattern::Alternating => {
                let pair = [0x55, 0xaa];
                bytes.extend((0..run).map(|index| pair[index % 2]));
            }
            Pattern::Text => bytes.extend(self.source_text(run)),
        }
    }

    /// `len` bytes of text that reads like a JavaScript program and is cut off at the end.
    pub fn source_text(&mut self, len: usize) -> Vec<u8> {
        source_text::write(self, len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_and_every_word_of_a_stream_counts() {
        let bytes = |seed, stream: &[u64]| Generator::new(seed, stream).bytes(1_000);
        assert_eq!(bytes(1, &[2, 3]), bytes(1, &[2, 3]));
        for other in [bytes(2, &[2, 3]), bytes(1, &[3, 3]), bytes(1, &[2, 4])] {
            assert_ne!(bytes(1, &[2, 3]), other);
        }
    }

    #[test]
    fn inputs_have_the_length_that_was_asked_for() {
        let mut generator = Generator::new(7, &[]);
        for len in (0..300).chain([4_095, 70_000]) {
            assert_eq!(generator.bytes(len).len(), len);
            assert_eq!(generator.source_text(len).len(), len);
        }
    }
}
