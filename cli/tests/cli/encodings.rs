//! `kilowat base64` and `kilowat hex`, beside base64 and basenc of GNU coreutils where they are.

use std::ffi::OsStr;
use std::io::{Read as _, Write as _};
use std::process::{Command, Stdio};

use super::digests::coreutils;
use super::{BUFFER, Folder, PIECE, Ran, noise};

/// Bytes of every value, without a pattern.
fn bytes(len: usize) -> Vec<u8> {
    let odd = noise(2 * len);
    let pairs = odd.as_chunks::<2>().0;
    pairs.iter().map(|[a, b]| a >> 1 ^ b << 1).collect()
}

/// Ours, and the tool with the options that make it the same.
const COMMANDS: [(&[&str], &[&str]); 3] = [
    (&["base64"], &["base64"]),
    (&["base64", "--url"], &["basenc", "--base64url"]),
    (&["hex"], &["basenc", "--base16"]),
];

/// Runs the tool. `None` where it is not GNU's.
fn tool(folder: &Folder, tool: &[&str], arguments: &[&str]) -> Option<Ran> {
    coreutils(folder, tool[0], tool[1..].iter().chain(arguments))
}

#[test]
fn known_texts_everywhere() {
    let folder = Folder::new();
    folder.write("watt", "watt");
    folder.write("empty", "");
    for (arguments, expected) in [
        (&["base64", "watt"][..], "d2F0dA==\n"),
        (&["base64", "-w0", "watt"], "d2F0dA=="),
        (&["base64", "-w", "3", "watt"], "d2F\n0dA\n==\n"),
        (&["base64", "--wrap=4", "watt"], "d2F0\ndA==\n"),
        (&["base64"], "+/8=\n"),
        (&["base64", "--url", "-"], "-_8=\n"),
        (&["base64", "empty"], ""),
        (&["hex", "watt"], "77617474\n"),
        (&["hex", "-w5", "watt"], "77617\n474\n"),
        (&["hex"], "FBFF\n"),
        (&["hex", "--lower", "-w0", "-"], "fbff"),
        (&["hex", "empty"], ""),
    ] {
        let arguments: Vec<_> = arguments.iter().map(OsStr::new).collect();
        let ran = folder.run_everywhere(b"\xfb\xff", &arguments);
        ran.expect(0, expected, "");
    }
}

#[test]
fn what_was_encoded_is_decoded_everywhere() {
    let folder = Folder::new();
    let bytes = bytes(2 * BUFFER + 1);
    for len in [
        0,
        1,
        2,
        3,
        57,
        PIECE / 3 * 3,
        PIECE,
        PIECE + 1,
        BUFFER,
        2 * BUFFER + 1,
    ] {
        folder.write("bytes", &bytes[..len]);
        for (command, _) in COMMANDS {
            let encode = [command, &["bytes"]].concat();
            let encode: Vec<_> = encode.iter().map(OsStr::new).collect();
            let text = folder.run_everywhere(b"", &encode);
            assert_eq!((text.status, text.stderr.as_str()), (0, ""));
            let decode = [command, &["-d"]].concat();
            let decode: Vec<_> = decode.iter().map(OsStr::new).collect();
            folder
                .run_everywhere(&text.stdout, &decode)
                .expect(0, &bytes[..len], "");
        }
    }
}

#[test]
fn prints_as_coreutils_at_every_width() {
    let folder = Folder::new();
    let bytes = bytes(500);
    for (ours, theirs) in COMMANDS {
        for width in 0..=100 {
            // Lines that are full at the end, or not, and some that there are not.
            folder.write("bytes", &bytes[..width * 3 % bytes.len()]);
            let width = width.to_string();
            let arguments = ["-w", &width, "bytes"];
            let Some(expected) = tool(&folder, theirs, &arguments) else {
                break;
            };
            // How wide a line is, is no tier's matter.
            let arguments = [&["--engine", "native"], ours, &arguments].concat();
            let ran = folder.run(&arguments);
            assert_eq!(ran, expected, "{arguments:?}");
        }
    }
}

