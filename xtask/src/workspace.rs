//! Where the workspace is: looked for when a command runs, since a target folder may be shared by several
//! checkouts, and a binary copied.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

/// What the root of the workspace has, and no other folder.
const MARKS: [&str; 3] = ["Cargo.toml", "xtask/Cargo.toml", "wat"];

/// The root of the workspace: of the package that cargo runs, else around the current folder.
pub(crate) fn root() -> Result<PathBuf> {
    // Set by cargo when it runs a binary or a test.
    let package = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let current = env::current_dir().ok();
    let starts = [package, current].into_iter().flatten();
    match starts.clone().find_map(|start| find(&start)) {
        Some(root) => Ok(root),
        None => bail!(
            "no checkout of kilowat is here: neither {} nor a folder above has {}. Call `cargo xtask` in a checkout",
            list(starts.map(|start| start.display().to_string()), " nor "),
            list(MARKS.map(|mark| format!("`{mark}`")), " and "),
        ),
    }
}

/// The nearest root, from a folder upwards.
fn find(start: &Path) -> Option<PathBuf> {
    let is_root = |folder: &&Path| MARKS.iter().all(|mark| folder.join(mark).exists());
    start.ancestors().find(is_root).map(Path::to_path_buf)
}

fn list(items: impl IntoIterator<Item = String>, between: &str) -> String {
    items.into_iter().collect::<Vec<_>>().join(between)
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
