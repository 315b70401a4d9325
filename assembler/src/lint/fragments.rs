//! The map of a module of several files: a table at its head that has a line for each fragment.
//!
//! ```text
//! ;; Fragments
//! ;;   name     meaning
//! ;;   parse    what is in it
//! ;;   lib/crc  and in the next
//! ```

use super::{Finding, Untidy};
use crate::comment_table;
use crate::source::Source;

const TITLE: &str = "Fragments";
const COLUMNS: [&str; 2] = ["name", "meaning"];

/// Whether the map names the fragments of the header, in their order. A module that is a folder has one; another may.
pub(super) fn check(source: &Source) -> Vec<Finding> {
    let head = &source.fragments()[0];
    let finding = |what, at| Finding {
        what,
        at: head.locate(at),
    };
    let in_header = &source.header().fragments;
    let is_folder = head.name != format!("{}.wat", source.name());
    let mut maps =
        comment_table::find(&head.text, &COLUMNS, |title| (title == TITLE).then_some(()));
    let map = match (maps.pop(), maps.pop()) {
        (None, _) if is_folder && !in_header.is_empty() => {
            return vec![finding(Untidy::NoFragmentMap, 0)];
        }
        (None, _) => return Vec::new(),
        (Some(second), Some(_)) => return vec![finding(Untidy::SecondFragmentMap, second.at)],
        (Some(map), None) => map,
    };
    let rows = match map.rows {
        Ok(rows) => rows,
        Err((message, at)) => return vec![finding(Untidy::FragmentMap { message }, at)],
    };
    let mut findings = Vec::new();
    let mut in_header = in_header.iter();
    for row in &rows {
        let expected = in_header.next().map(|named| named.name.clone());
        let found = row.name("title").unwrap_or_default();
        if expected.as_deref() != Some(found) {
            let found = found.to_owned();
            findings.push(finding(Untidy::FragmentMapRow { found, expected }, row.at));
            // What follows would be said to be wrong as well.
            return findings;
        }
        if row.meaning.is_empty() {
            let name = found.to_owned();
            findings.push(finding(Untidy::FragmentWithoutMeaning { name }, row.at));
        }
    }
    if let Some(named) = in_header.next() {
        let name = named.name.clone();
        findings.push(finding(Untidy::FragmentNotInMap { name }, map.at));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Tree;

    /// What is found in a module of the fragments `parse` and `lib/crc` with this map.
    fn found(map: &str) -> Vec<(Untidy, usize)> {
        let module = format!(
            ";;! summary = \"A\"\n;;! spec = \"B\"\n;;! exports = []\n\
             ;;! fragments = [\"parse\", \"lib/crc\"]\n{map}(memory 1)\n"
        );
        let tree = Tree::from_files([
            ("a/module.wat", module.as_str()),
            ("a/parse.wat", ""),
            ("lib/crc.wat", ""),
        ]);
        let findings = check(&tree.source("a").unwrap()).into_iter();
        findings
            .map(|finding| (finding.what, finding.at.line))
            .collect()
    }

    const HEAD: &str = ";; Fragments\n;;   name     meaning\n";

    #[test]
    fn the_map_is_that_of_the_header() {
        let parse = ";;   parse    reads\n;;            words\n";
        let crc = ";;   lib/crc  CRC\n";
        assert_eq!(found(&format!("{HEAD}{parse}{crc}")), []);
        let row = |found: &str, expected: Option<&str>| Untidy::FragmentMapRow {
            found: found.to_owned(),
            expected: expected.map(str::to_owned),
        };
        assert_eq!(
            found(&format!("{HEAD}{crc}{parse}")),
            [(row("lib/crc", Some("parse")), 7)]
        );
        assert_eq!(
            found(&format!("{HEAD}{parse}{crc};;   more     x\n")),
            [(row("more", None), 10)]
        );
        let name = "lib/crc".to_owned();
        assert_eq!(
            found(&format!("{HEAD}{parse}")),
            [(Untidy::FragmentNotInMap { name }, 5)]
        );
        let name = "parse".to_owned();
        assert_eq!(
            found(&format!("{HEAD};;   parse\n{crc}")),
            [(Untidy::FragmentWithoutMeaning { name }, 7)]
        );
    }

    #[test]
    fn a_folder_has_one_map() {
        assert_eq!(found(""), [(Untidy::NoFragmentMap, 1)]);
        let map = format!("{HEAD};;   parse    x\n;;   lib/crc  y\n");
        assert_eq!(
            found(&format!("{map}\n{map}")),
            [(Untidy::SecondFragmentMap, 10)]
        );
        let message = "expected the columns `name  meaning`".to_owned();
        assert_eq!(
            found(";; Fragments\n;; parse\n"),
            [(Untidy::FragmentMap { message }, 6)]
        );
    }

    #[test]
    fn a_file_with_fragments_needs_none() {
        let module = ";;! summary = \"A\"\n;;! spec = \"B\"\n;;! exports = []\n\
                      ;;! fragments = [\"lib/crc\"]\n(memory 1)\n";
        let tree = Tree::from_files([("a.wat", module), ("lib/crc.wat", "")]);
        assert_eq!(check(&tree.source("a").unwrap()), []);
    }
}
