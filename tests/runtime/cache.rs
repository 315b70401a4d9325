//! Compiled code that outlives the process.

use std::fs;
use std::path::Path;

use kilowat::{Cache, Preload, Runtime};

use crate::{answers, check_abc, in_another_process};

/// Where the test in another process finds the cache.
const FOLDER: &str = "KILOWAT_TEST_CACHE";

fn runtime(folder: &Path) -> Runtime {
    Runtime::builder()
        .ignore_environment()
        .cache(Cache::Folder(folder.to_owned()))
        .modules(Preload::Nothing)
        .build()
        .unwrap()
}

/// Digests something in a new runtime, and says how many calls which tier has answered. What is not in
/// the cache is there afterwards.
fn first_answer(folder: &Path) -> [u64; 3] {
    let runtime = runtime(folder);
    check_abc(&runtime);
    let answers = answers(&runtime);
    runtime.wait_ready();
    answers
}

const ON_THE_JIT: [u64; 3] = [1, 0, 0];
const INTERPRETED: [u64; 3] = [0, 1, 0];

#[test]
fn the_second_runtime_starts_on_the_jit() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("made/for/it");
    assert_eq!(first_answer(&folder), INTERPRETED);
    assert_eq!(first_answer(&folder), ON_THE_JIT);
}

#[test]
fn another_process_starts_on_the_jit() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cache");
    for expected in ["interpreted", "on the jit"] {
        let output = in_another_process("cache::first_call", &[(FOLDER, &path)]);
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(text.contains(&format!("<{expected}>")), "{text}");
    }
    assert_eq!(first_answer(&path), ON_THE_JIT);
}

#[test]
#[ignore = "run by another test, in a process of its own"]
fn first_call() {
    let folder = std::env::var_os(FOLDER).unwrap();
    let tier = match first_answer(Path::new(&folder)) {
        ON_THE_JIT => "on the jit",
        INTERPRETED => "interpreted",
        other => panic!("{other:?}"),
    };
    println!("<{tier}>");
}

#[test]
fn damaged_entries_are_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("cache");
    assert_eq!(first_answer(&folder), INTERPRETED);
    let damages: [fn(&mut Vec<u8>); 4] = [
        |entry| entry.clear(),
        |entry| entry.truncate(entry.len() / 2),
        |entry| entry[0] ^= 1,
        |entry| *entry.last_mut().unwrap() ^= 0x80,
    ];
    for damage in damages {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let mut entry = fs::read(&path).unwrap();
            damage(&mut entry);
            fs::write(&path, entry).unwrap();
        }
        assert_eq!(first_answer(&folder), INTERPRETED);
        assert_eq!(first_answer(&folder), ON_THE_JIT);
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_no_cache() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a-file");
    fs::write(&file, b"").unwrap();
    for _ in 0..2 {
        // Nobody can make a folder in a file, not even root.
        assert_eq!(first_answer(&file.join("cache")), INTERPRETED);
        assert_eq!(first_answer(&file), INTERPRETED);
    }
    assert_eq!(fs::read(&file).unwrap(), b"");
}

#[test]
fn entries_that_can_be_read_but_not_written_are_used() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("cache");
    assert_eq!(first_answer(&folder), INTERPRETED);
    let mut permissions = fs::metadata(&folder).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&folder, permissions.clone()).unwrap();
    assert_eq!(first_answer(&folder), ON_THE_JIT);
    // Another module: its entry may or may not be written, by root for example.
    let runtime = runtime(&folder);
    runtime.md5(b"abc").unwrap();
    runtime.wait_ready();
    #[expect(
        clippy::permissions_set_readonly_false,
        reason = "to remove the folder"
    )]
    permissions.set_readonly(false);
    fs::set_permissions(&folder, permissions).unwrap();
}

/// A file that may not grow stands for a disk that is full: the entry is written in part.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_leaves_no_part_of_an_entry() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cache");
    let exe = std::env::current_exe().unwrap();
    let script =
        r#"trap "" XFSZ; ulimit -f 8; exec "$0" cache::first_call --exact --nocapture --ignored"#;
    for _ in 0..2 {
        let output = std::process::Command::new("sh")
            .args(["-c", script])
            .arg(&exe)
            .env(FOLDER, &path)
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(text.contains("<interpreted>"), "{text}");
        assert_eq!(fs::read_dir(&path).unwrap().count(), 0);
    }
}
