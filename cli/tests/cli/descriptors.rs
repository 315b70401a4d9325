//! Standard input and output that are closed, and pipes that one has to wait for.

#![cfg(unix)]

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};

use super::{Folder, names};

/// Runs a line of the shell, in which `kilowat` is the command.
fn shell(folder: &Folder, line: &str) -> (i32, String, String) {
    let output = Command::new("sh")
        .args(["-c", &line.replace("kilowat", "\"$KILOWAT\"")])
        .env("KILOWAT", assert_cmd::cargo::cargo_bin!("kilowat"))
        .current_dir(folder.path())
        .output()
        .unwrap();
    (
        output.status.code().unwrap(),
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

#[test]
fn closed_standard_input_is_an_error() {
    let folder = Folder::new();
    folder.run(["keygen", "k"]).expect(0, "", "");
    let expected = "kilowat: standard input: Bad file descriptor\n";
    for command in [
        "sha256",
        "md5 -",
        "fnv1a32",
        "find x",
        "stats",
        "lz4 -o a",
        "unlz4 -o a",
        "seal --key-file k",
        "open --key-file k -o a",
        "base64",
        "hex -d -",
        "utf8",
    ] {
        let ran = shell(&folder, &format!("kilowat {command} <&-"));
        assert_eq!(ran, (2, String::new(), expected.to_owned()), "{command}");
    }
    assert_eq!(names(&folder), ["k"]);
    // Who needs none does not miss it.
    folder.write("a", "abc");
    assert_eq!(shell(&folder, "kilowat fnv1a32 a <&-").0, 0);
    // An input that is there and empty is none of this, however it was opened.
    for empty in ["</dev/null", "<>/dev/null"] {
        let (status, stdout, stderr) = shell(&folder, &format!("kilowat md5 {empty}"));
        assert_eq!((status, stderr.as_str()), (0, ""));
        assert_eq!(stdout, "d41d8cd98f00b204e9800998ecf8427e  -\n");
    }
}

#[test]
fn closed_standard_output_is_an_error() {
    let folder = Folder::new();
    folder.write("a", "abc");
    let expected = "kilowat: standard output: Bad file descriptor\n";
    for command in [
        "sha256 a",
        "fnv1a32 a",
        "find b a",
        "lz4 -c a",
        "base64 a",
        "hex a",
        "utf8 a",
        "ops",
        "--help",
        "--version",
    ] {
        let ran = shell(&folder, &format!("kilowat {command} >&-"));
        assert_eq!(ran, (2, String::new(), expected.to_owned()), "{command}");
    }
    // Who prints nothing does not miss it, and an output that is thrown away is none of this.
    for line in [
        "kilowat lz4 a >&-",
        "kilowat sha256 a >/dev/null",
        "kilowat sha256 a 1<>/dev/null",
    ] {
        assert_eq!(
            shell(&folder, line),
            (0, String::new(), String::new()),
            "{line}"
        );
    }
}

/// Begins a command that prints to a pipe.
fn spawn(folder: &Folder, arguments: &[&str]) -> std::process::Child {
    Command::new(assert_cmd::cargo::cargo_bin!("kilowat"))
        .args(arguments)
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// What is known is printed before a source that is long in coming. The test hangs if it is not.
#[test]
fn finished_lines_do_not_wait_for_a_pipe() {
    let folder = Folder::new();
    folder.write("a", "abc");
    let made = Command::new("mkfifo")
        .arg(folder.path().join("fifo"))
        .status()
        .unwrap();
    assert!(made.success());
    let mut child = spawn(&folder, &["md5", "a", "fifo", "a", "-"]);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut next = || lines.next().unwrap().unwrap();
    assert_eq!(next(), "900150983cd24fb0d6963f7d28e17f72  a");
    std::fs::write(folder.path().join("fifo"), "abc").unwrap();
    assert_eq!(next(), "900150983cd24fb0d6963f7d28e17f72  fifo");
    assert_eq!(next(), "900150983cd24fb0d6963f7d28e17f72  a");
    drop(child.stdin.take());
    assert_eq!(next(), "d41d8cd98f00b204e9800998ecf8427e  -");
    assert!(child.wait().unwrap().success());
}

/// Nor do records: what is made of one file is told before the next is read.
#[test]
fn records_do_not_wait_for_a_pipe() {
    let folder = Folder::new();
    folder.write("a", "abc");
    let frame = folder.run(["lz4", "-c", "a"]).stdout;
    folder.write("a.lz4", &frame);
    let mut child = spawn(&folder, &["--json", "unlz4", "--test", "a.lz4", "-"]);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.next().unwrap().unwrap().contains("\"a.lz4\""));
    child.stdin.take().unwrap().write_all(&frame).unwrap();
    assert!(lines.next().unwrap().unwrap().contains("\"-\""));
    assert!(child.wait().unwrap().success());
}

/// A list that is written line by line is checked line by line.
#[test]
fn verdicts_do_not_wait_for_the_rest_of_the_list() {
    let folder = Folder::new();
    folder.write("a", "abc");
    let mut child = spawn(&folder, &["md5", "--check"]);
    let mut list = child.stdin.take().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    for _ in 0..2 {
        list.write_all(b"900150983cd24fb0d6963f7d28e17f72  a\n")
            .unwrap();
        assert_eq!(lines.next().unwrap().unwrap(), "a: OK");
    }
    drop(list);
    assert!(child.wait().unwrap().success());
}
