//! The aggregates of a column of numbers.

#![expect(
    clippy::cast_precision_loss,
    reason = "a memory holds fewer numbers than a double counts exactly"
)]

use std::borrow::Cow;
use std::ops::ControlFlow;

use super::passes::{OnFrame, PassError, Passes};
use super::sums::{BLOCK, Deviations, Moments, PERCENTILES, Sums, between, place};
use crate::prelude::*;
use crate::value::Kind;
use kilowat_kernels::memory_ops;

/// What there is to say about a column of numbers: its size, sum, extent, spread and percentiles.
#[derive(Debug)]
pub struct Aggregate;

/// What there is to say about a column of numbers, one at least. A field that is zero is +0.
///
/// Time is linear in the numbers, and the same numbers in the same order give the same summary to the
/// last bit on every tier and machine, however they are cut into pieces.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Summary {
    /// How many numbers there are.
    pub count: u64,
    /// Their sum, as if added in twice the precision but for sums within 128 numbers. Infinite only
    /// where the true sum is out of range.
    pub sum: f64,
    /// Their mean; between the least and the greatest, also where the sum is infinite.
    pub mean: f64,
    /// The least.
    pub min: f64,
    /// The greatest.
    pub max: f64,
    /// The variance of a sample: squared deviations from the mean, divided by one less than the
    /// count. A single number has none. Infinite where it is out of range.
    pub variance: Option<f64>,
    /// The standard deviation: the root of the variance, exact also where that is out of range. A
    /// single number has none.
    pub standard_deviation: Option<f64>,
    /// The median: percentile 50.
    pub p50: f64,
    /// Percentile 95, between two numbers in proportion (Hyndman and Fan's definition 7, which is
    /// also the default of `NumPy` and of spreadsheets).
    pub p95: f64,
    /// Percentile 99, likewise.
    pub p99: f64,
}

/// A number is infinite, or not a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the value at index {index} is not finite")]
pub struct NotFinite {
    /// Index of the first such number.
    pub index: usize,
}

impl Refuses for NotFinite {
    fn status(&self) -> Status {
        Status::Malformed
    }

    /// A number has 8 bytes.
    fn offset(&self) -> Option<u64> {
        Some((self.index * size_of::<f64>()) as u64)
    }
}

/// An empty column has no summary.
impl Answer for Option<Summary> {
    const FORM: Form = Form::of(Kind::Map).or_nothing();

    fn bytes(&self) -> Vec<u8> {
        let fields = self.iter().flat_map(Summary::fields);
        fields.flat_map(f64::to_le_bytes).collect()
    }

    fn value(self) -> Result<Value, Refusal> {
        let Some(summary) = self else {
            return Ok(Value::Nothing);
        };
        let number_if_any = |field: Option<f64>| field.map_or(Value::Nothing, Value::Number);
        Ok(Value::map([
            ("count", Value::Integer(summary.count)),
            ("sum", Value::Number(summary.sum)),
            ("mean", Value::Number(summary.mean)),
            ("min", Value::Number(summary.min)),
            ("max", Value::Number(summary.max)),
            ("variance", number_if_any(summary.variance)),
            (
                "standard_deviation",
                number_if_any(summary.standard_deviation),
            ),
            ("p50", Value::Number(summary.p50)),
            ("p95", Value::Number(summary.p95)),
            ("p99", Value::Number(summary.p99)),
        ]))
    }
}

/// Fields that the kernel writes.
const FIELDS: usize = memory_ops::summary::SIZE / size_of::<f64>();

impl Summary {
    /// The summary as the kernel writes it: what there is not is NaN.
    fn fields(&self) -> [f64; FIELDS] {
        [
            self.count as f64,
            self.sum,
            self.mean,
            self.min,
            self.max,
            self.variance.unwrap_or(f64::NAN),
            self.standard_deviation.unwrap_or(f64::NAN),
            self.p50,
            self.p95,
            self.p99,
        ]
    }

