//! How many numbers of a column are in each of many ranges.

use crate::frame::{ByteString, CallError, Frame};
use crate::generator::Generator;
use crate::ops::aggregate::{bounds, little_endian, malformed};
use crate::ops::aggregate_sums::image;
use crate::ops::argument::{Argument, ArgumentError, Parameter, given};
use crate::ops::{Aggregate, Input, Operation};
use kilowat_engine::Value;
use kilowat_kernels::{Export, memory_ops};

/// How many numbers are in each range of those from a lower to an upper bound. All numbers that there
/// are between the bounds are cut, in their order, into ranges of 2^k, k being the least with which
/// the ranges are [`AggregateRanges::MOST`] at most; the last may be shorter. -0 comes before +0.
#[derive(Debug)]
pub struct AggregateRanges;

impl AggregateRanges {
    /// The most ranges that there are.
    pub const MOST: usize = 4096;

    /// The k of the ranges of numbers whose images are up to `span` apart.
    pub(super) fn shift(span: u64) -> u32 {
        let bits = u64::BITS - span.leading_zeros();
        bits.saturating_sub(Self::MOST.ilog2())
    }
}

impl Operation for AggregateRanges {
    const NAME: &'static str = "aggregate_ranges";
    const SUMMARY: &'static str = "how many numbers are in each of up to 4096 ranges";
    const PARAMETERS: &'static [Parameter] = &[
        Parameter::numbers("values", "the numbers"),
        Parameter::number("low", "the least that is in a range, finite"),
        Parameter::number("high", "the greatest that is in a range, finite"),
    ];

    /// The numbers and the bounds.
    type Case = (Vec<f64>, f64, f64);
    type Input<'a, B: ByteString<'a>> = (&'a [f64], f64, f64);
    type Output = Vec<u32>;

    fn export() -> &'static Export {
        &memory_ops::AGGREGATE_RANGES
    }

    fn input((values, low, high): &Self::Case) -> Input<'_, Self> {
        (values, *low, *high)
    }

    fn parse<'a, B: ByteString<'a>>(
        arguments: &[Argument<'a>],
    ) -> Result<Self::Input<'a, B>, ArgumentError> {
        let [values, low, high] = given::<Self, _>(arguments)?;
        Ok((values.numbers()?, low.finite()?, high.finite()?))
    }

    fn own((values, low, high): Input<'_, Self>) -> Self::Case {
        (values.to_vec(), low, high)
    }

    fn input_len<'a, B: ByteString<'a>>((values, ..): Self::Input<'a, B>) -> u64 {
        size_of_val(values) as u64
    }

    fn native((values, low, high): Input<'_, Self>) -> Vec<u32> {
        let (low, high) = (image(low), image(high));
        if high < low {
            return Vec::new();
        }
        // As much as the distance between any two images.
        let distance = |image: i64| image.wrapping_sub(low) as u64;
        let shift = Self::shift(distance(high));
        let mut counts = vec![0; (distance(high) >> shift) as usize + 1];
        for value in values {
            let image = image(*value);
            if (low..=high).contains(&image) {
                counts[(distance(image) >> shift) as usize] += 1;
            }
        }
        counts
    }

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        (values, low, high): Self::Input<'a, B>,
    ) -> Result<Vec<u32>, CallError> {
        let src = frame.input(&little_endian(values))?;
        let dst = frame.output(Self::MOST * size_of::<u32>())?;
        let arguments = [
            src.ptr.into(),
            (values.len() as u32).into(),
            Value::F64(low.to_bits()),
            Value::F64(high.to_bits()),
            dst.ptr.into(),
        ];
        let ranges = frame.invoke_i32(Self::export(), &arguments)?;
        let Some(len @ 0..=Self::MOST) = usize::try_from(ranges).ok() else {
            return Err(malformed(Self::export(), ranges));
        };
        let counts = frame.read(dst.prefix((len * size_of::<u32>()) as u32));
        let counts = counts.as_chunks().0.iter().copied();
        Ok(counts.map(u32::from_le_bytes).collect())
    }

    /// Columns with bounds that are of them, around them or anywhere, in either order.
    fn generate(generator: &mut Generator, len: usize) -> Self::Case {
        let values = Aggregate::generate(generator, len);
        let (low, high) = bounds(generator, &values);
        (values, low, high)
    }

    /// All numbers in a range.
    fn workload(generator: &mut Generator, len: usize) -> Self::Case {
        (Aggregate::workload(generator, len), 0.0, 1e6)
    }
}
