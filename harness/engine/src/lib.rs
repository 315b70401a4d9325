//! The engines that run kernels, behind one interface.
//!
//! This package is the only place that names wasmtime and wasmi. Everything above it speaks of an
//! [`Engine`], a [`Module`] compiled by it and an [`Instance`] of that; adding an engine is adding
//! a file here that implements the traits of its module `backend`.

#![cfg_attr(
    not(any(feature = "jit", feature = "interpreter")),
    allow(
        dead_code,
        unused_variables,
        reason = "there is no engine that uses it"
    )
)]

mod artifacts;
mod backend;
#[cfg(feature = "jit")]
mod clock;
#[cfg(feature = "interpreter")]
mod interpreter;
#[cfg(feature = "jit")]
mod jit;
#[cfg(feature = "interpreter")]
mod sidestep;
#[cfg(feature = "jit")]
mod stable_hasher;
mod value;
pub mod versions;

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

pub use artifacts::{ArtifactCache, has_more_rights_than_caller};
pub use value::{Signature, ValueType, WasmValue};

use artifacts::Key;
use backend::{CompiledModule, Compiler, InstanceBackend, Interruption};

/// Size in bytes of a page of linear memory.
pub const PAGE: usize = 65_536;

/// The tiers an operation can run on, fastest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EngineKind {
    /// wasmtime: compiles a kernel to machine code.
    Jit,
    /// wasmi: interprets a kernel; runs wherever Rust does.
    Interpreter,
    /// The reference crate of each operation; needs no WebAssembly at all.
    Native,
}

impl EngineKind {
    /// All tiers, in the order in which they are tried.
    pub const ALL: [Self; 3] = [Self::Jit, Self::Interpreter, Self::Native];

    /// The tiers that run WebAssembly.
    pub const WASM: [Self; 2] = [Self::Jit, Self::Interpreter];

    /// Whether it is part of this program: each tier is a cargo feature.
    #[must_use]
    pub const fn is_built_in(self) -> bool {
        match self {
            Self::Jit => cfg!(feature = "jit"),
            Self::Interpreter => cfg!(feature = "interpreter"),
            Self::Native => cfg!(feature = "native"),
        }
    }

    /// The tiers that are part of this program, in the order of [`ALL`](Self::ALL).
    pub fn built_in() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|kind| kind.is_built_in())
    }

    /// The name that the command line and the benchmarks use.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Jit => "jit",
            Self::Interpreter => "interpreter",
            Self::Native => "native",
        }
    }

    /// What stands behind the tier: the engine with its version, or the reference crates.
    #[must_use]
    pub fn implementation(self) -> String {
        match self {
            Self::Jit => format!("wasmtime {}", versions::WASMTIME),
            Self::Interpreter => format!("wasmi {}", versions::WASMI),
            Self::Native => {
                let crates = versions::REFERENCE_CRATES
                    .map(|(name, version)| format!("{name} {version}"))
                    .join(", ");
                format!("reference crates: {crates}, std")
            }
        }
    }
}

impl fmt::Display for EngineKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

/// A name that is none of [`EngineKind::ALL`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown engine `{0}`: expected jit, interpreter or native")]
pub struct UnknownEngine(String);

impl FromStr for EngineKind {
    type Err = UnknownEngine;

    fn from_str(name: &str) -> Result<Self, UnknownEngine> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.name() == name)
            .ok_or_else(|| UnknownEngine(name.to_owned()))
    }
}