#[test]
fn long_files_as_coreutils() {
    let folder = Folder::new();
    let bytes = bytes(3 * BUFFER);
    for (ours, theirs) in COMMANDS {
        for len in [0, 1, 56, 57, 58, 65_536, PIECE + 1, 3 * BUFFER] {
            folder.write("bytes", &bytes[..len]);
            for width in [&[][..], &["-w0"], &["-w", "64"]] {
                let arguments = [width, &["bytes"]].concat();
                let Some(expected) = tool(&folder, theirs, &arguments) else {
                    return;
                };
                let ran = folder.run([ours, &arguments].concat());
                ran.expect(0, &expected.stdout, "");
                folder.write("text", &expected.stdout);
                let ran = folder.run([ours, &["-d", "text"]].concat());
                ran.expect(0, &bytes[..len], "");
                // And the other way around.
                let decoded = tool(&folder, theirs, &["-d", "text"]).unwrap();
                assert!(decoded.stdout == bytes[..len], "{ours:?} {len}");
            }
        }
    }
}

/// Texts that the tool takes, we take, and make the same of them; those that it refuses, we refuse, but
/// for what the help names.
#[test]
fn takes_and_refuses_as_coreutils() {
    let folder = Folder::new();
    let texts: [(&[&str], &[&str]); 2] = [
        (
            &["base64"],
            &[
                "d2F0dA==",
                "d2F0\ndA==\n",
                "d2F0dA=\n=",
                "\n\n",
                "d2F0dA==d2F0dA==",
                "AAA=\nAAAA",
                "d2F0dA===",
                "d2F0d",
                "=",
                "====",
                "d2F0=",
                "d2=0dA==",
                "AA=A",
                "d2Fw=ABC",
                "d2F0d-==",
                "d2F0 dA==",
                "!d2F0",
                "d2F0dA==x",
                "d2F0\0dA==",
                "d2F0dA= =",
                "d2F0dA=",
            ],
        ),
        (
            &["hex"],
            &[
                "77", "7\n7", "77\n\n", "7", "777", "7g", "7 7", "xx77", "0x77", "7\x007",
            ],
        ),
    ];
    for (ours, texts) in texts {
        let theirs = COMMANDS
            .iter()
            .find(|(command, _)| *command == ours)
            .unwrap()
            .1;
        for text in texts {
            folder.write("text", text);
            for flags in ["-d", "-di"] {
                let Some(expected) = tool(&folder, theirs, &[flags, "text"]) else {
                    return;
                };
                let ran = folder.run([ours, &[flags, "text"]].concat());
                let title = format!("{flags} {text:?}");
                if expected.status == 0 {
                    assert_eq!(ran, expected, "{title}");
                } else {
                    assert_eq!(ran.status, 2, "{title}");
                    assert!(ran.stderr.starts_with("kilowat: text: at byte "), "{title}");
                    // What comes before is printed; of the last symbols the tool gives a part.
                    assert!(expected.stdout.starts_with(&ran.stdout), "{title}");
                }
            }
        }
    }
}

#[test]
fn what_differs_from_coreutils_is_as_the_help_has_it() {
    let folder = Folder::new();
    let base64 = |text: &str| folder.run_on(text, ["base64", "-d"]);
    base64("d2F0\r\ndA==\r\n").expect(0, "watt", "");
    base64("d2F0dA").expect(0, "watt", "");
    base64("d2F0dA\n").expect(0, "watt", "");
    base64("d2F0dB==").expect(
        2,
        "wat",
        "kilowat: standard input: at byte 5, in line 1: the last symbol has bits that belong to no byte\n",
    );
    let hex = |text: &str, flags: &str| folder.run_on(text, ["hex", flags]);
    hex("7761\r\n7474\r\n", "-d").expect(0, "watt", "");
    hex("aBcDEf", "-d").expect(0, b"\xab\xcd\xef", "");
    hex("77=61:74 74", "-di").expect(0, "watt", "");
}

