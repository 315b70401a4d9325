//! `kilowat sha256`, `sha512`, `b3sum` and `md5`, beside the tools of GNU coreutils where they are.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::json;

use super::{BUFFER, Folder, PIECE, Ran, noise, tool_is_there};

/// Each command with the tool that it does the work of.
const TOOLS: [(&str, &str); 3] = [
    ("sha256", "sha256sum"),
    ("sha512", "sha512sum"),
    ("md5", "md5sum"),
];

/// Files up to this size go through the batch kernel.
const SMALL: usize = 64 << 10;

const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const SHA512_ABC: &str = "\
    ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a\
    2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f";
const BLAKE3_ABC: &str = "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85";
const MD5_ABC: &str = "900150983cd24fb0d6963f7d28e17f72";

/// Runs a tool of GNU coreutils in a folder. `None`, said aloud, where it is another's or missing.
pub(super) fn coreutils<A: AsRef<OsStr>>(
    folder: &Folder,
    tool: &str,
    arguments: impl IntoIterator<Item = A>,
) -> Option<Ran> {
    let version = Command::new(tool).arg("--version").output();
    let is_gnu = version
        .is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains("GNU coreutils"));
    if !is_gnu {
        println!("skipped: there is no {tool} of GNU coreutils here");
        return None;
    }
    let output = Command::new(tool)
        .args(arguments)
        .current_dir(folder.path())
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    Some(Ran {
        status: output.status.code().unwrap(),
        stdout: output.stdout,
        stderr: String::from_utf8(output.stderr).unwrap(),
    })
}

#[test]
fn known_vectors_everywhere() {
    let folder = Folder::new();
    folder.write("abc", "abc");
    folder.write("empty", "");
    let expected = format!("{ABC}  abc\n{EMPTY}  empty\n");
    folder
        .run_everywhere(b"", &["sha256", "abc", "empty"].map(OsStr::new))
        .expect(0, expected, "");
    let expected = format!("{SHA512_ABC}  abc\n");
    folder
        .run_everywhere(b"", &["sha512", "abc"].map(OsStr::new))
        .expect(0, expected, "");
    let expected = format!("{BLAKE3_ABC}  abc\n");
    folder
        .run_everywhere(b"", &["b3sum", "abc"].map(OsStr::new))
        .expect(0, expected, "");
    let expected = format!("MD5 (abc) = {MD5_ABC}\n");
    folder
        .run_everywhere(b"", &["md5", "--tag", "abc"].map(OsStr::new))
        .expect(0, expected, "");
}

#[test]
fn standard_input() {
    let folder = Folder::new();
    folder.write("empty", "");
    let line = format!("{ABC}  -\n");
    folder.run_on("abc", ["sha256"]).expect(0, &line, "");
    folder.run_on("abc", ["sha256", "empty", "-", "-"]).expect(
        0,
        format!("{EMPTY}  empty\n{line}{EMPTY}  -\n"),
        "",
    );
    folder
        .run_on("abc", ["md5", "--tag"])
        .expect(0, format!("MD5 (-) = {MD5_ABC}\n"), "");
}

/// Names of every kind and files around every boundary of reading, many more than are read ahead.
fn fill(folder: &Folder) -> Vec<String> {
    let bytes = noise(BUFFER + PIECE);
    let mut names = Vec::new();
    let mut write = |name: String, len: usize| {
        folder.write(&name, &bytes[bytes.len() - len..]);
        names.push(name);
    };
    for edge in [64, SMALL, PIECE, BUFFER] {
        for len in edge - 1..=edge + 1 {
            write(format!("around {len}"), len);
        }
    }
    for number in 0..200 {
        write(format!("small-{number}"), 13 * number);
    }
    for name in [
        " lead", "*star", "trail ", "é", "(a) = b", "#", "-x", "a\nb",
    ] {
        write(name.to_owned(), 3);
    }
    names
}