/// Why an engine could not be made, or could not take a module.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The engine does not work on this machine.
    #[error("the {kind} engine does not start here: {reason}")]
    Unavailable {
        /// The tier.
        kind: EngineKind,
        /// The engine's own words.
        reason: String,
    },
    /// The engine refuses the binary.
    #[error("module `{module}` does not compile on the {kind} engine: {reason}")]
    Compile {
        /// The module's name.
        module: String,
        /// The tier.
        kind: EngineKind,
        /// The engine's own words.
        reason: String,
    },
    /// A compiled module could not be made into an instance.
    #[error("module `{module}` does not instantiate on the {kind} engine: {reason}")]
    Instantiate {
        /// The module's name.
        module: String,
        /// The tier.
        kind: EngineKind,
        /// The engine's own words.
        reason: String,
    },
    /// The module's memory could not be made as large as was asked.
    #[error("the memory of module `{module}` cannot grow by {pages} pages of 64 KiB")]
    Grow {
        /// The module's name.
        module: String,
        /// How many pages were asked for.
        pages: u64,
    },
    /// A function was called with arguments of other types than it takes.
    #[error("`{export}` of module `{module}` takes {expected}, not ({actual})")]
    Arguments {
        /// The module's name.
        module: String,
        /// The export's name.
        export: String,
        /// Its signature.
        expected: String,
        /// The types of the arguments given.
        actual: String,
    },
    /// The kernel trapped.
    #[error("`{export}` of module `{module}` trapped: {reason}")]
    Trap {
        /// The module's name.
        module: String,
        /// The export's name.
        export: String,
        /// The trap's own words.
        reason: String,
    },
    /// A call took longer than its module may. What it has written until then stays.
    #[error("`{export}` of module `{module}` was broken off after its limit of {limit:?}")]
    Deadline {
        /// The module's name.
        module: String,
        /// The export's name.
        export: String,
        /// The longest that a call may take.
        limit: Duration,
    },
}

impl EngineError {
    /// Whether a kernel trapped, as opposed to not having been run at all.
    #[must_use]
    pub fn is_trap(&self) -> bool {
        matches!(self, Self::Trap { .. })
    }
}

/// An engine that runs WebAssembly. Cheap to clone; clones share their compiled code.
#[derive(Clone)]
pub struct Engine {
    kind: EngineKind,
    compiler: Arc<dyn Compiler>,
}

impl Engine {
    /// Starts the engine of a tier, or nothing for [`EngineKind::Native`], which runs no WebAssembly.
    ///
    /// # Errors
    /// [`EngineError::Unavailable`] where the engine does not support this machine, or is not part of
    /// this program.
    pub fn new(kind: EngineKind) -> Result<Option<Self>, EngineError> {
        let compiler = compiler(kind, false)?;
        Ok(compiler.map(|compiler| Self { kind, compiler }))
    }

    /// The same, for modules [with a deadline](Module::with_deadline): loops and functions look whether
    /// their time is over, which costs them some of it.
    ///
    /// # Errors
    /// [`EngineError::Unavailable`], also where there can be no further thread.
    pub fn with_deadlines(kind: EngineKind) -> Result<Option<Self>, EngineError> {
        let compiler = compiler(kind, true)?;
        Ok(compiler.map(|compiler| Self { kind, compiler }))
    }

    /// The tier this engine serves.
    #[must_use]
    pub fn kind(&self) -> EngineKind {
        self.kind
    }

    /// Compiles a binary. Imports, which kernels never have but compiled peers do, become functions
    /// that trap.
    ///
    /// # Errors
    /// [`EngineError::Compile`] with the engine's own words.
    pub fn compile(&self, name: &str, wasm: &[u8]) -> Result<Module, EngineError> {
        let compiled = self
            .compiler
            .compile(wasm)
            .map_err(|reason| EngineError::Compile {
                module: name.to_owned(),
                kind: self.kind,
                reason,
            })?;
        Ok(self.named(name, compiled))
    }

    /// Whether [`restore`](Self::restore) can ever find something: interpreters keep nothing.
    #[must_use]
    pub fn keeps_artifacts(&self) -> bool {
        self.compiler.fingerprint().is_some()
    }

    /// The compiled form of a binary from a cache. A missing, stale or damaged entry is `None`.
    #[must_use]
    pub fn restore(&self, name: &str, wasm: &[u8], cache: &ArtifactCache) -> Option<Module> {
        let engine = self.compiler.fingerprint()?;
        let artifact = cache.read(Key { name, wasm, engine })?;
        // SAFETY: the artifact fits a digest whose key only the user has whom the program runs as,
        // and was read from a folder where nobody but that user, and root, can have put it: it is what
        // `store` put there for this binary, from an engine with the same fingerprint.
        #[allow(unsafe_code)]
        let compiled = unsafe { self.compiler.restore(&artifact) }?;
        Some(self.named(name, compiled))
    }

