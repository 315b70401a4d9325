//! `kilowat send`, `receive`, `worker` and `dead`.

use serde_json::json;

use super::swarm::Swarm;

#[test]
fn messages_are_sent_and_received() {
    let swarm = Swarm::new();
    let id = swarm.text(&["send", "jobs", "{\"pull\":17}"]);
    assert_eq!(id.trim().len(), 36);
    swarm.text(&["send", "jobs", "later", "--priority", "low"]);
    let first = swarm.run_on(
        [0xff],
        &["send", "jobs", "--priority", "high", "--type", "raw"],
    );
    assert_eq!((first.status, first.stderr.as_str()), (0, ""));
    let peeked = swarm.json(&["receive", "jobs", "--peek"]);
    assert_eq!(peeked[0]["bytes_hex"], "ff");
    assert_eq!(
        (&peeked[0]["type"], &peeked[0]["priority"]),
        (&json!("raw"), &json!("high"))
    );
    assert_eq!(peeked[1]["body"], json!({"pull": 17}));
    assert_eq!(peeked[1]["id"], id.trim());
    assert_eq!(peeked[2]["text"], "later");
    let ran = swarm.run(&["receive", "jobs", "--limit", "1"]);
    assert_eq!((ran.status, &ran.stdout[..]), (0, &b"\xff\n"[..]));
    assert_eq!(swarm.text(&["receive", "jobs"]), "{\"pull\":17}\nlater\n");
    swarm.run(&["receive", "jobs"]).expect(1, "", "");
    swarm.run(&["receive", "jobs", "--peek"]).expect(1, "", "");
    let none = swarm.run(&["receive", "others"]);
    assert_eq!(
        (none.status, &*none.stderr),
        (1, "kilowat: channel others: there is none\n")
    );
}

#[test]
fn a_key_is_for_one_message() {
    let swarm = Swarm::new();
    let id = swarm.text(&["send", "jobs", "a", "--key", "k"]);
    let again = swarm.run(&["--json", "send", "jobs", "b", "--key", "k"]);
    assert_eq!(again.status, 1);
    assert_eq!(again.json()[0], json!({"id": id.trim(), "duplicate": true}));
    let wrong = swarm.run(&["send", "jobs", "b", "--key", "a b"]);
    assert_eq!(wrong.status, 2);
    assert!(
        wrong.stderr.contains("the key `a b` has ' ' at byte 1"),
        "{}",
        wrong.stderr
    );
}

#[test]
fn groups_of_a_topic_get_what_is_sent_from_then_on() {
    let swarm = Swarm::new();
    swarm.text(&["send", "--topic", "news", "old"]);
    swarm
        .run(&["receive", "news", "--group", "g"])
        .expect(1, "", "");
    swarm.text(&["send", "news", "new"]);
    assert_eq!(swarm.text(&["receive", "news", "--group", "g"]), "new\n");
    assert_eq!(swarm.text(&["receive", "news", "--peek"]), "old\nnew\n");
    swarm.text(&["send", "jobs", "x"]);
    let queue = swarm.run(&["receive", "jobs", "--group", "g"]);
    assert_eq!(queue.status, 2);
    assert!(
        queue
            .stderr
            .contains("jobs is a queue: only topics have groups"),
        "{}",
        queue.stderr
    );
    let topic = swarm.run(&["send", "jobs", "x", "--topic"]);
    assert_eq!(topic.status, 2);
    assert!(
        topic.stderr.contains("is a queue, not a topic"),
        "{}",
        topic.stderr
    );
}

