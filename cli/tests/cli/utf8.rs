//! `kilowat utf8`.

use std::ffi::OsStr;
use std::io::{Read as _, Write as _};
use std::process::{Command, Stdio};

use serde_json::json;

use super::{BUFFER, Folder, PIECE, line_at};

#[test]
fn says_of_each_file_what_it_is_everywhere() {
    let folder = Folder::new();
    folder.write("plain", "kilowatt\n");
    folder.write("text", "kilowatt für 漢字 😀\n");
    folder.write("latin1", b"one\r\ntwo\r\ncaf\xe9 au lait\r\nfour\r\n");
    folder.write("empty", "");
    let arguments = ["utf8", "plain", "latin1", "text", "empty", "-"].map(OsStr::new);
    folder.run_everywhere(b"a\xffb", &arguments).expect(
        1,
        "plain: UTF-8\n\
         latin1:3:4: not UTF-8 at byte 13: 0xe9 begins a character of 3 bytes, and 0x20 does not go on \
         with it\n    caf\\xe9 au lait\n       ^^^^\n\
         text: UTF-8\n\
         empty: UTF-8\n\
         standard input:1:2: not UTF-8 at byte 1: 0xff is in no character\n    a\\xffb\n     ^^^^\n",
        "",
    );
    let arguments = ["utf8", "plain", "text"].map(OsStr::new);
    let expected = "plain: UTF-8\ntext: UTF-8\n";
    folder
        .run_everywhere(b"", &arguments)
        .expect(0, expected, "");
}

#[test]
fn an_error_outweighs_a_fault() {
    let folder = Folder::new();
    folder.write("bad", b"\xff");
    folder.write("a\nb", "x");
    std::fs::create_dir(folder.path().join("folder")).unwrap();
    folder.run(["utf8", "missing", "bad", "folder", "a\nb"]).expect(
        2,
        "bad:1:1: not UTF-8 at byte 0: 0xff is in no character\n    \\xff\n    ^^^^\na\\nb: UTF-8\n",
        "kilowat: missing: No such file or directory\nkilowat: folder: Is a directory\n",
    );
}

#[test]
fn quiet_prints_nothing() {
    let folder = Folder::new();
    folder.write("good", "x");
    folder.write("bad", b"\xff");
    folder.run(["utf8", "-q", "good"]).expect(0, "", "");
    folder
        .run(["utf8", "--quiet", "bad", "good"])
        .expect(1, "", "");
    folder
        .run(["utf8", "-q", "--json", "bad"])
        .expect(1, "", "");
    let missing = "kilowat: missing: No such file or directory\n";
    folder
        .run(["utf8", "-q", "bad", "missing"])
        .expect(2, "", missing);
    assert_eq!(folder.run(["utf8", "-q", "--count", "good"]).status, 2);
}

#[test]
fn counts_everywhere() {
    let folder = Folder::new();
    folder.write("a", "für\n漢字 😀\nno end");
    folder.write("bad", b"\xff");
    folder.write("empty", "");
    let arguments = ["utf8", "--count", "a", "bad", "empty"].map(OsStr::new);
    folder.run_everywhere(b"", &arguments).expect(
        1,
        "bad:1:1: not UTF-8 at byte 0: 0xff is in no character\n    \\xff\n    ^^^^\n\
         LINES  CHARACTERS  UTF-16 UNITS  BYTES  FILE\n    \
             2          15            16     23  a\n    \
             0           0             0      0  empty\n",
        "",
    );
    let ran = folder.run([
        "--engine", "jit", "--json", "utf8", "-c", "a", "bad", "empty",
    ]);
    assert_eq!(ran.status, 1);
    assert_eq!(
        ran.json(),
        [
            json!({
                "operation": "utf8", "file": "a", "valid": true, "fault": null, "lines": 2,
                "characters": 15, "utf16_units": 16, "bytes": 23, "engine": "jit",
            }),
            json!({
                "operation": "utf8", "file": "bad", "valid": false,
                "fault": {"kind": "never", "offset": 0, "line": 1, "column": 1, "bytes": "ff"},
                "engine": "jit",
            }),
            json!({
                "operation": "utf8", "file": "empty", "valid": true, "fault": null, "lines": 0,
                "characters": 0, "utf16_units": 0, "bytes": 0, "engine": "jit",
            }),
        ]
    );
}

