//! `kilowat hook` and `kilowat init`, as hosts and people start them.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{Folder, Ran};

/// A project in a folder of its own.
struct Project {
    folder: Folder,
    path: PathBuf,
}

/// What a command has said and how it has ended: status, standard output, standard error.
type Said = (i32, String, String);

impl Project {
    fn new() -> Self {
        let folder = Folder::new();
        let path = fs::canonicalize(folder.path()).unwrap();
        fs::create_dir(path.join(".git")).unwrap();
        Self { folder, path }
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// The command, with nothing of the environment that would send it elsewhere.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kilowat"));
        command
            .args(arguments)
            .current_dir(&self.path)
            .envs([("KILOWAT_TIERS", "native"), ("KILOWAT_CACHE", "off")])
            .env_remove("KILOWAT_SWARM")
            .env_remove("KILOWAT_REDIS")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let mut command = self.folder.kilowat(arguments);
        command
            .env_remove("KILOWAT_SWARM")
            .env_remove("KILOWAT_REDIS");
        Ran::of(&mut command)
    }

    /// What a host writes, and what it sees.
    #[track_caller]
    fn hook_with(&self, arguments: &[&str], input: impl AsRef<[u8]>) -> Said {
        let arguments = [&["hook"], arguments].concat();
        let mut child = self.command(&arguments).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin
            .write_all(input.as_ref())
            .expect("a host sees no broken pipe");
        drop(stdin);
        let output = child.wait_with_output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (
            output.status.code().unwrap(),
            text(output.stdout),
            text(output.stderr),
        )
    }

    #[track_caller]
    fn hook(&self, input: impl AsRef<[u8]>) -> Said {
        self.hook_with(&[], input)
    }

    fn event(&self, event: &str, name: &str) -> String {
        let file = self.path.join(name);
        let json = json!({
            "session_id": "5b0f7c7e", "transcript_path": "/home/sam/t.jsonl", "cwd": self.path,
            "permission_mode": "default", "hook_event_name": event, "tool_name": "Write",
            "tool_input": { "file_path": file, "content": "…" },
            "tool_response": { "type": "create", "filePath": file }, "tool_use_id": "toolu_01",
        });
        json.to_string()
    }
}

/// Whether it begins with an error of a file. Where a name that is there twice is wrong, tiers see it each their way.
fn begins_with_error(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default();
    first.starts_with("a.js:") && first.contains(": error: ")
}

const BROKEN: &str = "let a = 1;\nlet a = 2;\n";

#[track_caller]
fn nothing(said: &Said) {
    assert_eq!(said, &(0, String::new(), String::new()));
}

/// Nothing is blocked, and a line says what went wrong.
#[track_caller]
fn a_line(said: &Said, words: &str) {
    let (status, stdout, stderr) = said;
    assert_eq!((*status, stdout.as_str()), (0, ""), "{stderr}");
    assert!(
        stderr.starts_with("kilowat: hook: ") && stderr.contains(words),
        "{stderr}"
    );
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
}

#[test]
fn an_edit_is_looked_at_and_mended() {
    let project = Project::new();
    project.write("a.js", BROKEN);
    let (status, stdout, stderr) = project.hook(project.event("PostToolUse", "a.js"));
    assert_eq!((status, stdout.as_str()), (2, ""));
    assert!(begins_with_error(&stderr), "{stderr}");
    project.write("a.js", "export const a = 1;\r\nexport const b = 2;\n");
    let (status, stdout, stderr) = project.hook(project.event("PostToolUse", "a.js"));
    assert_eq!((status, stderr.as_str()), (0, ""));
    let said: Value = serde_json::from_str(&stdout).unwrap();
    let context = said["hookSpecificOutput"]["additionalContext"]
        .as_str()
        .unwrap();
    assert!(context.contains(": warning: "), "{context}");
    // A project that has nothing to do with kilowat yet has nothing to commit of it.
    let ignore = fs::read_to_string(project.path.join(".kilowat/.gitignore")).unwrap();
    assert!(ignore.contains("\n*\n"), "{ignore}");
    assert!(!project.path.join(".kilowat/post-edit.toml").exists());
}

