//! wasmtime: Cranelift compiles a module to machine code when it is loaded.

use std::hash::Hash as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use wasmtime::{
    Config, Engine, ExternType, Func, Linker, Memory, Module, OptLevel, Store, Trap,
    UpdateDeadline, Val, ValRaw, ValType,
};

use super::backend::{
    CompiledModule, Compiler, FunctionExport, InstanceBackend, Interruption, NO_DEADLINES, in_order,
};
use super::clock::Clock;
use super::stable_hasher::StableHasher;
use super::value::{Signature, ValueType, WasmValue};
use super::{EngineError, EngineKind};

pub(super) struct Jit {
    engine: Engine,
    fingerprint: [u8; 32],
    /// Advances the epoch of an engine with deadlines.
    clock: Option<Arc<Clock>>,
}

fn unavailable(reason: String) -> EngineError {
    EngineError::Unavailable {
        kind: EngineKind::Jit,
        reason,
    }
}

impl Jit {
    pub(super) fn new() -> Result<Self, EngineError> {
        Self::start(false)
    }

    pub(super) fn with_deadlines() -> Result<Self, EngineError> {
        let mut jit = Self::start(true)?;
        let engine = jit.engine.clone();
        let clock = Clock::start(move || engine.increment_epoch())
            .map_err(|error| unavailable(format!("its clock does not start: {error}")))?;
        jit.clock = Some(Arc::new(clock));
        Ok(jit)
    }

    fn start(epochs: bool) -> Result<Self, EngineError> {
        let mut config = Config::new();
        config
            .cranelift_opt_level(OptLevel::Speed)
            // Nobody reads them: a trap is reported by its own words, not by a trace.
            .wasm_backtrace_max_frames(None)
            // Both are for traces, and more than a sixth of what each process reads from the cache.
            .generate_address_map(false)
            .native_unwind_info(false)
            .wasm_relaxed_simd(false)
            .wasm_memory64(false)
            .wasm_multi_memory(false)
            .wasm_tail_call(false)
            .epoch_interruption(epochs);
        let engine = Engine::new(&config).map_err(|error| unavailable(format!("{error:#}")))?;
        let mut hasher = StableHasher::default();
        crate::versions::WASMTIME.hash(&mut hasher);
        engine.precompile_compatibility_hash().hash(&mut hasher);
        Ok(Self {
            engine,
            fingerprint: hasher.digest(),
            clock: None,
        })
    }
}

impl Compiler for Jit {
    fn compile(&self, wasm: &[u8]) -> Result<Arc<dyn CompiledModule>, String> {
        let module = Module::new(&self.engine, wasm).map_err(|error| format!("{error:#}"))?;
        self.load(module)
    }

    fn fingerprint(&self) -> Option<[u8; 32]> {
        Some(self.fingerprint)
    }

    #[allow(unsafe_code)]
    unsafe fn restore(&self, artifact: &[u8]) -> Option<Arc<dyn CompiledModule>> {
        // SAFETY: the caller's promise is the one that this asks for.
        let module = unsafe { Module::deserialize(&self.engine, artifact) }.ok()?;
        self.load(module).ok()
    }
}

impl Jit {
    fn load(&self, module: Module) -> Result<Arc<dyn CompiledModule>, String> {
        let functions = module
            .exports()
            .filter_map(|export| match export.ty() {
                ExternType::Func(ty) => Some((export.name().to_owned(), ty)),
                _ => None,
            })
            .map(|(name, ty)| {
                Ok(FunctionExport {
                    signature: Signature {
                        parameters: ty
                            .params()
                            .map(|ty| value_type(&ty))
                            .collect::<Result<_, _>>()?,
                        results: ty
                            .results()
                            .map(|ty| value_type(&ty))
                            .collect::<Result<_, _>>()?,
                    },
                    name,
                })
            })
            .collect::<Result<Vec<_>, String>>()?;
        Ok(Arc::new(JitModule {
            engine: self.engine.clone(),
            module,
            functions: in_order(functions),
            clock: self.clock.clone(),
        }))
    }
}

