//! The main job on real input: megabytes of source text, and one answer from every tier.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Folder, line_at};

/// Enough to go through every buffer several times.
const WANTED: usize = 8 << 20;

/// The Rust sources of this workspace's dependencies, one behind the other, up to [`WANTED`] bytes.
/// `None` where cargo cannot say where they are.
fn source_text() -> Option<Vec<u8>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .ok()?;
    if !output.status.success() {
        println!("{}", String::from_utf8_lossy(&output.stderr));
        return None;
    }
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut folders: Vec<PathBuf> = metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|package| Path::new(package["manifest_path"].as_str().unwrap()).with_file_name("src"))
        .filter(|folder| folder.is_dir())
        .collect();
    folders.sort();
    let mut text = Vec::new();
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder).unwrap();
        let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        for path in paths {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension() == Some(OsStr::new("rs")) {
                text.extend(std::fs::read(&path).unwrap());
            }
        }
        if text.len() >= WANTED {
            text.truncate(WANTED);
            break;
        }
    }
    Some(text)
}

#[test]
fn every_tier_gives_the_same_answer_on_source_text() {
    let Some(mut text) = source_text() else {
        println!("skipped: cargo metadata does not work here");
        return;
    };
    let folder = Folder::new();
    folder.write("text.rs", &text);
    let everywhere = |arguments: &[&str]| {
        let arguments: Vec<_> = arguments.iter().map(OsStr::new).collect();
        let ran = folder.run_everywhere(b"", &arguments);
        assert_eq!(ran.stderr, "");
        ran
    };

    everywhere(&["fnv1a32", "text.rs"]);
    everywhere(&["fnv1a64", "text.rs"]);
    for (command, sum) in [
        ("crc32", crc32fast::hash(&text)),
        ("crc32c", crc32c::crc32c(&text)),
        ("adler32", simd_adler32::adler32(&&text[..])),
    ] {
        let expected = format!("{sum:08x}  text.rs\n");
        everywhere(&[command, "text.rs"]).expect(0, expected, "");
    }

    // It ends where it was cut.
    let (valid, end) = match str::from_utf8(&text) {
        Ok(valid) => (valid, String::new()),
        Err(error) => {
            let at = error.valid_up_to();
            (
                str::from_utf8(&text[..at]).unwrap(),
                format!(" at byte {at}: "),
            )
        }
    };
    let ran = everywhere(&["utf8", "text.rs"]);
    assert_eq!(ran.status, i32::from(!end.is_empty()));
    assert!(String::from_utf8_lossy(&ran.stdout).contains(&end));
    folder.write("valid.rs", valid);
    let counts = folder.run(["--json", "utf8", "--count", "valid.rs"]).json();
    assert_eq!(counts[0]["characters"], valid.chars().count());
    assert_eq!(counts[0]["utf16_units"], valid.encode_utf16().count());
    assert_eq!(counts[0]["lines"], valid.matches('\n').count());
    assert_eq!(counts[0]["bytes"], valid.len());

    // A long needle that is surely there: what stands at two thirds.
    let middle = text.len() / 3 * 2;
    let long = String::from_utf8_lossy(&text[middle..middle + 400]);
    let long = long.trim_matches('\u{fffd}');
    for needle in [
        "fn",
        "unsafe",
        "impl<T> From<T> for",
        "// SAFETY: the ",
        long,
    ] {
        everywhere(&["find", needle, "text.rs"]);
        // A needle may have line breaks, and the JSON has none. The last record is the file's.
        let found: Vec<_> = folder
            .run(["--json", "find", needle, "text.rs"])
            .json()
            .iter()
            .filter_map(|record| Some(record["offset"].as_u64()? as usize))
            .collect();
        assert!(found == occurrences(&text, needle.as_bytes()), "{needle}");
    }
    let absent = "surely \u{7f} nobody wrote this in a source file";
    assert_eq!(everywhere(&["find", absent, "text.rs"]).status, 1);
    assert_eq!(everywhere(&["find", "\u{7}\u{7f}", "text.rs"]).status, 1);

    folder.write("copy.rs", &text);
    everywhere(&["compare", "text.rs", "copy.rs"]).expect(0, "", "");
    let last = text.len() - 1;
    text[last] ^= 1;
    folder.write("copy.rs", &text);
    let line = line_at(&text, last);
    let expected = format!("text.rs copy.rs differ: byte {}, line {line}\n", text.len());
    everywhere(&["compare", "text.rs", "copy.rs"]).expect(1, expected, "");
}

/// All occurrences that do not overlap, the plain way.
fn occurrences(haystack: &[u8], needle: &[u8]) -> Vec<usize> {
    let mut offsets = Vec::new();
    let mut at = 0;
    while at + needle.len() <= haystack.len() {
        if haystack[at] == needle[0] && haystack[at..].starts_with(needle) {
            offsets.push(at);
            at += needle.len();
        } else {
            at += 1;
        }
    }
    offsets
}
