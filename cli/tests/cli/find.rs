//! `kilowat find`.

use std::ffi::OsStr;

use serde_json::json;

use super::{BUFFER, Folder, PIECE, lines, noise};

#[test]
fn prints_as_grep_does_everywhere() {
    let folder = Folder::new();
    folder.write("a", "one two one\n");
    folder.write("b", "two");
    folder.write("empty", "");
    let find = |arguments: &[&str]| {
        let arguments: Vec<_> = arguments.iter().map(OsStr::new).collect();
        folder.run_everywhere(b"two, two", &arguments)
    };
    find(&["find", "one", "a"]).expect(0, "0:one\n8:one\n", "");
    find(&["find", "two", "a", "empty", "b"]).expect(0, "a:4:two\nb:0:two\n", "");
    find(&["find", "two"]).expect(0, "0:two\n5:two\n", "");
    find(&["find", "two", "-"]).expect(0, "0:two\n5:two\n", "");
    find(&["find", "two", "b", "-"]).expect(
        0,
        "b:0:two\n(standard input):0:two\n(standard input):5:two\n",
        "",
    );
    find(&["find", "three", "a", "b"]).expect(1, "", "");
    find(&["find", "x", "empty"]).expect(1, "", "");
    find(&["find", "longer than the whole file", "b"]).expect(1, "", "");
}

#[test]
fn occurrences_do_not_overlap() {
    let folder = Folder::new();
    let find =
        |stdin: &[u8], needle| folder.run_everywhere(stdin, &["find", needle].map(OsStr::new));
    find(b"aaaaa", "aa").expect(0, "0:aa\n2:aa\n", "");
    find(b"abababa", "aba").expect(0, "0:aba\n4:aba\n", "");
}

#[test]
fn a_needle_that_begins_with_a_dash() {
    let folder = Folder::new();
    folder
        .run_on("a -x", ["find", "--", "-x"])
        .expect(0, "2:-x\n", "");
    folder
        .run_on("a-b", ["find", "-", "-"])
        .expect(0, "1:-\n", "");
}

#[test]
fn a_needle_with_a_line_feed() {
    let folder = Folder::new();
    folder
        .run_on("a\nb", ["find", "a\nb"])
        .expect(0, "0:a\nb\n", "");
}

#[test]
fn an_empty_needle_is_an_error() {
    let folder = Folder::new();
    folder.write("a", "a");
    folder.run(["find", "", "a"]).expect(
        2,
        "",
        "kilowat: the needle is empty: it would be found everywhere\n",
    );
}

#[test]
fn an_error_outweighs_what_is_found() {
    let folder = Folder::new();
    folder.write("a", "needle");
    std::fs::create_dir(folder.path().join("folder")).unwrap();
    let missing = "kilowat: missing: No such file or directory\n";
    folder
        .run(["find", "needle", "missing", "a"])
        .expect(2, "a:0:needle\n", missing);
    folder
        .run(["find", "absent", "a", "missing"])
        .expect(2, "", missing);
    folder
        .run(["find", "needle", "folder"])
        .expect(2, "", "kilowat: folder: Is a directory\n");
}

/// Needles of several lengths over every boundary: none is lost, and none is found twice.
#[test]
fn needles_across_the_buffers_everywhere() {
    let folder = Folder::new();
    let mut bytes = noise(3 * BUFFER + 7);
    let long = format!("\u{2}{}\u{2}", "long ".repeat(40));
    for needle in ["\u{2}", "\u{2}needle\u{2}", &long] {
        // One at the start; at each edge one that lies half before it, and one behind that.
        let mut offsets = vec![0];
        for edge in [PIECE, 2 * PIECE, BUFFER, 2 * BUFFER, 3 * BUFFER] {
            let first = edge - needle.len().div_ceil(2);
            offsets.extend([first, first + needle.len()]);
        }
        offsets.retain(|offset| offset + needle.len() <= bytes.len());
        let mut haystack = bytes.clone();
        for offset in &offsets {
            haystack[*offset..*offset + needle.len()].copy_from_slice(needle.as_bytes());
        }
        folder.write("haystack", &haystack);
        let expected = lines(offsets, needle);
        let arguments = ["find", needle, "haystack"].map(OsStr::new);
        folder
            .run_everywhere(b"", &arguments)
            .expect(0, &expected, "");
        let arguments = ["find", needle].map(OsStr::new);
        folder
            .run_everywhere(&haystack, &arguments)
            .expect(0, &expected, "");
    }
    // And at the very end.
    let end = bytes.len() - 3;
    bytes[end..].copy_from_slice(b"\x02\x02\x02");
    folder
        .run_everywhere(&bytes, &["find", "\u{2}\u{2}\u{2}"].map(OsStr::new))
        .expect(0, format!("{end}:\u{2}\u{2}\u{2}\n"), "");
}

/// More occurrences in a piece than the library first has room for.
#[test]
fn very_many_occurrences_everywhere() {
    let folder = Folder::new();
    let haystack = vec![b'e'; BUFFER + 3];
    let ran = folder.run_everywhere(&haystack, &["find", "ee"].map(OsStr::new));
    let expected = lines((0..=BUFFER).step_by(2), "ee");
    ran.expect(0, expected, "");
}

#[cfg(unix)]
#[test]
fn needles_and_names_that_are_no_text() {
    use std::os::unix::ffi::OsStrExt as _;

    let folder = Folder::new();
    let name = OsStr::from_bytes(b"n\xff");
    let needle = OsStr::from_bytes(b"\xfe\xff");
    folder.write(name, b"..\xfe\xff");
    folder.write("other", "");
    let find = OsStr::new("find");
    folder
        .run_everywhere(b"", &[find, needle, name])
        .expect(0, b"2:\xfe\xff\n", "");
    folder
        .run_everywhere(b"", &[find, needle, name, OsStr::new("other")])
        .expect(0, b"n\xff:2:\xfe\xff\n", "");
}

#[test]
fn json() {
    let folder = Folder::new();
    folder.write("a", "one two one");
    let ran = folder.run_on("one", ["--json", "find", "one", "a", "-"]);
    assert_eq!(ran.status, 0);
    assert_eq!(
        ran.json(),
        [
            json!({"file": "a", "offset": 0}),
            json!({"file": "a", "offset": 8}),
            json!({"file": "-", "offset": 0}),
        ]
    );
    folder
        .run(["--json", "find", "three", "a"])
        .expect(1, "", "");
}
