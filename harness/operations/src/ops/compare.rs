//! Lexicographic comparison.

use std::cmp::Ordering;

use crate::frame::{ByteString, CallError, Frame};
use crate::generator::Generator;
use crate::ops::Operation;
use crate::ops::argument::{Argument, ArgumentError, Parameter, given};
use kilowat_kernels::{Export, string_ops};

/// The order of two byte strings: by their bytes, then by their lengths.
#[derive(Debug)]
pub struct Compare;

/// Two byte strings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// The left one.
    pub a: Vec<u8>,
    /// The right one.
    pub b: Vec<u8>,
}

impl From<(&[u8], &[u8])> for Pair {
    fn from((a, b): (&[u8], &[u8])) -> Self {
        Self {
            a: a.to_vec(),
            b: b.to_vec(),
        }
    }
}

impl Operation for Compare {
    const NAME: &'static str = "compare";
    const SUMMARY: &'static str = "lexicographic order of two byte strings";
    const PARAMETERS: &'static [Parameter] = &[
        Parameter::bytes("a", "the left one"),
        Parameter::bytes("b", "the right one"),
    ];

    type Case = Pair;
    type Input<'a, B: ByteString<'a>> = (B, B);
    type Output = Ordering;

    fn export() -> &'static Export {
        &string_ops::COMPARE
    }

    fn input(case: &Pair) -> (&[u8], &[u8]) {
        (&case.a, &case.b)
    }

    fn parse<'a, B: ByteString<'a>>(
        arguments: &[Argument<'a>],
    ) -> Result<Self::Input<'a, B>, ArgumentError> {
        let [a, b] = given::<Self, _>(arguments)?;
        Ok((a.bytes()?, b.bytes()?))
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
        (a, b): Self::Input<'a, B>,
    ) -> Result<Ordering, CallError> {
        let a = a.place(frame)?;
        let b = b.place(frame)?;
        let arguments = [a.ptr.into(), a.len.into(), b.ptr.into(), b.len.into()];
        match frame.invoke(Self::export(), &arguments)? {
            Some(kilowat_engine::Value::I32(-1)) => Ok(Ordering::Less),
            Some(kilowat_engine::Value::I32(0)) => Ok(Ordering::Equal),
            Some(kilowat_engine::Value::I32(1)) => Ok(Ordering::Greater),
            value => Err(CallError::Contract {
                export: Self::export().name,
                value,
            }),
        }
    }

    /// Mostly strings that are the same up to one byte somewhere, or up to the shorter one's end.
    fn generate(generator: &mut Generator, len: usize) -> Pair {
        let a = generator.bytes(len);
        let mut b = a.clone();
        match generator.number(0..=5) {
            0 => {}
            1 => b.truncate(generator.number(0..=len)),
            2 => {
                let more = generator.number(1..=40);
                b.extend(generator.bytes(more));
            }
            3 => b = generator.bytes(len),
            _ if len > 0 => {
                let place = generator.number(0..=len - 1);
                // Differences in the top bit alone tell signed from unsigned comparison.
                b[place] ^= *generator.choose(&[0x80, 0x01, 0xff]);
            }
            _ => {}
        }
        if generator.one_in(2) {
            Pair { a, b }
        } else {
            Pair { a: b, b: a }
        }
    }

    /// Equal strings: the longest way.
    fn workload(generator: &mut Generator, len: usize) -> Pair {
        let a = generator.source_text(len);
        Pair { b: a.clone(), a }
    }
}
