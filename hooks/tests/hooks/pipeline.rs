//! What the pipeline says of files.

use std::fs;

use kilowat_hooks::{
    Context, Edit, Finding, Findings, Priority, Severity, SkipReason, Step, Verdict,
};
use kilowat_swarm::rollback::{Rollback, System};
use serde_json::Value;

use super::ground::{Project, found, found_by};

#[test]
fn text_that_is_not_as_it_looks() {
    let project = Project::new();
    for (name, text, expected) in [
        ("a.js", &b"let a = '\xff';\n"[..], &["text.utf-8 1:10"][..]),
        (
            "b.js",
            b"\xef\xbb\xbflet a;\n",
            &["text.byte-order-mark 1:1"],
        ),
        (
            "c.js",
            b"let a;\r\nlet b;\nlet c;\n",
            &["text.line-ends 1:7"],
        ),
        (
            "d.txt",
            b"<<<<<<< ours\na\n=======\nb\n>>>>>>> theirs\n",
            &["text.conflict 1:1"],
        ),
        ("e.md", b"Title\n=======\n", &[]),
        (
            "f.js",
            "// a\u{202e}b\nlet a;\n".as_bytes(),
            &["text.bidirectional 1:5"],
        ),
        ("g.js", "// \u{2067}a\u{2069}\n".as_bytes(), &[]),
        (
            "h.js",
            "let a\u{200b};\n".as_bytes(),
            &["text.invisible 1:6"],
        ),
        (
            "i.txt",
            "👩‍👩‍👧 e\u{301} ✌️ 葛\u{e0100} نمی‌خواهم\n".as_bytes(),
            &[],
        ),
        (
            "j.js",
            "// a\u{e0101}\u{e0102}\u{e0103}\n".as_bytes(),
            &["text.invisible 1:5"],
        ),
        ("k.txt", b"a\x1b[0m\x07\n", &["text.control 1:2"]),
    ] {
        let report = project.look(name, text);
        assert_eq!(found_by(&report, "text"), expected, "{name}");
    }
}

#[test]
fn a_mark_before_what_the_system_reads_is_an_error() {
    let project = Project::new();
    let report = project.look("run.sh", b"\xef\xbb\xbf#!/bin/sh\n");
    assert_eq!(report.verdict(), Verdict::Errors);
    let report = project.look("a.json", b"\xef\xbb\xbf{}\n");
    assert_eq!(report.verdict(), Verdict::Errors);
}

#[test]
fn syntax_is_placed_with_its_line() {
    let project = Project::new();
    let report = project.look("src/a.js", "let a = 1;\nlet ä = 2; let a = 3;\n");
    assert_eq!(found_by(&report, "syntax"), ["syntax 2:16"]);
    let placed = &report.findings[0];
    assert_eq!(placed.text.as_deref(), Some("let ä = 2; let a = 3;"));
    assert_eq!(
        (report.verdict(), report.language.as_str()),
        (Verdict::Errors, "javascript")
    );
    assert!(!report.steps.linting.success && report.steps.formatting.success);
    assert!(report.summary.errors[0].starts_with("src/a.js:2:16: "));
    let report = project.look("b.json", "{\"a\": 1,}\n");
    assert_eq!(found(&report), ["syntax 1:9"]);
    assert_eq!(
        found(&project.look("c.js", "export const a = <T>1;")).len(),
        2
    );
    assert_eq!(found(&project.look("d.js", "with (a) b;\n")), [""; 0]);
}

#[test]
fn layout_is_a_suggestion_where_nothing_is_set_and_a_warning_where_it_is() {
    let project = Project::new();
    let text = "a = 1  \n\tb = 2\nc = 3";
    let report = project.look("a.toml", text);
    let trailing = "format.trailing-whitespace 1:6";
    let end = "format.final-newline 3:6";
    assert_eq!(found_by(&report, "format"), [trailing, end]);
    assert!(report.summary.warnings.is_empty());
    project.write(
        ".editorconfig",
        "[*]\nindent_style = space\ntrim_trailing_whitespace = true\ninsert_final_newline = true\n\
         max_line_length = 5\nend_of_line = crlf\n",
    );
    let report = project.look("a.toml", text);
    assert_eq!(
        found_by(&report, "format"),
        [
            trailing,
            "format.line-length 1:6",
            "format.line-ends 1:8",
            "format.indentation 2:1",
            "format.line-length 2:3",
            end,
        ],
        "{:#?}",
        report.findings
    );
    assert_eq!(report.summary.warnings.len(), 4);
    // In Markdown two blanks at the end are a line break.
    fs::remove_file(project.path(".editorconfig")).unwrap();
    assert_eq!(found(&project.look("a.md", "a  \nb\n")), [""; 0]);
}

