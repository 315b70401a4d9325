//! Lexicographic comparison.

use std::cmp::Ordering;

use crate::prelude::*;
use kilowat_kernels::string_ops;

/// The order of two byte strings: by their bytes, then by their lengths.
#[derive(Debug)]
pub struct Compare;

impl Operation for Compare {
    const NAME: &'static str = "compare";
    const SUMMARY: &'static str = "lexicographic order of two byte strings";
    const EXPORT: &'static Export = &string_ops::COMPARE;
    const PARAMETERS: Names = &[("a", "the left one"), ("b", "the right one")];

    type Shape = (Bytes, Bytes);
    type Output = Ordering;

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        (a, b): Input<'a, Self, B>,
    ) -> Result<Ordering, CallError> {
        let a = a.place(frame)?;
        let b = b.place(frame)?;
        let arguments = [a.ptr.into(), a.len.into(), b.ptr.into(), b.len.into()];
        match frame.invoke(Self::EXPORT, &arguments)? {
            Some(WasmValue::I32(-1)) => Ok(Ordering::Less),
            Some(WasmValue::I32(0)) => Ok(Ordering::Equal),
            Some(WasmValue::I32(1)) => Ok(Ordering::Greater),
            value => Err(CallError::Contract {
                export: Self::EXPORT.name,
                value,
            }),
        }
    }
}

#[cfg(feature = "native")]
impl Native for Compare {
    fn native((a, b): (&[u8], &[u8])) -> Ordering {
        a.cmp(b)
    }

    /// Mostly strings that are the same up to one byte somewhere, or up to the shorter one's end.
    fn generate(generator: &mut Generator, len: usize) -> (Vec<u8>, Vec<u8>) {
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
        if generator.one_in(2) { (a, b) } else { (b, a) }
    }

    /// Equal strings: the longest way.
    fn workload(generator: &mut Generator, len: usize) -> (Vec<u8>, Vec<u8>) {
        let a = generator.source_text(len);
        (a.clone(), a)
    }
}
