//! The commands of the deferred lane. What is trusted is the user's own, so that each test has a home of its own, in a
//! process of its own.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use kilowat_hooks::deferred::{self, TrustError};
use kilowat_hooks::{Context, DeferredState, Verdict};
use kilowat_swarm::messenger::redis::Address;

use super::ground::Project;

/// Runs a test again as a process whose user has no configuration yet.
fn alone(name: &str, test: impl FnOnce(&Project)) {
    let project = Project::new();
    if std::env::var_os("KILOWAT_TEST_ALONE").is_some() {
        test(&project);
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &format!("deferred::{name}"), "--nocapture"])
        .env("KILOWAT_TEST_ALONE", "1")
        .env("HOME", home.path())
        .env_remove("XDG_CONFIG_HOME")
        .output()
        .unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"));
}

/// A program of the project, which says that it ran.
fn set_up(project: &Project, script: &str) {
    use std::os::unix::fs::PermissionsExt as _;

    project.write(
        "check.sh",
        format!("#!/bin/sh\necho \"$@\" >> ran\n{script}\n"),
    );
    fs::set_permissions(project.path("check.sh"), fs::Permissions::from_mode(0o755)).unwrap();
    project.write(
        ".kilowat/post-edit.toml",
        "[javascript]\nlint = [\"./check.sh\", \"lint\", \"{file}\"]\n\
         tests = [\"./check.sh\", \"tests\", \"{file}\"]\n[limits]\nseconds = 1\nbytes = 10000\n",
    );
    project.write("a.js", "let a;\n");
}

fn trust(project: &Project) {
    let folder = fs::canonicalize(project.folder()).unwrap();
    deferred::trust(&folder, project.pipeline().runtime()).unwrap();
}

fn ran(project: &Project) -> String {
    fs::read_to_string(project.path("ran")).unwrap_or_default()
}

fn waiting() -> Context {
    Context {
        wait: true,
        ..Context::default()
    }
}

#[test]
fn commands_that_came_with_a_project_do_not_run() {
    alone("commands_that_came_with_a_project_do_not_run", |project| {
        set_up(project, "");
        let report = project.report("a.js", &waiting());
        assert_eq!(report.deferred.state, DeferredState::Untrusted);
        assert_eq!(report.deferred.commands, ["lint", "tests"]);
        assert!(
            report
                .recommendations
                .iter()
                .any(|said| said.kind == "trust")
        );
        let pipeline = project.pipeline();
        assert_eq!(pipeline.settle(Duration::from_secs(1)).unwrap(), 0);
        assert_eq!(ran(project), "");
        // Nor where the project says of itself that it is trusted.
        let folder = fs::canonicalize(project.folder()).unwrap();
        let (commands, trusted) = deferred::trusted(&folder, pipeline.runtime()).unwrap();
        assert_eq!((commands.len(), trusted), (2, false));
        assert_eq!(commands[0].words, ["./check.sh", "lint", "{file}"]);
        trust(project);
        assert_eq!(
            project.report("a.js", &waiting()).deferred.state,
            DeferredState::Done
        );
        assert_eq!(ran(project), "lint a.js\ntests a.js\n");
        // Another file is another decision, and what is taken back is none.
        let file = ".kilowat/post-edit.toml";
        let text = project.read(file);
        project.write(file, text.replace("tests a", "tests b") + "# changed\n");
        let state = || project.report("a.js", &waiting()).deferred.state;
        assert_eq!(state(), DeferredState::Untrusted);
        project.write(file, &text);
        assert_eq!(state(), DeferredState::Done);
        assert!(deferred::revoke(&folder, pipeline.runtime()).unwrap());
        assert!(!deferred::revoke(&folder, pipeline.runtime()).unwrap());
        assert_eq!(state(), DeferredState::Untrusted);
        fs::remove_file(project.path(file)).unwrap();
        let nothing = deferred::trust(&folder, pipeline.runtime()).unwrap_err();
        assert!(matches!(nothing, TrustError::Nothing { .. }), "{nothing}");
    });
}

#[test]
fn their_queue_is_of_this_machine_whatever_has_other_messages() {
    let name = "their_queue_is_of_this_machine_whatever_has_other_messages";
    alone(name, |project| {
        set_up(project, "");
        trust(project);
        let nobody = Address::new("unix:/nowhere/redis.sock").unwrap();
        let builder = Project::builder().redis(Some(nobody));
        let swarm = builder.open(&project.place()).unwrap();
        let pipeline = project.pipeline_of(&swarm);
        let report = pipeline.post_edit("a.js".as_ref(), &Context::default());
        assert_eq!(report.unwrap().deferred.state, DeferredState::Queued);
        let queue = project.swarm().queue(deferred::QUEUE).open().unwrap();
        assert_eq!(queue.stats().unwrap().unwrap().ready, 1);
        assert_eq!(pipeline.settle(Duration::from_mins(1)).unwrap(), 0);
        assert_eq!(ran(project), "lint a.js\ntests a.js\n");
    });
}

