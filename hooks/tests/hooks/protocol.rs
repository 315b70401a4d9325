//! The hook protocol: what hosts send, and what they are told.

use std::fs;
use std::path::Path;

use kilowat_hooks::protocol::recorded::{RECORDED, Sees, lay_out};
use kilowat_hooks::protocol::{Answer, Answered, Event, Host, Payload, Unopened};
use kilowat_swarm::messenger::Message;
use kilowat_swarm::monitor::HOOK_FAULTS;
use kilowat_swarm::{Error, Swarm};
use serde_json::{Value, json};

use super::{NATIVE, Project};

const WINDOW: std::time::Duration = std::time::Duration::from_mins(5);

/// An event of a tool, with all that a host says.
fn payload(event: &str, tool: &str, file: &Path) -> Payload {
    let json = json!({
        "session_id": "s-1",
        "transcript_path": "/home/sam/.claude/projects/shop/s-1.jsonl",
        "cwd": file.parent(),
        "permission_mode": "default",
        "hook_event_name": event,
        "tool_name": tool,
        "tool_input": { "file_path": file, "content": "…" },
        "tool_response": { "filePath": file, "success": true },
        "tool_use_id": "toolu_01",
    });
    Payload::read(json.to_string().as_bytes()).unwrap()
}

fn other(event: &str, more: &Value) -> Payload {
    let mut json = json!({ "hook_event_name": event, "session_id": "s-1" });
    json.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    Payload::read(json.to_string().as_bytes()).unwrap()
}

/// What is said after a file was written.
fn written(host: &Host, project: &Project, name: &str) -> Answered {
    host.answer(&payload("PostToolUse", "Write", &project.path().join(name)))
}

#[track_caller]
fn mend(answered: &Answered) -> String {
    match &answered.answer {
        Answer::Mend { text } => text.clone(),
        other => panic!("{other:?}, {:?}", answered.faults),
    }
}

/// Whether it begins with an error of a file. Where a name that is there twice is wrong, tiers see it each their way.
fn begins_with_error(text: &str, name: &str) -> bool {
    let first = text.lines().next().unwrap_or_default();
    first.starts_with(&format!("{name}:")) && first.contains(": error: ")
}

fn counted(swarm: &Swarm) -> u64 {
    let report = swarm.monitor().report(WINDOW).unwrap();
    report.count(HOOK_FAULTS).errors
}

#[test]
fn recorded_events_give_what_hosts_expect() {
    let project = Project::new();
    lay_out(project.path()).unwrap();
    let swarm = project.swarm();
    let host = Host::new(&swarm, project.path());
    let mut faults = 0;
    for recorded in RECORDED {
        let text = recorded.of(project.path());
        let payload = Payload::read(text.as_bytes()).unwrap();
        let answered = host.answer(&payload);
        let sees = Sees::of(&answered.answer);
        assert_eq!(sees, recorded.sees, "{}: {answered:?}", recorded.name);
        assert_eq!(
            !answered.faults.is_empty(),
            recorded.is_fault,
            "{}: {answered:?}",
            recorded.name
        );
        faults += u64::from(recorded.is_fault);
        // With an exit status that is not 0, hosts look at nothing that is printed.
        let (status, output) = (answered.answer.status(), answered.answer.output());
        assert!(status == 0 || output.is_none());
        assert_eq!(status == 2, answered.answer.error().is_some());
    }
    assert_eq!(counted(&swarm), faults);
    // All that is recorded is played.
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/payloads");
    assert_eq!(fs::read_dir(folder).unwrap().count(), RECORDED.len());
}

#[test]
fn errors_come_first_and_with_their_places() {
    let project = Project::new();
    project.write("a.js", "let a = 1;\r\nlet b = 2;\nlet a = 3;\n");
    let host = Host::new(&project.swarm(), project.path());
    let text = mend(&written(&host, &project, "a.js"));
    let lines: Vec<_> = text
        .lines()
        .filter(|line| line.starts_with("a.js:"))
        .collect();
    assert!(begins_with_error(&text, "a.js"), "{text}");
    assert!(
        lines.iter().any(|line| line.contains(": warning: ")),
        "{text}"
    );
    assert!(
        text.contains("\n  | let a = ") && text.contains("\n  why: "),
        "{text}"
    );
    // As it is told by HTTP.
    let body = written(&host, &project, "a.js").answer.body();
    assert_eq!(body, json!({ "decision": "block", "reason": text }));
    // Mended, there is nothing to say.
    project.write("a.js", "let a = 1;\nlet b = 2;\nexport { a, b };\n");
    let answered = written(&host, &project, "a.js");
    assert!(
        !matches!(answered.answer, Answer::Mend { .. }),
        "{answered:?}"
    );
}

