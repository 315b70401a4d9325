//! `kilowat find`.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Command, Stdio};

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
    let found = |file: &str, offset: u64| json!({"operation": "find", "kind": "match", "file": file, "offset": offset});
    let searched = |file: &str, matches: u64| json!({"operation": "find", "kind": "file", "file": file, "matches": matches, "engine": "jit"});
    let find = ["--engine", "jit", "--json", "find"];
    let run = |arguments: &[&str]| folder.run_on("one", [&find, arguments].concat());
    let ran = run(&["one", "a", "-"]);
    assert_eq!(ran.status, 0);
    assert_eq!(
        ran.json(),
        [
            found("a", 0),
            found("a", 8),
            searched("a", 2),
            found("-", 0),
            searched("-", 1),
        ]
    );
    // What is not found is a record too, and where nothing had to be searched nobody answered.
    let ran = run(&["three", "a"]);
    assert_eq!((ran.status, ran.json()), (1, vec![searched("a", 0)]));
    folder.write("empty", "");
    let ran = run(&["--count", "one", "empty", "a"]);
    let mut nobody = searched("empty", 0);
    nobody["engine"] = json!(null);
    assert_eq!(
        (ran.status, ran.json()),
        (0, vec![nobody, searched("a", 2)])
    );
}

#[test]
fn counts_everywhere() {
    let folder = Folder::new();
    folder.write("a", "one two one\n");
    folder.write("b", "two");
    folder.write("empty", "");
    let find = |arguments: &[&str]| {
        let arguments: Vec<_> = arguments.iter().map(OsStr::new).collect();
        folder.run_everywhere(b"two, two", &arguments)
    };
    find(&["find", "-c", "one", "a"]).expect(0, "2\n", "");
    find(&["find", "--count", "one", "b"]).expect(1, "0\n", "");
    find(&["find", "-c", "two", "a", "empty", "-"]).expect(
        0,
        "a:1\nempty:0\n(standard input):2\n",
        "",
    );
}

#[test]
fn stops_after_so_many_occurrences_of_each_file() {
    let folder = Folder::new();
    folder.write("a", "ee".repeat(BUFFER));
    folder.write("b", "e");
    let find = |arguments: &[&str]| folder.run([&["find"], arguments].concat());
    find(&["-m2", "e", "a", "b"]).expect(0, "a:0:e\na:1:e\nb:0:e\n", "");
    find(&["--max-count", "1", "ee", "a"]).expect(0, "0:ee\n", "");
    find(&["-c", "-m", "3", "e", "a", "b"]).expect(0, "a:3\nb:1\n", "");
    find(&["-m", "0", "e", "a"]).expect(1, "", "");
    find(&["-m", "0", "e", "missing"]).expect(
        2,
        "",
        "kilowat: missing: No such file or directory\n",
    );
    assert_eq!(find(&["-m", "-1", "e", "a"]).status, 2);
}

#[test]
fn needles_in_hexadecimal() {
    let folder = Folder::new();
    folder.write("dump", b"..\xde\xad\xbe\xef\0\xde\xad\xbe\xef");
    for needle in ["de ad be ef", "DEADBEEF"] {
        folder
            .run(["find", "--hex", needle, "dump"])
            .expect(0, "2:deadbeef\n7:deadbeef\n", "");
    }
    folder
        .run(["find", "--hex", "ef 00", "dump", "dump"])
        .expect(0, "dump:5:ef00\ndump:5:ef00\n", "");
    folder.run(["find", "--hex", "de a", "dump"]).expect(
        2,
        "",
        "kilowat: --hex: `a`: odd number of digits\n",
    );
    folder.run(["find", "--hex", " ", "dump"]).expect(
        2,
        "",
        "kilowat: the needle is empty: it would be found everywhere\n",
    );
}

