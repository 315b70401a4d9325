use std::time::Duration;

use kilowat_swarm::memory::{Format, Page, Put, Source};
use kilowat_swarm::messenger::{Channel, Group, Message, Queue};
use kilowat_swarm::{Error, Memory};
use rusqlite::Connection;
use serde_json::{Value, json};

use super::coordination::add;
use super::{Folder, START, tagged};

fn exported(memory: &Memory) -> String {
    let mut lines = Vec::new();
    memory.export(&mut lines).unwrap();
    String::from_utf8(lines).unwrap()
}

fn filled(folder: &Folder) -> Memory {
    let memory = folder.open().memory();
    memory
        .put_with(
            "n",
            "json",
            &json!({"a": [1, 2.5, null]}),
            tagged(&["t", "u"]),
        )
        .unwrap();
    memory.put("n", "null", &()).unwrap();
    memory
        .put_bytes("n", "bytes", &[0xff, 0], Put::default())
        .unwrap();
    let ttl = Some(Duration::from_mins(1));
    let put = Put {
        ttl,
        meta: Some("[1]"),
        ..Put::default()
    };
    memory.put_with("n", "short", "lived", put).unwrap();
    memory
        .agents("s")
        .put("a", "coder", "idle", &json!({"x": 1}))
        .unwrap();
    let tasks = memory.tasks("s");
    add(&tasks, "first", 2, &[]);
    add(&tasks, "second", 0, &["first"]);
    tasks
        .claim::<Value>("a", Duration::from_secs(9), &[])
        .unwrap()
        .unwrap();
    memory
        .events("s")
        .add("begun", "a", &json!([1]), None)
        .unwrap();
    memory
        .events("s")
        .add("ended", "a", &json!([2]), ttl)
        .unwrap();
    memory
}

