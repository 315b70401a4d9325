//! `kilowat memory`, `agents` and `tasks`.

use std::fs;

use serde_json::{Value, json};

use super::{Folder, Ran};

/// A folder with a swarm of its own, whatever folder is above it.
pub(super) struct Swarm {
    folder: Folder,
}

impl Swarm {
    pub(super) fn new() -> Self {
        let folder = Folder::new();
        fs::create_dir(folder.path().join(".git")).unwrap();
        Self { folder }
    }

    pub(super) fn run(&self, arguments: &[&str]) -> Ran {
        self.run_on("", arguments)
    }

    pub(super) fn run_on(&self, stdin: impl Into<Vec<u8>>, arguments: &[&str]) -> Ran {
        let mut command = self.folder.kilowat(arguments);
        command
            .env_remove("KILOWAT_SWARM")
            .env_remove("KILOWAT_REDIS")
            .env("TZ", "UTC")
            .write_stdin(stdin);
        Ran::of(&mut command)
    }

    /// A file in the folder.
    pub(super) fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    /// A command that is not waited for.
    pub(super) fn command(&self, arguments: &[&str]) -> std::process::Command {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_kilowat"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_remove("KILOWAT_SWARM")
            .env_remove("KILOWAT_REDIS");
        command
    }

    /// Starts a command, and does not wait for it.
    pub(super) fn start(&self, arguments: &[&str]) -> std::process::Child {
        self.command(arguments)
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap()
    }

    /// Runs what is to succeed without a word.
    #[track_caller]
    fn quiet(&self, arguments: &[&str]) {
        self.run(arguments).expect(0, "", "");
    }

    #[track_caller]
    pub(super) fn json(&self, arguments: &[&str]) -> Vec<Value> {
        let ran = self.run(&[&["--json"], arguments].concat());
        assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
        ran.json()
    }

    #[track_caller]
    pub(super) fn text(&self, arguments: &[&str]) -> String {
        let ran = self.run(arguments);
        assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
        String::from_utf8(ran.stdout).unwrap()
    }
}

#[test]
fn values_are_put_and_got() {
    let swarm = Swarm::new();
    let nothing = swarm.run(&["memory", "get", "n", "k"]);
    assert_eq!(nothing.status, 2);
    assert!(
        nothing.stderr.contains("there is no swarm yet"),
        "{}",
        nothing.stderr
    );
    assert!(
        !swarm.folder.path().join(".kilowat").exists(),
        "to read makes nothing"
    );

    swarm.quiet(&["memory", "put", "n", "json", " {\"b\": 1, \"a\": [2]} "]);
    swarm.quiet(&["memory", "put", "n", "text", "not JSON"]);
    swarm.quiet(&["memory", "put", "--text", "n", "digits", "17"]);
    swarm
        .run_on("typed\n", &["memory", "put", "n", "typed"])
        .expect(0, "", "");
    swarm
        .run_on([0xff, b'\n'], &["memory", "put", "--bytes", "n", "bytes"])
        .expect(0, "", "");
    let get = |key| swarm.run(&["memory", "get", "n", key]);
    get("json").expect(0, "{\"b\":1,\"a\":[2]}\n", "");
    get("text").expect(0, "\"not JSON\"\n", "");
    get("digits").expect(0, "\"17\"\n", "");
    get("typed").expect(0, "\"typed\"\n", "");
    get("bytes").expect(0, [0xff, b'\n'], "");
    get("none").expect(1, "", "kilowat: entry none of n: there is none\n");
    let refused = swarm.run_on([0xff], &["memory", "put", "n", "k"]);
    refused.expect(
        2,
        "",
        "kilowat: the value is no text in UTF-8: --bytes stores it as it is\n",
    );

    let put = swarm.json(&[
        "memory", "put", "--tag", "t", "--ttl", "1h", "n", "json", "[1]",
    ]);
    assert_eq!(
        put,
        [json!({"namespace": "n", "key": "json", "version": 2})]
    );
    let got = &swarm.json(&["memory", "get", "n", "json"])[0];
    assert_eq!((&got["value"], &got["tags"]), (&json!([1]), &json!(["t"])));
    assert_eq!(
        got["expires"].as_i64().unwrap() - got["updated"].as_i64().unwrap(),
        3_600_000
    );
    let lost = swarm.run(&["memory", "put", "--if-version", "1", "n", "json", "2"]);
    let words = "kilowat: entry json of n has version 2, not 1: somebody else has written it\n";
    lost.expect(1, "", words);
    let wrong = swarm.run(&["memory", "get", "n", "../k"]);
    wrong.expect(
        2,
        "",
        "kilowat: the key `../k` has two dots in a row at byte 0\n",
    );
}