#[test]
fn prints_and_checks_as_coreutils_do() {
    let folder = Folder::new();
    let names = fill(&folder);
    for name in ["back\\slash", "a\rb", "\\", "all\\\n\r"] {
        folder.write(name, name);
    }
    let strange = ["back\\slash", "a\rb", "\\", "all\\\n\r"].map(str::to_owned);
    for (command, tool) in TOOLS {
        for options in [
            &["--"][..],
            &["--tag", "--"],
            &["--zero", "--"],
            &["-z", "--tag", "--"],
        ] {
            let arguments = || {
                let options = options.iter().map(|option| (*option).to_owned());
                options.chain(names.iter().chain(&strange).cloned())
            };
            let Some(expected) = coreutils(&folder, tool, arguments()) else {
                return;
            };
            let ran = folder.run([command.to_owned()].into_iter().chain(arguments()));
            ran.expect(0, expected.stdout, "");
        }
        // Theirs of ours, and ours of theirs.
        let ours = folder.run(
            [command.to_owned(), "--".to_owned()]
                .into_iter()
                .chain(names.clone()),
        );
        folder.write("LIST", &ours.stdout);
        let theirs = coreutils(&folder, tool, ["--check", "LIST"]).unwrap();
        assert_eq!((theirs.status, theirs.stderr.as_str()), (0, ""));
        folder
            .run([command, "--check", "LIST"])
            .expect(0, theirs.stdout, "");
    }
}

/// What the tool b3sum prints in a folder, with what it is given as its standard input.
fn b3sum(folder: &Folder, arguments: &[&str], input: &str) -> Vec<u8> {
    let output = Command::new("b3sum")
        .args(arguments)
        .current_dir(folder.path())
        .stdin(fs::File::open(folder.path().join(input)).unwrap())
        .output()
        .unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "b3sum {arguments:?}: {words}");
    output.stdout
}

#[test]
fn prints_and_checks_as_b3sum_does() {
    if !tool_is_there("b3sum", "b3sum") {
        return;
    }
    let folder = Folder::new();
    let names = fill(&folder);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    write_key(&folder, "raw key", KEY);
    for (options, theirs) in [
        (&["--"][..], &["--"][..]),
        (&["--length", "70", "--"], &["--length", "70", "--"]),
        (&["--key-file", "raw key", "--"], &["--keyed", "--"]),
    ] {
        let expected = b3sum(&folder, &[theirs, &names].concat(), "raw key");
        let ran = folder.run([&["b3sum"], options, &names].concat());
        ran.expect(0, expected, "");
    }
    // Theirs of ours, and ours of theirs.
    let ours = folder.run([&["b3sum", "--"], &names[..]].concat());
    folder.write("LIST", &ours.stdout);
    let theirs = b3sum(&folder, &["--check", "LIST"], "LIST");
    let ran = folder.run(["b3sum", "--check", "LIST"]);
    ran.expect(0, theirs, "");
}

/// Digests of the test vectors of BLAKE3: of the bytes 0, 1, 2 up to 250, again and again, with their key.
const KEY: &str = "whats the Elvish word for friend";
const KEY_IN_DIGITS: &str = "77686174732074686520456c7669736820776f726420666f7220667269656e64";
const KEYED: [(usize, &str); 2] = [
    (
        1_024,
        "75c46f6f3d9eb4f55ecaaee480db732e6c2105546f1e675003687c31719c7ba4",
    ),
    (
        102_400,
        "1c35d1a5811083fd7119f5d5d1ba027b4d01c0c6c49fb6ff2cf75393ea5db4a7",
    ),
];

/// Writes a key that others cannot read, of which nothing is said.
fn write_key(folder: &Folder, name: &str, key: &str) {
    folder.write(name, key);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;

        let mode = fs::Permissions::from_mode(0o600);
        fs::set_permissions(folder.path().join(name), mode).unwrap();
    }
}

