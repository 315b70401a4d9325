//! `kilowat load`.

use serde_json::Value;

use super::{Folder, Ran};

fn load(arguments: &[&str]) -> (Ran, Value) {
    let ran = Folder::new().run([&["--json", "load"], arguments].concat());
    let record = ran.json().remove(0);
    (ran, record)
}

/// Nothing is wrong, but that a machine that is busy has no time.
#[track_caller]
fn holds(ran: &Ran, record: &Value) {
    let problems = record["problems"].as_array().unwrap();
    let is_late = |problem: &Value| problem.as_str().unwrap().contains("were due");
    assert!(problems.iter().all(is_late), "{record}");
    assert_eq!(ran.status, i32::from(!problems.is_empty()));
}

/// What is asked here holds on any machine.
const EASY: [&str; 4] = ["--duration", "400ms", "--max-p99", "1m"];

#[test]
fn a_rate_that_is_low_is_held() {
    for (kind, rate) in [("messages", "200"), ("bytes", "2")] {
        let (ran, record) = load(&[&[kind, "--rate", rate], &EASY[..]].concat());
        holds(&ran, &record);
        let count = |name: &str| record[name].as_u64().unwrap();
        assert!(count("accepted") > 5, "{record}");
        assert_eq!(count("accepted"), count("received"));
        assert_eq!(count("missing") + count("duplicates") + count("refused"), 0);
        assert!(record["latency_ms"]["p99"].as_f64().unwrap() > 0.0);
    }
    let (ran, record) = load(&[&["memory", "--rate", "200", "--keys", "20"], &EASY[..]].concat());
    holds(&ran, &record);
    assert!(record["puts"].as_u64().unwrap() > 5, "{record}");
    assert_eq!(record["wrong"], 0);
}

#[test]
fn what_is_not_held_is_said() {
    let (ran, record) = load(&[
        "messages",
        "--rate",
        "100",
        "--duration",
        "200ms",
        "--max-p99",
        "1ns",
    ]);
    assert_eq!(ran.status, 1);
    assert!(
        ran.stderr
            .contains("the 99th percentile of the latency was "),
        "{}",
        ran.stderr
    );
    assert!(!record["problems"].as_array().unwrap().is_empty());
}

#[test]
fn chaos_loses_nothing() {
    let (ran, record) = load(&[
        "messages",
        "--rate",
        "300",
        "--duration",
        "1600ms",
        "--chaos",
    ]);
    holds(&ran, &record);
    assert!(record["kills"].as_u64().unwrap() >= 2, "{record}");
    assert_eq!(record["accepted"], record["received"]);
    assert_eq!(record["missing"], 0);
}

#[test]
fn everything_runs_at_once_and_each_part_is_asked() {
    let (ran, record) = load(&["all", "--chaos", "--duration", "2s"]);
    let problems = record["problems"].as_array().unwrap();
    let is_late = |problem: &Value| problem.as_str().unwrap().contains("were due");
    assert!(problems.iter().all(is_late), "{record}");
    assert_eq!(ran.status, i32::from(!problems.is_empty()));
    assert!(record["calls"].as_u64().unwrap() > 0, "{record}");
    assert_eq!(
        (&record["wrong"], &record["errors"]),
        (&0.into(), &0.into())
    );
    let parts = record["parts"].as_array().unwrap();
    let names: Vec<_> = parts
        .iter()
        .map(|part| part["part"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["memory", "messages", "bytes", "edits"]);
    for part in &parts[1..=2] {
        let report = &part["report"];
        assert!(report["accepted"].as_u64().unwrap() > 5, "{report}");
        assert_eq!(report["accepted"], report["received"]);
        assert!(report["kills"].as_u64().unwrap() > 0, "{report}");
    }
    // Too short for either.
    assert_eq!(record["memory_judged"], false);
    assert_eq!(record["rate_judged"], false);
}

/// What a file of a process says, of which there may be none any more.
#[cfg(target_os = "linux")]
fn of_process(id: u32, file: &str) -> String {
    std::fs::read_to_string(format!("/proc/{id}/{file}")).unwrap_or_default()
}

/// Whether a process does something about SIGTERM.
#[cfg(target_os = "linux")]
fn listens(id: u32) -> bool {
    let status = of_process(id, "status");
    let mut lines = status.lines();
    let mask = lines.find_map(|line| line.strip_prefix("SigCgt:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.unwrap_or_default() & (1 << 14) != 0
}

/// Who ends it early gets the report of what there was, and no part goes on.
#[cfg(target_os = "linux")]
#[test]
fn a_signal_ends_all_parts_early_with_their_reports() {
    use std::process::{Command, Stdio};
    use std::time::{Duration, Instant};

    let mut load = Command::new(assert_cmd::cargo::cargo_bin!("kilowat"));
    load.args(["--json", "load", "all", "--chaos", "--duration", "1h"]);
    let load = load.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut load = load.spawn().unwrap();
    let id = load.id();
    let children = || -> Vec<u32> {
        let ids = of_process(id, &format!("task/{id}/children"));
        ids.split_whitespace()
            .map(|id| id.parse().unwrap())
            .collect()
    };
    let begun = Instant::now();
    while children().len() < 4 || !children().into_iter().all(listens) {
        assert!(begun.elapsed() < Duration::from_mins(2), "{:?}", children());
        std::thread::sleep(Duration::from_millis(10));
    }
    let parts = children();
    // Some of each is done.
    std::thread::sleep(Duration::from_secs(1));
    let kill = |signal: &str, id: u32| {
        let mut command = Command::new("kill");
        command.args([signal, &id.to_string()]);
        command.status().unwrap().success()
    };
    assert!(kill("-TERM", id));
    let begun = Instant::now();
    while load.try_wait().unwrap().is_none() {
        if begun.elapsed() > Duration::from_mins(1) {
            for part in parts {
                kill("-KILL", part);
            }
            load.kill().unwrap();
            panic!("a part goes on");
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let output = load.wait_with_output().unwrap();
    let record: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(record["problems"], serde_json::json!([]), "{record}");
    assert_eq!(record["interrupted"], true);
    for part in record["parts"].as_array().unwrap() {
        let report = &part["report"];
        assert_eq!(report["interrupted"], true, "{report}");
        assert_eq!(report["accepted"], report["received"], "{report}");
    }
    assert_eq!(output.status.code(), Some(0));
    assert!(
        parts
            .into_iter()
            .all(|id| of_process(id, "status").is_empty())
    );
}
