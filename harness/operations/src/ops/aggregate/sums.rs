//! The sums behind the aggregates of a column of numbers: the kernel's arithmetic, step by step, and
//! what is made of it.
//!
//! A column may come in pieces. Where all but the last have a multiple of [`BLOCK`] values, the sums
//! are the same to the last bit however it is cut.

#![expect(
    clippy::cast_precision_loss,
    reason = "no column has more numbers than a double counts exactly"
)]

use crate::ops::Summary;
use kilowat_kernels::memory_ops::{deviations_state, update_state};

const HUGE: f64 = power_of_two(480);
const TINY: f64 = power_of_two(-300);
const SCALE_DOWN: f64 = power_of_two(-600);
const SCALE_UP: f64 = power_of_two(600);

/// Values in a block, whose sums are added with their errors.
pub(super) const BLOCK: usize = 128;

const fn power_of_two(exponent: i64) -> f64 {
    f64::from_bits(((exponent + 1023) as u64) << 52)
}

/// A sum and what rounding took from it.
#[derive(Debug, Default, Clone, Copy)]
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

    /// A total that is not a number any more, in one form: which NaN a machine computes is its own
    /// choice.
    fn settle(&mut self) {
        if self.lost.is_nan() {
            *self = Self {
                sum: 0.0,
                lost: f64::NAN,
            };
        }
    }
}

/// The totals of the even and of the odd values.
#[derive(Debug, Default, Clone, Copy)]
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

    fn settle(&mut self) {
        self.0.iter_mut().for_each(Total::settle);
    }

    fn fields(&self) -> [f64; 4] {
        let [a, b] = self.0;
        [a.sum, b.sum, a.lost, b.lost]
    }

    fn from_fields([a, b, a_lost, b_lost]: [f64; 4]) -> Self {
        Self([
            Total {
                sum: a,
                lost: a_lost,
            },
            Total {
                sum: b,
                lost: b_lost,
            },
        ])
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

/// The eight-byte fields of a state.
fn words<const N: usize>(state: &[u8]) -> [u64; N] {
    let words = state.as_chunks().0;
    std::array::from_fn(|index| u64::from_le_bytes(words[index]))
}

fn bytes<const S: usize>(words: impl IntoIterator<Item = u64>) -> [u8; S] {
    let mut state = [0; S];
    for (bytes, word) in state.as_chunks_mut().0.iter_mut().zip(words) {
        *bytes = word.to_le_bytes();
    }
    state
}

/// Sum and extent of the values so far.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Sums {
    total: Pair,
    pub(super) least: f64,
    pub(super) greatest: f64,
    pub(super) seen: u64,
}

impl Sums {
    /// The length of a state of the kernel, in bytes.
    pub(super) const STATE_LEN: usize = update_state::SIZE;

    pub(super) fn from_state(state: &[u8; Self::STATE_LEN]) -> Self {
        let [a, b, a_lost, b_lost, least, greatest, seen] = words(state);
        Self {
            total: Pair::from_fields([a, b, a_lost, b_lost].map(f64::from_bits)),
            least: f64::from_bits(least),
            greatest: f64::from_bits(greatest),
            seen,
        }
    }

    pub(super) fn state(&self) -> [u8; Self::STATE_LEN] {
        let numbers = (self.total.fields().into_iter()).chain([self.least, self.greatest]);
        bytes(numbers.map(f64::to_bits).chain([self.seen]))
    }

    /// The sum, which is not finite where one on the way was not.
    pub(super) fn sum(&self) -> f64 {
        self.total.collapse()
    }

    /// Adds values, in the order of additions that the kernel's text lays down.
    pub(super) fn add(&mut self, values: &[f64]) {
        const LANES: usize = 16;
        let Some(first) = values.first() else {
            return;
        };
        let (sixteens, rest) = values.as_chunks::<LANES>();
        for block in sixteens.chunks(BLOCK / LANES) {
            let mut sums = [0.0; LANES];
            for values in block {
                for (sum, value) in sums.iter_mut().zip(values) {
                    *sum += value;
                }
            }
            self.total.add(tree(sums));
        }
        let mut last = [0.0; 2];
        for (index, value) in rest.iter().enumerate() {
            last[index % 2] += value;
        }
        self.total.add(last);
        self.total.settle();

        let (mut min, mut max) = match self.seen {
            0 => (*first, *first),
            _ => (self.least, self.greatest),
        };
        for value in values {
            min = if *value < min { *value } else { min };
            max = if *value > max { *value } else { max };
        }
        // A zero of either sign is either's.
        let settled = |number: f64| {
            if number.is_nan() {
                f64::NAN
            } else {
                number + 0.0
            }
        };
        (self.least, self.greatest) = (settled(min), settled(max));
        self.seen = self.seen.wrapping_add(values.len() as u64);
    }
}

/// The sums of value * scale - mean, and of its square, for the values so far.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Deviations {
    scale: f64,
    mean: f64,
    total: Pair,
    squares: Pair,
}

impl Deviations {
    /// The length of a state of the kernel, in bytes.
    pub(super) const STATE_LEN: usize = deviations_state::SIZE;

    /// Those that make the sum of values whose own sum is out of range.
    pub(super) const fn to_rescale() -> Self {
        Self::new(SCALE_DOWN, 0.0)
    }

    pub(super) const fn new(scale: f64, mean: f64) -> Self {
        const NONE: Total = Total {
            sum: 0.0,
            lost: 0.0,
        };
        Self {
            scale,
            mean,
            total: Pair([NONE; 2]),
            squares: Pair([NONE; 2]),
        }
    }

