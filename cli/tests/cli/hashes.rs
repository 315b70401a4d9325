//! `kilowat fnv1a32` and `kilowat fnv1a64`.

use std::ffi::OsStr;

use serde_json::json;

use super::{BUFFER, Folder, PIECE, noise};

fn fnv1a32(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193)
    })
}

fn fnv1a64(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[test]
fn known_vectors_everywhere() {
    let folder = Folder::new();
    folder.write("foobar", "foobar");
    folder.write("empty", "");
    let ran = folder.run_everywhere(b"", &["fnv1a32", "foobar", "empty"].map(OsStr::new));
    ran.expect(0, "bf9cf968  foobar\n811c9dc5  empty\n", "");
    let ran = folder.run_everywhere(b"", &["fnv1a64", "foobar", "empty"].map(OsStr::new));
    ran.expect(0, "85944171f73967e8  foobar\ncbf29ce484222325  empty\n", "");
}

#[test]
fn standard_input() {
    let folder = Folder::new();
    folder.write("a", "a");
    let line = "bf9cf968  -\n";
    folder.run_on("foobar", ["fnv1a32"]).expect(0, line, "");
    folder
        .run_on("foobar", ["fnv1a32", "-"])
        .expect(0, line, "");
    folder.run_on("foobar", ["fnv1a32", "a", "-", "-"]).expect(
        0,
        format!("e40c292c  a\n{line}811c9dc5  -\n"),
        "",
    );
}

#[test]
fn sizes_around_the_buffers_everywhere() {
    let folder = Folder::new();
    let bytes = noise(3 * BUFFER + 1);
    let edges = [PIECE, BUFFER, 2 * BUFFER, 3 * BUFFER];
    for len in edges.iter().flat_map(|edge| [edge - 1, *edge, edge + 1]) {
        folder.write("input", &bytes[..len]);
        let expected = format!("{:08x}  input\n", fnv1a32(&bytes[..len]));
        folder
            .run_everywhere(b"", &["fnv1a32", "input"].map(OsStr::new))
            .expect(0, expected, "");
        let expected = format!("{:016x}  -\n", fnv1a64(&bytes[..len]));
        folder
            .run_everywhere(&bytes[..len], &["fnv1a64"].map(OsStr::new))
            .expect(0, expected, "");
    }
}

#[test]
fn what_cannot_be_read_is_named_and_passed_over() {
    let folder = Folder::new();
    folder.write("a", "a");
    folder.write("b", "foobar");
    std::fs::create_dir(folder.path().join("folder")).unwrap();
    folder
        .run(["fnv1a32", "a", "missing", "folder", "b"])
        .expect(
            2,
            "e40c292c  a\nbf9cf968  b\n",
            "kilowat: missing: No such file or directory\nkilowat: folder: Is a directory\n",
        );
}

#[test]
fn an_error_is_one_line_whatever_the_name() {
    let folder = Folder::new();
    let expected = "kilowat: no\\nsuch: No such file or directory\n";
    folder.run(["fnv1a64", "no\nsuch"]).expect(2, "", expected);
}

#[test]
fn json() {
    let folder = Folder::new();
    folder.write("a b", "foobar");
    let ran = folder.run_on(
        "",
        ["--engine", "jit", "--json", "fnv1a32", "a b", "no", "-"],
    );
    assert_eq!(ran.status, 2);
    assert_eq!(ran.stderr, "kilowat: no: No such file or directory\n");
    assert_eq!(
        ran.json(),
        [
            json!({"operation": "fnv1a32", "file": "a b", "hash": "bf9cf968", "engine": "jit"}),
            json!({"operation": "fnv1a32", "file": "-", "hash": "811c9dc5", "engine": "jit"}),
        ]
    );
    let ran = folder.run(["--engine", "interpreter", "--json", "fnv1a64", "a b"]);
    let expected = json!({
        "operation": "fnv1a64",
        "file": "a b",
        "hash": "85944171f73967e8",
        "engine": "interpreter",
    });
    assert_eq!(ran.json(), [expected]);
}

/// Lists of both kinds are made and checked; in a list of the BSD form as well.
#[test]
fn lists_are_checked_everywhere() {
    let folder = Folder::new();
    folder.write("foobar", "foobar");
    folder.write("a\\b", "");
    folder.write("long", noise(BUFFER + 1));
    let names = ["foobar", "a\\b", "long"];
    for (command, tagged) in [
        ("fnv1a32", "FNV1A32 (foobar) = bf9cf968\n"),
        ("fnv1a64", "FNV1A64 (foobar) = 85944171f73967e8\n"),
    ] {
        folder
            .run([command, "--tag", "foobar"])
            .expect(0, tagged, "");
        for options in [&[][..], &["--tag"]] {
            let print = [&[command], options, &names].concat();
            let list = folder.run(&print);
            assert_eq!((list.status, list.stderr.as_str()), (0, ""));
            folder.write("LIST", &list.stdout);
            let check = [command, "--check", "LIST"].map(OsStr::new);
            folder.run_everywhere(b"", &check).expect(
                0,
                "foobar: OK\n\\a\\\\b: OK\nlong: OK\n",
                "",
            );
            folder.write("long", noise(BUFFER));
            folder.run(check).expect(
                1,
                "foobar: OK\n\\a\\\\b: OK\nlong: FAILED\n",
                "kilowat: WARNING: 1 computed checksum did NOT match\n",
            );
            folder.write("long", noise(BUFFER + 1));
        }
    }
    // A list of another hash is none of this.
    folder.run(["fnv1a32", "-c", "LIST"]).expect(
        2,
        "",
        "kilowat: LIST: no properly formatted checksum lines found\n",
    );
    let ran = folder.run(["--engine", "native", "--json", "fnv1a64", "-c", "LIST"]);
    assert_eq!(
        ran.json()[0],
        json!({
            "operation": "fnv1a64",
            "list": "LIST",
            "file": "foobar",
            "verdict": "ok",
            "engine": "native",
        })
    );
}

#[cfg(unix)]
#[test]
fn names_that_are_no_text() {
    use std::os::unix::ffi::OsStrExt as _;

    let folder = Folder::new();
    for (name, printed) in [
        (&b"line\nfeed"[..], &b"\\bf9cf968  line\\nfeed\n"[..]),
        (b"back\\slash", b"\\bf9cf968  back\\\\slash\n"),
        (b"\xff\xfe", b"bf9cf968  \xff\xfe\n"),
    ] {
        let name = OsStr::from_bytes(name);
        folder.write(name, "foobar");
        folder
            .run_everywhere(b"", &[OsStr::new("fnv1a32"), name])
            .expect(0, printed, "");
    }
    let name = OsStr::from_bytes(b"\xff\xfe");
    let ran = folder.run([OsStr::new("--json"), OsStr::new("fnv1a32"), name]);
    let records = ran.json();
    assert_eq!(records[0]["file"], "\u{fffd}\u{fffd}");
    assert_eq!(records[0]["file_hex"], "fffe");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let folder = Folder::new();
    let full = std::fs::File::create("/dev/full").unwrap();
    let output = std::process::Command::new(assert_cmd::cargo::cargo_bin!("kilowat"))
        .arg("fnv1a32")
        .current_dir(folder.path())
        .stdin(std::process::Stdio::null())
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "kilowat: standard output: No space left on device\n"
    );
    assert_eq!(output.status.code(), Some(2));
}
