//! How many numbers of a column are in each of many ranges.

use super::summary::Aggregate;
#[cfg(feature = "native")]
use super::summary::bounds;
use super::summary::{breach, little_endian};
use super::sums::image;
use crate::prelude::*;
use kilowat_kernels::memory_ops;

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
    const EXPORT: &'static Export = &memory_ops::AGGREGATE_RANGES;
    const PARAMETERS: Names = &[
        ("values", "the numbers"),
        ("low", "the least that is in a range, finite"),
        ("high", "the greatest that is in a range, finite"),
    ];

    type Shape = (Numbers, Finite, Finite);
    type Output = Vec<u32>;

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        (values, low, high): Input<'a, Self, B>,
    ) -> Result<Vec<u32>, CallError> {
        let src = frame.input(&little_endian(values))?;
        let dst = frame.output(Self::MOST * size_of::<u32>())?;
        let arguments = [
            src.ptr.into(),
            (values.len() as u32).into(),
            WasmValue::F64(low.to_bits()),
            WasmValue::F64(high.to_bits()),
            dst.ptr.into(),
        ];
        let ranges = frame.invoke_i32(Self::EXPORT, &arguments)?;
        let Some(len @ 0..=Self::MOST) = usize::try_from(ranges).ok() else {
            return Err(breach(Self::EXPORT, ranges));
        };
        let counts = frame.read(dst.prefix((len * size_of::<u32>()) as u32));
        let counts = counts.as_chunks().0.iter().copied();
        Ok(counts.map(u32::from_le_bytes).collect())
    }
}

#[cfg(feature = "native")]
impl Native for AggregateRanges {
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

    /// Columns with bounds that are of them, around them or anywhere, in either order.
    fn generate(generator: &mut Generator, len: usize) -> Case<Self> {
        let values = Aggregate::generate(generator, len);
        let (low, high) = bounds(generator, &values);
        (values, low, high)
    }

    /// All numbers in a range.
    fn workload(generator: &mut Generator, len: usize) -> Case<Self> {
        (Aggregate::workload(generator, len), 0.0, 1e6)
    }
}
