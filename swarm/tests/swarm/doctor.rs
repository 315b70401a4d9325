//! What the doctor says of a swarm.

use std::fs;
use std::time::Duration;

use kilowat_swarm::Place;
use kilowat_swarm::clock::{Clock as _, Moment, SystemClock};
use kilowat_swarm::doctor::{Examination, Problem, examine};

use super::{Folder, NATIVE, START};

fn examined(place: &Place) -> Examination {
    examine(place, &NATIVE)
}

fn words(found: &Examination) -> Vec<String> {
    found.problems.iter().map(Problem::to_string).collect()
}

/// A swarm with an entry, of a time that the clock of the machine has seen.
fn filled(folder: &Folder) {
    folder.clock.set(SystemClock.now());
    let memory = folder.open().memory();
    memory.put("n", "k", &"value ".repeat(2_000)).unwrap();
}

#[test]
fn nothing_is_wrong_with_a_sound_swarm_and_nothing_is_made() {
    let folder = Folder::new();
    fs::create_dir(folder.place().folder()).unwrap();
    let empty = examined(&folder.place());
    assert!(empty.database.is_none());
    assert_eq!(fs::read_dir(folder.place().folder()).unwrap().count(), 0);
    filled(&folder);
    let found = examined(&folder.place());
    assert_eq!(words(&found), [""; 0]);
    let database = found.database.unwrap();
    assert!(database.is_sound && database.bytes > 0);
    assert_eq!((database.version, database.rows), (Some(6), Some(1)));
    assert_eq!(found.clock_behind_ms, 0);
}

#[test]
fn a_damaged_row_and_a_damaged_file_are_named() {
    let folder = Folder::new();
    filled(&folder);
    let database = rusqlite::Connection::open(folder.place().database()).unwrap();
    database
        .execute("UPDATE entries SET sum = sum + 1", [])
        .unwrap();
    drop(database);
    let found = examined(&folder.place());
    let expected = "the database is not sound: 1 damaged rows, the first is entry k of n";
    assert_eq!(words(&found), [expected]);
    assert!(!found.database.unwrap().is_sound);
    super::damage::overwrite(&folder.place().database(), 0, b"no database at all");
    let found = examined(&folder.place());
    assert!(
        matches!(found.problems[..], [Problem::Database(_)]),
        "{found:?}"
    );
    // It is left as it is, for who opens it next.
    let bytes = fs::read(folder.place().database()).unwrap();
    assert!(bytes.starts_with(b"no database"));
    assert!(!folder.place().damaged().exists());
}

#[test]
fn a_clock_that_is_behind_is_said() {
    let folder = Folder::new();
    let ahead = SystemClock.now().after(Duration::from_hours(1));
    folder.clock.set(Moment(ahead.0.max(START.0)));
    folder.open().memory().put("n", "k", &1).unwrap();
    let found = examined(&folder.place());
    assert!(
        matches!(found.problems[..], [Problem::ClockBehind(_)]),
        "{found:?}"
    );
    assert!(found.clock_behind_ms > 3_000_000);
}

#[test]
fn switches_that_mean_nothing_are_said() {
    let folder = Folder::new();
    filled(&folder);
    fs::write(folder.place().folder().join("config.toml"), "wasm = 1").unwrap();
    let found = examined(&folder.place());
    let [words] = &words(&found)[..] else {
        panic!("{found:?}");
    };
    let expected = "is a integer, not true or false; native code runs until it is mended";
    assert!(words.ends_with(expected), "{words}");
}

#[cfg(unix)]
#[test]
fn what_others_can_get_at_is_said() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = Folder::new();
    filled(&folder);
    let key = folder.place().folder().join("secrets.key");
    fs::write(&key, "").unwrap();
    for (path, mode) in [(key.as_path(), 0o640), (folder.place().folder(), 0o755)] {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }
    let found = examined(&folder.place());
    let folder = folder.place();
    let line = |path: &std::path::Path, mode| {
        let path = path.display();
        format!("{path}: others than its user can get at it (mode {mode})")
    };
    assert_eq!(
        words(&found),
        [line(folder.folder(), "0755"), line(&key, "0640")]
    );
}
