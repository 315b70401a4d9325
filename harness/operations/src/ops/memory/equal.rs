//! Whether memory is the same.

use super::pair::{self, OneLength, invoke_on_pair};
use crate::prelude::*;
use kilowat_kernels::memory_ops;

/// Whether two byte strings of one length are the same.
#[derive(Debug)]
pub struct Equal;

impl Operation for Equal {
    const NAME: &'static str = "equal";
    const SUMMARY: &'static str = "whether two byte strings of one length are the same";
    const EXPORT: &'static Export = &memory_ops::EQUAL;
    const PARAMETERS: Names = &[
        ("a", "one of them"),
        ("b", "the other one, of the same length"),
    ];

    type Shape = OneLength;
    type Output = bool;

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        pair: Input<'a, Self, B>,
    ) -> Result<bool, CallError> {
        match invoke_on_pair(frame, Self::EXPORT, pair)? {
            0 => Ok(false),
            1 => Ok(true),
            other => Err(CallError::Contract {
                export: Self::EXPORT.name,
                value: Some(WasmValue::I32(other)),
            }),
        }
    }
}

#[cfg(feature = "native")]
impl Native for Equal {
    fn native((a, b): (&[u8], &[u8])) -> bool {
        a == b
    }

    fn generate(generator: &mut Generator, len: usize) -> Case<Self> {
        pair::generate(generator, len)
    }

    fn workload(generator: &mut Generator, len: usize) -> Case<Self> {
        pair::equal_text(generator, len)
    }
}
