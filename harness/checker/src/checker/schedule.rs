//! Which lengths are tried, at which alignments.

use kilowat_operations::generator::Generator;
use kilowat_operations::ops::Schedule;

/// Number of alignments: a vector has 16 bytes.
const ALIGNMENTS: usize = 16;

/// A length and an alignment to be tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Case {
    /// The length that the generator is asked for.
    pub(super) length: usize,
    /// The alignment of the spans, 0 to 15.
    pub(super) alignment: usize,
    /// Whether it is the one alignment that every run tries with this length.
    pub(super) is_chosen: bool,
}

/// What is tried, the lengths ascending, so that the memory grows late: each length at one alignment
/// that the seed chooses, or short ones at every alignment. Nothing is tried at every alignment in any
/// case: where its pointers point depends on that.
pub(super) fn cases(
    schedule: Schedule,
    seed: u64,
    every_alignment: bool,
) -> impl Iterator<Item = Case> {
    let short = (0..=schedule.every_length_to).flat_map(move |length| {
        let chosen = chosen_alignment(seed, length);
        let alignments = (0..ALIGNMENTS).map(move |alignment| Case {
            length,
            alignment,
            is_chosen: alignment == chosen,
        });
        alignments.filter(move |case| every_alignment || length == 0 || case.is_chosen)
    });
    let long = spread(schedule, seed).into_iter().map(move |length| Case {
        length,
        alignment: chosen_alignment(seed, length),
        is_chosen: true,
    });
    short.chain(long)
}

fn chosen_alignment(seed: u64, length: usize) -> usize {
    Generator::new(seed, &[length as u64]).number(0..=ALIGNMENTS - 1)
}

/// Lengths above those that are all tried: around each power of two, and somewhere between it and the
/// next.
fn spread(schedule: Schedule, seed: u64) -> Vec<usize> {
    let mut generator = Generator::new(seed, &[]);
    let mut lengths = Vec::new();
    let mut power = schedule.every_length_to.next_power_of_two();
    while power <= schedule.longest {
        let between = generator.number(power + 2..=2 * power - 2);
        let around = [power - 1, power, power + 1, between].into_iter();
        lengths.extend(around.filter(|length| *length <= schedule.longest));
        power *= 2;
    }
    lengths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_lengths_meet_every_alignment_and_the_longest_is_reached() {
        let cases: Vec<_> = cases(Schedule::WHOLE, 1, true).collect();
        for length in 0..=Schedule::WHOLE.every_length_to {
            let of_length = cases.iter().filter(|case| case.length == length);
            assert_eq!(of_length.clone().count(), ALIGNMENTS, "length {length}");
            let chosen = of_length.filter(|case| case.is_chosen);
            assert_eq!(chosen.count(), 1, "length {length}");
        }
        assert!(cases.is_sorted_by_key(|case| case.length / 2));
        let longest = cases.iter().map(|case| case.length).max();
        assert_eq!(longest, Some(Schedule::WHOLE.longest));
    }

    /// What every run tries is a part of what a run tries that has more time.
    #[test]
    fn one_alignment_a_length_is_one_of_all_of_them() {
        let all: Vec<_> = cases(Schedule::WHOLE, 7, true).collect();
        let few: Vec<_> = cases(Schedule::WHOLE, 7, false).collect();
        assert!(few.iter().all(|case| all.contains(case)));
        let (empty, few): (Vec<_>, Vec<_>) = few.into_iter().partition(|case| case.length == 0);
        assert_eq!(empty.len(), ALIGNMENTS);
        assert!(few.iter().all(|case| case.is_chosen));
        let mut alignments: Vec<_> = few.iter().map(|case| case.alignment).collect();
        alignments.sort_unstable();
        alignments.dedup();
        assert_eq!(alignments.len(), ALIGNMENTS);
    }
}
