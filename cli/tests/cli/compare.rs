//! `kilowat compare`.

use std::ffi::OsStr;

use serde_json::json;

use super::{BUFFER, Folder, PIECE, line_at, noise};

#[test]
fn prints_as_cmp_does_everywhere() {
    let folder = Folder::new();
    folder.write("a", "ab\ncd\nef");
    folder.write("copy", "ab\ncd\nef");
    folder.write("b", "ab\ncX\nef");
    folder.write("in_line", "ab\nc");
    folder.write("line", "ab\n");
    folder.write("empty", "");
    folder.write("empty_too", "");
    let compare = |a: &str, b: &str| folder.run_everywhere(b"", &["compare", a, b].map(OsStr::new));
    compare("a", "a").expect(0, "", "");
    compare("a", "copy").expect(0, "", "");
    compare("empty", "empty_too").expect(0, "", "");
    compare("a", "b").expect(1, "a b differ: byte 5, line 2\n", "");
    compare("b", "a").expect(1, "b a differ: byte 5, line 2\n", "");
    let end = "kilowat: EOF on in_line after byte 4, in line 2\n";
    compare("a", "in_line").expect(1, "", end);
    compare("in_line", "a").expect(1, "", end);
    let end = "kilowat: EOF on line after byte 3, line 1\n";
    compare("a", "line").expect(1, "", end);
    compare("line", "a").expect(1, "", end);
    let end = "kilowat: EOF on empty which is empty\n";
    compare("a", "empty").expect(1, "", end);
    compare("empty", "a").expect(1, "", end);
}

#[test]
fn standard_input() {
    let folder = Folder::new();
    folder.write("a", "same");
    folder
        .run_on("same", ["compare", "a", "-"])
        .expect(0, "", "");
    folder
        .run_on("same", ["compare", "-", "a"])
        .expect(0, "", "");
    folder
        .run_on("sane", ["compare", "a", "-"])
        .expect(1, "a - differ: byte 3, line 1\n", "");
    folder.run_on("sam", ["compare", "-", "a"]).expect(
        1,
        "",
        "kilowat: EOF on - after byte 3, in line 1\n",
    );
    folder
        .run_on("any", ["compare", "-", "-"])
        .expect(0, "", "");
}

#[test]
fn around_the_buffers_everywhere() {
    let folder = Folder::new();
    let mut bytes = noise(2 * BUFFER + 2);
    for byte in bytes.iter_mut().filter(|byte| **byte > 0xf0) {
        *byte = b'\n';
    }
    bytes[BUFFER - 1] = b'\n';
    folder.write("a", &bytes);
    for edge in [1, PIECE, BUFFER, 2 * BUFFER] {
        for offset in [edge - 1, edge, edge + 1] {
            let line = line_at(&bytes, offset);
            bytes[offset] ^= 0x80;
            folder.write("b", &bytes);
            bytes[offset] ^= 0x80;
            let expected = format!("a b differ: byte {}, line {line}\n", offset + 1);
            folder
                .run_everywhere(b"", &["compare", "a", "b"].map(OsStr::new))
                .expect(1, expected, "");

            folder.write("b", &bytes[..offset]);
            let end = match offset.checked_sub(1).map(|last| bytes[last]) {
                None => "EOF on b which is empty".to_owned(),
                Some(b'\n') => format!("EOF on b after byte {offset}, line {}", line - 1),
                Some(_) => format!("EOF on b after byte {offset}, in line {line}"),
            };
            folder
                .run_everywhere(b"", &["compare", "a", "b"].map(OsStr::new))
                .expect(1, "", &format!("kilowat: {end}\n"));
        }
    }
    folder.write("b", &bytes);
    folder
        .run_everywhere(b"", &["compare", "a", "b"].map(OsStr::new))
        .expect(0, "", "");
}

#[test]
fn what_cannot_be_read_is_named() {
    let folder = Folder::new();
    folder.write("a", "a");
    std::fs::create_dir(folder.path().join("folder")).unwrap();
    let missing = "kilowat: missing: No such file or directory\n";
    folder
        .run(["compare", "a", "missing"])
        .expect(2, "", missing);
    folder
        .run(["compare", "missing", "a"])
        .expect(2, "", missing);
    let directory = "kilowat: folder: Is a directory\n";
    folder
        .run(["compare", "folder", "a"])
        .expect(2, "", directory);
    assert_eq!(folder.run(["compare", "a"]).status, 2);
}

#[cfg(unix)]
#[test]
fn names_that_are_no_text() {
    use std::os::unix::ffi::OsStrExt as _;

    let folder = Folder::new();
    let name = OsStr::from_bytes(b"a\xff");
    folder.write(name, "a");
    folder.write("b", "a");
    let ran = folder.run([
        OsStr::new("--json"),
        OsStr::new("compare"),
        name,
        OsStr::new("b"),
    ]);
    let record = &ran.json()[0];
    assert_eq!(record["a"], "a\u{fffd}");
    assert_eq!(record["a_hex"], "61ff");
    assert_eq!(record.get("b_hex"), None);
}

#[test]
fn json() {
    let folder = Folder::new();
    folder.write("a", "ab\ncd");
    folder.write("b", "ab\ncX");
    folder.write("start", "ab\n");
    let record = |b: &str, equal: bool, difference: serde_json::Value| {
        json!({
            "operation": "compare",
            "a": "a",
            "b": b,
            "engine": "jit",
            "equal": equal,
            "difference": difference,
        })
    };
    for (b, status, expected) in [
        ("a", 0, record("a", true, json!(null))),
        (
            "b",
            1,
            record("b", false, json!({"kind": "byte", "offset": 4, "line": 2})),
        ),
        (
            "start",
            1,
            record(
                "start",
                false,
                json!({"kind": "second_ends", "offset": 3, "line": 2}),
            ),
        ),
    ] {
        let ran = folder.run(["--engine", "jit", "--json", "compare", "a", b]);
        assert_eq!(ran.json(), [expected]);
        assert_eq!((ran.status, ran.stderr.as_str()), (status, ""));
    }
}
