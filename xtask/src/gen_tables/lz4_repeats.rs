//! How a match that overlaps itself repeats its bytes in a vector.

use super::{Table, data};

pub(super) const TABLE: Table = Table {
    name: "lz4_repeats",
    about: &[
        "For each distance d from 0 to 15 the lanes in which a match repeats, lane mod d, and how many",
        "bytes a step may go on: the largest multiple of d that is 16 at most. Distance 0 is none.",
    ],
    fields,
};

/// Lanes of a vector.
const LANES: u8 = 16;

fn fields() -> String {
    let masks: Vec<u8> = (0..LANES)
        .flat_map(|distance| (0..LANES).map(move |lane| lane.checked_rem(distance).unwrap_or(0)))
        .collect();
    let steps: Vec<u8> = (0..LANES)
        .map(|distance| LANES - LANES.checked_rem(distance).unwrap_or(LANES))
        .collect();
    data(0, "repeat_mask", &masks) + &data(256, "repeat_step", &steps)
}
