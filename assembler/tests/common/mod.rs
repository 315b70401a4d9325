//! What the tests share.

use insta::Settings;
use kilowat_assembler::{Assembled, Error, Options, Source, Tree, assemble};

/// Settings that put snapshots where those of this package are.
pub(crate) fn settings() -> Settings {
    let mut settings = Settings::clone_current();
    settings.set_snapshot_path(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../snapshots/assembler"
    ));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}

/// The FNV-1a kernel that shows how kernels are written.
#[allow(dead_code, reason = "not every test binary uses it")]
pub(crate) const FNV: &str = include_str!("../kernels/fnv.wat");

/// A header that exports `run`, the memory and an empty static region.
#[allow(dead_code, reason = "not every test binary uses it")]
pub(crate) fn kernel(fields: &str) -> String {
    format!(
        r#";;! summary = "A test"
;;! spec    = "none"
;;! exports = ["run"]

(memory (export "memory") 1)
(global (export "heap_base") i32 (i32.const 0))
{fields}"#
    )
}

/// Assembles a module of several files, the first of which is the module's.
#[allow(dead_code, reason = "not every test binary uses it")]
pub(crate) fn assemble_files(
    name: &str,
    files: &[(&str, &str)],
    options: Options,
) -> Result<Assembled, Error> {
    let tree = Tree::from_files(files.iter().copied());
    assemble(&tree.source(name)?, options)
}

/// Assembles a module of one file.
#[allow(dead_code, reason = "not every test binary uses it")]
pub(crate) fn assemble_text(text: &str, options: Options) -> Result<Assembled, Error> {
    assemble(&Source::from_text("test", text)?, options)
}
