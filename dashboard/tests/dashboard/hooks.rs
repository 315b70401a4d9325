//! Hooks by HTTP: the answers of `kilowat hook`, without a process.

use std::fs;
use std::time::Duration;

use kilowat_dashboard::Token;
use kilowat_hooks::protocol::recorded::{RECORDED, Sees, lay_out};
use kilowat_swarm::monitor::HOOK_FAULTS;
use kilowat_swarm::{Place, Swarm};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::client::Client;
use super::{NATIVE, started};

const SECRET: &str = "a-token-of-tests-0123456789";

/// A project whose dashboard answers hooks.
struct Project {
    folder: TempDir,
    swarm: Swarm,
}

impl Project {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let shop = fs::canonicalize(folder.path()).unwrap().join("shop");
        lay_out(&shop).unwrap();
        let builder = Swarm::builder()
            .runtime(NATIVE.clone())
            .daily_backups(false);
        let swarm = builder.open(&Place::at(shop.join(".kilowat"))).unwrap();
        Self { folder, swarm }
    }

    fn shop(&self) -> std::path::PathBuf {
        fs::canonicalize(self.folder.path()).unwrap().join("shop")
    }

    fn start(&self) -> (kilowat_dashboard::Running, Client) {
        let path = self.folder.path().join("token");
        fs::write(&path, SECRET).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        }
        let token = Token::read(&path).unwrap();
        started(
            kilowat_dashboard::Dashboard::new(&self.swarm)
                .port(0)
                .token(token),
        )
    }
}

fn bearer() -> String {
    format!("Authorization: Bearer {SECRET}")
}

#[test]
fn recorded_events_have_the_answers_of_the_command() {
    let project = Project::new();
    let (_running, client) = project.start();
    for recorded in RECORDED {
        let answer = client.post("/hooks", &[&bearer()], &recorded.of(&project.shop()));
        assert_eq!(answer.status, 200, "{}: {answer:?}", recorded.name);
        assert_eq!(answer.header("content-type"), Some("application/json"));
        let mut said = answer.json();
        let message = said.as_object_mut().unwrap().remove("systemMessage");
        assert_eq!(
            message.is_some(),
            recorded.is_fault,
            "{}: {message:?}",
            recorded.name
        );
        let is_right = match recorded.sees {
            Sees::Nothing => said == json!({}),
            Sees::News => said["hookSpecificOutput"]["additionalContext"].is_string(),
            Sees::Errors => {
                let reason = said["reason"].as_str().unwrap();
                said["decision"] == "block" && reason.contains("src/broken.js:")
            }
            _ => said["hookSpecificOutput"]["permissionDecision"] == "deny",
        };
        assert!(is_right, "{}: {said}", recorded.name);
    }
}

#[test]
fn what_means_nothing_is_refused_and_counted() {
    let project = Project::new();
    let (_running, client) = project.start();
    for (body, words) in [
        ("", "the payload is no JSON object"),
        ("[]", "the payload is no JSON object"),
        ("{}", "the payload has no `hook_event_name`"),
        ("{\"hook_event_name\":", "the payload: "),
    ] {
        let answer = client.post("/hooks", &[&bearer()], body);
        assert_eq!(answer.status, 400, "{body}");
        let error = answer.json()["error"].as_str().unwrap().to_owned();
        assert!(error.starts_with(words), "{error}");
    }
    let report = project
        .swarm
        .monitor()
        .report(Duration::from_mins(5))
        .unwrap();
    assert_eq!(report.count(HOOK_FAULTS).errors, 4);
}

#[test]
fn who_is_strict_is_refused_a_tool_whose_file_cannot_be_told() {
    let project = Project::new();
    let (_running, client) = project.start();
    let ask = |path: &str, body: &str| client.post(path, &[&bearer()], body);
    let settings = project.shop().join(".kilowat/post-edit.toml");
    fs::write(settings, "[hook\n").unwrap();
    let edit = json!({
        "hook_event_name": "PreToolUse",
        "tool_name": "Write",
        "tool_input": { "file_path": project.shop().join("a.js") },
    })
    .to_string();
    let cut = "{\"hook_event_name\": \"PreToolUse\", \"tool_name\": \"Write\", \"tool_";
    for body in [edit.as_str(), cut] {
        let answer = ask("/hooks?strict", body);
        assert_eq!(answer.status, 200, "{body}");
        let said = answer.json();
        let decision = &said["hookSpecificOutput"]["permissionDecision"];
        assert_eq!(*decision, "deny", "{said}");
        assert!(said["systemMessage"].is_string(), "{said}");
    }
    // All others go on.
    let passed = ask("/hooks", &edit).json();
    assert!(passed.get("hookSpecificOutput").is_none(), "{passed}");
    assert_eq!(ask("/hooks", cut).status, 400);
    assert_eq!(ask("/hooks?strict", "{}").status, 400);
    assert_eq!(ask("/hooks?strickt", &edit).status, 400);
}

#[test]
fn who_has_no_token_is_told_nothing() {
    let project = Project::new();
    let (running, client) = project.start();
    let body = json!({"hook_event_name": "Stop"}).to_string();
    let own = format!("Origin: {}", client.origin());
    for headers in [
        &[][..],
        &[own.as_str()],
        &["Authorization: Bearer a-token-of-tests-0123456780"],
    ] {
        assert_eq!(
            client.post("/hooks", headers, &body).status,
            401,
            "{headers:?}"
        );
    }
    let known = bearer();
    let other = [known.as_str(), "Origin: http://evil.example"];
    assert_eq!(client.post("/hooks", &other, &body).status, 403);
    let host = [known.as_str(), "Host: evil.example"];
    assert_eq!(client.post("/hooks", &host, &body).status, 421);
    assert_eq!(client.get_with("/hooks", &[&known]).status, 405);
    assert_eq!(client.post("/hooks", &[&known], &body).status, 200);
    drop(running);
}

#[test]
fn an_event_of_ten_mebibytes() {
    let project = Project::new();
    let (_running, client) = project.start();
    let file = project.shop().join("src/broken.js");
    let body = json!({
        "hook_event_name": "PostToolUse",
        "tool_name": "Write",
        "tool_input": { "file_path": file, "content": "}\"".repeat(4 << 20) },
    });
    let answer = client.post("/hooks", &[&bearer()], &body.to_string());
    assert_eq!(
        (answer.status, &answer.json()["decision"]),
        (200, &json!("block"))
    );
    // Elsewhere the limit is as it was.
    let long = json!({"rule": "x".repeat(20_000), "subject": ""}).to_string();
    let answer = client.post("/api/v1/alerts/acknowledge", &[&bearer()], &long);
    assert_eq!(answer.status, 413);
}

#[test]
fn many_ask_at_the_same_time() {
    let project = Project::new();
    let (_running, client) = project.start();
    let file = project.shop().join("src/broken.js");
    let body = json!({"hook_event_name": "PostToolUse", "tool_name": "Edit", "tool_input": {"file_path": file}});
    let body = body.to_string();
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                for _ in 0..4 {
                    let said: Value = client.post("/hooks", &[&bearer()], &body).json();
                    assert_eq!(said["decision"], "block", "{said}");
                }
            });
        }
    });
}
