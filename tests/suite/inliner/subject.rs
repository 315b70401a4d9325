//! A module, and what inlining and pruning make of it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use kilowat_assembler::{inline, prune};
use wasmparser::{KnownCustom, Name, Operator, Parser, Payload};

/// The forms of one module that must behave alike.
pub(crate) struct Subject {
    /// What each form is called, and its binary; the first is as it was written.
    pub(crate) forms: Vec<(&'static str, Vec<u8>)>,
    /// The exported functions.
    pub(crate) exports: Vec<String>,
    /// How many calls of macros the module holds.
    pub(crate) spliced: usize,
    /// How many loops it holds that are to be unrolled.
    pub(crate) unrolled: usize,
}

impl Subject {
    /// Makes every form of a module.
    pub(crate) fn new(wasm: Vec<u8>) -> Result<Self, String> {
        let failed = |what: &'static str| {
            move |error: kilowat_assembler::BinaryError| format!("{what}: {error}")
        };
        let inlined = inline(&wasm).map_err(failed("inline"))?;
        let pruned = prune(&wasm).map_err(failed("prune"))?;
        let both = prune(&inlined).map_err(failed("prune what is inlined"))?;
        let macros = macros(&wasm);
        if !macros.is_empty() && !self::macros(&inlined).is_empty() {
            return Err("a macro is left".to_owned());
        }
        if labels(&inlined) > 0 {
            return Err("a loop that is to be unrolled is left".to_owned());
        }
        Ok(Self {
            exports: exports(&wasm),
            unrolled: labels(&wasm),
            spliced: calls(&wasm)
                .filter(|function| macros.contains(function))
                .count(),
            forms: vec![
                ("written", wasm),
                ("inlined", inlined),
                ("pruned", pruned),
                ("inlined and pruned", both),
            ],
        })
    }

    /// Writes every form to a folder below that of the test's files, for whoever looks into a failure.
    pub(crate) fn keep(&self, folder: &str) -> String {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(folder);
        fs::create_dir_all(&folder).unwrap();
        for (form, wasm) in &self.forms {
            fs::write(folder.join(form).with_extension("wasm"), wasm).unwrap();
        }
        folder.display().to_string()
    }
}

fn payloads(wasm: &[u8]) -> impl Iterator<Item = Payload<'_>> {
    Parser::new(0)
        .parse_all(wasm)
        .map(|payload| payload.expect("the module is valid"))
}

/// The functions whose name ends in `!`.
fn macros(wasm: &[u8]) -> BTreeSet<u32> {
    let mut macros = BTreeSet::new();
    for payload in payloads(wasm) {
        if let Payload::CustomSection(section) = payload
            && let KnownCustom::Name(names) = section.as_known()
        {
            for name in names {
                if let Name::Function(functions) = name.unwrap() {
                    let functions = functions.into_iter().map(Result::unwrap);
                    macros.extend(
                        functions
                            .filter(|naming| naming.name.ends_with('!'))
                            .map(|naming| naming.index),
                    );
                }
            }
        }
    }
    macros
}

/// How many labels end in `!`.
fn labels(wasm: &[u8]) -> usize {
    let mut count = 0;
    for payload in payloads(wasm) {
        if let Payload::CustomSection(section) = payload
            && let KnownCustom::Name(names) = section.as_known()
        {
            for name in names {
                if let Name::Label(functions) = name.unwrap() {
                    let labels = functions
                        .into_iter()
                        .flat_map(|labels| labels.unwrap().names);
                    count += labels
                        .filter(|naming| naming.as_ref().unwrap().name.ends_with('!'))
                        .count();
                }
            }
        }
    }
    count
}

fn exports(wasm: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    for payload in payloads(wasm) {
        if let Payload::ExportSection(section) = payload {
            let exports = section.into_iter().map(Result::unwrap);
            names.extend(
                exports
                    .filter(|export| export.kind == wasmparser::ExternalKind::Func)
                    .map(|export| export.name.to_owned()),
            );
        }
    }
    names
}

/// The function that each call calls.
fn calls(wasm: &[u8]) -> impl Iterator<Item = u32> {
    let mut calls = Vec::new();
    for payload in payloads(wasm) {
        if let Payload::CodeSectionEntry(body) = payload {
            for operator in body.get_operators_reader().unwrap() {
                if let Operator::Call { function_index } = operator.unwrap() {
                    calls.push(function_index);
                }
            }
        }
    }
    calls.into_iter()
}
