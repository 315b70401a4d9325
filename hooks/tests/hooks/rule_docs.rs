//! `docs/hook-rules.md`: its tables are those of the code.

use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

use kilowat_hooks::rules::{RULES, Tests};
use kilowat_hooks::{Severity, security};

const RULES_BEGIN: &str = "<!-- rules -->\n";
const SECRETS_BEGIN: &str = "<!-- secrets -->\n";
const END: &str = "<!-- end -->\n";

/// What stands in a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

fn rules() -> String {
    let mut table =
        String::from("| rule | for | where | | what | remedy |\n|---|---|---|---|---|---|\n");
    for rule in RULES {
        let languages: Vec<&str> = rule
            .languages
            .iter()
            .map(|language| language.name())
            .collect();
        let languages = if languages.is_empty() {
            "all".to_owned()
        } else {
            languages.join(", ")
        };
        let tests = match rule.tests {
            Tests::Without => "",
            Tests::With => ", tests too",
            Tests::Only => ", in tests only",
        };
        let severity = match rule.severity {
            Severity::Suggestion => "suggestion",
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        let _ = writeln!(
            table,
            "| `{}` | {languages} | {}{tests} | {severity} | {}. {} | {} |",
            rule.id,
            rule.place.name(),
            cell(rule.message),
            cell(rule.why),
            cell(rule.remedy)
        );
    }
    table
}

fn secrets() -> String {
    let mut table = String::from("| rule | what | known by |\n|---|---|---|\n");
    for (rule, what, how) in security::kinds() {
        let _ = writeln!(table, "| `{rule}` | {} | {} |", cell(&what), cell(&how));
    }
    table
}

/// The text with a table between its marks.
fn with_table(text: &str, begin: &str, table: &str) -> String {
    let (before, rest) = text.split_once(begin).expect("its mark is there");
    let (_, behind) = rest.split_once(END).expect("its end is there");
    format!("{before}{begin}{table}{END}{behind}")
}

/// With `INSTA_UPDATE=always` the tables are written, as snapshots are.
#[test]
fn the_tables_are_those_of_the_code() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/hook-rules.md");
    let text = fs::read_to_string(&path).unwrap();
    let expected = with_table(&text, RULES_BEGIN, &rules());
    let expected = with_table(&expected, SECRETS_BEGIN, &secrets());
    if text != expected && env::var_os("INSTA_UPDATE").is_some_and(|update| update == "always") {
        fs::write(&path, &expected).unwrap();
    } else {
        assert_eq!(text, expected, "INSTA_UPDATE=always writes the tables");
    }
}
