//! The aggregates of a column of numbers.

#![expect(
    clippy::cast_precision_loss,
    reason = "a memory holds fewer numbers than a double counts exactly"
)]

use std::borrow::Cow;

use crate::engine::Value;
use crate::frame::{ByteString, CallError, Frame};
use crate::generator::Generator;
use crate::module::{Export, memory_ops};
use crate::ops::answer::OperationError;
use crate::ops::argument::{Argument, ArgumentError, Parameter, given};
use crate::ops::{Answer, Datum, Operation};

/// What there is to say about a column of numbers: its size, sum, extent, spread and percentiles.
#[derive(Debug)]
pub struct Aggregate;

/// What there is to say about a column of numbers. Of no numbers, every field is 0. A field that is
/// zero is +0.
///
/// Memory and time are linear in the numbers, and the same numbers in the same order give the same
/// summary to the last bit on every tier and machine.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Summary {
    /// How many numbers there are.
    pub count: usize,
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
    /// count. 0 for a single number, and infinite where it is out of range.
    pub variance: f64,
    /// The standard deviation: the root of the variance, exact also where that is out of range.
    pub standard_deviation: f64,
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

impl Answer for Result<Summary, NotFinite> {
    fn bytes(&self) -> Vec<u8> {
        match self {
            Ok(summary) => {
                let fields = summary.fields().into_iter();
                fields.flat_map(f64::to_le_bytes).collect()
            }
            Err(error) => (error.index as u64).bytes(),
        }
    }

    fn value(self) -> Result<Datum, OperationError> {
        let summary = self?;
        Ok(Datum::record([
            ("count", Datum::Integer(summary.count as u64)),
            ("sum", Datum::Number(summary.sum)),
            ("mean", Datum::Number(summary.mean)),
            ("min", Datum::Number(summary.min)),
            ("max", Datum::Number(summary.max)),
            ("variance", Datum::Number(summary.variance)),
            (
                "standard_deviation",
                Datum::Number(summary.standard_deviation),
            ),
            ("p50", Datum::Number(summary.p50)),
            ("p95", Datum::Number(summary.p95)),
            ("p99", Datum::Number(summary.p99)),
        ]))
    }
}

/// Fields that the kernel writes.
const FIELDS: usize = 10;

impl Summary {
    /// The summary as the kernel writes it.
    fn fields(&self) -> [f64; FIELDS] {
        [
            self.count as f64,
            self.sum,
            self.mean,
            self.min,
            self.max,
            self.variance,
            self.standard_deviation,
            self.p50,
            self.p95,
            self.p99,
        ]
    }

    fn from_fields(fields: [f64; FIELDS]) -> Self {
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
        Self {
            count: count as usize,
            sum,
            mean,
            min,
            max,
            variance,
            standard_deviation,
            p50,
            p95,
            p99,
        }
    }
}

/// The little-endian bytes of numbers, which most machines hold in that order anyway.
fn little_endian(values: &[f64]) -> Cow<'_, [u8]> {
    if cfg!(target_endian = "little") {
        Cow::Borrowed(bytemuck::cast_slice(values))
    } else {
        let bytes = values.iter().flat_map(|value| value.to_le_bytes());
        Cow::Owned(bytes.collect())
    }
}

