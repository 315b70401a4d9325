//! The command from end to end: each test runs the built binary as a user does.

mod bench;
mod brotli;
mod brotli_encoder;
mod checksums;
mod closed_pipe;
mod compare;
#[cfg(feature = "dashboard")]
mod dashboard;
mod descriptors;
mod digests;
mod doctor;
mod encodings;
mod environment;
#[cfg(all(unix, feature = "swarm"))]
mod examples;
mod find;
mod gzip;
mod hashes;
mod help;
mod hmac;
#[cfg(feature = "hooks")]
mod hooks;
mod js;
mod js_jsx;
mod json;
mod listings;
mod load;
mod lz4;
mod messages;
#[cfg(feature = "hooks")]
mod post_edit;
#[cfg(all(unix, feature = "redis"))]
mod redis;
#[cfg(unix)]
mod rollback;
mod seal;
mod soak;
mod source_text;
mod stats;
mod swarm;
mod utf8;
mod xxhash;

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{env, fs};

use assert_cmd::Command;
use tempfile::TempDir;

/// What `--engine` takes.
const ENGINES: [&str; 5] = ["fastest", "wasm-first", "jit", "interpreter", "native"];

/// The library asks for this many bytes of a reader at a time.
const BUFFER: usize = 1 << 20;

/// The library gives a kernel this many bytes at a time.
const PIECE: usize = 256 << 10;

/// A folder of its own for a test, in which the command runs.
struct Folder {
    folder: TempDir,
}

impl Folder {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn write(&self, name: impl AsRef<OsStr>, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name.as_ref());
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// The command with these arguments; standard input is empty unless it is given.
    fn kilowat<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Command {
        let mut command = Command::cargo_bin("kilowat").unwrap();
        command
            .current_dir(self.path())
            // A command that hangs shall fail its test.
            .timeout(Duration::from_mins(2))
            .env_remove("CLICOLOR_FORCE")
            .envs([("KILOWAT_TIERS", ""), ("KILOWAT_WASM", "")])
            // Beside the binary, so that tests share what one of them has compiled.
            .env(
                "KILOWAT_CACHE",
                concat!(env!("CARGO_TARGET_TMPDIR"), "/cache"),
            )
            .env_remove("KILOWAT_PEERS")
            .env("COLUMNS", "100")
            .args(arguments);
        command
    }

    /// Runs the command.
    fn run<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Ran {
        Ran::of(&mut self.kilowat(arguments))
    }

    /// Runs the command with something on standard input.
    fn run_on<A: AsRef<OsStr>>(
        &self,
        stdin: impl Into<Vec<u8>>,
        arguments: impl IntoIterator<Item = A>,
    ) -> Ran {
        Ran::of(self.kilowat(arguments).write_stdin(stdin))
    }

    /// Runs the command on every engine, which must all say the same.
    fn run_everywhere(&self, stdin: &[u8], arguments: &[&OsStr]) -> Ran {
        let mut runs = ENGINES.map(|engine| {
            let options = ["--engine", engine].map(OsStr::new);
            self.run_on(stdin, options.iter().chain(arguments))
        });
        for (ran, engine) in runs.iter().zip(ENGINES) {
            assert_eq!(*ran, runs[0], "{engine} {arguments:?}");
        }
        std::mem::take(&mut runs[0])
    }
}

/// What the command wrote, and how it ended.
#[derive(Debug, Default, PartialEq, Eq)]
struct Ran {
    status: i32,
    stdout: Vec<u8>,
    stderr: String,
}

