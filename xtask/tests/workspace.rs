//! The commands work on the checkout that they are called in, wherever they were compiled.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const KERNEL: &str = r#";;! summary = "One"
;;! spec    = "none"
;;! exports = ["one"]
(memory (export "memory") 1)
(global (export "heap_base") i32 (i32.const 0))
(func (export "one") (result i32) (i32.const 1))
"#;

/// A folder with as much of a checkout as `build-wasm` needs.
fn checkout() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in [
        ("Cargo.toml", "[workspace]\n"),
        ("xtask/Cargo.toml", "[package]\n"),
        ("wat/one.wat", KERNEL),
    ] {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// The binary under test, copied away from where it was built.
fn copied_binary(folder: &Path) -> PathBuf {
    let built = Path::new(env!("CARGO_BIN_EXE_xtask"));
    let copy = folder.join(format!("copied{}", std::env::consts::EXE_SUFFIX));
    // Copied by another process: a process that starts meanwhile would inherit the file, open for
    // writing, and then it could not be run.
    #[cfg(unix)]
    {
        let copied = Command::new("cp").arg(built).arg(&copy).status().unwrap();
        assert!(copied.success());
    }
    #[cfg(not(unix))]
    fs::copy(built, &copy).unwrap();
    copy
}

fn build_wasm(binary: &Path, current: &Path, package: Option<&Path>) -> Output {
    let mut command = Command::new(binary);
    command.arg("build-wasm").current_dir(current);
    match package {
        Some(package) => command.env("CARGO_MANIFEST_DIR", package),
        None => command.env_remove("CARGO_MANIFEST_DIR"),
    };
    command.output().unwrap()
}

fn modules(checkout: &Path) -> Vec<String> {
    let files = fs::read_dir(checkout.join("target/wasm")).unwrap();
    let mut names: Vec<_> = files
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

const MODULES: [&str; 3] = ["manifest.json", "one.wasm", "one.wat"];

#[test]
fn a_copied_binary_works_on_the_checkout_around_it() {
    let checkout = checkout();
    let binary = copied_binary(checkout.path());
    let below = checkout.path().join("wat");
    let output = build_wasm(&binary, &below, None);
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words}");
    assert_eq!(modules(checkout.path()), MODULES);
}

#[test]
fn what_cargo_runs_works_on_the_checkout_of_its_package() {
    let (checkout, elsewhere) = (checkout(), tempfile::tempdir().unwrap());
    let binary = Path::new(env!("CARGO_BIN_EXE_xtask"));
    let package = checkout.path().join("xtask");
    let output = build_wasm(binary, elsewhere.path(), Some(&package));
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words}");
    assert_eq!(modules(checkout.path()), MODULES);
}

#[test]
fn outside_of_a_checkout_the_error_says_what_to_do() {
    let elsewhere = tempfile::tempdir().unwrap();
    let binary = copied_binary(elsewhere.path());
    let output = build_wasm(&binary, elsewhere.path(), None);
    assert!(!output.status.success());
    let words = String::from_utf8(output.stderr).unwrap();
    assert!(
        words.starts_with("error: no checkout of kilowat is here: "),
        "{words}"
    );
    assert!(
        words.contains("Call `cargo xtask` in a checkout"),
        "{words}"
    );
    assert_eq!(
        fs::read_dir(elsewhere.path()).unwrap().count(),
        1,
        "nothing is left behind"
    );
}

/// As with `cargo xtask tidy | head -1`, which goes away before all is written.
#[test]
fn nobody_has_to_read_what_is_printed() {
    let checkout = checkout();
    for (command, to_stderr) in [("build-wasm", false), ("tidy", true)] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut run = Command::new(env!("CARGO_BIN_EXE_xtask"));
        run.arg(command).current_dir(checkout.path());
        run.env_remove("CARGO_MANIFEST_DIR");
        if to_stderr {
            // The kernel has no contract, which is said there.
            run.stderr(writer);
        } else {
            run.stdout(writer);
        }
        let output = run.output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{command}: {stderr}");
        assert!(output.stdout.is_empty() && stderr.is_empty(), "{stderr}");
    }
}
