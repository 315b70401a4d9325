//! Welch's t-test.

/// Parts of the times that are compared, in percent, the shortest first: what interrupts a call makes it longer, and hides small
/// differences among the rest.
const PARTS: [usize; 8] = [10, 25, 50, 75, 90, 95, 99, 100];

/// The median of all times, and the largest t of the two classes, over the parts of them.
pub(crate) fn largest_t(classes: &[Vec<f64>; 2]) -> (f64, f64) {
    let mut all = classes.concat();
    all.sort_unstable_by(f64::total_cmp);
    let quantile = |percent: usize| all[(all.len() - 1) * percent / 100];
    let ts = PARTS.map(|part| {
        let longest = quantile(part);
        t(classes
            .each_ref()
            .map(|times| times.iter().copied().filter(move |time| *time <= longest)))
    });
    (quantile(50), ts.into_iter().fold(0.0, f64::max))
}

/// How many standard errors the means of two samples are apart.
fn t(samples: [impl Iterator<Item = f64>; 2]) -> f64 {
    let [(mean, error), (other_mean, other_error)] = samples.map(mean_and_squared_error);
    let error = (error + other_error).sqrt();
    if error > 0.0 {
        (mean - other_mean).abs() / error
    } else if (mean - other_mean).abs() > 0.0 {
        f64::INFINITY
    } else {
        0.0
    }
}

/// The mean of a sample, and the square of its standard error, by Welford's recurrence.
fn mean_and_squared_error(sample: impl Iterator<Item = f64>) -> (f64, f64) {
    let (mut n, mut mean, mut squares) = (0.0, 0.0, 0.0);
    for value in sample {
        n += 1.0;
        let delta = value - mean;
        mean += delta / n;
        squares += delta * (value - mean);
    }
    (mean, squares / (n - 1.0) / n)
}
