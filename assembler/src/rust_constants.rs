//! Layouts and enumerations as Rust, for whoever calls a kernel.

use std::fmt::{self, Write as _};

use crate::manifest::{ManifestEnumeration, ManifestLayout, ManifestModule, ManifestValue};

/// The layouts and enumerations of a module as Rust modules of constants, which need nothing around them.
///
/// A layout is a module of ranges, so that `&state[frame_state::PHASE]` are the bytes of a field, and
/// `frame_state::SIZE` is its whole size. An enumeration is a module of `u32`, or of `i32` where one of its values is
/// negative, and `MEANINGS` is its table.
///
/// ```
/// # use kilowat_assembler::{ManifestModule, Options, Source, assemble, rust_constants};
/// let source = Source::from_text("answer", r#"
/// ;;! summary = "The answer"
/// ;;! spec    = "Adams 1979"
/// ;;! exports = []
/// ;; Layout question
/// ;;   offset  size  field   meaning
/// ;;        0     4  answer  u32: what it is
/// (memory (export "memory") 0)
/// (global (export "heap_base") i32 (i32.const 0))
/// "#.trim_start())?;
/// let module = assemble(&source, Options::default())?.entry;
/// let rust = rust_constants(&module);
/// assert!(rust.contains("pub const ANSWER: ::core::ops::Range<usize> = 0..4;"));
/// # Ok::<(), kilowat_assembler::Error>(())
/// ```
#[must_use]
pub fn rust_constants(module: &ManifestModule) -> String {
    let mut rust = String::new();
    for table in &module.layouts {
        // Writing to a String cannot fail.
        let _ = layout(&mut rust, table);
    }
    for table in &module.enumerations {
        let _ = enumeration(&mut rust, table);
    }
    rust
}

/// What lints may not ask of the words in a kernel's text.
const ALLOWED: &str = "#[allow(clippy::doc_markdown)]";

fn layout(rust: &mut String, layout: &ManifestLayout) -> fmt::Result {
    let ManifestLayout { name, size, fields } = layout;
    writeln!(
        rust,
        "/// Where the fields of a `{name}` stand in its bytes."
    )?;
    writeln!(rust, "{ALLOWED}\npub mod r#{name} {{")?;
    writeln!(rust, "    /// The size of the whole, in bytes.")?;
    writeln!(rust, "    pub const SIZE: usize = {size};")?;
    for field in fields {
        let upper = field.name.to_ascii_uppercase();
        let end = u64::from(field.offset) + u64::from(field.size);
        doc(rust, &field.name, &field.meaning)?;
        writeln!(
            rust,
            "    pub const {upper}: ::core::ops::Range<usize> = {}..{end};",
            field.offset
        )?;
    }
    writeln!(rust, "}}")
}

fn enumeration(rust: &mut String, enumeration: &ManifestEnumeration) -> fmt::Result {
    let ManifestEnumeration { name, values } = enumeration;
    let lowest = values.iter().map(|value| value.value).min().unwrap_or(0);
    let highest = values.iter().map(|value| value.value).max().unwrap_or(0);
    let ty = if u32::try_from(lowest).is_ok() && u32::try_from(highest).is_ok() {
        "u32"
    } else if i32::try_from(lowest).is_ok() && i32::try_from(highest).is_ok() {
        "i32"
    } else {
        "i64"
    };
    writeln!(rust, "/// The values of a `{name}`.")?;
    writeln!(rust, "{ALLOWED}\npub mod r#{name} {{")?;
    for value in values {
        let upper = value.name.to_ascii_uppercase();
        doc(rust, &value.name, &value.meaning)?;
        writeln!(rust, "    pub const {upper}: {ty} = {};", value.value)?;
    }
    writeln!(
        rust,
        "    /// The rows of the table: each value, its name and what it means."
    )?;
    writeln!(rust, "    pub static MEANINGS: &[({ty}, &str, &str)] = &[")?;
    for ManifestValue {
        name,
        value,
        meaning,
    } in values
    {
        writeln!(rust, "        ({value}, {name:?}, {meaning:?}),")?;
    }
    writeln!(rust, "    ];")?;
    writeln!(rust, "}}")
}

/// The meaning as documentation, or the name where the table gives none.
fn doc(rust: &mut String, name: &str, meaning: &str) -> fmt::Result {
    // A line of its own, which nothing in it can end; brackets are spans and indices, not links.
    let escaped = if meaning.is_empty() { name } else { meaning };
    let escaped = escaped
        .replace('\\', "\\\\")
        .replace('[', "\\[")
        .replace(']', "\\]");
    let escaped = escaped.replace('<', "\\<").replace('*', "\\*");
    writeln!(rust, "    /// {escaped}")
}
