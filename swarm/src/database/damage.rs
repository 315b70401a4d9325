//! A damaged database: set aside whole, with one in its place of what could be salvaged.
//!
//! The steps are such that a process may be killed after each of them, and who opens the database next goes on:
//!
//! 1. the database and its journal get a second name each, in a folder of their own under `damaged`;
//! 2. what can be read goes to a new database, `salvaged.db`, which gets this name when it is whole;
//! 3. the old journal is removed: it would be played into the new database;
//! 4. the new database takes the place of the old one, and the mark is removed.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::connection::{self, Role};
use super::points::Point;
use super::salvage::{self, IsSound, Salvage};
use super::{Settings, check, locks};
use crate::error::Error;
use crate::place::{self, Place};

/// That the database was found to be damaged: who opens it examines all of it.
const MARK: &str = "damaged.mark";

/// A database with what could be salvaged, whole.
const SALVAGED: &str = "salvaged.db";

/// How long those are waited for that have the database open: commands end, and other programs do not.
const LONGEST_WAIT: Duration = Duration::from_millis(500);

pub(super) fn is_marked(place: &Place) -> bool {
    place.folder().join(MARK).exists() || place.folder().join(SALVAGED).exists()
}

pub(super) fn mark(place: &Place) {
    // Where even this cannot be written, the error that is on its way says all there is to say.
    let _ = place::own_file(&place.folder().join(MARK));
}

/// Repairs the database, if it is damaged: another process may have done so meanwhile.
pub(super) fn repair(
    place: &Place,
    settings: &Settings,
    what: &str,
    is_sound: IsSound<'_>,
) -> Result<Option<Salvage>, Error> {
    let path = place.database();
    let setup = place.folder().join(locks::SETUP);
    let _setup = locks::exclusive(&setup, settings.patience)?;
    let patience = settings.patience.min(LONGEST_WAIT);
    let open = locks::exclusive(&place.folder().join(locks::OPEN), patience);
    let Ok(_open) = open else {
        return Err(Error::Damaged {
            path,
            what: format!(
                "{what}; other programs have it open, and must end before it is salvaged"
            ),
        });
    };
    let salvaged = place.folder().join(SALVAGED);
    if salvaged.exists() {
        put_in_place(place, settings, &salvaged)?;
        return Ok(None);
    }
    if is_whole(&path, settings) {
        remove(&place.folder().join(MARK))?;
        return Ok(None);
    }
    mark(place);
    let aside = set_aside(place)?;
    settings.points.reach(Point::SetAside);
    let mut salvage = Salvage {
        aside,
        what: what.to_owned(),
        rows: 0,
        damaged_rows: 0,
        incomplete: Vec::new(),
        backup: None,
        rows_of_backup: 0,
    };
    let part = place.folder().join("salvaged.part");
    salvage::write(place, settings, &part, is_sound, &mut salvage)?;
    fs::rename(&part, &salvaged).map_err(Error::io(&salvaged))?;
    settings.points.reach(Point::Salvaged);
    put_in_place(place, settings, &salvaged)?;
    tracing::error!(
        path = %path.display(), aside = %salvage.aside.display(), rows = salvage.rows,
        "the database was damaged: {}", salvage.what
    );
    Ok(Some(salvage))
}

fn is_whole(path: &Path, settings: &Settings) -> bool {
    let connection = connection::open(path, settings, Role::Examiner);
    connection.is_ok_and(|connection| check::is_sound(&connection))
}

/// Gives the files a second name each in a new folder.
fn set_aside(place: &Place) -> Result<PathBuf, Error> {
    place::own_folder(&place.damaged())?;
    let folder = place.damaged().join(crate::identity::Id::new().to_string());
    place::own_folder(&folder)?;
    for suffix in ["", "-wal", "-journal"] {
        let from = with_suffix(&place.database(), suffix);
        let to = with_suffix(&folder.join("swarm.db"), suffix);
        if from.exists() {
            // The name in the old place is removed or replaced later, which leaves this one as it is.
            fs::hard_link(&from, &to)
                .or_else(|_| fs::copy(&from, &to).map(drop))
                .map_err(Error::io(&to))?;
        }
    }
    Ok(folder)
}

pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Removes the journal of the damaged database, then puts the new one in its place.
fn put_in_place(place: &Place, settings: &Settings, salvaged: &Path) -> Result<(), Error> {
    let path = place.database();
    for suffix in ["-wal", "-shm", "-journal"] {
        remove(&with_suffix(&path, suffix))?;
    }
    settings.points.reach(Point::JournalGone);
    fs::rename(salvaged, &path).map_err(Error::io(&path))?;
    settings.points.reach(Point::InPlace);
    remove(&place.folder().join(MARK))
}

pub(super) fn remove(path: &Path) -> Result<(), Error> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::io(path)(error)),
        _ => Ok(()),
    }
}
