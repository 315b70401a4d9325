//! `--fix`.

use std::fs;

use kilowat_hooks::{Context, Verdict};

use super::ground::{Project, found_by};

fn fixing() -> Context {
    Context {
        fix: true,
        ..Context::default()
    }
}

#[test]
fn what_needs_no_thought_is_put_right_and_stays_so() {
    let project = Project::new();
    for (name, before, after) in [
        (
            "a.rs",
            "\u{feff}fn a() {}  \r\n\nfn b() {}",
            "fn a() {}\n\nfn b() {}\n",
        ),
        (
            "b.rs",
            "fn a() {}\r\nfn b() {}\r\nfn c() {}\n",
            "fn a() {}\r\nfn b() {}\r\nfn c() {}\r\n",
        ),
        // Blanks that mean something stay.
        ("c.md", "a  \nb", "a  \nb\n"),
        ("d.js", "const a = `b  \nc`;  \n", "const a = `b  \nc`;\n"),
        ("e.unknown", "a  \n", "a  \n"),
        ("f.rs", "", ""),
    ] {
        project.write(name, before);
        let report = project.report(name, &fixing());
        assert_eq!(project.read(name), after, "{name}");
        assert_eq!(
            report.fixed.is_empty(),
            before == after,
            "{name}: {:?}",
            report.fixed
        );
        let again = project.report(name, &fixing());
        assert!(
            again.fixed.is_empty() && again.digest == report.digest,
            "{name}"
        );
        assert!(
            found_by(&again, "format").is_empty(),
            "{name}: {:?}",
            again.findings
        );
    }
}

#[test]
fn the_project_says_what_is_right() {
    let project = Project::new();
    project.write(
        ".editorconfig",
        "[*]\nend_of_line = crlf\ncharset = utf-8-bom\ninsert_final_newline = false\n\
         [*.md]\ntrim_trailing_whitespace = true\n",
    );
    project.write("a.md", "a  \nb\n");
    let report = project.report("a.md", &fixing());
    assert_eq!(project.read("a.md"), "\u{feff}a\r\nb");
    assert_eq!(report.fixed.len(), 4, "{:?}", report.fixed);
    assert!(
        found_by(&report, "format").is_empty(),
        "{:?}",
        report.findings
    );
}

#[cfg(unix)]
#[test]
fn rights_and_links_stay_as_they_are() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    let project = Project::new();
    project.write("run.sh", "#!/bin/sh\ntrue");
    fs::set_permissions(project.path("run.sh"), fs::Permissions::from_mode(0o750)).unwrap();
    symlink("run.sh", project.path("link.sh")).unwrap();
    project.report("link.sh", &fixing());
    assert_eq!(project.read("run.sh"), "#!/bin/sh\ntrue\n");
    let mode = fs::metadata(project.path("run.sh"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o750);
    assert!(project.path("link.sh").is_symlink());
    let names = fs::read_dir(project.folder()).unwrap();
    assert_eq!(names.count(), 4, "nothing is left beside");
}

#[test]
fn a_file_that_cannot_be_read_as_text_is_left_as_it_is() {
    let project = Project::new();
    project.write("a.rs", b"a  \xff");
    let report = project.report("a.rs", &fixing());
    assert_eq!(report.verdict(), Verdict::Errors);
    assert!(report.fixed.is_empty());
    assert_eq!(fs::read(project.path("a.rs")).unwrap(), b"a  \xff");
}
