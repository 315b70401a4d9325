//! Whether something takes longer than it did.

use serde::Serialize;

/// Of fewer runs the median says too little.
pub const FEWEST: u64 = 30;

/// Medians that differ by less are the same.
const SAME: f64 = 0.10;

/// The medians of a window and of the one before it, compared.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum Trend {
    /// One of the windows has fewer than [`FEWEST`] runs.
    TooFew,
    /// They differ by less than a tenth.
    Steady {
        /// The later median over the earlier one.
        ratio: f64,
    },
    /// It takes less time than before.
    Faster {
        /// The later median over the earlier one.
        ratio: f64,
    },
    /// It takes more time than before.
    Slower {
        /// The later median over the earlier one.
        ratio: f64,
    },
}

impl Trend {
    /// The trend from an earlier window to a later one; of each, how many runs there were and their median in
    /// nanoseconds.
    #[must_use]
    pub fn of(earlier: (u64, f64), later: (u64, f64)) -> Self {
        if earlier.0 < FEWEST || later.0 < FEWEST || earlier.1 <= 0.0 {
            return Self::TooFew;
        }
        let ratio = later.1 / earlier.1;
        if ratio > 1.0 + SAME {
            Self::Slower { ratio }
        } else if ratio < 1.0 / (1.0 + SAME) {
            Self::Faster { ratio }
        } else {
            Self::Steady { ratio }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trend_needs_thirty_runs_on_both_sides() {
        assert_eq!(Trend::of((29, 1e6), (30, 9e6)), Trend::TooFew);
        assert_eq!(Trend::of((30, 1e6), (29, 9e6)), Trend::TooFew);
        assert_eq!(Trend::of((30, 0.0), (30, 9e6)), Trend::TooFew);
        let slower = Trend::Slower { ratio: 2.0 };
        assert_eq!(Trend::of((30, 1e6), (30, 2e6)), slower);
        assert_eq!(
            Trend::of((30, 2e6), (30, 1e6)),
            Trend::Faster { ratio: 0.5 }
        );
        assert_eq!(
            Trend::of((30, 1e6), (30, 1.1e6)),
            Trend::Steady { ratio: 1.1 }
        );
    }
}