    /// Nothing for a count of 0.
    fn from_fields(fields: [f64; FIELDS]) -> Option<Self> {
        let [
            count,
            sum,
            mean,
            min,
            max,
            variance,
            standard_deviation,
            p50,
            p95,
            p99,
        ] = fields;
        (count > 0.0).then(|| Self {
            count: count as u64,
            sum,
            mean,
            min,
            max,
            variance: (!variance.is_nan()).then_some(variance),
            standard_deviation: (!standard_deviation.is_nan()).then_some(standard_deviation),
            p50,
            p95,
            p99,
        })
    }
}

/// The little-endian bytes of numbers, which most machines hold in that order anyway.
pub(super) fn little_endian(values: &[f64]) -> Cow<'_, [u8]> {
    if cfg!(target_endian = "little") {
        Cow::Borrowed(bytemuck::cast_slice(values))
    } else {
        let bytes = values.iter().flat_map(|value| value.to_le_bytes());
        Cow::Owned(bytes.collect())
    }
}

/// What the kernels return for a number that is not finite.
pub(super) const MALFORMED: i32 = Status::Malformed.code();

/// The error where a kernel returns a status that its contract does not allow.
pub(super) fn breach(export: &'static Export, status: i32) -> CallError {
    CallError::Contract {
        export: export.name,
        value: Some(WasmValue::I32(status)),
    }
}

/// Two finite bounds of a range: of the values, around them or anywhere, mostly the lower one first.
#[cfg(feature = "native")]
pub(super) fn bounds(generator: &mut Generator, values: &[f64]) -> (f64, f64) {
    let mut bound = || {
        let one_of_them = values.get(generator.number(0..=values.len()));
        let any = [0.0, -0.0, 1.0, -1.0, f64::MAX, f64::MIN, 5e-324, 1e9];
        let bound = match generator.number(0..=3) {
            0 => *generator.choose(&any),
            _ => one_of_them.copied().unwrap_or(f64::MAX),
        };
        let bound = match generator.number(0..=3) {
            0 => bound.next_up(),
            _ => bound,
        };
        if bound.is_finite() { bound } else { 0.5 }
    };
    let (a, b) = (bound(), bound());
    if a.total_cmp(&b).is_gt() && !generator.one_in(8) {
        (b, a)
    } else {
        (a, b)
    }
}

/// A percentile of one value at least, whose order may be changed.
#[cfg(feature = "native")]
fn percentile(values: &mut [f64], p: f64) -> f64 {
    let (rank, fraction) = place(values.len() as u64, p);
    let (_, a, above) = values.select_nth_unstable_by(rank as usize, f64::total_cmp);
    let a = *a;
    // A fraction is left only below the last rank, so that there is a value above.
    let b = above.iter().copied().min_by(f64::total_cmp).unwrap_or(a);
    between(a, b, fraction)
}

impl Aggregate {
    /// The answer for numbers that stand in the kernel's memory: 8 bytes each, little-endian.
    ///
    /// # Errors
    /// As of the operation.
    pub fn kernel_over<F: Frame>(
        frame: &mut F,
        src: Span,
    ) -> Result<Result<Option<Summary>, NotFinite>, CallError> {
        let scratch = frame.output(src.len as usize)?;
        let dst = frame.output(FIELDS * size_of::<f64>())?;
        let arguments = [
            src.ptr.into(),
            (src.len / size_of::<f64>() as u32).into(),
            scratch.ptr.into(),
            dst.ptr.into(),
        ];
        let status = frame.invoke_i32(Self::EXPORT, &arguments)?;
        let mut fields = [0.0; FIELDS];
        for (field, bytes) in fields.iter_mut().zip(frame.read(dst).as_chunks().0) {
            *field = f64::from_le_bytes(*bytes);
        }
        match status {
            0 => Ok(Ok(Summary::from_fields(fields))),
            MALFORMED => Ok(Err(NotFinite {
                index: fields[0] as usize,
            })),
            other => Err(breach(Self::EXPORT, other)),
        }
    }
}

