//! `kilowat xxh32`, beside xxhsum where it is.

use std::ffi::OsStr;
use std::process::{Command, Stdio};

use serde_json::json;

use super::{BUFFER, Folder, PIECE, noise};

const ABC: &str = "32d153ff";

#[test]
fn known_vectors_everywhere() {
    let folder = Folder::new();
    folder.write("abc", "abc");
    folder.write("empty", "");
    let ran = folder.run_everywhere(b"", &["xxh32", "abc", "empty"].map(OsStr::new));
    ran.expect(0, format!("{ABC}  abc\n02cc5d05  empty\n"), "");
    let ran = folder.run_everywhere(b"abc", &["xxh32", "--tag", "abc", "-"].map(OsStr::new));
    ran.expect(
        0,
        format!("XXH32 (abc) = {ABC}\nXXH32 (stdin) = {ABC}\n"),
        "",
    );
    folder
        .run_on("abc", ["xxh32"])
        .expect(0, format!("{ABC}  stdin\n"), "");
}

#[test]
fn names_stay_as_they_are() {
    let folder = Folder::new();
    for name in ["a\\b", "a\nb"] {
        folder.write(name, "abc");
        for (flag, expected) in [
            ("--", format!("{ABC}  {name}\n")),
            ("--tag", format!("XXH32 ({name}) = {ABC}\n")),
            ("-z", format!("{ABC}  {name}\0")),
        ] {
            folder.run(["xxh32", flag, name]).expect(0, expected, "");
        }
    }
    folder.write("LIST", format!("{ABC}  a\\b\n"));
    folder
        .run(["xxh32", "-c", "LIST"])
        .expect(0, "a\\b: OK\n", "");
}

#[test]
fn lists_are_checked() {
    let folder = Folder::new();
    folder.write("abc", "abc");
    folder.write("other", "other");
    for line in [
        format!("{ABC}  abc\n"),
        format!("{ABC} *abc\n"),
        format!("XXH32 (abc) = {ABC}\n"),
    ] {
        folder.write("LIST", line);
        folder
            .run(["xxh32", "--check", "LIST"])
            .expect(0, "abc: OK\n", "");
    }
    folder.write("LIST", format!("{ABC}  stdin\n"));
    folder
        .run_on("abc", ["xxh32", "-c", "LIST"])
        .expect(0, "stdin: OK\n", "");
    folder.write("LIST", format!("{ABC}  other\n"));
    folder.run(["xxh32", "-c", "LIST"]).expect(
        1,
        "other: FAILED\n",
        "kilowat: WARNING: 1 computed checksum did NOT match\n",
    );
}

#[test]
fn for_machines() {
    let folder = Folder::new();
    folder.write("abc", "abc");
    let ran = folder.run(["--engine", "jit", "--json", "xxh32", "abc"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    let record: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
    let expected = json!({"operation": "xxh32", "file": "abc", "hash": ABC, "engine": "jit"});
    assert_eq!(record, expected);
}

/// Runs xxhsum in a folder. `None`, said aloud, where it is missing and need not be there.
fn xxhsum(folder: &Folder, arguments: &[&str]) -> Option<Vec<u8>> {
    let output = Command::new("xxhsum")
        .args(arguments)
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .output();
    let Ok(output) = output else {
        assert!(
            std::env::var_os("KILOWAT_REQUIRE_XXHSUM").is_none(),
            "KILOWAT_REQUIRE_XXHSUM is set, and xxhsum is not installed"
        );
        eprintln!("left out: xxhsum (package xxhash) is not installed");
        return None;
    };
    assert!(output.status.success(), "xxhsum {arguments:?}");
    Some(output.stdout)
}

/// Each reads what the other has printed, and both print the same.
#[test]
fn as_xxhsum() {
    let folder = Folder::new();
    let bytes = noise(2 * BUFFER + 1);
    let mut names = vec!["a\\b".to_owned()];
    folder.write("a\\b", "abc");
    for edge in [1, 16, 32, PIECE, BUFFER, 2 * BUFFER] {
        for len in [edge - 1, edge, edge + 1] {
            let name = format!("of {len}");
            folder.write(&name, &bytes[..len]);
            names.push(name);
        }
    }
    if let Some(expected) = xxhsum(&folder, &["-H32", "--tag"]) {
        folder
            .run_on("", ["xxh32", "--tag"])
            .expect(0, expected, "");
    }
    let names = names.iter().map(String::as_str);
    for flags in [&["xxh32"][..], &["xxh32", "--tag"]] {
        let arguments: Vec<&str> = flags.iter().copied().chain(names.clone()).collect();
        let ran = folder.run(&arguments);
        let tools: Vec<&str> = ["-H32"]
            .into_iter()
            .chain(arguments[1..].iter().copied())
            .collect();
        let Some(expected) = xxhsum(&folder, &tools) else {
            return;
        };
        ran.expect(0, &expected, "");
        folder.write("LIST", &expected);
        let checked = folder.run(["xxh32", "-c", "LIST"]);
        let verdicts = xxhsum(&folder, &["-H32", "-c", "LIST"]).unwrap();
        checked.expect(0, &verdicts, "");
    }
}
