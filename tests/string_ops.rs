//! The module `string_ops`: the checker on every operation and engine, and the official vectors.

use kilowat_harness::checker::Checker;
use kilowat_harness::engine::EngineKind;
use kilowat_harness::ops::{self, Operation};

fn check<O: Operation>() {
    let checker = Checker::from_env().unwrap();
    for engine in EngineKind::WASM {
        match checker.check::<O>(engine) {
            Ok(report) => println!("{report}"),
            Err(failure) => panic!("{failure}"),
        }
    }
}

#[test]
fn fnv1a32() {
    check::<ops::Fnv1a32>();
}

#[test]
fn fnv1a64() {
    check::<ops::Fnv1a64>();
}

#[test]
fn compare() {
    check::<ops::Compare>();
}

#[test]
fn search() {
    check::<ops::Search>();
}

#[test]
fn search_all() {
    check::<ops::SearchAll>();
}
