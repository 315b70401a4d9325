//! The aggregates of a column of numbers, of any length in bounded memory.

use std::ops::ControlFlow;

use kilowat_operations::ops::aggregate_passes::{PassError, Passes, Run};
use kilowat_operations::ops::{Aggregate, Input, Listed, Refusal};

pub use kilowat_operations::ops::{NotFinite, NumbersChanged, Summary};

use crate::runtime::{Error, PIECE, Runtime};
use crate::semaphore::Series;

/// Numbers in a piece.
const NUMBERS: usize = PIECE / size_of::<f64>();

/// Up to so many numbers go through a kernel whole, where there is room: in pieces they take twice
/// as long. With the room beside them they take 1 GiB.
const FEW: usize = 1 << 26;

/// The most numbers that are kept aside for the percentiles.
const LISTED: u64 = 1 << 20;

impl Runtime {
    /// The count, sum, mean, extent, spread and percentiles of numbers, by compensated sums and a
    /// selection that is linear in the numbers. `None` where there are no numbers.
    ///
    /// Numbers take 16 bytes each of the memory that the runtime may use. Where they do not fit, and
    /// where they are more than 64 million, they go through in pieces, as with an [`Aggregator`], to
    /// the same answer.
    ///
    /// ```
    /// let runtime = kilowat::Runtime::new();
    /// let summary = runtime.aggregate(&[12.0, 3.0, 7.0, 8.0])?.unwrap();
    /// assert_eq!((summary.sum, summary.mean, summary.p50), (30.0, 7.5, 7.5));
    /// assert_eq!(runtime.aggregate(&[])?, None);
    ///
    /// let error = runtime.aggregate(&[1.0, f64::NAN]).unwrap_err();
    /// assert_eq!(error.to_string(), "the value at index 1 is not finite");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Input`] with a [`NotFinite`], which has the index of the first value
    /// that is infinite or not a number; [`Error::MemoryBudget`] where there is no memory for a piece;
    /// and the others where no tier can answer.
    pub fn aggregate(&self, values: &[f64]) -> Result<Option<Summary>, Error> {
        if values.len() <= FEW {
            match self.run_operation::<Aggregate>(values) {
                Err(Error::MemoryBudget { .. }) => {}
                answer => return Ok(answer?.map_err(Refusal::from)?),
            }
        }
        let mut aggregator = Aggregator::new(self);
        loop {
            // Each pass stands in line by itself, and its pieces together.
            aggregator.update(values)?;
            if let ControlFlow::Break(summary) = aggregator.end_pass()? {
                return Ok(summary);
            }
        }
    }
}

/// The summary of numbers, as of [`Runtime::aggregate`], on the [shared runtime](Runtime::shared).
/// `None` where there are no numbers.
///
/// ```
/// let summary = kilowat::aggregate::summary(&[12.0, 3.0, 7.0, 8.0])?.unwrap();
/// assert_eq!((summary.sum, summary.p50), (30.0, 7.5));
/// # Ok::<(), kilowat::Error>(())
/// ```
///
/// # Errors
/// As of the method.
pub fn summary(values: &[f64]) -> Result<Option<Summary>, Error> {
    Runtime::shared().aggregate(values)
}

/// The [`Summary`] of a column of numbers that comes in pieces, in bounded memory: about 9 MiB, and a
/// megabyte of the runtime's, however many numbers there are. It is the one that
/// [`Runtime::aggregate`] gives, to the last bit, however the column is cut.
///
/// The column is gone through again and again: three times mostly, and eight times at most.
///
/// ```
/// use std::ops::ControlFlow;
///
/// let runtime = kilowat::Runtime::new();
/// let mut aggregator = kilowat::aggregate::Aggregator::new(&runtime);
/// let summary = loop {
///     for piece in [[12.0, 3.0], [7.0, 8.0]] {
///         aggregator.update(&piece)?;
///     }
///     if let ControlFlow::Break(summary) = aggregator.end_pass()? {
///         break summary;
///     }
/// };
/// assert_eq!(summary.map(|summary| summary.p50), Some(7.5));
/// # Ok::<(), kilowat::Error>(())
/// ```
#[derive(Debug)]
pub struct Aggregator {
    runtime: Runtime,
    /// No instance of a kernel is held: each call goes on from a state that is kept here.
    passes: Passes,
}

impl Aggregator {
    /// Begins the first pass over a column.
    #[must_use]
    pub fn new(runtime: &Runtime) -> Self {
        Self {
            runtime: runtime.clone(),
            passes: Passes::new(NUMBERS, LISTED),
        }
    }

    /// Goes on with a pass, by any number of numbers.
    ///
    /// # Errors
    /// Those of [`Runtime::aggregate`], and [`NumbersChanged`] where a pass has other numbers than the
    /// passes before it. An aggregator that has failed is of no more use.
    pub fn update(&mut self, values: &[f64]) -> Result<(), Error> {
        let Self { runtime, passes } = self;
        let mut runtime = OnRuntime {
            series: runtime.series::<Aggregate>(size_of_val(values)),
            runtime,
        };
        passes.update(&mut runtime, values).map_err(error)
    }

    /// Ends a pass: `Break` with the summary, which is `None` where there were no numbers; or
    /// `Continue` where the same numbers are to come once more, in the same order.
    ///
    /// # Errors
    /// As [`update`](Self::update).
    pub fn end_pass(&mut self) -> Result<ControlFlow<Option<Summary>>, Error> {
        let Self { runtime, passes } = self;
        let mut runtime = OnRuntime {
            series: runtime.series::<Aggregate>(0),
            runtime,
        };
        passes.end_pass(&mut runtime).map_err(error)
    }
}

struct OnRuntime<'a> {
    runtime: &'a Runtime,
    series: Series<'a>,
}

impl Run for OnRuntime<'_> {
    type Error = Error;

    fn run<O: Listed>(&mut self, input: Input<'_, O>) -> Result<O::Output, Error> {
        self.series.next_call();
        self.runtime.run_operation::<O>(input)
    }
}

fn error(error: PassError<Error>) -> Error {
    match error {
        PassError::Run(error) => error,
        PassError::NotFinite(error) => Refusal::from(error).into(),
        PassError::Changed(error) => Refusal::from(error).into(),
    }
}
