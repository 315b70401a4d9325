//! The versions that the engines and reference crates are said to have are those of the lock file.

use kilowat_engine::versions::{REFERENCE_CRATES, WASMI, WASMTIME};

#[test]
fn versions_are_those_of_the_lock_file() {
    let engines = [("wasmi", WASMI), ("wasmtime", WASMTIME)];
    for (package, version) in REFERENCE_CRATES.into_iter().chain(engines) {
        let entry = format!("[[package]]\nname = \"{package}\"\nversion = \"{version}\"\n");
        assert!(
            include_str!("../../Cargo.lock").contains(&entry),
            "there is no {package} {version} in Cargo.lock: mend harness/engine/src/versions.rs"
        );
    }
}