impl Operation for Aggregate {
    const NAME: &'static str = "aggregate";
    const SUMMARY: &'static str = "count, sum, mean, extent, spread and percentiles of numbers";
    const EXPORT: &'static Export = &memory_ops::AGGREGATE;
    const PARAMETERS: Names = &[("values", "the numbers, all of them finite")];

    type Shape = Numbers;
    type Output = Result<Option<Summary>, NotFinite>;

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        values: Input<'a, Self, B>,
    ) -> Result<Self::Output, CallError> {
        let src = frame.input(&little_endian(values))?;
        Self::kernel_over(frame, src)
    }

    /// All passes over the column, with few pieces where it is long: each call is looked into. A
    /// column of one block is in one piece whatever the cuts.
    fn kernel_in_pieces<F: Frame>(
        frame: &mut F,
        values: &[f64],
        cuts: &[usize],
    ) -> Option<Result<Self::Output, CallError>> {
        const LISTED: u64 = 1 << 16;
        if values.len() <= BLOCK {
            return None;
        }
        let piece = BLOCK.max(values.len() / 3);
        Some(in_passes(frame, values, cuts, Passes::new(piece, LISTED)))
    }
}

#[cfg(feature = "native")]
impl Native for Aggregate {
    /// The kernel's sums are defined to the order of their additions, and these are the same; the
    /// percentiles come from the standard library. `tests/memory_ops.rs` holds both to exact sums
    /// and certified figures.
    fn native(values: &[f64]) -> Self::Output {
        if let Some(index) = values.iter().position(|value| !value.is_finite()) {
            return Err(NotFinite { index });
        }
        if values.is_empty() {
            return Ok(None);
        }
        let mut sums = Sums::default();
        sums.add(values);
        let moments = Moments::new(&sums).unwrap_or_else(|| {
            let mut scaled = Deviations::to_rescale();
            scaled.add(values);
            Moments::rescaled(&sums, &scaled)
        });
        let mut deviations = moments.deviations();
        deviations.add(values);
        let mut sorted = values.to_vec();
        let percentiles = PERCENTILES.map(|p| percentile(&mut sorted, p));
        Ok(Some(moments.summary(&deviations, percentiles)))
    }

    /// `len` numbers where that is little, an eighth of it otherwise, of kinds that columns have or
    /// that strain sums and digits.
    fn generate(generator: &mut Generator, len: usize) -> Vec<f64> {
        let count = if len <= 1_000 { len } else { len / 8 };
        if count >= 1_000 && generator.one_in(3) {
            let column = *generator.choose(&[misleading, halves]);
            return column(generator, count);
        }
        let kind = generator.number(0..=9);
        let mut values: Vec<f64> = match kind {
            0 => {
                let bits = generator.random_bytes(8 * count);
                let numbers = bits.as_chunks().0.iter().copied().map(f64::from_le_bytes);
                // Every magnitude there is, all of them finite.
                numbers
                    .map(|x| if x.is_finite() { x } else { f64::MAX })
                    .collect()
            }
            1 => {
                let tiny = [0.0, -0.0, 5e-324, -5e-324, 1e-310, -2e-308, 3e-308];
                (0..count).map(|_| *generator.choose(&tiny)).collect()
            }
            2 => {
                let huge = [f64::MAX, f64::MIN, 1e308, -1e308, 1.0, -1e-300];
                // The first two alone are further apart than any number is great.
                let kinds = if generator.one_in(2) { 2 } else { huge.len() };
                (0..count)
                    .map(|_| *generator.choose(&huge[..kinds]))
                    .collect()
            }
            // Ties.
            3 => (0..count).map(|_| generator.number(0..=3) as f64).collect(),
            4 => vec![*generator.choose(&[0.0, -0.0, 0.1, -7.5, 1e300]); count],
            // A narrow column far from zero, whose variance cancels.
            5 => (0..count)
                .map(|_| 1e9 + generator.number(0..=1_000) as f64 / 1_000.0)
                .collect(),
            // In order, or in reverse order.
            6 => (0..count).map(|index| index as f64 - 50.0).collect(),
            7 => (0..count).map(|index| 0.5 - index as f64 / 3.0).collect(),
            // Each step of narrowing down finds nearly all numbers in one digit.
            8 => (0..count)
                .map(|index| f64::from_bits(1 << (index % 63)))
                .collect(),
            _ => Self::workload(generator, 8 * count),
        };
        if count > 0 && generator.one_in(12) {
            for _ in 0..generator.number(1..=3) {
                let index = generator.number(0..=count - 1);
                values[index] = *generator.choose(&[f64::NAN, f64::INFINITY, f64::NEG_INFINITY]);
            }
        }
        values
    }

