//! What `kilowat post-edit` and `kilowat hook` cost as processes, from their start to their end, beside a process that
//! does nothing; all by turns, so that all see the same machine.
//!
//! With `KILOWAT_CHECKERS=FOLDER`, where the folder is a copy of `cli/benches/checkers` after
//! `npm ci --ignore-scripts`, also beside what is started after edits elsewhere: checkers of format and rules on the same
//! file, and those that start others, with nothing to start. Of programs that npm starts by way of Node, the program
//! itself is started too where it is one. `FOLDER/venv` may have pre-commit.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How many turns there are; and how many with checkers, which take a hundred times as long.
const TURNS: (usize, usize) = (500, 20);

/// What a host tells a hook.
const EVENT: &str =
    r#"{"hook_event_name":"PostToolUse","tool_name":"Write","tool_input":{"file_path":"a.js"}}"#;

/// What is measured: its name, and its command.
struct Entry {
    name: &'static str,
    program: PathBuf,
    arguments: &'static [&'static str],
    /// What it reads.
    input: &'static str,
    times: Vec<Duration>,
}

impl Entry {
    fn new(
        name: &'static str,
        program: impl Into<PathBuf>,
        arguments: &'static [&'static str],
    ) -> Self {
        Self {
            name,
            program: program.into(),
            arguments,
            input: "",
            times: Vec::new(),
        }
    }

    fn reading(mut self, input: &'static str) -> Self {
        self.input = input;
        self
    }

    /// Runs it once, which is to end well.
    fn run(&mut self, folder: &Path) {
        let mut command = Command::new(&self.program);
        command
            .args(self.arguments)
            .current_dir(folder)
            .env_remove("KILOWAT_SWARM")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let began = Instant::now();
        // A benchmark without its program cannot go on.
        let mut child = command.spawn().unwrap();
        if let Some(mut pipe) = child.stdin.take() {
            // One that reads nothing may have closed it.
            let _ = pipe.write_all(self.input.as_bytes());
        }
        let status = child.wait();
        let elapsed = began.elapsed();
        assert!(status.unwrap().success(), "{} has failed", self.name);
        self.times.push(elapsed);
    }

    fn print(&mut self) {
        self.times.sort();
        let [p50, p95, p99] = [50, 95, 99]
            .map(|percent| self.times[(self.times.len() - 1) * percent / 100].as_secs_f64() * 1e3);
        println!(
            "{:34} p50 {p50:8.3} ms  p95 {p95:8.3} ms  p99 {p99:8.3} ms",
            self.name
        );
    }
}

fn edit(folder: &Path, turn: usize) {
    let mut text = String::new();
    for number in 0..1_000 {
        // A string takes all that is written to it.
        let _ = writeln!(
            text,
            "export const value{number} = [{turn}, 'a', `b${{{number}}}`].map(String);"
        );
    }
    fs::write(folder.join("a.js"), text).unwrap();
}

/// What checkers find in a project: each is to take the file as it is, and to start nothing where it starts others.
const SETTINGS: [(&str, &str); 8] = [
    (".gitignore", "node_modules\n.kilowat\n"),
    (".prettierrc", "{ \"singleQuote\": true }\n"),
    (
        "eslint.config.mjs",
        "export default [{ rules: { 'no-unused-vars': 'error', 'no-dupe-keys': 'error' } }];\n",
    ),
    (
        "biome.json",
        "{ \"formatter\": { \"indentStyle\": \"space\" }, \
         \"javascript\": { \"formatter\": { \"quoteStyle\": \"single\" } } }\n",
    ),
    (
        "dprint.json",
        "{ \"plugins\": [\"node_modules/@dprint/typescript/plugin.wasm\"], \
         \"typescript\": { \"quoteStyle\": \"preferSingle\" } }\n",
    ),
    ("lefthook.yml", "pre-commit:\n  jobs: []\n"),
    (".lintstagedrc.json", "{ \"*.none\": \"true\" }\n"),
    (".pre-commit-config.yaml", "repos: []\n"),
];

/// Some checkers cannot put aside what is changed where nothing was ever committed.
const COMMIT: [&str; 8] = [
    "-c",
    "user.name=nobody",
    "-c",
    "user.email=nobody",
    "commit",
    "-q",
    "-m",
    "first",
];

/// The checkers that a folder has, for a project that is made ready for them.
fn checkers(project: &Path, from: &Path) -> Vec<Entry> {
    for (name, text) in SETTINGS {
        fs::write(project.join(name), text).unwrap();
    }
    let modules = from.join("node_modules");
    #[cfg(unix)]
    std::os::unix::fs::symlink(&modules, project.join("node_modules")).unwrap();
    for arguments in [&["init", "-q"][..], &["add", "-A"], &COMMIT] {
        let status = Command::new("git")
            .args(arguments)
            .current_dir(project)
            .status();
        assert!(status.unwrap().success());
    }
    let bin = |name| modules.join(".bin").join(name);
    let all = [
        Entry::new("prettier --check", bin("prettier"), &["--check", "a.js"]),
        Entry::new("eslint", bin("eslint"), &["a.js"]),
        Entry::new("oxlint", bin("oxlint"), &["a.js"]),
        Entry::new("biome check", bin("biome"), &["check", "a.js"]),
        Entry::new(
            "biome check, without Node",
            modules.join("@biomejs/cli-linux-x64/biome"),
            &["check", "a.js"],
        ),
        // Its first run puts the program into the place of the script.
        Entry::new("dprint check", bin("dprint"), &["check", "a.js"]),
        Entry::new("lefthook, no jobs", bin("lefthook"), &["run", "pre-commit"]),
        Entry::new(
            "lefthook, no jobs, without Node",
            modules.join("lefthook-linux-x64/bin/lefthook"),
            &["run", "pre-commit"],
        ),
        Entry::new("lint-staged, no task", bin("lint-staged"), &[]),
        Entry::new(
            "pre-commit, no hooks",
            from.join("venv/bin/pre-commit"),
            &["run", "--files", "a.js"],
        ),
    ];
    all.into_iter()
        .filter(|entry| {
            let is_there = entry.program.exists();
            if !is_there {
                println!("left out: {}: {}", entry.name, entry.program.display());
            }
            is_there
        })
        .collect()
}

fn main() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join(".git")).unwrap();
    let kilowat = env!("CARGO_BIN_EXE_kilowat");
    let mut entries = vec![
        Entry::new("true", "true", &[]),
        Entry::new("kilowat --version", kilowat, &["--version"]),
        Entry::new(
            "kilowat post-edit, 1000 lines",
            kilowat,
            &["post-edit", "a.js"],
        ),
        Entry::new("kilowat hook, 1000 lines", kilowat, &["hook"]).reading(EVENT),
    ];
    edit(folder.path(), 0);
    let from = env::var_os("KILOWAT_CHECKERS");
    if let Some(from) = &from {
        let from = fs::canonicalize(from).unwrap();
        entries.extend(checkers(folder.path(), &from));
    }
    // Cargo runs benchmarks as tests, too, to see that they work.
    let turns = match (env::args().any(|argument| argument == "--bench"), from) {
        (false, _) => 2,
        (true, None) => TURNS.0,
        (true, Some(_)) => TURNS.1,
    };
    // What makes a cache at its first run is not measured making it.
    for entry in &mut entries {
        entry.run(folder.path());
        entry.times.clear();
    }
    for turn in 0..turns {
        for place in 0..entries.len() {
            // None finds what another one has seen before.
            edit(folder.path(), 1 + turn * entries.len() + place);
            entries[place].run(folder.path());
        }
    }
    for entry in &mut entries {
        entry.print();
    }
}