#[test]
fn the_test_of_a_file_and_its_coverage() {
    let project = Project::new();
    project.write("src/a.js", "export const a = 1;\n");
    let mut context = Context {
        tdd_mode: true,
        ..Context::default()
    };
    let report = project.report("src/a.js", &context);
    let compliance = report.tdd_compliance.as_ref().unwrap();
    assert!(!compliance.has_tests && !report.blocking);
    assert_eq!(report.verdict(), Verdict::Fine);
    let testing = |report: &kilowat_hooks::Report| {
        let mut of = report.recommendations.iter();
        of.find(|recommendation| recommendation.kind == "testing")
            .cloned()
    };
    let recommendation = testing(&report).unwrap();
    assert_eq!(recommendation.priority, Priority::High);
    assert_eq!(recommendation.action, "write src/a.test.js");
    context.block_on_tdd_violations = true;
    let report = project.report("src/a.js", &context);
    assert!(report.blocking);
    assert_eq!(report.verdict(), Verdict::Errors);
    // The file has not changed, but what its report says has.
    project.write("test/a.test.js", "");
    project.write(
        "coverage/lcov.info",
        "SF:src/a.js\nLF:10\nLH:7\nend_of_record\n",
    );
    let report = project.report("src/a.js", &context);
    let file = report.testing.as_ref().unwrap().test_file.as_deref();
    assert_eq!(file, Some("test/a.test.js"));
    assert!(testing(&report).is_none());
    let coverage = report.coverage.as_ref().unwrap();
    assert!(!coverage.meets_minimum && report.blocking);
    assert_eq!((coverage.lines.total, coverage.lines.covered), (10, 7));
    context.minimum_coverage = 70.0;
    let report = project.report("src/a.js", &context);
    assert!(!report.blocking, "{:?}", report.tdd_compliance);
}

#[test]
fn an_unchanged_file_has_the_report_of_before() {
    let project = Project::new();
    let pipeline = project.pipeline();
    let context = Context::default();
    let look = |context: &Context| pipeline.post_edit("a.js".as_ref(), context).unwrap();
    project.write("a.js", "let a = 1;\nlet a = 2;\n");
    let first = look(&context);
    assert!(!first.unchanged && first.stored.success);
    let second = look(&context);
    assert!(second.unchanged);
    assert_eq!(second.edit_id, first.edit_id);
    assert_eq!(second.findings, first.findings);
    let again = look(&Context {
        again: true,
        ..context.clone()
    });
    assert!(!again.unchanged);
    assert_ne!(again.edit_id, first.edit_id);
    // Other questions have other answers.
    assert!(
        !look(&Context {
            tdd_mode: true,
            ..context.clone()
        })
        .unchanged
    );
    project.write("a.js", "let a = 1;\n");
    let mended = look(&context);
    assert!(!mended.unchanged);
    assert_eq!(mended.verdict(), Verdict::Fine);
    let report = project
        .swarm()
        .monitor()
        .report(std::time::Duration::from_mins(5))
        .unwrap();
    let hook = report
        .hooks
        .iter()
        .find(|hook| hook.name == "post-edit")
        .unwrap();
    assert_eq!((hook.n, hook.errors), (5, 0));
}

#[test]
fn what_is_not_looked_at_says_why() {
    let project = Project::new();
    project.write(".gitignore", "*.log\n");
    for (name, text, reason) in [
        ("a.log", &b"a"[..], SkipReason::Ignored),
        ("package-lock.json", b"{", SkipReason::Generated),
        ("a.png", b"\x89PNG\0\0", SkipReason::Binary),
        (
            "b.go",
            b"// Code generated by x. DO NOT EDIT.\n",
            SkipReason::Generated,
        ),
    ] {
        let report = project.look(name, text);
        let skipped = report.skipped.clone().unwrap();
        assert_eq!(
            (skipped.reason, report.verdict()),
            (reason, Verdict::Fine),
            "{name}"
        );
        assert!(report.stored.success && !skipped.message.is_empty());
    }
}

#[test]
fn the_names_of_the_report_are_those_that_users_know() {
    let project = Project::new();
    project.write("a.js", "let a = 1;\nlet a = 2;");
    let mut context = Context::default();
    context.agent.memory_key = Some("swarm/coder/step-1".to_owned());
    let report = project.report("a.js", &context);
    let json = serde_json::to_value(&report).unwrap();
    for name in [
        "file",
        "language",
        "timestamp",
        "editId",
        "agentContext",
        "steps",
        "testing",
        "coverage",
        "recommendations",
        "blocking",
        "summary",
        "durations",
        "digest",
        "deferred",
        "findings",
    ] {
        assert!(json.get(name).is_some(), "{name}");
    }
    for path in [
        "/steps/formatting/success",
        "/steps/linting/message",
        "/steps/typeCheck/success",
        "/summary/errors/0",
        "/agentContext/memoryKey",
        "/findings/0/line",
        "/findings/0/rule",
    ] {
        assert!(
            json.pointer(path).is_some_and(|value| !value.is_null()),
            "{path}"
        );
    }
    assert_eq!(json["agentContext"]["agentType"], "coder");
    let timestamp = json["timestamp"].as_str().unwrap();
    assert!(
        timestamp.len() == 24 && timestamp.ends_with('Z'),
        "{timestamp}"
    );
    // It is read again as it was written, and is in the memory under its key.
    let back: kilowat_hooks::Report = serde_json::from_value(json).unwrap();
    assert_eq!(back, report);
    let stored = project
        .swarm()
        .memory()
        .get::<Value>("post-edit", "swarm/coder/step-1")
        .unwrap();
    assert_eq!(stored.unwrap().value["editId"], report.edit_id.as_str());
}