    /// Response times in milliseconds, with a long tail.
    fn workload(generator: &mut Generator, len: usize) -> Vec<f64> {
        let mut uniform = || (generator.number(1..=1 << 32)) as f64 / 4_294_967_296.0;
        (0..len / 8)
            .map(|_| {
                // Rounded to a microsecond, and no more than multiplication and division, which are
                // the same everywhere.
                let tail = 1.0 / uniform();
                let body = uniform() + uniform() + uniform() + uniform();
                (1_000.0 * (10.0 * body + tail)).round() / 1_000.0
            })
            .collect()
    }
}

/// A column of which a sample at regular distances, as the kernel takes one, says something else than
/// the whole.
#[cfg(feature = "native")]
fn misleading(generator: &mut Generator, count: usize) -> Vec<f64> {
    let bits = match count {
        65_536.. => 12,
        8_192.. => 9,
        _ => 8,
    };
    let others = *generator.choose(&[-1.0, 0.5, 2.0]);
    let mut fraction = || generator.number(0..=1 << 20) as f64 / f64::from(1 << 20);
    let mut values: Vec<f64> = (0..count).map(|_| others + fraction() / 100.0).collect();
    for index in 0..1 << bits {
        values[(index * count) >> bits] = fraction();
    }
    values
}

/// A column of which half has one value and half another, perhaps with a few between them: the median
/// lies at the edge of those that are equal.
#[cfg(feature = "native")]
fn halves(generator: &mut Generator, count: usize) -> Vec<f64> {
    let few = *generator.choose(&[0, count / 100]);
    let half = count / 2;
    let value = |index: usize| match index {
        index if index < half - few => 0.0,
        index if index < half => 1.0,
        _ => 2.0,
    };
    let mut values: Vec<f64> = (0..count).map(value).collect();
    for index in (1..count).rev() {
        values.swap(index, generator.number(0..=index));
    }
    values
}

/// The summary of values cut at the given bytes, by all passes that it takes.
fn in_passes<F: Frame>(
    frame: &mut F,
    values: &[f64],
    cuts: &[usize],
    mut passes: Passes,
) -> Result<Result<Option<Summary>, NotFinite>, CallError> {
    let cuts: Vec<usize> = cuts.iter().map(|cut| (*cut).min(values.len())).collect();
    let mut run = OnFrame(frame);
    loop {
        let mut pieces = crate::ops::pieces(values, &cuts);
        let outcome = pieces.try_for_each(|piece| passes.update(&mut run, piece));
        match outcome.and_then(|()| passes.end_pass(&mut run)) {
            Ok(ControlFlow::Continue(())) => {}
            Ok(ControlFlow::Break(summary)) => return Ok(Ok(summary)),
            Err(PassError::NotFinite(error)) => return Ok(Err(error)),
            Err(PassError::Run(error)) => return Err(error),
            // The values are the same: a kernel has not counted them all.
            Err(PassError::Changed(_)) => {
                return Err(CallError::Contract {
                    export: Aggregate::EXPORT.name,
                    value: None,
                });
            }
        }
    }
}
