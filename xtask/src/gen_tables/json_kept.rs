//! Which of eight bytes are kept where white space is left out.

use super::{Table, data};

pub(super) const TABLE: Table = Table {
    name: "json_kept",
    about: &[
        "For each set of eight bytes, by its bits, where those of the set stand, in order; then zeros.",
    ],
    fields,
};

fn fields() -> String {
    let places: Vec<u8> = (0..=u8::MAX).flat_map(places).collect();
    data(90_112, "kept", &places)
}

fn places(set: u8) -> [u8; 8] {
    let mut places = [0; 8];
    let kept = (0..8).filter(|place| set >> place & 1 == 1);
    for (entry, place) in places.iter_mut().zip(kept) {
        *entry = place;
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_places_are_those_of_the_bits() {
        assert_eq!(places(0b1000_0110), [1, 2, 7, 0, 0, 0, 0, 0]);
        assert_eq!(places(u8::MAX), [0, 1, 2, 3, 4, 5, 6, 7]);
    }
}
