//! The module `memory_ops`: the checker on every operation and engine, overlapping copies at every
//! small distance, and the aggregates held to exact sums and certified figures.

#![expect(
    clippy::float_cmp,
    clippy::cast_precision_loss,
    reason = "answers are the same to the last bit, and counts are small"
)]

use accurate::sum::OnlineExactSum;
use accurate::traits::SumAccumulator;
use kilowat::{Error, OperationError, Runtime};
use kilowat_harness::checker::assert_sound;
use kilowat_harness::engine::EngineKind;
use kilowat_harness::generator::Generator;
use kilowat_harness::ops::{self, Move, NotFinite, Operation, Summary};
use kilowat_harness::session::Library;

#[test]
fn copy() {
    assert_sound::<ops::Copy>();
}

#[test]
fn fill() {
    assert_sound::<ops::Fill>();
}

#[test]
fn equal() {
    assert_sound::<ops::Equal>();
}

#[test]
fn mismatch() {
    assert_sound::<ops::Mismatch>();
}

#[test]
fn memory_compare() {
    assert_sound::<ops::MemoryCompare>();
}

#[test]
fn aggregate() {
    assert_sound::<ops::Aggregate>();
}

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
                    let copied = session.run::<ops::Copy>(input).unwrap();
                    let expected = ops::Copy::native(input);
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
    first
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
        close(summary.variance, variance, 1e-14);
        close(summary.standard_deviation, variance.sqrt(), 1e-14);
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
        variance: 2.5,
        standard_deviation: 2.5_f64.sqrt(),
        p50: 3.0,
        p95: 4.8,
        p99: 4.96,
    };
    assert_eq!(one_to_five, expected);
    assert_eq!(summary(&[]), Summary::default());
    let single = summary(&[7.25]);
    assert_eq!([single.mean, single.p50, single.p99], [7.25; 3]);
    assert_eq!(single.variance, 0.0);
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
        for zero in [
            sum,
            mean,
            min,
            max,
            variance,
            standard_deviation,
            p50,
            p95,
            p99,
        ] {
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
    assert_eq!(cancelled.variance, f64::INFINITY);
    close(
        cancelled.standard_deviation,
        1e308 * (600.0_f64 / 599.0).sqrt(),
        1e-14,
    );
    assert_eq!(cancelled.p50, 0.0);

    // It is out of range at the end too; the mean is not.
    let large = summary(&[f64::MAX; 100]);
    assert_eq!(large.sum, f64::INFINITY);
    assert_eq!([large.mean, large.p95], [f64::MAX; 2]);
    assert_eq!(large.standard_deviation, 0.0);

    // Squares of these are no longer numbers; the deviation is.
    let small: Vec<f64> = (0..1_000).map(|value| 1e-200 * f64::from(value)).collect();
    let tiny = summary(&small);
    assert_eq!(tiny.variance, 0.0);
    let expected = 1e-200 * (1_000.0 * 1_001.0 / 12.0_f64).sqrt();
    close(tiny.standard_deviation, expected, 1e-13);
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
                assert!(
                    matches!(error, Error::Input(OperationError::NotFinite(error)) if error == NotFinite { index }),
                    "{error}"
                );
            }
        }
        let error = runtime.aggregate(&[0.0, f64::NAN]).unwrap_err();
        assert_eq!(error.to_string(), "the value at index 1 is not finite");
    }
}

/// The Statistical Reference Datasets of NIST, univariate: certified means and deviations.
mod nist {
    use super::{close, summary};

    fn certified(values: &[f64], mean: f64, deviation: f64, digits: i32) {
        let summary = summary(values);
        close(summary.mean, mean, 1e-15);
        close(summary.standard_deviation, deviation, 10_f64.powi(-digits));
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