#[test]
fn what_is_exported_is_imported_and_twice_is_once() {
    let (from, to) = (Folder::new(), Folder::new());
    let memory = filled(&from);
    let lines = exported(&memory);
    assert_eq!(lines.lines().next(), Some(r#"{"kilowat":{"version":2}}"#));
    assert_eq!(lines.lines().count(), 1 + 4 + 1 + 2 + 2);
    let copy = to.open().memory();
    let imported = copy.import(lines.as_bytes()).unwrap();
    let counts = [
        imported.entries,
        imported.agents,
        imported.tasks,
        imported.events,
        imported.kept,
    ];
    assert_eq!(counts, [4, 1, 2, 2, 0]);
    // But for the fence: who held a task elsewhere does not hold it here.
    let lines_of_copy = exported(&copy);
    assert_eq!(
        lines_of_copy.replace("\"fence\":2", "\"fence\":1"),
        lines.replace("\"fence\":0", "\"fence\":1")
    );
    let again = copy.import(lines.as_bytes()).unwrap();
    assert_eq!(
        (
            again.entries,
            again.agents,
            again.tasks,
            again.events,
            again.kept
        ),
        (0, 0, 0, 0, 9)
    );
    assert_eq!(exported(&copy), lines_of_copy);
    let bytes = copy.get_bytes("n", "bytes").unwrap().unwrap();
    assert_eq!((bytes.value, bytes.format), (vec![0xff, 0], Format::Bytes));
    // What is newer here is kept, and what has expired is left out.
    let other = Folder::new();
    other.clock.set(START.after(Duration::from_mins(1)));
    let copy = other.open().memory();
    copy.put("n", "json", "newer").unwrap();
    let imported = copy.import(lines.as_bytes()).unwrap();
    assert_eq!(
        (imported.entries, imported.kept, imported.expired),
        (2, 1, 2)
    );
    assert_eq!(
        copy.get::<String>("n", "json").unwrap().unwrap().value,
        "newer"
    );
    assert!(copy.check().unwrap().is_sound());
}

#[test]
fn a_wrong_line_is_named_and_nothing_of_its_commit_is_there() {
    let folder = Folder::new();
    let memory = folder.open().memory();
    let entry = |key: &str| {
        format!(
            "{{\"entry\":{{\"namespace\":\"n\",\"key\":\"{key}\",\"value\":1,\"created\":1,\"updated\":1}}}}\n"
        )
    };
    for (wrong, words) in [
        ("{\"entry\":\n", "line 2: "),
        (&*entry("../k"), "line 2: the key `../k` has two dots"),
        (
            "{\"kilowat\":{\"version\":7}}\n",
            "line 2: the export has version 7",
        ),
        ("{\"other\":1}\n", "line 2: "),
    ] {
        let lines = [&*entry("good"), wrong].concat();
        let error = memory.import(lines.as_bytes()).unwrap_err();
        assert!(matches!(error, Error::Line { line: 2, .. }), "{error}");
        assert!(error.to_string().starts_with(words), "{error}");
        assert!(memory.get::<u32>("n", "good").unwrap().is_none());
    }
}

#[test]
fn what_claude_flow_novice_has_stored() {
    let folder = Folder::new();
    let path = folder.path("memory.db");
    let connection = Connection::open(&path).unwrap();
    let now = START.0 / 1_000;
    connection
        .execute_batch(&format!(
            r#"CREATE TABLE memory_store (
                 key TEXT NOT NULL, namespace TEXT NOT NULL DEFAULT 'default', value TEXT NOT NULL,
                 type TEXT, metadata TEXT, tags TEXT, created_at INTEGER, updated_at INTEGER,
                 accessed_at INTEGER, access_count INTEGER, ttl INTEGER, expires_at INTEGER,
                 compressed INTEGER DEFAULT 0, size INTEGER);
               INSERT INTO memory_store (key, namespace, value, type, metadata, tags, created_at, updated_at)
                 VALUES ('agent:1', 'swarm:agents', '{{"id": 1}}', 'json', '{{"by":"x"}}', '["a","b c"]', {now} - 50, {now} - 40);
               INSERT INTO memory_store (key, namespace, value, tags, created_at, updated_at, ttl)
                 VALUES ('message', 'swarm:communications', 'plain text', 'x, y', {now} - 10, {now} - 10, 3600);
               INSERT INTO memory_store (key, namespace, value, created_at, ttl)
                 VALUES ('old', 'swarm:communications', '1', {now} - 100, 60);
               INSERT INTO memory_store (key, value, created_at)
                 VALUES ('a key/with spaces..', x'ff00', {now});"#
        ))
        .unwrap();
    let memory = folder.open().memory();
    let imported = memory.import_from(&path, Source::ClaudeFlowNovice).unwrap();
    assert_eq!(
        (imported.entries, imported.expired, imported.renamed),
        (3, 1, 1)
    );
    let agent = memory
        .get::<Value>("swarm:agents", "agent:1")
        .unwrap()
        .unwrap();
    assert_eq!(agent.value, json!({"id": 1}));
    assert_eq!(
        (agent.created.0, agent.updated.0),
        ((now - 50) * 1_000, (now - 40) * 1_000)
    );
    let meta: Value = serde_json::from_str(&agent.meta.unwrap()).unwrap();
    assert_eq!(meta, json!({"metadata": {"by": "x"}, "type": "json"}));
    let tags = memory
        .item("swarm:agents", "agent:1")
        .unwrap()
        .unwrap()
        .tags;
    assert_eq!((tags.len(), &*tags[0]), (2, "a"));
    assert!(tags[1].starts_with("b_c-"), "{tags:?}");
    let message = memory
        .get::<String>("swarm:communications", "message")
        .unwrap()
        .unwrap();
    assert_eq!(message.value, "plain text");
    assert_eq!(message.expires.unwrap().0, (now - 10 + 3_600) * 1_000);
    assert_eq!(memory.tagged("swarm:communications", "y").unwrap().len(), 1);
    let renamed = memory
        .list("default", Page::default())
        .unwrap()
        .items
        .remove(0);
    assert!(
        renamed.key.starts_with("a_key/with_spaces._-"),
        "{}",
        renamed.key
    );
    let renamed = memory.get_bytes("default", &renamed.key).unwrap().unwrap();
    assert_eq!(
        (renamed.value, renamed.format),
        (vec![0xff, 0], Format::Bytes)
    );
    assert!(renamed.meta.unwrap().contains("a key/with spaces.."));
    let again = memory.import_from(&path, Source::ClaudeFlowNovice).unwrap();
    assert_eq!((again.entries, again.kept), (0, 3));
}

#[test]
fn what_ruflo_has_stored() {
    let folder = Folder::new();
    let path = folder.path("memory.db");
    let connection = Connection::open(&path).unwrap();
    let now = START.0;
    connection
        .execute_batch(&format!(
            r#"CREATE TABLE memory_entries (
                 id TEXT PRIMARY KEY, key TEXT NOT NULL, content TEXT NOT NULL, embedding BLOB,
                 type TEXT NOT NULL, namespace TEXT NOT NULL, tags TEXT NOT NULL,
                 metadata TEXT NOT NULL, owner_id TEXT, access_level TEXT NOT NULL,
                 created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, expires_at INTEGER,
                 version INTEGER NOT NULL DEFAULT 1, "references" TEXT NOT NULL,
                 access_count INTEGER NOT NULL DEFAULT 0, last_accessed_at INTEGER NOT NULL);
               INSERT INTO memory_entries VALUES ('1', 'k', 'some text', x'00', 'semantic', 'patterns', '["t"]',
                 '{{}}', 'me', 'private', {now} - 5, {now} - 4, NULL, 3, '["2"]', 9, {now});
               INSERT INTO memory_entries VALUES ('2', 'gone', '1', NULL, 'semantic', 'patterns', '[]',
                 '{{}}', NULL, 'private', 1, 1, {now} - 1, 1, '[]', 0, 1);
               INSERT INTO memory_entries VALUES ('3', 'dated', '[1]', NULL, 'working', 'patterns', '[]',
                 '{{}}', NULL, 'private', '2027-01-15T08:00:00.250Z', '2027-01-15 08:00:01', NULL, 1, '[]', 0, 1);"#
        ))
        .unwrap();
    let memory = folder.open().memory();
    let imported = memory.import_from(&path, Source::Ruflo).unwrap();
    assert_eq!(
        (imported.entries, imported.expired, imported.renamed),
        (2, 1, 0)
    );
    let entry = memory.get::<String>("patterns", "k").unwrap().unwrap();
    assert_eq!((&*entry.value, entry.updated.0), ("some text", now - 4));
    let meta: Value = serde_json::from_str(&entry.meta.unwrap()).unwrap();
    assert_eq!(meta["owner_id"], "me");
    assert_eq!(meta["references"], json!(["2"]));
    let dated = memory.get::<Value>("patterns", "dated").unwrap().unwrap();
    assert_eq!(
        (dated.value, dated.created.0),
        (json!([1]), 1_800_000_000_250)
    );
    let error = memory
        .import_from(&path, Source::ClaudeFlowNovice)
        .unwrap_err();
    assert!(
        error.to_string().ends_with("it has no table memory_store"),
        "{error}"
    );
}

