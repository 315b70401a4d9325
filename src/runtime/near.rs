//! Names for those who have misspelt one.

/// How alike names are that may be meant, from 0 to 1.
const ALIKE: f64 = 0.8;

/// More names than this are no help.
const MOST: usize = 3;

/// The names that are most like one that is not there, the likest first.
pub(crate) fn near<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut near: Vec<_> = known
        .map(|known| (strsim::jaro(name, known), known))
        .filter(|(likeness, _)| *likeness > ALIKE)
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0));
    let names = near.into_iter().map(|(_, known)| known.to_owned());
    names.take(MOST).collect()
}

#[cfg(test)]
mod tests {
    use super::near;

    #[test]
    fn slips_are_seen_through_and_other_words_are_not() {
        let known = ["sha256", "md5", "lz4", "string_ops", "memory_ops"];
        for (name, expected) in [
            ("sha265", &["sha256"][..]),
            ("memoryops", &["memory_ops"]),
            ("strings", &["string_ops"]),
            ("blake3", &[]),
            ("", &[]),
        ] {
            assert_eq!(near(name, known.into_iter()), expected, "{name}");
        }
    }
}
