//! Deviations of a column of numbers in pieces, and their squares: one piece more.

use super::summary::Aggregate;
use super::summary::little_endian;
use super::sums::{Deviations, Moments, Sums};
use crate::prelude::*;
use kilowat_kernels::memory_ops;

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

impl Stream<{ Self::STATE_LEN }> for AggregateDeviations {
    const START: Option<&'static [u8; Self::STATE_LEN]> = Some(Self::START);
}

impl Operation for AggregateDeviations {
    const NAME: &'static str = "aggregate_deviations";
    const SUMMARY: &'static str =
        "state of the sums of deviations after one more piece of a column";
    const EXPORT: &'static Export = &memory_ops::AGGREGATE_DEVIATIONS;
    const PARAMETERS: Names = &[
        (
            "state",
            "the state before, or no bytes for a scale of 1 and a mean of 0",
        ),
        ("values", "the piece"),
    ];

    type Shape = (State<Self, { Self::STATE_LEN }>, Numbers);
    type Output = [u8; Self::STATE_LEN];

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        (state, values): Input<'a, Self, B>,
    ) -> Result<Self::Output, CallError> {
        let src = frame.input(&little_endian(values))?;
        let span = frame.inout(state)?;
        let arguments: [WasmValue; 3] = [
            span.ptr.into(),
            src.ptr.into(),
            (values.len() as u32).into(),
        ];
        frame.invoke(Self::EXPORT, &arguments)?;
        let mut next = *state;
        next.copy_from_slice(frame.read(span));
        Ok(next)
    }
}

#[cfg(feature = "native")]
impl Native for AggregateDeviations {
    fn native((state, values): Input<'_, Self>) -> Self::Output {
        let mut deviations = Deviations::from_state(state);
        deviations.add(values);
        if values.is_empty() {
            *state
        } else {
            deviations.state()
        }
    }

    /// States of real columns, with the mean and the scale that belong to them or not, and states of
    /// no meaning at all.
    fn generate(generator: &mut Generator, len: usize) -> Case<Self> {
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

    fn workload(generator: &mut Generator, len: usize) -> Case<Self> {
        let values = Aggregate::workload(generator, len);
        let mut sums = Sums::default();
        sums.add(&values);
        let deviations = Moments::new(&sums).map_or(Deviations::to_rescale(), |m| m.deviations());
        (deviations.state(), values)
    }
}
