//! The aggregates of a column that comes in pieces, in bounded memory: several passes over it.
//!
//! The first pass sums up. The second adds the deviations from the mean, and counts how many numbers
//! are in each of many ranges. From then on a pass looks only at the ranges that the percentiles are
//! in: it counts in finer ranges, or lists what is in them once that is little. Kernels do the work on
//! each piece; here it is only said which.

use std::mem;
use std::ops::ControlFlow;

use super::sums::{BLOCK, Deviations, Moments, PERCENTILES, Sums, between, image, number, place};
use crate::frame::{CallError, Frame};
use crate::ops::{
    AggregateBetween, AggregateDeviations, AggregateRanges, AggregateUpdate, Input, Listed,
    NotFinite, Summary,
};
use crate::refusal::{Refuses, Status};

/// Who runs operations.
pub trait Run {
    /// Why there is no answer.
    type Error;

    /// Runs one.
    ///
    /// # Errors
    /// Where there is no answer.
    fn run<O: Listed>(&mut self, input: Input<'_, O>) -> Result<O::Output, Self::Error>;
}

/// Runs operations on their kernels, in one frame.
pub(super) struct OnFrame<'a, F>(pub(super) &'a mut F);

impl<F: Frame> Run for OnFrame<'_, F> {
    type Error = CallError;

    fn run<O: Listed>(&mut self, input: Input<'_, O>) -> Result<O::Output, CallError> {
        O::kernel::<F, &[u8]>(self.0, input)
    }
}

/// A pass over a column has seen other numbers than the passes before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the numbers have changed between two passes over them")]
pub struct NumbersChanged;

impl Refuses for NumbersChanged {
    fn status(&self) -> Status {
        Status::Malformed
    }
}

