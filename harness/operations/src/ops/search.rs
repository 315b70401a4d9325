//! Substring search, the first occurrence.

use crate::frame::{ByteString, CallError, Frame};
use crate::generator::Generator;
use crate::ops::Operation;
use crate::ops::argument::{Argument, ArgumentError, Parameter, given};
use kilowat_kernels::{Export, string_ops};

/// The offset of the first occurrence of a needle in a haystack; an empty needle is at 0.
#[derive(Debug)]
pub struct Search;

/// A needle and a haystack to look for it in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needle {
    /// Where to look.
    pub haystack: Vec<u8>,
    /// What to look for.
    pub needle: Vec<u8>,
}

impl Operation for Search {
    const NAME: &'static str = "search";
    const SUMMARY: &'static str = "first occurrence of a byte string in another";
    const PARAMETERS: &'static [Parameter] = &[
        Parameter::bytes("haystack", "where to look"),
        Parameter::bytes("needle", "what to look for"),
    ];

    type Case = Needle;
    type Input<'a, B: ByteString<'a>> = (B, B);
    type Output = Option<usize>;

    fn export() -> &'static Export {
        &string_ops::SEARCH
    }

    fn input(case: &Needle) -> (&[u8], &[u8]) {
        (&case.haystack, &case.needle)
    }

    fn parse<'a, B: ByteString<'a>>(
        arguments: &[Argument<'a>],
    ) -> Result<Self::Input<'a, B>, ArgumentError> {
        let [haystack, needle] = given::<Self, _>(arguments)?;
        Ok((haystack.bytes()?, needle.bytes()?))
    }

    fn own((haystack, needle): (&[u8], &[u8])) -> Needle {
        Needle {
            haystack: haystack.to_vec(),
            needle: needle.to_vec(),
        }
    }

    fn input_len<'a, B: ByteString<'a>>((haystack, needle): Self::Input<'a, B>) -> u64 {
        (haystack.len() + needle.len()) as u64
    }

    fn native((haystack, needle): (&[u8], &[u8])) -> Option<usize> {
        memchr::memmem::find(haystack, needle)
    }

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        (haystack, needle): Self::Input<'a, B>,
    ) -> Result<Option<usize>, CallError> {
        let haystack = haystack.place(frame)?;
        let needle = needle.place(frame)?;
        let arguments = [
            haystack.ptr.into(),
            haystack.len.into(),
            needle.ptr.into(),
            needle.len.into(),
        ];
        match frame.invoke_i32(Self::export(), &arguments)? {
            -1 => Ok(None),
            offset => Ok(Some(offset as u32 as usize)),
        }
    }

    fn generate(generator: &mut Generator, len: usize) -> Needle {
        Needle::generate(generator, len)
    }

    fn workload(generator: &mut Generator, len: usize) -> Needle {
        Needle::rare(generator, len)
    }
}

impl Needle {
    /// Haystacks of `len` bytes of every kind that search algorithms stumble over: few letters,
    /// periods, needles that nearly match everywhere, needles longer than the haystack.
    pub fn generate(generator: &mut Generator, len: usize) -> Self {
        if len >= 512 && generator.one_in(2) {
            return Self::near_misses(generator, len);
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
        let needle = Self::needle_for(generator, &haystack);
        Self { haystack, needle }
    }

    /// A text with a short period that is broken here and there, and a part of it, itself perhaps
    /// broken or mended, as the needle: it nearly matches everywhere, which makes algorithms quadratic that are
    /// not linear by design. The lengths lie on both sides of those at which the kernel changes its
    /// algorithm.
    fn near_misses(generator: &mut Generator, len: usize) -> Self {
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
        Self { haystack, needle }
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
    fn rare(generator: &mut Generator, len: usize) -> Self {
        const NEEDLE: &[u8] = b"exports.zygoteFactory";
        let needle = NEEDLE[NEEDLE.len().saturating_sub(len.div_ceil(4))..].to_vec();
        let mut haystack = generator.source_text(len.saturating_sub(needle.len()));
        haystack.extend(&needle);
        Self { haystack, needle }
    }
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