#[test]
fn what_is_said_is_cut_where_hosts_cut_it() {
    let project = Project::new();
    let host = Host::new(&project.swarm(), project.path());
    // Many findings, and such as have long lines.
    for (ours, end) in [
        ("ours", "… and 60 more"),
        (&*"ours ".repeat(30), "… and more than fits"),
    ] {
        let conflict = format!("<<<<<<< {ours}\na\n=======\nb\n>>>>>>> theirs\n");
        project.write("a.txt", conflict.repeat(100));
        let text = written(&host, &project, "a.txt").answer.error().unwrap();
        let units = text.encode_utf16().count();
        assert!(units <= 10_000, "{units}");
        let last = text.lines().last().unwrap();
        assert!(last.starts_with(end), "{last}");
    }
}

#[test]
fn protected_files_are_denied_by_whatever_name() {
    let project = Project::new();
    project.write(
        ".kilowat/post-edit.toml",
        "[hook]\nprotect = [\"/secret/\", \".env*\"]\n",
    );
    project.write("secret/key", "k");
    #[cfg(unix)]
    std::os::unix::fs::symlink("secret", project.path().join("open")).unwrap();
    // Nothing is opened for it.
    let host = Host::lazy(project.place().folder(), project.path(), || {
        panic!("the swarm is not needed")
    });
    let before = |name: &str, tool: &str| {
        host.answer(&payload("PreToolUse", tool, &project.path().join(name)))
    };
    let mut names = vec![".env", "deep/.env.local", "secret/new", "src/../secret/key"];
    if cfg!(unix) {
        names.push("open/key");
    }
    for name in names {
        for tool in ["Write", "Edit", "MultiEdit", "NotebookEdit"] {
            let Answered { answer, faults, .. } = before(name, tool);
            let output = answer.output().unwrap();
            let said = &output["hookSpecificOutput"];
            assert_eq!(said["permissionDecision"], "deny", "{name}");
            let reason = said["permissionDecisionReason"].as_str().unwrap();
            assert!(
                reason.contains("hook.protect in .kilowat/post-edit.toml"),
                "{reason}"
            );
            assert!(faults.is_empty());
        }
        assert_eq!(before(name, "Read").answer, Answer::Pass);
    }
    assert_eq!(before("src/env.js", "Write").answer, Answer::Pass);
}

#[test]
fn what_cannot_be_told_passes_unless_it_is_strict() {
    let project = Project::new();
    let swarm = project.swarm();
    project.write(".kilowat/post-edit.toml", "[hook]\nprotect = 1\n");
    let no_file = other(
        "PreToolUse",
        &json!({ "tool_name": "Write", "tool_input": {} }),
    );
    let file = payload("PreToolUse", "Write", &project.path().join(".env"));
    let lax = Host::new(&swarm, project.path());
    let strict = Host::new(&swarm, project.path()).strict(true);
    let words =
        "post-edit.toml: line 2: `hook.protect` is of type integer: expected a list of patterns";
    for event in [&file, &no_file] {
        let answered = lax.answer(event);
        assert_eq!(answered.answer, Answer::Pass);
        assert!(answered.faults[0].ends_with(words), "{answered:?}");
        let answered = strict.answer(event);
        assert_eq!(
            (answered.answer.status(), answered.answer.output()),
            (2, None)
        );
        assert!(
            answered.answer.error().unwrap().ends_with(words),
            "{answered:?}"
        );
        let deny = answered.answer.body();
        assert_eq!(deny["hookSpecificOutput"]["permissionDecision"], "deny");
    }
    project.write(".kilowat/post-edit.toml", "");
    let answered = strict.answer(&no_file);
    assert_eq!(answered.answer.status(), 2);
    assert_eq!(
        answered.faults,
        ["the payload names no file that Write is used on"]
    );
    // What is none at all is refused only where it begins as an event before a tool.
    for (said, status) in [
        (&b"{\"hook_event_name\" : \"PreToolUse\", \"tool_in"[..], 2),
        (b"{\"hook_event_name\":\"PostToolUse\",\"a\":\"\\\"hook_event_name\\\":\\\"PreToolUse\\\"", 0),
        (b"{\"hook_event_name\":\"Stop\"", 0),
        (b"", 0),
    ] {
        let answered = strict.unread(said, "it was cut");
        assert_eq!(answered.answer.status(), status, "{}", said.escape_ascii());
        assert_eq!(lax.unread(said, "it was cut").answer, Answer::Pass);
    }
    assert_eq!(counted(&swarm), 13);
}

