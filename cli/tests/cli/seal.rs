//! `kilowat keygen`, `kilowat seal` and `kilowat open`.

use std::ffi::OsStr;
use std::fs;

use super::{ENGINES, Folder, PIECE, Ran, content, names, read};

/// Content of a chunk.
const CHUNK: usize = 64 << 10;

/// A chunk as it is sealed.
const SEALED_CHUNK: usize = CHUNK + 16;

const HEADER: usize = 72;

/// A folder with a key.
fn folder() -> Folder {
    let folder = Folder::new();
    folder.run(["keygen", "k"]).expect(0, "", "");
    folder
}

fn seal(folder: &Folder, content: &[u8]) -> Vec<u8> {
    let ran = folder.run_on(content, ["seal", "--key-file", "k"]);
    assert_eq!((ran.status, &*ran.stderr), (0, ""));
    ran.stdout
}

fn open(folder: &Folder, sealed: &[u8]) -> Ran {
    folder.run_on(sealed, ["open", "--key-file", "k"])
}

#[test]
fn keygen_makes_a_key_that_nobody_else_can_read() {
    let folder = folder();
    let key = read(&folder, "k");
    let line = str::from_utf8(&key).unwrap();
    let digits = line.strip_prefix("KILOWAT-KEY-").unwrap();
    let digits = digits.strip_suffix('\n').unwrap();
    assert_eq!(digits.len(), 64);
    assert!(digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;

        let mode = fs::metadata(folder.path().join("k")).unwrap().permissions();
        assert_eq!(mode.mode() & 0o777, 0o600);
    }
    folder.run(["keygen", "other"]).expect(0, "", "");
    assert_ne!(read(&folder, "other"), key);
}

#[test]
fn keygen_overwrites_nothing_and_prints_nothing() {
    let folder = folder();
    let key = read(&folder, "k");
    let there = "kilowat: k: it exists already, and what it is the key of would be lost\n";
    folder.run(["keygen", "k"]).expect(2, "", there);
    assert_eq!(read(&folder, "k"), key);
    let stdout = "kilowat: -: a key is written to a file, and not to standard output\n";
    folder.run(["keygen", "-"]).expect(2, "", stdout);
    let json = "kilowat: --json: nothing is printed\n";
    folder.run(["--json", "keygen", "j"]).expect(2, "", json);
    let missing = "kilowat: no/k: No such file or directory\n";
    folder.run(["keygen", "no/k"]).expect(2, "", missing);
    #[cfg(unix)]
    {
        let device = "kilowat: /dev/stdout: it is no regular file, and others may read what is written to it\n";
        folder.run(["keygen", "/dev/stdout"]).expect(2, "", device);
        // Neither by way of a link that leads nowhere.
        std::os::unix::fs::symlink("elsewhere", folder.path().join("link")).unwrap();
        assert_eq!(folder.run(["keygen", "link"]).status, 2);
        assert_eq!(names(&folder), ["k", "link"]);
    }
}

#[test]
fn a_pipe_everywhere() {
    let folder = folder();
    for len in [0, 1, CHUNK, PIECE + 1] {
        let content = content(len);
        for sealing in ENGINES {
            let sealed = folder.run_on(
                content.clone(),
                ["--engine", sealing, "seal", "--key-file", "k"],
            );
            assert_eq!((sealed.status, &*sealed.stderr), (0, ""));
            let chunks = len.div_ceil(CHUNK).max(1);
            assert_eq!(sealed.stdout.len(), HEADER + len + 16 * chunks);
            let arguments = ["open", "--key-file", "k"].map(OsStr::new);
            if sealing == ENGINES[0] {
                let opened = folder.run_everywhere(&sealed.stdout, &arguments);
                opened.expect(0, &content, "");
            } else {
                open(&folder, &sealed.stdout).expect(0, &content, "");
            }
        }
    }
}

#[test]
fn files_are_made_whole_or_not_at_all() {
    let folder = folder();
    let bytes = content(200_000);
    folder.write("a", &bytes);
    folder
        .run(["seal", "--key-file", "k", "a", "-o", "a.sealed"])
        .expect(0, "", "");
    folder
        .run(["open", "--key-file", "k", "a.sealed", "-o", "b"])
        .expect(0, "", "");
    assert!(read(&folder, "b") == bytes);
    for command in ["seal", "open"] {
        let there = "kilowat: b: it exists already, and --force would overwrite it\n";
        let arguments = [command, "--key-file", "k", "a.sealed", "-o", "b"];
        folder.run(arguments).expect(2, "", there);
    }
    folder.write("b", "other");
    folder
        .run(["open", "-f", "--key-file", "k", "a.sealed", "-o", "b"])
        .expect(0, "", "");
    assert!(read(&folder, "b") == bytes);

    // The last chunk is damaged: the first ones were fine, and there is no file all the same.
    let mut damaged = read(&folder, "a.sealed");
    *damaged.last_mut().unwrap() ^= 1;
    folder.write("damaged", &damaged);
    let words =
        "kilowat: damaged: the sealed stream is not authentic from byte 196608 of its content on\n";
    folder
        .run(["open", "--key-file", "k", "damaged", "-o", "c"])
        .expect(2, "", words);
    assert_eq!(names(&folder), ["a", "a.sealed", "b", "damaged", "k"]);
    let itself = "kilowat: a: it would be overwritten by itself\n";
    folder
        .run(["seal", "-f", "--key-file", "k", "a", "-o", "a"])
        .expect(2, "", itself);
    assert!(read(&folder, "a") == bytes);
}

