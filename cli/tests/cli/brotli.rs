//! `kilowat unbrotli`, beside brotli(1) (Debian's package of that name).
//!
//! Where that is not installed, the tests say so and leave it at that; where `KILOWAT_REQUIRE_BROTLI` is set, they fail.

use std::ffi::OsStr;
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};
use std::{env, fs};

use ::brotli::enc::BrotliEncoderParams;
use serde_json::json;

use super::{BUFFER, Folder, PIECE, content, names, noise, read};

/// The stream of a content, as the crate `brotli` makes it.
fn stream(content: &[u8]) -> Vec<u8> {
    let parameters = BrotliEncoderParams {
        quality: 5,
        ..BrotliEncoderParams::default()
    };
    let mut stream = Vec::new();
    ::brotli::BrotliCompress(&mut &*content, &mut stream, &parameters).unwrap();
    stream
}

fn tool_is_there() -> bool {
    let is_there = Command::new("brotli").arg("--version").output().is_ok();
    if !is_there {
        assert!(
            env::var_os("KILOWAT_REQUIRE_BROTLI").is_none(),
            "KILOWAT_REQUIRE_BROTLI is set, and brotli is not installed"
        );
        eprintln!("left out: brotli (package brotli) is not installed");
    }
    is_there
}

/// What brotli(1) says, and how it ends.
fn system(folder: &Folder, arguments: &[&str]) -> (i32, String) {
    let output = Command::new("brotli")
        .args(arguments)
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let words = String::from_utf8(output.stderr).unwrap();
    (output.status.code().unwrap(), words)
}

#[test]
fn a_pipe_everywhere() {
    let folder = Folder::new();
    for len in [0, 1, 100, PIECE - 1, PIECE, PIECE + 1, 2 * BUFFER + 1] {
        let content = content(len);
        folder
            .run_everywhere(&stream(&content), &["unbrotli"].map(OsStr::new))
            .expect(0, &content, "");
    }
}

#[test]
fn what_brotli_makes_at_every_quality_and_window() {
    if !tool_is_there() {
        return;
    }
    let folder = Folder::new();
    let bytes = content(70_000);
    folder.write("a", &bytes);
    for quality in 0..=11 {
        let window = 13 + quality;
        let options = [format!("--quality={quality}"), format!("--lgwin={window}")];
        let arguments = [&*options[0], &*options[1], "-kf", "a"];
        assert_eq!(system(&folder, &arguments), (0, String::new()));
        folder.run(["unbrotli", "-c", "a.br"]).expect(0, &bytes, "");
    }
    // A window that RFC 7932 does not have.
    assert_eq!(system(&folder, &["--large_window=26", "-kf", "a"]).0, 0);
    let words =
        "kilowat: a.br: at byte 0: the stream has a large window, and those are not supported\n";
    folder.run(["unbrotli", "-t", "a.br"]).expect(1, "", words);
}

#[test]
fn files_are_made_beside_their_streams() {
    let folder = Folder::new();
    let bytes = content(100_000);
    folder.write("a.br", stream(&bytes));
    folder.run(["unbrotli", "a.br"]).expect(0, "", "");
    assert_eq!(names(&folder), ["a", "a.br"]);
    assert!(read(&folder, "a") == bytes);
    let there = "kilowat: a: it exists already, and --force would overwrite it\n";
    folder.run(["unbrotli", "a.br"]).expect(1, "", there);
    folder.write("a", "other");
    folder.run(["unbrotli", "-dkf", "a.br"]).expect(0, "", "");
    assert!(read(&folder, "a") == bytes);

    // Elsewhere, and to pipes.
    folder
        .run(["unbrotli", "a.br", "-o", "b"])
        .expect(0, "", "");
    assert!(read(&folder, "b") == bytes);
    folder
        .run(["unbrotli", "-c", "a.br", "a.br"])
        .expect(0, bytes.repeat(2), "");
    folder.run(["unbrotli", "-t", "a.br"]).expect(0, "", "");

    fs::remove_file(folder.path().join("b")).unwrap();
    folder.run(["unbrotli", "-jf", "a.br"]).expect(0, "", "");
    assert_eq!(names(&folder), ["a"]);
}

#[test]
fn suffixes() {
    let folder = Folder::new();
    folder.write("a.x", stream(b"abc"));
    let unknown = "kilowat: a.x: its name does not end in .br; -o says what to make\n";
    folder.run(["unbrotli", "a.x"]).expect(1, "", unknown);
    folder
        .run(["unbrotli", "-S", ".x", "a.x"])
        .expect(0, "", "");
    assert_eq!(names(&folder), ["a", "a.x"]);
    for suffix in ["", "/x"] {
        let words = format!("kilowat: --suffix: '{suffix}' ends no name of a file\n");
        folder
            .run(["unbrotli", "-S", suffix, "a.x"])
            .expect(1, "", &words);
    }
}

