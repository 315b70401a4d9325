//! Filling memory.

use crate::frame::{ByteString, CallError, Frame};
use crate::generator::Generator;
use crate::ops::Operation;
use crate::ops::argument::{Argument, ArgumentError, Parameter, given};
use kilowat_kernels::{Export, memory_ops};

/// So many times the same byte.
#[derive(Debug)]
pub struct Fill;

/// Which byte, and how often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Repeated {
    /// The byte.
    pub byte: u8,
    /// Bits above it, which the kernel must ignore.
    pub above: u32,
    /// How often.
    pub len: usize,
}

impl Operation for Fill {
    const NAME: &'static str = "fill";
    const SUMMARY: &'static str = "the same byte many times";
    const PARAMETERS: &'static [Parameter] = &[
        Parameter::integer("byte", "which byte, 0 to 255"),
        Parameter::integer("len", "how often"),
    ];

    type Case = Repeated;
    type Input<'a, B: ByteString<'a>> = Repeated;
    type Output = Vec<u8>;

    fn export() -> &'static Export {
        &memory_ops::FILL
    }

    fn input(case: &Repeated) -> Repeated {
        *case
    }

    fn parse<'a, B: ByteString<'a>>(
        arguments: &[Argument<'a>],
    ) -> Result<Self::Input<'a, B>, ArgumentError> {
        let [byte, len] = given::<Self, _>(arguments)?;
        Ok(Repeated {
            byte: byte.at_most(u8::MAX.into())? as u8,
            above: 0,
            len: len.size()?,
        })
    }

    fn own(input: Repeated) -> Repeated {
        input
    }

    fn input_len<'a, B: ByteString<'a>>(_: Self::Input<'a, B>) -> u64 {
        0
    }

    fn native(input: Repeated) -> Vec<u8> {
        vec![input.byte; input.len]
    }

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        input: Self::Input<'a, B>,
    ) -> Result<Vec<u8>, CallError> {
        let dst = frame.output(input.len)?;
        let byte = input.above << 8 | u32::from(input.byte);
        frame.invoke(
            Self::export(),
            &[dst.ptr.into(), byte.into(), dst.len.into()],
        )?;
        Ok(frame.read(dst).to_vec())
    }

    fn generate(generator: &mut Generator, len: usize) -> Repeated {
        Repeated {
            byte: generator.number(0..=255) as u8,
            above: *generator.choose(&[0, 1, 0x00ff_ffff]),
            len,
        }
    }

    fn workload(_: &mut Generator, len: usize) -> Repeated {
        Repeated {
            byte: b' ',
            above: 0,
            len,
        }
    }
}