#[cfg(unix)]
#[test]
fn what_is_opened_is_for_the_user_alone() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = folder();
    let path = folder.write("a", "kilowatt");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    folder
        .run(["seal", "--key-file", "k", "a", "-o", "a.sealed"])
        .expect(0, "", "");
    folder
        .run(["open", "--key-file", "k", "a.sealed", "-o", "b"])
        .expect(0, "", "");
    for (name, expected) in [("a.sealed", 0o644), ("b", 0o600)] {
        let metadata = fs::metadata(folder.path().join(name)).unwrap();
        assert_eq!(metadata.permissions().mode() & 0o777, expected, "{name}");
    }
}

/// A pipe gets the chunks that are authentic, and nothing of the one that is not; then the command fails.
#[test]
fn damage_ends_a_pipe_with_a_failure() {
    let folder = folder();
    let content = content(3 * CHUNK + 100);
    let sealed = seal(&folder, &content);
    let unauthentic = |chunks: usize| {
        let offset = chunks * CHUNK;
        format!(
            "kilowat: standard input: the sealed stream is not authentic from byte {offset} of its content on\n"
        )
    };
    let edge = |chunks: usize| HEADER + chunks * SEALED_CHUNK;
    let mut changed = sealed.clone();
    changed[edge(1) + 5] ^= 0x10;
    open(&folder, &changed).expect(2, &content[..CHUNK], &unauthentic(1));
    let exchanged = [
        &sealed[..edge(1)],
        &sealed[edge(2)..edge(3)],
        &sealed[edge(1)..edge(2)],
        &sealed[edge(3)..],
    ];
    open(&folder, &exchanged.concat()).expect(2, &content[..CHUNK], &unauthentic(1));
    let appended = [&sealed[..], b"x"].concat();
    open(&folder, &appended).expect(2, &content[..3 * CHUNK], &unauthentic(3));
    let cut = format!(
        "kilowat: standard input: the sealed stream is cut short behind byte {} of its content\n",
        2 * CHUNK
    );
    open(&folder, &sealed[..edge(3)]).expect(2, &content[..2 * CHUNK], &cut);
    let none = "kilowat: standard input: it is no sealed stream\n";
    open(&folder, b"kilowatt").expect(2, "", none);
    open(&folder, b"").expect(2, "", none);
}

#[test]
fn another_key_does_not_open() {
    let folder = folder();
    let sealed = seal(&folder, b"kilowatt");
    folder.write("a.sealed", &sealed);
    folder.run(["keygen", "other"]).expect(0, "", "");
    let words = "kilowat: a.sealed: the key or the passphrase is not that of the sealed stream, or its header was changed\n";
    folder
        .run(["open", "--key-file", "other", "a.sealed"])
        .expect(2, "", words);
}

#[test]
fn what_is_no_key_file_is_refused_without_a_word_of_it() {
    let folder = folder();
    let key = String::from_utf8(read(&folder, "k")).unwrap();
    let digits = &key[12..76];
    for (name, content) in [
        ("empty", String::new()),
        ("digits", digits.to_owned()),
        ("short", key[..75].to_owned()),
        ("long", format!("{}0\n", key.trim_end())),
        ("two", key.repeat(2)),
        ("letters", key.replace(&digits[..1], "x")),
        ("large", key.repeat(100_000)),
    ] {
        private(&folder, name, &content);
        let words = format!("kilowat: {name}: it is no key file, as `kilowat keygen` makes them\n");
        for command in ["seal", "open"] {
            let ran = folder.run_on("", [command, "--key-file", name]);
            ran.expect(2, "", &words);
        }
    }
    let missing = "kilowat: no: No such file or directory\n";
    folder
        .run_on("", ["seal", "--key-file", "no"])
        .expect(2, "", missing);
}

