use std::fs;

use kilowat_swarm::{Error, Swarm};

use super::{Folder, NATIVE};

#[test]
fn a_backup_is_what_was_committed_and_can_be_restored() {
    let folder = Folder::new();
    let swarm = folder.open();
    let memory = swarm.memory();
    memory.put("n", "k", "before").unwrap();
    let to = folder.path("copy.db");
    let backup = memory
        .transaction(|t| {
            t.put("n", "k", "not committed yet")?;
            swarm.backup(&to)
        })
        .unwrap();
    assert_eq!(backup.bytes, fs::metadata(&to).unwrap().len());
    assert!(
        matches!(swarm.backup(&to), Err(Error::Source { .. })),
        "no file is replaced"
    );
    memory.put("n", "since", "gone after it").unwrap();
    // Others have it open meanwhile, and go on.
    let other = folder.open().memory();
    other.put("n", "k", "after").unwrap();
    let before = swarm.now();
    swarm.restore(&to).unwrap();
    for memory in [&memory, &other] {
        assert_eq!(
            memory.get::<String>("n", "k").unwrap().unwrap().value,
            "before"
        );
        assert!(memory.get::<String>("n", "since").unwrap().is_none());
    }
    other.put("n", "k", "again").unwrap();
    let entry = memory.get::<String>("n", "k").unwrap().unwrap();
    assert!(entry.value == "again" && entry.updated >= before);
    assert!(memory.check().unwrap().is_sound());
}

#[test]
fn what_is_no_sound_backup_is_refused() {
    let folder = Folder::new();
    let swarm = folder.open();
    swarm.memory().put("n", "k", &"x".repeat(9)).unwrap();
    let refused = |name: &str, bytes: &[u8]| {
        let path = folder.path(name);
        fs::write(&path, bytes).unwrap();
        let error = swarm.restore(&path).unwrap_err();
        assert!(matches!(error, Error::Source { .. }), "{error}");
    };
    refused("empty", b"");
    refused(
        "text",
        b"no database, but a text that is long enough to look at",
    );
    let copy = folder.path("copy.db");
    swarm.backup(&copy).unwrap();
    let mut bytes = fs::read(&copy).unwrap();
    bytes.truncate(bytes.len() / 4096 / 2 * 4096);
    refused("cut", &bytes);
    let missing = swarm.restore(&folder.path("missing")).unwrap_err();
    assert!(matches!(missing, Error::Place(_)), "{missing}");
    assert!(swarm.memory().get::<String>("n", "k").unwrap().is_some());
}

#[test]
fn there_is_a_backup_a_day_and_seven_are_kept() {
    let folder = Folder::new();
    let builder = || Swarm::builder().runtime(NATIVE.clone());
    // The last clone waits for the thread that makes it.
    let swarm = builder().open(&folder.place()).unwrap();
    swarm.memory().put("n", "k", &1).unwrap();
    drop(swarm);
    let swarm = builder().open(&folder.place()).unwrap();
    assert_eq!(swarm.backups().len(), 1);
    assert_eq!(swarm.backup_daily().unwrap(), None, "it is not due");
    let folder_of = folder.place().backups();
    let newest = swarm.backups().remove(0).path;
    let days_ago = |days: u64| {
        std::time::SystemTime::now() - std::time::Duration::from_secs(days * 86_400 + 60)
    };
    for day in 1..=9 {
        let path = folder_of.join(format!("swarm-{day}.db"));
        fs::copy(&newest, &path).unwrap();
        fs::File::options()
            .write(true)
            .open(path)
            .unwrap()
            .set_modified(days_ago(day))
            .unwrap();
    }
    fs::remove_file(newest).unwrap();
    let made = swarm.backup_daily().unwrap().unwrap();
    let names: Vec<_> = swarm
        .backups()
        .into_iter()
        .map(|backup| backup.path)
        .collect();
    let kept = (1..=6).map(|day| folder_of.join(format!("swarm-{day}.db")));
    assert_eq!(
        names,
        std::iter::once(made.path).chain(kept).collect::<Vec<_>>()
    );
}