#[test]
fn values_are_listed_and_found_and_removed() {
    let swarm = Swarm::new();
    swarm.quiet(&["memory", "put", "--tag", "red", "n", "a", "a needle in hay"]);
    swarm.quiet(&["memory", "put", "n", "b", "hay"]);
    swarm.quiet(&["memory", "put", "m", "c", "needles"]);
    let list = swarm.text(&["memory", "list", "n"]);
    let rows: Vec<_> = list.lines().collect();
    assert!(
        rows[0].starts_with("KEY  VERSION  BYTES  UPDATED"),
        "{list}"
    );
    assert!(
        rows[1].starts_with("a          1     17  20") && rows[1].ends_with("red"),
        "{list}"
    );
    assert_eq!(rows.len(), 3);
    assert!(
        swarm
            .text(&["memory", "list"])
            .starts_with("NAMESPACE  ENTRIES  BYTES  STORED\nm ")
    );
    assert_eq!(
        swarm.json(&["memory", "list", "n", "--tag", "red"]).len(),
        1
    );
    let page = swarm.run(&["memory", "list", "n", "--limit", "1"]);
    assert_eq!(page.stderr, "kilowat: there is more: --after a\n");
    assert_eq!(
        swarm.json(&["memory", "list", "n", "--after", "a"])[0]["key"],
        "b"
    );

    let found = swarm.text(&["memory", "search", "needle"]);
    assert_eq!(
        found,
        "NAMESPACE  KEY  VALUE\nm          c    \"needles\"\nn          a    \"a needle in hay\"\n"
    );
    let found = swarm.json(&["memory", "search", "--namespace", "n", "hay"]);
    let offsets: Vec<_> = found
        .iter()
        .map(|found| (&found["key"], &found["offset"]))
        .collect();
    assert_eq!(
        offsets,
        [(&json!("a"), &json!(13)), (&json!("b"), &json!(1))]
    );
    swarm.run(&["memory", "search", "pin"]).expect(1, "", "");

    swarm
        .run(&["memory", "delete", "-n", "--all", "n"])
        .expect(0, "2 would be removed\n", "");
    swarm
        .run(&["memory", "delete", "--dry-run", "n", "a"])
        .expect(0, "1 would be removed\n", "");
    swarm.quiet(&["memory", "delete", "n", "a"]);
    swarm.run(&["memory", "delete", "n", "a"]).expect(
        1,
        "",
        "kilowat: entry a of n: there is none\n",
    );
    let deleted = swarm.json(&["memory", "delete", "--all", "n"]);
    assert_eq!(deleted, [json!({"deleted": 1, "dry_run": false})]);
    assert_eq!(swarm.json(&["memory", "list"]).len(), 1);
}

#[test]
fn the_memory_as_a_whole() {
    let swarm = Swarm::new();
    swarm.quiet(&["memory", "put", "n", "k", "before"]);
    swarm.quiet(&["agents", "add", "a"]);
    let lines = swarm.text(&["memory", "export"]);
    assert_eq!(lines.lines().count(), 3, "{lines}");
    swarm.quiet(&["memory", "export", "all.jsonl"]);
    assert_eq!(
        fs::read_to_string(swarm.folder.path().join("all.jsonl")).unwrap(),
        lines
    );
    swarm.quiet(&["memory", "backup", "copy.db"]);
    swarm.quiet(&["memory", "put", "n", "k", "after"]);
    swarm.quiet(&["memory", "restore", "-n", "copy.db"]);
    swarm
        .run(&["memory", "get", "n", "k"])
        .expect(0, "\"after\"\n", "");
    swarm.quiet(&["memory", "restore", "copy.db"]);
    swarm
        .run(&["memory", "get", "n", "k"])
        .expect(0, "\"before\"\n", "");
    swarm.quiet(&["memory", "check"]);
    let refused = swarm.run(&["memory", "restore", "all.jsonl"]);
    assert_eq!(refused.status, 2);
    assert!(
        refused.stderr.starts_with("kilowat: all.jsonl: "),
        "{}",
        refused.stderr
    );

    let other = Swarm::new();
    let imported = other.run_on(lines.clone(), &["memory", "import"]);
    imported.expect(0, "entries  1\nagents   1\n", "");
    let again = other.run_on(lines, &["--json", "memory", "import"]);
    assert_eq!(again.json()[0]["kept"], 2);
    let wrong = other.run_on("{}", &["memory", "import"]);
    assert_eq!(wrong.status, 2);
    assert!(
        wrong
            .stderr
            .starts_with("kilowat: standard input: line 1: "),
        "{}",
        wrong.stderr
    );
    let stats = &other.json(&["memory", "stats"])[0];
    assert_eq!(
        (&stats["agents"], &stats["namespaces"][0]["entries"]),
        (&json!(1), &json!(1))
    );
    assert!(
        other.text(&["memory", "stats"]).contains("\nagents "),
        "a list"
    );
}

#[test]
fn a_damaged_value_is_named() {
    let swarm = Swarm::new();
    swarm.quiet(&["memory", "put", "n", "k", "a value that is to be damaged"]);
    let path = swarm.folder.path().join(".kilowat/swarm.db");
    let mut bytes = fs::read(&path).unwrap();
    let needle = b"to be damaged";
    let place = bytes
        .windows(needle.len())
        .position(|window| window == needle)
        .unwrap();
    bytes[place] ^= 1;
    fs::write(&path, bytes).unwrap();
    swarm
        .run(&["memory", "check"])
        .expect(1, "", "kilowat: entry k of n is damaged\n");
    let words = "kilowat: entry k of n is damaged: its checksum does not fit\n";
    swarm.run(&["memory", "get", "n", "k"]).expect(2, "", words);
    let checked = swarm.run(&["--json", "memory", "check"]);
    assert_eq!(
        checked.json(),
        [json!({"rows": 1, "faults": [], "damaged": ["entry k of n"]})]
    );
}