    /// Puts the compiled form of `wasm` into a cache, for engines that have one to keep.
    ///
    /// # Errors
    /// Those of the file system. What is in the cache already stays whole.
    pub fn store(
        &self,
        module: &Module,
        wasm: &[u8],
        cache: &ArtifactCache,
    ) -> std::io::Result<()> {
        let (Some(engine), Some(artifact)) =
            (self.compiler.fingerprint(), module.compiled.artifact())
        else {
            return Ok(());
        };
        let name = &module.name;
        cache.write(Key { name, wasm, engine }, &artifact)
    }

    fn named(&self, name: &str, compiled: Arc<dyn CompiledModule>) -> Module {
        Module {
            name: name.into(),
            kind: self.kind,
            compiled,
            limit: None,
        }
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Engine").field(&self.kind).finish()
    }
}

fn compiler(kind: EngineKind, deadlines: bool) -> Result<Option<Arc<dyn Compiler>>, EngineError> {
    match kind {
        #[cfg(feature = "jit")]
        EngineKind::Jit if deadlines => Ok(Some(Arc::new(jit::Jit::with_deadlines()?))),
        #[cfg(feature = "jit")]
        EngineKind::Jit => Ok(Some(Arc::new(jit::Jit::new()?))),
        #[cfg(feature = "interpreter")]
        EngineKind::Interpreter if deadlines => {
            Ok(Some(Arc::new(interpreter::Interpreter::with_deadlines())))
        }
        #[cfg(feature = "interpreter")]
        EngineKind::Interpreter => Ok(Some(Arc::new(interpreter::Interpreter::new()))),
        EngineKind::Native => Ok(None),
        #[cfg(not(all(feature = "jit", feature = "interpreter")))]
        kind => Err(EngineError::Unavailable {
            kind,
            reason: format!("this program is built without the feature `{kind}`"),
        }),
    }
}

/// A module compiled by an engine: compile once, instantiate many times. Cheap to clone.
#[derive(Clone)]
pub struct Module {
    name: Arc<str>,
    kind: EngineKind,
    compiled: Arc<dyn CompiledModule>,
    limit: Option<Duration>,
}

impl Module {
    /// The same module, a call of which takes `limit` at most: then it ends with
    /// [`EngineError::Deadline`]. The clock is looked at every few milliseconds, and not while memory is
    /// filled or copied by one instruction. It has to be compiled by an engine [with
    /// deadlines](Engine::with_deadlines).
    #[must_use]
    pub fn with_deadline(self, limit: Duration) -> Self {
        let limit = Some(limit);
        Self { limit, ..self }
    }

    /// The name that the module was compiled under.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Bytes of memory that an instance begins with.
    #[must_use]
    pub fn initial_memory(&self) -> u64 {
        self.compiled.initial_pages() * PAGE as u64
    }

    /// Makes an instance with a memory of its own.
    ///
    /// # Errors
    /// [`EngineError::Instantiate`], for example where the machine has no memory left, where the module
    /// exports no memory named `memory`, or where it has a deadline and its engine knows none.
    pub fn instantiate(&self) -> Result<Instance, EngineError> {
        let backend =
            self.compiled
                .instantiate(self.limit)
                .map_err(|reason| EngineError::Instantiate {
                    module: self.name.to_string(),
                    kind: self.kind,
                    reason,
                })?;
        Ok(Instance {
            name: Arc::clone(&self.name),
            kind: self.kind,
            backend,
        })
    }
}

impl fmt::Debug for Module {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Module({} on {})", self.name, self.kind)
    }
}

/// One exported function of an instance: its place among the module's function exports, in the
/// order of their names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FunctionIndex(pub usize);

/// A module with its memory, ready to be called.
pub struct Instance {
    name: Arc<str>,
    kind: EngineKind,
    backend: Box<dyn InstanceBackend>,
}

impl Instance {
    /// The name of the module.
    #[must_use]
    pub fn module_name(&self) -> &str {
        &self.name
    }

    /// The tier that runs it.
    #[must_use]
    pub fn engine(&self) -> EngineKind {
        self.kind
    }