#[test]
fn tools_are_denied_protected_files() {
    let project = Project::new();
    project.write(".kilowat/post-edit.toml", "[hook]\nprotect = [\".env*\"]\n");
    let (status, stdout, stderr) = project.hook(project.event("PreToolUse", ".env"));
    assert_eq!((status, stderr.as_str()), (0, ""));
    let said: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(said["hookSpecificOutput"]["permissionDecision"], "deny");
    nothing(&project.hook(project.event("PreToolUse", "a.js")));
    // Nothing was opened for that.
    assert!(!project.path.join(".kilowat/swarm.db").exists());
    project.write(".kilowat/post-edit.toml", "[hook]\nprotect = 1\n");
    let words = "`hook.protect` is of type integer: expected a list of patterns";
    a_line(&project.hook(project.event("PreToolUse", ".env")), words);
    let (status, stdout, stderr) =
        project.hook_with(&["--strict"], project.event("PreToolUse", ".env"));
    assert_eq!((status, stdout.as_str()), (2, ""));
    assert!(stderr.contains(words), "{stderr}");
    // After the fact there is nothing to refuse.
    project.write(".env", "A=1\n");
    let said = project.hook_with(&["--strict"], project.event("PostToolUse", ".env"));
    assert_eq!((said.0, said.1.as_str()), (0, ""));
}

#[test]
fn what_means_nothing_is_a_line() {
    let project = Project::new();
    for (input, words) in [
        (&b""[..], "nothing came on standard input"),
        (b"[]", "it begins with byte 0x5b"),
        (b"yes", "it begins with byte 0x79"),
        (b"{}", "the payload has no `hook_event_name`"),
        (
            b"{\"hook_event_name\":",
            "standard input ended within the object, after 19 bytes",
        ),
        (
            b"{\"hook_event_name\":\"\xff\"}",
            "the payload: invalid unicode code point",
        ),
        (b"{]", "the payload: "),
        (
            b"{\"hook_event_name\":\"PostToolUse\",\"tool_name\":\"Write\"}",
            "the payload names no file",
        ),
    ] {
        a_line(&project.hook(input), words);
        if words.contains("0x") {
            // It never was an event.
            a_line(&project.hook_with(&["--strict"], input), words);
        }
    }
    let cut = b"{\"hook_event_name\":\"PreToolUse\",\"tool_name\":\"Write\",\"tool_input\":{\"file_path\":\"/a";
    a_line(&project.hook(cut), "standard input ended within the object");
    let (status, _, stderr) = project.hook_with(&["--strict"], cut);
    assert_eq!(status, 2);
    assert!(
        stderr.contains("standard input ended within the object"),
        "{stderr}"
    );
    a_line(
        &project.hook(project.event("PostToolUse", "gone.js")),
        "gone.js: ",
    );
}

#[test]
fn events_and_fields_that_are_not_known_pass() {
    let project = Project::new();
    for input in [
        json!({"hook_event_name": "Notification", "message": "waits"}),
        json!({"hook_event_name": "Later", "tool_input": [[{"file_path": 1}]]}),
        json!({"hook_event_name": "PostToolUse", "tool_name": "Bash", "tool_input": {"command": "ls"}}),
        json!({"hook_event_name": "Stop", "stop_hook_active": true}),
    ] {
        nothing(&project.hook(input.to_string()));
    }
    assert!(!project.path.join(".kilowat").exists());
}

#[test]
fn a_payload_of_ten_mebibytes_and_bytes_that_are_no_text() {
    let project = Project::new();
    project.write("a.js", BROKEN);
    let event = project.event("PostToolUse", "a.js");
    let content = "x \\\"{[".repeat(1_800_000);
    let long = event.replace('…', &content);
    assert!(long.len() > 10 << 20);
    assert_eq!(project.hook(&long).0, 2);
    let bytes = event.into_bytes();
    let at = bytes
        .windows(3)
        .position(|part| part == "…".as_bytes())
        .unwrap();
    let odd = [&bytes[..at], b"\xff\xfe\xc3", &bytes[at + 3..]].concat();
    assert_eq!(project.hook(&odd).0, 2);
}