#[test]
fn hooks_that_are_rolled_back_find_the_same_by_native_code() {
    let project = Project::new();
    project.write("a.js", "let a = 1;\nlet a = 2;  \n");
    let pipeline = project.pipeline();
    let context = Context {
        again: true,
        ..Context::default()
    };
    let look = || pipeline.post_edit("a.js".as_ref(), &context).unwrap();
    let before = look();
    assert_eq!(pipeline.runtime().tiers().to_string(), "interpreter");
    let rollback = Rollback::of(&project.place()).system(System::Hooks).run();
    let rollback = rollback.unwrap();
    assert!(rollback.is_done(), "{rollback:?}");
    assert_eq!(pipeline.runtime().tiers().to_string(), "native");
    let after = look();
    // Where a program does not parse, native code may name another place.
    let rules = |report: &kilowat_hooks::Report| {
        let mut rules: Vec<_> = report
            .findings
            .iter()
            .map(|placed| placed.finding.rule.clone())
            .collect();
        rules.sort();
        rules
    };
    assert_eq!(rules(&after), rules(&before));
    assert_eq!(after.digest, before.digest);
}

#[test]
fn links_and_headings_of_markdown_are_looked_at_where_that_is_asked_for() {
    let project = Project::new();
    project.write("docs/b.md", "# B\n");
    project.write(
        "docs/a.md",
        "# A\n\n### C\n\n[b](b.md) [c](c.md#d) [x](https://x.y/) [e](#e)\n\n```\n[d](d.md)\n```\n",
    );
    assert_eq!(
        found(&project.report("docs/a.md", &Context::default())),
        [""; 0]
    );
    let context = Context {
        validate_markdown: true,
        ..Context::default()
    };
    let report = project.report("docs/a.md", &context);
    assert_eq!(
        found(&report),
        ["markdown.heading-level 3:1", "markdown.link 5:15"]
    );
}

/// A step as a program writes one.
struct LongFiles;

impl Step for LongFiles {
    fn name(&self) -> &'static str {
        "long-files"
    }

    fn run(&self, edit: &Edit<'_>, found: &mut Findings) {
        let lines = edit.bytes.split(|byte| *byte == b'\n').count() - 1;
        if lines > 2 && !edit.is_test {
            found.add(Finding {
                rule: "long-files".into(),
                severity: Severity::Suggestion,
                offset: 0,
                len: 0,
                message: format!("the file has {lines} lines"),
                why: "nobody reads it from one end to the other".into(),
                remedy: "move what belongs together into a file of its own".into(),
            });
        }
    }
}

#[test]
fn a_program_adds_steps_of_its_own() {
    let project = Project::new();
    project.write("a.js", "let a;\nlet b;\nlet c;\n");
    let pipeline = project.pipeline().step(LongFiles);
    let report = pipeline
        .post_edit("a.js".as_ref(), &Context::default())
        .unwrap();
    assert_eq!(found(&report), ["long-files 1:1"]);
    assert_eq!(report.steps.linting.issues, 1);
    assert!(
        report
            .durations
            .steps
            .iter()
            .any(|step| step.name == "long-files")
    );
}

/// What else is wrong with a line that has a secret is told without the line.
#[test]
fn a_report_never_holds_a_secret() {
    let project = Project::new();
    // In two parts, so that this file has none.
    let body = "x7Kp2mQ9rT4vW8zB1nD5";
    let line = format!("const key = \"glpat-{body}\"; debugger;");
    let report = project.look("a.js", format!("{line}\ndebugger;\n").as_bytes());
    assert_eq!(found_by(&report, "security").len(), 1, "{report:?}");
    assert_eq!(found_by(&report, "rules").len(), 2, "{report:?}");
    let json = serde_json::to_string(&report).unwrap();
    assert!(!json.contains(body), "{json}");
    // Where there is none, the line is shown.
    let shown = report
        .findings
        .iter()
        .filter_map(|placed| placed.text.as_deref());
    assert_eq!(shown.collect::<Vec<_>>(), ["debugger;"]);
}
