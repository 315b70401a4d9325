//! What an engine has to be able to do. Errors are the engine's own words; [`super`] adds the
//! module and the export.

use std::sync::Arc;
use std::time::Duration;

use super::value::{Signature, WasmValue};

/// Turns binaries into modules.
pub(super) trait Compiler: Send + Sync {
    fn compile(&self, wasm: &[u8]) -> Result<Arc<dyn CompiledModule>, String>;

    /// What an artifact depends on besides the binary: the engine's version and settings, and the
    /// CPU. `None` for engines that have no artifacts.
    fn fingerprint(&self) -> Option<[u8; 32]> {
        None
    }

    /// Makes a module of an artifact, unless the engine refuses it.
    ///
    /// # Safety
    /// The artifact must be one that a module of an engine with the same fingerprint gave.
    #[allow(unsafe_code)]
    unsafe fn restore(&self, _artifact: &[u8]) -> Option<Arc<dyn CompiledModule>> {
        None
    }
}

/// Makes instances.
pub(super) trait CompiledModule: Send + Sync {
    /// The minimum of the memory named `memory`, in pages; 0 where there is none.
    fn initial_pages(&self) -> u64;

    /// What the module can be restored from, where the engine has such a thing.
    fn artifact(&self) -> Option<Vec<u8>> {
        None
    }

    /// Makes an instance, whose calls end after `limit` at the latest, if there is one.
    fn instantiate(&self, limit: Option<Duration>) -> Result<Box<dyn InstanceBackend>, String>;
}

/// What [`super::Instance`] wants to know of an exported function.
pub(super) struct FunctionExport {
    pub(super) name: String,
    pub(super) signature: Signature,
}

/// Puts function exports into the one order that all engines agree on.
#[cfg(any(feature = "jit", feature = "interpreter"))]
pub(super) fn in_order(mut functions: Vec<FunctionExport>) -> Arc<[FunctionExport]> {
    functions.sort_by(|a, b| a.name.cmp(&b.name));
    functions.into()
}

/// Why a call was broken off.
pub(super) enum Interruption {
    /// The function trapped.
    Trap(String),
    /// It took longer than this.
    Deadline(Duration),
}

/// What is said of an engine whose calls cannot be broken off.
pub(super) const NO_DEADLINES: &str = "its engine was started without deadlines";

/// A running instance.
pub(super) trait InstanceBackend: Send {
    /// The function exports, in the order of their names.
    fn functions(&self) -> &[FunctionExport];

    /// Calls a function whose signature the caller has checked against `arguments` and `results`.
    fn call(
        &mut self,
        function: usize,
        arguments: &[WasmValue],
        results: &mut [WasmValue],
    ) -> Result<(), Interruption>;

    fn memory(&self) -> &[u8];

    fn memory_mut(&mut self) -> &mut [u8];

    /// Whether the memory could be made larger by so many pages.
    fn grow(&mut self, pages: u64) -> bool;

    fn globals(&mut self) -> Vec<(String, WasmValue)>;

    /// How much fuel has been used since the instance was made, where it is counted.
    fn fuel_used(&self) -> Option<u64> {
        None
    }
}
