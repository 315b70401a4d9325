//! What makes a module a kernel: the ABI, checked on the binary as the text has it, so that every error has its place.

use wasmparser::{ConstExpr, DataKind, ExternalKind, ValType};

use crate::error::{Diagnostic, Error, Location, Problem};
use crate::memory_map::{self, Row};
use crate::module::Module;
use crate::parse::Spans;
use crate::prune::constant_i32;
use crate::source::Source;

/// The size of a page of memory.
const PAGE: u64 = 1 << 16;

const MEMORY: &str = "memory";
const HEAP_BASE: &str = "heap_base";
const STATE_SIZE: &str = "_state_size";

/// What the ABI says of a module that keeps to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Abi {
    pub(crate) heap_base: u32,
    pub(crate) memory_pages: u32,
    /// Offset and length of each active data segment that is not empty, in the order of the text.
    pub(crate) data: Vec<(u32, u32)>,
    /// The exported constants other than `heap_base`.
    pub(crate) constants: Vec<(String, u32)>,
}

/// Checks a valid module against the ABI and against its header; finds everything that is wrong.
pub(crate) fn check(source: &Source, module: &Module<'_>, spans: &Spans) -> Result<Abi, Error> {
    let mut check = Check {
        source,
        module,
        spans,
        diagnostics: Vec::new(),
    };
    check.imports();
    check.header();
    let constants = check.exports();
    let heap_base = constants
        .iter()
        .find(|(name, _)| name == HEAP_BASE)
        .map(|(_, value)| *value);
    if heap_base.is_none() && !check.exports_something_as(HEAP_BASE) {
        check.report(Problem::NoHeapBase, check.start());
    }
    let memory_pages = check.memory(heap_base);
    let data = check.data(heap_base);
    check.memory_map(heap_base, &data);

    let data = data
        .into_iter()
        .filter(|segment| segment.length > 0)
        .map(|segment| (segment.offset, segment.length))
        .collect();
    match (heap_base, memory_pages) {
        (Some(heap_base), Some(memory_pages)) if check.diagnostics.is_empty() => Ok(Abi {
            heap_base,
            memory_pages,
            data,
            constants: constants
                .into_iter()
                .filter(|(name, _)| name != HEAP_BASE)
                .collect(),
        }),
        _ => Err(Error::Text(check.diagnostics)),
    }
}

struct Check<'c> {
    source: &'c Source,
    module: &'c Module<'c>,
    spans: &'c Spans,
    diagnostics: Vec<Diagnostic>,
}

/// An active data segment.
#[derive(Debug, Clone, Copy)]
struct Segment {
    index: usize,
    offset: u32,
    length: u32,
}

impl Segment {
    fn end(self) -> u64 {
        u64::from(self.offset) + u64::from(self.length)
    }
}