fn value_type(ty: &ValType) -> Result<ValueType, String> {
    match ty {
        ValType::I32 => Ok(ValueType::I32),
        ValType::I64 => Ok(ValueType::I64),
        ValType::F32 => Ok(ValueType::F32),
        ValType::F64 => Ok(ValueType::F64),
        ValType::V128 => Ok(ValueType::V128),
        ValType::Ref(_) => Err("an exported function takes or returns a reference".to_owned()),
    }
}

struct JitModule {
    engine: Engine,
    module: Module,
    functions: Arc<[FunctionExport]>,
    clock: Option<Arc<Clock>>,
}

/// When the call that is under way is broken off.
type Ends = Option<Instant>;

/// A store of an engine with epochs does no step without this: each tick, what runs in it looks at the
/// clock.
fn heed_epochs(store: &mut Store<Ends>) {
    store.epoch_deadline_callback(|context| {
        let is_over = context.data().is_some_and(|ends| Instant::now() >= ends);
        Ok(if is_over {
            UpdateDeadline::Interrupt
        } else {
            UpdateDeadline::Continue(1)
        })
    });
    store.set_epoch_deadline(1);
}

/// The longest that a call takes, and what makes its time pass.
struct Limit {
    longest: Duration,
    clock: Arc<Clock>,
}

impl JitModule {
    fn limit(&self, longest: Duration) -> Result<Limit, String> {
        let clock = self.clock.clone().ok_or(NO_DEADLINES)?;
        clock.quicken(longest);
        Ok(Limit { longest, clock })
    }
}

impl CompiledModule for JitModule {
    fn initial_pages(&self) -> u64 {
        match self.module.get_export("memory") {
            Some(ExternType::Memory(memory)) => memory.minimum(),
            _ => 0,
        }
    }

    fn artifact(&self) -> Option<Vec<u8>> {
        self.module.serialize().ok()
    }

    fn instantiate(&self, limit: Option<Duration>) -> Result<Box<dyn InstanceBackend>, String> {
        let limit = limit.map(|longest| self.limit(longest)).transpose()?;
        let mut store = Store::new(&self.engine, None);
        if self.clock.is_some() {
            heed_epochs(&mut store);
        }
        // A module may have a function that runs now.
        let running = limit.as_ref().map(|limit| {
            *store.data_mut() = Instant::now().checked_add(limit.longest);
            limit.clock.run_for_a_call()
        });
        let mut linker = Linker::new(&self.engine);
        linker
            .define_unknown_imports_as_traps(&self.module)
            .map_err(|error| format!("{error:#}"))?;
        let instance = linker
            .instantiate(&mut store, &self.module)
            .map_err(|error| trap_words(&error))?;
        let memory = instance
            .get_memory(&mut store, "memory")
            .ok_or("it exports no memory named `memory`")?;
        let handles = self
            .functions
            .iter()
            .map(|function| instance.get_func(&mut store, &function.name))
            .collect::<Option<Vec<Func>>>()
            .ok_or("a function export of the module is missing in its instance")?;
        drop(running);
        Ok(Box::new(JitInstance {
            limit,
            store,
            instance,
            memory,
            handles,
            functions: Arc::clone(&self.functions),
        }))
    }
}

struct JitInstance {
    limit: Option<Limit>,
    store: Store<Ends>,
    instance: wasmtime::Instance,
    memory: Memory,
    handles: Vec<Func>,
    functions: Arc<[FunctionExport]>,
}

/// Parameters and results that a call can have without its slots going to the heap.
const SLOTS: usize = 8;

impl JitInstance {
    #[cold]
    fn interruption(&self, error: &wasmtime::Error) -> Interruption {
        match (&self.limit, error.downcast_ref::<Trap>()) {
            (Some(limit), Some(Trap::Interrupt)) => Interruption::Deadline(limit.longest),
            _ => Interruption::Trap(trap_words(error)),
        }
    }
}

