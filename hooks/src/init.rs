//! What a project has in its folder `.kilowat` from the start.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use kilowat_swarm::{Place, VARIABLE};

use crate::deferred::CONFIG_FILE;

/// What Git does not see of the folder: all that is this machine's own.
const IGNORE: &str = "\
# All of this is of this machine alone, but what is set of the project.
*
!.gitignore
!post-edit.toml
";

/// What can be set, with its comments.
const SETTINGS: &str = include_str!("post-edit.toml");

/// A file of a project's folder.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Made {
    /// The file.
    pub path: PathBuf,
    /// Whether it was made now. It was there before otherwise, and is as it was.
    pub is_new: bool,
}

/// Has Git see nothing of the folder of a swarm but what is set of the project. The folder is there already.
///
/// # Errors
/// Where the file cannot be written.
pub fn hide(folder: &Path) -> io::Result<Made> {
    make(&folder.join(".gitignore"), IGNORE)
}

/// Puts what is set of a project into its folder `.kilowat`, which is made where the swarm is elsewhere. No file that is
/// there is changed.
///
/// # Errors
/// Where something cannot be written.
pub fn fill(project: &Path) -> io::Result<[Made; 2]> {
    let path = project.join(CONFIG_FILE);
    let folder = path.parent().unwrap_or(project);
    if let Err(error) = for_the_user_alone(folder)
        && error.kind() != ErrorKind::AlreadyExists
    {
        return Err(named(folder)(error));
    }
    let settings = make(&path, SETTINGS)?;
    Ok([hide(folder)?, settings])
}

#[cfg(unix)]
fn for_the_user_alone(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;

    fs::DirBuilder::new().mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn for_the_user_alone(folder: &Path) -> io::Result<()> {
    fs::create_dir(folder)
}

/// The project of a swarm: the folder that `.kilowat` is in; where the swarm is elsewhere, the repository that `from` is
/// in, or else `from`.
#[must_use]
pub fn project_of(place: &Place, from: &Path) -> PathBuf {
    let folder = place.folder();
    let is_elsewhere = std::env::var_os(VARIABLE).is_some_and(|folder| !folder.is_empty());
    let has_name = folder.file_name().is_some_and(|name| name == ".kilowat");
    if let Some(parent) = folder.parent().filter(|_| has_name && !is_elsewhere) {
        return parent.to_owned();
    }
    let from = fs::canonicalize(from).unwrap_or_else(|_| from.to_owned());
    let repository = from.ancestors().find(|above| above.join(".git").exists());
    repository.unwrap_or(&from).to_owned()
}

/// Makes a file, unless there is one.
fn make(path: &Path, text: &str) -> io::Result<Made> {
    let made = |is_new| Made {
        path: path.to_owned(),
        is_new,
    };
    let written = match OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(mut file) => file.write_all(text.as_bytes()).inspect_err(|_| {
            // Half of it would be taken for what somebody wanted.
            let _ = fs::remove_file(path);
        }),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(made(false)),
        Err(error) => Err(error),
    };
    written.map_err(named(path))?;
    Ok(made(true))
}

/// An error with the name of its file.
fn named(path: &Path) -> impl FnOnce(io::Error) -> io::Error {
    move |error| io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(CONFIG_FILE);
        fs::create_dir(path.parent().unwrap()).unwrap();
        fs::write(&path, "# mine\n").unwrap();
        let made = fill(folder.path()).unwrap();
        assert_eq!(made.each_ref().map(|made| made.is_new), [true, false]);
        assert_eq!(fs::read_to_string(&path).unwrap(), "# mine\n");
        let again = fill(folder.path()).unwrap();
        assert!(again.iter().all(|made| !made.is_new));
    }

    #[test]
    fn what_is_set_means_something() {
        let folder = tempfile::tempdir().unwrap();
        fill(folder.path()).unwrap();
        let read = || crate::protocol::Settings::read(folder.path());
        let settings = read().unwrap();
        assert_eq!(settings.inbox, None, "all of it is a comment");
        // And so does what the comments say.
        let path = folder.path().join(CONFIG_FILE);
        let text = fs::read_to_string(&path).unwrap();
        let is_set =
            |line: &&str| line.starts_with("#[") || line.starts_with('#') && line.contains(" = ");
        let lines = text.lines().filter(is_set).map(|line| &line[1..]);
        let text: String = lines.flat_map(|line| [line, "\n"]).collect();
        fs::write(&path, &text).unwrap();
        let settings = read().unwrap_or_else(|error| panic!("{error}: {text}"));
        assert_eq!(settings.inbox.as_deref(), Some("to-the-agent"));
        assert!(settings.protected.pattern_for(".env".as_ref()).is_some());
    }

    #[test]
    fn the_project_is_where_the_folder_is() {
        let root = tempfile::tempdir().unwrap();
        let project = root.path().join("project");
        let below = project.join("a/b");
        fs::create_dir_all(&below).unwrap();
        fs::create_dir(project.join(".git")).unwrap();
        let full = fs::canonicalize(&project).unwrap();
        assert_eq!(project_of(&Place::at(full.join(".kilowat")), &below), full);
        // Elsewhere it is the repository, or the folder itself.
        let elsewhere = Place::at(root.path().join("swarm"));
        assert_eq!(project_of(&elsewhere, &below), full);
        let alone = fs::canonicalize(root.path()).unwrap();
        assert_eq!(project_of(&elsewhere, root.path()), alone);
    }
}
