//! `kilowat soak`. How fast it is is no matter here, only what is called and what is said of it.

use super::{Folder, Ran};

/// How long the calls take is no matter here.
const SHORT: [&str; 7] = [
    "soak",
    "--duration",
    "1s",
    "--concurrency",
    "50",
    "--max-p99",
    "1h",
];

#[test]
fn a_short_run_passes_and_the_jit_answers() {
    let ran = Folder::new().run(SHORT.iter().chain(&["--json"]));
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    let record = &ran.json()[0];
    assert_eq!(record["verdict"], "passed");
    assert_eq!(record["problems"].as_array().unwrap().len(), 0);
    assert_eq!(
        (&record["engine"], &record["concurrency"]),
        (&"wasm-first".into(), &50.into())
    );
    assert_eq!(record["interrupted"], false);
    assert!(record["seconds"].as_f64().unwrap() >= 1.0, "{record}");
    for field in ["wrong", "errors", "error_rate"] {
        assert_eq!(record[field].as_f64(), Some(0.0), "{record}");
    }

    let operations = record["operations"].as_array().unwrap();
    let calls = operations
        .iter()
        .map(|operation| operation["calls"].as_u64().unwrap());
    assert_eq!(record["calls"], calls.sum::<u64>());
    assert!(record["calls"].as_u64().unwrap() >= 50, "{record}");
    let latency = &record["latency_ns"];
    let quantiles = ["p50", "p95", "p99", "max"].map(|name| latency[name].as_u64().unwrap());
    assert!(quantiles.is_sorted() && quantiles[0] > 0, "{latency}");

    let tiers = record["tiers"].as_array().unwrap();
    assert_eq!(
        (&tiers[0]["tier"], &tiers[0]["share"]),
        (&"jit".into(), &1.0.into())
    );
    let memory = &record["memory"];
    assert_eq!(
        (&memory["limit"], &memory["judged"]),
        (&(1 << 30).into(), &false.into())
    );
    assert_eq!(memory["start"]["instances"], 0);
    for place in ["start", "end"] {
        for figure in ["resident", "instances"] {
            let bytes = memory[place][figure].as_u64();
            assert!(bytes <= memory["peak"][figure].as_u64(), "{memory}");
        }
    }
    assert!(memory["instances"].as_u64().unwrap() > 0, "{memory}");
}

#[test]
fn the_report_is_a_table_and_a_verdict() {
    let arguments = ["--mix", "md5=2,search", "--engine", "interpreter"];
    let ran = Folder::new().run(SHORT.iter().chain(&arguments));
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    let text = String::from_utf8(ran.stdout).unwrap();
    let lines: Vec<_> = text.lines().collect();
    for (line, title) in lines.iter().zip(["OPERATION ", "md5 ", "search ", ""]) {
        assert!(line.starts_with(title), "{text}");
    }
    let titles = [
        "tasks",
        "calls",
        "latency",
        "slowest",
        "errors",
        "tiers",
        "process",
        "instances",
    ];
    for (line, title) in lines[4..].iter().zip(titles) {
        assert!(line.starts_with(&format!("{title:<10} ")), "{text}");
    }
    assert!(
        lines[9].ends_with("jit 0.00 %, interpreter 100.00 %, native 0.00 %"),
        "{text}"
    );
    assert_eq!(lines[12..], ["", "passed: every answer was right"]);
}

