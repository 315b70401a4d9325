//! `kilowat crc32`, `kilowat crc32c` and `kilowat adler32`, beside the crates for them, and gzip where it is.

use std::ffi::OsStr;
use std::process::{Command, Stdio};

use serde_json::json;

use super::{BUFFER, Folder, PIECE, noise};

/// Each command with the crate's answer.
type Reference = fn(&[u8]) -> u32;

const COMMANDS: [(&str, Reference); 3] = [
    ("crc32", crc32fast::hash),
    ("crc32c", crc32c::crc32c),
    ("adler32", |bytes| simd_adler32::adler32(&bytes)),
];

#[test]
fn known_vectors_everywhere() {
    let folder = Folder::new();
    folder.write("digits", "123456789");
    folder.write("empty", "");
    for (command, digits, empty) in [
        ("crc32", "cbf43926", "00000000"),
        ("crc32c", "e3069283", "00000000"),
        ("adler32", "091e01de", "00000001"),
    ] {
        let arguments = [command, "digits", "empty", "-"].map(OsStr::new);
        let expected = format!("{digits}  digits\n{empty}  empty\n{digits}  -\n");
        folder
            .run_everywhere(b"123456789", &arguments)
            .expect(0, expected, "");
        let (tag, arguments) = (command.to_uppercase(), [command, "--tag"]);
        let expected = format!("{tag} (-) = {digits}\n");
        folder
            .run_on("123456789", arguments)
            .expect(0, expected, "");
    }
}

/// Sums that begin with zeroes, and bytes that are as large as can be, among others.
#[test]
fn sizes_around_the_buffers_everywhere() {
    let folder = Folder::new();
    let mut bytes = noise(3 * BUFFER + 1);
    bytes[PIECE..2 * PIECE].fill(0xff);
    let edges = [64 << 10, PIECE, BUFFER, 2 * BUFFER, 3 * BUFFER];
    for len in edges.iter().flat_map(|edge| [edge - 1, *edge, edge + 1]) {
        folder.write("input", &bytes[..len]);
        for (command, reference) in COMMANDS {
            let sum = reference(&bytes[..len]);
            let ran =
                folder.run_everywhere(&bytes[..len], &[command, "input", "-"].map(OsStr::new));
            ran.expect(0, format!("{sum:08x}  input\n{sum:08x}  -\n"), "");
        }
    }
}

#[test]
fn lists_are_checked_everywhere() {
    let folder = Folder::new();
    folder.write("small", "123456789");
    folder.write("a\\b", "");
    folder.write("long", noise(BUFFER + 1));
    for (command, _) in COMMANDS {
        for options in [&[][..], &["--tag"]] {
            let print = [&[command], options, &["small", "a\\b", "long"]].concat();
            let list = folder.run(&print);
            assert_eq!((list.status, list.stderr.as_str()), (0, ""));
            folder.write("LIST", &list.stdout);
            let check = [command, "--check", "LIST"].map(OsStr::new);
            folder
                .run_everywhere(b"", &check)
                .expect(0, "small: OK\n\\a\\\\b: OK\nlong: OK\n", "");
            folder.write("long", noise(BUFFER));
            folder.run(check).expect(
                1,
                "small: OK\n\\a\\\\b: OK\nlong: FAILED\n",
                "kilowat: WARNING: 1 computed checksum did NOT match\n",
            );
            folder.write("long", noise(BUFFER + 1));
        }
    }
}

/// The name of one is the beginning of another's.
#[test]
fn a_list_of_another_checksum_is_none() {
    let folder = Folder::new();
    folder.write("a", "123456789");
    folder.write("LIST", "CRC32C (a) = e3069283\n");
    folder
        .run(["crc32c", "-c", "LIST"])
        .expect(0, "a: OK\n", "");
    let none = "kilowat: LIST: no properly formatted checksum lines found\n";
    folder.run(["crc32", "-c", "LIST"]).expect(2, "", none);
    folder.write("LIST", "CRC32 (a) = cbf43926\n");
    folder.run(["crc32", "-c", "LIST"]).expect(0, "a: OK\n", "");
    folder.run(["crc32c", "-c", "LIST"]).expect(2, "", none);
}

#[test]
fn for_machines() {
    let folder = Folder::new();
    folder.write("a", "123456789");
    for (command, hash) in [
        ("crc32", "cbf43926"),
        ("crc32c", "e3069283"),
        ("adler32", "091e01de"),
    ] {
        let ran = folder.run(["--engine", "jit", "--json", command, "a", "no"]);
        assert_eq!(ran.status, 2);
        assert_eq!(ran.stderr, "kilowat: no: No such file or directory\n");
        let expected = json!({"operation": command, "file": "a", "hash": hash, "engine": "jit"});
        assert_eq!(ran.json(), [expected]);
    }
}

/// What `gzip -lv` says of a file that it has compressed.
#[test]
fn as_gzip() {
    let folder = Folder::new();
    for len in [0, 1, 100, PIECE + 1, BUFFER + 3] {
        let bytes = noise(len);
        folder.write("file", &bytes);
        let gzip = |arguments: &[&str]| {
            let mut command = Command::new("gzip");
            command.args(arguments).current_dir(folder.path());
            command.env("LC_ALL", "C").stdin(Stdio::null()).output()
        };
        let Ok(output) = gzip(&["-kf1", "file"]) else {
            println!("skipped: there is no gzip here");
            return;
        };
        assert!(output.status.success(), "{output:?}");
        let listed = gzip(&["-lv", "file.gz"]).unwrap().stdout;
        let listed = String::from_utf8(listed).unwrap();
        let row = listed.lines().nth(1).unwrap();
        let crc = row.split_whitespace().nth(1).unwrap();
        folder
            .run(["crc32", "file"])
            .expect(0, format!("{crc}  file\n"), "");
    }
}
