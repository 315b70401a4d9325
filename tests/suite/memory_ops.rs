//! The module `memory_ops`: overlapping copies at every small distance, and the aggregates held to exact
//! sums and certified figures.

#![expect(
    clippy::float_cmp,
    clippy::cast_precision_loss,
    reason = "answers are the same to the last bit, and counts are small"
)]

use std::ops::ControlFlow;

use accurate::sum::OnlineExactSum;
use accurate::traits::SumAccumulator;
use kilowat::aggregate::Aggregator;
use kilowat::{Error, Runtime};
use kilowat_engine::{Engine, EngineKind, WasmValue};
use kilowat_kernels::MODULES;
use kilowat_operations::generator::Generator;
use kilowat_operations::ops::aggregate_passes::{Passes, Run};
use kilowat_operations::ops::{self, Move, Native as _, NotFinite, NumbersChanged, Summary};
use kilowat_operations::session::Library;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// Every length with every distance, in both directions, up to where the bulk instructions have
/// taken over.
#[test]
fn overlapping_copies() {
    const LONGEST: usize = 160;
    let buffer: Vec<u8> = (0..=255).cycle().take(2 * LONGEST).collect();
    for kind in EngineKind::WASM {
        let mut session = Library::new(kind).unwrap().unwrap().session();
        for len in 0..=LONGEST {
            for distance in 0..=LONGEST.min(len + 2) {
                for (from, to) in [(0, distance), (distance, 0)] {
                    let input = Move::Within {
                        buffer: buffer.as_slice(),
                        from,
                        to,
                        len,
                    };
                    let copied = session.run::<ops::MemoryCopy>(input).unwrap();
                    let expected = ops::MemoryCopy::native(input);
                    assert_eq!(copied, expected, "{kind}: {len} from {from} to {to}");
                }
            }
        }
    }
}

/// One difference at each place of each length.
#[test]
fn differences_at_every_place() {
    for kind in EngineKind::WASM {
        let mut session = Library::new(kind).unwrap().unwrap().session();
        for len in 1..=150 {
            let a = vec![0x7f; len];
            for place in 0..len {
                let mut b = a.clone();
                b[place] = 0x80;
                let pair = (a.as_slice(), b.as_slice());
                let found = session.run::<ops::Mismatch>(pair).unwrap();
                assert_eq!(found, Some(place), "{kind}: {len}");
                assert!(!session.run::<ops::Equal>(pair).unwrap());
                let order = session.run::<ops::MemoryCompare>(pair).unwrap();
                assert!(order.is_lt(), "{kind}: {len}, {place}");
            }
        }
    }
}

fn runtimes() -> [Runtime; 3] {
    EngineKind::ALL.map(|kind| Runtime::with_engine(kind).unwrap())
}

/// The summary of numbers, which is the same on all tiers to the last bit.
fn summary(values: &[f64]) -> Summary {
    let [first, rest @ ..] = runtimes().map(|runtime| runtime.aggregate(values).unwrap());
    for other in rest {
        assert_eq!(first, other);
    }
    first.unwrap()
}

/// The variance and the deviation of more than one number.
fn spread(summary: &Summary) -> [f64; 2] {
    [summary.variance, summary.standard_deviation].map(Option::unwrap)
}

fn exact_sum(values: impl Iterator<Item = f64>) -> f64 {
    let mut sum = OnlineExactSum::zero();
    for value in values {
        sum += value;
    }
    sum.sum()
}

fn close(actual: f64, expected: f64, relative: f64) {
    let error = (actual - expected).abs();
    let allowed = relative * expected.abs();
    assert!(
        error <= allowed,
        "{actual} is not {expected}: {error:e} off"
    );
}

/// Lengths around blocks, steps, pairs and the sort of a few.
const COUNTS: [usize; 16] = [
    1, 2, 3, 7, 8, 15, 16, 17, 31, 127, 128, 129, 1_000, 1_024, 10_007, 100_000,
];

#[test]
fn sums_are_exact_but_for_the_last_bits() {
    let mut generator = Generator::new(5, &[]);
    for count in COUNTS {
        let mut values = ops::Aggregate::workload(&mut generator, 8 * count);
        let sum = exact_sum(values.iter().copied());
        close(summary(&values).sum, sum, 2e-16 * 8.0);
        // Sums that cancel are as good as the numbers are large.
        for value in values.iter_mut().step_by(2) {
            *value = -*value;
        }
        let magnitude = exact_sum(values.iter().map(|value| value.abs()));
        let error = summary(&values).sum - exact_sum(values.iter().copied());
        assert!(error.abs() <= 2e-16 * magnitude, "{count}: {error:e}");
    }
}

