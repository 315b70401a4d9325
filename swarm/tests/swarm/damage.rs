//! Flipped bytes, in the database and in its journal.

use std::fs::{self, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use kilowat_swarm::{Error, Memory, Row};

use super::{Folder, tagged};

/// Writes bytes over those of a file.
pub(super) fn overwrite(path: &Path, offset: u64, bytes: &[u8]) {
    let mut file = OpenOptions::new().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start(offset)).unwrap();
    file.write_all(bytes).unwrap();
}

fn flip(path: &Path, offset: u64) {
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .open(path)
        .unwrap();
    let mut byte = [0];
    file.seek(SeekFrom::Start(offset)).unwrap();
    file.read_exact(&mut byte).unwrap();
    file.seek(SeekFrom::Start(offset)).unwrap();
    file.write_all(&[byte[0] ^ 0x20]).unwrap();
}

const ENTRIES: u32 = 200;

fn value(number: u32) -> String {
    format!("the value of number {number}. ").repeat(12)
}

fn fill(memory: &Memory) {
    for number in 0..ENTRIES {
        let key = format!("k{number:03}");
        memory
            .put_with("n", &key, &value(number), tagged(&["all"]))
            .unwrap();
    }
    memory.agents("s").put("a", "coder", "idle", &1).unwrap();
}

/// Those that are there are as they were put. Says how many these are.
fn sound_entries(memory: &Memory) -> u32 {
    let mut sound = 0;
    for number in 0..ENTRIES {
        match memory.get::<String>("n", &format!("k{number:03}")) {
            Ok(Some(entry)) => {
                assert_eq!(entry.value, value(number));
                sound += 1;
            }
            Ok(None) | Err(Error::DamagedRow(..) | Error::Damaged { .. }) => {}
            Err(error) => panic!("{error}"),
        }
    }
    sound
}

#[test]
fn a_changed_value_is_named_and_the_others_are_read() {
    let folder = Folder::new();
    fill(&folder.open().memory());
    let path = folder.place().database();
    let bytes = fs::read(&path).unwrap();
    let needle = b"the value of number 77.";
    let offset = bytes
        .windows(needle.len())
        .position(|window| window == needle)
        .unwrap();
    flip(&path, offset as u64 + 4);
    let memory = folder.open().memory();
    let error = memory.get::<String>("n", "k077").unwrap_err();
    assert_eq!(
        error.to_string(),
        "entry k077 of n is damaged: its checksum does not fit"
    );
    assert_eq!(sound_entries(&memory), ENTRIES - 1);
    let check = memory.check().unwrap();
    let damaged = |rows: &[Row]| -> Vec<_> { rows.iter().map(|row| row.name.clone()).collect() };
    assert_eq!(
        (damaged(&check.damaged), check.rows),
        (vec!["k077".to_owned()], 201)
    );
    let search = memory.search(None, b"number 7", 999).unwrap();
    assert_eq!(
        (search.found.len(), damaged(&search.damaged)),
        (10, vec!["k077".to_owned()])
    );
    assert!(memory.export(std::io::sink()).is_err());
    memory.put("n", "k077", &value(77)).unwrap();
    assert!(memory.check().unwrap().is_sound());
}

#[test]
fn whatever_byte_is_flipped_nothing_wrong_is_answered() {
    let folder = Folder::new();
    fill(&folder.open().memory());
    let path = folder.place().database();
    let whole = fs::read(&path).unwrap();
    // Each page, at places that differ from page to page.
    for page in 0..whole.len() / 4096 {
        let offset = page * 4096 + (page * 1_361 + 97) % 4096;
        fs::write(&path, &whole).unwrap();
        flip(&path, offset as u64);
        match folder.builder().salvages(false).open(&folder.place()) {
            Ok(swarm) => {
                let sound = sound_entries(&swarm.memory());
                assert!(sound >= ENTRIES / 2, "byte {offset}: {sound}");
            }
            Err(Error::Damaged { .. } | Error::NotOurs { .. } | Error::Newer { .. }) => {}
            Err(error) => panic!("byte {offset}: {error}"),
        }
        // Who has found damage has left a mark.
        let _ = fs::remove_file(folder.place().folder().join("damaged.mark"));
    }
}

