//! `kilowat lz4` and `kilowat unlz4`.

use std::ffi::OsStr;
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::json;

use super::{BUFFER, Folder, PIECE, Ran, content, names, noise, read, tool_is_there, words};

/// The frame of some content.
fn frame(folder: &Folder, content: &[u8], options: &[&str]) -> Vec<u8> {
    let ran = folder.run_on(content, [&["lz4"], options].concat());
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    ran.stdout
}

#[track_caller]
fn unlz4(folder: &Folder, frames: &[u8]) -> Vec<u8> {
    let ran = folder.run_on(frames, ["unlz4"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    ran.stdout
}

#[test]
fn a_pipe_there_and_back_everywhere() {
    let folder = Folder::new();
    for len in [0, 1, 100, PIECE - 1, PIECE, PIECE + 1, 2 * BUFFER + 1] {
        let content = content(len);
        // Native code finds other matches than the kernels.
        let frames = ["jit", "interpreter", "native"]
            .map(|engine| frame(&folder, &content, &["--engine", engine]));
        assert!(frames[0] == frames[1], "{len} bytes");
        for frame in &frames[1..] {
            folder
                .run_everywhere(frame, &["unlz4"].map(OsStr::new))
                .expect(0, &content, "");
        }
        // Two frames are one content.
        folder
            .run_on(frames[1..].concat(), ["unlz4", "-"])
            .expect(0, content.repeat(2), "");
    }
}

/// One bytes-for-bytes frame, so that what is made does not change unnoticed.
#[test]
fn a_frame_byte_by_byte() {
    let folder = Folder::new();
    assert_eq!(
        frame(&folder, b"abc", &[]),
        b"\x04\x22\x4d\x18\x44\x50\xe6\x03\0\0\x80abc\0\0\0\0\xff\x53\xd1\x32"
    );
    // An empty content has a frame too.
    assert_eq!(
        frame(&folder, b"", &["--no-content-checksum"]),
        b"\x04\x22\x4d\x18\x40\x50\x77\0\0\0\0"
    );
}

#[test]
fn levels_as_hands_know_them() {
    let folder = Folder::new();
    let content = words(20_000).into_bytes();
    let made =
        |options: &[&str]| frame(&folder, &content, &[&["--engine", "jit"], options].concat());
    let [fastest, third, ninth, best] = ["-1", "-3", "-9", "-12"].map(|level| made(&[level]));
    for (options, expected) in [
        (&[][..], &fastest),
        (&["--fast"], &fastest),
        (&["-2"], &fastest),
        (&["--level=9"], &ninth),
        (&["--best"], &best),
        // The last one counts.
        (&["-9", "--level", "12", "-3"], &third),
        (&["-3", "-12"], &best),
    ] {
        assert!(made(options) == *expected, "{options:?}");
    }
    assert!(best.len() < ninth.len() && ninth.len() < third.len() && third.len() < fastest.len());
    for frame in [third, ninth, best] {
        assert!(unlz4(&folder, &frame) == content);
    }
    // A file of that name is not taken for a level.
    folder.write("-12", "abc");
    folder
        .run(["lz4", "-c", "--", "-12"])
        .expect(0, frame(&folder, b"abc", &[]), "");
    let ran = folder.run_on("", ["lz4", "--level", "13"]);
    assert_eq!(ran.status, 2);
    assert!(ran.stderr.contains("13 is not in 1..=12"), "{}", ran.stderr);
}

#[test]
fn files_are_made_beside_their_sources() {
    let folder = Folder::new();
    let content = content(100_000);
    folder.write("a", &content);
    folder.run(["lz4", "a"]).expect(0, "", "");
    assert_eq!(names(&folder), ["a", "a.lz4"]);
    assert!(read(&folder, "a") == content);
    assert!(read(&folder, "a.lz4") == frame(&folder, &content, &[]));

    // What is there is not lost.
    let there = |name: &str| {
        format!("kilowat: {name}: it exists already, and --force would overwrite it\n")
    };
    folder.run(["lz4", "a"]).expect(2, "", &there("a.lz4"));
    folder.run(["unlz4", "a.lz4"]).expect(2, "", &there("a"));
    folder.write("a", "other");
    folder.run(["unlz4", "--force", "a.lz4"]).expect(0, "", "");
    assert!(read(&folder, "a") == content);
    fs::remove_file(folder.path().join("a")).unwrap();
    folder.run(["unlz4", "a.lz4"]).expect(0, "", "");
    assert!(read(&folder, "a") == content);
    folder.run(["lz4", "-f", "-B4", "a"]).expect(0, "", "");
    assert!(read(&folder, "a.lz4") == frame(&folder, &content, &["-B4"]));

    // Elsewhere, and from and to pipes.
    fs::create_dir(folder.path().join("folder")).unwrap();
    folder.run(["lz4", "a", "-o", "folder/b"]).expect(0, "", "");
    folder
        .run(["unlz4", "folder/b", "-o", "-"])
        .expect(0, &content, "");
    folder
        .run_on("abc", ["lz4", "--output", "c"])
        .expect(0, "", "");
    folder.run(["unlz4", "c", "-o", "d"]).expect(0, "", "");
    assert_eq!(read(&folder, "d"), b"abc");
    assert_eq!(names(&folder), ["a", "a.lz4", "c", "d", "folder"]);
    assert_eq!(
        fs::read_dir(folder.path().join("folder")).unwrap().count(),
        1
    );
}

/// FLG and BD of the LZ4 frame format, section "Frame Descriptor".
#[test]
fn options_are_in_the_header() {
    let folder = Folder::new();
    let bytes = content(2 * PIECE);
    folder.write("a", &bytes);
    let cases: [(&[&str], [u8; 2]); 14] = [
        (&[], [0x44, 0x50]),
        (&["-B4"], [0x44, 0x40]),
        (&["-B5"], [0x44, 0x50]),
        (&["-B", "6"], [0x44, 0x60]),
        (&["-B7"], [0x44, 0x70]),
        (&["--block-size", "64KiB"], [0x44, 0x40]),
        (&["--block-size=256kib"], [0x44, 0x50]),
        (&["--block-size", "1MiB"], [0x44, 0x60]),
        (&["-B4MiB"], [0x44, 0x70]),
        (&["--independent"], [0x64, 0x50]),
        (&["--block-checksum"], [0x54, 0x50]),
        (&["--no-content-checksum"], [0x40, 0x50]),
        (&["--content-size"], [0x4c, 0x50]),
        (
            &[
                "-B4",
                "--independent",
                "--block-checksum",
                "--no-content-checksum",
                "--content-size",
            ],
            [0x78, 0x40],
        ),
    ];
    for (options, descriptor) in cases {
        let ran = folder.run([&["lz4", "a", "-o", "-"], options].concat());
        assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{options:?}");
        assert_eq!(ran.stdout[4..6], descriptor, "{options:?}");
        if options.contains(&"--content-size") {
            assert_eq!(ran.stdout[6..14], (bytes.len() as u64).to_le_bytes());
        }
        assert!(unlz4(&folder, &ran.stdout) == bytes, "{options:?}");
    }
    let ran = folder.run(["lz4", "-B3", "a"]);
    assert_eq!((ran.status, names(&folder)), (2, vec!["a".to_owned()]));
    assert!(
        ran.stderr.contains("64KiB, 256KiB, 1MiB, 4MiB"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_content_size_needs_a_file() {
    let folder = Folder::new();
    let expected = "kilowat: standard input: --content-size is for files, whose length is known from \
                    the start\n";
    let arguments = ["lz4", "--content-size", "-o", "a"];
    folder.run_on("abc", arguments).expect(2, "", expected);
    assert!(names(&folder).is_empty());
}

/// A frame of three blocks with checksums, the second one stored, and where they and the end begin.
fn three_blocks(folder: &Folder) -> (Vec<u8>, [usize; 4]) {
    let content = [vec![b'a'; 65_536], noise(65_536), vec![b'c'; 100]].concat();
    folder.write("content", content);
    let options = ["-o", "-", "-B4", "--block-checksum", "--content-size"];
    let frame = folder
        .run([&["lz4", "content"], &options[..]].concat())
        .stdout;
    let mut elements = [15; 4];
    for number in 1..4 {
        let at = elements[number - 1];
        let len = u32::from_le_bytes(frame[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
        elements[number] = at + 4 + len as usize + 4;
    }
    assert_eq!(elements[3] + 8, frame.len());
    (frame, elements)
}

/// The message says what is wrong and where, and nothing is made.
#[test]
fn damage_is_named_and_leaves_nothing() {
    let folder = Folder::new();
    let (frame, [first, second, third, end]) = three_blocks(&folder);
    let flipped = |place: usize| {
        let mut frame = frame.clone();
        frame[place] ^= 1;
        frame
    };
    let with_header = |header: &[u8]| {
        let mut frame = frame.clone();
        frame.splice(..first, header.iter().copied());
        frame
    };
    let of_block = "the checksum of the block does not match";
    let of_content = "the checksum of the content, which ends here, does not match";
    let cut_short = |len: usize, element: usize| {
        let words = "the input is cut short: it ends at byte";
        (
            frame[..len].to_vec(),
            format!("{words} {len}, within what begins at byte {element}"),
        )
    };
    let at = |frames: Vec<u8>, offset: usize, words: &str| {
        (frames, format!("at byte {offset}: {words}"))
    };
    let cases = [
        at(flipped(0), 0, "no LZ4 frame begins here"),
        at(
            flipped(9),
            0,
            "the checksum of the frame's header does not match",
        ),
        at(flipped(first + 5), first, of_block),
        at(flipped(second + 30_000), second, of_block),
        at(flipped(third + 5), third, of_block),
        at(flipped(end + 4), end, of_content),
        at(
            [&frame[..], b"rest"].concat(),
            frame.len(),
            "no LZ4 frame begins here",
        ),
        // It says one byte less than there are, and needs a dictionary.
        at(
            with_header(b"\x04\x22\x4d\x18\x5c\x40\x63\0\x02\0\0\0\0\0\x8b"),
            third,
            "the content has another length than the frame's header says",
        ),
        at(
            with_header(b"\x04\x22\x4d\x18\x55\x40\x01\x02\x03\x04\x29"),
            0,
            "the frame needs a dictionary, and those are not supported",
        ),
        cut_short(5, 0),
        cut_short(second - 1, first),
        cut_short(third + 10, third),
        cut_short(end + 7, end),
        (
            frame[..third].to_vec(),
            format!("the input is cut short: it ends at byte {third}, where a frame goes on"),
        ),
    ];
    for (frames, message) in cases {
        folder.write("a.lz4", &frames);
        let before = names(&folder);
        for arguments in [
            &["unlz4", "a.lz4"][..],
            &["unlz4", "-o", "b", "a.lz4"],
            &["unlz4", "--test", "a.lz4"],
        ] {
            let expected = format!("kilowat: a.lz4: {message}\n");
            folder.run(arguments).expect(2, "", &expected);
            assert_eq!(names(&folder), before);
        }
        // What was there is there still.
        folder.write("old", "as it was");
        let ran = folder.run_on(&*frames, ["unlz4", "--force", "-o", "old"]);
        ran.expect(2, "", &format!("kilowat: standard input: {message}\n"));
        assert_eq!(read(&folder, "old"), b"as it was");
        // A pipe has what comes before the damage.
        let ran = folder.run_on(&*frames, ["unlz4"]);
        assert!(read(&folder, "content").starts_with(&ran.stdout));
        assert_eq!(ran.status, 2);
    }
}

#[test]
fn an_empty_input_is_no_frame() {
    let folder = Folder::new();
    folder.write("a.lz4", "");
    folder.run(["unlz4", "a.lz4"]).expect(
        2,
        "",
        "kilowat: a.lz4: the input is empty: it has no LZ4 frame\n",
    );
    assert_eq!(names(&folder), ["a.lz4"]);
}

#[test]
fn legacy_and_skippable_frames_are_read() {
    let folder = Folder::new();
    let legacy = b"\x02\x21\x4c\x18\x06\0\0\0\x50three";
    let skippable = b"\x52\x2a\x4d\x18\x05\0\0\0what?";
    let one = frame(&folder, b"one", &["--independent"]);
    let frames = [&legacy[..], &one, skippable, legacy].concat();
    assert_eq!(unlz4(&folder, &frames), b"threeonethree");
    assert_eq!(unlz4(&folder, skippable), b"");
}

#[test]
fn a_test_reads_all_and_makes_nothing() {
    let folder = Folder::new();
    let frame = frame(&folder, &content(BUFFER), &[]);
    folder.write("sound", &frame);
    folder.run(["unlz4", "-t", "sound"]).expect(0, "", "");
    folder
        .run_on(&*frame, ["unlz4", "--test"])
        .expect(0, "", "");
    assert_eq!(names(&folder), ["sound"]);
    let ran = folder.run(["unlz4", "-t", "-o", "a", "sound"]);
    assert_eq!((ran.status, names(&folder)), (2, vec!["sound".to_owned()]));
}

#[test]
fn json() {
    let folder = Folder::new();
    folder.write("a", vec![0; 1_000_000]);
    let options = ["--json", "--engine", "native"];
    let run = |arguments: &[&str]| folder.run([&options[..], arguments].concat());

    let ran = run(&["lz4", "a"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    let len = read(&folder, "a.lz4").len();
    let ratio = 1e6 / f64::from(u32::try_from(len).unwrap());
    assert_eq!(
        ran.json(),
        [json!({
            "operation": "lz4", "file": "a", "output": "a.lz4", "bytes_in": 1_000_000,
            "bytes_out": len, "ratio": ratio, "engine": "native",
        })]
    );
    let mut expected = json!({
        "operation": "unlz4", "file": "a.lz4", "output": "b", "bytes_in": len,
        "bytes_out": 1_000_000, "ratio": ratio, "engine": "native",
    });
    assert_eq!(
        run(&["unlz4", "a.lz4", "-o", "b"]).json(),
        [expected.clone()]
    );
    expected["output"] = json!(null);
    assert_eq!(run(&["unlz4", "-t", "a.lz4"]).json(), [expected]);

    // The record has no place where the result is.
    let message = "kilowat: --json: standard output has the result; -o writes it to a file\n";
    run(&["lz4"]).expect(2, "", message);
    run(&["unlz4", "a.lz4", "-o", "-"]).expect(2, "", message);
}

#[test]
fn files_that_cannot_be_read_or_made() {
    let folder = Folder::new();
    folder.write("a", "abc");
    fs::create_dir(folder.path().join("folder")).unwrap();
    let cases: [(&[&str], &str); 12] = [
        (&["lz4", "missing"], "missing: No such file or directory"),
        (
            &["unlz4", "missing.lz4"],
            "missing.lz4: No such file or directory",
        ),
        (&["lz4", "folder"], "folder: Is a directory"),
        (&["lz4", "folder", "-o", "b"], "folder: Is a directory"),
        (&["lz4", "a", "-o", "folder"], "folder: Is a directory"),
        (
            &["lz4", "a", "-f", "-o", "folder"],
            "folder: Is a directory",
        ),
        (
            &["lz4", "a", "-o", "no/such/b"],
            "no/such/b: No such file or directory",
        ),
        (&["lz4", "a", "-o", "a/b"], "a/b: Not a directory"),
        (
            &["unlz4", "a"],
            "a: its name does not end in .lz4; -o says what to make",
        ),
        (
            &["unlz4", ".lz4"],
            ".lz4: its name does not end in .lz4; -o says what to make",
        ),
        (
            &["lz4", "a", "-f", "-o", "a"],
            "a: it would be overwritten by itself",
        ),
        (
            &["unlz4", "a", "-o", "folder/../a"],
            "a: it would be overwritten by itself",
        ),
    ];
    for (arguments, message) in cases {
        let expected = format!("kilowat: {message}\n");
        folder.run(arguments).expect(2, "", &expected);
        assert_eq!(names(&folder), ["a", "folder"]);
        assert_eq!(read(&folder, "a"), b"abc");
    }
}

#[cfg(unix)]
#[test]
fn files_keep_their_permissions_and_their_time() {
    use std::os::unix::fs::PermissionsExt as _;
    use std::time::{Duration, UNIX_EPOCH};

    let folder = Folder::new();
    let mode = |name: &str| {
        let metadata = fs::metadata(folder.path().join(name)).unwrap();
        metadata.permissions().mode() & 0o7777
    };
    let time = |name: &str| {
        fs::metadata(folder.path().join(name))
            .unwrap()
            .modified()
            .unwrap()
    };
    let allowed = mode(folder.write("plain", "").to_str().unwrap());
    let long_ago = UNIX_EPOCH + Duration::from_nanos(1_000_000_000_123_456_789);
    let path = folder.write("a", "abc");
    // The right to run as the owner is not handed on.
    for (source, made) in [
        (0o600, 0o600),
        (0o755, 0o755),
        (0o666, 0o666),
        (0o4755, 0o755),
        (0o444, 0o444),
    ] {
        fs::set_permissions(&path, fs::Permissions::from_mode(source)).unwrap();
        let file = fs::File::open(&path).unwrap();
        file.set_modified(long_ago).unwrap();
        folder.run(["lz4", "-f", "a"]).expect(0, "", "");
        assert_eq!(
            (mode("a.lz4"), time("a.lz4")),
            (made, time("a")),
            "{source:o}"
        );
        folder
            .run(["unlz4", "-f", "a.lz4", "-o", "b"])
            .expect(0, "", "");
        assert_eq!((mode("b"), time("b")), (made, time("a")), "{source:o}");
    }
    folder.run_on("abc", ["lz4", "-o", "c"]).expect(0, "", "");
    assert_eq!(mode("c"), allowed);
}

#[cfg(unix)]
#[test]
fn what_a_link_leads_to_is_overwritten() {
    let folder = Folder::new();
    folder.write("a", "abc");
    fs::create_dir(folder.path().join("folder")).unwrap();
    folder.write("folder/old", "old");
    std::os::unix::fs::symlink("folder/old", folder.path().join("link")).unwrap();
    folder
        .run(["lz4", "-f", "a", "-o", "link"])
        .expect(0, "", "");
    assert!(folder.path().join("link").is_symlink());
    assert_eq!(read(&folder, "folder/old"), frame(&folder, b"abc", &[]));
    // A link to the source itself.
    std::os::unix::fs::symlink("a", folder.path().join("to_a")).unwrap();
    folder.run(["lz4", "-f", "a", "-o", "to_a"]).expect(
        2,
        "",
        "kilowat: a: it would be overwritten by itself\n",
    );
    assert_eq!(read(&folder, "a"), b"abc");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk() {
    let folder = Folder::new();
    folder.write("a", content(4 * BUFFER));
    folder.run(["lz4", "a"]).expect(0, "", "");
    for arguments in [["lz4", "a"], ["unlz4", "a.lz4"]] {
        folder
            .run([&arguments[..], &["-o", "/dev/full"]].concat())
            .expect(2, "", "kilowat: /dev/full: No space left on device\n");
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let output = Command::new(assert_cmd::cargo::cargo_bin!("kilowat"))
            .args([&arguments[..], &["-o", "-"]].concat())
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(full)
            .output()
            .unwrap();
        assert_eq!(
            String::from_utf8(output.stderr).unwrap(),
            "kilowat: standard output: No space left on device\n"
        );
        assert_eq!(output.status.code(), Some(2));
    }
    assert_eq!(names(&folder), ["a", "a.lz4"]);
    folder
        .run(["lz4", "a", "-o", "/dev/null"])
        .expect(0, "", "");
}

/// The command in the middle of making the file `a` of standard input, begun by a line of the shell.
#[cfg(unix)]
fn at_work(folder: &Folder, before: &str) -> (std::process::Child, std::process::ChildStdin) {
    let mut child = Command::new("sh")
        .arg("-c")
        .arg(format!("{before}; exec \"$0\" lz4 -o a"))
        .arg(assert_cmd::cargo::cargo_bin!("kilowat"))
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // More than the pipe holds: the command is at work when all is written. What has a limit may end
    // before.
    let _ = stdin.write_all(&noise(4 * BUFFER));
    (child, stdin)
}

#[cfg(unix)]
fn send(signal: &str, child: &std::process::Child) {
    let mut kill = Command::new("kill");
    let kill = kill.args(["-s", signal, &child.id().to_string()]);
    assert!(kill.status().unwrap().success());
}

/// Ended in the middle, the command takes with it what it has made.
#[cfg(unix)]
#[test]
fn an_end_by_a_signal_leaves_nothing() {
    use std::os::unix::process::ExitStatusExt as _;

    let caught = [
        ("HUP", 1),
        ("INT", 2),
        ("QUIT", 3),
        ("ALRM", 14),
        ("TERM", 15),
        ("XCPU", 24),
    ];
    // Nobody can do anything about this one, and a file without a name needs nobody.
    let sure = cfg!(target_os = "linux").then_some(("KILL", 9));
    // What the tests themselves were started to ignore, as in the background of a shell, stays ignored.
    let ends = |(_, number): &(&str, i32)| ignored_signals() & (1 << (number - 1)) == 0;
    for (name, number) in caught.into_iter().chain(sure).filter(ends) {
        let folder = Folder::new();
        let (mut child, _stdin) = at_work(&folder, "ulimit -c 0");
        send(name, &child);
        let status = child.wait().unwrap();
        assert_eq!(
            (status.signal(), names(&folder).len()),
            (Some(number), 0),
            "{name}"
        );
    }
}

/// A bit for each signal that this process ignores; none where the system does not tell.
#[cfg(unix)]
fn ignored_signals() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.map_or(0, |mask| u64::from_str_radix(mask.trim(), 16).unwrap())
}

/// As under `nohup`, and as in the background of a shell.
#[cfg(target_os = "linux")]
#[test]
fn an_ignored_signal_stays_ignored() {
    let folder = Folder::new();
    let (mut child, stdin) = at_work(&folder, "trap '' HUP INT");
    for signal in ["HUP", "INT"] {
        send(signal, &child);
    }
    drop(stdin);
    assert_eq!(child.wait().unwrap().code(), Some(0));
    folder
        .run(["unlz4", "-c", "a"])
        .expect(0, noise(4 * BUFFER), "");
}

#[cfg(unix)]
#[test]
fn a_limit_to_the_length_of_files_is_an_error() {
    let folder = Folder::new();
    let (child, stdin) = at_work(&folder, "ulimit -f 64");
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "kilowat: a: File too large\n"
    );
    assert_eq!((output.status.code(), names(&folder).len()), (Some(2), 0));
}

#[test]
fn several_files() {
    let folder = Folder::new();
    folder.write("a", content(100_000));
    folder.write("b", "b");
    folder.run(["lz4", "a", "b"]).expect(0, "", "");
    assert_eq!(names(&folder), ["a", "a.lz4", "b", "b.lz4"]);
    let both = [content(100_000), b"b".to_vec()].concat();
    for arguments in [&["unlz4", "-c"][..], &["lz4", "-d", "--stdout"]] {
        let ran = folder.run([arguments, &["a.lz4", "b.lz4"]].concat());
        ran.expect(0, &both, "");
    }
    let frames = [read(&folder, "a.lz4"), read(&folder, "b.lz4")].concat();
    folder.run(["lz4", "-c", "a", "b"]).expect(0, frames, "");

    // What goes wrong with one of them is not the others' concern.
    for name in ["a", "b"] {
        fs::remove_file(folder.path().join(name)).unwrap();
    }
    folder.write("c", "no frame");
    folder.write("d.lz4", "no frame");
    let not_ours = "kilowat: c: its name does not end in .lz4; -o says what to make\n";
    let missing = "kilowat: e.lz4: No such file or directory\n";
    let damaged = "kilowat: d.lz4: at byte 0: no LZ4 frame begins here\n";
    folder
        .run([
            "lz4",
            "--decompress",
            "a.lz4",
            "c",
            "d.lz4",
            "e.lz4",
            "b.lz4",
        ])
        .expect(2, "", &[not_ours, damaged, missing].concat());
    assert_eq!(names(&folder), ["a", "a.lz4", "b", "b.lz4", "c", "d.lz4"]);
    folder
        .run(["lz4", "-t", "a.lz4", "d.lz4", "b.lz4"])
        .expect(2, "", damaged);
    let records = folder.run(["--json", "lz4", "-t", "a.lz4", "b.lz4"]).json();
    assert_eq!((records.len(), &records[1]["file"]), (2, &json!("b.lz4")));
    folder.run(["lz4", "a", "b", "-o", "x"]).expect(
        2,
        "",
        "kilowat: -o is for a single FILE; -c writes all to standard output\n",
    );
}

#[test]
fn sources_are_removed_when_all_is_well_and_only_then() {
    let folder = Folder::new();
    folder.write("a", "a");
    folder.write("b", "b");
    folder.write("b.lz4", "here before");
    folder.run(["lz4", "--rm", "a", "b"]).expect(
        2,
        "",
        "kilowat: b.lz4: it exists already, and --force would overwrite it\n",
    );
    assert_eq!(names(&folder), ["a.lz4", "b", "b.lz4"]);
    folder
        .run(["unlz4", "--rm", "-f", "a.lz4", "b.lz4"])
        .expect(
            2,
            "",
            "kilowat: b.lz4: at byte 0: no LZ4 frame begins here\n",
        );
    assert_eq!(names(&folder), ["a", "b", "b.lz4"]);
    assert_eq!(read(&folder, "a"), b"a");
    for (arguments, message) in [
        (
            &["a", "-o", "-"][..],
            "--rm: standard output has the result, which may get lost",
        ),
        (&["-o", "c"], "standard input: --rm is for regular files"),
        #[cfg(unix)]
        (
            &["a", "-o", "/dev/null"],
            "/dev/null: it is no regular file, and with its source removed the content would be lost",
        ),
    ] {
        let ran = folder.run_on("abc", [&["lz4", "--rm"], arguments].concat());
        ran.expect(2, "", &format!("kilowat: {message}\n"));
    }
    assert_eq!(folder.run(["lz4", "--rm", "-c", "a"]).status, 2);
    assert_eq!(names(&folder), ["a", "b", "b.lz4"]);
}

/// Holes in what is made of zeroes, wherever it goes.
#[cfg(target_os = "linux")]
#[test]
fn zeroes_become_holes() {
    use std::os::unix::fs::MetadataExt as _;

    let folder = Folder::new();
    let len = 8 << 20;
    let mut bytes = vec![0; len];
    bytes[len / 2..len / 2 + 9].copy_from_slice(b"in middle");
    folder.write("a", &bytes);
    folder.run(["lz4", "a"]).expect(0, "", "");
    let run = |line: &str| {
        let output = Command::new("sh")
            .args(["-c", &format!("\"$0\" {line}")])
            .arg(assert_cmd::cargo::cargo_bin!("kilowat"))
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert_eq!(
            (output.status.code(), output.stderr.as_slice()),
            (Some(0), &b""[..]),
            "{line}"
        );
    };
    for (line, has_holes) in [
        ("unlz4 a.lz4 -o b", true),
        ("unlz4 --no-sparse a.lz4 -o b", false),
        ("unlz4 -c a.lz4 > b", false),
        ("unlz4 --sparse -c a.lz4 > b", true),
        ("lz4 -d --sparse -c a.lz4 > b", true),
    ] {
        run(line);
        let metadata = fs::metadata(folder.path().join("b")).unwrap();
        assert_eq!(
            metadata.blocks() * 512 < len as u64 / 2,
            has_holes,
            "{line}"
        );
        assert!(read(&folder, "b") == bytes, "{line}");
        fs::remove_file(folder.path().join("b")).unwrap();
    }
    // Where there is something already, nothing is passed over.
    let twice = [&bytes[..], &bytes].concat();
    run("unlz4 --sparse -c a.lz4 a.lz4 > b");
    assert!(read(&folder, "b") == twice);
    run("unlz4 --sparse -c a.lz4 >> b");
    assert!(read(&folder, "b") == [&twice[..], &bytes].concat());
    folder.write("b", vec![b'x'; len]);
    run("unlz4 --sparse -c a.lz4 1<> b");
    assert!(read(&folder, "b") == bytes);
}

#[test]
fn frames_are_listed() {
    let folder = Folder::new();
    let bytes = content(100_000);
    folder.write("a", &bytes);
    let options = [
        "-B4",
        "--independent",
        "--block-checksum",
        "--content-size",
        "--engine=interpreter",
    ];
    folder
        .run([&["lz4", "a"], &options[..]].concat())
        .expect(0, "", "");
    let sized = read(&folder, "a.lz4");
    let plain = frame(&folder, b"abc", &[]);
    let skippable = b"\x52\x2a\x4d\x18\x05\0\0\0what?";
    let legacy = b"\x02\x21\x4c\x18\x06\0\0\0\x50three";
    let frames = [&sized[..], skippable, legacy, &plain].concat();
    folder.write("all", &frames);
    let ran = folder.run(["lz4", "--list", "a.lz4", "all"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    assert_eq!(
        str::from_utf8(&ran.stdout).unwrap(),
        "\
FORMAT     BLOCKS                   CHECKSUMS        COMPRESSED  CONTENT  RATIO  FILE
lz4        2 of 64KiB, independent  content, blocks       50957   100000   1.96  a.lz4
lz4        2 of 64KiB, independent  content, blocks       50957   100000   1.96  all
skippable  -                        -                        13        -      -  all
legacy     1 of 8MiB, independent   none                     14        -      -  all
lz4        1 of 256KiB, linked      content                  22        -      -  all
"
    );
    // From a pipe it is the same, and as `unlz4 -l` says it.
    let listed = folder.run(["unlz4", "-l", "all"]);
    let piped = folder.run_on(&*frames, ["lz4", "-l"]);
    let text = |ran: &Ran| {
        String::from_utf8(ran.stdout.clone())
            .unwrap()
            .replace("all", "-")
    };
    assert_eq!(text(&listed), text(&piped));

    let len = sized.len();
    let ratio = 1e5 / f64::from(u32::try_from(len).unwrap());
    let blocks = json!({
        "format": "lz4", "offset": 0, "compressed": len, "content": 100_000, "ratio": ratio,
        "blocks": 2, "block_size": 65_536, "independent": true, "block_checksums": true,
        "content_checksum": true,
    });
    let records = folder.run(["--json", "lz4", "-l", "a.lz4", "all"]).json();
    assert_eq!(records[0]["file"], "a.lz4");
    assert_eq!(records[0]["frames"], json!([blocks]));
    let offsets: Vec<_> = records[1]["frames"]
        .as_array()
        .unwrap()
        .iter()
        .map(|frame| &frame["offset"])
        .collect();
    assert_eq!(offsets, [0, len, len + 13, len + 27]);
    assert_eq!(records[1]["frames"][1]["format"], "skippable");
    assert_eq!(records[1]["frames"][3]["content"], json!(null));
}

/// It is damage to both, or to neither, where it is in what both read.
#[test]
fn a_list_names_damage_as_reading_does() {
    let folder = Folder::new();
    let (frame, [first, second, third, end]) = three_blocks(&folder);
    let mut cases: Vec<Vec<u8>> = [0, 5, first, first + 3, second - 1, third, end, end + 7]
        .map(|len| frame[..len].to_vec())
        .into();
    for place in [0, 4, 9, first - 1, first + 2] {
        let mut frame = frame.clone();
        frame[place] ^= 0x80;
        cases.push(frame);
    }
    cases.push([&frame[..], b"rest"].concat());
    for frames in cases {
        folder.write("a.lz4", &frames);
        let listed = folder.run(["lz4", "-l", "a.lz4"]);
        let tested = folder.run(["lz4", "-t", "a.lz4"]);
        assert_eq!(listed, tested);
        assert_eq!(listed.status, 2);
        assert_eq!(folder.run_on(&*frames, ["lz4", "-l"]).status, 2);
    }
}

/// A sparse file is as long as it says.
#[test]
fn a_long_sparse_file() {
    let folder = Folder::new();
    let len = 96 << 20;
    let file = fs::File::create(folder.path().join("sparse")).unwrap();
    file.set_len(len).unwrap();
    let records = folder
        .run(["--json", "lz4", "sparse", "-B7", "--content-size"])
        .json();
    assert_eq!(records[0]["bytes_in"], len);
    assert!(records[0]["bytes_out"].as_u64().unwrap() < len / 200);
    let records = folder.run(["--json", "unlz4", "-t", "sparse.lz4"]).json();
    assert_eq!(records[0]["bytes_out"], len);
}

/// How much memory a process has held at most, in bytes.
#[cfg(target_os = "linux")]
fn peak_memory(process: u32) -> usize {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = line.unwrap().trim().trim_end_matches(" kB");
    kibibytes.parse::<usize>().unwrap() << 10
}

/// Ten times as much goes through in the same memory.
#[cfg(target_os = "linux")]
#[test]
fn memory_does_not_grow_with_the_input() {
    let folder = Folder::new();
    let content = content(8 * BUFFER);
    let frame = frame(&folder, &content, &[]);
    for (command, piece) in [("lz4", &content), ("unlz4", &frame)] {
        let mut child = Command::new(assert_cmd::cargo::cargo_bin!("kilowat"))
            .args(["--engine", "jit", command])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let mut stdout = child.stdout.take().unwrap();
        let reader = std::thread::spawn(move || {
            let mut buffer = vec![0; BUFFER];
            while stdout.read(&mut buffer).unwrap() > 0 {}
        });
        let mut peaks = [1, 9].map(|times| {
            for _ in 0..times {
                stdin.write_all(piece).unwrap();
            }
            peak_memory(child.id())
        });
        drop(stdin);
        assert!(child.wait().unwrap().success());
        reader.join().unwrap();
        let [short, long] = &mut peaks;
        assert!(*long < *short + (16 << 20), "{command}: {short} and {long}");
    }
}

#[track_caller]
fn lz4_tool(folder: &Path, arguments: &[&str]) {
    let mut tool = Command::new("lz4");
    let tool = tool.args(["-q", "-f"]).args(arguments).current_dir(folder);
    let output = tool.output().unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "lz4 {arguments:?}: {words}");
}

#[test]
fn both_ways_with_the_lz4_tool() {
    if !tool_is_there("lz4", "lz4") {
        return;
    }
    let folder = Folder::new();
    let expect = |ran: Ran, what: &[&str]| {
        assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{what:?}");
    };
    for len in [0, 1, 70_000, 9 << 20] {
        let content = content(len);
        folder.write("plain", &content);
        for options in [
            &[][..],
            &["-B4", "--independent"],
            &["-B6", "--block-checksum"],
            &["-B7", "--content-size", "--no-content-checksum"],
        ] {
            let arguments = [&["lz4", "-f", "plain", "-o", "ours.lz4"], options].concat();
            expect(folder.run(arguments), options);
            lz4_tool(folder.path(), &["-d", "ours.lz4", "theirs"]);
            assert!(read(&folder, "theirs") == content, "{len}, {options:?}");
        }
        for options in [
            &["-1"][..],
            &["-9"],
            &["-BD", "-B4"],
            &["-B7", "-BX"],
            &["--content-size"],
            &["--no-frame-crc"],
            &["-l"],
        ] {
            lz4_tool(folder.path(), &[options, &["plain", "theirs.lz4"]].concat());
            expect(folder.run(["unlz4", "-f", "theirs.lz4"]), options);
            assert!(read(&folder, "theirs") == content, "{len}, {options:?}");
        }
    }
}

/// The same files come of the same names, alike in permissions and time.
#[cfg(unix)]
#[test]
fn several_files_as_the_lz4_tool_takes_them() {
    use std::os::unix::fs::MetadataExt as _;

    if !tool_is_there("lz4", "lz4") {
        return;
    }
    let (ours, theirs) = (Folder::new(), Folder::new());
    for folder in [&ours, &theirs] {
        for (name, mode) in [("a", 0o640), ("b.txt", 0o755), ("c.lz4", 0o600)] {
            let path = folder.write(name, format!("content of {name}").repeat(100));
            fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
            let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
            fs::File::open(&path).unwrap().set_modified(time).unwrap();
        }
    }
    let state = |folder: &Folder| {
        let names = names(folder).into_iter();
        names
            .map(|name| {
                let metadata = fs::metadata(folder.path().join(&name)).unwrap();
                (name, metadata.mode(), metadata.mtime())
            })
            .collect::<Vec<_>>()
    };
    ours.run(["lz4", "--rm", "a", "b.txt", "c.lz4"])
        .expect(0, "", "");
    lz4_tool(theirs.path(), &["-m", "-z", "--rm", "a", "b.txt", "c.lz4"]);
    assert_eq!(state(&ours), state(&theirs));
    assert_eq!(names(&ours), ["a.lz4", "b.txt.lz4", "c.lz4.lz4"]);
    ours.run(["lz4", "-d", "a.lz4", "b.txt.lz4", "c.lz4.lz4"])
        .expect(0, "", "");
    lz4_tool(
        theirs.path(),
        &["-m", "-d", "a.lz4", "b.txt.lz4", "c.lz4.lz4"],
    );
    assert_eq!(state(&ours), state(&theirs));
    for name in ["a.lz4", "b.txt.lz4"] {
        let path = theirs.path().join(name);
        let records = |option| {
            let arguments = ["--json", "lz4", option].map(OsStr::new);
            ours.run(arguments.into_iter().chain([path.as_os_str()]))
                .json()
        };
        let frame = &records("--list")[0]["frames"][0];
        assert_eq!(
            frame["compressed"],
            records("--test")[0]["bytes_in"],
            "{name}"
        );
    }
}
