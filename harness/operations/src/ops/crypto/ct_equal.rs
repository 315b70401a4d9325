//! Whether secrets are the same.

#[cfg(feature = "native")]
use ::ctutils::CtEq as _;

use super::super::memory::pair::{self, OneLength, invoke_on_pair};
use crate::prelude::*;
use kilowat_kernels::aead;

/// Whether two byte strings of one length are the same, in a time that does not tell where they differ.
#[derive(Debug)]
pub struct CtEqual;

impl Operation for CtEqual {
    const NAME: &'static str = "ct_equal";
    const SUMMARY: &'static str =
        "whether two secrets of one length are the same, in constant time";
    const EXPORT: &'static Export = &aead::CT_EQUAL;
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
impl Native for CtEqual {
    fn native((a, b): (&[u8], &[u8])) -> bool {
        a.ct_eq(b).to_bool()
    }

    fn generate(generator: &mut Generator, len: usize) -> Case<Self> {
        pair::generate(generator, len)
    }

    fn workload(generator: &mut Generator, len: usize) -> Case<Self> {
        pair::equal_text(generator, len)
    }
}