#[test]
fn a_pipe_that_stays_open_and_one_that_gives_a_byte_at_a_time() {
    let project = Project::new();
    project.write("a.js", BROKEN);
    let event = project.event("PostToolUse", "a.js");
    let mut child = project.command(&["hook"]).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    for byte in event.as_bytes() {
        stdin.write_all(&[*byte]).unwrap();
    }
    // The host keeps its end.
    let began = Instant::now();
    let status = child.wait().unwrap();
    assert_eq!(status.code(), Some(2));
    assert!(
        began.elapsed() < Duration::from_secs(20),
        "{:?}",
        began.elapsed()
    );
    drop(stdin);
    let mut child = project.command(&["hook"]).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin
        .write_all(&event.as_bytes()[..event.len() - 1])
        .unwrap();
    let began = Instant::now();
    let output = child.wait_with_output().unwrap();
    drop(stdin);
    assert!(
        began.elapsed() >= Duration::from_millis(1_900),
        "{:?}",
        began.elapsed()
    );
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(
        stderr.starts_with("kilowat: hook: nothing came for 2.0 s, after "),
        "{stderr}"
    );
}

#[cfg(unix)]
#[test]
fn closed_inputs_and_outputs() {
    let project = Project::new();
    project.write("a.js", BROKEN);
    project.write("b.js", "export const b = 1;\r\nexport const c = 2;\n");
    project.write("errors", project.event("PostToolUse", "a.js"));
    project.write("warnings", project.event("PostToolUse", "b.js"));
    let shell = |line: &str| {
        let mut command = project.command(&[]);
        let program = command.get_program().to_owned();
        let output = Command::new("sh")
            .args(["-c", &line.replace("kilowat", "\"$KILOWAT\" hook")])
            .envs(
                command
                    .get_envs()
                    .filter_map(|(name, value)| Some((name, value?))),
            )
            .env("KILOWAT", program)
            .env_remove("KILOWAT_SWARM")
            .env_remove("KILOWAT_REDIS")
            .current_dir(&project.path)
            .output()
            .unwrap();
        command.stdin(Stdio::null());
        let stderr = String::from_utf8(output.stderr).unwrap();
        (output.status.code().unwrap(), stderr)
    };
    let closed = |words: &str| (0, format!("kilowat: hook: {words}\n"));
    assert_eq!(
        shell("kilowat <&-"),
        closed("standard input: Bad file descriptor (os error 9)")
    );
    let words = "standard output: Bad file descriptor (os error 9)";
    assert_eq!(shell("kilowat <warnings >&-"), closed(words));
    let (status, words) = shell("kilowat <warnings >/dev/full");
    assert_eq!(status, 0);
    assert!(
        words.starts_with("kilowat: hook: standard output: No space left"),
        "{words}"
    );
    // Errors need no standard output, and the status says that there are some where nothing else can.
    let (status, words) = shell("kilowat <errors >&-");
    assert_eq!((status, begins_with_error(&words)), (2, true), "{words}");
    assert_eq!(shell("kilowat <errors 2>&-"), (2, String::new()));
    assert_eq!(
        shell("kilowat <warnings 2>&- >/dev/null"),
        (0, String::new())
    );
    // Nobody reads what is printed.
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut child = project.command(&["hook"]);
    let status = child
        .stdin(fs::File::open(project.path.join("warnings")).unwrap())
        .stdout(writer)
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(0));
}

#[test]
fn whatever_becomes_of_the_database_findings_are_told() {
    let project = Project::new();
    project.write("a.js", BROKEN);
    let told = |words: &str| {
        let (status, stdout, stderr) = project.hook(project.event("PostToolUse", "a.js"));
        assert_eq!((status, stdout.as_str()), (2, ""), "{stderr}");
        let mut lines = stderr.lines();
        assert!(lines.any(begins_with_error), "{stderr}");
        assert!(stderr.contains(words), "{stderr}");
    };
    told("");
    fs::write(project.path.join(".kilowat/swarm.db"), vec![0x5a; 50_000]).unwrap();
    for name in ["swarm.db-wal", "swarm.db-shm"] {
        let _ = fs::remove_file(project.path.join(".kilowat").join(name));
    }
    told("kilowat: hook: the database was damaged and is set aside in ");
    told("");
    // Something that is no folder is in its place.
    fs::remove_dir_all(project.path.join(".kilowat")).unwrap();
    project.write(".kilowat", "");
    told("kilowat: hook: the report is not stored: ");
}

