//! What a binary has to be to be a kernel, whoever made it: the part of the ABI that is not in its text.

use wasmparser::{ConstExpr, DataKind, ExternalKind, FuncType, ValType};

use crate::error::Problem;
use crate::features;
use crate::module::Module;
use crate::prune::constant_i32;

/// The version of the ABI, which binaries and the manifest carry. It is raised when anything of the ABI changes
/// its meaning.
pub const ABI: u32 = 1;

/// The custom section in which a binary says, as a JSON object, where it comes from (`version`,
/// `source_sha256`), which [`ABI`] it keeps to (`abi`), and whether its memory may hold secrets (`secret`).
pub const SECTION: &str = "kilowat";

/// The size of a page of memory.
const PAGE: u64 = 1 << 16;

const MEMORY: &str = "memory";
const HEAP_BASE: &str = "heap_base";
pub(crate) const STATE_SIZE: &str = "_state_size";

/// What a kernel offers its host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interface {
    /// First byte the host may use.
    pub heap_base: u32,
    /// The minimum of the memory, in pages of 64 KiB.
    pub memory_pages: u32,
    /// The active data segments that are not empty, in the order of the module.
    pub data: Vec<Segment>,
    /// The exported constants other than `heap_base`.
    pub constants: Vec<(String, u32)>,
    /// The exported functions.
    pub functions: Vec<(String, FuncType)>,
}

/// An active data segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment {
    /// Its place among the segments of the module.
    pub(crate) index: usize,
    /// Its first byte.
    pub offset: u32,
    /// How many bytes it has.
    pub length: u32,
}

impl Interface {
    /// Reads the interface of a binary: validates it with exactly the features that kernels may use, and holds it to
    /// the ABI.
    ///
    /// # Errors
    /// Everything that is wrong with it, at least one problem.
    pub fn read(wasm: &[u8]) -> Result<Self, Vec<Problem>> {
        features::validate(wasm).map_err(|error| vec![features::problem(wasm, &error)])?;
        let module = Module::read(wasm).map_err(|error| {
            vec![Problem::Invalid {
                message: error.to_string(),
            }]
        })?;
        let (interface, faults) = check(&module);
        match interface {
            Some(interface) if faults.is_empty() => Ok(interface),
            _ => Err(faults.into_iter().map(|fault| fault.problem).collect()),
        }
    }
}

/// A part of a module, by its place among its like.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Part {
    /// Something is missing.
    Module,
    Import(usize),
    Export(usize),
    Memory,
    Data(usize),
}

/// What is wrong, and with which part.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) problem: Problem,
    pub(crate) part: Part,
    /// A second part that it has to do with, and what that is.
    pub(crate) related: Option<(&'static str, Part)>,
}

/// Checks a valid module; finds everything that is wrong. Without a fault there is an interface.
pub(crate) fn check(module: &Module<'_>) -> (Option<Interface>, Vec<Fault>) {
    let mut check = Check {
        module,
        faults: Vec::new(),
    };
    check.imports();
    let constants = check.exports();
    let heap_base = constants
        .iter()
        .find(|(name, _)| name == HEAP_BASE)
        .map(|(_, value)| *value);
    if heap_base.is_none() && !check.exports_something_as(HEAP_BASE) {
        check.report(Problem::NoHeapBase, Part::Module);
    }
    let memory_pages = check.memory(heap_base);
    let data = check.data(heap_base);
    let faults = check.faults;
    let interface = heap_base
        .zip(memory_pages)
        .map(|(heap_base, memory_pages)| Interface {
            heap_base,
            memory_pages,
            data: data
                .into_iter()
                .filter(|segment| segment.length > 0)
                .collect(),
            constants: constants
                .into_iter()
                .filter(|(name, _)| name != HEAP_BASE)
                .collect(),
            functions: functions(module),
        });
    (interface, faults)
}

/// The exported functions of a module, in its order.
pub(crate) fn functions(module: &Module<'_>) -> Vec<(String, FuncType)> {
    let types = module.function_types();
    let exports = module.exports.iter();
    exports
        .filter(|export| is_function(export.kind))
        .filter_map(|export| {
            let ty = module.function_type(types[export.index as usize])?;
            Some((export.name.to_owned(), ty.clone()))
        })
        .collect()
}

struct Check<'c> {
    module: &'c Module<'c>,
    faults: Vec<Fault>,
}

impl Segment {
    fn end(self) -> u64 {
        u64::from(self.offset) + u64::from(self.length)
    }
}

impl Check<'_> {
    fn report(&mut self, problem: Problem, part: Part) {
        self.faults.push(Fault {
            problem,
            part,
            related: None,
        });
    }

    fn imports(&mut self) {
        for (index, import) in self.module.imports.iter().enumerate() {
            let problem = Problem::Import {
                module: import.module.to_owned(),
                name: import.name.to_owned(),
            };
            self.report(problem, Part::Import(index));
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
                            self.report(Problem::NotAConstant { name, found }, Part::Export(index));
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
            self.report(problem, Part::Export(index));
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
                self.report(Problem::NoMemory, Part::Module);
            }
            return None;
        };
        if !self.exports_something_as(MEMORY) {
            self.report(Problem::MemoryNotExported, Part::Memory);
        }
        if let Some(maximum) = memory.maximum {
            self.report(Problem::MemoryMaximum { maximum }, Part::Memory);
        }
        if let Some(heap_base) = heap_base
            && u64::from(heap_base) > memory.initial * PAGE
        {
            let problem = Problem::MemoryTooSmall {
                pages: memory.initial,
                heap_base,
                needed: u64::from(heap_base).div_ceil(PAGE),
            };
            self.report(problem, Part::Memory);
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
            let Some(offset) = constant_offset(offset_expr) else {
                self.report(Problem::DataOffset, Part::Data(index));
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
                self.report(problem, Part::Data(index));
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
                    self.faults.push(Fault {
                        problem,
                        part: Part::Data(index),
                        related: Some(("the other segment is here", Part::Data(other.index))),
                    });
                }
            }
            segments.push(segment);
        }
        segments
    }
}

pub(crate) fn is_function(kind: ExternalKind) -> bool {
    matches!(kind, ExternalKind::Func | ExternalKind::FuncExact)
}

fn constant_offset(expression: &ConstExpr<'_>) -> Option<u32> {
    constant_i32(expression).map(i32::cast_unsigned)
}