#[test]
fn blake3_with_keys_and_of_any_length() {
    let folder = Folder::new();
    write_key(&folder, "raw", KEY);
    write_key(&folder, "digits", &format!("{KEY_IN_DIGITS}\n"));
    write_key(
        &folder,
        "of keygen",
        &format!("KILOWAT-KEY-{KEY_IN_DIGITS}\n"),
    );
    let mut lines = String::new();
    for (len, digest) in KEYED {
        let message: Vec<u8> = (0..=250).cycle().take(len).collect();
        folder.write(len.to_string(), message);
        lines = [&lines, digest, "  ", &len.to_string(), "\n"].concat();
    }
    for key in ["raw", "digits", "of keygen"] {
        let arguments = ["b3sum", "--key-file", key, "1024", "102400"];
        folder.run(arguments).expect(0, &lines, "");
    }
    folder.write("LIST", &lines);
    folder
        .run(["b3sum", "--key-file", "raw", "--check", "LIST"])
        .expect(0, "1024: OK\n102400: OK\n", "");
    // Without the key, or with another, nothing fits.
    let ran = folder.run(["b3sum", "--check", "LIST"]);
    let failed = "1024: FAILED\n102400: FAILED\n";
    ran.expect(
        1,
        failed,
        "kilowat: WARNING: 2 computed checksums did NOT match\n",
    );

    // A longer digest begins as the usual one does, and a list of such is read with their length.
    folder.write("abc", "abc");
    let ran = folder.run(["b3sum", "--length", "70", "abc"]);
    let line = String::from_utf8(ran.stdout).unwrap();
    let (digest, name) = line.split_once("  ").unwrap();
    assert_eq!((digest.len(), name), (140, "abc\n"));
    assert!(digest.starts_with(BLAKE3_ABC));
    folder.write("LONG", &line);
    folder
        .run(["b3sum", "-l", "70", "-c", "LONG"])
        .expect(0, "abc: OK\n", "");
    let ran = folder.run(["b3sum", "-c", "LONG"]);
    assert_eq!((ran.status, ran.stdout.len()), (2, 0), "{}", ran.stderr);
    let ran = folder.run(["b3sum", "--length", "5", "--tag", "abc"]);
    ran.expect(0, format!("BLAKE3 (abc) = {}\n", &BLAKE3_ABC[..10]), "");
    for length in ["0", "65537", "-1"] {
        let ran = folder.run(["b3sum", "--length", length, "abc"]);
        assert_eq!((ran.status, ran.stdout.len()), (2, 0), "{length}");
    }
}

/// What is wrong with a key is said without it.
#[test]
fn keys_that_are_none() {
    let folder = Folder::new();
    folder.write("abc", "abc");
    folder.write("short", &KEY[1..]);
    let none =
        "it holds no key: that is 32 bytes, 64 hexadecimal digits, or what `kilowat keygen` makes";
    let ran = folder.run(["b3sum", "--key-file", "short", "abc"]);
    assert_eq!((ran.status, ran.stdout.len()), (2, 0));
    let last = ran.stderr.lines().last();
    assert_eq!(last, Some(&*format!("kilowat: short: {none}")));
    let missing = "missing: No such file or directory";
    folder
        .run(["b3sum", "--key-file", "missing", "abc"])
        .expect(2, "", &format!("kilowat: {missing}\n"));
}

/// A list with something of everything.
fn broken_list(folder: &Folder) {
    folder.write("abc", "abc");
    folder.write("changed", "changed");
    folder.write("upper", "abc");
    folder.write("bsd", "abc");
    let lines = [
        format!("{ABC}  abc"),
        "# a comment".to_owned(),
        String::new(),
        format!("{ABC}  changed"),
        format!("{ABC}  missing"),
        "not a checksum".to_owned(),
        format!("{} *upper\r", ABC.to_uppercase()),
        format!("SHA256 (bsd) = {EMPTY}"),
        format!("\\{ABC}  no\\such"),
        format!("{ABC} abc"),
        format!("{ABC}  folder"),
    ];
    std::fs::create_dir(folder.path().join("folder")).unwrap();
    folder.write("LIST", lines.join("\n"));
}

#[test]
fn a_broken_list() {
    let folder = Folder::new();
    broken_list(&folder);
    let verdicts = "\
abc: OK
changed: FAILED
missing: FAILED open or read
upper: OK
bsd: FAILED
folder: FAILED open or read
";
    let missing = "kilowat: missing: No such file or directory\n";
    let directory = "kilowat: folder: Is a directory\n";
    let misformatted = "kilowat: WARNING: 3 lines are improperly formatted\n";
    let differ = "kilowat: WARNING: 2 computed checksums did NOT match\n";
    let two = "kilowat: WARNING: 2 listed files could not be read\n";
    let one = "kilowat: WARNING: 1 listed file could not be read\n";
    let summary = format!("{misformatted}{two}{differ}");
    let errors = format!("{missing}{directory}");
    let malformed =
        |line: u32| format!("kilowat: LIST: {line}: improperly formatted SHA256 checksum line\n");
    let warnings = [
        missing,
        &malformed(6),
        &malformed(9),
        &malformed(10),
        directory,
        &summary,
    ];
    let here = verdicts.replace("missing: FAILED open or read\n", "");
    for (options, stdout, stderr) in [
        (&[][..], verdicts, format!("{errors}{summary}")),
        (&["--strict"], verdicts, format!("{errors}{summary}")),
        (
            &["--quiet"],
            &verdicts.replace("abc: OK\n", "").replace("upper: OK\n", ""),
            format!("{errors}{summary}"),
        ),
        (&["--status"], "", errors.clone()),
        (&["--quiet", "--status"], "", errors.clone()),
        (&["--status", "--quiet", "-w"], verdicts, warnings.concat()),
        (
            &["--ignore-missing"],
            &here,
            format!("{directory}{misformatted}{one}{differ}"),
        ),
    ] {
        let arguments = ["sha256", "--check", "LIST"].iter().chain(options);
        let ran = folder.run(arguments);
        assert_eq!(ran.stderr, stderr, "{options:?}");
        assert_eq!(String::from_utf8_lossy(&ran.stdout), stdout, "{options:?}");
        assert_eq!(ran.status, 2, "{options:?}");
        let arguments = ["--check", "LIST"].iter().chain(options);
        if let Some(theirs) = coreutils(&folder, "sha256sum", arguments) {
            assert_eq!(theirs.stdout, ran.stdout, "{options:?}");
            assert_eq!(theirs.status, 1, "{options:?}");
        }
    }
}