/// Why passes have no summary.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PassError<E> {
    /// An operation has no answer.
    #[error(transparent)]
    Run(E),
    /// A number is not finite.
    #[error(transparent)]
    NotFinite(#[from] NotFinite),
    /// The numbers of a pass are not those of the passes before.
    #[error(transparent)]
    Changed(#[from] NumbersChanged),
}

/// Several passes over one column of numbers.
#[derive(Debug)]
pub struct Passes {
    /// Numbers in a piece.
    piece: usize,
    /// The most numbers that are listed.
    most_listed: u64,
    /// Numbers that do not make a piece yet.
    pending: Vec<f64>,
    /// Numbers of this pass that have made one.
    seen: u64,
    pass: Pass,
}

/// What a pass is for.
#[derive(Debug)]
enum Pass {
    /// Sum and extent.
    Sums([u8; AggregateUpdate::STATE_LEN]),
    /// The sum anew, which was out of range.
    ScaledSum(Sums, [u8; AggregateDeviations::STATE_LEN]),
    /// Deviations, and the first counts.
    Deviations(Moments, [u8; AggregateDeviations::STATE_LEN], Selection),
    /// Percentiles.
    Selection(Moments, Deviations, Selection),
    /// Nothing: all is known.
    Done(Option<Summary>),
}

impl Passes {
    /// Passes that work on `piece` numbers at a time, rounded up to whole blocks of 128, and hold
    /// `most_listed` numbers at most for the percentiles.
    #[must_use]
    pub fn new(piece: usize, most_listed: u64) -> Self {
        Self {
            piece: piece.max(1).next_multiple_of(BLOCK),
            most_listed,
            pending: Vec::new(),
            seen: 0,
            pass: Pass::Sums(*AggregateUpdate::START),
        }
    }

    /// Goes on with a pass.
    ///
    /// # Errors
    /// [`PassError`], and then the passes are of no more use.
    pub fn update<R: Run>(
        &mut self,
        run: &mut R,
        mut values: &[f64],
    ) -> Result<(), PassError<R::Error>> {
        if !self.pending.is_empty() {
            let wanted = values.len().min(self.piece - self.pending.len());
            let (now, later) = values.split_at(wanted);
            self.pending.extend_from_slice(now);
            values = later;
            if self.pending.len() < self.piece {
                return Ok(());
            }
            self.take_pending(run)?;
        }
        let pieces = values.chunks_exact(self.piece);
        self.pending.extend_from_slice(pieces.remainder());
        for piece in pieces {
            self.take(run, piece)?;
        }
        Ok(())
    }

    /// Ends a pass. Where another one is needed, it is to be over the same numbers in the same order,
    /// in pieces of any length. The summary is that of [`Aggregate`](super::summary::Aggregate), to the last
    /// bit.
    ///
    /// # Errors
    /// [`PassError`], and then the passes are of no more use.
    pub fn end_pass<R: Run>(
        &mut self,
        run: &mut R,
    ) -> Result<ControlFlow<Option<Summary>>, PassError<R::Error>> {
        if !self.pending.is_empty() {
            self.take_pending(run)?;
        }
        let seen = mem::take(&mut self.seen);
        let next = match mem::replace(&mut self.pass, Pass::Done(None)) {
            Pass::Sums(state) => {
                let sums = Sums::from_state(&state);
                match Moments::new(&sums) {
                    _ if seen == 0 => Pass::Done(None),
                    Some(moments) => Pass::deviations(moments),
                    None => Pass::ScaledSum(sums, Deviations::to_rescale().state()),
                }
            }
            Pass::ScaledSum(sums, state) => {
                let scaled = Deviations::from_state(&state);
                if seen != sums.seen || scaled.is_nan() {
                    return Err(NumbersChanged.into());
                }
                Pass::deviations(Moments::rescaled(&sums, &scaled))
            }
            Pass::Deviations(moments, state, selection) => {
                let deviations = Deviations::from_state(&state);
                if seen != moments.count || deviations.is_nan() {
                    return Err(NumbersChanged.into());
                }
                Pass::Selection(moments, deviations, selection).narrowed(self.most_listed)?
            }
            Pass::Selection(moments, ..) if seen != moments.count => {
                return Err(NumbersChanged.into());
            }
            pass => pass.narrowed(self.most_listed)?,
        };
        self.pass = next;
        Ok(match &self.pass {
            Pass::Done(summary) => ControlFlow::Break(*summary),
            _ => ControlFlow::Continue(()),
        })
    }

    fn take_pending<R: Run>(&mut self, run: &mut R) -> Result<(), PassError<R::Error>> {
        let mut pending = mem::take(&mut self.pending);
        let taken = self.take(run, &pending);
        pending.clear();
        self.pending = pending;
        taken
    }

    fn take<R: Run>(&mut self, run: &mut R, piece: &[f64]) -> Result<(), PassError<R::Error>> {
        match &mut self.pass {
            Pass::Sums(state) => {
                let next = run.run::<AggregateUpdate>((state, piece));
                *state = next.map_err(PassError::Run)?.map_err(|error| NotFinite {
                    index: self.seen as usize + error.index,
                })?;
            }
            Pass::ScaledSum(_, state) => {
                *state =
                    (run.run::<AggregateDeviations>((state, piece))).map_err(PassError::Run)?;
            }
            Pass::Deviations(_, state, selection) => {
                *state =
                    (run.run::<AggregateDeviations>((state, piece))).map_err(PassError::Run)?;
                selection.take(run, piece)?;
            }
            Pass::Selection(_, _, selection) => selection.take(run, piece)?,
            Pass::Done(_) => {}
        }
        self.seen += piece.len() as u64;
        Ok(())
    }
}

impl Pass {
    fn deviations(moments: Moments) -> Self {
        let state = moments.deviations().state();
        Self::Deviations(moments, state, Selection::new(&moments))
    }

    /// What is to be done after a pass of a selection: another one, or nothing.
    fn narrowed(self, most_listed: u64) -> Result<Self, NumbersChanged> {
        let Self::Selection(moments, deviations, mut selection) = self else {
            return Ok(self);
        };
        selection.narrow(most_listed)?;
        Ok(if selection.is_done() {
            let percentiles = selection.percentiles(moments.count);
            Self::Done(Some(moments.summary(&deviations, percentiles)))
        } else {
            Self::Selection(moments, deviations, selection)
        })
    }
}

/// The search for the numbers of certain ranks.
#[derive(Debug)]
struct Selection {
    ranks: Vec<u64>,
    /// Where they are, in ascending order.
    ranges: Vec<Range>,
}

/// All numbers from one to another.
#[derive(Debug)]
struct Range {
    /// The [`image`] of the least number.
    low: i64,
    /// The image of the greatest.
    high: i64,
    /// How many numbers of the column are less.
    before: u64,
    /// How many are in the range.
    len: u64,
    found: Found,
}

/// What a pass has found in a range.
#[derive(Debug)]
enum Found {
    /// How many numbers are in each part of it. No parts before the first piece.
    Counts(Vec<u64>),
    /// The numbers, in any order.
    List(Vec<f64>),
    /// The numbers, sorted.
    Sorted(Vec<f64>),
}

impl Selection {
    fn new(moments: &Moments) -> Self {
        let places = PERCENTILES.map(|p| place(moments.count, p));
        let ranks = places.into_iter().flat_map(|(rank, fraction)| {
            // A fraction is left only below the last rank.
            [rank, rank + u64::from(fraction > 0.0)]
        });
        // A zero stands for both zeros, of which -0 comes first.
        let is_zero = moments.least == 0.0;
        let all = Range {
            low: image(if is_zero { -0.0 } else { moments.least }),
            high: image(moments.greatest + 0.0),
            before: 0,
            len: moments.count,
            found: Found::Counts(Vec::new()),
        };
        Self {
            ranks: ranks.collect(),
            ranges: vec![all],
        }
    }

    fn take<R: Run>(&mut self, run: &mut R, piece: &[f64]) -> Result<(), PassError<R::Error>> {
        for range in self.ranges.iter_mut().filter(|range| !range.is_known()) {
            let input = (piece, number(range.low), number(range.high));
            match &mut range.found {
                Found::Counts(counts) => {
                    let more = run.run::<AggregateRanges>(input).map_err(PassError::Run)?;
                    counts.resize(more.len(), 0);
                    for (count, more) in counts.iter_mut().zip(more) {
                        *count += u64::from(more);
                    }
                }
                Found::List(list) => {
                    let more = run.run::<AggregateBetween>(input).map_err(PassError::Run)?;
                    if (list.len() + more.len()) as u64 > range.len {
                        return Err(NumbersChanged.into());
                    }
                    list.extend(more);
                }
                Found::Sorted(_) => {}
            }
        }
        Ok(())
    }

    /// Makes the ranges smaller after a pass.
    fn narrow(&mut self, most_listed: u64) -> Result<(), NumbersChanged> {
        let mut ranges = Vec::new();
        for range in mem::take(&mut self.ranges) {
            range.narrow(&self.ranks, &mut ranges)?;
        }
        let unknown = ranges.iter().filter(|range| !range.is_known());
        if unknown.map(|range| range.len).sum::<u64>() <= most_listed {
            for range in ranges.iter_mut().filter(|range| !range.is_known()) {
                range.found = Found::List(Vec::with_capacity(range.len as usize));
            }
        }
        self.ranges = ranges;
        Ok(())
    }

    fn is_done(&self) -> bool {
        self.ranges.iter().all(Range::is_known)
    }

    /// The percentiles, once the search is done.
    fn percentiles(&self, count: u64) -> [f64; 3] {
        PERCENTILES.map(|p| {
            let (rank, fraction) = place(count, p);
            let next = rank + u64::from(fraction > 0.0);
            between(self.value(rank), self.value(next), fraction)
        })
    }

    fn value(&self, rank: u64) -> f64 {
        let range = self.ranges.iter().find(|range| range.contains(rank));
        // NaN never comes out: every rank that is asked for is in a range.
        range.map_or(f64::NAN, |range| match &range.found {
            Found::Sorted(list) => list[(rank - range.before) as usize],
            _ => number(range.low),
        })
    }
}

impl Range {
    /// Whether the numbers of all ranks in it are known.
    fn is_known(&self) -> bool {
        self.low == self.high || matches!(self.found, Found::Sorted(_))
    }

    fn contains(&self, rank: u64) -> bool {
        (self.before..self.before + self.len).contains(&rank)
    }

    /// What is left of the range after a pass: the parts that have one of the ranks.
    fn narrow(mut self, ranks: &[u64], ranges: &mut Vec<Self>) -> Result<(), NumbersChanged> {
        if self.is_known() {
            ranges.push(self);
            return Ok(());
        }
        match self.found {
            Found::Counts(counts) => {
                if counts.iter().sum::<u64>() != self.len {
                    return Err(NumbersChanged);
                }
                let shift = AggregateRanges::shift(self.high.wrapping_sub(self.low) as u64);
                let mut before = self.before;
                for (part, len) in counts.into_iter().enumerate() {
                    let low = self.low.wrapping_add((part as i64) << shift);
                    let range = Self {
                        low,
                        high: self.high.min(low.saturating_add((1 << shift) - 1)),
                        before,
                        len,
                        found: Found::Counts(Vec::new()),
                    };
                    before += len;
                    if ranks.iter().any(|rank| range.contains(*rank)) {
                        ranges.push(range);
                    }
                }
            }
            Found::List(mut list) => {
                if list.len() as u64 != self.len {
                    return Err(NumbersChanged);
                }
                list.sort_unstable_by(f64::total_cmp);
                self.found = Found::Sorted(list);
                ranges.push(self);
            }
            Found::Sorted(_) => ranges.push(self),
        }
        Ok(())
    }
}