#[test]
fn variances_hold_to_exact_sums_of_squares() {
    let mut generator = Generator::new(6, &[]);
    for count in COUNTS.into_iter().skip(1) {
        let values = ops::Aggregate::workload(&mut generator, 8 * count);
        let summary = summary(&values);
        let n = count as f64;
        let mean = exact_sum(values.iter().copied()) / n;
        close(summary.mean, mean, 1e-15);
        let squares = exact_sum(values.iter().map(|value| (value - mean).powi(2)));
        let variance = squares / (n - 1.0);
        close(spread(&summary)[0], variance, 1e-14);
        close(spread(&summary)[1], variance.sqrt(), 1e-14);
    }
}

/// Definition 7 by its formula, on sorted numbers.
#[test]
fn percentiles_are_those_of_sorted_numbers() {
    let mut generator = Generator::new(7, &[]);
    let mut columns: Vec<Vec<f64>> = COUNTS
        .map(|count| ops::Aggregate::workload(&mut generator, 8 * count))
        .into();
    columns.push((0..50_000).map(f64::from).collect());
    columns.push(
        (0..50_000)
            .rev()
            .map(|value| f64::from(value % 7))
            .collect(),
    );
    columns.push((0..50_000).map(|value| f64::from(value - 25_000)).collect());
    columns.push(
        (0..63)
            .cycle()
            .take(9_999)
            .map(|bit| f64::from_bits(1 << bit))
            .collect(),
    );
    // Values that fill much of a column, with a percentile between one and the next.
    columns.push((0..50_000).map(|value| f64::from(value % 2)).collect());
    columns.push(
        (0..50_000)
            .map(|value| f64::from((value - 24_999).max(0)))
            .collect(),
    );
    columns.push(
        (0..50_000)
            .map(|value| f64::from(value.min(25_000)))
            .collect(),
    );
    columns.push(
        (0..50_000)
            .map(|value| {
                if value % 2 == 0 {
                    1.0
                } else {
                    1.0_f64.next_up()
                }
            })
            .collect(),
    );
    columns.push(
        (0..50_001)
            .map(|value| if value % 2 == 0 { 0.0 } else { -0.0 })
            .collect(),
    );
    // What is sampled tells nothing about the rest.
    let misleading = |value: i32| if value % 16 == 0 { 0 } else { value };
    columns.push(
        (0..8_192)
            .map(|value| f64::from(misleading(value)))
            .collect(),
    );
    for values in columns {
        let summary = summary(&values);
        let mut sorted = values.clone();
        sorted.sort_by(f64::total_cmp);
        assert_eq!(
            [summary.min, summary.max],
            [sorted[0], sorted[values.len() - 1]]
        );
        for (actual, p) in [(summary.p50, 0.5), (summary.p95, 0.95), (summary.p99, 0.99)] {
            let place = (values.len() - 1) as f64 * p;
            let [below, above] = [place.floor(), place.ceil()].map(|rank| sorted[rank as usize]);
            let expected = below + (above - below) * place.fract();
            close(actual, expected, 1e-14);
        }
    }
}

/// `numpy.percentile(values, [50, 95, 99])`, with `numpy.var(ddof=1)`: small enough to do by hand.
#[test]
fn small_columns() {
    let one_to_five = summary(&[5.0, 3.0, 1.0, 4.0, 2.0]);
    let expected = Summary {
        count: 5,
        sum: 15.0,
        mean: 3.0,
        min: 1.0,
        max: 5.0,
        variance: Some(2.5),
        standard_deviation: Some(2.5_f64.sqrt()),
        p50: 3.0,
        p95: 4.8,
        p99: 4.96,
    };
    assert_eq!(one_to_five, expected);
}

/// The divisor of a variance is one less than the count.
#[test]
fn what_there_is_not_is_none() {
    for runtime in runtimes() {
        assert_eq!(runtime.aggregate(&[]).unwrap(), None);
    }
    let single = summary(&[7.25]);
    assert_eq!([single.mean, single.p50, single.p99], [7.25; 3]);
    assert_eq!((single.variance, single.standard_deviation), (None, None));
    // Not even where values are scaled.
    for value in [f64::MAX, 5e-324, 0.0] {
        assert_eq!(summary(&[value]).standard_deviation, None);
    }
}