#[test]
fn the_status_tells_no_from_trouble() {
    let folder = Folder::new();
    folder.write("abc", "abc");
    let good = format!("{ABC}  abc\n");
    let bad = format!("{EMPTY}  abc\n");
    let missing = format!("{EMPTY}  missing\n");
    let junk = "junk\n";
    for (list, options, status) in [
        (good.clone(), &[][..], 0),
        (bad.clone(), &[], 1),
        (format!("{bad}{missing}"), &[], 2),
        (format!("{bad}{missing}"), &["--ignore-missing"], 1),
        (format!("{good}{missing}"), &["--ignore-missing"], 0),
        (missing.clone(), &["--ignore-missing"], 2),
        (format!("{good}{junk}"), &[], 0),
        (format!("{good}{junk}"), &["--strict"], 2),
        (junk.to_owned(), &[], 2),
        (String::new(), &[], 2),
    ] {
        let arguments = || ["sha256", "-c", "--status"].iter().chain(options);
        let ran = folder.run_on(list.as_str(), arguments());
        assert_eq!(ran.status, status, "{options:?} {list}");
        assert!(ran.stdout.is_empty());
        // A list is as good from a file, and the worst of several lists counts.
        folder.write("LIST", &list);
        folder.write("GOOD", &good);
        let ran = folder.run(arguments().chain(&["GOOD", "LIST", "GOOD"]));
        assert_eq!(ran.status, status, "{options:?} {list}");
    }
}

#[test]
fn lists_that_are_none() {
    let folder = Folder::new();
    folder.write("empty", "");
    folder.write("noise", noise(BUFFER));
    std::fs::create_dir(folder.path().join("folder")).unwrap();
    let none =
        |name: &str| format!("kilowat: {name}: no properly formatted checksum lines found\n");
    for (list, expected) in [
        ("empty", none("empty")),
        ("noise", none("noise")),
        (
            "missing",
            "kilowat: missing: No such file or directory\n".to_owned(),
        ),
        ("folder", "kilowat: folder: Is a directory\n".to_owned()),
    ] {
        folder.run(["md5", "-c", list]).expect(2, "", &expected);
    }
    // A list from standard input cannot name standard input.
    let line = format!("{MD5_ABC}  -\n");
    folder
        .run_on(line.as_str(), ["md5", "-c"])
        .expect(2, "", &none("standard input"));
    folder.write("LIST", &line);
    folder
        .run_on("abc", ["md5", "-c", "LIST"])
        .expect(0, "-: OK\n", "");
}

/// A line without an end is not read into memory. The file has no blocks: it takes no room.
#[test]
fn an_endless_line() {
    let folder = Folder::new();
    let list = folder.write("LIST", format!("{ABC}  abc\n"));
    folder.write("abc", "abc");
    let file = std::fs::File::options().append(true).open(list).unwrap();
    file.set_len(64 << 20).unwrap();
    folder.run(["sha256", "-c", "LIST"]).expect(
        0,
        "abc: OK\n",
        "kilowat: WARNING: 1 line is improperly formatted\n",
    );
}

#[test]
fn what_cannot_be_read_is_named_and_passed_over() {
    let folder = Folder::new();
    folder.write("abc", "abc");
    std::fs::create_dir(folder.path().join("folder")).unwrap();
    folder
        .run(["sha256", "missing", "abc", "folder", "no\nsuch"])
        .expect(
            2,
            format!("{ABC}  abc\n"),
            "kilowat: missing: No such file or directory\nkilowat: folder: Is a directory\n\
             kilowat: no\\nsuch: No such file or directory\n",
        );
}