#[test]
fn a_file_that_is_not_there_or_elsewhere() {
    let project = Project::new();
    let swarm = project.swarm();
    let host = Host::new(&swarm, project.path());
    fs::create_dir(project.path().join("folder")).unwrap();
    for (name, words) in [("gone.js", "gone.js: "), ("folder", "folder: ")] {
        let answered = written(&host, &project, name);
        assert_eq!(answered.answer, Answer::Pass);
        assert!(answered.faults[0].contains(words), "{answered:?}");
    }
    assert_eq!(counted(&swarm), 2);
    // Agents write elsewhere, too.
    let elsewhere = project.path().join("../notes.js");
    fs::write(&elsewhere, "let a; let a;").unwrap();
    for name in ["../notes.js", "../gone.js"] {
        let answered = written(&host, &project, name);
        assert_eq!(
            (answered.answer, answered.faults.len()),
            (Answer::Pass, 0),
            "{name}"
        );
    }
    // A link that leads out of the project is refused.
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(&elsewhere, project.path().join("link.js")).unwrap();
        let answered = written(&host, &project, "link.js");
        assert_eq!(answered.answer, Answer::Pass);
        assert!(
            answered.faults[0].contains("a link leads out of the project"),
            "{answered:?}"
        );
    }
}

/// What is found is told whatever has become of the swarm.
#[track_caller]
fn told_with_a_fault(host: &Host, project: &Project, words: &str) {
    project.write("a.js", "let a = 1;\nlet a = 2;\n");
    let answered = written(host, project, "a.js");
    assert!(begins_with_error(&mend(&answered), "a.js"), "{answered:?}");
    let found = answered.faults.iter().any(|fault| fault.contains(words));
    assert!(found, "{:?}", answered.faults);
}

#[test]
fn a_full_disk() {
    let project = Project::new();
    drop(project.swarm());
    let bytes = fs::metadata(project.place().database()).unwrap().len();
    let full = Project::builder()
        .most_bytes(bytes)
        .open(&project.place())
        .unwrap();
    // Until not even a row has room.
    let memory = full.memory();
    let filled = (0..10_000).try_for_each(|key| {
        memory
            .put("n", &key.to_string(), &"x".repeat(900))
            .map(drop)
    });
    assert!(matches!(filled, Err(Error::DiskFull { .. })), "{filled:?}");
    let host = Host::new(&full, project.path());
    // The pages of reports have room for some.
    let is_unstored = (0..500).any(|number| {
        let name = format!("file{number}.js");
        project.write(&name, "let a = 1;\nlet a = 2;\n");
        let answered = written(&host, &project, &name);
        assert!(begins_with_error(&mend(&answered), &name), "{answered:?}");
        !answered.faults.is_empty()
    });
    assert!(is_unstored, "500 reports were stored on a full disk");
    told_with_a_fault(&host, &project, "the report is not stored: ");
    // And so again.
    told_with_a_fault(&host, &project, "there is no room left to write");
}