#[cfg(unix)]
#[test]
fn permissions_and_times_are_copied_or_not() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = Folder::new();
    let path = folder.write("a.br", stream(b"abc"));
    let moment = SystemTime::UNIX_EPOCH + Duration::from_secs(1_234_567_890);
    let file = fs::File::options().write(true).open(&path).unwrap();
    file.set_modified(moment).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o604)).unwrap();
    for (option, copies) in [("-f", true), ("-nf", false), ("-f", true)] {
        folder.run(["unbrotli", option, "a.br"]).expect(0, "", "");
        let made = fs::metadata(folder.path().join("a")).unwrap();
        assert_eq!(made.permissions().mode() & 0o777 == 0o604, copies);
        assert_eq!(made.modified().unwrap() == moment, copies);
    }
}

#[test]
fn damage_is_named_and_leaves_nothing() {
    let folder = Folder::new();
    let bytes = content(PIECE);
    let whole = stream(&bytes);
    let len = whole.len();
    for (damaged, place) in [
        (b"no stream".to_vec(), None),
        (Vec::new(), Some(0)),
        (whole[..len / 2].to_vec(), Some(len / 2)),
        (whole[..len - 1].to_vec(), Some(len - 1)),
        ([&whole[..], b"\0"].concat(), None),
    ] {
        folder.write("a.br", &damaged);
        folder.write("b.br", stream(b"abc"));
        for arguments in [&["unbrotli", "a.br"][..], &["unbrotli", "-t", "a.br"]] {
            let ran = folder.run(arguments);
            assert_eq!((ran.status, ran.stdout.len()), (1, 0), "{}", ran.stderr);
            let expected = match place {
                Some(place) => format!("kilowat: a.br: at byte {place}: the stream is cut short\n"),
                None => "kilowat: a.br: at byte ".to_owned(),
            };
            assert!(ran.stderr.starts_with(&expected), "{}", ran.stderr);
        }
        assert_eq!(names(&folder), ["a.br", "b.br"]);
        if tool_is_there() {
            let corrupt = (1, "corrupt input [a.br]\n".to_owned());
            assert_eq!(system(&folder, &["-t", "a.br"]), corrupt);
        }
        // The others are decompressed.
        let ran = folder.run(["unbrotli", "a.br", "missing.br", "b.br"]);
        assert_eq!(ran.status, 1);
        assert_eq!(ran.stderr.lines().count(), 2);
        assert_eq!(names(&folder), ["a.br", "b", "b.br"]);
        fs::remove_file(folder.path().join("b")).unwrap();
    }
}

#[test]
fn verbose_lines_are_those_of_brotli() {
    let folder = Folder::new();
    for (name, content) in [
        ("a", b"abc".to_vec()),
        ("b", content(100_000)),
        ("c", vec![0; 3 << 20]),
    ] {
        let name = format!("{name}.br");
        folder.write(&name, stream(&content));
        let ours = folder.run(["unbrotli", "-v", &name]);
        assert_eq!((ours.status, ours.stdout.len()), (0, 0));
        assert!(
            ours.stderr.starts_with(&format!("Decompressed [{name}]: ")),
            "{}",
            ours.stderr
        );
        if tool_is_there() {
            let (status, theirs) = system(&folder, &["-dvf", &name]);
            // Later versions say behind it how long it took.
            assert!(
                status == 0 && theirs.starts_with(ours.stderr.trim_end()),
                "{theirs}"
            );
        }
        folder
            .run(["unbrotli", "-tv", &name])
            .expect(0, "", &ours.stderr);
    }
}

#[test]
fn options_that_contradict_each_other() {
    let folder = Folder::new();
    folder.write("a.br", stream(b"abc"));
    for options in [
        ["-j", "-c"],
        ["-j", "-k"],
        ["-t", "-j"],
        ["-c", "-ob"],
        ["-t", "-ob"],
    ] {
        let ran = folder.run([&["unbrotli", "a.br"][..], &options].concat());
        assert_eq!(ran.status, 1, "{options:?}");
        assert!(ran.stderr.contains("cannot be used with"), "{}", ran.stderr);
    }
    let words = "kilowat: -o is for a single FILE; -c writes all to standard output\n";
    folder
        .run(["unbrotli", "a.br", "a.br", "-o", "b"])
        .expect(1, "", words);
    assert_eq!(names(&folder), ["a.br"]);
}

#[test]
fn json() {
    let folder = Folder::new();
    let bytes = noise(1_000);
    let stream = stream(&bytes);
    folder.write("a.br", &stream);
    let ran = folder.run(["--json", "--engine", "native", "unbrotli", "a.br"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    let ratio = 1_000.0 / f64::from(u32::try_from(stream.len()).unwrap());
    assert_eq!(
        ran.json(),
        [json!({
            "operation": "unbrotli",
            "file": "a.br",
            "output": "a",
            "bytes_in": stream.len(),
            "bytes_out": 1_000,
            "ratio": ratio,
            "engine": "native",
        })]
    );
}
