//! The order of memory.

use std::cmp::Ordering;

use crate::frame::{ByteString, CallError, Frame};
use crate::generator::Generator;
use crate::ops::argument::{Argument, ArgumentError, Parameter, given};
use crate::ops::memory_equal::{invoke_on_pair, pair_of_one_length};
use crate::ops::{Operation, Pair};
use kilowat_engine::Value;
use kilowat_kernels::{Export, memory_ops};

/// The order of two byte strings of one length.
#[derive(Debug)]
pub struct MemoryCompare;

impl Operation for MemoryCompare {
    const NAME: &'static str = "memory_compare";
    const SUMMARY: &'static str = "order of two byte strings of one length";
    const PARAMETERS: &'static [Parameter] = &[
        Parameter::bytes("a", "one of them"),
        Parameter::bytes("b", "the other one, of the same length"),
    ];

    type Case = Pair;
    type Input<'a, B: ByteString<'a>> = (B, B);
    type Output = Ordering;

    fn export() -> &'static Export {
        &memory_ops::COMPARE
    }

    fn input(case: &Pair) -> (&[u8], &[u8]) {
        (&case.a, &case.b)
    }

    fn parse<'a, B: ByteString<'a>>(
        arguments: &[Argument<'a>],
    ) -> Result<Self::Input<'a, B>, ArgumentError> {
        pair_of_one_length(given::<Self, _>(arguments)?)
    }

    fn own(pair: (&[u8], &[u8])) -> Pair {
        pair.into()
    }

    fn input_len<'a, B: ByteString<'a>>((a, b): Self::Input<'a, B>) -> u64 {
        (a.len() + b.len()) as u64
    }

    fn native((a, b): (&[u8], &[u8])) -> Ordering {
        a.cmp(b)
    }

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        pair: Self::Input<'a, B>,
    ) -> Result<Ordering, CallError> {
        match invoke_on_pair(frame, Self::export(), pair)? {
            -1 => Ok(Ordering::Less),
            0 => Ok(Ordering::Equal),
            1 => Ok(Ordering::Greater),
            other => Err(CallError::Contract {
                export: Self::export().name,
                value: Some(Value::I32(other)),
            }),
        }
    }

    fn generate(generator: &mut Generator, len: usize) -> Pair {
        Pair::of_one_length(generator, len)
    }

    fn workload(generator: &mut Generator, len: usize) -> Pair {
        Pair::of_equal_text(generator, len)
    }
}
