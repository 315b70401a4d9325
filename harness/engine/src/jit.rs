//! wasmtime: Cranelift compiles a module to machine code when it is loaded.

use std::hash::Hash as _;
use std::sync::Arc;

use wasmtime::{
    Config, Engine, ExternType, Func, Linker, Memory, Module, OptLevel, Store, Trap, Val, ValRaw,
    ValType,
};

use super::backend::{CompiledModule, Compiler, FunctionExport, InstanceBackend, in_order};
use super::stable_hasher::StableHasher;
use super::value::{Signature, Value, ValueType};
use super::{EngineError, EngineKind};

pub(super) struct Jit {
    engine: Engine,
    fingerprint: [u8; 32],
}

impl Jit {
    pub(super) fn new() -> Result<Self, EngineError> {
        let mut config = Config::new();
        config
            .cranelift_opt_level(OptLevel::Speed)
            // Nobody reads them: a trap is reported by its own words, not by a trace.
            .wasm_backtrace_max_frames(None)
            .wasm_relaxed_simd(false)
            .wasm_memory64(false)
            .wasm_multi_memory(false)
            .wasm_tail_call(false);
        let engine = Engine::new(&config).map_err(|error| EngineError::Unavailable {
            kind: EngineKind::Jit,
            reason: format!("{error:#}"),
        })?;
        let mut hasher = StableHasher::default();
        crate::versions::WASMTIME.hash(&mut hasher);
        engine.precompile_compatibility_hash().hash(&mut hasher);
        Ok(Self {
            engine,
            fingerprint: hasher.digest(),
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

    fn instantiate(&self) -> Result<Box<dyn InstanceBackend>, String> {
        let mut store = Store::new(&self.engine, ());
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
        Ok(Box::new(JitInstance {
            store,
            instance,
            memory,
            handles,
            functions: Arc::clone(&self.functions),
        }))
    }
}

struct JitInstance {
    store: Store<()>,
    instance: wasmtime::Instance,
    memory: Memory,
    handles: Vec<Func>,
    functions: Arc<[FunctionExport]>,
}

/// Parameters and results that a call can have without its slots going to the heap.
const SLOTS: usize = 8;

impl InstanceBackend for JitInstance {
    fn functions(&self) -> &[FunctionExport] {
        &self.functions
    }

    fn call(
        &mut self,
        function: usize,
        arguments: &[Value],
        results: &mut [Value],
    ) -> Result<(), String> {
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
        // SAFETY: `Instance::call`, the only caller, has compared the types and the number of
        // `arguments` and the number of `results` with the function's signature; `slots` has room
        // for the larger of the two; the function belongs to this store, and holds no references.
        #[allow(unsafe_code)]
        let outcome = unsafe { self.handles[function].call_unchecked(&mut self.store, slots) };
        outcome.map_err(|error| trap_words(&error))?;
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

    fn globals(&mut self) -> Vec<(String, Value)> {
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
                    Val::I32(value) => Value::I32(value),
                    Val::I64(value) => Value::I64(value),
                    Val::F32(bits) => Value::F32(bits),
                    Val::F64(bits) => Value::F64(bits),
                    Val::V128(bits) => Value::V128(bits.as_u128()),
                    _ => return None,
                };
                Some((name, value))
            })
            .collect()
    }
}

fn to_raw(value: Value) -> ValRaw {
    match value {
        Value::I32(value) => ValRaw::i32(value),
        Value::I64(value) => ValRaw::i64(value),
        Value::F32(bits) => ValRaw::f32(bits),
        Value::F64(bits) => ValRaw::f64(bits),
        Value::V128(bits) => ValRaw::v128(bits),
    }
}

fn from_raw(slot: ValRaw, ty: ValueType) -> Value {
    match ty {
        ValueType::I32 => Value::I32(slot.get_i32()),
        ValueType::I64 => Value::I64(slot.get_i64()),
        ValueType::F32 => Value::F32(slot.get_f32()),
        ValueType::F64 => Value::F64(slot.get_f64()),
        ValueType::V128 => Value::V128(slot.get_v128()),
    }
}

fn trap_words(error: &wasmtime::Error) -> String {
    match error.downcast_ref::<Trap>() {
        Some(trap) => trap.to_string(),
        None => format!("{error:#}"),
    }
}