#[cfg(unix)]
#[test]
fn at_the_end_of_a_turn_deferred_commands_are_awaited() {
    let project = Project::new();
    let home = Folder::new();
    let command = "[javascript]\nlint = [\"sh\", \"-c\", \"echo $KILOWAT_FILE is odd; exit 3\"]\n";
    project.write(
        ".kilowat/post-edit.toml",
        format!("{command}[hook]\nstop-waits = 60\n"),
    );
    project.write("a.js", "export const a = 1;\n");
    project.write("a.test.js", "test('a', () => {});\n");
    let run = |arguments: &[&str], input: String| {
        let mut command = project.command(arguments);
        command
            .env("XDG_CONFIG_HOME", home.path())
            .env("HOME", home.path());
        let mut child = command.spawn().unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(input.as_bytes())
            .unwrap();
        let output = child.wait_with_output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stdout).unwrap(),
            stderr,
        )
    };
    let stop = |active: bool| {
        let event =
            json!({"hook_event_name": "Stop", "cwd": project.path, "stop_hook_active": active});
        let (status, stdout, stderr) = run(&["hook"], event.to_string());
        assert_eq!((status, stderr.as_str()), (Some(0), ""), "{stdout}");
        stdout
    };
    // Nobody has trusted it.
    run(&["hook"], project.event("PostToolUse", "a.js"));
    assert_eq!(stop(false), "");
    let (status, _, stderr) = run(&["trust"], String::new());
    assert_eq!(status, Some(0), "{stderr}");
    project.write("a.js", "export const a = 2;\n");
    run(&["hook"], project.event("PostToolUse", "a.js"));
    assert_eq!(stop(true), "");
    let said: Value = serde_json::from_str(&stop(false)).unwrap();
    assert_eq!(said["decision"], "block");
    let reason = said["reason"].as_str().unwrap();
    assert!(
        reason.starts_with("a.js: lint failed: ") && reason.contains("\n  | a.js is odd"),
        "{reason}"
    );
    assert_eq!(stop(false), "", "it was told");
}