impl Operation for Aggregate {
    const NAME: &'static str = "aggregate";
    const SUMMARY: &'static str = "count, sum, mean, extent, spread and percentiles of numbers";
    const PARAMETERS: &'static [Parameter] = &[Parameter::numbers(
        "values",
        "the numbers, all of them finite",
    )];

    type Case = Vec<f64>;
    type Input<'a, B: ByteString<'a>> = &'a [f64];
    type Output = Result<Summary, NotFinite>;

    fn export() -> &'static Export {
        &memory_ops::AGGREGATE
    }

    fn input(case: &Vec<f64>) -> &[f64] {
        case
    }

    fn parse<'a, B: ByteString<'a>>(
        arguments: &[Argument<'a>],
    ) -> Result<Self::Input<'a, B>, ArgumentError> {
        let [values] = given::<Self, _>(arguments)?;
        values.numbers()
    }

    fn own(values: &[f64]) -> Vec<f64> {
        values.to_vec()
    }

    fn input_len<'a, B: ByteString<'a>>(values: Self::Input<'a, B>) -> u64 {
        size_of_val(values) as u64
    }

    /// The kernel's sums are defined to the order of their additions, and these are the same; the
    /// percentiles come from the standard library. `tests/memory_ops.rs` holds both to exact sums
    /// and certified figures.
    fn native(values: &[f64]) -> Result<Summary, NotFinite> {
        if let Some(index) = values.iter().position(|value| !value.is_finite()) {
            return Err(NotFinite { index });
        }
        if values.is_empty() {
            return Ok(Summary::default());
        }
        let (min, max) = native::extent(values);
        let n = values.len() as f64;
        let mut sum = native::sum(values);
        let mut mean = sum / n;
        if !sum.is_finite() {
            let (scaled, _) = native::deviations(values, 0.0, native::SCALE_DOWN);
            mean = scaled / n * native::SCALE_UP;
            sum = scaled * native::SCALE_UP;
        }
        if mean > max {
            mean = max;
        }
        if mean < min {
            mean = min;
        }
        mean += 0.0;

        let magnitude = min.abs().max(max.abs());
        let (scale, unscale) = if magnitude > native::HUGE {
            (native::SCALE_DOWN, native::SCALE_UP)
        } else if magnitude < native::TINY {
            (native::SCALE_UP, native::SCALE_DOWN)
        } else {
            (1.0, 1.0)
        };
        let (deviations, squares) = native::deviations(values, mean * scale, scale);
        let corrected = squares - deviations * deviations / n;
        let variance = if corrected > 0.0 { corrected } else { 0.0 } / (n - 1.0).max(1.0);

        let mut sorted = values.to_vec();
        Ok(Summary {
            count: values.len(),
            sum,
            mean,
            min: min + 0.0,
            max: max + 0.0,
            variance: variance * unscale * unscale,
            standard_deviation: variance.sqrt() * unscale,
            p50: native::percentile(&mut sorted, 0.5),
            p95: native::percentile(&mut sorted, 0.95),
            p99: native::percentile(&mut sorted, 0.99),
        })
    }

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        values: Self::Input<'a, B>,
    ) -> Result<Result<Summary, NotFinite>, CallError> {
        let bytes = little_endian(values);
        let src = frame.input(&bytes)?;
        let scratch = frame.output(bytes.len())?;
        let dst = frame.output(FIELDS * size_of::<f64>())?;
        let arguments = [
            src.ptr.into(),
            (values.len() as u32).into(),
            scratch.ptr.into(),
            dst.ptr.into(),
        ];
        let status = frame.invoke_i32(Self::export(), &arguments)?;
        let mut fields = [0.0; FIELDS];
        for (field, bytes) in fields.iter_mut().zip(frame.read(dst).as_chunks().0) {
            *field = f64::from_le_bytes(*bytes);
        }
        match status {
            0 => Ok(Ok(Summary::from_fields(fields))),
            -3 => Ok(Err(NotFinite {
                index: fields[0] as usize,
            })),
            other => Err(CallError::Contract {
                export: Self::export().name,
                value: Some(Value::I32(other)),
            }),
        }
    }

    /// `len` numbers where that is little, an eighth of it otherwise, of kinds that columns have or
    /// that strain sums and digits.
    fn generate(generator: &mut Generator, len: usize) -> Vec<f64> {
        let count = if len <= 1_000 { len } else { len / 8 };
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
                (0..count).map(|_| *generator.choose(&huge)).collect()
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

/// The kernel's algorithm, step by step.
mod native {
    pub(super) const HUGE: f64 = power_of_two(480);
    pub(super) const TINY: f64 = power_of_two(-300);
    pub(super) const SCALE_DOWN: f64 = power_of_two(-600);
    pub(super) const SCALE_UP: f64 = power_of_two(600);

    /// Values in a block, whose sums are added with their errors.
    const BLOCK: usize = 128;

    const fn power_of_two(exponent: i64) -> f64 {
        f64::from_bits(((exponent + 1023) as u64) << 52)
    }

    /// A sum and what rounding took from it.
    #[derive(Default, Clone, Copy)]
    struct Total {
        sum: f64,
        lost: f64,
    }

    impl Total {
        /// Knuth's exact addition: the sum's error is a number, and is kept.
        fn add(&mut self, term: f64) {
            let next = self.sum + term;
            let share = next - self.sum;
            self.lost += (self.sum - (next - share)) + (term - share);
            self.sum = next;
        }
    }

    /// The totals of the even and of the odd values.
    #[derive(Default)]
    struct Pair([Total; 2]);

    impl Pair {
        fn add(&mut self, terms: [f64; 2]) {
            self.0[0].add(terms[0]);
            self.0[1].add(terms[1]);
        }

        fn collapse(&self) -> f64 {
            let [a, b] = self.0;
            let mut total = Total {
                sum: a.sum,
                lost: 0.0,
            };
            total.add(b.sum);
            total.sum + (total.lost + (a.lost + b.lost))
        }
    }

    /// Neighbouring pairs added, then pairs of these, down to one pair.
    fn tree<const N: usize>(mut sums: [f64; N]) -> [f64; 2] {
        let mut pairs = N / 2;
        while pairs > 1 {
            pairs /= 2;
            for pair in 0..pairs {
                sums[2 * pair] = sums[4 * pair] + sums[4 * pair + 2];
                sums[2 * pair + 1] = sums[4 * pair + 1] + sums[4 * pair + 3];
            }
        }
        [sums[0], sums[1]]
    }

    /// The least and the greatest; a zero of either sign is either's.
    pub(super) fn extent(values: &[f64]) -> (f64, f64) {
        let first = values[0];
        values.iter().fold((first, first), |(min, max), value| {
            (
                if *value < min { *value } else { min },
                if *value > max { *value } else { max },
            )
        })
    }

    /// The sum, in the order of additions that the kernel's text lays down.
    pub(super) fn sum(values: &[f64]) -> f64 {
        const LANES: usize = 16;
        let (sixteens, rest) = values.as_chunks::<LANES>();
        let mut total = Pair::default();
        for block in sixteens.chunks(BLOCK / LANES) {
            let mut sums = [0.0; LANES];
            for values in block {
                for (sum, value) in sums.iter_mut().zip(values) {
                    *sum += value;
                }
            }
            total.add(tree(sums));
        }
        let mut last = [0.0; 2];
        for (index, value) in rest.iter().enumerate() {
            last[index % 2] += value;
        }
        total.add(last);
        total.collapse()
    }

    /// The sum of value * scale - mean, and of its square, likewise.
    pub(super) fn deviations(values: &[f64], mean: f64, scale: f64) -> (f64, f64) {
        const LANES: usize = 8;
        let (eights, rest) = values.as_chunks::<LANES>();
        let (mut total, mut total_of_squares) = (Pair::default(), Pair::default());
        for block in eights.chunks(BLOCK / LANES) {
            let (mut sums, mut squares) = ([0.0; LANES], [0.0; LANES]);
            for values in block {
                for lane in 0..LANES {
                    let deviation = values[lane] * scale - mean;
                    sums[lane] += deviation;
                    squares[lane] += deviation * deviation;
                }
            }
            total.add(tree(sums));
            total_of_squares.add(tree(squares));
        }
        let (mut last, mut last_of_squares) = ([0.0; 2], [0.0; 2]);
        for (index, value) in rest.iter().enumerate() {
            let deviation = value * scale - mean;
            last[index % 2] += deviation;
            last_of_squares[index % 2] += deviation * deviation;
        }
        total.add(last);
        total_of_squares.add(last_of_squares);
        (total.collapse(), total_of_squares.collapse())
    }

    /// The percentile of one value at least, whose order may be changed.
    pub(super) fn percentile(values: &mut [f64], p: f64) -> f64 {
        let place = (values.len() - 1) as f64 * p;
        let (rank, fraction) = (place as usize, place.fract());
        let (_, a, above) = values.select_nth_unstable_by(rank, f64::total_cmp);
        let a = *a;
        if fraction == 0.0 {
            return a + 0.0;
        }
        // A fraction is left only below the last rank, so that there is a value above.
        let b = above.iter().copied().min_by(f64::total_cmp).unwrap_or(a);
        between(a, b, fraction) + 0.0
    }

    fn between(a: f64, b: f64, fraction: f64) -> f64 {
        let distance = b - a;
        if distance.is_infinite() {
            a * (1.0 - fraction) + b * fraction
        } else if fraction < 0.5 {
            a + distance * fraction
        } else {
            b - distance * (1.0 - fraction)
        }
    }
}
