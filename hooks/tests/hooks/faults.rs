//! What goes wrong with files, folders and the database ends with a report.

use std::fs::{self, OpenOptions};
use std::io::{Seek as _, SeekFrom, Write as _};
use std::thread;

use kilowat_hooks::{Context, Pipeline, Report, SkipReason, Verdict};

use super::ground::Project;

fn is_fault(report: &Report, reason: SkipReason) {
    let skipped = report.skipped.as_ref().unwrap();
    assert_eq!(skipped.reason, reason, "{}", skipped.message);
    assert_eq!(report.verdict(), Verdict::Fault);
    assert!(!report.summary.success && report.summary.errors.len() == 1);
}

#[test]
fn what_is_no_file_of_the_project_is_a_fault() {
    let project = Project::new();
    let other = tempfile::tempdir().unwrap();
    fs::write(other.path().join("secret.js"), "let secret = 1;\n").unwrap();
    project.write("a.js", "");
    let look = |path: &std::path::Path| {
        project
            .pipeline()
            .post_edit(path, &Context::default())
            .unwrap()
    };
    is_fault(&look("none.js".as_ref()), SkipReason::Missing);
    is_fault(&look("a.js/b.js".as_ref()), SkipReason::Missing);
    is_fault(&look("".as_ref()), SkipReason::NotAFile);
    is_fault(&look(".git".as_ref()), SkipReason::NotAFile);
    is_fault(&look(&other.path().join("secret.js")), SkipReason::Outside);
    is_fault(&look("../".as_ref()), SkipReason::Outside);
    assert_eq!(look(&project.path("a.js")).file, "a.js");
}

#[cfg(unix)]
#[test]
fn links_out_of_the_project_are_refused_and_pipes_not_waited_for() {
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;

    let project = Project::new();
    let other = tempfile::tempdir().unwrap();
    fs::write(other.path().join("secret.js"), "let secret = 1;\n").unwrap();
    project.write("a.js", "let a;\n");
    symlink(other.path().join("secret.js"), project.path("link.js")).unwrap();
    symlink(other.path(), project.path("folder")).unwrap();
    symlink("a.js", project.path("within.js")).unwrap();
    let look = |path: &str| project.report(path, &Context::default());
    for path in ["link.js", "folder/secret.js"] {
        let report = look(path);
        is_fault(&report, SkipReason::Outside);
        assert!(report.digest.is_none());
    }
    assert_eq!(look("within.js").file, "a.js");
    let pipe = std::process::Command::new("mkfifo")
        .arg(project.path("pipe.js"))
        .status();
    assert!(pipe.unwrap().success());
    is_fault(&look("pipe.js"), SkipReason::NotAFile);
    let _socket = UnixListener::bind(project.path("socket.js")).unwrap();
    is_fault(&look("socket.js"), SkipReason::NotAFile);
}

#[test]
fn a_huge_file_is_left_alone() {
    let project = Project::new();
    let file = fs::File::create(project.path("a.js")).unwrap();
    file.set_len(5 << 40)
        .unwrap_or_else(|_| file.set_len(8 << 30).unwrap());
    let report = project.report("a.js", &Context::default());
    assert_eq!(report.skipped.clone().unwrap().reason, SkipReason::TooLarge);
    assert_eq!(report.verdict(), Verdict::Fine);
}

#[test]
fn without_room_there_is_a_report_that_says_so() {
    let project = Project::new();
    drop(project.swarm());
    let size = fs::metadata(project.path(".kilowat/swarm.db"))
        .unwrap()
        .len();
    let swarm = Project::builder()
        .most_bytes(size)
        .open(&project.place())
        .unwrap();
    let pipeline = project.pipeline_of(&swarm);
    let mut unstored = 0;
    for number in 0..200 {
        // Each is larger than a page.
        let name = format!("{number}.js");
        let text = "let a = 1; let a = 2; // twice\n".repeat(100);
        project.write(&name, text);
        let report = pipeline
            .post_edit(name.as_ref(), &Context::default())
            .unwrap();
        assert_eq!(report.verdict(), Verdict::Errors);
        if !report.stored.success {
            unstored += 1;
            let why = report.stored.message.unwrap();
            assert!(why.ends_with("there is no room left to write"), "{why}");
        }
    }
    assert!(unstored > 0);
}

