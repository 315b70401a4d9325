//! `docs/modules.md`: what each module of kernels is, as hosts see it.

use std::fmt::Write as _;

use kilowat_assembler::{Assembled, ManifestModule};

use crate::gen_js::operations::Operation;

const INTRODUCTION: &str = "\
# Modules of kernels

Each module is a `.wasm` file that imports nothing. [The ABI](../wat/README.md#the-abi) says how any host calls it;
`target/wasm/manifest.json`, which `cargo xtask build-wasm` writes, has all of this for machines, with layouts of states,
enumerations and digests. In Rust each module is [a feature](features.md) of the same name.

- **Binary** is the size of the file, and in parentheses what it was before macros were spliced and what nothing reaches
  was dropped.
- **Static region** is what the kernel has for itself at the start of the memory; the host uses what is behind it.
- **Constant time**: no branch and no address depends on what contracts call secret; a test
  [proves it](security.md#constant-time).
- **Zeroed**: the memory may hold secrets, and hosts zero it after each use.

";

/// The page.
pub(super) fn page(operations: &[Operation], modules: &[Assembled]) -> String {
    let mut text = INTRODUCTION.to_owned();
    text.push_str(
        "| module | binary | static region | memory at first | constant time | zeroed |\n",
    );
    text.push_str("|---|--:|--:|--:|---|---|\n");
    for module in modules {
        let entry = &module.entry;
        let _ = writeln!(
            text,
            "| [`{0}`](#{0}) | {1} | {2} | {3} KiB | {4} | {5} |",
            entry.name,
            entry.bytes,
            entry.heap_base,
            u64::from(entry.memory_pages) * 64,
            yes_or_no(entry.constant_time),
            yes_or_no(entry.secret),
        );
    }
    for module in modules {
        section(&mut text, operations, &module.entry);
    }
    text
}

fn yes_or_no(is_so: bool) -> &'static str {
    if is_so { "yes" } else { "no" }
}

fn section(text: &mut String, operations: &[Operation], module: &ManifestModule) {
    let ManifestModule {
        name,
        summary,
        spec,
        bytes,
        bytes_before,
        heap_base,
        memory_pages,
        ..
    } = module;
    let features = if module.features.is_empty() {
        "none beyond the MVP".to_owned()
    } else {
        module.features.join(", ")
    };
    let _ = write!(
        text,
        "\n## `{name}`\n\n{summary}.\n\n\
         | | |\n|---|---|\n\
         | specification | {spec} |\n\
         | binary | {bytes} bytes ({bytes_before}) |\n\
         | static region | {heap_base} bytes |\n\
         | memory at first | {} KiB |\n\
         | features of WebAssembly | {features} |\n\
         | constant time | {} |\n\
         | zeroed after each use | {} |\n",
        u64::from(*memory_pages) * 64,
        yes_or_no(module.constant_time),
        yes_or_no(module.secret),
    );
    for constant in &module.constants {
        let _ = writeln!(text, "| `{}` | {} bytes |", constant.name, constant.value);
    }
    let own: Vec<String> = (operations.iter())
        .filter(|operation| operation.module == *name)
        .map(|operation| format!("[`{0}`](api.md#{0})", operation.name))
        .collect();
    let _ = write!(text, "\nOperations: {}.\n", own.join(", "));
    text.push_str("\n<details><summary>Functions that it exports</summary>\n\n");
    text.push_str("| function | type | secret |\n|---|---|---|\n");
    for export in &module.exports {
        let secret: Vec<String> = (export.secret.iter())
            .map(|name| format!("`{name}`"))
            .collect();
        let _ = writeln!(
            text,
            "| `{}` | `{}` | {} |",
            export.name,
            export.signature,
            secret.join(", ")
        );
    }
    text.push_str("\n</details>\n");
}
