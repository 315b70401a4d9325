//! `kilowat::crypto`: keys, sealed messages, who answers for secrets, and that none of them is told.

mod leaks;
mod messages;
mod streams;
mod tiers;

use kilowat::crypto::Key;

/// A key for tests, which nobody should use.
fn key(first: u8) -> Key {
    Key::from_bytes(&std::array::from_fn(|place| {
        first.wrapping_add(place as u8)
    }))
}

fn flipped(bytes: &[u8], bit: usize) -> Vec<u8> {
    let mut changed = bytes.to_vec();
    changed[bit / 8] ^= 1 << (bit % 8);
    changed
}
