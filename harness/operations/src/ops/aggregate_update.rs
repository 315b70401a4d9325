//! Sum and extent of a column of numbers in pieces: one piece more.

use crate::frame::{ByteString, CallError, Frame};
use crate::generator::Generator;
use crate::ops::aggregate::{little_endian, malformed};
use crate::ops::aggregate_sums::Sums;
use crate::ops::answer::OperationError;
use crate::ops::argument::{Argument, ArgumentError, Parameter, given};
use crate::ops::{Aggregate, Answer, Datum, Input, NotFinite, Operation};
use kilowat_engine::Value;
use kilowat_kernels::{Export, memory_ops};

/// The state of sum and extent after more numbers. It begins with [`AggregateUpdate::START`].
#[derive(Debug)]
pub struct AggregateUpdate;

impl AggregateUpdate {
    /// The length of a state, in bytes.
    pub const STATE_LEN: usize = Sums::STATE_LEN;

    /// The state of no numbers.
    pub const START: &'static [u8; Self::STATE_LEN] = &[0; Self::STATE_LEN];
}

impl Answer for Result<[u8; AggregateUpdate::STATE_LEN], NotFinite> {
    fn bytes(&self) -> Vec<u8> {
        match self {
            Ok(state) => state.bytes(),
            Err(error) => (error.index as u64).bytes(),
        }
    }

    fn value(self) -> Result<Datum, OperationError> {
        self?.value()
    }
}

impl Operation for AggregateUpdate {
    const NAME: &'static str = "aggregate_update";
    const SUMMARY: &'static str = "state of sum and extent after one more piece of a column";
    const PARAMETERS: &'static [Parameter] = &[
        Parameter::bytes("state", "the state before, or no bytes at the beginning"),
        Parameter::numbers("values", "the piece, all of its numbers finite"),
    ];

    /// The state before, and the piece.
    type Case = ([u8; Self::STATE_LEN], Vec<f64>);
    type Input<'a, B: ByteString<'a>> = (&'a [u8; Self::STATE_LEN], &'a [f64]);
    type Output = Result<[u8; Self::STATE_LEN], NotFinite>;

    fn export() -> &'static Export {
        &memory_ops::AGGREGATE_UPDATE
    }

    fn input((state, values): &Self::Case) -> Input<'_, Self> {
        (state, values)
    }

    fn parse<'a, B: ByteString<'a>>(
        arguments: &[Argument<'a>],
    ) -> Result<Self::Input<'a, B>, ArgumentError> {
        let [state, values] = given::<Self, _>(arguments)?;
        Ok((state.state(Self::START)?, values.numbers()?))
    }

    fn own((state, values): Input<'_, Self>) -> Self::Case {
        (*state, values.to_vec())
    }

    fn input_len<'a, B: ByteString<'a>>((_, values): Self::Input<'a, B>) -> u64 {
        size_of_val(values) as u64
    }

    fn native((state, values): Input<'_, Self>) -> Self::Output {
        if let Some(index) = values.iter().position(|value| !value.is_finite()) {
            return Err(NotFinite { index });
        }
        let mut sums = Sums::from_state(state);
        sums.add(values);
        Ok(if values.is_empty() {
            *state
        } else {
            sums.state()
        })
    }

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        (state, values): Self::Input<'a, B>,
    ) -> Result<Self::Output, CallError> {
        let src = frame.input(&little_endian(values))?;
        let span = frame.inout(state)?;
        let arguments: [Value; 3] = [
            span.ptr.into(),
            src.ptr.into(),
            (values.len() as u32).into(),
        ];
        let status = frame.invoke_i32(Self::export(), &arguments)?;
        let mut next = *state;
        next.copy_from_slice(frame.read(span));
        match status {
            0 => Ok(Ok(next)),
            -3 => {
                let seen = Sums::from_state(&next).seen;
                let before = Sums::from_state(state).seen;
                Ok(Err(NotFinite {
                    index: seen.wrapping_sub(before) as usize,
                }))
            }
            other => Err(malformed(Self::export(), other)),
        }
    }

    /// States of real columns, such as have overflowed among them, and of no meaning at all.
    fn generate(generator: &mut Generator, len: usize) -> Self::Case {
        let mut state = [0; Self::STATE_LEN];
        if generator.one_in(8) {
            state.copy_from_slice(&generator.random_bytes(Self::STATE_LEN));
        } else {
            let before = generator.number(0..=300);
            let mut sums = Sums::default();
            sums.add(&Aggregate::generate(generator, before));
            state = sums.state();
        }
        (state, Aggregate::generate(generator, len))
    }

    fn workload(generator: &mut Generator, len: usize) -> Self::Case {
        (*Self::START, Aggregate::workload(generator, len))
    }
}
