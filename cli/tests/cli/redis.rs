//! Messages by way of Redis: folders that stand for machines.

use std::fs;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::swarm::Swarm;
use super::{Folder, Ran};

/// A redis-server on a socket in a folder of its own, which ends with this.
struct Server {
    folder: TempDir,
    child: Child,
}

impl Server {
    /// Nothing where none is installed, which is said; with `KILOWAT_REQUIRE_REDIS` that is a failure.
    fn start() -> Option<Self> {
        if !is_there() {
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let child = launch(&folder);
        Some(Self { folder, child })
    }

    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    fn restart(&mut self) {
        self.child = launch(&self.folder);
    }

    /// A machine whose swarm is in this Redis.
    fn machine(&self) -> Swarm {
        let swarm = Swarm::new();
        fs::create_dir(swarm.path(".kilowat")).unwrap();
        let address = format!("unix:{}\n", self.folder.path().join("r.sock").display());
        fs::write(swarm.path(".kilowat/redis"), address).unwrap();
        swarm
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have been killed already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn is_there() -> bool {
    let is_there = Command::new("redis-server").arg("--version").output();
    if is_there.is_err() {
        assert!(
            std::env::var_os("KILOWAT_REQUIRE_REDIS").is_none(),
            "KILOWAT_REQUIRE_REDIS is set, and redis-server is not installed"
        );
        eprintln!("left out: redis-server is not installed");
    }
    is_there.is_ok()
}

/// Starts one, and waits until it answers.
fn launch(folder: &TempDir) -> Child {
    let socket = folder.path().join("r.sock");
    let child = Command::new("redis-server")
        .args(["--port", "0", "--save", "", "--appendonly", "yes", "--dir"])
        .arg(folder.path())
        .arg("--unixsocket")
        .arg(&socket)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let answers = || {
        let ping = Command::new("redis-cli")
            .arg("-s")
            .arg(&socket)
            .arg("ping")
            .output();
        ping.unwrap().stdout == b"PONG\n"
    };
    let mut left = 2_000;
    while !answers() {
        left -= 1;
        assert!(left > 0, "it does not answer");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    child
}

#[test]
fn what_one_machine_sends_another_does() {
    let Some(server) = Server::start() else {
        return;
    };
    let (here, there) = (server.machine(), server.machine());
    let id = here.text(&["send", "jobs", "{\"pull\":17}", "--key", "k"]);
    let again = there.run(&["--json", "send", "jobs", "x", "--key", "k"]);
    assert_eq!(again.status, 1);
    assert_eq!(again.json()[0], json!({"id": id.trim(), "duplicate": true}));
    here.text(&["send", "jobs", "wrong", "--priority", "low"]);
    let peeked = there.json(&["receive", "jobs", "--peek"]);
    assert_eq!(peeked[0]["body"], json!({"pull": 17}));
    let script = "read -r n; [ \"$n\" = wrong ] && exit 65; echo \"$n\" > seen";
    let worker = [
        "worker", "jobs", "--idle", "100ms", "--", "sh", "-c", script,
    ];
    let report = there.json(&worker).remove(0);
    assert_eq!((&report["done"], &report["dead"]), (&json!(1), &json!(1)));
    assert_eq!(
        fs::read_to_string(there.path("seen")).unwrap(),
        "{\"pull\":17}\n"
    );
    let dead = here.json(&["dead", "list", "jobs"]).remove(0);
    assert_eq!(dead["message"]["text"], "wrong");
    let number = dead["number"].to_string();
    here.run(&["dead", "retry", "jobs", &number])
        .expect(0, "", "");
    assert_eq!(there.text(&["receive", "jobs"]), "wrong\n");
    there.run(&["receive", "jobs"]).expect(1, "", "");
}

#[test]
fn a_machine_answers_another() {
    let Some(server) = Server::start() else {
        return;
    };
    let (here, there) = (server.machine(), server.machine());
    let mut worker = there.start(&["worker", "sums", "--idle", "30s", "--", "tr", "a-z", "A-Z"]);
    assert_eq!(
        here.text(&["send", "sums", "sum", "--answer", "25s"]),
        "SUM"
    );
    worker.kill().unwrap();
    worker.wait().unwrap();
}

#[test]
fn what_is_sent_while_it_is_dead_waits_here() {
    let Some(mut server) = Server::start() else {
        return;
    };
    server.kill();
    let (here, there) = (server.machine(), server.machine());
    let sent = here.run(&["--json", "send", "jobs", "1"]);
    assert_eq!(sent.status, 0);
    assert_eq!(sent.json()[0]["spooled"], true);
    assert!(
        sent.stderr
            .contains("does not answer: the message waits here"),
        "{}",
        sent.stderr
    );
    let none = there.run(&["receive", "jobs"]);
    assert_eq!(none.status, 2);
    assert!(none.stderr.contains("does not answer"), "{}", none.stderr);
    server.restart();
    // Whoever uses the folder next sends what waits there, while it waits for messages itself.
    assert_eq!(
        here.text(&["send", "jobs", "2", "--key", "k"]).trim().len(),
        36
    );
    let received = here.text(&[
        "receive", "jobs", "--limit", "2", "--wait", "20s", "--follow",
    ]);
    let mut lines: Vec<_> = received.lines().collect();
    lines.sort_unstable();
    assert_eq!(lines, ["1", "2"]);
}

/// What one machine sends the hook of another tells; and its deferred lane is its own.
#[cfg(feature = "hooks")]
#[test]
fn hooks_tell_of_messages_from_other_machines() {
    let Some(server) = Server::start() else {
        return;
    };
    let (here, there) = (server.machine(), server.machine());
    fs::write(
        there.path(".kilowat/post-edit.toml"),
        "[hook]\ninbox = \"to-the-agent\"\n",
    )
    .unwrap();
    here.text(&["send", "to-the-agent", "\"the build is red\""]);
    let prompt = json!({"hook_event_name": "UserPromptSubmit", "prompt": "go on"});
    let told = there.run_on(prompt.to_string(), &["hook"]);
    let words = String::from_utf8_lossy(&told.stdout);
    assert!(words.contains("the build is red"), "{told:?}");
    there
        .run_on(prompt.to_string(), &["hook"])
        .expect(0, "", "");
}

#[test]
fn an_address_that_is_none_is_refused_without_being_shown() {
    let swarm = Swarm::new();
    fs::create_dir(swarm.path(".kilowat")).unwrap();
    fs::write(swarm.path(".kilowat/redis"), "http://:secret@host").unwrap();
    let ran = swarm.run(&["send", "jobs", "1"]);
    assert_eq!(ran.status, 2);
    assert!(
        ran.stderr
            .contains("the address of Redis begins with none of")
    );
    assert!(!ran.stderr.contains("secret"), "{}", ran.stderr);
}

#[test]
fn load_goes_through_a_redis_of_its_own_that_is_killed() {
    if !is_there() {
        return;
    }
    let load = |arguments: &[&str]| -> (Ran, Value) {
        let base = ["--json", "load", "messages", "--messenger", "redis"];
        let ran = Folder::new().run([&base, arguments].concat());
        let record = ran.json().remove(0);
        (ran, record)
    };
    let (_, record) = load(&["--rate", "300", "--duration", "500ms", "--max-p99", "1m"]);
    assert_eq!(record["missing"], 0, "{record}");
    assert_eq!(record["duplicates"], 0);
    assert_eq!(record["accepted"], record["received"]);
    let (_, record) = load(&["--rate", "300", "--duration", "1600ms", "--chaos"]);
    assert_eq!(record["missing"], 0, "{record}");
    assert_eq!(record["accepted"], record["received"]);
    assert!(record["kills"].as_u64().unwrap() >= 2);
    assert_eq!(record["server_kills"], 1);
}
