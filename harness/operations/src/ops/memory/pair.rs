//! Two byte strings of one length.

use crate::argument::{ArgumentError, Arguments};
use crate::prelude::*;
use crate::value::Kind;

/// Two byte strings of one length.
#[derive(Debug)]
pub struct OneLength;

impl Shape for OneLength {
    type Case = (Vec<u8>, Vec<u8>);
    type Input<'a, B: ByteString<'a>> = (B, B);

    const KINDS: &'static [Kind] = <(Bytes, Bytes)>::KINDS;

    fn borrow((a, b): &Self::Case) -> (&[u8], &[u8]) {
        (a, b)
    }

    fn own(input: (&[u8], &[u8])) -> Self::Case {
        <(Bytes, Bytes)>::own(input)
    }

    fn len<'a, B: ByteString<'a>>(input: (B, B)) -> u64 {
        <(Bytes, Bytes)>::len(input)
    }

    fn values<'a>(input: (&'a [u8], &'a [u8])) -> Option<Vec<Value>> {
        <(Bytes, Bytes)>::values(input)
    }

    fn parse<'a, B: ByteString<'a>>(
        arguments: &Arguments<'_, 'a>,
    ) -> Result<(B, B), ArgumentError> {
        let a: B = arguments.get(0).bytes()?;
        Ok((a, arguments.get(1).bytes_of_len(a.len())?))
    }
}

/// Passes two strings of one length to a kernel.
pub(crate) fn invoke_on_pair<'a, B: ByteString<'a>>(
    frame: &mut impl Frame,
    export: &'static Export,
    (a, b): (B, B),
) -> Result<i32, CallError> {
    let a = a.place(frame)?;
    let b = b.place(frame)?;
    frame.invoke_i32(export, &[a.ptr.into(), b.ptr.into(), a.len.into()])
}

/// Two strings of `len` bytes that are the same up to one byte somewhere, or altogether, or that
/// have nothing in common.
#[cfg(feature = "native")]
pub(crate) fn generate(generator: &mut Generator, len: usize) -> (Vec<u8>, Vec<u8>) {
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
    (a, b)
}

/// Equal strings: the longest way.
#[cfg(feature = "native")]
pub(crate) fn equal_text(generator: &mut Generator, len: usize) -> (Vec<u8>, Vec<u8>) {
    let a = generator.source_text(len);
    (a.clone(), a)
}