#[test]
fn errors_name_their_place_everywhere() {
    let folder = Folder::new();
    let mut lines = [&[b'A'; 76][..], b"\n"].concat().repeat(20_000);
    let place = 15_000 * 77 + 9;
    lines[place] = b'*';
    folder.write("lines", &lines);
    let ran = folder.run_everywhere(b"", &["base64", "-d", "lines"].map(OsStr::new));
    ran.expect(
        2,
        vec![0; (15_000 * 76 + 8) / 4 * 3],
        &format!("kilowat: lines: at byte {place}, in line 15001: not of the base64 alphabet\n"),
    );
    // Passed over, it leaves three symbols at the end, which are two bytes.
    let ran = folder.run_everywhere(b"", &["base64", "-di", "lines"].map(OsStr::new));
    ran.expect(0, vec![0; (20_000 * 76 - 4) / 4 * 3 + 2], "");
    let ran = folder.run_everywhere(b"00\n0g", &["hex", "-d"].map(OsStr::new));
    let expected = "kilowat: standard input: at byte 4, in line 2: no hexadecimal digit\n";
    ran.expect(2, "\0", expected);
    let ran = folder.run_everywhere(b"00\n0", &["hex", "-d"].map(OsStr::new));
    let expected = "kilowat: standard input: at byte 4, in line 2: the text is cut short\n";
    ran.expect(2, "\0", expected);
    let ran = folder.run_everywhere(b"AAAA\nA", &["base64", "-d"].map(OsStr::new));
    let expected = "kilowat: standard input: at byte 6, in line 2: the text is cut short\n";
    ran.expect(2, "\0\0\0", expected);
}

#[test]
fn what_cannot_be_read_or_is_no_option_is_an_error() {
    let folder = Folder::new();
    folder.write("a", "a");
    for command in ["base64", "hex"] {
        let missing = "kilowat: missing: No such file or directory\n";
        folder.run([command, "missing"]).expect(2, "", missing);
        folder
            .run([command, "-d", "missing"])
            .expect(2, "", missing);
        let json = "kilowat: --json: standard output has the result\n";
        folder.run([command, "--json", "a"]).expect(2, "", json);
        for arguments in [
            &["a", "a"][..],
            &["-w", "-1", "a"],
            &["-w", "1k", "a"],
            &["-w", "0x10", "a"],
        ] {
            let ran = folder.run([&[command], arguments].concat());
            assert_eq!((ran.status, ran.stdout.len()), (2, 0), "{arguments:?}");
            assert!(ran.stderr.contains("error: "), "{}", ran.stderr);
        }
        // The tool takes what does not matter as well.
        let ran = folder.run_on("6161", [command, "-d", "-w", "3"]);
        assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
        let ran = folder.run([command, "-i", "a"]);
        assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    }
}

/// Pieces that end within lines and symbols, with time between them.
#[test]
fn slow_pipes() {
    let folder = Folder::new();
    let bytes = bytes(1_000);
    for (command, _) in COMMANDS {
        let mut text = bytes.clone();
        for flags in [&[][..], &["-d"]] {
            let mut child = Command::new(assert_cmd::cargo::cargo_bin!("kilowat"))
                .args(command.iter().chain(flags))
                .current_dir(folder.path())
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .unwrap();
            let mut stdin = child.stdin.take().unwrap();
            for piece in text.chunks(341) {
                stdin.write_all(piece).unwrap();
                stdin.flush().unwrap();
                std::thread::sleep(std::time::Duration::from_millis(5));
            }
            drop(stdin);
            text.clear();
            child.stdout.take().unwrap().read_to_end(&mut text).unwrap();
            assert!(child.wait().unwrap().success());
        }
        assert_eq!(text, bytes);
    }
}

/// Memory does not grow with the input: under a limit on it, a long one goes through.
#[cfg(target_os = "linux")]
#[test]
fn memory_is_bounded() {
    let folder = Folder::new();
    for (command, len) in [("base64", 64 << 20), ("hex", 64 << 20)] {
        let zeroes = format!("head -c {len} /dev/zero");
        let line = format!(
            "ulimit -v 400000; {zeroes} | \"$0\" --engine interpreter {command} | \
             \"$0\" --engine interpreter {command} -d | wc -c"
        );
        let output = Command::new("sh")
            .args(["-c", &line])
            .arg(assert_cmd::cargo::cargo_bin!("kilowat"))
            .env("KILOWAT_CACHE", "off")
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
        let count = String::from_utf8(output.stdout).unwrap();
        assert_eq!(count.trim(), len.to_string());
    }
}