/// The summary of numbers that come in pieces, by all passes over them.
fn in_pieces<'a, P>(runtime: &Runtime, pieces: impl Fn() -> P) -> Result<Option<Summary>, Error>
where
    P: Iterator<Item = &'a [f64]>,
{
    let mut aggregator = Aggregator::new(runtime);
    loop {
        for piece in pieces() {
            aggregator.update(piece)?;
        }
        if let ControlFlow::Break(summary) = aggregator.end_pass()? {
            return Ok(summary);
        }
    }
}

/// The same by passes of which each call has so many numbers, and no more than so many are listed.
fn in_passes(values: &[f64], piece: usize, most_listed: u64) -> (Option<Summary>, u32) {
    let mut passes = Passes::new(piece, most_listed);
    for pass in 1.. {
        passes.update(&mut Natively, values).unwrap();
        if let ControlFlow::Break(summary) = passes.end_pass(&mut Natively).unwrap() {
            return (summary, pass);
        }
        assert!(pass < 8, "a pass settles twelve bits of each number");
    }
    unreachable!("it counts without end")
}

struct Natively;

impl Run for Natively {
    type Error = std::convert::Infallible;

    fn run<O: ops::Listed>(&mut self, input: ops::Input<'_, O>) -> Result<O::Output, Self::Error> {
        Ok(O::native(input))
    }
}

/// Whatever the pieces are, and however little may be listed, the summary is the one of the whole.
#[test]
fn pieces_have_the_summary_of_the_whole() {
    let runtimes = runtimes();
    let mut generator = Generator::new(8, &[]);
    for len in [0, 1, 2, 3, 127, 128, 129, 255, 256, 257, 300, 1_000] {
        for _ in 0..20 {
            let mut values = ops::Aggregate::generate(&mut generator, len);
            values.retain(|value| value.is_finite());
            let whole = ops::Aggregate::native(&values).unwrap();
            for piece in [1, 2, 7, 100, 128, 200, 1_000] {
                for runtime in &runtimes {
                    let summary = in_pieces(runtime, || values.chunks(piece)).unwrap();
                    assert_eq!(summary, whole, "{values:?} by {piece}");
                }
            }
            for (piece, most_listed) in [(128, 0), (128, 3), (256, 20), (1_024, 1_000)] {
                let (summary, _) = in_passes(&values, piece, most_listed);
                assert_eq!(summary, whole, "{values:?}: {most_listed}");
            }
        }
    }
}

#[test]
fn a_column_is_gone_through_few_times() {
    let mut generator = Generator::new(9, &[]);
    let ordinary = ops::Aggregate::workload(&mut generator, 8 * 100_000);
    assert_eq!(in_passes(&ordinary, 4_096, 10_000).1, 3);
    // All in one range of the first counts, and each of the next ones.
    let narrow: Vec<f64> = (0..10_000).map(|bits| f64::from_bits(bits % 3)).collect();
    let mut wide = narrow.clone();
    wide.extend([f64::MIN, f64::MAX]);
    assert_eq!(in_passes(&narrow, 4_096, 100).1, 2);
    assert_eq!(in_passes(&wide, 4_096, 100).1, 7);
    assert_eq!(in_passes(&[], 4_096, 100), (None, 1));
}

proptest! {
    #![proptest_config(ProptestConfig {
        rng_seed: RngSeed::Fixed(0),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// Percentiles by their definition on sorted numbers, the extent, and all else as of the whole.
    #[test]
    fn pieces_of_any_length(
        values in prop::collection::vec(any_number(), 1..600),
        piece in 1_usize..700,
        most_listed in 0_u64..100,
    ) {
        let summary = in_passes(&values, piece, most_listed).0.unwrap();
        prop_assert_eq!(Some(summary), ops::Aggregate::native(&values).unwrap());
        let runtime = Runtime::with_engine(EngineKind::Interpreter).unwrap();
        prop_assert_eq!(in_pieces(&runtime, || values.chunks(piece)).unwrap(), Some(summary));
        let mut sorted = values.clone();
        sorted.sort_by(f64::total_cmp);
        prop_assert_eq!([summary.min, summary.max], [sorted[0], sorted[sorted.len() - 1]]);
        for (actual, p) in [(summary.p50, 0.5), (summary.p95, 0.95), (summary.p99, 0.99)] {
            let place = (values.len() - 1) as f64 * p;
            let [a, b] = [place.floor(), place.ceil()].map(|rank| sorted[rank as usize]);
            prop_assert!((a..=b).contains(&actual), "{} of {}: {} to {}", actual, p, a, b);
            if place.fract() == 0.0 {
                prop_assert_eq!(actual, a);
            }
        }
    }
}