#[test]
fn settings_are_to_be_pasted() {
    let project = Project::new();
    let ran = project.run(&["hook", "--settings"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    let settings: Value = serde_json::from_slice(&ran.stdout).unwrap();
    let hooks = settings["hooks"].as_object().unwrap();
    let events = [
        "PostToolUse",
        "PreToolUse",
        "SessionStart",
        "Stop",
        "SubagentStop",
        "UserPromptSubmit",
    ];
    let mut names: Vec<_> = hooks.keys().collect();
    names.sort();
    assert_eq!(names, events);
    for (event, list) in hooks {
        let has_tool = event.ends_with("ToolUse");
        assert_eq!(
            list[0]["matcher"] == "Write|Edit|MultiEdit|NotebookEdit",
            has_tool
        );
        let hook = &list[0]["hooks"][0];
        assert_eq!(hook["type"], "command");
        assert!(hook["timeout"].as_u64().is_some());
    }
    // What is pasted works, as the host's shell runs it.
    let command = hooks["PostToolUse"][0]["hooks"][0]["command"]
        .as_str()
        .unwrap();
    assert!(command.ends_with(" hook"), "{command}");
    #[cfg(unix)]
    {
        project.write("a.js", BROKEN);
        project.write("event", project.event("PostToolUse", "a.js"));
        let status = Command::new("sh")
            .args(["-c", command])
            .current_dir(&project.path)
            .envs([("KILOWAT_TIERS", "native"), ("KILOWAT_CACHE", "off")])
            .env_remove("KILOWAT_SWARM")
            .stdin(fs::File::open(project.path.join("event")).unwrap())
            .stderr(Stdio::null())
            .status();
        assert_eq!(status.unwrap().code(), Some(2));
    }
    let strict = project.run(&["hook", "--settings", "--strict"]);
    assert!(
        String::from_utf8(strict.stdout)
            .unwrap()
            .contains(" hook --strict\"")
    );
    let http = project.run(&["hook", "--settings", "--http", "http://127.0.0.1:7413/"]);
    let settings: Value = serde_json::from_slice(&http.stdout).unwrap();
    let hook = &settings["hooks"]["Stop"][0]["hooks"][0];
    assert_eq!(hook["url"], "http://127.0.0.1:7413/hooks");
    assert_eq!(hook["headers"]["Authorization"], "Bearer $KILOWAT_TOKEN");
    assert_eq!(hook["allowedEnvVars"], json!(["KILOWAT_TOKEN"]));
    let arguments = ["hook", "--settings", "--strict", "--http", "http://a:1"];
    let strict: Value = serde_json::from_slice(&project.run(&arguments).stdout).unwrap();
    let hook = &strict["hooks"]["PreToolUse"][0]["hooks"][0];
    assert_eq!(hook["url"], "http://a:1/hooks?strict");
    let wrong = project.run(&["hook", "--settings", "--http", "127.0.0.1"]);
    let words = "kilowat: 127.0.0.1: expected a URL, such as http://127.0.0.1:7413\n";
    wrong.expect(2, "", words);
}

#[test]
fn recorded_events_are_played() {
    let project = Project::new();
    let ran = project.run(&["hook", "--check"]);
    let text = String::from_utf8(ran.stdout).unwrap();
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{text}");
    for line in text.lines().skip(1) {
        assert!(!line.contains("NOT AS"), "{line}");
    }
    let records = project.run(&["--json", "hook", "--check"]).json();
    let record = |name: &str| {
        records
            .iter()
            .find(|record| record["event"] == name)
            .unwrap()
    };
    assert_eq!(record("post-write-broken")["status"], 2);
    assert_eq!(
        record("pre-write-protected")["stdout"]["hookSpecificOutput"]["permissionDecision"],
        "deny"
    );
    assert!(records.iter().all(|record| record["as_expected"] == true));
    assert!(
        !project.path.join(".kilowat").exists(),
        "it is done elsewhere"
    );
}

#[test]
fn a_project_is_made_ready() {
    let project = Project::new();
    let ran = project.run(&["init"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    let text = String::from_utf8(ran.stdout).unwrap();
    assert_eq!(
        text.lines()
            .filter(|line| line.starts_with("made "))
            .count(),
        3,
        "{text}"
    );
    assert!(text.contains("`kilowat hook --settings`"), "{text}");
    project.write(".kilowat/post-edit.toml", "# mine\n");
    let again = project.run(&["--json", "init"]).json();
    let files = again[0]["files"].as_array().unwrap();
    assert!(files.iter().all(|file| file["made"] == false), "{files:?}");
    assert_eq!(again[0]["database"]["made"], false);
    let mine = fs::read_to_string(project.path.join(".kilowat/post-edit.toml")).unwrap();
    assert_eq!(mine, "# mine\n");
    // From a folder of the project it is the same.
    project.write("src/a.js", "");
    let mut command = project.command(&["--json", "init"]);
    let output = command
        .current_dir(project.path.join("src"))
        .output()
        .unwrap();
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(said["folder"], json!(project.path.join(".kilowat")));
}

#[cfg(unix)]
#[test]
fn the_example_runs_in_a_repository() {
    if !super::tool_is_there("git", "git") {
        return;
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/hooks.sh");
    let output = Command::new("sh")
        .arg(script)
        .env("KILOWAT", env!("CARGO_BIN_EXE_kilowat"))
        .envs([("KILOWAT_TIERS", "native"), ("KILOWAT_CACHE", "off")])
        .env_remove("KILOWAT_SWARM")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{text}{stderr}");
    assert!(
        text.starts_with("tracked: .kilowat/.gitignore .kilowat/post-edit.toml \n"),
        "{text}"
    );
    let parts: Vec<_> = text.split("--- ").skip(1).collect();
    assert!(
        parts[0].contains("\ncart.js:")
            && parts[0].contains(": error: ")
            && parts[0].ends_with("status 2\n"),
        "{text}"
    );
    assert_eq!(parts[1], "the same, mended\nstatus 0\n");
    assert!(
        parts[2].contains("\"permissionDecision\":\"deny\"") && parts[2].ends_with("status 0\n"),
        "{text}"
    );
}
