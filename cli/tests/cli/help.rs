//! The help of the command and of each of its commands, as it is printed.

use super::Folder;

#[track_caller]
fn snapshot(name: &str, text: &[u8]) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../snapshots/cli"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let text = str::from_utf8(text).unwrap();
    settings.bind(|| insta::assert_snapshot!(name, text));
}

#[test]
fn help_teaches() {
    let folder = Folder::new();
    let ran = folder.run(["--help"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    snapshot("help", &ran.stdout);
    for command in [
        "fnv1a32",
        "fnv1a64",
        "sha256",
        "sha512",
        "b3sum",
        "md5",
        "hmac",
        "xxh32",
        "xxh64",
        "xxh3",
        "crc32",
        "crc32c",
        "adler32",
        "lz4",
        "unlz4",
        "gzip",
        "gunzip",
        "brotli",
        "unbrotli",
        "seal",
        "open",
        "keygen",
        "base64",
        "hex",
        "find",
        "compare",
        "js",
        "json",
        "utf8",
        "stats",
        "memory",
        "agents",
        "tasks",
        "send",
        "receive",
        "worker",
        "dead",
        "channels",
        "init",
        "post-edit",
        "trust",
        "hook",
        "rollback",
        "gauge",
        "dashboard",
        "bench",
        "soak",
        "load",
        "doctor",
        "engines",
        "ops",
        "completions",
    ] {
        let ran = folder.run([command, "--help"]);
        assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
        snapshot(&format!("help_{command}"), &ran.stdout);
    }
}

#[test]
fn help_of_what_commands_have_below_them() {
    let folder = Folder::new();
    for (command, below) in [
        (
            "memory",
            &[
                "get", "put", "list", "search", "delete", "export", "import", "backup", "restore",
                "check", "stats",
            ][..],
        ),
        ("agents", &["list", "show", "add", "delete"]),
        ("tasks", &["list", "show", "add", "claim", "finish"]),
        ("dead", &["list", "show", "retry", "drop"]),
        ("load", &["all", "messages", "bytes", "memory"]),
        ("gauge", &["set", "list", "delete"]),
    ] {
        for below in below {
            let ran = folder.run([command, below, "--help"]);
            assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
            snapshot(&format!("help_{command}_{below}"), &ran.stdout);
        }
    }
}

#[test]
fn without_a_command_help_is_an_error() {
    let ran = Folder::new().run::<&str>([]);
    assert_eq!((ran.status, ran.stdout.len()), (2, 0));
    assert!(ran.stderr.contains("Usage: kilowat"), "{}", ran.stderr);
}

#[test]
fn version() {
    let expected = concat!("kilowat ", env!("CARGO_PKG_VERSION"), "\n");
    Folder::new().run(["--version"]).expect(0, expected, "");
}
