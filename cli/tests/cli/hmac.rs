//! `kilowat hmac`: RFC 4231 on every tier, lists that are checked, and keys that are none.

use std::ffi::OsStr;

use serde_json::{Value, json};

use super::{Folder, PIECE};

/// Of "what do ya want for nothing?" with the key "Jefe" (RFC 4231, 4.3).
const TAG: &str = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";

const TEXT: &str = "what do ya want for nothing?";

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("KEY", "Jefe");
    folder.write("text", TEXT);
    folder
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn known_vectors_everywhere() {
    let folder = folder();
    let arguments = ["hmac", "--key-file", "KEY", "text"].map(OsStr::new);
    folder
        .run_everywhere(b"", &arguments)
        .expect(0, format!("{TAG}  text\n"), "");
    let arguments = ["hmac", "-k", "KEY", "--tag", "-"].map(OsStr::new);
    folder.run_everywhere(TEXT.as_bytes(), &arguments).expect(
        0,
        format!("HMAC-SHA256 (-) = {TAG}\n"),
        "",
    );
    // The key from standard input.
    folder
        .run_on("Jefe", ["hmac", "-k", "-", "text"])
        .expect(0, format!("{TAG}  text\n"), "");
}

#[test]
fn lists_are_checked() {
    let folder = folder();
    folder.write("long", "long".repeat(PIECE));
    let list = folder.run(["hmac", "-k", "KEY", "text", "long"]).stdout;
    let list = String::from_utf8(list).unwrap();
    assert_eq!(list.lines().count(), 2);
    folder.write("TAGS", &list);
    let check = ["hmac", "-k", "KEY", "--check", "TAGS"];
    folder
        .run_everywhere(b"", &check.map(OsStr::new))
        .expect(0, "text: OK\nlong: OK\n", "");
    // Whatever digit of a tag is another one.
    for place in 0..64 {
        let mut changed = list.clone().into_bytes();
        changed[place] = if changed[place] == b'0' { b'1' } else { b'0' };
        folder.write("TAGS", &changed);
        let ran = folder.run(check);
        assert_eq!(
            (ran.status, text(&ran.stdout)),
            (1, "text: FAILED\nlong: OK\n")
        );
    }
    // Upper case is as good, and another key is not.
    folder.write("TAGS", list.replace(TAG, &TAG.to_uppercase()));
    assert_eq!(folder.run(check).status, 0);
    folder.write("KEY", "Jefe\n");
    let ran = folder.run(check);
    assert_eq!(
        (ran.status, text(&ran.stdout)),
        (1, "text: FAILED\nlong: FAILED\n")
    );
}

#[test]
fn for_machines() {
    let folder = folder();
    let ran = folder.run(["--engine", "native", "--json", "hmac", "-k", "KEY", "text"]);
    let record: Value = serde_json::from_slice(&ran.stdout).unwrap();
    let expected = json!({
        "operation": "hmac",
        "file": "text",
        "digest": TAG,
        "engine": "native",
    });
    assert_eq!(record, expected);
}

#[test]
fn a_key_that_is_none_is_refused() {
    let folder = folder();
    folder.write("EMPTY", "");
    folder.write("LONG", vec![7; (1 << 16) + 1]);
    folder.write("WHOLE", vec![7; 1 << 16]);
    for (key, words) in [
        ("EMPTY", "EMPTY: the key is empty"),
        ("LONG", "LONG: the key has more than 64 KiB"),
        ("missing", "missing: No such file or directory"),
    ] {
        let ran = folder.run(["hmac", "-k", key, "text"]);
        assert_eq!((ran.status, text(&ran.stdout)), (2, ""));
        assert!(ran.stderr.contains(words), "{}", ran.stderr);
    }
    assert_eq!(folder.run(["hmac", "-k", "WHOLE", "text"]).status, 0);
    for files in [&[][..], &["-"], &["text", "-"]] {
        let ran = folder.run_on("Jefe", ["hmac", "-k", "-"].iter().chain(files));
        assert_eq!((ran.status, text(&ran.stdout)), (2, ""));
        let words = "standard input cannot be both the key and a file";
        assert!(ran.stderr.contains(words), "{}", ran.stderr);
    }
    // There is no other way to give one.
    let ran = folder.run(["hmac", "text"]);
    assert_eq!(ran.status, 2);
    assert!(ran.stderr.contains("--key-file"), "{}", ran.stderr);
}