#[test]
fn a_damaged_database() {
    let project = Project::new();
    let swarm = project.swarm();
    swarm.memory().put("n", "k", &1).unwrap();
    drop(swarm);
    fs::write(project.place().database(), vec![0x5a; 40_000]).unwrap();
    let place = project.place();
    let host = Host::lazy(place.clone().folder(), project.path(), move || {
        Project::builder().open(&place).map_err(|error| Unopened {
            why: error.to_string(),
            runtime: NATIVE.clone(),
        })
    });
    told_with_a_fault(
        &host,
        &project,
        "the database was damaged and is set aside in ",
    );
    // From then on all is well.
    project.write("a.js", "export {};\n");
    let answered = written(&host, &project, "a.js");
    assert_eq!(answered.faults, Vec::<String>::new());
    assert!(counted(&project.swarm()) >= 1);
}

#[test]
fn a_swarm_that_does_not_open() {
    let project = Project::new();
    let host = Host::lazy(project.place().folder(), project.path(), || {
        Err(Unopened {
            why: "the database has version 99 of its schema".to_owned(),
            runtime: NATIVE.clone(),
        })
    });
    told_with_a_fault(
        &host,
        &project,
        "the report is not stored: the database has version 99",
    );
    // Events that need nothing are as always.
    let stop = host.answer(&other("Stop", &json!({})));
    assert_eq!(stop.answer, Answer::Pass);
    assert!(!project.place().database().exists());
}

#[test]
fn messages_of_the_inbox_are_told_once() {
    let project = Project::new();
    let swarm = project.swarm();
    let host = Host::new(&swarm, project.path());
    let queue = swarm.queue("to-the-agent").open().unwrap();
    queue
        .send(Message::json("note", &"the build is red").unwrap())
        .unwrap();
    let prompt = other("UserPromptSubmit", &json!({ "prompt": "go on" }));
    assert_eq!(host.answer(&prompt).answer, Answer::Pass, "no inbox is set");
    project.write(
        ".kilowat/post-edit.toml",
        "[hook]\ninbox = \"to-the-agent\"\n",
    );
    let answered = host.answer(&prompt);
    let output = answered.answer.output().unwrap();
    let said = &output["hookSpecificOutput"];
    assert_eq!(said["hookEventName"], "UserPromptSubmit");
    assert_eq!(
        said["additionalContext"],
        "Messages from the queue to-the-agent:\n- note: \"the build is red\""
    );
    assert_eq!(host.answer(&prompt).answer, Answer::Pass);
    // At the start of a session, too.
    queue.send(Message::json("note", &2).unwrap()).unwrap();
    let start = host.answer(&other("SessionStart", &json!({ "source": "resume" })));
    let Answer::Tell { event, .. } = start.answer else {
        panic!("{start:?}");
    };
    assert_eq!(event, Event::SessionStart);
    // An inbox that is none is a fault.
    project.write(".kilowat/post-edit.toml", "[hook]\ninbox = \"..\"\n");
    let answered = host.answer(&prompt);
    assert!(
        answered.faults[0].starts_with("the messages of .. could not be told: "),
        "{answered:?}"
    );
}

#[test]
fn the_inbox_may_be_elsewhere() {
    let (project, other_project) = (Project::new(), Project::new());
    let (swarm, elsewhere) = (project.swarm(), other_project.swarm());
    project.write(
        ".kilowat/post-edit.toml",
        "[hook]\ninbox = \"to-the-agent\"\n",
    );
    for (swarm, text) in [(&swarm, "here"), (&elsewhere, "there")] {
        let queue = swarm.queue("to-the-agent").open().unwrap();
        queue.send(Message::json("note", &text).unwrap()).unwrap();
    }
    let prompt = other("UserPromptSubmit", &json!({ "prompt": "go on" }));
    let host = || Host::new(&swarm, project.path());
    let there = host().inbox(move || Ok(Some(elsewhere.clone())));
    let told = |host: &Host| {
        let output = host.answer(&prompt).answer.output().unwrap();
        output["hookSpecificOutput"]["additionalContext"].to_string()
    };
    assert!(told(&there).contains("there"));
    assert_eq!(there.answer(&prompt).answer, Answer::Pass);
    let shut = host().inbox(|| Err("nobody is there".to_owned()));
    let answered = shut.answer(&prompt);
    assert_eq!(
        answered.faults,
        ["the messages of to-the-agent could not be told: nobody is there"]
    );
    assert!(told(&host()).contains("here"), "it was not taken");
}

