//! The kernels are the same bytes whoever builds them, and wherever.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use walkdir::{DirEntry, WalkDir};

/// The files that `build-wasm` writes for a checkout.
fn built(checkout: &Path) -> BTreeMap<String, Vec<u8>> {
    let out = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["build-wasm", "--out"])
        .arg(out.path())
        .current_dir(checkout)
        .env_remove("CARGO_MANIFEST_DIR")
        .output()
        .unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words}");
    let entries = WalkDir::new(out.path()).into_iter().map(Result::unwrap);
    let files = entries.filter(|entry| entry.file_type().is_file());
    let read = |entry: DirEntry| {
        let name = entry.path().strip_prefix(out.path()).unwrap();
        (
            name.to_str().unwrap().to_owned(),
            fs::read(entry.path()).unwrap(),
        )
    };
    files.map(read).collect()
}

#[test]
fn two_builds_in_two_folders_give_the_same_bytes() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let texts = [here.join("wat"), here.join("npm/wat")];
    for entry in texts.iter().flat_map(WalkDir::new) {
        let path = entry.unwrap().into_path();
        if path.extension().is_some_and(|extension| extension == "wat") {
            let copy = elsewhere.path().join(path.strip_prefix(here).unwrap());
            fs::create_dir_all(copy.parent().unwrap()).unwrap();
            fs::copy(path, copy).unwrap();
        }
    }
    for (path, text) in [
        ("Cargo.toml", "[workspace]\n"),
        ("xtask/Cargo.toml", "[package]\n"),
    ] {
        let path = elsewhere.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let (first, second) = (built(here), built(elsewhere.path()));
    assert!(first.len() > 20, "{} files", first.len());
    for (name, bytes) in &first {
        assert!(second.get(name) == Some(bytes), "{name} differs");
    }
    assert_eq!(first.len(), second.len());
}
