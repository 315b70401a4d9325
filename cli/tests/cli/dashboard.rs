//! `kilowat gauge` and `kilowat dashboard`.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Stdio};

use serde_json::{Value, json};

use super::swarm::Swarm;

#[test]
fn figures_are_said_listed_and_removed() {
    let swarm = Swarm::new();
    swarm.text(&["gauge", "set", "coverage", "99.5", "--source", "ci"]);
    swarm.text(&["gauge", "set", "drift", "-0.25"]);
    let gauges = swarm.json(&["gauge", "list"]);
    assert_eq!(gauges.len(), 2);
    assert_eq!(
        (&gauges[0]["name"], &gauges[0]["source"]),
        (&json!("coverage"), &json!("ci"))
    );
    assert_eq!(gauges[1]["value"], -0.25);
    assert!(swarm.text(&["gauge", "list"]).contains("99.5"));
    swarm.text(&["gauge", "delete", "drift"]);
    let none = swarm.run(&["gauge", "delete", "drift"]);
    none.expect(1, "", "kilowat: gauge drift: there is none\n");
    let wrong = swarm.run(&["gauge", "set", "coverage", "NaN"]);
    wrong.expect(2, "", "kilowat: gauge coverage: the value is not finite\n");
}

/// A dashboard that runs, and what it has said of itself.
struct Dashboard {
    process: Child,
    said: Value,
}

impl Drop for Dashboard {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Dashboard {
    fn start(swarm: &Swarm, arguments: &[&str]) -> Self {
        let arguments = [&["--json", "dashboard"], arguments].concat();
        let mut process = swarm
            .command(&arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let stdout = process.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut line).unwrap();
        let said = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
        Self { process, said }
    }

    fn get(&self, path: &str) -> String {
        let address = self.said["addresses"][0].as_str().unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        let head = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

#[cfg(unix)]
#[test]
fn it_says_where_it_is_and_ends_when_it_is_told() {
    let swarm = Swarm::new();
    swarm.text(&["send", "jobs", "1"]);
    let mut dashboard = Dashboard::start(&swarm, &["--port", "0"]);
    let url = dashboard.said["url"].as_str().unwrap();
    assert!(url.starts_with("http://127.0.0.1:") && url.ends_with("/dashboard/wasm-rollout"));
    let login = dashboard.said["link"].as_str().unwrap();
    assert!(login.contains("/login?code="), "{login}");
    assert!(
        dashboard
            .get("/api/v1/report")
            .contains("\"channel\":\"jobs\"")
    );
    assert!(
        dashboard
            .get("/dashboard/wasm-rollout")
            .starts_with("HTTP/1.1 200")
    );
    // An alert is a line, and the page's viewers do not keep it from ending.
    swarm.text(&["receive", "jobs"]);
    swarm.text(&["send", "jobs", "2"]);
    let wrong = "exit 65";
    swarm.text(&["worker", "jobs", "--idle", "10ms", "--", "sh", "-c", wrong]);
    let mut stderr = BufReader::new(dashboard.process.stderr.take().unwrap());
    let mut line = String::new();
    stderr.read_line(&mut line).unwrap();
    let warning = "kilowat: warning: channel jobs has 1 dead letter (rule: dead-letters)\n";
    assert_eq!(line, warning);
    let id = rustix::process::Pid::from_child(&dashboard.process);
    rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
    assert_eq!(dashboard.process.wait().unwrap().code(), Some(0));
    let mut rest = String::new();
    stderr.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "");
}

#[test]
fn other_machines_are_heard_only_with_a_token_file() {
    let swarm = Swarm::new();
    let ran = swarm.run(&["dashboard", "--listen", "0.0.0.0:0"]);
    let words = "kilowat: 0.0.0.0:0: other machines can reach this address, so that it needs a token file\n";
    ran.expect(2, "", words);
    let ran = swarm.run(&["dashboard", "--token-file", "none"]);
    assert_eq!(ran.status, 2);
    assert!(ran.stderr.starts_with("kilowat: none: "), "{}", ran.stderr);
}