#[test]
fn many_ask_at_the_same_time() {
    let project = Project::new();
    let swarm = project.swarm();
    let host = Host::new(&swarm, project.path());
    for number in 0..8 {
        project.write(
            &format!("{number}.js"),
            format!("let a{number} = 1;\nlet a{number} = 2;\n"),
        );
    }
    std::thread::scope(|scope| {
        for thread in 0..16 {
            let (host, project) = (&host, &project);
            scope.spawn(move || {
                for round in 0..8 {
                    let name = format!("{}.js", (thread + round) % 8);
                    let text = mend(&written(host, project, &name));
                    assert!(begins_with_error(&text, &name), "{text}");
                }
            });
        }
    });
}

/// Has something to tell that a command of the deferred lane has come to.
fn keep(swarm: &Swarm, file: &str, success: bool) {
    let told = json!({
        "file": file,
        "digest": "00",
        "results": [{
            "name": "lint", "command": ["eslint", file], "success": success,
            "message": "eslint has ended with status 1", "output": "2:5 no-redeclare\n\n", "millis": 900,
        }],
    });
    let bytes = told.to_string().into_bytes();
    let reports = swarm.memory();
    reports
        .reports()
        .keep_untold(file, &[0; 32], &bytes)
        .unwrap();
}

const FAILED: &str = "a.js: lint failed: eslint has ended with status 1\n  | 2:5 no-redeclare";

#[test]
fn an_agent_is_kept_once_for_what_was_found_meanwhile() {
    let project = Project::new();
    let swarm = project.swarm();
    let host = Host::new(&swarm, project.path());
    let stop = |event: &str, active: bool| {
        let answered = host.answer(&other(event, &json!({ "stop_hook_active": active })));
        assert_eq!(answered.faults, Vec::<String>::new());
        answered.answer
    };
    for event in ["Stop", "SubagentStop"] {
        assert_eq!(stop(event, false), Answer::Pass);
        keep(&swarm, "a.js", false);
        assert_eq!(
            stop(event, true),
            Answer::Pass,
            "it goes on for a hook's sake already"
        );
        let kept = stop(event, false);
        let decision = json!({ "decision": "block", "reason": FAILED });
        assert_eq!(kept.output(), Some(decision.clone()));
        assert_eq!((kept.status(), kept.body()), (0, decision));
        assert_eq!(stop(event, false), Answer::Pass, "it was told");
        // What has gone well is no reason to go on.
        keep(&swarm, "a.js", true);
        assert_eq!(stop(event, false), Answer::Pass);
    }
}

#[test]
fn what_was_found_meanwhile_is_told_at_the_next_hook() {
    let project = Project::new();
    let swarm = project.swarm();
    let host = Host::new(&swarm, project.path());
    for event in ["UserPromptSubmit", "SessionStart"] {
        keep(&swarm, "a.js", false);
        let answer = host.answer(&other(event, &json!({}))).answer;
        let output = answer.output().unwrap();
        assert_eq!(output["hookSpecificOutput"]["hookEventName"], event);
        assert_eq!(output["hookSpecificOutput"]["additionalContext"], FAILED);
        assert_eq!(host.answer(&other(event, &json!({}))).answer, Answer::Pass);
    }
    // An edit of another file brings it along.
    keep(&swarm, "a.js", false);
    project.write("b.js", "export {};\n");
    assert_eq!(mend(&written(&host, &project, "b.js")), FAILED);
    keep(&swarm, "a.js", false);
    project.write("b.js", "let b = 1;\nlet b = 2;\n");
    let text = mend(&written(&host, &project, "b.js"));
    assert!(
        begins_with_error(&text, "b.js") && text.ends_with(&format!("\n\n{FAILED}")),
        "{text}"
    );
}

#[test]
fn who_has_no_swarm_gets_none_for_nothing() {
    let project = Project::new();
    let host = Host::lazy(project.place().folder(), project.path(), || {
        panic!("the swarm is not needed")
    });
    for event in [
        "Stop",
        "SubagentStop",
        "UserPromptSubmit",
        "SessionStart",
        "SessionEnd",
    ] {
        let answered = host.answer(&other(event, &json!({})));
        assert_eq!((answered.answer, answered.faults.len()), (Answer::Pass, 0));
    }
}