#[test]
fn a_worker_runs_them_and_the_next_hook_tells() {
    alone("a_worker_runs_them_and_the_next_hook_tells", |project| {
        set_up(
            project,
            "[ \"$1\" = lint ] && echo 'line 1: no' && echo why >&2 && exit 1\nexit 0",
        );
        trust(project);
        let report = project.report("a.js", &Context::default());
        assert_eq!(
            report.deferred.state,
            DeferredState::Queued,
            "{:?}",
            report.deferred
        );
        assert_eq!(ran(project), "", "the hook does not wait");
        let pipeline = project.pipeline();
        assert!(pipeline.untold().unwrap().is_empty());
        assert_eq!(pipeline.settle(Duration::from_secs(20)).unwrap(), 0);
        let told = pipeline.untold().unwrap();
        let [told] = &told[..] else {
            panic!("{told:?}")
        };
        assert_eq!((told.file.as_str(), told.is_success()), ("a.js", false));
        assert_eq!(Some(&told.digest), report.digest.as_ref());
        let [lint, tests] = &told.results[..] else {
            panic!("{told:?}")
        };
        assert!(!lint.success && tests.success);
        assert_eq!(lint.output, "line 1: no\nwhy");
        assert_eq!(lint.message, "./check.sh has ended with status 1");
        assert!(pipeline.untold().unwrap().is_empty(), "it is told once");
    });
}

#[test]
fn a_newer_edit_takes_the_place_of_an_older_one() {
    alone("a_newer_edit_takes_the_place_of_an_older_one", |project| {
        set_up(project, "");
        trust(project);
        for number in 0..5 {
            project.look("a.js", format!("let a = {number};\n"));
        }
        // Back to what was sent before.
        project.look("a.js", "let a = 0;\n");
        let pipeline = project.pipeline();
        assert_eq!(pipeline.settle(Duration::from_secs(20)).unwrap(), 0);
        assert_eq!(
            ran(project),
            "lint a.js\ntests a.js\n",
            "once, for what is there"
        );
        assert_eq!(pipeline.untold().unwrap().len(), 1);
    });
}

#[test]
fn commands_that_hang_flood_or_are_not_there_come_to_an_end() {
    alone(
        "commands_that_hang_flood_or_are_not_there_come_to_an_end",
        |project| {
            set_up(project, "[ \"$1\" = lint ] && sleep 60\nyes");
            trust(project);
            let began = Instant::now();
            let report = project.report("a.js", &waiting());
            assert!(began.elapsed() < Duration::from_secs(30));
            let [lint, tests] = &report.deferred.results[..] else {
                panic!("{report:?}")
            };
            assert_eq!(lint.message, "./check.sh was ended, as it took too long");
            assert_eq!(
                tests.message,
                "./check.sh was ended, as it has written too much"
            );
            assert!(tests.output.len() <= 8 << 10, "{}", tests.output.len());
            assert_eq!(report.verdict(), Verdict::Errors);
            assert!(report.testing.unwrap().executed);
            let file = ".kilowat/post-edit.toml";
            project.write(
                file,
                "[javascript]\ntypes = [\"kilowat-no-such-program\"]\n",
            );
            trust(project);
            let report = project.report("a.js", &waiting());
            let message = &report.deferred.results[0].message;
            assert!(
                message.starts_with("kilowat-no-such-program could not be started"),
                "{message}"
            );
            assert!(!report.steps.type_check.success && report.steps.type_check.ran);
            project.write(file, "[javascript]\nrun = 1\n");
            let report = project.report("a.js", &waiting());
            assert_eq!(report.deferred.state, DeferredState::Failed);
            assert_eq!(
                report.verdict(),
                Verdict::Fine,
                "what is wrong is not the file"
            );
        },
    );
}

#[test]
fn what_is_trusted_is_for_the_user_alone() {
    use std::os::unix::fs::PermissionsExt as _;

    alone("what_is_trusted_is_for_the_user_alone", |project| {
        set_up(project, "");
        trust(project);
        let folder = PathBuf::from(std::env::var_os("HOME").unwrap()).join(".config/kilowat/trust");
        let files: Vec<_> = fs::read_dir(&folder).unwrap().map(Result::unwrap).collect();
        let [file] = &files[..] else {
            panic!("{files:?}")
        };
        let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(folder), mode(file.path())), (0o700, 0o600));
    });
}