impl Ran {
    fn of(command: &mut Command) -> Self {
        let output = command.output().unwrap();
        Self {
            status: output.status.code().unwrap(),
            stdout: output.stdout,
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    #[track_caller]
    fn expect(&self, status: i32, stdout: impl AsRef<[u8]>, stderr: &str) {
        assert_eq!(self.stderr, stderr);
        let (actual, expected) = (&self.stdout, stdout.as_ref());
        assert!(
            actual == expected,
            "printed:\n{}\nexpected:\n{}",
            actual.escape_ascii(),
            expected.escape_ascii()
        );
        assert_eq!(self.status, status);
    }

    /// The JSON values on standard output, one a line.
    #[track_caller]
    fn json(&self) -> Vec<serde_json::Value> {
        let text = str::from_utf8(&self.stdout).unwrap();
        assert!(text.is_empty() || text.ends_with('\n'), "{text}");
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

/// Bytes without a pattern, all of them odd: xorshift.
fn noise(len: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8 | 1
    };
    std::iter::repeat_with(next).take(len).collect()
}

/// Bytes that compress well, and between them some that do not.
fn content(len: usize) -> Vec<u8> {
    let mut content = Vec::with_capacity(len);
    for (number, noise) in noise(len / 2).chunks(5_000).enumerate() {
        content.extend(noise);
        content.extend(format!("line {number} of many\n").repeat(250).as_bytes());
    }
    content.resize(len, b'.');
    content
}

/// Words in no order, of which every level of compression makes something else.
fn words(number: usize) -> String {
    let words = [
        "watt ", "kilo", "volt, ", "ampere\n", "ohm ", "joule", "hertz. ",
    ];
    let order = noise(number).into_iter().map(usize::from);
    order.map(|byte| words[byte / 2 % 7]).collect()
}

/// Whether a tool is installed that tests compare with. Where it is not, they say so and leave it at that; where
/// `KILOWAT_REQUIRE_TOOLS` is set, they fail.
fn tool_is_there(tool: &str, package: &str) -> bool {
    let is_there = Command::new(tool).arg("--version").output().is_ok();
    if !is_there {
        assert!(
            env::var_os("KILOWAT_REQUIRE_TOOLS").is_none(),
            "KILOWAT_REQUIRE_TOOLS is set, and {tool} is not installed"
        );
        eprintln!("left out: {tool} (package {package}) is not installed");
    }
    is_there
}

/// The names in the folder, in order.
fn names(folder: &Folder) -> Vec<String> {
    let entries = fs::read_dir(folder.path()).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn read(folder: &Folder, name: &str) -> Vec<u8> {
    fs::read(folder.path().join(name)).unwrap()
}

/// The line that the byte at `offset` is in, from 1.
fn line_at(bytes: &[u8], offset: usize) -> usize {
    bytes[..offset].split(|byte| *byte == b'\n').count()
}

/// One line for each offset, as `kilowat find` prints them.
fn lines(offsets: impl IntoIterator<Item = usize>, needle: &str) -> String {
    let mut lines = String::new();
    for offset in offsets {
        writeln!(lines, "{offset}:{needle}").unwrap();
    }
    lines
}

#[test]
fn an_unknown_engine_is_a_usage_error() {
    let ran = Folder::new().run(["--engine", "steam", "fnv1a32"]);
    assert_eq!(ran.status, 2);
    assert!(ran.stdout.is_empty());
    assert!(ran.stderr.contains("'steam'"), "{}", ran.stderr);
    assert!(
        ran.stderr
            .contains("expected jit, interpreter or native; or fastest, or wasm-first"),
        "{}",
        ran.stderr
    );
}

#[test]
fn an_unknown_command_is_a_usage_error() {
    let ran = Folder::new().run(["frobnicate"]);
    assert_eq!(ran.status, 2);
    assert!(ran.stderr.contains("'frobnicate'"), "{}", ran.stderr);
}

#[test]
fn options_may_follow_the_command() {
    let folder = Folder::new();
    let before = folder.run_on("foobar", ["--json", "--engine", "native", "fnv1a32"]);
    let after = folder.run_on("foobar", ["fnv1a32", "--engine", "native", "--json"]);
    assert_eq!(before, after);
    assert_eq!(after.json()[0]["engine"], "native");
}
