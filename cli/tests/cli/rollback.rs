//! `kilowat rollback`.

use std::fs;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::swarm::Swarm;

#[test]
fn a_worker_that_runs_is_rolled_back() {
    let swarm = Swarm::new();
    swarm.text(&["send", "jobs", "one"]);
    let worker = ["worker", "jobs", "--", "tr", "a-z", "A-Z"];
    let mut worker = swarm.start(&worker);
    let plan = || swarm.json(&["rollback", "--dry-run"]).remove(0);
    let begun = Instant::now();
    while plan()["processes"].as_array().unwrap().is_empty() {
        assert!(begun.elapsed() < Duration::from_mins(1));
    }
    assert_eq!(plan()["after"]["wasm"], false);
    let report = swarm.json(&["rollback", "messages"]).remove(0);
    let process = &report["processes"][0];
    assert_eq!(process["name"], "kilowat worker");
    assert_eq!(process["pid"], worker.id());
    assert_eq!(
        process["messages"],
        json!({"wasm": false, "answers": "native"})
    );
    assert_eq!(process["memory"]["wasm"], true);
    assert_eq!(report["pending"], json!([]));
    // It works as before.
    let answer = swarm.text(&["send", "jobs", "two", "--answer", "25s"]);
    assert_eq!(answer, "TWO");
    let text = swarm.text(&["rollback"]);
    assert!(text.contains("\nmessages  off      native\n"), "{text}");
    assert!(
        text.contains("the process that has it open goes by it, after "),
        "{text}"
    );
    let text = swarm.text(&["rollback", "--undo"]);
    assert!(text.contains("\nmessages  on "), "{text}");
    let worker_id = rustix::process::Pid::from_child(&worker);
    rustix::process::kill_process(worker_id, rustix::process::Signal::TERM).unwrap();
    assert!(worker.wait().unwrap().success());
    assert_eq!(plan()["processes"], json!([]));
}

#[test]
fn the_file_goes_before_flags_and_what_means_nothing_turns_off() {
    let swarm = Swarm::new();
    let none = swarm.run(&["rollback"]);
    assert_eq!(none.status, 2);
    assert!(
        none.stderr.contains("there is no swarm yet"),
        "{}",
        none.stderr
    );
    swarm.text(&["send", "jobs", "one"]);
    let text = swarm.text(&["rollback"]);
    assert!(
        text.contains("no process has the swarm open, after "),
        "{text}"
    );
    // A tier that cannot be asked any more is not missed.
    let sent = swarm.run(&["--engine", "jit", "send", "jobs", "two"]);
    assert_eq!((sent.status, &*sent.stderr), (0, ""));
    let file = swarm.path(".kilowat/config.toml");
    fs::write(&file, "wasm = maybe\n").unwrap();
    let peeked = swarm.run(&["receive", "jobs", "--peek"]);
    assert_eq!((peeked.status, &peeked.stdout[..]), (0, &b"one\ntwo\n"[..]));
    let warning = "kilowat: warning: native code only: ";
    assert!(peeked.stderr.starts_with(warning), "{}", peeked.stderr);
    let refused = swarm.run(&["rollback", "--undo"]);
    assert_eq!(refused.status, 2);
    assert!(
        refused.stderr.contains("config.toml: line 1: "),
        "{}",
        refused.stderr
    );
    let unknown = swarm.run(&["rollback", "massages"]);
    assert_eq!(unknown.status, 2);
    let expected = "there is no system `massages`: expected memory, messages or hooks";
    assert!(unknown.stderr.contains(expected), "{}", unknown.stderr);
    fs::remove_file(file).unwrap();
    let plan: Value = swarm.json(&["rollback", "-n", "memory"]).remove(0);
    assert_eq!(
        plan["before"],
        json!({"wasm": null, "memory": null, "messages": null, "hooks": null})
    );
    assert_eq!(plan["after"]["memory"], false);
}
