//! A reader that has had enough is not an error.

use std::io::Read as _;
use std::process::{Command, Stdio};

use super::{BUFFER, Folder, noise};

/// Runs the command, takes a few bytes of what it prints, and closes the pipe.
fn run_and_close(folder: &Folder, arguments: &[&str]) {
    let mut child = Command::new(assert_cmd::cargo::cargo_bin!("kilowat"))
        .args(arguments)
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut start = [0; 4];
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut start).unwrap();
    drop(stdout);
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "",
        "{arguments:?}"
    );
    assert_eq!(output.status.code(), Some(0), "{arguments:?}");
}

#[test]
fn a_closed_pipe_is_not_an_error() {
    let folder = Folder::new();
    // Many times more lines than a pipe holds.
    folder.write("big", vec![b'e'; BUFFER]);
    run_and_close(&folder, &["find", "e", "big"]);
    run_and_close(&folder, &["--json", "find", "e", "big"]);
    run_and_close(&folder, &["find", "e", "big", "big"]);
    folder.write("noise", noise(BUFFER));
    run_and_close(&folder, &["lz4", "noise", "-o", "-"]);
    let ran = folder.run(["lz4", "noise"]);
    assert_eq!(ran.status, 0);
    run_and_close(&folder, &["unlz4", "noise.lz4", "-o", "-"]);
    run_and_close(&folder, &["gzip", "-c", "noise"]);
    assert_eq!(folder.run(["gzip", "-k", "noise"]).status, 0);
    run_and_close(&folder, &["gunzip", "-c", "noise.gz"]);
    run_and_close(&folder, &["base64", "noise"]);
    run_and_close(&folder, &["hex", "-w1", "noise"]);
    // Which is a text of both kinds.
    run_and_close(&folder, &["base64", "-di", "big"]);
    run_and_close(&folder, &["hex", "-d", "big"]);
    folder.write("program.js", "f(a);\n".repeat(20_000));
    run_and_close(&folder, &["js", "ast", "program.js"]);
    run_and_close(&folder, &["js", "ast", "--estree", "program.js"]);
    folder.write("small", "");
    for command in ["fnv1a64", "sha256"] {
        let mut arguments = vec![command];
        arguments.resize(10_000, "small");
        run_and_close(&folder, &arguments);
    }
}

/// Nothing is read at all, and the pipe closes before the first line.
#[test]
fn a_pipe_that_is_closed_from_the_start() {
    let folder = Folder::new();
    folder.write("a", "a");
    folder.write("number", "1");
    for arguments in [
        &["fnv1a32", "a"][..],
        &["md5", "a"],
        &["xxh32", "a"],
        &["xxh3", "a"],
        &["crc32", "a"],
        &["find", "a", "a"],
        &["stats", "number"],
        &["lz4", "a", "-o", "-"],
        &["base64", "a"],
        &["hex", "a"],
        &["utf8", "a"],
        &["engines"],
        &["ops"],
        &["--help"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = Command::new(assert_cmd::cargo::cargo_bin!("kilowat"))
            .args(arguments)
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(writer)
            .output()
            .unwrap();
        assert_eq!(
            String::from_utf8(output.stderr).unwrap(),
            "",
            "{arguments:?}"
        );
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
    }
}
