//! Columns of numbers as buffers, and their aggregates.

use std::ops::ControlFlow;

use kilowat_operations::frame::{ByteString as _, CallError, Frame, InstanceFrame, Source};
use kilowat_operations::ops::{Aggregate, NotFinite, Refusal, Summary};

use super::Buffer;
use super::operations::OverBuffers;
use crate::aggregate::Aggregator;
use crate::monitor::OperationId;
use crate::runtime::call::{Call, KernelCall, Repetition, Typed};
use crate::runtime::error::Error;
use crate::runtime::{PIECE, Runtime};

/// Bytes of a number.
const NUMBER: usize = size_of::<f64>();

/// The summary of numbers as they stand in a buffer: 8 bytes each, little-endian.
pub(super) struct OfColumn<'a>(&'a [u8]);

impl OfColumn<'_> {
    /// A copy of them: in the host's order of bytes, and where numbers may stand.
    fn numbers(&self) -> Vec<f64> {
        numbers(self.0)
    }
}

fn numbers(bytes: &[u8]) -> Vec<f64> {
    let numbers = bytes.as_chunks().0.iter().copied();
    numbers.map(f64::from_le_bytes).collect()
}

impl KernelCall for OfColumn<'_> {
    type Answer = Result<Option<Summary>, NotFinite>;

    fn kernel<F: InstanceFrame>(&self, frame: &mut F) -> Result<Self::Answer, CallError> {
        let src = frame.input(self.0)?;
        Aggregate::kernel_over(frame, src)
    }
}

impl Call for OfColumn<'_> {
    fn operation(&self) -> OperationId {
        Typed::<Aggregate>(&[]).operation()
    }

    fn input_len(&self) -> u64 {
        self.0.len() as u64
    }

    fn native(&self) -> Option<Self::Answer> {
        Typed::<Aggregate>(&self.numbers()).native()
    }

    fn repetition(&self) -> Box<dyn Repetition<Self::Answer>> {
        Typed::<Aggregate>(&self.numbers()).repetition()
    }
}

impl OverBuffers<1> for Aggregate {
    type Parameters = ();
    type OnBytes<'a> = OfColumn<'a>;

    fn on_bytes([column]: [&[u8]; 1], (): ()) -> OfColumn<'_> {
        OfColumn(column)
    }

    fn in_place<F: Frame>(
        frame: &mut F,
        [column]: [Source<'_>; 1],
        (): (),
    ) -> Result<Self::Output, CallError> {
        let src = column.place(frame)?;
        Self::kernel_over(frame, src)
    }
}

impl Runtime {
    /// Puts numbers into a buffer of the module `memory_ops`, 8 bytes each and little-endian, for
    /// [`Buffer::aggregate`].
    ///
    /// ```
    /// let runtime = kilowat::Runtime::new();
    /// let column = runtime.upload_numbers(&[12.0, 3.0, 7.0, 8.0])?;
    /// assert_eq!(column.len(), 32);
    /// assert_eq!(column.aggregate()?, runtime.aggregate(&[12.0, 3.0, 7.0, 8.0])?);
    /// # Ok::<(), kilowat::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`upload`](Self::upload).
    pub fn upload_numbers(&self, values: &[f64]) -> Result<Buffer, Error> {
        let bytes: Vec<u8> = values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        self.upload("memory_ops", &bytes)
    }
}

impl Buffer {
    /// The count, sum, mean, extent, spread and percentiles of the numbers in it, of which each takes 8
    /// bytes, little-endian: the answer of [`Runtime::aggregate`], to the last bit. `None` where it has
    /// none. Module `memory_ops`.
    ///
    /// The kernel needs as much memory again. Where there is not so much, the numbers go through in
    /// pieces.
    ///
    /// # Errors
    /// Those of the other operations, [`Error::NotNumbers`] where its length is no multiple of 8, and
    /// [`Error::Input`] with a [`NotFinite`] where a number is infinite or none.
    pub fn aggregate(&self) -> Result<Option<Summary>, Error> {
        let operand = self.operand::<Aggregate>()?;
        if !self.len().is_multiple_of(NUMBER) {
            return Err(Error::NotNumbers { len: self.len() });
        }
        let copied = |[column]: [&[u8]; 1]| match self.runtime.aggregate(&numbers(column)) {
            Ok(summary) => Ok(Ok(summary)),
            Err(error) => Err(error),
        };
        match self.call::<Aggregate, 1>([operand], (), copied) {
            Err(Error::MemoryBudget { .. }) => self.aggregate_pieces(),
            answer => Ok(answer?.map_err(Refusal::from)?),
        }
    }

    /// The same, a piece after the other: whole numbers each.
    fn aggregate_pieces(&self) -> Result<Option<Summary>, Error> {
        let mut aggregator = Aggregator::new(&self.runtime);
        let mut piece = vec![0; PIECE.min(self.len())];
        loop {
            for offset in (0..self.len()).step_by(PIECE) {
                let piece = &mut piece[..PIECE.min(self.len() - offset)];
                self.read_at(offset, piece)?;
                aggregator.update(&numbers(piece))?;
            }
            if let ControlFlow::Break(summary) = aggregator.end_pass()? {
                return Ok(summary);
            }
        }
    }
}