impl Check<'_> {
    fn report(&mut self, problem: Problem, at: Location) {
        self.diagnostics.push(Diagnostic::new(problem, at));
    }

    fn at(&self, offset: Option<&usize>) -> Location {
        self.source.locate(offset.copied().unwrap_or(0))
    }

    /// The top of the module: where something is said to be missing.
    fn start(&self) -> Location {
        self.source.locate(0)
    }

    fn imports(&mut self) {
        for (index, import) in self.module.imports.iter().enumerate() {
            let problem = Problem::Import {
                module: import.module.to_owned(),
                name: import.name.to_owned(),
            };
            self.report(problem, self.at(self.spans.imports.get(index)));
        }
    }

    /// The functions exported and those in the header are the same.
    fn header(&mut self) {
        let functions: Vec<(usize, &str)> = self
            .module
            .exports
            .iter()
            .enumerate()
            .filter(|(_, export)| is_function(export.kind))
            .map(|(index, export)| (index, export.name))
            .collect();
        for named in &self.source.header().exports {
            if functions.iter().all(|(_, name)| *name != named.name) {
                let mut known: Vec<String> = functions
                    .iter()
                    .map(|(_, name)| (*name).to_owned())
                    .collect();
                known.sort();
                let problem = Problem::ExportMissing {
                    name: named.name.clone(),
                    known,
                };
                self.report(problem, self.source.locate(named.offset));
            }
        }
        for (index, name) in functions {
            let at = self.at(self.spans.exports.get(index));
            let in_header = self.source.header().exports.iter();
            if !in_header.into_iter().any(|named| named.name == name) {
                let name = name.to_owned();
                self.report(Problem::ExportNotInHeader { name }, at.clone());
            }
            if !is_snake_case(name) {
                let name = name.to_owned();
                self.report(Problem::ExportName { name }, at);
            }
        }
    }

    fn exports_something_as(&self, name: &str) -> bool {
        self.module.exports.iter().any(|export| export.name == name)
    }

    /// Checks the exports that are not functions; gives the constants among them.
    fn exports(&mut self) -> Vec<(String, u32)> {
        let module = self.module;
        let mut constants = Vec::new();
        for (index, export) in module.exports.iter().enumerate() {
            let name = export.name.to_owned();
            let found = match export.kind {
                _ if is_function(export.kind)
                    && name != MEMORY
                    && name != HEAP_BASE
                    && !name.ends_with(STATE_SIZE) =>
                {
                    continue;
                }
                ExternalKind::Memory if name == MEMORY => continue,
                ExternalKind::Global if name == HEAP_BASE || name.ends_with(STATE_SIZE) => {
                    match self.constant(export.index) {
                        Ok(value) => constants.push((name, value)),
                        Err(found) => {
                            let at = self.at(self.spans.exports.get(index));
                            self.report(Problem::NotAConstant { name, found }, at);
                        }
                    }
                    continue;
                }
                ExternalKind::Func | ExternalKind::FuncExact => "a function",
                ExternalKind::Table => "a table",
                ExternalKind::Memory => "a memory",
                ExternalKind::Global => "a global",
                ExternalKind::Tag => "a tag",
            };
            let problem = Problem::UnexpectedExport {
                name,
                found: found.to_owned(),
            };
            self.report(problem, self.at(self.spans.exports.get(index)));
        }
        constants
    }

    /// The value of a global that is an immutable i32 constant, or what it is instead.
    fn constant(&self, index: u32) -> Result<u32, String> {
        let own = index.checked_sub(self.module.imported_globals());
        let global = own
            .and_then(|own| self.module.globals.get(own as usize))
            .ok_or("imported")?;
        if global.ty.mutable {
            return Err("mutable".to_owned());
        }
        if global.ty.content_type != ValType::I32 {
            return Err(format!("an {}", global.ty.content_type));
        }
        let value = constant_i32(&global.init_expr).ok_or("set by another expression")?;
        Ok(value.cast_unsigned())
    }

    /// Checks the memory; gives its minimum in pages.
    fn memory(&mut self, heap_base: Option<u32>) -> Option<u32> {
        // Validation has refused a second memory.
        let Some(memory) = self.module.memories.first().copied() else {
            // An imported one has been reported as an import.
            if self.module.imports.is_empty() {
                self.report(Problem::NoMemory, self.start());
            }
            return None;
        };
        let at = self.at(self.spans.memories.first());
        if !self.exports_something_as(MEMORY) {
            self.report(Problem::MemoryNotExported, at.clone());
        }
        if let Some(maximum) = memory.maximum {
            self.report(Problem::MemoryMaximum { maximum }, at.clone());
        }
        if let Some(heap_base) = heap_base
            && u64::from(heap_base) > memory.initial * PAGE
        {
            let problem = Problem::MemoryTooSmall {
                pages: memory.initial,
                heap_base,
                needed: u64::from(heap_base).div_ceil(PAGE),
            };
            self.report(problem, at);
        }
        // A 32-bit memory has at most 65536 pages.
        u32::try_from(memory.initial).ok()
    }

    /// Checks the active data segments; gives those that have a constant offset.
    fn data(&mut self, heap_base: Option<u32>) -> Vec<Segment> {
        let mut segments: Vec<Segment> = Vec::new();
        let module = self.module;
        for (index, segment) in module.data.iter().enumerate() {
            let DataKind::Active { offset_expr, .. } = &segment.kind else {
                continue;
            };
            let at = self.at(self.spans.data.get(index));
            let Some(offset) = constant_offset(offset_expr) else {
                self.report(Problem::DataOffset, at);
                continue;
            };
            let segment = Segment {
                index,
                offset,
                length: segment.data.len() as u32,
            };
            if let Some(heap_base) = heap_base
                && segment.end() > u64::from(heap_base)
            {
                let problem = Problem::DataAboveHeapBase {
                    offset,
                    length: segment.length,
                    heap_base,
                };
                self.report(problem, at.clone());
            }
            for other in &segments {
                let apart =
                    segment.end() <= u64::from(other.offset) || other.end() <= u64::from(offset);
                if !apart && segment.length > 0 && other.length > 0 {
                    let problem = Problem::DataOverlap {
                        offset,
                        length: segment.length,
                        other: (other.offset, other.length),
                    };
                    let diagnostic = Diagnostic::new(problem, at.clone()).with_related(
                        "the other segment is here",
                        self.at(self.spans.data.get(other.index)),
                    );
                    self.diagnostics.push(diagnostic);
                }
            }
            segments.push(segment);
        }
        segments
    }

    /// Each data segment is a row of the map, and the map ends at `heap_base` at the latest.
    fn memory_map(&mut self, heap_base: Option<u32>, segments: &[Segment]) {
        let Some(heap_base) = heap_base else {
            return;
        };
        let rows = match memory_map::parse(self.source) {
            Ok(Some(rows)) => rows,
            Ok(None) => {
                if heap_base > 0 || !segments.is_empty() {
                    self.report(Problem::NoMemoryMap { heap_base }, self.start());
                }
                return;
            }
            Err(diagnostic) => {
                self.diagnostics.push(*diagnostic);
                return;
            }
        };
        for row in &rows {
            if row.end() > u64::from(heap_base) {
                let problem = Problem::MemoryMapAboveHeapBase {
                    name: row.name.clone(),
                    offset: row.offset,
                    length: row.length,
                    heap_base,
                };
                self.report(problem, self.row_at(row));
            }
        }
        for segment in segments.iter().filter(|segment| segment.length > 0) {
            let beginning = rows.iter().find(|row| row.offset == segment.offset);
            if beginning.is_some_and(|row| row.length == segment.length) {
                continue;
            }
            let problem = Problem::DataNotInMap {
                offset: segment.offset,
                length: segment.length,
                nearest: beginning.map(|row| {
                    format!(
                        "the row `{}` that begins there has {} bytes, the segment has {}",
                        row.name, row.length, segment.length
                    )
                }),
            };
            let mut diagnostic =
                Diagnostic::new(problem, self.at(self.spans.data.get(segment.index)));
            if let Some(row) = beginning {
                diagnostic = diagnostic.with_related("the row is here", self.row_at(row));
            }
            self.diagnostics.push(diagnostic);
        }
    }

    fn row_at(&self, row: &Row) -> Location {
        self.source.fragments()[row.fragment].locate(row.at)
    }
}

fn is_function(kind: ExternalKind) -> bool {
    matches!(kind, ExternalKind::Func | ExternalKind::FuncExact)
}

fn constant_offset(expression: &ConstExpr<'_>) -> Option<u32> {
    constant_i32(expression).map(i32::cast_unsigned)
}

/// `[a-z][a-z0-9]*(_[a-z0-9]+)*`.
fn is_snake_case(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.split('_').all(|word| {
            !word.is_empty()
                && word
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snake_case() {
        for good in ["a", "fnv1a32", "search_all", "utf8_to_utf16"] {
            assert!(is_snake_case(good), "{good}");
        }
        for bad in ["", "A", "camelCase", "_a", "a__b", "a_", "1a", "a-b"] {
            assert!(!is_snake_case(bad), "{bad}");
        }
    }
}
