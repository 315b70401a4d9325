//! Which files git ignores, by the `.gitignore` of each folder from the project on.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// A longer one is no list that anybody has written.
const LONGEST: u64 = 1 << 20;

/// What was read of the files, until they change.
#[derive(Debug, Default)]
pub(crate) struct Ignored(Mutex<HashMap<PathBuf, Known>>);

#[derive(Debug)]
struct Known {
    changed: Option<SystemTime>,
    length: u64,
    rules: Arc<Gitignore>,
}

impl Ignored {
    /// By what a file is ignored, in words. The list that is nearest to it decides, and a folder that is ignored takes
    /// all in it along, as git has it.
    pub(crate) fn by(&self, project: &Path, path: &Path) -> Option<String> {
        let full = project.join(path);
        let mut lists = Vec::new();
        let mut folder = project.to_owned();
        lists.push(self.rules(&project.join(".git/info/exclude"), project));
        lists.push(self.rules(&project.join(".gitignore"), project));
        let folders = path.parent().into_iter().flat_map(Path::iter);
        for name in folders {
            folder.push(name);
            // What decides over a folder are the lists above it.
            if let Some(by) = decide(&lists, &folder, true) {
                return Some(by);
            }
            lists.push(self.rules(&folder.join(".gitignore"), &folder));
        }
        decide(&lists, &full, false)
    }

    /// The rules of a list, which are those of a folder.
    fn rules(&self, list: &Path, folder: &Path) -> Option<Arc<Gitignore>> {
        let metadata = fs::metadata(list).ok()?;
        if !metadata.is_file() || metadata.len() > LONGEST {
            return None;
        }
        let (changed, length) = (metadata.modified().ok(), metadata.len());
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.get(list)
            && known.changed == changed
            && known.length == length
        {
            return Some(Arc::clone(&known.rules));
        }
        let mut builder = GitignoreBuilder::new(folder);
        // Of a line that means nothing git takes no notice either.
        let _ = builder.add(list);
        let rules = Arc::new(builder.build().ok()?);
        known.insert(
            list.to_owned(),
            Known {
                changed,
                length,
                rules: Arc::clone(&rules),
            },
        );
        Some(rules)
    }
}

fn decide(lists: &[Option<Arc<Gitignore>>], path: &Path, is_folder: bool) -> Option<String> {
    for rules in lists.iter().rev().flatten() {
        match rules.matched(path, is_folder) {
            Match::None => {}
            Match::Ignore(glob) => {
                return Some(format!("git ignores it: `{}`", glob.original()));
            }
            Match::Whitelist(_) => return None,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_list_decides_and_folders_take_all_along() {
        let project = tempfile::tempdir().unwrap();
        let project = project.path();
        fs::create_dir_all(project.join("a/b")).unwrap();
        fs::create_dir_all(project.join(".git/info")).unwrap();
        fs::write(project.join(".git/info/exclude"), "private\n").unwrap();
        fs::write(project.join(".gitignore"), "*.log\n/build/\n[\n").unwrap();
        fs::write(project.join("a/.gitignore"), "!keep.log\nb/*\n").unwrap();
        let ignored = Ignored::default();
        let is = |path: &str| ignored.by(project, Path::new(path)).is_some();
        for (path, expected) in [
            ("x.rs", false),
            ("x.log", true),
            ("a/x.log", true),
            ("a/keep.log", false),
            ("build/x.rs", true),
            ("a/build/x.rs", false),
            ("a/b/x.rs", true),
            ("private", true),
        ] {
            assert_eq!(is(path), expected, "{path}");
        }
        fs::write(project.join(".gitignore"), "*.rs and more\n").unwrap();
        assert!(!is("x.log"), "what was read is read again when it changes");
    }
}
