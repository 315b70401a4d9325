//! The table of rules, and a project's own.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use kilowat_hooks::rules::{RULES, Rules, Settings, Tests};
use kilowat_hooks::scan::{Kept, Source};
use kilowat_hooks::{Finding, Language, Severity};

use crate::reader;

fn find(rules: &Rules, language: Language, text: &str, is_test: bool) -> Vec<Finding> {
    let regions = reader::regions(language, text);
    let source = Source {
        path: Path::new("src/file"),
        language: Some(language),
        bytes: text.as_bytes(),
        regions: &regions,
        is_test,
    };
    rules
        .find(&source, &Kept::default(), reader::runtime())
        .unwrap()
}

fn names(found: &[Finding]) -> Vec<&str> {
    found.iter().map(|finding| finding.rule.as_ref()).collect()
}

/// Each rule finds what its examples say, once and nowhere else, and not what they say it passes over.
#[test]
fn rules_find_their_examples() {
    let mut wrong = Vec::new();
    for rule in RULES {
        let is_test = rule.tests == Tests::Only;
        for (language, text) in rule.finds {
            let found = find(Rules::shared(), *language, text, is_test);
            let count = found
                .iter()
                .filter(|finding| finding.rule == rule.id)
                .count();
            if count != 1 {
                wrong.push(format!("{} found {count} in {text:?}", rule.id));
            }
        }
        for (language, text) in rule.passes {
            let found = find(Rules::shared(), *language, text, is_test);
            if found.iter().any(|finding| finding.rule == rule.id) {
                wrong.push(format!("{} found something in {text:?}", rule.id));
            }
        }
        // Where tests are not looked at, what is found elsewhere is not found in them.
        for (language, text) in rule.finds.iter().filter(|_| rule.tests == Tests::Without) {
            let found = find(Rules::shared(), *language, text, true);
            assert!(!names(&found).contains(&rule.id), "{}", rule.id);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What a finding says is whole, and what it names is where it says.
#[test]
fn rules_say_what_to_do() {
    for rule in RULES {
        assert!(
            !rule.finds.is_empty() && !rule.passes.is_empty(),
            "{}",
            rule.id
        );
        for text in [rule.message, rule.why, rule.remedy] {
            assert!(
                !text.is_empty() && !text.ends_with('.'),
                "{}: {text}",
                rule.id
            );
        }
        let same = RULES.iter().filter(|other| other.id == rule.id);
        assert_eq!(same.count(), 1, "{}", rule.id);
        for literal in rule.literals {
            assert!(literal.len() >= 4, "{}: `{literal}` is short", rule.id);
        }
        for (language, text) in rule.finds {
            assert!(rule.is_for(Some(*language)), "{}", rule.id);
            for finding in find(Rules::shared(), *language, text, false) {
                assert!(
                    finding.len > 0
                        && text
                            .get(finding.offset..finding.offset + finding.len)
                            .is_some()
                );
            }
        }
    }
}

#[test]
fn a_comment_allows_a_rule() {
    let text = "fn f() {\n    // kilowat:allow rules.unwrap: it was checked\n    a.unwrap();\n    b.unwrap();\n    \
                todo!(); // kilowat:allow rules.todo\n    let x = \"kilowat:allow rules.unwrap\"; c.unwrap();\n}";
    let found = find(Rules::shared(), Language::Rust, text, false);
    assert_eq!(names(&found), ["rules.unwrap", "rules.unwrap"]);
    assert_eq!(found[0].offset, text.find("b.unwrap").unwrap() + 1);
}

#[test]
fn a_project_has_rules_of_its_own_and_switches() {
    let settings = "
        [rules]
        disable = ['rules.note', 'no-acme']
        strict = ['rust']

        [[rule]]
        id = 'acme.clock'
        literal = ['SystemTime::now', 'Instant::now']
        languages = ['rust']
        severity = 'error'
        message = 'The clock is read'
        why = 'Tests set the clock'
        remedy = 'Use `acme::clock`'
        tests = false

        [[rule]]
        id = 'no-acme'
        literal = 'acme'
        message = 'Acme'

        [[rule]]
        id = 'words.master'
        literal = 'master'
        in = 'comment'
        severity = 'suggestion'
        message = 'Say main'
    ";
    let rules = Rules::new(Arc::new(Settings::parse(settings).unwrap()));
    let text = "// TODO: the master copy, not mastered\nlet acme = SystemTime::now();\nlet a = MyInstant::now(); x.unwrap();";
    let found = find(&rules, Language::Rust, text, false);
    let told: Vec<_> = found
        .iter()
        .map(|finding| (finding.rule.as_ref(), finding.severity))
        .collect();
    assert_eq!(
        told,
        [
            ("words.master", Severity::Suggestion),
            ("acme.clock", Severity::Error),
            ("rules.unwrap", Severity::Error),
        ]
    );
    assert_eq!(found[1].why, "Tests set the clock");
    assert_eq!(
        names(&find(&rules, Language::Rust, text, true)),
        ["words.master"]
    );
    assert_eq!(
        names(&find(&rules, Language::Go, text, false)),
        ["words.master"]
    );
}

#[test]
fn of_a_rule_ten_are_told() {
    let text = "x.unwrap();\n".repeat(22) + "todo!();";
    let found = find(Rules::shared(), Language::Rust, &text, false);
    assert_eq!(found.len(), 11);
    assert!(
        found[9].message.ends_with(", and 12 more in this file"),
        "{}",
        found[9].message
    );
    assert_eq!(found[10].rule, "rules.todo");
}

/// Files that have everywhere what rules look closer at, take no more time than others.
#[test]
fn hostile_files_take_time_in_proportion() {
    const SIZE: usize = 512 << 10;
    // If each place read the whole file, it would be minutes.
    const LIMIT: Duration = Duration::from_secs(15);
    for (language, piece) in [
        (Language::Rust, "unsafe {"),
        (Language::Rust, "#[test] {"),
        (Language::Rust, "\nunsafe impl"),
        (Language::Rust, "// kilowat:allow a, b, c\n"),
        (Language::Rust, "// kilowat:allow "),
        (Language::Python, "\ndef f("),
        (Language::Python, "\nassert("),
        (Language::Python, "yaml.load("),
        (Language::Python, "\nexcept:"),
        (Language::Python, "exec('"),
        (Language::JavaScript, "debugger "),
        (Language::JavaScript, ".innerHTML = "),
        (Language::JavaScript, "exec(`"),
        (Language::JavaScript, "`SELECT ${"),
        (Language::JavaScript, "'SELECT ' + "),
        (Language::Shell, "rm -r "),
        (Language::Shell, "curl x | "),
        (Language::Shell, "chmod "),
        (Language::Yaml, "${{ github.event.issue.title"),
        (Language::Yaml, "    ${{ github.event.issue.title\n"),
    ] {
        let text = piece.repeat(SIZE / piece.len());
        let started = Instant::now();
        let regions = reader::regions(language, &text);
        let source = Source {
            path: Path::new("x"),
            language: Some(language),
            bytes: text.as_bytes(),
            regions: &regions,
            is_test: false,
        };
        let read = started.elapsed();
        let kept = Kept::default();
        let found = Rules::shared()
            .find(&source, &kept, reader::runtime())
            .unwrap();
        let took = started.elapsed().checked_sub(read).unwrap_or_default();
        println!("{piece:?}: {took:?}, {} found", found.len());
        assert!(took < LIMIT, "{piece:?} took {took:?}");
    }
}