#[cfg(unix)]
#[test]
fn a_worker_runs_a_program_for_each_message() {
    let swarm = Swarm::new();
    for body in ["1", "2", "wrong"] {
        swarm.text(&["send", "jobs", body]);
    }
    let script =
        "read -r n; [ \"$n\" = wrong ] && { echo no number >&2; exit 65; }; echo $n >> seen";
    let arguments = ["worker", "jobs", "--idle", "50ms", "--", "sh", "-c", script];
    let report = swarm.json(&arguments).remove(0);
    assert_eq!((&report["done"], &report["dead"]), (&json!(2), &json!(1)));
    let seen = std::fs::read_to_string(swarm.path("seen")).unwrap();
    assert_eq!(seen, "1\n2\n");
    let dead = swarm.json(&["dead", "list", "jobs"]).remove(0);
    assert_eq!(dead["why"], "sh says that the message is wrong: no number");
    assert_eq!(dead["message"]["text"], "wrong");
    let help = swarm.run(&["worker", "jobs"]);
    assert_eq!(help.status, 2, "without a program there is nothing to do");
}

#[cfg(unix)]
#[test]
fn a_worker_answers() {
    let swarm = Swarm::new();
    // Both wait for the other, each in its turn.
    let worker = ["worker", "sums", "--idle", "30s", "--", "tr", "a-z", "A-Z"];
    let mut worker = swarm.start(&worker);
    let answer = swarm.text(&["send", "sums", "sum", "--answer", "25s"]);
    assert_eq!(answer, "SUM");
    let worker_id = rustix::process::Pid::from_child(&worker);
    rustix::process::kill_process(worker_id, rustix::process::Signal::TERM).unwrap();
    assert!(worker.wait().unwrap().success(), "it ends as it should");
    let none = swarm.run(&["send", "nobody", "sum", "--answer", "20ms"]);
    assert_eq!(
        (none.status, &*none.stderr),
        (1, "kilowat: no answer came in time\n")
    );
}

#[cfg(unix)]
#[test]
fn dead_letters_are_shown_retried_and_dropped() {
    let swarm = Swarm::new();
    swarm.text(&["send", "jobs", "{\"a\":1}", "--type", "one"]);
    swarm.text(&["send", "jobs", "two", "--type", "two"]);
    swarm.run(&["dead", "list", "jobs"]).expect(1, "", "");
    swarm.json(&[
        "worker",
        "jobs",
        "--idle",
        "50ms",
        "--",
        "sh",
        "-c",
        "echo no >&2; exit 65",
    ]);
    let letters = swarm.json(&["dead", "list", "jobs"]);
    assert_eq!(letters.len(), 2);
    let numbers: Vec<_> = letters
        .iter()
        .map(|letter| letter["number"].to_string())
        .collect();
    let list = swarm.text(&["dead", "list", "jobs"]);
    assert!(
        list.contains("sh says that the message is wrong: no"),
        "{list}"
    );
    let shown = swarm.text(&["dead", "show", "jobs", &numbers[0]]);
    assert!(shown.ends_with("{\"a\":1}\n"), "{shown}");
    swarm
        .run(&["dead", "drop", "-n", "--all", "jobs"])
        .expect(0, "2 would be removed\n", "");
    swarm
        .run(&["dead", "retry", "jobs", &numbers[0]])
        .expect(0, "", "");
    assert_eq!(swarm.text(&["receive", "jobs"]), "{\"a\":1}\n");
    let again = swarm.run(&["dead", "retry", "jobs", &numbers[0]]);
    assert_eq!(
        (again.status, &*again.stderr),
        (
            1,
            &*format!("kilowat: dead letter {}: there is none\n", numbers[0])
        )
    );
    assert_eq!(
        swarm.json(&["dead", "drop", "--all", "jobs"])[0],
        json!({"letters": 1, "dry_run": false})
    );
    swarm.run(&["dead", "list", "jobs"]).expect(1, "", "");
}

