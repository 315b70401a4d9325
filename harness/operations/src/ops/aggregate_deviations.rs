//! Deviations of a column of numbers in pieces, and their squares: one piece more.

use crate::frame::{ByteString, CallError, Frame};
use crate::generator::Generator;
use crate::ops::aggregate::little_endian;
use crate::ops::aggregate_sums::{Deviations, Moments, Sums};
use crate::ops::argument::{Argument, ArgumentError, Parameter, given};
use crate::ops::{Aggregate, Input, Operation};
use kilowat_engine::Value;
use kilowat_kernels::{Export, memory_ops};

/// The state of the sums of value * scale - mean, and of its square, after more numbers. It begins
/// with the scale and the mean, two doubles, and zeros.
#[derive(Debug)]
pub struct AggregateDeviations;

impl AggregateDeviations {
    /// The length of a state, in bytes.
    pub const STATE_LEN: usize = Deviations::STATE_LEN;

    /// The state of no numbers, with a scale of 1 and a mean of 0.
    pub const START: &'static [u8; Self::STATE_LEN] = &{
        let mut state = [0; Self::STATE_LEN];
        let one = 1.0_f64.to_le_bytes();
        let mut index = 0;
        while index < one.len() {
            state[index] = one[index];
            index += 1;
        }
        state
    };
}

impl Operation for AggregateDeviations {
    const NAME: &'static str = "aggregate_deviations";
    const SUMMARY: &'static str =
        "state of the sums of deviations after one more piece of a column";
    const PARAMETERS: &'static [Parameter] = &[
        Parameter::bytes(
            "state",
            "the state before, or no bytes for a scale of 1 and a mean of 0",
        ),
        Parameter::numbers("values", "the piece"),
    ];

    /// The state before, and the piece.
    type Case = ([u8; Self::STATE_LEN], Vec<f64>);
    type Input<'a, B: ByteString<'a>> = (&'a [u8; Self::STATE_LEN], &'a [f64]);
    type Output = [u8; Self::STATE_LEN];

    fn export() -> &'static Export {
        &memory_ops::AGGREGATE_DEVIATIONS
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
        let mut deviations = Deviations::from_state(state);
        deviations.add(values);
        if values.is_empty() {
            *state
        } else {
            deviations.state()
        }
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
        frame.invoke(Self::export(), &arguments)?;
        let mut next = *state;
        next.copy_from_slice(frame.read(span));
        Ok(next)
    }

    /// States of real columns, with the mean and the scale that belong to them or not, and states of
    /// no meaning at all.
    fn generate(generator: &mut Generator, len: usize) -> Self::Case {
        let values = Aggregate::generate(generator, len);
        let mut state = [0; Self::STATE_LEN];
        if generator.one_in(8) {
            state.copy_from_slice(&generator.random_bytes(Self::STATE_LEN));
            return (state, values);
        }
        let before = generator.number(0..=300);
        let earlier = Aggregate::generate(generator, before);
        let mut sums = Sums::default();
        sums.add(if generator.one_in(2) {
            &values
        } else {
            &earlier
        });
        let mut deviations = match Moments::new(&sums) {
            Some(moments) if sums.seen > 0 => moments.deviations(),
            _ => Deviations::to_rescale(),
        };
        deviations.add(&earlier);
        (deviations.state(), values)
    }

    fn workload(generator: &mut Generator, len: usize) -> Self::Case {
        let values = Aggregate::workload(generator, len);
        let mut sums = Sums::default();
        sums.add(&values);
        let deviations = Moments::new(&sums).map_or(Deviations::to_rescale(), |m| m.deviations());
        (deviations.state(), values)
    }
}
