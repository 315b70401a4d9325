//! `kilowat xxh32`, `xxh64` and `xxh3`, beside xxhsum where it is.

use std::ffi::OsStr;
use std::process::{Command, Stdio};

use serde_json::json;

use super::{BUFFER, Folder, PIECE, noise, tool_is_there};

/// A command, and what it has in common with a form of xxhsum.
struct Form {
    command: &'static str,
    tool_flag: &'static str,
    tag: &'static str,
    prefix: &'static str,
    /// The hash of the bytes abc, and that of none.
    abc: &'static str,
    empty: &'static str,
}

const FORMS: [Form; 3] = [
    Form {
        command: "xxh32",
        tool_flag: "-H32",
        tag: "XXH32",
        prefix: "",
        abc: "32d153ff",
        empty: "02cc5d05",
    },
    Form {
        command: "xxh64",
        tool_flag: "-H1",
        tag: "XXH64",
        prefix: "",
        abc: "44bc2cf5ad770999",
        empty: "ef46db3751d8e999",
    },
    Form {
        command: "xxh3",
        tool_flag: "-H3",
        tag: "XXH3",
        prefix: "XXH3_",
        abc: "78af5f94892f3950",
        empty: "2d06800538d394c2",
    },
];

#[test]
fn known_vectors_everywhere() {
    let folder = Folder::new();
    folder.write("abc", "abc");
    folder.write("empty", "");
    for Form {
        command,
        tag,
        prefix,
        abc,
        empty,
        ..
    } in FORMS
    {
        let ran = folder.run_everywhere(b"", &[command, "abc", "empty"].map(OsStr::new));
        let expected = format!("{prefix}{abc}  abc\n{prefix}{empty}  empty\n");
        ran.expect(0, expected, "");
        let ran = folder.run_everywhere(b"abc", &[command, "--tag", "abc", "-"].map(OsStr::new));
        let expected = format!("{tag} (abc) = {abc}\n{tag} (stdin) = {abc}\n");
        ran.expect(0, expected, "");
        folder
            .run_on("abc", [command])
            .expect(0, format!("{prefix}{abc}  stdin\n"), "");
    }
}

#[test]
fn names_stay_as_they_are() {
    let folder = Folder::new();
    for Form {
        command,
        tag,
        prefix,
        abc,
        ..
    } in FORMS
    {
        for name in ["a\\b", "a\nb"] {
            folder.write(name, "abc");
            for (flag, expected) in [
                ("--", format!("{prefix}{abc}  {name}\n")),
                ("--tag", format!("{tag} ({name}) = {abc}\n")),
                ("-z", format!("{prefix}{abc}  {name}\0")),
            ] {
                folder.run([command, flag, name]).expect(0, expected, "");
            }
        }
        folder.write("LIST", format!("{prefix}{abc}  a\\b\n"));
        folder
            .run([command, "-c", "LIST"])
            .expect(0, "a\\b: OK\n", "");
    }
}

#[test]
fn lists_are_checked() {
    let folder = Folder::new();
    folder.write("abc", "abc");
    folder.write("other", "other");
    for Form {
        command,
        tag,
        prefix,
        abc,
        ..
    } in FORMS
    {
        for line in [
            format!("{prefix}{abc}  abc\n"),
            format!("{prefix}{abc} *abc\n"),
            format!("{tag} (abc) = {abc}\n"),
        ] {
            folder.write("LIST", line);
            folder
                .run([command, "--check", "LIST"])
                .expect(0, "abc: OK\n", "");
        }
        folder.write("LIST", format!("{prefix}{abc}  stdin\n"));
        folder
            .run_on("abc", [command, "-c", "LIST"])
            .expect(0, "stdin: OK\n", "");
        folder.write("LIST", format!("{prefix}{abc}  other\n"));
        folder.run([command, "-c", "LIST"]).expect(
            1,
            "other: FAILED\n",
            "kilowat: WARNING: 1 computed checksum did NOT match\n",
        );
    }
}

#[test]
fn for_machines() {
    let folder = Folder::new();
    folder.write("abc", "abc");
    for Form { command, abc, .. } in FORMS {
        let ran = folder.run(["--engine", "jit", "--json", command, "abc"]);
        assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
        let record: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
        let expected = json!({"operation": command, "file": "abc", "hash": abc, "engine": "jit"});
        assert_eq!(record, expected);
    }
}

/// Runs xxhsum in a folder. `None`, said aloud, where it is missing and need not be there.
fn xxhsum(folder: &Folder, arguments: &[&str]) -> Option<Vec<u8>> {
    if !tool_is_there("xxhsum", "xxhash") {
        return None;
    }
    let output = Command::new("xxhsum")
        .args(arguments)
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(output.status.success(), "xxhsum {arguments:?}");
    Some(output.stdout)
}

/// Each reads what the other has printed, and both print the same. xxhsum before 0.8.2 has the form with
/// a tag alone for XXH3.
#[test]
fn as_xxhsum() {
    let folder = Folder::new();
    let bytes = noise(2 * BUFFER + 1);
    let mut names = vec!["a\\b".to_owned()];
    folder.write("a\\b", "abc");
    for edge in [1, 16, 32, 240, PIECE, BUFFER, 2 * BUFFER] {
        for len in [edge - 1, edge, edge + 1] {
            let name = format!("of {len}");
            folder.write(&name, &bytes[..len]);
            names.push(name);
        }
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    for Form {
        command,
        tool_flag,
        tag,
        ..
    } in FORMS
    {
        if let Some(expected) = xxhsum(&folder, &[tool_flag, "--tag"]) {
            folder
                .run_on("", [command, "--tag"])
                .expect(0, expected, "");
        }
        for flags in [&[][..], &["--tag"]] {
            let with = |first| [&[first], flags, &names].concat();
            let Some(expected) = xxhsum(&folder, &with(tool_flag)) else {
                return;
            };
            if flags.is_empty() && expected.starts_with(format!("{tag} (").as_bytes()) {
                continue;
            }
            folder.run(with(command)).expect(0, &expected, "");
            folder.write("LIST", &expected);
            let checked = folder.run([command, "-c", "LIST"]);
            let verdicts = xxhsum(&folder, &[tool_flag, "-c", "LIST"]).unwrap();
            checked.expect(0, &verdicts, "");
        }
    }
}