#[test]
fn bodies_are_sealed_with_a_key() {
    let swarm = Swarm::new();
    for key in ["old.key", "new.key"] {
        swarm.run(&["keygen", key]).expect(0, "", "");
    }
    let old = ["--key-file", "old.key"];
    let both = ["--key-file", "new.key", "--key-file", "old.key"];
    swarm.text(&[&["send", "secrets", "one"], &old[..]].concat());
    swarm.text(&[&["send", "secrets", "two", "--compress"], &both[..]].concat());
    let peek = [&["receive", "secrets", "--peek"], &both[..]].concat();
    assert_eq!(swarm.text(&peek), "one\ntwo\n");
    let without = swarm.run(&["receive", "secrets"]);
    assert_eq!(without.status, 2);
    assert!(
        without.stderr.contains(" and there is no key here"),
        "{}",
        without.stderr
    );
    // Who has not the new key yet leaves what it cannot open for those who have.
    let received = swarm.text(&[&["receive", "secrets"], &old[..]].concat());
    assert_eq!(received, "one\n");
    let list = ["dead", "list", "secrets"];
    let letter = swarm.json(&[&list, &both[..]].concat()).remove(0);
    assert_eq!(letter["message"]["text"], "two");
    assert!(
        letter["why"]
            .as_str()
            .unwrap()
            .contains("is not among those here")
    );
    assert_eq!(swarm.json(&list)[0]["message"], json!(null));
    swarm
        .run(&["dead", "retry", "--all", "secrets"])
        .expect(0, "", "");
    let received = swarm.text(&[&["receive", "secrets"], &both[..]].concat());
    assert_eq!(received, "two\n");
    let no_key = swarm.run(&["send", "secrets", "x", "--compress"]);
    assert_eq!(no_key.status, 2, "what is not sealed is compressed anyway");
}

#[cfg(unix)]
#[test]
fn a_worker_opens_what_is_sealed_and_seals_its_answer() {
    let swarm = Swarm::new();
    swarm.run(&["keygen", "my.key"]).expect(0, "", "");
    let key = ["--key-file", "my.key"];
    let worker = [
        &["worker", "secrets"],
        &key[..],
        &["--", "tr", "a-z", "A-Z"],
    ]
    .concat();
    let mut worker = swarm.start(&worker);
    let answer = [&["send", "secrets", "hush", "--answer", "25s"], &key[..]].concat();
    assert_eq!(swarm.text(&answer), "HUSH");
    worker.kill().unwrap();
    worker.wait().unwrap();
}

#[test]
fn channels_are_listed_with_what_waits() {
    let swarm = Swarm::new();
    swarm.text(&["send", "--topic", "news", "nobody reads it"]);
    swarm.text(&["send", "jobs", "now"]);
    swarm.text(&["send", "jobs", "later", "--delay", "1h"]);
    let channels = swarm.json(&["channels"]);
    let names: Vec<_> = channels.iter().map(|found| &found["channel"]).collect();
    assert_eq!(names, ["jobs", "news"]);
    let jobs = &channels[0];
    for (field, expected) in [
        ("ready", 1),
        ("delayed", 1),
        ("taken", 0),
        ("dead", 0),
        ("held", 2),
    ] {
        assert_eq!(jobs[field], expected, "{jobs}");
    }
    // It was put into its envelope a moment before it was stored.
    let sent = &swarm.json(&["receive", "jobs", "--peek"])[0]["at"];
    let stored = jobs["oldest"].as_i64().unwrap() - sent.as_i64().unwrap();
    assert!((0..60_000).contains(&stored), "{stored} ms");
    assert_eq!(channels[1]["oldest"], json!(null), "no group has it to do");
    let text = swarm.text(&["channels", "jobs"]);
    let mut lines = text.lines();
    assert!(
        lines.next().unwrap().starts_with("CHANNEL  KIND   WAITING"),
        "{text}"
    );
    assert!(
        lines.next().unwrap().starts_with("jobs     queue        1"),
        "{text}"
    );
    let none = swarm.run(&["channels", "others"]);
    assert_eq!(
        (none.status, &*none.stderr),
        (1, "kilowat: channel others: there is none\n")
    );
}
