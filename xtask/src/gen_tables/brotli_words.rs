//! Where in the static dictionary of Brotli words with given first bytes stand.

use super::{Table, data};
use brotli_decompressor::dictionary::{
    kBrotliDictionary, kBrotliDictionaryOffsetsByLength, kBrotliDictionarySizeBitsByLength,
};

pub(super) const TABLE: Table = Table {
    name: "brotli_words",
    about: &[
        "The words of Brotli's dictionary by their first four bytes. For each hash of these, the top 13",
        "bits of their product with 0x1e35a7bd, and one more, how many words have lesser ones (u16).",
        "Then the words in the order of their hashes, those that are longer first (u16): the number of",
        "the word among those of its length << 5 | the length.",
    ],
    fields,
};

/// How many bits a hash has.
const HASH_BITS: u32 = 13;

fn fields() -> String {
    let mut words = Vec::new();
    let lengths = kBrotliDictionaryOffsetsByLength
        .iter()
        .zip(kBrotliDictionarySizeBitsByLength)
        .enumerate();
    for (len, (&offset, bits)) in lengths {
        if len < 4 {
            continue;
        }
        let count = if bits == 0 { 0 } else { 1 << bits };
        let all = kBrotliDictionary[offset as usize..].chunks(len);
        for (number, word) in all.take(count).enumerate() {
            let first = u32::from_le_bytes([word[0], word[1], word[2], word[3]]);
            let hash = first.wrapping_mul(0x1e35_a7bd) >> (32 - HASH_BITS);
            words.push((hash, 24 - len, number));
        }
    }
    words.sort_unstable();
    let starts = (0..=1 << HASH_BITS)
        .flat_map(|hash| (words.partition_point(|word| word.0 < hash) as u16).to_le_bytes());
    let starts: Vec<u8> = starts.collect();
    let entries = words
        .iter()
        .flat_map(|(_, shorter, number)| ((number << 5 | (24 - shorter)) as u16).to_le_bytes());
    let entries: Vec<u8> = entries.collect();
    data(163_744, "word_starts", &starts) + &data(180_144, "word_entries", &entries)
}