#[test]
fn a_damaged_database_is_set_aside_and_what_can_be_read_is_kept() {
    let folder = Folder::new();
    let swarm = folder.open();
    fill(&swarm.memory());
    let backup = swarm.backup_daily().unwrap().unwrap();
    swarm.memory().put("n", "new", "since the backup").unwrap();
    drop(swarm);
    let path = folder.place().database();
    let whole = fs::read(&path).unwrap();
    // A page in the middle: of a table or an index.
    let pages = whole.len() / 4096;
    let mut from_backup = 0;
    for page in 2..pages {
        let folder = Folder::new();
        let place = folder.place();
        drop(folder.open());
        let path = place.database();
        fs::write(&path, &whole).unwrap();
        fs::create_dir_all(place.backups()).unwrap();
        fs::copy(&backup.path, place.backups().join("swarm-1.db")).unwrap();
        overwrite(&path, page as u64 * 4096, &[0x5a; 4096]);
        fs::write(place.folder().join("damaged.mark"), "").unwrap();
        let swarm = folder.open();
        let memory = swarm.memory();
        // All that was in the backup is there, and the database is whole.
        assert_eq!(sound_entries(&memory), ENTRIES, "page {page}");
        let check = memory.check().unwrap();
        assert!(check.is_sound(), "page {page}: {check:?}");
        let Some(salvage) = swarm.salvage() else {
            // The page was a free one.
            continue;
        };
        from_backup += salvage.rows_of_backup;
        assert_eq!(
            fs::read(salvage.aside.join("swarm.db")).unwrap().len(),
            whole.len()
        );
        assert!(!place.folder().join("damaged.mark").exists());
    }
    assert!(from_backup > 0);
}

#[test]
fn a_file_that_is_no_database_is_replaced_by_the_backup() {
    let folder = Folder::new();
    let swarm = folder.open();
    fill(&swarm.memory());
    let backup = swarm.backup_daily().unwrap().unwrap();
    drop(swarm);
    overwrite(&folder.place().database(), 0, &[0; 200]);
    let swarm = folder.open();
    let salvage = swarm.salvage().unwrap();
    assert_eq!(
        (salvage.rows, salvage.backup.as_deref()),
        (0, Some(&*backup.path))
    );
    assert_eq!(sound_entries(&swarm.memory()), ENTRIES);
    // Who is asked not to leaves it as it is.
    drop(swarm);
    overwrite(&folder.place().database(), 0, &[0; 200]);
    let error = folder
        .builder()
        .salvages(false)
        .open(&folder.place())
        .unwrap_err();
    assert!(matches!(error, Error::Damaged { .. }), "{error}");
}

#[test]
fn nothing_is_set_aside_that_others_have_open() {
    let folder = Folder::new();
    let swarm = folder.open();
    swarm.memory().put("n", "k", &1).unwrap();
    fs::write(folder.place().folder().join("damaged.mark"), "").unwrap();
    let error = folder.builder().open(&folder.place()).unwrap_err();
    assert!(
        error.to_string().contains("other programs have it open"),
        "{error}"
    );
    drop(swarm);
    // It was not damaged.
    let swarm = folder.open();
    assert!(swarm.salvage().is_none());
    assert_eq!(
        swarm.memory().get::<u32>("n", "k").unwrap().unwrap().value,
        1
    );
}

#[test]
fn a_damaged_journal_ends_where_it_is_damaged() {
    let folder = Folder::new();
    let swarm = folder.open();
    fill(&swarm.memory());
    // As a kill would leave them: who closes the database empties the journal.
    let copy = Folder::new();
    drop(copy.open());
    let journal = |folder: &Folder| folder.place().database().with_extension("db-wal");
    let bytes = fs::read(journal(&folder)).unwrap();
    let database = fs::read(folder.place().database()).unwrap();
    for offset in (40..bytes.len()).step_by(bytes.len() / 12) {
        let mut damaged = bytes.clone();
        damaged[offset] ^= 0x10;
        fs::write(copy.place().database(), &database).unwrap();
        fs::write(journal(&copy), &damaged).unwrap();
        let memory = copy.open().memory();
        // Commits up to a point, and none behind it.
        let sound = sound_entries(&memory);
        let first_missing = memory.get::<String>("n", &format!("k{sound:03}")).unwrap();
        assert!(first_missing.is_none());
        assert!(memory.check().unwrap().is_sound(), "byte {offset}");
    }
}