    /// The exported function of this name.
    #[must_use]
    pub fn function(&self, export: &str) -> Option<FunctionIndex> {
        let functions = self.backend.functions();
        functions
            .iter()
            .position(|function| function.name == export)
            .map(FunctionIndex)
    }

    /// The signature of an exported function, if there are that many.
    #[must_use]
    pub fn signature(&self, function: FunctionIndex) -> Option<&Signature> {
        let functions = self.backend.functions();
        functions
            .get(function.0)
            .map(|function| &function.signature)
    }

    /// Calls an exported function and writes what it returns to `results`.
    ///
    /// # Errors
    /// [`EngineError::Arguments`] where the types or counts of `arguments` or `results` are not the
    /// function's own, or there is no such function; [`EngineError::Trap`] where the call traps; and
    /// [`EngineError::Deadline`] where it takes longer than its module may.
    #[inline]
    pub fn call(
        &mut self,
        function: FunctionIndex,
        arguments: &[WasmValue],
        results: &mut [WasmValue],
    ) -> Result<(), EngineError> {
        let known = self.backend.functions().get(function.0);
        if !known.is_some_and(|known| known.signature.accepts(arguments, results.len())) {
            return Err(self.wrong_arguments(function, arguments));
        }
        self.backend
            .call(function.0, arguments, results)
            .map_err(|interruption| self.interrupted(function, interruption))
    }

    #[cold]
    fn interrupted(&self, function: FunctionIndex, interruption: Interruption) -> EngineError {
        let (module, export) = (self.name.to_string(), self.export_name(function));
        match interruption {
            Interruption::Trap(reason) => EngineError::Trap {
                module,
                export,
                reason,
            },
            Interruption::Deadline(limit) => EngineError::Deadline {
                module,
                export,
                limit,
            },
        }
    }

    #[cold]
    fn wrong_arguments(&self, function: FunctionIndex, arguments: &[WasmValue]) -> EngineError {
        EngineError::Arguments {
            module: self.name.to_string(),
            export: self.export_name(function),
            expected: self.signature(function).map_or_else(
                || "nothing: there is no such function".to_owned(),
                ToString::to_string,
            ),
            actual: value::type_list(arguments.iter().map(|value| value.value_type())),
        }
    }

    /// The name of an exported function, or what stands for it if there are not that many.
    #[must_use]
    pub fn export_name(&self, function: FunctionIndex) -> String {
        match self.backend.functions().get(function.0) {
            Some(known) => known.name.clone(),
            None => format!("function export {}", function.0),
        }
    }

    /// The whole linear memory.
    #[must_use]
    pub fn memory(&self) -> &[u8] {
        self.backend.memory()
    }

    /// The whole linear memory, to be written.
    pub fn memory_mut(&mut self) -> &mut [u8] {
        self.backend.memory_mut()
    }

    /// Makes sure that the memory has at least `bytes` bytes.
    ///
    /// # Errors
    /// [`EngineError::Grow`] where the engine or the machine has no more.
    pub fn reserve_memory(&mut self, bytes: u64) -> Result<(), EngineError> {
        let present = self.backend.memory().len() as u64;
        if bytes <= present {
            return Ok(());
        }
        let pages = (bytes - present).div_ceil(PAGE as u64);
        if self.backend.grow(pages) {
            Ok(())
        } else {
            Err(EngineError::Grow {
                module: self.name.to_string(),
                pages,
            })
        }
    }

    /// Names and values of the exported globals, in the order of their names.
    pub fn globals(&mut self) -> Vec<(String, WasmValue)> {
        let mut globals = self.backend.globals();
        globals.sort_by(|a, b| a.0.cmp(&b.0));
        globals
    }

    /// How much fuel has been used since the instance was made: what its calls have cost, and each growth of
    /// its memory. It is about a unit an instruction, and the same for the same calls on every machine.
    ///
    /// It is counted by the interpreter alone, and only where that was started [with
    /// deadlines](Engine::with_deadlines) and the module has none.
    #[must_use]
    pub fn fuel_used(&self) -> Option<u64> {
        self.backend.fuel_used()
    }
}

impl fmt::Debug for Instance {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Instance({})", self.name)
    }
}

#[cfg(test)]
mod tests;
