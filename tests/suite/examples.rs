//! The examples run to their end, and print what they promise.

use std::path::PathBuf;
use std::process::Command;

/// Runs an example, which cargo has built beside the tests, and gives what it prints.
#[track_caller]
fn run(example: &str) -> String {
    let tests = std::env::current_exe().unwrap();
    let profile = tests.parent().and_then(|deps| deps.parent()).unwrap();
    let binary: PathBuf = profile.join("examples").join(example);
    let output = Command::new(&binary)
        .env("KILOWAT_CACHE", "off")
        .envs([("KILOWAT_TIERS", ""), ("KILOWAT_WASM", "")])
        .output()
        .unwrap_or_else(|error| {
            panic!(
                "{}: {error}; `cargo test --workspace` builds the examples",
                binary.display()
            )
        });
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{example}: {stderr}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn direct() {
    let printed = run("direct");
    assert!(printed.contains("fnv1a64   85944171f73967e8"), "{printed}");
    assert!(printed.contains("refused   the value at index 1 is not finite"));
}

#[test]
fn async_tasks() {
    assert!(run("async_tasks").starts_with("1000 tasks, each digest right"));
}

#[test]
fn benchmarking() {
    let printed = run("benchmarking");
    for operation in ["search", "sha256", "lz4_compress"] {
        assert!(printed.contains(&format!("{operation}, 64 KiB:\n")));
    }
    assert!(printed.contains(" ns\n") && !printed.contains("error"));
}

#[test]
fn troubleshooting() {
    let printed = run("troubleshooting");
    let answers: Vec<&str> = printed
        .lines()
        .filter_map(|line| line.trim().split_once(" has answered, and the answer is "))
        .map(|(tier, verdict)| match (tier, verdict) {
            (tier, "right") => tier,
            _ => "wrong",
        })
        .collect();
    let expected = [
        "interpreter", // the JIT traps
        "interpreter", // and rests
        "jit",
        "wrong",
        "interpreter",
        "interpreter", // the JIT is compared
        "jit",
        "native", // no engine has memory
        "native", // no WebAssembly
        "jit",
    ];
    assert_eq!(answers, expected, "{printed}");
    assert!(printed.contains("alert: "), "{printed}");
    assert!(printed.contains("ready on the jit: false"), "{printed}");
    assert!(printed.contains("the budget has"), "{printed}");
}

#[test]
fn coordinator() {
    let printed = run("coordinator");
    for expected in [
        "sha256      sha256, sha256_update, sha256_finish, sha256_batch\n",
        r#"{"value":{"integer":4},"tier":""#,
        r#"{"value":{"bytes":"ba7816bf8f01cfea"#,
        "the module `memory_ops` has no operation `agregate`; did you mean `aggregate`?\n",
        "the argument `message` of `md5` is of type integer: expected bytes\n",
    ] {
        assert!(printed.contains(expected), "{expected} in {printed}");
    }
}

#[test]
fn user_module() {
    let printed = run("user_module");
    for expected in [
        r#""signature": "(i32, i32, i32, i32) -> (i32)""#,
        "6b696c6f77617474, from the jit in ",
        "`decode` returned the status malformed (-3)\n",
        "`decode(i32, i32, i32, i32) -> (i32)` cannot take (bytes)",
        "the module imports `env.log`",
    ] {
        assert!(printed.contains(expected), "{expected} in {printed}");
    }
}