/// Finite numbers of every kind, many of them more than once.
fn any_number() -> impl Strategy<Value = f64> {
    prop_oneof![
        (0_u8..5).prop_map(f64::from),
        prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL | prop::num::f64::ZERO,
        -1.0..1.0_f64,
        Just(-0.0),
        Just(f64::MAX),
        Just(f64::MIN),
    ]
}

/// Far less memory than the numbers would take.
#[test]
fn long_columns_in_little_memory() {
    let mut generator = Generator::new(10, &[]);
    let mut values = ops::Aggregate::workload(&mut generator, 8 << 20);
    values.extend((0..500_000).map(|value| f64::from(value % 1_000)));
    let whole = ops::Aggregate::native(&values).unwrap();
    for kind in EngineKind::WASM {
        let runtime = Runtime::builder()
            .tiers([kind])
            .ignore_environment()
            .memory_limit(2 << 20)
            .build()
            .unwrap();
        assert_eq!(runtime.aggregate(&values).unwrap(), whole, "{kind}");
        // So does one that would go through whole, if there were room.
        let few = &values[..1 << 18];
        assert_eq!(
            runtime.aggregate(few).unwrap(),
            ops::Aggregate::native(few).unwrap()
        );
        assert_eq!(
            in_pieces(&runtime, || values.chunks(99_999)).unwrap(),
            whole
        );
        let memory = runtime.report().memory;
        assert!(memory.peak <= 2 << 20, "{memory:?}");
        let mut with_nan = values.clone();
        with_nan[1_400_000] = f64::NAN;
        let error = runtime.aggregate(&with_nan).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the value at index 1400000 is not finite"
        );
    }
}

/// A source that changes between two passes is found out, or has a summary; it never panics.
#[test]
fn numbers_that_change_between_passes() {
    let [runtime, ..] = runtimes();
    let values: Vec<f64> = (0..10_000_u16).map(f64::from).collect();
    let mut others = values.clone();
    others[17] = f64::NAN;
    let pass = |aggregator: &mut Aggregator, values: &[f64]| {
        aggregator.update(values)?;
        aggregator.end_pass()
    };
    for before in [1, 2] {
        for changed in [
            &[][..],
            &values[1..],
            &[&values[..], &[1.0]].concat(),
            &vec![1e300; 10_000],
            &vec![f64::INFINITY; 10_000],
            &others,
        ] {
            let mut aggregator = Aggregator::new(&runtime);
            for _ in 0..before {
                assert!(pass(&mut aggregator, &values).unwrap().is_continue());
            }
            let error = pass(&mut aggregator, changed);
            if before == 2 && changed.len() == values.len() && changed[0] == 0.0 {
                // What is not in a range that is looked at is not looked at again.
                assert!(error.unwrap().is_break());
                continue;
            }
            let error = error.unwrap_err();
            assert!(
                matches!(&error, Error::Input(refusal) if refusal.detail() == Some(&NumbersChanged)),
                "{error}"
            );
            // Of no more use, and no panic.
            let _ = pass(&mut aggregator, &values);
        }
    }
}

#[test]
fn the_sizes_of_the_states() {
    let kernel = MODULES.iter().find(|kernel| kernel.name == "memory_ops");
    let engine = Engine::new(EngineKind::Interpreter).unwrap().unwrap();
    let module = engine.compile("memory_ops", kernel.unwrap().wasm).unwrap();
    let globals = module.instantiate().unwrap().globals();
    for (name, size) in [
        (
            "aggregate_update_state_size",
            ops::AggregateUpdate::STATE_LEN,
        ),
        (
            "aggregate_deviations_state_size",
            ops::AggregateDeviations::STATE_LEN,
        ),
    ] {
        let global = globals.iter().find(|(global, _)| global == name).unwrap();
        assert_eq!(global.1, WasmValue::I32(size as i32));
    }
}

#[test]
fn zeros_are_positive() {
    for values in [&[-0.0][..], &[-0.0, 0.0], &[0.0, -0.0, -0.0], &[-0.0; 40]] {
        let Summary {
            sum,
            mean,
            min,
            max,
            variance,
            standard_deviation,
            p50,
            p95,
            p99,
            ..
        } = summary(values);
        let spread = [variance, standard_deviation].map(|field| field.unwrap_or(0.0));
        for zero in [sum, mean, min, max, p50, p95, p99]
            .into_iter()
            .chain(spread)
        {
            assert_eq!(zero.to_bits(), 0, "{values:?}");
        }
    }
}

