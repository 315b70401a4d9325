//! The kernels as text and as binaries: the manifest, what their hot loops consist of, and that
//! another assembler takes them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use kilowat_assembler::{Assembled, Manifest, Options, Tree, assemble_folder};
use wasmparser::{Name, Operator, Parser, Payload};

use crate::common::tool_is_there;

const WAT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/wat");

const RELEASE: Options = Options {
    inline: true,
    debug: false,
};

fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/kernels"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// A change here is a change of what is shipped: sizes, digests, signatures.
#[test]
fn manifest() {
    let modules = assemble_folder(Path::new(WAT), RELEASE).unwrap();
    let manifest = Manifest::new(modules.into_iter().map(|module| module.entry));
    snapshot("manifest", &manifest.to_json());
}

#[test]
fn two_builds_are_the_same_and_the_embedded_binaries_are_one_of_them() {
    let wasm = |module: Assembled| module.wasm;
    let build = || {
        assemble_folder(Path::new(WAT), RELEASE)
            .unwrap()
            .into_iter()
            .map(wasm)
    };
    let embedded = kilowat_kernels::MODULES
        .iter()
        .map(|module| module.wasm.to_vec());
    assert!(build().eq(build()));
    assert!(build().eq(embedded));
}

/// Instructions in each innermost loop, by kind. A call that has crept into one of them, or an
/// unrolling that has come undone, shows here.
#[test]
fn hot_loops() {
    let options = Options {
        inline: true,
        debug: true,
    };
    let mut report = String::new();
    for module in assemble_folder(Path::new(WAT), options).unwrap() {
        for (function, loops) in innermost_loops(&module.wasm) {
            for (number, counts) in loops.iter().enumerate() {
                let total: usize = counts.values().sum();
                let place = number + 1;
                writeln!(report, "{} ${function}, loop {place}: {total}", module.name).unwrap();
                for (kind, count) in counts {
                    writeln!(report, "  {count:3} {kind}").unwrap();
                }
            }
        }
    }
    snapshot("hot_loops", &report);
}

type Counts = BTreeMap<String, usize>;

/// For each function that has any, its loops that hold no other loop, in the order of their ends.
fn innermost_loops(wasm: &[u8]) -> Vec<(String, Vec<Counts>)> {
    let mut names = BTreeMap::new();
    let mut bodies = Vec::new();
    for payload in Parser::new(0).parse_all(wasm) {
        match payload.unwrap() {
            Payload::CodeSectionEntry(body) => bodies.push(body),
            Payload::CustomSection(section) => {
                let wasmparser::KnownCustom::Name(subsections) = section.as_known() else {
                    continue;
                };
                for subsection in subsections {
                    if let Name::Function(functions) = subsection.unwrap() {
                        names.extend(functions.into_iter().map(|name| {
                            let name = name.unwrap();
                            (name.index as usize, name.name.to_owned())
                        }));
                    }
                }
            }
            _ => {}
        }
    }
    let mut functions = Vec::new();
    for (index, body) in bodies.iter().enumerate() {
        // Open blocks; a loop has counts, and is innermost until another opens within it.
        let mut open: Vec<Option<(Counts, bool)>> = Vec::new();
        let mut loops = Vec::new();
        for operator in body.get_operators_reader().unwrap() {
            let operator = operator.unwrap();
            if matches!(operator, Operator::End)
                && let Some(Some((counts, true))) = open.pop()
            {
                loops.push(counts);
            }
            let text = format!("{operator:?}");
            let kind = text
                .split([' ', '{', '('])
                .next()
                .unwrap_or_default()
                .to_owned();
            if let Some((counts, _)) = open.iter_mut().rev().flatten().next() {
                *counts.entry(kind).or_default() += 1;
            }
            match operator {
                Operator::Loop { .. } => {
                    for (_, innermost) in open.iter_mut().flatten() {
                        *innermost = false;
                    }
                    open.push(Some((Counts::new(), true)));
                }
                Operator::Block { .. } | Operator::If { .. } => open.push(None),
                _ => {}
            }
        }
        if !loops.is_empty() {
            functions.push((names[&index].clone(), loops));
        }
    }
    functions
}

/// Kernels are standard text: wabt's assembler takes every module as it stands.
#[test]
fn wat2wasm_takes_every_kernel() {
    if !tool_is_there("wat2wasm", "wabt") {
        return;
    }
    let out = tempfile::tempdir().unwrap();
    let tree = Tree::read(Path::new(WAT)).unwrap();
    for module in tree.modules() {
        // A fragment is no module by itself: what is assembled are the files of a module together.
        let source = tree.source(&module).unwrap();
        let texts = source.fragments().iter().map(|fragment| &fragment.text[..]);
        let file = out.path().join("kernel.wat");
        fs::write(&file, texts.collect::<Vec<_>>().join("\n")).unwrap();
        let assembled = Command::new("wat2wasm")
            .arg(&file)
            .arg("-o")
            .arg(out.path().join("kernel.wasm"))
            .output()
            .unwrap();
        let words = String::from_utf8_lossy(&assembled.stderr);
        assert!(assembled.status.success(), "{module}: {words}");
    }
    assert!(!tree.modules().is_empty());
}
