//! Sum and extent of a column of numbers in pieces: one piece more.

use super::summary::{Aggregate, NotFinite};
use super::summary::{MALFORMED, breach, little_endian};
use super::sums::Sums;
use crate::prelude::*;
use kilowat_kernels::memory_ops;

/// The state of sum and extent after more numbers. It begins with [`AggregateUpdate::START`].
#[derive(Debug)]
pub struct AggregateUpdate;

impl AggregateUpdate {
    /// The length of a state, in bytes.
    pub const STATE_LEN: usize = Sums::STATE_LEN;

    /// The state of no numbers.
    pub const START: &'static [u8; Self::STATE_LEN] = &[0; Self::STATE_LEN];
}

impl Stream<{ Self::STATE_LEN }> for AggregateUpdate {
    const START: Option<&'static [u8; Self::STATE_LEN]> = Some(Self::START);
}

impl Operation for AggregateUpdate {
    const NAME: &'static str = "aggregate_update";
    const SUMMARY: &'static str = "state of sum and extent after one more piece of a column";
    const EXPORT: &'static Export = &memory_ops::AGGREGATE_UPDATE;
    const PARAMETERS: Names = &[
        ("state", "the state before, or no bytes at the beginning"),
        ("values", "the piece, all of its numbers finite"),
    ];

    type Shape = (State<Self, { Self::STATE_LEN }>, Numbers);
    type Output = Result<[u8; Self::STATE_LEN], NotFinite>;

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
        let status = frame.invoke_i32(Self::EXPORT, &arguments)?;
        let mut next = *state;
        next.copy_from_slice(frame.read(span));
        match status {
            0 => Ok(Ok(next)),
            MALFORMED => {
                let seen = Sums::from_state(&next).seen;
                let before = Sums::from_state(state).seen;
                Ok(Err(NotFinite {
                    index: seen.wrapping_sub(before) as usize,
                }))
            }
            other => Err(breach(Self::EXPORT, other)),
        }
    }
}

#[cfg(feature = "native")]
impl Native for AggregateUpdate {
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

    /// States of real columns, such as have overflowed among them, and of no meaning at all.
    fn generate(generator: &mut Generator, len: usize) -> Case<Self> {
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

    fn workload(generator: &mut Generator, len: usize) -> Case<Self> {
        (*Self::START, Aggregate::workload(generator, len))
    }
}
