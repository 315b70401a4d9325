//! By which names a file is in a project, whether it exists or not.

use std::fs;
use std::path::{Component, Path, PathBuf};

/// The paths of a file from the project: the one that it is called by, and the one that it has where links were followed.
/// There is none where it is elsewhere.
pub(super) fn names_within(project: &Path, file: &Path) -> Vec<PathBuf> {
    let called = normal(&project.join(file));
    let resolved = resolved(&called);
    let real = fs::canonicalize(project).unwrap_or_else(|_| project.to_owned());
    let mut names = Vec::with_capacity(2);
    for full in [Some(called), resolved].into_iter().flatten() {
        if let Ok(name) = full.strip_prefix(project).or(full.strip_prefix(&real))
            && !names.iter().any(|known: &PathBuf| known == name)
        {
            names.push(name.to_owned());
        }
    }
    names
}

/// A path without `.` and `..`, as text: what is called by it need not exist.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            other => normal.push(other),
        }
    }
    normal
}

/// Where a path leads when links are followed, as far as there is anything.
fn resolved(path: &Path) -> Option<PathBuf> {
    let (there, full) = path
        .ancestors()
        .find_map(|above| Some((above, fs::canonicalize(above).ok()?)))?;
    let rest = path.strip_prefix(there).ok()?;
    Some(if rest.as_os_str().is_empty() {
        full
    } else {
        full.join(rest)
    })
}