impl InstanceBackend for JitInstance {
    fn functions(&self) -> &[FunctionExport] {
        &self.functions
    }

    fn call(
        &mut self,
        function: usize,
        arguments: &[WasmValue],
        results: &mut [WasmValue],
    ) -> Result<(), Interruption> {
        let needed = arguments.len().max(results.len());
        let mut inline = [ValRaw::i32(0); SLOTS];
        let mut spilled;
        let slots = if needed <= SLOTS {
            &mut inline[..]
        } else {
            spilled = vec![ValRaw::i32(0); needed];
            &mut spilled[..]
        };
        for (slot, argument) in slots.iter_mut().zip(arguments) {
            *slot = to_raw(*argument);
        }
        let running = self.limit.as_ref().map(|limit| {
            *self.store.data_mut() = Instant::now().checked_add(limit.longest);
            limit.clock.run_for_a_call()
        });
        // SAFETY: `Instance::call`, the only caller, has compared the types and the number of
        // `arguments` and the number of `results` with the function's signature; `slots` has room
        // for the larger of the two; the function belongs to this store, and holds no references.
        #[allow(unsafe_code)]
        let outcome = unsafe { self.handles[function].call_unchecked(&mut self.store, slots) };
        drop(running);
        outcome.map_err(|error| self.interruption(&error))?;
        let types = &self.functions[function].signature.results;
        for ((result, ty), slot) in results.iter_mut().zip(types).zip(slots.iter()) {
            *result = from_raw(*slot, *ty);
        }
        Ok(())
    }

    fn memory(&self) -> &[u8] {
        self.memory.data(&self.store)
    }

    fn memory_mut(&mut self) -> &mut [u8] {
        self.memory.data_mut(&mut self.store)
    }

    fn grow(&mut self, pages: u64) -> bool {
        self.memory.grow(&mut self.store, pages).is_ok()
    }

    fn globals(&mut self) -> Vec<(String, WasmValue)> {
        let globals: Vec<_> = self
            .instance
            .exports(&mut self.store)
            .filter_map(|export| {
                let name = export.name().to_owned();
                Some((name, export.into_global()?))
            })
            .collect();
        globals
            .into_iter()
            .filter_map(|(name, global)| {
                let value = match global.get(&mut self.store) {
                    Val::I32(value) => WasmValue::I32(value),
                    Val::I64(value) => WasmValue::I64(value),
                    Val::F32(bits) => WasmValue::F32(bits),
                    Val::F64(bits) => WasmValue::F64(bits),
                    Val::V128(bits) => WasmValue::V128(bits.as_u128()),
                    _ => return None,
                };
                Some((name, value))
            })
            .collect()
    }
}

fn to_raw(value: WasmValue) -> ValRaw {
    match value {
        WasmValue::I32(value) => ValRaw::i32(value),
        WasmValue::I64(value) => ValRaw::i64(value),
        WasmValue::F32(bits) => ValRaw::f32(bits),
        WasmValue::F64(bits) => ValRaw::f64(bits),
        WasmValue::V128(bits) => ValRaw::v128(bits),
    }
}

fn from_raw(slot: ValRaw, ty: ValueType) -> WasmValue {
    match ty {
        ValueType::I32 => WasmValue::I32(slot.get_i32()),
        ValueType::I64 => WasmValue::I64(slot.get_i64()),
        ValueType::F32 => WasmValue::F32(slot.get_f32()),
        ValueType::F64 => WasmValue::F64(slot.get_f64()),
        ValueType::V128 => WasmValue::V128(slot.get_v128()),
    }
}

fn trap_words(error: &wasmtime::Error) -> String {
    match error.downcast_ref::<Trap>() {
        Some(trap) => trap.to_string(),
        None => format!("{error:#}"),
    }
}