/// Files that say that they are empty, and are not.
#[cfg(target_os = "linux")]
#[test]
fn files_of_the_system() {
    let folder = Folder::new();
    let version = std::fs::read("/proc/version").unwrap();
    let mut expected = folder.run_on(version, ["sha256"]).stdout;
    expected.truncate(64);
    expected.extend(b"  /proc/version\n");
    assert!(Path::new("/proc/version").metadata().unwrap().len() == 0);
    folder
        .run(["sha256", "/proc/version"])
        .expect(0, expected, "");
}

#[test]
fn options_that_make_no_sense_together() {
    let folder = Folder::new();
    for arguments in [
        &["--check", "--tag"][..],
        &["--check", "--zero"],
        &["--quiet"],
        &["--status"],
        &["--strict"],
        &["--warn"],
        &["--ignore-missing"],
    ] {
        let ran = folder.run(["sha256"].iter().chain(arguments));
        assert_eq!((ran.status, ran.stdout.len()), (2, 0), "{arguments:?}");
        assert!(ran.stderr.contains("Usage: "), "{}", ran.stderr);
    }
}

#[test]
fn json() {
    let folder = Folder::new();
    folder.write("a b", "abc");
    let ran = folder.run(["--engine", "jit", "--json", "md5", "a b", "no"]);
    assert_eq!(ran.status, 2);
    assert_eq!(ran.stderr, "kilowat: no: No such file or directory\n");
    let expected = json!({"operation": "md5", "file": "a b", "digest": MD5_ABC, "engine": "jit"});
    assert_eq!(ran.json(), [expected]);

    folder.write("LIST", format!("{ABC}  a b\n{EMPTY}  a b\n{EMPTY}  no\n"));
    let ran = folder.run(["--engine", "native", "--json", "sha256", "--check", "LIST"]);
    assert_eq!(ran.status, 2);
    let record = |file: &str, verdict: &str| {
        json!({
            "operation": "sha256",
            "list": "LIST",
            "file": file,
            "verdict": verdict,
            // Nobody answered for what could not be read.
            "engine": if verdict == "unreadable" { json!(null) } else { json!("native") },
        })
    };
    let expected = [
        record("a b", "ok"),
        record("a b", "different"),
        record("no", "unreadable"),
    ];
    assert_eq!(ran.json(), expected);
}

/// By default the command asks whoever is ready; the JSON says who that was, in a cold cache as well.
#[test]
fn json_says_who_answered() {
    let folder = Folder::new();
    folder.write("small", "abc");
    folder.write("long", noise(3 * BUFFER));
    let mut command = folder.kilowat(["--json", "sha256", "small", "long"]);
    let ran = Ran::of(command.env("KILOWAT_CACHE", "off"));
    for record in ran.json() {
        let tiers = match &record["engine"] {
            serde_json::Value::Array(tiers) => tiers.clone(),
            tier => vec![tier.clone()],
        };
        let is_tier = |tier: &_| {
            ["jit", "interpreter", "native"]
                .iter()
                .any(|known| tier == known)
        };
        assert!(!tiers.is_empty() && tiers.iter().all(is_tier), "{record}");
    }
    let mut command = folder.kilowat(["--json", "sha256", "small", "long"]);
    let ran = Ran::of(command.env("KILOWAT_TIERS", "interpreter"));
    for record in ran.json() {
        assert_eq!(record["engine"], "interpreter", "{record}");
    }
}

#[cfg(unix)]
#[test]
fn names_that_are_no_text() {
    use std::os::unix::ffi::OsStrExt as _;

    let folder = Folder::new();
    let name = OsStr::from_bytes(b"\xff\xfe");
    folder.write(name, "abc");
    let ran = folder.run([OsStr::new("md5"), name]);
    let expected = [MD5_ABC.as_bytes(), b"  \xff\xfe\n"].concat();
    ran.expect(0, &expected, "");
    let list = OsStr::from_bytes(b"LIST\xff");
    folder.write(list, &expected);
    let ran = folder.run([
        OsStr::new("--json"),
        OsStr::new("md5"),
        OsStr::new("-c"),
        list,
    ]);
    let record = &ran.json()[0];
    assert_eq!(record["list_hex"], "4c495354ff", "{record}");
    assert_eq!(record["file_hex"], "fffe", "{record}");
    folder
        .run_on(expected, ["md5", "-c"])
        .expect(0, b"\xff\xfe: OK\n", "");
}
