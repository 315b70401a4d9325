//! Compiled code that outlives the process.

use std::fs;
use std::path::{Path, PathBuf};

use kilowat::{Cache, EngineKind, Preload, Runtime};

use super::{answers, check_abc, in_another_process};

/// Where the test in another process finds the cache.
const FOLDER: &str = "KILOWAT_TEST_CACHE";

fn runtime(folder: &Path) -> Runtime {
    Runtime::builder()
        .ignore_environment()
        .cache(Cache::Folder(folder.to_owned()))
        .modules(Preload::Nothing)
        // However fast native code is found to be.
        .tiers(EngineKind::ALL)
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

/// The files of compiled code in a folder.
fn artifacts(folder: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(folder).unwrap();
    let paths = files.map(|file| file.unwrap().path());
    let is_artifact = |path: &PathBuf| path.extension().is_some_and(|end| end == "artifact");
    paths.filter(is_artifact).collect()
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
        let output = in_another_process("runtime::cache::first_call", &[(FOLDER, &path)]);
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
        for path in artifacts(&folder) {
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
    let script = r#"trap "" XFSZ; ulimit -f 8; exec "$0" runtime::cache::first_call --exact --nocapture --ignored"#;
    for _ in 0..2 {
        let output = std::process::Command::new("sh")
            .args(["-c", script])
            .arg(&exe)
            .env(FOLDER, &path)
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(text.contains("<interpreted>"), "{text}");
        // Only the key, which is small, is there.
        let files = fs::read_dir(&path).unwrap();
        let names: Vec<_> = files.map(|file| file.unwrap().file_name()).collect();
        assert_eq!(names, ["seal.key"]);
    }
}

/// A folder that is used is used no more once others may write to it, and is used again when they may
/// not.
#[cfg(unix)]
#[test]
fn a_folder_that_others_may_write_to_is_no_cache() {
    use std::os::unix::fs::PermissionsExt as _;
    let above = tempfile::tempdir().unwrap();
    let folder = above.path().join("cache");
    assert_eq!(first_answer(&folder), INTERPRETED);
    for path in [&folder, above.path()] {
        for mode in [0o770, 0o707, 0o777] {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(first_answer(&folder), INTERPRETED, "{mode:o}");
        }
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(first_answer(&folder), ON_THE_JIT);
    }
    assert_eq!(artifacts(&folder).len(), 1);
}

/// The attack under two users; it takes root to be both.
#[cfg(target_os = "linux")]
mod two_users {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
    use std::os::unix::process::CommandExt as _;
    use std::process::Command;

    use super::*;

    const STRANGER: u32 = 65_534;

    fn is_root(folder: &Path) -> bool {
        fs::metadata(folder).unwrap().uid() == 0
    }

    /// Has this program, or a copy of it, answer as somebody else, and says which tier has.
    fn first_answer_as(program: &Path, user: u32, variables: &[(&str, &Path)]) -> String {
        let output = Command::new(program)
            .args([
                "runtime::cache::two_users::call",
                "--exact",
                "--nocapture",
                "--ignored",
            ])
            .envs(variables.iter().copied())
            .current_dir("/")
            .uid(user)
            .gid(user)
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        let (_, answer) = text.split_once('<').unwrap_or_else(|| panic!("{output:?}"));
        answer.split('>').next().unwrap().to_owned()
    }

    #[test]
    #[ignore = "run by another test, in a process of its own"]
    fn call() {
        let runtime = Runtime::builder()
            .modules(Preload::Nothing)
            .build()
            .unwrap();
        check_abc(&runtime);
        runtime.wait_ready();
        println!("<{:?}>", answers(&runtime));
    }

    fn copy_of_this_program(folder: &Path) -> PathBuf {
        let program = folder.join("program");
        // By another process: a file that this one has open to write, as children of other tests may
        // have for a moment, cannot be run.
        let this = std::env::current_exe().unwrap();
        let copied = Command::new("cp").arg(this).arg(&program).status();
        assert!(copied.unwrap().success());
        program
    }

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn nobody_runs_what_another_has_put_there() {
        let above = tempfile::tempdir().unwrap();
        if !is_root(above.path()) {
            return;
        }
        // The sticky folder in which anybody may make something.
        set_mode(above.path(), 0o1777);
        let program = copy_of_this_program(above.path());
        let home = above.path().join("home");
        let cache = home.join("kilowat");
        for place in ["KILOWAT_CACHE", "XDG_CACHE_HOME"] {
            let named: &Path = if place == "KILOWAT_CACHE" {
                &cache
            } else {
                &home
            };
            let run = |user| first_answer_as(&program, user, &[(place, named)]);
            for (attacker, victim) in [(STRANGER, 0), (0, STRANGER), (1000, STRANGER)] {
                fs::create_dir(&home).unwrap();
                chown(&home, Some(attacker), Some(attacker)).unwrap();
                set_mode(&home, 0o755);
                assert_eq!(run(attacker), "[0, 1, 0]");
                set_mode(&cache, 0o755);
                for file in fs::read_dir(&cache).unwrap() {
                    set_mode(&file.unwrap().path(), 0o644);
                }
                let key = cache.join("seal.key");
                set_mode(&key, 0o600);
                // It is as good as can be: to the one who has made it, it is a cache.
                assert_eq!(run(attacker), "[1, 0, 0]");
                assert_eq!(run(victim), "[0, 1, 0]", "{attacker} against {victim}");
                fs::remove_dir_all(&home).unwrap();
            }
        }
    }

    #[test]
    fn who_starts_a_program_with_more_rights_does_not_say_where_its_cache_is() {
        let above = tempfile::tempdir().unwrap();
        if !is_root(above.path()) {
            return;
        }
        set_mode(above.path(), 0o755);
        let program = copy_of_this_program(above.path());
        let cache = above.path().join("cache");
        let variables = [
            ("KILOWAT_CACHE", &*cache),
            ("XDG_CACHE_HOME", &cache),
            ("HOME", &cache),
        ];
        let run = |user| first_answer_as(&program, user, &variables);
        assert_eq!(run(0), "[0, 1, 0]");
        assert_eq!(run(0), "[1, 0, 0]");
        // For the root that it then is, the folder is sound.
        set_mode(&program, 0o4755);
        assert_eq!(run(STRANGER), "[0, 1, 0]");
        assert_eq!(run(0), "[1, 0, 0]");
    }
}
