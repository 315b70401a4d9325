//! Seeded inputs: the same seed gives the same bytes on every machine.

mod source_text;

use std::ops::RangeInclusive;

/// Makes inputs from a seed.
///
/// The numbers are those of `SplitMix64`, written out here: a seed that was printed gives the same inputs
/// with every version of this program.
#[derive(Debug, Clone)]
pub struct Generator {
    state: u64,
}

/// How far `SplitMix64` goes in each step: the golden ratio, in parts of 2^64.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// The finaliser of `SplitMix64`: each bit of the input changes half of the output's.
fn mixed(state: u64) -> u64 {
    let state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
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
        // FNV-1a over the words, mixed at the end: nearby streams differ.
        let state = stream
            .iter()
            .fold(seed ^ 0xcbf2_9ce4_8422_2325, |hash, word| {
                (hash ^ word)
                    .wrapping_mul(0x0000_0100_0000_01b3)
                    .rotate_left(29)
            });
        Self {
            state: mixed(state),
        }
    }

    /// A generator for one of an operation's cases: a stream that begins with its name.
    #[must_use]
    pub fn of(seed: u64, operation: &str, stream: &[u64]) -> Self {
        let name = operation.bytes().map(u64::from);
        let stream: Vec<u64> = name.chain(stream.iter().copied()).collect();
        Self::new(seed, &stream)
    }

    /// 64 random bits.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(STEP);
        mixed(self.state)
    }

    /// A number of the range, which is not empty.
    pub fn number(&mut self, range: RangeInclusive<usize>) -> usize {
        let (least, greatest) = range.into_inner();
        // A remainder would favour small numbers; a product favours none by more than 2^-64 of the range.
        let count = (greatest - least) as u128 + 1;
        least + ((u128::from(self.next()) * count) >> 64) as usize
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
        for chunk in bytes.chunks_mut(8) {
            let random = self.next().to_le_bytes();
            chunk.copy_from_slice(&random[..chunk.len()]);
        }
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

    /// The published numbers of `SplitMix64` for the state 1234567.
    #[test]
    fn the_numbers_are_those_of_splitmix64() {
        let mut generator = Generator { state: 1_234_567 };
        let numbers = [(); 5].map(|()| generator.next());
        let expected = [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
            4_593_380_528_125_082_431,
            16_408_922_859_458_223_821,
        ];
        assert_eq!(numbers, expected);
    }

    #[test]
    fn numbers_are_of_their_range() {
        let mut generator = Generator::new(1, &[]);
        for range in [0..=0, 7..=9, 0..=usize::MAX, usize::MAX..=usize::MAX] {
            for _ in 0..100 {
                let number = generator.number(range.clone());
                assert!(range.contains(&number), "{number} of {range:?}");
            }
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
