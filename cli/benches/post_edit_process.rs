//! What `kilowat post-edit` costs as a process, from its start to its end, beside a process that does nothing; the two by
//! turns, so that both see the same machine.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How many turns there are.
const TURNS: usize = 500;

/// What a process takes, which is to end well.
fn time(command: &mut Command) -> Duration {
    let began = Instant::now();
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status();
    let elapsed = began.elapsed();
    // A benchmark without its program cannot go on.
    assert!(status.unwrap().success());
    elapsed
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

fn percentiles(name: &str, mut times: Vec<Duration>) {
    times.sort();
    let [p50, p95, p99] =
        [50, 95, 99].map(|percent| times[(times.len() - 1) * percent / 100].as_secs_f64() * 1e3);
    println!("{name:28} p50 {p50:7.3} ms  p95 {p95:7.3} ms  p99 {p99:7.3} ms");
}

fn main() {
    // Cargo runs benchmarks as tests, too, to see that they work.
    let turns = if std::env::args().any(|argument| argument == "--bench") {
        TURNS
    } else {
        2
    };
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join(".git")).unwrap();
    let mut times = [const { Vec::new() }; 3];
    for turn in 0..turns {
        let kilowat = || {
            let mut command = Command::new(env!("CARGO_BIN_EXE_kilowat"));
            command
                .current_dir(folder.path())
                .env_remove("KILOWAT_SWARM");
            command
        };
        edit(folder.path(), turn);
        times[0].push(time(&mut Command::new("true")));
        times[1].push(time(kilowat().arg("--version")));
        times[2].push(time(kilowat().args(["post-edit", "a.js"])));
    }
    let [nothing, version, post_edit] = times;
    percentiles("true", nothing);
    percentiles("kilowat --version", version);
    percentiles("kilowat post-edit, 1000 lines", post_edit);
}
