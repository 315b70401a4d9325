//! The numbers of a column between two bounds.

use crate::frame::{ByteString, CallError, Frame};
use crate::generator::Generator;
use crate::ops::aggregate::{bounds, little_endian, malformed};
use crate::ops::aggregate_sums::image;
use crate::ops::argument::{Argument, ArgumentError, Parameter, given};
use crate::ops::{Aggregate, Input, Operation};
use kilowat_engine::Value;
use kilowat_kernels::{Export, memory_ops};

/// Those of a column's numbers that are from a lower to an upper bound, both included, in the
/// column's order. -0 comes before +0.
#[derive(Debug)]
pub struct AggregateBetween;

impl Operation for AggregateBetween {
    const NAME: &'static str = "aggregate_between";
    const SUMMARY: &'static str = "those of some numbers that are between two bounds";
    const PARAMETERS: &'static [Parameter] = &[
        Parameter::numbers("values", "the numbers"),
        Parameter::number("low", "the least that is wanted, finite"),
        Parameter::number("high", "the greatest that is wanted, finite"),
    ];

    /// The numbers and the bounds.
    type Case = (Vec<f64>, f64, f64);
    type Input<'a, B: ByteString<'a>> = (&'a [f64], f64, f64);
    type Output = Vec<f64>;

    fn export() -> &'static Export {
        &memory_ops::AGGREGATE_BETWEEN
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

    fn native((values, low, high): Input<'_, Self>) -> Vec<f64> {
        let wanted = image(low)..=image(high);
        let values = values.iter().copied();
        values
            .filter(|value| wanted.contains(&image(*value)))
            .collect()
    }

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        (values, low, high): Self::Input<'a, B>,
    ) -> Result<Vec<f64>, CallError> {
        let src = frame.input(&little_endian(values))?;
        let dst = frame.output(size_of_val(values))?;
        let arguments = [
            src.ptr.into(),
            (values.len() as u32).into(),
            Value::F64(low.to_bits()),
            Value::F64(high.to_bits()),
            dst.ptr.into(),
        ];
        let count = frame.invoke_i32(Self::export(), &arguments)?;
        let len = u64::from(count as u32) * size_of::<f64>() as u64;
        if len > u64::from(dst.len) {
            return Err(malformed(Self::export(), count));
        }
        // No more than the span's own length, which is a u32.
        let found = frame.read(dst.prefix(len as u32)).as_chunks().0;
        Ok(found.iter().copied().map(f64::from_le_bytes).collect())
    }

    /// Columns with bounds that are of them, around them or anywhere, in either order.
    fn generate(generator: &mut Generator, len: usize) -> Self::Case {
        let values = Aggregate::generate(generator, len);
        let (low, high) = bounds(generator, &values);
        (values, low, high)
    }

    /// Few of many.
    fn workload(generator: &mut Generator, len: usize) -> Self::Case {
        (Aggregate::workload(generator, len), 21.5, 21.75)
    }
}