#[test]
fn agents_come_and_go() {
    let swarm = Swarm::new();
    swarm.quiet(&[
        "agents",
        "add",
        "a",
        "--type",
        "coder",
        "--status",
        "busy",
        "{\"x\":1}",
    ]);
    swarm.quiet(&["agents", "add", "--swarm", "other", "b"]);
    let list = swarm.text(&["agents", "list"]);
    assert!(list.starts_with("AGENT  TYPE   STATUS  SEEN"), "{list}");
    assert!(
        list.lines()
            .nth(1)
            .unwrap()
            .starts_with("a      coder  busy    20"),
        "{list}"
    );
    assert_eq!(list.lines().count(), 2);
    let agent = &swarm.json(&["agents", "show", "a"])[0];
    assert_eq!(
        (&agent["type"], &agent["data"]),
        (&json!("coder"), &json!({"x": 1}))
    );
    assert!(
        swarm
            .text(&["agents", "show", "a"])
            .ends_with("{\n  \"x\": 1\n}\n")
    );
    assert_eq!(
        swarm.json(&["agents", "list", "--seen-within", "1h"]).len(),
        1
    );
    swarm.quiet(&["agents", "delete", "-n", "a"]);
    swarm.quiet(&["agents", "delete", "a"]);
    let words = "kilowat: agent a of default: there is none\n";
    swarm.run(&["agents", "delete", "a"]).expect(1, "", words);
    swarm.run(&["agents", "show", "a"]).expect(1, "", words);
}

#[test]
fn tasks_are_claimed_and_finished() {
    let swarm = Swarm::new();
    swarm
        .run(&["tasks", "add", "build", "--priority", "-1"])
        .expect(0, "build\n", "");
    swarm
        .run(&["tasks", "add", "test", "--needs", "build", "all of it"])
        .expect(0, "test\n", "");
    let made = swarm.json(&["tasks", "add", "-", "--delay", "1h"]);
    assert_eq!(made[0]["id"].as_str().unwrap().len(), 36);
    let statuses = || -> Vec<_> {
        let tasks = swarm.json(&["tasks", "list"]);
        tasks.iter().map(|task| task["status"].clone()).collect()
    };
    assert_eq!(statuses(), ["waiting", "waiting", "ready"]);
    let claim = swarm.json(&["tasks", "claim", "--agent", "a", "--lease", "10m"]);
    assert_eq!(
        (&claim[0]["id"], &claim[0]["fence"]),
        (&json!("build"), &json!(1))
    );
    let none = swarm.run(&["tasks", "claim", "--agent", "b"]);
    none.expect(1, "", "kilowat: there is no task that is ready\n");
    let finish = |fence| {
        swarm.run(&[
            "tasks",
            "finish",
            "build",
            "--fence",
            fence,
            "{\"ok\":true}",
        ])
    };
    let words = "kilowat: task build of default is no longer held with fence 7: its lease was over, or it has ended\n";
    finish("7").expect(1, "", words);
    finish("1").expect(0, "", "");
    assert_eq!(
        swarm.json(&["tasks", "show", "build"])[0]["result"],
        json!({"ok": true})
    );
    let list = swarm.text(&["tasks", "list", "--status", "ready"]);
    assert!(
        list.starts_with("TASK  TYPE  STATUS  PRIORITY  AGENT  DUE"),
        "{list}"
    );
    assert!(
        list.lines()
            .nth(1)
            .unwrap()
            .starts_with("test  task  ready"),
        "{list}"
    );
    assert!(list.ends_with("\"all of it\"\n"), "{list}");
    let exists = swarm.run(&["tasks", "add", "build"]);
    exists.expect(2, "", "kilowat: task build of default exists already\n");
    let wrong = swarm.run(&["tasks", "list", "--status", "other"]);
    assert_eq!(wrong.status, 2);
}

#[test]
fn the_swarm_is_where_the_environment_says() {
    let swarm = Swarm::new();
    let elsewhere = Folder::new();
    let place = elsewhere.path().join("place");
    let run = |arguments: &[&str]| {
        let mut command = swarm.folder.kilowat(arguments);
        Ran::of(command.env("KILOWAT_SWARM", &place))
    };
    run(&["--no-wasm", "memory", "put", "n", "k", "there"]).expect(0, "", "");
    assert!(place.join("swarm.db").exists());
    for engine in ["jit", "interpreter", "native"] {
        run(&["--engine", engine, "memory", "get", "n", "k"]).expect(0, "\"there\"\n", "");
    }
    assert!(!swarm.folder.path().join(".kilowat").exists());
}