#[test]
fn an_operation_that_keeps_callers_waiting_is_a_problem() {
    let folder = Folder::new();
    let soak = |more: &[&str]| {
        let short = ["soak", "--duration", "100ms", "--concurrency", "4"];
        let bound = ["--mix", "md5,search", "--max-p99", "1ns"];
        folder.run(short.iter().chain(&bound).chain(more))
    };
    let ran = soak(&["--json"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (1, ""));
    let record = &ran.json()[0];
    assert_eq!(
        (&record["verdict"], &record["max_p99_ns"]),
        (&"failed".into(), &1.into())
    );
    let operations = record["operations"].as_array().unwrap();
    let p99 = |operation: &&serde_json::Value| operation["latency_ns"]["p99"].as_u64();
    let slowest = operations.iter().max_by_key(p99).unwrap();
    assert_eq!(record["slowest"], slowest["operation"]);
    let problems = record["problems"].as_array().unwrap();
    assert_eq!(problems.len(), 1, "{record}");
    let name = slowest["operation"].as_str().unwrap();
    let expected = format!("{name}: the 99th percentile of the latency is ");
    let problem = problems[0].as_str().unwrap();
    assert!(problem.starts_with(&expected), "{problem}");
    assert!(problem.ends_with(", not 1ns at most"), "{problem}");

    let ran = soak(&[]);
    assert_eq!((ran.status, ran.stderr.as_str()), (1, ""));
    let text = String::from_utf8(ran.stdout).unwrap();
    let slowest = text.lines().find(|line| line.starts_with("slowest "));
    assert!(
        slowest.is_some_and(|line| line.ends_with(", 1ns at most")),
        "{text}"
    );
    assert!(text.ends_with("\nfailed: 1 problem\n"), "{text}");
}

#[test]
fn without_webassembly_native_code_answers() {
    let folder = Folder::new();
    let short = [
        "soak",
        "--duration",
        "100ms",
        "--concurrency",
        "4",
        "--max-p99",
        "1h",
        "--json",
    ];
    let by_option = folder.run(short.iter().chain(&["--no-wasm"]));
    let by_variable = Ran::of(folder.kilowat(short).env("KILOWAT_WASM", "off"));
    for ran in [by_option, by_variable] {
        assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
        let record = &ran.json()[0];
        assert_eq!(record["tiers"][2]["share"], 1.0, "{record}");
        assert_eq!(record["memory"]["instances"], 0, "{record}");
    }
}

/// A tier that is being measured when the time is over holds an instance, which is not lost.
#[test]
fn a_run_that_ends_while_tiers_are_measured_passes() {
    for _ in 0..5 {
        let ran = Folder::new().run([
            "soak",
            "--duration",
            "5ms",
            "--concurrency",
            "4",
            "--max-p99",
            "1h",
            "--json",
        ]);
        assert_eq!(ran.json()[0]["problems"], serde_json::json!([]));
        assert_eq!(ran.status, 0);
    }
}

#[test]
fn what_is_asked_for_wrongly() {
    let folder = Folder::new();
    for (arguments, expected) in [
        (
            ["--mix", "sha256,sha-256"],
            "there is no `sha-256`: expected some of fnv1a32, ",
        ),
        (["--mix", "md5,md5"], "`md5` is in the mix twice"),
        (
            ["--mix", "md5=0"],
            "`0` is no weight: expected a number from 1 to 100",
        ),
        (
            ["--duration", "30"],
            "expected a time such as 500ms, 30s, 10m or 2h",
        ),
        (["--duration", "0s"], "expected a time such as"),
        (["--max-p99", "0s"], "expected a time such as"),
        (["--concurrency", "0"], "0 is not in 1..=10000"),
    ] {
        let ran = folder.run(["soak"].iter().chain(&arguments));
        assert_eq!((ran.status, ran.stdout.len()), (2, 0), "{arguments:?}");
        assert!(ran.stderr.contains(expected), "{}", ran.stderr);
    }
}

/// A person ends it: the report comes all the same.
#[cfg(unix)]
#[test]
fn ctrl_c_ends_it_early_with_the_report() {
    use std::process::{Command, Stdio};
    use std::time::Duration;

    if !std::path::Path::new("/proc/self/task").exists() {
        println!("left out: this system does not tell how many threads a process has");
        return;
    }
    let soak = Command::new(assert_cmd::cargo::cargo_bin!("kilowat"))
        .args(["soak", "--duration", "1h", "--concurrency", "4"])
        .args(["--max-p99", "1h", "--json"])
        .envs([
            ("KILOWAT_TIERS", ""),
            ("KILOWAT_WASM", ""),
            ("KILOWAT_CACHE", "off"),
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Before it is listened for, it would end the process without a report: there are tasks later.
    let tasks = format!("/proc/{}/task", soak.id());
    while std::fs::read_dir(&tasks).unwrap().count() < 5 {
        std::thread::sleep(Duration::from_millis(10));
    }
    let killed = Command::new("kill")
        .args(["-INT", &soak.id().to_string()])
        .status();
    assert!(killed.unwrap().success());
    let output = soak.wait_with_output().unwrap();
    let record: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(record["interrupted"], true);
    assert_eq!(record["problems"], serde_json::json!([]), "{record}");
    assert_eq!(record["verdict"], "passed", "{record}");
    assert_eq!(output.status.code(), Some(0));
}
