//! Substring search, the first occurrence.

#[cfg(feature = "native")]
use super::needles;
use crate::prelude::*;
use kilowat_kernels::string_ops;

/// The offset of the first occurrence of a needle in a haystack; an empty needle is at 0.
#[derive(Debug)]
pub struct Search;

impl Operation for Search {
    const NAME: &'static str = "search";
    const SUMMARY: &'static str = "first occurrence of a byte string in another";
    const EXPORT: &'static Export = &string_ops::SEARCH;
    const PARAMETERS: Names = &[
        ("haystack", "where to look"),
        ("needle", "what to look for"),
    ];

    type Shape = (Bytes, Bytes);
    type Output = Option<usize>;

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        (haystack, needle): Input<'a, Self, B>,
    ) -> Result<Option<usize>, CallError> {
        let haystack = haystack.place(frame)?;
        let needle = needle.place(frame)?;
        let arguments = [
            haystack.ptr.into(),
            haystack.len.into(),
            needle.ptr.into(),
            needle.len.into(),
        ];
        match frame.invoke_i32(Self::EXPORT, &arguments)? {
            -1 => Ok(None),
            offset => Ok(Some(offset as u32 as usize)),
        }
    }
}

#[cfg(feature = "native")]
impl Native for Search {
    fn native((haystack, needle): (&[u8], &[u8])) -> Option<usize> {
        memchr::memmem::find(haystack, needle)
    }

    fn generate(generator: &mut Generator, len: usize) -> (Vec<u8>, Vec<u8>) {
        needles::generate(generator, len)
    }

    fn workload(generator: &mut Generator, len: usize) -> (Vec<u8>, Vec<u8>) {
        needles::rare(generator, len)
    }
}
