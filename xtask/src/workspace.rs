//! Where the workspace is.

use std::env;
use std::path::{Path, PathBuf};

/// The root of the workspace: the folder above this package.
pub(crate) fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    // The manifest's folder is absolute and not a root, so it has a parent.
    package.parent().unwrap_or(package).to_path_buf()
}

/// A path as messages show it: from the current folder, where that is above it.
pub(crate) fn shown(path: &Path) -> PathBuf {
    let current = env::current_dir().ok();
    let relative = current.and_then(|current| path.strip_prefix(current).ok());
    match relative {
        Some(relative) if relative.as_os_str().is_empty() => PathBuf::from("."),
        Some(relative) => relative.to_path_buf(),
        None => path.to_path_buf(),
    }
}
