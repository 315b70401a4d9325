//! Writing files.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result};

/// Writes a file whole or not at all: beside its place first, then moved there.
pub(crate) fn write(path: &Path, contents: &[u8]) -> Result<()> {
    let failed = || format!("cannot write {}", path.display());
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    let mut file = {
        use std::os::unix::fs::PermissionsExt as _;
        // As any other new file, not as the secret that a temporary file is taken for.
        builder
            .permissions(fs::Permissions::from_mode(0o666))
            .tempfile_in(folder)
            .with_context(failed)?
    };
    #[cfg(not(unix))]
    let mut file = builder.tempfile_in(folder).with_context(failed)?;
    file.write_all(contents).with_context(failed)?;
    file.persist(path).with_context(failed)?;
    Ok(())
}