/// What wc of GNU coreutils counts in a locale of UTF-8.
#[test]
fn counts_as_wc() {
    let folder = Folder::new();
    let text = "kilowatt für 漢字 😀\n".repeat(70_000);
    folder.write("text", &text);
    let output = Command::new("wc")
        .args(["-lmc", "text"])
        .current_dir(folder.path())
        .env("LC_ALL", "C.UTF-8")
        .output();
    let Ok(output) = output else {
        println!("skipped: there is no wc here");
        return;
    };
    let counts = String::from_utf8(output.stdout).unwrap();
    let counts: Vec<u64> = counts
        .split_whitespace()
        .filter_map(|word| word.parse().ok())
        .collect();
    let record = &folder.run(["--json", "utf8", "--count", "text"]).json()[0];
    let [lines, characters, bytes] = counts[..] else {
        panic!("{counts:?}");
    };
    assert_eq!(
        (&record["lines"], &record["bytes"]),
        (&json!(lines), &json!(bytes))
    );
    // Where there is no such locale, it counts bytes.
    if characters != bytes {
        assert_eq!(record["characters"], characters);
    }
}

/// Characters and faults across every boundary of reading, in one line or in many.
#[test]
fn faults_across_the_buffers_everywhere() {
    let folder = Folder::new();
    for line in ["", "ü漢 and so on\n"] {
        for edge in [PIECE, BUFFER, 2 * BUFFER] {
            for before in edge - 4..=edge + 1 {
                let mut text = line.repeat(before / line.len().max(1));
                text.push_str(&"a".repeat(before - text.len()));
                text.push_str("😀 behind");
                let bytes = text.as_bytes();
                let cut = &bytes[..before + 3];
                let mut wrong = bytes.to_vec();
                wrong[before + 3] = b'(';
                for (bytes, len, kind) in [(cut, 3, "cut_short"), (&wrong[..], 3, "incomplete")] {
                    let record = json!({
                        "kind": kind,
                        "offset": before,
                        "line": line_at(bytes, before),
                        "column": text[..before].rsplit('\n').next().unwrap().chars().count() + 1,
                        "bytes": "f09f9880"[..2 * len],
                    });
                    // Each tier has its turn.
                    let engine = ["jit", "native", "interpreter"][before % 3];
                    let ran = folder.run_on(bytes, ["--engine", engine, "--json", "utf8"]);
                    assert_eq!(ran.status, 1);
                    assert_eq!(ran.json()[0]["fault"], record);
                }
                let ran = folder.run_on(bytes, ["utf8"]);
                ran.expect(0, "standard input: UTF-8\n", "");
            }
        }
    }
}

#[test]
fn a_long_line_is_cut_around_the_fault() {
    let folder = Folder::new();
    let before = "é漢".repeat(BUFFER / 4);
    let text = [before.as_bytes(), b"\x80", "é".repeat(BUFFER).as_bytes()].concat();
    folder.write("line", &text);
    // Of the last forty columns all but one are taken: a character of two would be cut.
    let shown = &before[before.char_indices().rev().nth(25).unwrap().0..];
    let (offset, column) = (before.len(), BUFFER / 2 + 1);
    let expected = format!(
        "line:1:{column}: not UTF-8 at byte {offset}: 0x80 goes on with a character, and none has begun\n    \
         …{shown}\\x80{}…\n    {}^^^^\n",
        "é".repeat(32),
        " ".repeat(40),
    );
    folder
        .run_everywhere(b"", &["utf8", "line"].map(OsStr::new))
        .expect(1, expected, "");
}

/// A pipe that brings the line of a fault in two parts: it is shown as a whole. With `-q` nothing more is
/// waited for.
#[test]
fn slow_pipes() {
    let folder = Folder::new();
    for (flags, stdout) in [
        (
            &["utf8"][..],
            "standard input:2:3: not UTF-8 at byte 6: 0xff is in no character\n    ab\\xffcd\n      ^^^^\n",
        ),
        (&["utf8", "-q"], ""),
    ] {
        let mut child = Command::new(assert_cmd::cargo::cargo_bin!("kilowat"))
            .args(flags)
            .current_dir(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(b"one\nab\xffc").unwrap();
        if flags.len() == 1 {
            std::thread::sleep(std::time::Duration::from_millis(50));
            stdin.write_all(b"d\n").unwrap();
        }
        let mut printed = String::new();
        child
            .stdout
            .take()
            .unwrap()
            .read_to_string(&mut printed)
            .unwrap();
        assert_eq!(printed, stdout);
        assert_eq!(child.wait().unwrap().code(), Some(1));
        drop(stdin);
    }
}
