//! What an operator turns off from outside.

use std::path::Path;

use kilowat::Runtime;

use crate::{answers, check_abc, in_another_process};

#[test]
fn tiers_are_turned_off_from_outside() {
    for (variable, value) in [
        ("KILOWAT_WASM", "off"),
        ("KILOWAT_TIERS", "native"),
        // Where it means nothing, somebody wanted to turn something off.
        ("KILOWAT_TIERS", "nativ"),
    ] {
        let variables = [(variable, Path::new(value))];
        let _ = in_another_process("environment::only_native_code_answers", &variables);
    }
    let variables = [("KILOWAT_TIERS", Path::new("interpreter,native"))];
    let _ = in_another_process("environment::only_the_interpreter_answers", &variables);
}

#[test]
#[ignore = "run by another test, in a process of its own"]
fn only_native_code_answers() {
    let runtime = Runtime::new();
    for _ in 0..3 {
        check_abc(&runtime);
        runtime.wait_ready();
    }
    assert_eq!(answers(&runtime), [0, 0, 3]);
}

#[test]
#[ignore = "run by another test, in a process of its own"]
fn only_the_interpreter_answers() {
    let runtime = Runtime::new();
    for _ in 0..3 {
        check_abc(&runtime);
        runtime.wait_ready();
    }
    assert_eq!(answers(&runtime), [0, 3, 0]);
}