    pub(super) fn from_state(state: &[u8; Self::STATE_LEN]) -> Self {
        let fields = words::<10>(state).map(f64::from_bits);
        let four_from = |start: usize| std::array::from_fn(|index| fields[start + index]);
        Self {
            scale: fields[0],
            mean: fields[1],
            total: Pair::from_fields(four_from(2)),
            squares: Pair::from_fields(four_from(6)),
        }
    }

    pub(super) fn state(&self) -> [u8; Self::STATE_LEN] {
        let totals = self.total.fields().into_iter().chain(self.squares.fields());
        let fields = [self.scale, self.mean].into_iter().chain(totals);
        bytes(fields.map(f64::to_bits))
    }

    /// Adds values, in the order of additions that the kernel's text lays down.
    pub(super) fn add(&mut self, values: &[f64]) {
        const LANES: usize = 8;
        if values.is_empty() {
            return;
        }
        let deviation = |value: f64| value * self.scale - self.mean;
        let (eights, rest) = values.as_chunks::<LANES>();
        for block in eights.chunks(BLOCK / LANES) {
            let (mut sums, mut squares) = ([0.0; LANES], [0.0; LANES]);
            for values in block {
                for lane in 0..LANES {
                    let deviation = deviation(values[lane]);
                    sums[lane] += deviation;
                    squares[lane] += deviation * deviation;
                }
            }
            self.total.add(tree(sums));
            self.squares.add(tree(squares));
        }
        let (mut last, mut last_of_squares) = ([0.0; 2], [0.0; 2]);
        for (index, value) in rest.iter().enumerate() {
            let deviation = deviation(*value);
            last[index % 2] += deviation;
            last_of_squares[index % 2] += deviation * deviation;
        }
        self.total.add(last);
        self.squares.add(last_of_squares);
        self.total.settle();
        self.squares.settle();
    }

    /// Whether a value was not finite.
    pub(super) fn is_nan(&self) -> bool {
        self.squares.collapse().is_nan()
    }
}

/// What the sums say of a column.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moments {
    pub(super) count: u64,
    sum: f64,
    mean: f64,
    pub(super) least: f64,
    pub(super) greatest: f64,
}

impl Moments {
    /// Those of one value at least. `None` where a sum was out of range: then it is to be made of
    /// [scaled](Deviations::to_rescale) values.
    pub(super) fn new(sums: &Sums) -> Option<Self> {
        let sum = sums.sum();
        sum.is_finite()
            .then(|| Self::of(sums, sum, sum / sums.seen as f64))
    }

    pub(super) fn rescaled(sums: &Sums, scaled: &Deviations) -> Self {
        let sum = scaled.total.collapse();
        let mean = sum / sums.seen as f64 * SCALE_UP;
        Self::of(sums, sum * SCALE_UP, mean)
    }

    fn of(sums: &Sums, sum: f64, mut mean: f64) -> Self {
        // Rounding may put the mean an ulp outside of the values.
        if mean > sums.greatest {
            mean = sums.greatest;
        }
        if mean < sums.least {
            mean = sums.least;
        }
        Self {
            count: sums.seen,
            sum,
            mean: mean + 0.0,
            least: sums.least,
            greatest: sums.greatest,
        }
    }

    /// What the values are multiplied by before they are squared, and the inverse of that.
    fn scales(&self) -> (f64, f64) {
        let magnitude = self.least.abs().max(self.greatest.abs());
        if magnitude > HUGE {
            (SCALE_DOWN, SCALE_UP)
        } else if magnitude < TINY {
            (SCALE_UP, SCALE_DOWN)
        } else {
            (1.0, 1.0)
        }
    }

    /// The deviations that the [summary](Self::summary) needs, of no values yet.
    pub(super) fn deviations(&self) -> Deviations {
        let (scale, _) = self.scales();
        Deviations::new(scale, self.mean * scale)
    }

    pub(super) fn summary(&self, deviations: &Deviations, [p50, p95, p99]: [f64; 3]) -> Summary {
        let (_, unscale) = self.scales();
        let n = self.count as f64;
        let variance = (self.count > 1).then(|| {
            let sum = deviations.total.collapse();
            let corrected = deviations.squares.collapse() - sum * sum / n;
            (if corrected > 0.0 { corrected } else { 0.0 }) / (n - 1.0)
        });
        Summary {
            count: self.count,
            sum: self.sum,
            mean: self.mean,
            min: self.least,
            max: self.greatest,
            variance: variance.map(|variance| variance * unscale * unscale),
            standard_deviation: variance.map(|variance| variance.sqrt() * unscale),
            p50,
            p95,
            p99,
        }
    }
}

/// The percentiles of a [`Summary`], as fractions.
pub(super) const PERCENTILES: [f64; 3] = [0.5, 0.95, 0.99];

/// Where a percentile lies among so many values, one at least: a rank, and how far it is on the way to
/// the next.
pub(super) fn place(count: u64, p: f64) -> (u64, f64) {
    let place = (count - 1) as f64 * p;
    (place as u64, place.fract())
}

/// The number that is this fraction of the way from a to b.
pub(super) fn between(a: f64, b: f64, fraction: f64) -> f64 {
    let distance = b - a;
    let number = if fraction == 0.0 {
        a
    } else if distance.is_infinite() {
        a * (1.0 - fraction) + b * fraction
    } else if fraction < 0.5 {
        a + distance * fraction
    } else {
        b - distance * (1.0 - fraction)
    };
    number + 0.0
}

/// The integer that stands to others as the number stands to other numbers; -0 comes before +0.
pub(super) fn image(number: f64) -> i64 {
    let bits = number.to_bits() as i64;
    bits ^ ((bits >> 63) as u64 >> 1) as i64
}

/// The number with this image.
pub(super) fn number(image: i64) -> f64 {
    f64::from_bits((image ^ ((image >> 63) as u64 >> 1) as i64) as u64)
}
