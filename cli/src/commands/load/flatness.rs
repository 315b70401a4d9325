//! Whether figures stay what they are: memory that does not grow, and a rate that does not vary.

use serde::Serialize;

/// So much may memory grow in a day, in bytes.
pub(super) const MOST_A_DAY: f64 = (32 << 20) as f64;

/// So much may a rate vary: its standard deviation, as a share of its mean.
pub(super) const MOST_VARIATION: f64 = 0.05;

const SECONDS_OF_A_DAY: f64 = 86_400.0;

/// The 95th percentile of the normal distribution.
const NORMAL_95: f64 = 1.644_853_627;

/// The line through points that has the least squares of distances.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(super) struct Slope {
    /// What is added in a day.
    pub(super) bytes_a_day: f64,
    /// And what it is at most, with a confidence of 95 %: above it the slope is once in twenty runs, where the distances
    /// of points from the line do not depend on each other.
    pub(super) bound_a_day: f64,
}

impl Slope {
    /// Of seconds and bytes. `None` where there are fewer than eight, or all at one time.
    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
    pub(super) fn new(points: &[(f64, f64)]) -> Option<Self> {
        if points.len() < 8 {
            return None;
        }
        let count = points.len() as f64;
        let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / count;
        let (time, bytes) = (mean(|point| point.0), mean(|point| point.1));
        let spread: f64 = points.iter().map(|point| (point.0 - time).powi(2)).sum();
        if spread <= 0.0 {
            return None;
        }
        let products = points
            .iter()
            .map(|point| (point.0 - time) * (point.1 - bytes));
        let slope = products.sum::<f64>() / spread;
        let distances = points
            .iter()
            .map(|point| (point.1 - bytes - slope * (point.0 - time)).powi(2));
        let freedom = count - 2.0;
        let error = (distances.sum::<f64>() / freedom / spread).sqrt();
        Some(Self {
            bytes_a_day: slope * SECONDS_OF_A_DAY,
            bound_a_day: (slope + student_95(freedom) * error) * SECONDS_OF_A_DAY,
        })
    }

    pub(super) fn is_flat(self) -> bool {
        self.bound_a_day < MOST_A_DAY
    }
}

/// The 95th percentile of Student's distribution, by the expansion of Cornish and Fisher: within a thousandth from six
/// degrees of freedom up.
fn student_95(freedom: f64) -> f64 {
    let z = NORMAL_95;
    let first = (z.powi(3) + z) / 4.0;
    let second = (5.0 * z.powi(5) + 16.0 * z.powi(3) + 3.0 * z) / 96.0;
    let third = (3.0 * z.powi(7) + 19.0 * z.powi(5) + 17.0 * z.powi(3) - 15.0 * z) / 384.0;
    z + first / freedom + second / freedom.powi(2) + third / freedom.powi(3)
}

/// How much figures vary: their standard deviation, as a share of their mean. `None` where there are fewer than three.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
pub(super) fn variation(figures: &[f64]) -> Option<f64> {
    if figures.len() < 3 {
        return None;
    }
    let count = figures.len() as f64;
    let mean = figures.iter().sum::<f64>() / count;
    let squares: f64 = figures.iter().map(|figure| (figure - mean).powi(2)).sum();
    Some((squares / (count - 1.0)).sqrt() / mean)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn is_near(found: f64, expected: f64, share: f64) {
        assert!(
            (found - expected).abs() <= expected.abs() * share,
            "{found} is not {expected}"
        );
    }

    #[test]
    fn the_percentiles_are_those_of_the_tables() {
        for (freedom, expected) in [(6.0, 1.943), (10.0, 1.812), (30.0, 1.697), (1e9, 1.645)] {
            is_near(student_95(freedom), expected, 1e-3);
        }
    }

    #[test]
    fn a_slope_and_its_bound_are_known() {
        // Anscombe's first set: a slope of 0.5001, whose standard error is 0.1179, with nine degrees of freedom.
        let x = [10., 8., 13., 9., 11., 14., 6., 4., 12., 7., 5.];
        let y = [
            8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68,
        ];
        let points: Vec<_> = x.into_iter().zip(y).collect();
        let slope = Slope::new(&points).unwrap();
        is_near(slope.bytes_a_day / SECONDS_OF_A_DAY, 0.5001, 1e-3);
        let bound = 0.5001 + 1.833 * 0.1179;
        is_near(slope.bound_a_day / SECONDS_OF_A_DAY, bound, 1e-3);
        assert_eq!(Slope::new(&points[..7]), None);
        assert_eq!(Slope::new(&[(1.0, 2.0); 9]), None);
    }

    /// An hour of memory around 300 MiB, that waves by one MiB and grows by so many bytes a second.
    fn hour(growth: f64) -> Slope {
        let point = |second| {
            let second = f64::from(second);
            let wave = (second / 7.0).sin() * f64::from(1 << 20);
            (second, f64::from(300 << 20) + wave + growth * second)
        };
        let points: Vec<_> = (0..3_600).map(point).collect();
        Slope::new(&points).unwrap()
    }

    #[test]
    fn memory_that_grows_by_a_mebibyte_in_half_an_hour_is_seen() {
        assert!(hour(0.0).is_flat());
        assert!(hour(-1_000.0).is_flat());
        let leak = hour(f64::from(1 << 20) / 1_800.0);
        assert!(!leak.is_flat(), "{leak:?}");
        is_near(leak.bytes_a_day, f64::from(48 << 20), 0.1);
        assert!(leak.bound_a_day > leak.bytes_a_day);
    }

    #[test]
    fn a_bound_is_wide_where_little_is_known() {
        let points: Vec<_> = (0..20)
            .map(|second| (f64::from(second), f64::from((second % 2) << 20)))
            .collect();
        let slope = Slope::new(&points).unwrap();
        assert!(!slope.is_flat(), "{slope:?}");
    }

    #[test]
    fn variations_are_known() {
        is_near(
            variation(&[2., 4., 4., 4., 5., 5., 7., 9.]).unwrap(),
            0.427_6,
            1e-3,
        );
        assert_eq!(variation(&[3.0; 5]), Some(0.0));
        assert_eq!(variation(&[1.0, 2.0]), None);
        assert!(variation(&[1.0, 1.02, 0.98, 1.01]).unwrap() < MOST_VARIATION);
        assert!(variation(&[1.0, 1.2, 0.9, 1.01]).unwrap() > MOST_VARIATION);
    }
}
