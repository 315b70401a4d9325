//! Whether memory is the same.

use crate::frame::{ByteString, CallError, Frame};
use crate::generator::Generator;
use crate::ops::argument::{Argument, ArgumentError, Given, Parameter, given};
use crate::ops::{Operation, Pair};
use kilowat_engine::Value;
use kilowat_kernels::{Export, memory_ops};

/// Whether two byte strings of one length are the same.
#[derive(Debug)]
pub struct Equal;

impl Pair {
    /// Two strings of `len` bytes that are the same up to one byte somewhere, or altogether, or that
    /// have nothing in common.
    pub(super) fn of_one_length(generator: &mut Generator, len: usize) -> Self {
        let a = generator.bytes(len);
        let mut b = a.clone();
        match generator.number(0..=7) {
            0 | 1 => {}
            2 => b = generator.bytes(len),
            _ if len > 0 => {
                let place = match generator.number(0..=3) {
                    0 => 0,
                    1 => len - 1,
                    _ => generator.number(0..=len - 1),
                };
                // Differences in the top bit alone tell signed from unsigned comparison.
                b[place] ^= *generator.choose(&[0x80, 0x01, 0xff]);
                if generator.one_in(2) {
                    // What comes after the first difference does not count.
                    let more = generator.number(place..=len - 1);
                    b[more] ^= 0x81;
                }
            }
            _ => {}
        }
        Self { a, b }
    }

    /// Equal strings: the longest way.
    pub(super) fn of_equal_text(generator: &mut Generator, len: usize) -> Self {
        let a = generator.source_text(len);
        Self { b: a.clone(), a }
    }
}

/// Two strings of one length, by name.
pub(super) fn pair_of_one_length<'a, B: ByteString<'a>>(
    [a, b]: [Given<'a>; 2],
) -> Result<(B, B), ArgumentError> {
    let a: B = a.bytes()?;
    Ok((a, b.bytes_of_len(a.len())?))
}

/// Passes two strings of one length to a kernel.
pub(super) fn invoke_on_pair<'a, B: ByteString<'a>>(
    frame: &mut impl Frame,
    export: &'static Export,
    (a, b): (B, B),
) -> Result<i32, CallError> {
    let a = a.place(frame)?;
    let b = b.place(frame)?;
    frame.invoke_i32(export, &[a.ptr.into(), b.ptr.into(), a.len.into()])
}

impl Operation for Equal {
    const NAME: &'static str = "equal";
    const SUMMARY: &'static str = "whether two byte strings of one length are the same";
    const PARAMETERS: &'static [Parameter] = &[
        Parameter::bytes("a", "one of them"),
        Parameter::bytes("b", "the other one, of the same length"),
    ];

    type Case = Pair;
    type Input<'a, B: ByteString<'a>> = (B, B);
    type Output = bool;

    fn export() -> &'static Export {
        &memory_ops::EQUAL
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

    fn native((a, b): (&[u8], &[u8])) -> bool {
        a == b
    }

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        pair: Self::Input<'a, B>,
    ) -> Result<bool, CallError> {
        match invoke_on_pair(frame, Self::export(), pair)? {
            0 => Ok(false),
            1 => Ok(true),
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