#[test]
fn ranges_that_overflow_and_vanish() {
    // The sum is out of range on the way, and 0 at the end.
    let mut values = vec![1e308; 300];
    values.extend([-1e308; 300]);
    let cancelled = summary(&values);
    assert_eq!([cancelled.sum, cancelled.mean], [0.0, 0.0]);
    assert_eq!(spread(&cancelled)[0], f64::INFINITY);
    close(
        spread(&cancelled)[1],
        1e308 * (600.0_f64 / 599.0).sqrt(),
        1e-14,
    );
    assert_eq!(cancelled.p50, 0.0);

    // It is out of range at the end too; the mean is not.
    let large = summary(&[f64::MAX; 100]);
    assert_eq!(large.sum, f64::INFINITY);
    assert_eq!([large.mean, large.p95], [f64::MAX; 2]);
    assert_eq!(spread(&large)[1], 0.0);

    // Squares of these are no longer numbers; the deviation is.
    let small: Vec<f64> = (0..1_000).map(|value| 1e-200 * f64::from(value)).collect();
    let tiny = summary(&small);
    assert_eq!(spread(&tiny)[0], 0.0);
    let expected = 1e-200 * (1_000.0 * 1_001.0 / 12.0_f64).sqrt();
    close(spread(&tiny)[1], expected, 1e-13);
}

#[test]
fn values_that_are_not_finite_are_named() {
    for runtime in runtimes() {
        for bad in [f64::NAN, -f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            for index in [0, 1, 16, 127, 128, 500, 999] {
                let mut values = vec![1.0; 1_000];
                values[index] = bad;
                values[999] = f64::NAN;
                let error = runtime.aggregate(&values).unwrap_err();
                let Error::Input(refusal) = error else {
                    panic!("{error}");
                };
                assert_eq!(refusal.detail(), Some(&NotFinite { index }));
                assert_eq!(refusal.offset(), Some(8 * index as u64));
            }
        }
        let error = runtime.aggregate(&[0.0, f64::NAN]).unwrap_err();
        assert_eq!(error.to_string(), "the value at index 1 is not finite");
    }
}

/// The Statistical Reference Datasets of NIST, univariate: certified means and deviations.
mod nist {
    use super::{close, spread, summary};

    fn certified(values: &[f64], mean: f64, deviation: f64, digits: i32) {
        let summary = summary(values);
        close(summary.mean, mean, 1e-15);
        close(spread(&summary)[1], deviation, 10_f64.powi(-digits));
    }

    /// Around a centre: the centre, then `pairs` times a step below it and a step above.
    fn num_acc(centre: f64, below: f64, above: f64, pairs: usize) -> Vec<f64> {
        let mut values = vec![centre];
        values.extend([below, above].repeat(pairs));
        values
    }

    #[test]
    fn num_acc_1() {
        certified(
            &[10_000_001.0, 10_000_003.0, 10_000_002.0],
            10_000_002.0,
            1.0,
            15,
        );
    }

    #[test]
    fn num_acc_2() {
        certified(&num_acc(1.2, 1.1, 1.3, 500), 1.2, 0.1, 14);
    }

    /// The numbers themselves are rounded: digits beyond these are not in them.
    #[test]
    fn num_acc_3() {
        certified(
            &num_acc(1_000_000.2, 1_000_000.1, 1_000_000.3, 500),
            1_000_000.2,
            0.1,
            9,
        );
    }

    #[test]
    fn num_acc_4() {
        certified(
            &num_acc(10_000_000.2, 10_000_000.1, 10_000_000.3, 500),
            10_000_000.2,
            0.1,
            8,
        );
    }

    /// Michelson's measurements of the speed of light in air.
    #[test]
    fn michelso() {
        const HUNDRED: [u16; 100] = [
            850, 740, 900, 1070, 930, 850, 950, 980, 980, 880, 1000, 980, 930, 650, 760, 810, 1000,
            1000, 960, 960, 960, 940, 960, 940, 880, 800, 850, 880, 900, 840, 830, 790, 810, 880,
            880, 830, 800, 790, 760, 800, 880, 880, 880, 860, 720, 720, 620, 860, 970, 950, 880,
            910, 850, 870, 840, 840, 850, 840, 840, 840, 890, 810, 810, 820, 800, 770, 760, 740,
            750, 760, 910, 920, 890, 860, 880, 720, 840, 850, 850, 780, 890, 840, 780, 810, 760,
            810, 790, 810, 820, 850, 870, 870, 810, 740, 810, 940, 950, 800, 810, 870,
        ];
        let values = HUNDRED.map(|thousandths| (299_000.0 + f64::from(thousandths)) / 1_000.0);
        certified(&values, 299.8524, 0.079_010_547_819_051_8, 13);
    }
}
