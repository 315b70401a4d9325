//! `kilowat post-edit` and `kilowat trust`.

use std::fs;

use serde_json::{Value, json};

use super::Ran;
use super::swarm::Swarm;

impl Swarm {
    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.path(name), text).unwrap();
    }

    /// With a home of its own, in which nothing is trusted yet.
    fn at_home(&self, arguments: &[&str]) -> Ran {
        self.at_home_with(arguments, &[])
    }

    fn at_home_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
        let mut command = self.command(arguments);
        command
            .env("HOME", self.path("home"))
            .env_remove("XDG_CONFIG_HOME")
            .env(
                "KILOWAT_CACHE",
                concat!(env!("CARGO_TARGET_TMPDIR"), "/cache"),
            )
            .envs(variables.iter().copied());
        Ran::of(&mut assert_cmd::Command::from_std(command))
    }
}

fn text(ran: &Ran) -> String {
    String::from_utf8(ran.stdout.clone()).unwrap()
}

#[test]
fn what_is_wrong_is_said_with_its_place_and_what_to_do() {
    let swarm = Swarm::new();
    swarm.write("a.js", "let ä = 1;\nlet b = 2, ä = 3;  \n");
    let ran = swarm.run(&["post-edit", "a.js"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (1, ""));
    let said = text(&ran);
    let (findings, last) = said.trim_end().rsplit_once('\n').unwrap();
    assert!(
        findings.starts_with(
            "a.js:2:12: error: the name is declared already (line 1: first declared here) [syntax]\n    \
             let b = 2, ä = 3;  \n               ^\n    why: "
        ),
        "{said}"
    );
    assert!(
        last.starts_with("a.js: 1 error, 1 suggestion (javascript, "),
        "{said}"
    );
    assert!(
        said.contains("a.js: hint: no test for a.js was found: write a.test.js\n"),
        "{said}"
    );
    let git = fs::read_to_string(swarm.path(".kilowat/.gitignore")).unwrap();
    assert!(git.contains('*'), "Git sees nothing of the swarm");
}

#[test]
fn the_status_says_what_the_worst_file_came_to() {
    let swarm = Swarm::new();
    swarm.write("good.js", "let a;\n");
    swarm.write("bad.js", "let a; let a;\n");
    for (files, status) in [
        (&["good.js"][..], 0),
        (&["good.js", "bad.js"], 1),
        (&["bad.js", "none.js", "good.js"], 2),
        (&["."], 2),
        (&["/etc/hostname"], 2),
    ] {
        let ran = swarm.run(&[&["post-edit"], files].concat());
        assert_eq!(ran.status, status, "{files:?}: {}", text(&ran));
        let lines = text(&ran);
        assert!(
            files
                .iter()
                .all(|file| lines.contains(&format!("{file}: "))),
            "{lines}"
        );
        let ran = swarm.run(&[&["post-edit", "--never-block"], files].concat());
        assert_eq!(ran.status, 0);
    }
    let ran = swarm.run_on("bad.js\n\ngood.js\r\n", &["--json", "post-edit", "-"]);
    let files: Vec<_> = ran
        .json()
        .iter()
        .map(|report| report["file"].clone())
        .collect();
    assert_eq!(
        (ran.status, files),
        (1, vec![json!("bad.js"), json!("good.js")])
    );
}

#[test]
fn the_report_has_what_flags_and_variables_say() {
    let swarm = Swarm::new();
    swarm.write("a.js", "let a;\n");
    let flags = [
        "post-edit",
        "--structured",
        "--tdd-mode",
        "--minimum-coverage",
        "90%",
        "a.js",
    ];
    let variables = [
        ("MEMORY_KEY", "swarm/coder/1"),
        ("TASK_ID", "t-7"),
        ("SWARM_ID", ""),
    ];
    let ran = swarm.at_home_with(&flags, &variables);
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    assert!(text(&ran).starts_with("{\n  \"file\": \"a.js\",\n"));
    let report: Value = serde_json::from_slice(&ran.stdout).unwrap();
    assert_eq!(report["agentContext"]["agentType"], "coder");
    assert_eq!(report["agentContext"]["taskId"], "t-7");
    assert_eq!(report["agentContext"]["swarmId"], Value::Null);
    assert_eq!(report["tddCompliance"]["hasTests"], false);
    assert_eq!(report["stored"]["memoryKey"], "swarm/coder/1");
    let stored = swarm
        .json(&["memory", "get", "post-edit", "swarm/coder/1"])
        .remove(0);
    assert_eq!(stored["value"]["editId"], report["editId"]);
    let blocked = swarm.run(&[
        "post-edit",
        "--tdd-mode",
        "--block-on-tdd-violations",
        "a.js",
    ]);
    assert_eq!(blocked.status, 1);
    assert!(
        text(&blocked).contains("a.js: error: no test for a.js was found\n"),
        "{}",
        text(&blocked)
    );
    let wrong = swarm.run(&["post-edit", "--minimum-coverage", "101", "a.js"]);
    assert_eq!(wrong.status, 2);
    assert_eq!(
        swarm
            .run(&["--no-wasm", "post-edit", "--again", "a.js"])
            .status,
        0
    );
}

#[test]
fn what_can_be_put_right_is() {
    let swarm = Swarm::new();
    swarm.write("a.js", "let a;  \r\nlet b;\nlet c;");
    let ran = swarm.run(&["post-edit", "--fix", "a.js"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    assert_eq!(
        fs::read_to_string(swarm.path("a.js")).unwrap(),
        "let a;\nlet b;\nlet c;\n"
    );
    assert!(
        text(&ran).starts_with("a.js: put right: 1 line ends in a line feed\n"),
        "{}",
        text(&ran)
    );
}

#[test]
fn a_swarm_that_cannot_be_used_is_no_reason_to_say_nothing() {
    let swarm = Swarm::new();
    swarm.write("a.js", "let a; let a;\n");
    // A file is where the folder of the swarm should be.
    swarm.write(".kilowat", "");
    let ran = swarm.run(&["--json", "post-edit", "a.js"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (1, ""));
    let report = ran.json().remove(0);
    assert_eq!(report["stored"]["success"], false);
    assert!(
        report["stored"]["message"]
            .as_str()
            .unwrap()
            .contains("it is no folder"),
        "{report}"
    );
    assert_eq!(report["findings"][0]["rule"], "syntax");
}

#[cfg(unix)]
#[test]
fn commands_run_once_they_are_trusted() {
    let swarm = Swarm::new();
    swarm.write("a.js", "let a;\n");
    let nothing = swarm.at_home(&["trust"]);
    assert_eq!(nothing.status, 2);
    assert!(
        nothing.stderr.contains("there are no commands to trust"),
        "{}",
        nothing.stderr
    );
    fs::create_dir(swarm.path(".kilowat")).unwrap();
    let config =
        "[javascript]\nlint = [\"sh\", \"-c\", \"echo looked at $0; exit 3\", \"{file}\"]\n";
    swarm.write(".kilowat/post-edit.toml", config);
    let shown = swarm.at_home(&["trust", "--show"]);
    assert_eq!(shown.status, 1);
    assert!(
        text(&shown).contains("javascript  lint     sh -c echo looked at $0; exit 3 {file}\n"),
        "{}",
        text(&shown)
    );
    let ran = swarm.at_home(&["post-edit", "--wait", "a.js"]);
    assert_eq!(ran.status, 0);
    assert!(
        text(&ran).contains("commands that nobody has trusted"),
        "{}",
        text(&ran)
    );
    assert_eq!(swarm.at_home(&["trust"]).status, 0);
    let ran = swarm.at_home(&["post-edit", "--wait", "a.js"]);
    assert_eq!(ran.status, 1);
    let expected = "a.js: lint: sh has ended with status 3\n    looked at a.js\n";
    assert!(text(&ran).contains(expected), "{}", text(&ran));
    // Not waited for, a worker runs them, and the next hook tells.
    let ran = swarm.at_home(&["post-edit", "--again", "a.js"]);
    assert_eq!(ran.status, 0);
    assert!(
        text(&ran).trim_end().ends_with("; left to a worker: lint"),
        "{}",
        text(&ran)
    );
    let worked = swarm.at_home(&["--json", "worker", "post-edit", "--idle", "10ms"]);
    assert_eq!(
        (worked.status, worked.json()[0]["done"].as_u64()),
        (0, Some(1)),
        "{}",
        worked.stderr
    );
    let ran = swarm.at_home(&["post-edit", "a.js"]);
    let expected = "a.js: earlier: lint: sh has ended with status 3\n    looked at a.js\n";
    assert!(text(&ran).starts_with(expected), "{}", text(&ran));
    assert_eq!(swarm.at_home(&["trust", "--revoke"]).status, 0);
    assert_eq!(swarm.at_home(&["trust", "--revoke"]).status, 1);
    let refused = swarm.run(&["worker", "jobs"]);
    assert_eq!(refused.status, 2);
    assert!(
        refused.stderr.contains("which program"),
        "{}",
        refused.stderr
    );
}

#[test]
fn many_processes_at_once_lose_nothing() {
    let swarm = Swarm::new();
    let flags = [
        "--processes",
        "--rate",
        "40",
        "--duration",
        "2s",
        "--lines",
        "50",
    ];
    let busy = ["--at-a-time", "20", "--max-p99", "1m"];
    let ran = swarm.run(&[&["--json", "load", "post-edit"], &flags[..], &busy].concat());
    let record = ran.json().remove(0);
    assert_eq!(
        (&record["edits"], &record["wrong"]),
        (&json!(80), &json!(0)),
        "{record}"
    );
    let unstored = record["unstored"].as_u64().unwrap();
    assert_eq!(record["counted"], 80 - unstored, "{record}");
}