#[test]
fn a_damaged_database_is_no_reason_to_say_nothing() {
    let project = Project::new();
    project.write("a.js", "let a = 1;\nlet a = 2;\n");
    let swarm = project.swarm();
    let pipeline = project.pipeline_of(&swarm);
    assert!(
        pipeline
            .post_edit("a.js".as_ref(), &Context::default())
            .unwrap()
            .stored
            .success
    );
    drop((pipeline, swarm));
    let database = project.path(".kilowat/swarm.db");
    let length = fs::metadata(&database).unwrap().len();
    let mut file = OpenOptions::new().write(true).open(&database).unwrap();
    file.seek(SeekFrom::Start(0)).unwrap();
    file.write_all(&vec![0x5a; usize::try_from(length).unwrap()])
        .unwrap();
    drop(file);
    let error = Project::builder()
        .salvages(false)
        .open(&project.place())
        .unwrap_err();
    let runtime = kilowat::Runtime::with_engine(kilowat::EngineKind::Native).unwrap();
    let pipeline = Pipeline::without_swarm(error.to_string(), runtime, project.folder()).unwrap();
    let report = pipeline
        .post_edit("a.js".as_ref(), &Context::default())
        .unwrap();
    assert_eq!(report.verdict(), Verdict::Errors);
    assert!(!report.stored.success && report.stored.message.is_some());
    assert!(pipeline.untold().unwrap().is_empty());
    // What can be read of it is salvaged by who opens it as usual.
    assert!(project.look("b.js", "let b;\n").stored.success);
}

#[test]
fn a_key_that_is_no_name_loses_nothing_else() {
    let project = Project::new();
    project.write("a.js", "let a;\n");
    let mut context = Context::default();
    context.agent.memory_key = Some("../../etc".to_owned());
    let report = project.report("a.js", &context);
    assert!(report.stored.success && report.stored.memory_key.is_none());
    assert!(report.stored.message.unwrap().contains("two dots"));
}

#[test]
fn a_step_without_time_stops_and_says_so() {
    let project = Project::new();
    project.write("a.js", "let a;  \n".repeat(5_000));
    let pipeline = project
        .pipeline()
        .budgets(kilowat_hooks::Budgets::each(std::time::Duration::ZERO));
    let report = pipeline
        .post_edit("a.js".as_ref(), &Context::default())
        .unwrap();
    let stopped: Vec<_> = report
        .durations
        .steps
        .iter()
        .filter(|step| step.stopped)
        .collect();
    assert!(
        stopped.iter().any(|step| step.name == "format"),
        "{:?}",
        report.durations
    );
    let said = |name: &str| {
        let mut of = report.recommendations.iter();
        of.any(|said| {
            said.message
                .starts_with(&format!("{name} was stopped after"))
        })
    };
    assert!(stopped.iter().all(|step| said(&step.name)));
}

#[test]
fn a_thousand_edits_at_once() {
    let project = Project::new();
    let pipeline = project.pipeline();
    let count = 1_000;
    for number in 0..count {
        project.write(&format!("src/{number}.js"), format!("let a{number} = 1;\n"));
    }
    thread::scope(|scope| {
        let threads: Vec<_> = (0..count)
            .map(|number| {
                let pipeline = &pipeline;
                scope.spawn(move || {
                    let name = format!("src/{number}.js");
                    pipeline
                        .post_edit(name.as_ref(), &Context::default())
                        .unwrap()
                })
            })
            .collect();
        for thread in threads {
            let report = thread.join().unwrap();
            assert!(report.stored.success, "{:?}", report.stored);
            assert_eq!(report.verdict(), Verdict::Fine);
        }
    });
    let swarm = pipeline.swarm().unwrap();
    let report = swarm
        .monitor()
        .report(std::time::Duration::from_mins(5))
        .unwrap();
    let hook = report
        .hooks
        .iter()
        .find(|hook| hook.name == "post-edit")
        .unwrap();
    assert_eq!((hook.n, hook.errors), (count, 0));
    assert!(
        swarm
            .memory()
            .reports()
            .last("src/999.js")
            .unwrap()
            .is_some()
    );
}
