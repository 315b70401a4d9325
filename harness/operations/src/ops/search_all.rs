//! Substring search, all occurrences.

use crate::frame::{ByteString, CallError, Frame};
use crate::generator::Generator;
use crate::ops::answer::OperationError;
use crate::ops::argument::{Argument, ArgumentError, Parameter, given};
use crate::ops::{Answer, Datum, Needle, Operation, Search};
use kilowat_kernels::{Export, string_ops};

/// The offsets of all occurrences of a needle, left to right, that do not overlap; an empty needle
/// is at every offset, the end included.
#[derive(Debug)]
pub struct SearchAll;

/// A search with room for so many offsets.
#[derive(Debug, Clone, Copy)]
pub struct SearchInto<B> {
    /// Where to look.
    pub haystack: B,
    /// What to look for.
    pub needle: B,
    /// How many offsets there is room for.
    pub capacity: usize,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matches {
    /// How many occurrences there are.
    pub count: usize,
    /// The offsets of the first ones, as many as there was room for.
    pub offsets: Vec<usize>,
}

impl Answer for Matches {
    fn bytes(&self) -> Vec<u8> {
        let numbers = std::iter::once(&self.count).chain(&self.offsets);
        numbers
            .flat_map(|number| (*number as u64).to_le_bytes())
            .collect()
    }

    fn value(self) -> Result<Datum, OperationError> {
        let offsets = self.offsets.into_iter().map(|offset| offset as u64);
        Ok(Datum::record([
            ("count", Datum::Integer(self.count as u64)),
            ("offsets", Datum::Integers(offsets.collect())),
        ]))
    }
}

impl Operation for SearchAll {
    const NAME: &'static str = "search_all";
    const SUMMARY: &'static str = "all occurrences of a byte string in another, not overlapping";
    const PARAMETERS: &'static [Parameter] = &[
        Parameter::bytes("haystack", "where to look"),
        Parameter::bytes("needle", "what to look for"),
        Parameter::integer("capacity", "how many offsets there is room for"),
    ];

    type Case = (Needle, usize);
    type Input<'a, B: ByteString<'a>> = SearchInto<B>;
    type Output = Matches;

    fn export() -> &'static Export {
        &string_ops::SEARCH_ALL
    }

    fn input((needle, capacity): &(Needle, usize)) -> SearchInto<&[u8]> {
        SearchInto {
            haystack: &needle.haystack,
            needle: &needle.needle,
            capacity: *capacity,
        }
    }

    fn parse<'a, B: ByteString<'a>>(
        arguments: &[Argument<'a>],
    ) -> Result<Self::Input<'a, B>, ArgumentError> {
        let [haystack, needle, capacity] = given::<Self, _>(arguments)?;
        Ok(SearchInto {
            haystack: haystack.bytes()?,
            needle: needle.bytes()?,
            capacity: capacity.size()?,
        })
    }

    fn own(input: SearchInto<&[u8]>) -> (Needle, usize) {
        let needle = Search::own((input.haystack, input.needle));
        (needle, input.capacity)
    }

    fn input_len<'a, B: ByteString<'a>>(input: Self::Input<'a, B>) -> u64 {
        Search::input_len((input.haystack, input.needle))
    }

    fn native(input: SearchInto<&[u8]>) -> Matches {
        let mut found = Matches {
            count: 0,
            offsets: Vec::new(),
        };
        for offset in memchr::memmem::find_iter(input.haystack, input.needle) {
            if found.count < input.capacity {
                found.offsets.push(offset);
            }
            found.count += 1;
        }
        found
    }

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        input: Self::Input<'a, B>,
    ) -> Result<Matches, CallError> {
        let haystack = input.haystack.place(frame)?;
        let needle = input.needle.place(frame)?;
        let dst = frame.output(4 * input.capacity)?;
        let capacity = input.capacity as u32;
        let arguments = [
            haystack.ptr.into(),
            haystack.len.into(),
            needle.ptr.into(),
            needle.len.into(),
            dst.ptr.into(),
            capacity.into(),
        ];
        let count = frame.invoke_i32(Self::export(), &arguments)? as u32;
        let written = frame.read(dst.prefix(count.saturating_mul(4)));
        let offsets = written.as_chunks().0.iter();
        Ok(Matches {
            count: count as usize,
            offsets: offsets
                .map(|bytes| u32::from_le_bytes(*bytes) as usize)
                .collect(),
        })
    }

    fn generate(generator: &mut Generator, len: usize) -> (Needle, usize) {
        let case = Needle::generate(generator, len);
        let capacity = match generator.number(0..=2) {
            0 => generator.number(0..=4),
            1 => generator.number(0..=len),
            _ => len + 1,
        };
        (case, capacity)
    }

    /// A word that stands a few times in every kilobyte.
    fn workload(generator: &mut Generator, len: usize) -> (Needle, usize) {
        let haystack = generator.source_text(len);
        let needle = b"return".to_vec();
        let capacity = len / needle.len() + 1;
        (Needle { haystack, needle }, capacity)
    }
}