#[test]
fn colours_as_grep_has_them() {
    let folder = Folder::new();
    folder.write("a", "an \u{e9}\n");
    folder.write("b", "an");
    let coloured =
        |arguments: &[&str]| folder.run([&["find", "--color=always"], arguments].concat());
    // GNU grep also clears the rest of the line, which changes nothing that one sees.
    let name = "\u{1b}[35ma\u{1b}[0m\u{1b}[36m:\u{1b}[0m";
    let line = "\u{1b}[32m0\u{1b}[0m\u{1b}[36m:\u{1b}[0m\u{1b}[1m\u{1b}[31man\u{1b}[0m\n";
    coloured(&["an", "a"]).expect(0, line, "");
    let expected = format!("{name}{line}{}{line}", name.replace('a', "b"));
    coloured(&["an", "a", "b"]).expect(0, expected, "");
    let counts = format!("{name}1\n{}1\n", name.replace('a', "b"));
    coloured(&["-c", "an", "a", "b"]).expect(0, counts, "");
    // A pipe is no terminal, and machines want no colours.
    for arguments in [
        &["find", "an", "a"][..],
        &["find", "--color=never", "an", "a"],
    ] {
        folder.run(arguments).expect(0, "0:an\n", "");
    }
    let json = coloured(&["--json", "an", "a"]);
    assert!(!json.stdout.contains(&0x1b));
    // An operator may say that it is a terminal all the same, and that it has no colours.
    for (variables, expected) in [
        (&[("CLICOLOR_FORCE", "1")][..], line),
        (&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], "0:an\n"),
    ] {
        let mut command = folder.kilowat(["find", "an", "a"]);
        command
            .env_remove("NO_COLOR")
            .envs(variables.iter().copied());
        super::Ran::of(&mut command).expect(0, expected, "");
    }
}

/// A pipe that brings a little and then nothing for a long time: what was found is printed already.
#[test]
fn a_slow_pipe_does_not_hold_back_what_was_found() {
    let folder = Folder::new();
    for (options, first) in [
        (&[][..], "4:needle\n"),
        (
            &["--json"],
            "{\"operation\":\"find\",\"kind\":\"match\",\"file\":\"-\",\"offset\":4}\n",
        ),
    ] {
        let mut child = Command::new(assert_cmd::cargo::cargo_bin!("kilowat"))
            .args(["find", "needle"].iter().chain(options))
            .current_dir(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        // The needle comes in two pieces, and its line before the pipe is closed.
        for piece in ["a   nee", "dle"] {
            stdin.write_all(piece.as_bytes()).unwrap();
        }
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        assert_eq!(line, first);
        stdin.write_all(b"\nneedle").unwrap();
        line.clear();
        stdout.read_line(&mut line).unwrap();
        assert!(line.contains("11"), "{line}");
        drop(stdin);
        assert!(child.wait().unwrap().success());
    }
}

/// With enough found, the rest of a pipe is not waited for.
#[test]
fn enough_ends_a_search_whose_pipe_stays_open() {
    let folder = Folder::new();
    let mut child = Command::new(assert_cmd::cargo::cargo_bin!("kilowat"))
        .args(["find", "-m", "1", "needle"])
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"needle needle").unwrap();
    let mut stdout = String::new();
    child
        .stdout
        .take()
        .unwrap()
        .read_to_string(&mut stdout)
        .unwrap();
    assert_eq!(stdout, "0:needle\n");
    assert!(child.wait().unwrap().success());
    drop(stdin);
}

#[test]
fn many_needles_everywhere() {
    let folder = Folder::new();
    folder.write("LIST", "watt\n\nkilowatt\nvolt");
    folder.write("MORE", "hour\n");
    folder.write("EMPTY", "\n\n");
    folder.write("a", "a kilowatt hour, a watt\nvolt");
    folder.write("b", "megawatt");
    let find = |arguments: &[&str]| {
        let arguments: Vec<_> = arguments.iter().map(OsStr::new).collect();
        folder.run_everywhere(b"watt", &arguments)
    };
    let in_a = "2:kilowatt\n19:watt\n24:volt\n";
    find(&["find", "-f", "LIST", "a"]).expect(0, in_a, "");
    find(&["find", "--file", "LIST"]).expect(0, "0:watt\n", "");
    find(&["find", "-f", "LIST", "-f", "MORE", "a", "b"]).expect(
        0,
        "a:2:kilowatt\na:11:hour\na:19:watt\na:24:volt\nb:4:watt\n",
        "",
    );
    find(&["find", "-f", "-", "a"]).expect(0, "6:watt\n19:watt\n", "");
    find(&["find", "-c", "-f", "LIST", "a", "b"]).expect(0, "a:3\nb:1\n", "");
    find(&["find", "-m2", "-f", "LIST", "a"]).expect(0, "2:kilowatt\n19:watt\n", "");
    find(&["find", "-f", "EMPTY", "a"]).expect(1, "", "");
    find(&["find", "-f", "MORE", "b"]).expect(1, "", "");
}

