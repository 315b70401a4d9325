//! Which files are read, and what they are.

use std::path::{Path, PathBuf};

use ignore::WalkBuilder;
use kilowat::javascript::Goal;

use crate::input::Source;

/// The files of the arguments, and those of folders among them, in the order of their names.
pub(super) fn all(arguments: &[PathBuf], mut report: impl FnMut(String)) -> Vec<Source> {
    if arguments.is_empty() {
        return Source::all(arguments);
    }
    let mut sources = Vec::new();
    for argument in arguments {
        if !argument.is_dir() {
            sources.push(Source::new(argument));
            continue;
        }
        let mut walk = WalkBuilder::new(argument);
        walk.sort_by_file_path(Path::cmp).require_git(false);
        for entry in walk.build() {
            match entry {
                Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => {
                    if is_program(entry.path()) {
                        sources.push(Source::new(entry.path()));
                    }
                }
                Ok(_) => {}
                Err(error) => report(error.to_string()),
            }
        }
    }
    sources
}

fn is_program(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    matches!(extension, Some("js" | "jsx" | "mjs" | "cjs"))
}

/// What a file is by its name.
pub(super) fn goal(source: &Source) -> Option<Goal> {
    let name = source.name();
    if name.ends_with(b".mjs") {
        Some(Goal::Module)
    } else if name.ends_with(b".cjs") {
        Some(Goal::CommonJs)
    } else {
        None
    }
}

/// Whether a file may have JSX by its name: any but .mjs and .cjs, which are for programs that run as they are.
pub(super) fn may_have_jsx(source: &Source) -> bool {
    goal(source).is_none()
}
