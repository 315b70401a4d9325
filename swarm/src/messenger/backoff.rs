//! How long until what has failed is tried again.

use std::time::Duration;

const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_mins(10);

/// The pause after so many attempts: by chance, so that those who failed together do not come back together,
/// and at most one second doubled with each attempt but the first, or 10 minutes.
pub(super) fn pause(attempts: u32) -> Duration {
    longest(attempts).mul_f64(fastrand::f64())
}

fn longest(attempts: u32) -> Duration {
    let doublings = attempts.saturating_sub(1).min(16);
    (FIRST * 2_u32.pow(doublings)).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_ten_minutes() {
        let seconds = |attempts| longest(attempts).as_secs();
        assert_eq!(
            [0, 1, 2, 5, 10, 11, u32::MAX].map(seconds),
            [1, 1, 2, 16, 512, 600, 600]
        );
        let pauses: Vec<_> = (0..200).map(|_| pause(3)).collect();
        assert!(pauses.iter().all(|pause| *pause < Duration::from_secs(4)));
        assert!(pauses.iter().any(|pause| *pause > Duration::from_secs(2)));
    }
}
