//! Substring search, all occurrences.

#[cfg(feature = "native")]
use super::needles;
use crate::matches::Matches;
use crate::prelude::*;
use kilowat_kernels::string_ops;

/// The offsets of all occurrences of a needle, left to right, that do not overlap; an empty needle
/// is at every offset, the end included.
#[derive(Debug)]
pub struct SearchAll;

impl Operation for SearchAll {
    const NAME: &'static str = "search_all";
    const SUMMARY: &'static str = "all occurrences of a byte string in another, not overlapping";
    const EXPORT: &'static Export = &string_ops::SEARCH_ALL;
    const PARAMETERS: Names = &[
        ("haystack", "where to look"),
        ("needle", "what to look for"),
        ("capacity", "how many offsets there is room for"),
    ];

    type Shape = (Bytes, Bytes, Size);
    type Output = Matches;

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        (haystack, needle, capacity): Input<'a, Self, B>,
    ) -> Result<Matches, CallError> {
        let haystack = haystack.place(frame)?;
        let needle = needle.place(frame)?;
        let dst = frame.output(4 * capacity)?;
        let arguments = [
            haystack.ptr.into(),
            haystack.len.into(),
            needle.ptr.into(),
            needle.len.into(),
            dst.ptr.into(),
            (capacity as u32).into(),
        ];
        let count = frame.invoke_i32(Self::EXPORT, &arguments)? as u32;
        let written = frame.read(dst.prefix(count.saturating_mul(4)));
        let offsets = written.as_chunks().0.iter();
        Ok(Matches {
            count: count as usize,
            offsets: offsets
                .map(|bytes| u32::from_le_bytes(*bytes) as usize)
                .collect(),
        })
    }
}

#[cfg(feature = "native")]
impl Native for SearchAll {
    fn native((haystack, needle, capacity): Input<'_, Self>) -> Matches {
        let mut found = Matches {
            count: 0,
            offsets: Vec::new(),
        };
        for offset in memchr::memmem::find_iter(haystack, needle) {
            if found.count < capacity {
                found.offsets.push(offset);
            }
            found.count += 1;
        }
        found
    }

    fn generate(generator: &mut Generator, len: usize) -> Case<Self> {
        let (haystack, needle) = needles::generate(generator, len);
        let capacity = match generator.number(0..=2) {
            0 => generator.number(0..=4),
            1 => generator.number(0..=len),
            _ => len + 1,
        };
        (haystack, needle, capacity)
    }

    /// A word that stands a few times in every kilobyte.
    fn workload(generator: &mut Generator, len: usize) -> Case<Self> {
        let haystack = generator.source_text(len);
        let needle = b"return".to_vec();
        let capacity = len / needle.len() + 1;
        (haystack, needle, capacity)
    }
}
