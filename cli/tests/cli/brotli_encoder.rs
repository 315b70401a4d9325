//! `kilowat brotli`, beside brotli(1) (Debian's package of that name).

use std::fs;
use std::process::{Command, Stdio};

use serde_json::json;

use super::{BUFFER, Folder, content, names, read, tool_is_there};

/// What is in a stream, as the crate `brotli` reads it.
fn decode(stream: &[u8]) -> Vec<u8> {
    let mut content = Vec::new();
    ::brotli::BrotliDecompress(&mut &*stream, &mut content).unwrap();
    content
}

/// What brotli(1) prints of a file, if it is there.
fn printed(folder: &Folder, file: &str) -> Option<Vec<u8>> {
    if !tool_is_there("brotli", "brotli") {
        return None;
    }
    let output = Command::new("brotli")
        .args(["-dc", file])
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    Some(output.stdout)
}

#[test]
fn what_is_made_at_every_quality_is_read_by_brotli() {
    let folder = Folder::new();
    let bytes = content(70_000);
    folder.write("a", &bytes);
    let mut lengths = Vec::new();
    for quality in 0..=11 {
        let option = format!("-{quality}");
        folder.run(["brotli", &option, "-f", "a"]).expect(0, "", "");
        let stream = read(&folder, "a.br");
        assert!(decode(&stream) == bytes, "{quality}");
        assert!(printed(&folder, "a.br").is_none_or(|content| content == bytes));
        folder.run(["unbrotli", "-c", "a.br"]).expect(0, &bytes, "");
        // By number it is the same, and the last one counts.
        let number = format!("-q{quality}");
        folder
            .run(["brotli", "-Z", "-3", &number, "-c", "a"])
            .expect(0, &stream, "");
        lengths.push(stream.len());
    }
    assert!(
        lengths[0] > lengths[5] && lengths[5] >= lengths[11],
        "{lengths:?}"
    );
    folder
        .run(["brotli", "-Z", "-c", "a"])
        .expect(0, read(&folder, "a.br"), "");
    for wrong in ["-12", "-q12"] {
        assert_eq!(folder.run(["brotli", wrong, "a"]).status, 1, "{wrong}");
    }
}

#[test]
fn windows_and_modes() {
    let folder = Folder::new();
    let bytes = content(300_000);
    folder.write("a", &bytes);
    for window in ["0", "10", "16", "17", "24"] {
        for mode in ["generic", "text", "font"] {
            folder
                .run(["brotli", "-5", "-w", window, "--mode", mode, "-f", "a"])
                .expect(0, "", "");
            assert!(decode(&read(&folder, "a.br")) == bytes, "{window} {mode}");
        }
    }
    let ran = folder.run(["brotli", "-w", "25", "a"]);
    assert_eq!(ran.status, 1);
    assert!(
        ran.stderr.contains("windows of 10 to 24 bits"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_pipe_in_pieces() {
    let folder = Folder::new();
    for len in [0, 1, BUFFER, 3 << 20] {
        let bytes = content(len);
        for threads in ["1", "2"] {
            let ran = folder.run_on(&*bytes, ["brotli", "-1", "-w18", "--threads", threads]);
            assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
            assert!(decode(&ran.stdout) == bytes, "{len} {threads}");
        }
    }
}

#[test]
fn files_are_made_beside_their_contents() {
    let folder = Folder::new();
    let bytes = content(10_000);
    folder.write("a", &bytes);
    folder.run(["brotli", "a"]).expect(0, "", "");
    assert_eq!(names(&folder), ["a", "a.br"]);
    let there = "kilowat: a.br: it exists already, and --force would overwrite it\n";
    folder.run(["brotli", "a"]).expect(1, "", there);
    folder.run(["brotli", "-kf", "a"]).expect(0, "", "");
    folder.run(["brotli", "a", "-o", "b"]).expect(0, "", "");
    assert!(decode(&read(&folder, "b")) == bytes);
    folder
        .run(["brotli", "-j", "-S", ".x", "a"])
        .expect(0, "", "");
    assert_eq!(names(&folder), ["a.br", "a.x", "b"]);
    // And back.
    folder.run(["brotli", "-t", "a.br"]).expect(0, "", "");
    folder.run(["brotli", "-d", "a.br"]).expect(0, "", "");
    assert!(read(&folder, "a") == bytes);
    let ran = folder.run(["brotli", "missing", "a", "-f"]);
    assert_eq!((ran.status, ran.stderr.lines().count()), (1, 1));
    assert!(decode(&read(&folder, "a.br")) == bytes);
    fs::remove_file(folder.path().join("a.br")).unwrap();
    let ran = folder.run(["brotli", "-v", "a"]);
    assert_eq!(ran.status, 0);
    assert!(
        ran.stderr.starts_with("Compressed [a]: 9.766 KiB -> "),
        "{}",
        ran.stderr
    );
}

#[test]
fn json() {
    let folder = Folder::new();
    let bytes = content(1_000);
    folder.write("a", &bytes);
    let ran = folder.run(["--json", "--engine", "interpreter", "brotli", "a"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    let len = read(&folder, "a.br").len();
    let ratio = 1_000.0 / f64::from(u32::try_from(len).unwrap());
    assert_eq!(
        ran.json(),
        [json!({
            "operation": "brotli",
            "file": "a",
            "output": "a.br",
            "bytes_in": 1_000,
            "bytes_out": len,
            "ratio": ratio,
            "engine": "interpreter",
        })]
    );
}
