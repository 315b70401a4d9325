//! Generated modules: wasm-smith writes them, and here some of their functions become macros.

use std::collections::{BTreeMap, BTreeSet};

use arbitrary::Unstructured;
use rand::{Rng as _, RngExt as _};
use rand_chacha::ChaCha8Rng;
use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{ExportKind, ExportSection, NameMap, NameSection};
use wasmparser::{ElementItems, ExternalKind, Operator, Parser, Payload, TypeRef};

/// How many loop iterations and calls a module may make before it traps.
const FUEL: u32 = 400;

/// A module that terminates, a few functions of which are called `f7!` and the like, which is legal: they are not
/// recursive, and nothing but calls refers to them. The rest is exported. `None` for a seed that gives no module.
pub(crate) fn module(rng: &mut ChaCha8Rng) -> Option<Vec<u8>> {
    let mut bytes = vec![0; rng.random_range(512..6144)];
    rng.fill_bytes(&mut bytes);
    let config = wasm_smith::Config {
        // What kernels may use, and nothing else.
        compact_imports_enabled: false,
        custom_page_sizes_enabled: false,
        exceptions_enabled: false,
        extended_const_enabled: false,
        gc_enabled: false,
        memory64_enabled: false,
        reference_types_enabled: false,
        relaxed_simd_enabled: false,
        tail_call_enabled: false,
        threads_enabled: false,
        wide_arithmetic_enabled: false,
        max_imports: 0,
        max_tags: 0,
        // So that the same answer is the only answer.
        canonicalize_nans: true,
        allow_start_export: false,
        // Both: a trap must stay the same trap, and what does not trap gets further.
        disallow_traps: rng.random(),
        // So that there is something to see and something to call.
        export_everything: true,
        min_memories: 1,
        max_memory32_bytes: 3 << 16,
        memory_max_size_required: true,
        min_funcs: 4,
        max_funcs: 14,
        // Few types, so that calls find arguments on the stack.
        min_types: 2,
        max_types: 6,
        max_values: 4,
        max_instructions: 120,
        max_elements: 4,
        max_element_segments: 2,
        max_table_elements: 16,
        ..wasm_smith::Config::default()
    };
    let mut module = wasm_smith::Module::new(config, &mut Unstructured::new(&bytes)).ok()?;
    let fuel = module
        .ensure_termination(FUEL)
        .expect("every body is generated, none is raw bytes");
    Some(with_macros(&module.to_bytes(), fuel, rng))
}

/// What decides which functions may be macros.
#[derive(Default)]
struct Functions {
    count: u32,
    calls: BTreeMap<u32, BTreeSet<u32>>,
    in_tables: BTreeSet<u32>,
}

impl Functions {
    fn read(wasm: &[u8]) -> Self {
        let mut functions = Self::default();
        for payload in Parser::new(0).parse_all(wasm) {
            match payload.expect("wasm-smith writes valid modules") {
                Payload::ImportSection(section) => {
                    let imports = section.into_imports().map(Result::unwrap);
                    let own = imports.filter(|import| matches!(import.ty, TypeRef::Func(_)));
                    assert_eq!(own.count(), 0, "no imports were asked for");
                }
                Payload::ElementSection(section) => {
                    for element in section {
                        match element.unwrap().items {
                            ElementItems::Functions(items) => {
                                functions
                                    .in_tables
                                    .extend(items.into_iter().map(Result::unwrap));
                            }
                            ElementItems::Expressions(_, items) => {
                                for item in items {
                                    functions.take_references(&item.unwrap());
                                }
                            }
                        }
                    }
                }
                Payload::CodeSectionEntry(body) => {
                    let mut calls = BTreeSet::new();
                    for operator in body.get_operators_reader().unwrap() {
                        if let Operator::Call { function_index } = operator.unwrap() {
                            calls.insert(function_index);
                        }
                    }
                    functions.calls.insert(functions.count, calls);
                    functions.count += 1;
                }
                _ => {}
            }
        }
        functions
    }

    fn take_references(&mut self, expression: &wasmparser::ConstExpr<'_>) {
        for operator in expression.get_operators_reader() {
            if let Operator::RefFunc { function_index } = operator.unwrap() {
                self.in_tables.insert(function_index);
            }
        }
    }

    /// A random set of functions that do not call each other in a circle.
    fn macros(&self, rng: &mut ChaCha8Rng) -> BTreeSet<u32> {
        let mut macros = BTreeSet::new();
        let mut candidates: Vec<u32> = (0..self.count).collect();
        while !candidates.is_empty() {
            let candidate = candidates.swap_remove(rng.random_range(0..candidates.len()));
            if self.in_tables.contains(&candidate) || rng.random_range(0..4) == 0 {
                continue;
            }
            macros.insert(candidate);
            let mut seen = BTreeSet::new();
            if self.reaches(candidate, candidate, &macros, &mut seen) {
                macros.remove(&candidate);
            }
        }
        // Something must be left to call.
        if macros.len() as u32 == self.count {
            macros.pop_first();
        }
        macros
    }

    fn reaches(
        &self,
        from: u32,
        to: u32,
        macros: &BTreeSet<u32>,
        seen: &mut BTreeSet<u32>,
    ) -> bool {
        self.calls[&from].iter().any(|next| {
            macros.contains(next)
                && (*next == to || seen.insert(*next) && self.reaches(*next, to, macros, seen))
        })
    }
}

/// Exports what is no macro, under names that the test knows.
struct Exporter<'e> {
    macros: &'e BTreeSet<u32>,
    fuel: u32,
}

impl Reencode for Exporter<'_> {
    type Error = std::convert::Infallible;

    fn parse_export_section(
        &mut self,
        exports: &mut ExportSection,
        section: wasmparser::ExportSectionReader<'_>,
    ) -> Result<(), Error<Self::Error>> {
        let mut seen = BTreeSet::new();
        for export in section {
            let export = export?;
            let index = export.index;
            let (name, kind) = match export.kind {
                ExternalKind::Func if !self.macros.contains(&index) => {
                    (format!("f{index}"), ExportKind::Func)
                }
                ExternalKind::Global => (format!("g{index}"), ExportKind::Global),
                ExternalKind::Memory => ("memory".to_owned(), ExportKind::Memory),
                _ => continue,
            };
            if seen.insert(name.clone()) {
                exports.export(&name, kind, index);
            }
        }
        exports.export("fuel", ExportKind::Global, self.fuel);
        Ok(())
    }
}

fn with_macros(wasm: &[u8], fuel: u32, rng: &mut ChaCha8Rng) -> Vec<u8> {
    let functions = Functions::read(wasm);
    let macros = functions.macros(rng);
    let mut exporter = Exporter {
        macros: &macros,
        fuel,
    };
    let mut module = wasm_encoder::Module::new();
    utils::parse_core_module(&mut exporter, &mut module, Parser::new(0), wasm)
        .expect("wasm-smith writes what wasm-encoder can");
    let mut names = NameMap::new();
    for index in 0..functions.count {
        let mark = if macros.contains(&index) { "!" } else { "" };
        names.append(index, &format!("f{index}{mark}"));
    }
    let mut section = NameSection::new();
    section.functions(&names);
    module.section(&section);
    module.finish()
}
