//! The order of memory.

use std::cmp::Ordering;

use super::pair::{self, OneLength, invoke_on_pair};
use crate::prelude::*;
use kilowat_kernels::memory_ops;

/// The order of two byte strings of one length.
#[derive(Debug)]
pub struct MemoryCompare;

impl Operation for MemoryCompare {
    const NAME: &'static str = "memory_compare";
    const SUMMARY: &'static str = "order of two byte strings of one length";
    const EXPORT: &'static Export = &memory_ops::COMPARE;
    const PARAMETERS: Names = &[
        ("a", "one of them"),
        ("b", "the other one, of the same length"),
    ];

    type Shape = OneLength;
    type Output = Ordering;

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        pair: Input<'a, Self, B>,
    ) -> Result<Ordering, CallError> {
        match invoke_on_pair(frame, Self::EXPORT, pair)? {
            -1 => Ok(Ordering::Less),
            0 => Ok(Ordering::Equal),
            1 => Ok(Ordering::Greater),
            other => Err(CallError::Contract {
                export: Self::EXPORT.name,
                value: Some(WasmValue::I32(other)),
            }),
        }
    }
}

#[cfg(feature = "native")]
impl Native for MemoryCompare {
    fn native((a, b): (&[u8], &[u8])) -> Ordering {
        a.cmp(b)
    }

    fn generate(generator: &mut Generator, len: usize) -> Case<Self> {
        pair::generate(generator, len)
    }

    fn workload(generator: &mut Generator, len: usize) -> Case<Self> {
        pair::equal_text(generator, len)
    }
}
