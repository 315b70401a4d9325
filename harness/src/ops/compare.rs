//! Lexicographic comparison.

use std::cmp::Ordering;

use crate::frame::{CallError, Frame};
use crate::generator::Generator;
use crate::module::{Export, string_ops};
use crate::ops::argument::{ArgumentError, Parameter, arguments};
use crate::ops::{Datum, Operation};

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
    type Input<'a> = (&'a [u8], &'a [u8]);
    type Output = Ordering;

    fn export() -> &'static Export {
        &string_ops::COMPARE
    }

    fn input(case: &Pair) -> (&[u8], &[u8]) {
        (&case.a, &case.b)
    }

    fn parse(values: &[Datum]) -> Result<(&[u8], &[u8]), ArgumentError> {
        let [a, b] = arguments::<Self, _>(values)?;
        Ok((a.bytes()?, b.bytes()?))
    }

    fn own(pair: (&[u8], &[u8])) -> Pair {
        pair.into()
    }

    fn input_len((a, b): (&[u8], &[u8])) -> u64 {
        (a.len() + b.len()) as u64
    }

    fn native((a, b): (&[u8], &[u8])) -> Ordering {
        a.cmp(b)
    }

    fn kernel<F: Frame>(frame: &mut F, (a, b): (&[u8], &[u8])) -> Result<Ordering, CallError> {
        let a = frame.input(a)?;
        let b = frame.input(b)?;
        let arguments = [a.ptr.into(), a.len.into(), b.ptr.into(), b.len.into()];
        match frame.invoke(Self::export(), &arguments)? {
            Some(crate::engine::Value::I32(-1)) => Ok(Ordering::Less),
            Some(crate::engine::Value::I32(0)) => Ok(Ordering::Equal),
            Some(crate::engine::Value::I32(1)) => Ok(Ordering::Greater),
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
