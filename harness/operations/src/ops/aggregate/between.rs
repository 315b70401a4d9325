//! The numbers of a column between two bounds.

use super::summary::Aggregate;
#[cfg(feature = "native")]
use super::summary::bounds;
use super::summary::{breach, little_endian};
use super::sums::image;
use crate::prelude::*;
use kilowat_kernels::memory_ops;

/// Those of a column's numbers that are from a lower to an upper bound, both included, in the
/// column's order. -0 comes before +0.
#[derive(Debug)]
pub struct AggregateBetween;

impl Operation for AggregateBetween {
    const NAME: &'static str = "aggregate_between";
    const SUMMARY: &'static str = "those of some numbers that are between two bounds";
    const EXPORT: &'static Export = &memory_ops::AGGREGATE_BETWEEN;
    const PARAMETERS: Names = &[
        ("values", "the numbers"),
        ("low", "the least that is wanted, finite"),
        ("high", "the greatest that is wanted, finite"),
    ];

    type Shape = (Numbers, Finite, Finite);
    type Output = Vec<f64>;

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        (values, low, high): Input<'a, Self, B>,
    ) -> Result<Vec<f64>, CallError> {
        let src = frame.input(&little_endian(values))?;
        let dst = frame.output(size_of_val(values))?;
        let arguments = [
            src.ptr.into(),
            (values.len() as u32).into(),
            WasmValue::F64(low.to_bits()),
            WasmValue::F64(high.to_bits()),
            dst.ptr.into(),
        ];
        let count = frame.invoke_i32(Self::EXPORT, &arguments)?;
        let len = u64::from(count as u32) * size_of::<f64>() as u64;
        if len > u64::from(dst.len) {
            return Err(breach(Self::EXPORT, count));
        }
        // No more than the span's own length, which is a u32.
        let found = frame.read(dst.prefix(len as u32)).as_chunks().0;
        Ok(found.iter().copied().map(f64::from_le_bytes).collect())
    }
}

#[cfg(feature = "native")]
impl Native for AggregateBetween {
    fn native((values, low, high): Input<'_, Self>) -> Vec<f64> {
        let wanted = image(low)..=image(high);
        let values = values.iter().copied();
        values
            .filter(|value| wanted.contains(&image(*value)))
            .collect()
    }

    /// Columns with bounds that are of them, around them or anywhere, in either order.
    fn generate(generator: &mut Generator, len: usize) -> Case<Self> {
        let values = Aggregate::generate(generator, len);
        let (low, high) = bounds(generator, &values);
        (values, low, high)
    }

    /// Few of many.
    fn workload(generator: &mut Generator, len: usize) -> Case<Self> {
        (Aggregate::workload(generator, len), 21.5, 21.75)
    }
}