#[test]
fn a_passphrase_in_a_file() {
    let folder = folder();
    private(&folder, "p", "watt by watt\n");
    private(&folder, "same", "watt by watt");
    private(&folder, "other", "volt by volt\n");
    private(&folder, "none", "\n");
    private(&folder, "two", "watt\nvolt\n");
    let content = content(100_000);
    folder.write("a", &content);
    folder
        .run(["seal", "--passphrase-file", "p", "a", "-o", "a.sealed"])
        .expect(0, "", "");
    let sealed = read(&folder, "a.sealed");
    assert_eq!(sealed.len(), HEADER + 4 + content.len() + 2 * 16);
    assert_eq!(sealed[40..44], 600_000_u32.to_le_bytes());
    for file in ["p", "same"] {
        folder
            .run(["open", "--passphrase-file", file, "a.sealed"])
            .expect(0, &content, "");
    }
    for (options, words) in [
        (
            ["--passphrase-file", "other"],
            "a.sealed: the key or the passphrase is not that of the sealed stream, or its header was changed",
        ),
        (
            ["--key-file", "k"],
            "a.sealed: the stream was sealed with a passphrase, and not with a key",
        ),
        (
            ["--passphrase-file", "none"],
            "none: there is no passphrase in it",
        ),
        (
            ["--passphrase-file", "two"],
            "two: a passphrase is a single line",
        ),
        (["--passphrase-file", "no"], "no: No such file or directory"),
    ] {
        let ran = folder.run(["open", options[0], options[1], "a.sealed"]);
        ran.expect(2, "", &format!("kilowat: {words}\n"));
    }
    folder.write("b.sealed", seal(&folder, b"kilowatt"));
    let words = "kilowat: b.sealed: the stream was sealed with a key, and not with a passphrase\n";
    folder
        .run(["open", "--passphrase-file", "p", "b.sealed"])
        .expect(2, "", words);
    let both = folder.run([
        "open",
        "--passphrase-file",
        "p",
        "--key-file",
        "k",
        "a.sealed",
    ]);
    assert_eq!(both.status, 2);
    assert!(
        both.stderr.contains("cannot be used with"),
        "{}",
        both.stderr
    );
}

/// A file that only the user can read.
fn private(folder: &Folder, name: &str, content: &str) {
    let path = folder.write(name, content);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;

        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
    }
    #[cfg(not(unix))]
    drop(path);
}

#[cfg(unix)]
#[test]
fn a_key_that_others_can_read_is_a_warning() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = folder();
    let path = folder.path().join("k");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let ran = folder.run_on("kilowatt", ["seal", "--key-file", "k"]);
    assert_eq!(ran.status, 0);
    assert_eq!(
        ran.stderr,
        "kilowat: warning: k: others can read the key (mode 0640); `chmod go= k` mends it\n"
    );
}

#[test]
fn json_says_what_was_made() {
    let folder = folder();
    folder.write("a", "kilowatt");
    let ran = folder.run(["--json", "seal", "--key-file", "k", "a", "-o", "b"]);
    assert_eq!((ran.status, &*ran.stderr), (0, ""));
    let [record] = &ran.json()[..] else {
        panic!("it is a single line");
    };
    assert_eq!(record["operation"], "seal");
    assert_eq!(record["file"], "a");
    assert_eq!(record["output"], "b");
    assert_eq!(
        (&record["bytes_in"], &record["bytes_out"]),
        (&8.into(), &96.into())
    );
    assert!(record.get("ratio").is_none());
    let words = "kilowat: --json: standard output has the result; -o writes it to a file\n";
    folder
        .run(["--json", "open", "--key-file", "k", "b"])
        .expect(2, "", words);
}

/// Neither the key nor the content is in what is printed, whatever goes wrong.
#[test]
fn messages_have_no_secrets() {
    let folder = folder();
    let key = String::from_utf8(read(&folder, "k")).unwrap();
    let message = "Vq7~kx0Zt-9mWp4!rB2^uL8@nY6#";
    folder.write("a", message);
    let mut sealed = seal(&folder, message.as_bytes());
    sealed[80] ^= 1;
    folder.write("damaged", &sealed);
    let mut printed = String::new();
    for arguments in [
        &["seal", "--key-file", "k", "a", "-o", "no/b"][..],
        &["seal", "--key-file", "a", "a"],
        &["seal", "--key-file", "k", "no"],
        &["seal", "--key-file", "k", "a", "--engine", "steam"],
        &["open", "--key-file", "k", "a"],
        &["open", "--key-file", "k", "damaged"],
        &["open", "--key-file", "k", "k"],
        &["open", "--key-file", "damaged", "a"],
        &["--json", "open", "--key-file", "k", "damaged", "-o", "c"],
        &["keygen", "k"],
    ] {
        let ran = folder.run(arguments);
        assert_eq!(ran.status, 2, "{arguments:?}");
        printed.push_str(&ran.stderr);
        printed.push_str(&String::from_utf8_lossy(&ran.stdout));
    }
    assert!(printed.contains("not authentic"), "{printed}");
    for secret in [&key[12..76], message] {
        let runs = secret.as_bytes().windows(8);
        for run in runs {
            let run = str::from_utf8(run).unwrap();
            assert!(!printed.contains(run), "{printed}");
        }
    }
}
