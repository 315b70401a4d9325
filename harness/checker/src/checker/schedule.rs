//! Which lengths are tried, at which alignments.

use kilowat_operations::generator::Generator;

/// Every length up to this one is tried, at every alignment.
const EVERY_LENGTH_TO: usize = 300;

/// The longest input.
const LONGEST: usize = 1 << 20;

/// Number of alignments: a vector has 16 bytes.
pub(super) const ALIGNMENTS: usize = 16;

/// Lengths and alignments, the lengths ascending, so that the memory grows late.
pub(super) fn cases(seed: u64) -> impl Iterator<Item = (usize, usize)> {
    let short = (0..=EVERY_LENGTH_TO)
        .flat_map(|length| (0..ALIGNMENTS).map(move |alignment| (length, alignment)));
    short.chain(spread(seed))
}

/// From [`EVERY_LENGTH_TO`] to [`LONGEST`]: around each power of two, and somewhere between it and
/// the next.
fn spread(seed: u64) -> Vec<(usize, usize)> {
    let mut generator = Generator::new(seed, &[]);
    let mut cases = Vec::new();
    let mut power = EVERY_LENGTH_TO.next_power_of_two();
    while power <= LONGEST {
        let between = generator.number(power + 2..=2 * power - 2);
        let lengths = [power - 1, power, power + 1, between];
        for length in lengths.into_iter().filter(|length| *length <= LONGEST) {
            cases.push((length, generator.number(0..=ALIGNMENTS - 1)));
        }
        power *= 2;
    }
    cases
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_lengths_meet_every_alignment_and_the_longest_is_reached() {
        let cases: Vec<_> = cases(1).collect();
        for length in 0..=EVERY_LENGTH_TO {
            let alignments = cases.iter().filter(|case| case.0 == length).count();
            assert_eq!(alignments, ALIGNMENTS, "length {length}");
        }
        assert!(cases.is_sorted_by_key(|case| case.0 / 2));
        assert_eq!(cases.iter().map(|case| case.0).max(), Some(LONGEST));
    }
}