#[test]
fn many_needles_in_hexadecimal() {
    let folder = Folder::new();
    folder.write("LIST", "00 ff\nff00 ff\n\n");
    folder.write("a", b"\0\xff\xff\0\xff");
    folder
        .run(["find", "--hex", "-f", "LIST", "a"])
        .expect(0, "0:00ff\n2:ff00ff\n", "");
    folder.write("LIST", "00 ff\nf\n");
    let ran = folder.run(["find", "--hex", "-f", "LIST", "a"]);
    assert_eq!(ran.status, 2);
    let expected = "kilowat: --hex: LIST: line 2: `f`: ";
    assert!(ran.stderr.starts_with(expected), "{}", ran.stderr);
}

#[test]
fn many_needles_for_machines() {
    let folder = Folder::new();
    folder.write("LIST", b"watt\n\xff\n");
    folder.write("a", b"\xffwatt");
    let ran = folder.run(["--engine", "jit", "--json", "find", "-f", "LIST", "a"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    let records = serde_json::Deserializer::from_slice(&ran.stdout).into_iter();
    let records: Vec<serde_json::Value> = records.map(Result::unwrap).collect();
    let expected = [
        json!({"operation": "find", "kind": "match", "file": "a", "offset": 0,
            "needle": "\u{fffd}", "needle_hex": "ff"}),
        json!({"operation": "find", "kind": "match", "file": "a", "offset": 1, "needle": "watt"}),
        json!({"operation": "find", "kind": "file", "file": "a", "matches": 2, "engine": "jit"}),
    ];
    assert_eq!(records, expected);
}

#[test]
fn lists_that_cannot_be_read() {
    let folder = Folder::new();
    folder.write("a", "a");
    folder.run(["find", "-f", "missing", "a"]).expect(
        2,
        "",
        "kilowat: missing: No such file or directory\n",
    );
    let both =
        "kilowat: standard input cannot be both a list of needles and where they are looked for\n";
    folder.run(["find", "-f", "-"]).expect(2, "", both);
    folder
        .run(["find", "-f", "-", "a", "-"])
        .expect(2, "", both);
}

/// What grep prints for the same lists, whatever is in them: needles that begin alike, and parts of each
/// other.
#[test]
fn many_needles_as_grep() {
    let folder = Folder::new();
    let words = [
        "",
        "a",
        "aa",
        "ab",
        "abc",
        "needle",
        "need",
        "bca",
        "haystack",
        "stack of needles",
    ];
    let mut text = String::new();
    for line in 0..4_000_u32 {
        for shift in [3, 9, 15, 22] {
            let number = line.wrapping_mul(2_654_435_761) >> shift;
            text.push_str(words[number as usize % words.len()]);
            text.push_str(["", " ", "\n"][number as usize % 3]);
        }
    }
    folder.write("text", &text);
    for count in [1, 3, 8, 9] {
        folder.write("LIST", words[words.len() - count..].join("\n"));
        let grep = Command::new("grep")
            .args(["-F", "-a", "-b", "-o", "-f", "LIST", "text"])
            .env("LC_ALL", "C")
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        assert!(!grep.stdout.is_empty());
        folder
            .run(["find", "-f", "LIST", "text"])
            .expect(0, &grep.stdout, "");
    }
}

/// Needles over every boundary, long and short ones together: none is lost, and none is found twice.
#[test]
fn many_needles_across_the_buffers() {
    let folder = Folder::new();
    let bytes = noise(3 * BUFFER + 7);
    let long = format!("\u{2}{}\u{2}", "long ".repeat(40));
    let needle = "\u{2}needle\u{2}";
    folder.write("LIST", format!("{needle}\n{long}\nneedle"));
    for wanted in [needle, &long] {
        let mut offsets = vec![0];
        for edge in [PIECE, 2 * PIECE, BUFFER, 2 * BUFFER, 3 * BUFFER] {
            let first = edge - wanted.len().div_ceil(2);
            offsets.extend([first, first + wanted.len()]);
        }
        offsets.retain(|offset| offset + wanted.len() <= bytes.len());
        let mut haystack = bytes.clone();
        for offset in &offsets {
            haystack[*offset..*offset + wanted.len()].copy_from_slice(wanted.as_bytes());
        }
        folder.write("haystack", &haystack);
        let expected = lines(offsets, wanted);
        let arguments = ["find", "-f", "LIST", "haystack"].map(OsStr::new);
        folder
            .run_everywhere(b"", &arguments)
            .expect(0, &expected, "");
    }
}