#[test]
fn messages_are_exported_with_what_is_to_be_done_of_them() {
    let (from, to) = (Folder::new(), Folder::new());
    let swarm = from.open();
    let send = |channel: &Channel<Queue>, body: &str| {
        let body = body.as_bytes().to_vec();
        channel.send(Message::bytes("k", body)).unwrap()
    };
    let jobs = swarm.queue("jobs").limit(7).open().unwrap();
    for body in ["done", "dead", "held", "waits"] {
        send(&jobs, body);
    }
    let consumer = jobs.consumer("c").unwrap();
    let mut deliveries = consumer.receive(3, Duration::ZERO).unwrap().into_iter();
    deliveries.next().unwrap().ack().unwrap();
    deliveries.next().unwrap().dead("for a reason").unwrap();
    let news = swarm.topic("news").open().unwrap();
    let group = Group::shared("g");
    let own = news.subscribe(&Group::own(), "x").unwrap();
    drop(news.subscribe(&group, "c").unwrap());
    news.send(Message::bytes("k", b"news".to_vec())).unwrap();
    let mut lines = Vec::new();
    let exported = swarm.memory().export(&mut lines).unwrap();
    assert_eq!(
        (exported.channels, exported.messages, exported.dead),
        (2, 3, 1)
    );
    drop(own);

    let copy = to.open();
    let imported = copy.memory().import(&lines[..]).unwrap();
    let counts = (
        imported.channels,
        imported.messages,
        imported.dead,
        imported.kept,
    );
    assert_eq!(counts, (2, 3, 1, 0));
    let jobs = copy.queue("jobs").open().unwrap();
    assert_eq!(
        (jobs.settings().limit, jobs.stats().unwrap().unwrap().held),
        (7, 3)
    );
    let taken = jobs
        .consumer("c")
        .unwrap()
        .receive(9, Duration::ZERO)
        .unwrap();
    let bodies: Vec<_> = taken
        .iter()
        .map(|taken| &taken.message().body[..])
        .collect();
    assert_eq!(bodies, [&b"held"[..], b"waits"]);
    assert_eq!(taken[0].attempt(), 2, "it was tried once already");
    for delivery in taken {
        delivery.ack().unwrap();
    }
    let letter = jobs.dead_letters(0, 9).unwrap().remove(0);
    assert_eq!(letter.why, "for a reason");
    jobs.drop_dead_letter(letter.number).unwrap();
    let news = copy.topic("news").open().unwrap();
    let stats = news.stats().unwrap().unwrap();
    assert_eq!((stats.ready, &stats.groups[..]), (1, &["g".to_owned()][..]));
    // What was done since does not come again.
    let again = copy.memory().import(&lines[..]).unwrap();
    assert_eq!(
        (again.channels + again.messages + again.dead, again.kept),
        (0, 6)
    );
    assert_eq!(jobs.stats().unwrap().unwrap().held, 0);

    // A message that is damaged, and one without its channel.
    let text = String::from_utf8(lines).unwrap();
    let message = text
        .lines()
        .find(|line| line.starts_with("{\"message\""))
        .unwrap();
    let empty = Folder::new();
    for (line, words) in [
        (
            message.to_owned(),
            "line 1: channel jobs of channels is damaged: it is in no line before its messages",
        ),
        (
            message.replace("S1dNM", "S1dNN"),
            " is damaged: it is no sound envelope",
        ),
        (
            message.replace("S1dNM", "*"),
            " is damaged: its bytes are no base64",
        ),
    ] {
        let error = empty.open().memory().import(line.as_bytes()).unwrap_err();
        assert!(error.to_string().ends_with(words), "{error}");
    }
}
