//! wasmi: translates a module to a register code of its own and interprets that.

use std::sync::Arc;
use std::time::{Duration, Instant};

use wasmi::{
    CompilationMode, Config, Engine, ExternType, Func, Linker, Memory, Module, ResumableCall,
    Store, V128, Val, ValType,
};

use super::backend::{
    CompiledModule, Compiler, FunctionExport, InstanceBackend, Interruption, NO_DEADLINES, in_order,
};
use super::sidestep;
use super::value::{Signature, ValueType, WasmValue};

/// Between two looks at the clock a call has so much fuel: about as many instructions, and some
/// milliseconds.
const FUEL: u64 = 500_000;

/// What a function has that runs when its module is instantiated, for each millisecond of the limit.
/// It cannot be broken off and go on, and so not be timed.
const START_FUEL: u64 = 100_000;

pub(super) struct Interpreter {
    engine: Engine,
    has_fuel: bool,
}

impl Interpreter {
    pub(super) fn new() -> Self {
        Self::start(false)
    }

    pub(super) fn with_deadlines() -> Self {
        Self::start(true)
    }

    fn start(has_fuel: bool) -> Self {
        let mut config = Config::default();
        config
            .consume_fuel(has_fuel)
            // A module was validated when it was assembled, or taken as a foreign one. To validate and translate all
            // of it again would take most of the time to the first answer.
            .compilation_mode(if has_fuel {
                // To translate within a call would take of its fuel.
                CompilationMode::Eager
            } else {
                CompilationMode::Lazy
            })
            .wasm_relaxed_simd(false)
            .wasm_multi_memory(false)
            .wasm_tail_call(false)
            .wasm_custom_page_sizes(false)
            .wasm_wide_arithmetic(false);
        Self {
            engine: Engine::new(&config),
            has_fuel,
        }
    }
}

impl Compiler for Interpreter {
    fn compile(&self, wasm: &[u8]) -> Result<Arc<dyn CompiledModule>, String> {
        let wasm = sidestep::rewrite(wasm).map_err(|error| error.to_string())?;
        let module = Module::new(&self.engine, wasm).map_err(|error| error.to_string())?;
        let functions = module
            .exports()
            .filter_map(|export| match export.ty() {
                ExternType::Func(ty) => Some((export.name().to_owned(), ty.clone())),
                _ => None,
            })
            .map(|(name, ty)| {
                Ok(FunctionExport {
                    signature: Signature {
                        parameters: value_types(ty.params())?,
                        results: value_types(ty.results())?,
                    },
                    name,
                })
            })
            .collect::<Result<Vec<_>, String>>()?;
        Ok(Arc::new(InterpretedModule {
            engine: self.engine.clone(),
            module,
            functions: in_order(functions),
            has_fuel: self.has_fuel,
        }))
    }
}

fn value_types(types: &[ValType]) -> Result<Vec<ValueType>, String> {
    types
        .iter()
        .map(|ty| match ty {
            ValType::I32 => Ok(ValueType::I32),
            ValType::I64 => Ok(ValueType::I64),
            ValType::F32 => Ok(ValueType::F32),
            ValType::F64 => Ok(ValueType::F64),
            ValType::V128 => Ok(ValueType::V128),
            ValType::FuncRef | ValType::ExternRef => {
                Err("an exported function takes or returns a reference".to_owned())
            }
        })
        .collect()
}

struct InterpretedModule {
    engine: Engine,
    module: Module,
    functions: Arc<[FunctionExport]>,
    has_fuel: bool,
}

impl CompiledModule for InterpretedModule {
    fn initial_pages(&self) -> u64 {
        match self.module.get_export("memory") {
            Some(ExternType::Memory(memory)) => memory.minimum(),
            _ => 0,
        }
    }

    fn instantiate(&self, limit: Option<Duration>) -> Result<Box<dyn InstanceBackend>, String> {
        if limit.is_some() && !self.has_fuel {
            return Err(NO_DEADLINES.to_owned());
        }
        let mut store = Store::new(&self.engine, ());
        if self.has_fuel {
            let milliseconds = limit.map(|limit| limit.as_millis() as u64);
            let fuel = milliseconds.map(|limit| FUEL.max(limit.saturating_mul(START_FUEL)));
            refuel(&mut store, fuel.unwrap_or(u64::MAX))?;
        }
        let mut linker = Linker::new(&self.engine);
        for import in self.module.imports() {
            if let ExternType::Func(ty) = import.ty() {
                let what = format!("{}::{}", import.module(), import.name());
                linker
                    .func_new(
                        import.module(),
                        import.name(),
                        ty.clone(),
                        move |_, _, _| {
                            Err(wasmi::Error::new(format!("the import {what} was called")))
                        },
                    )
                    .map_err(|error| error.to_string())?;
            }
        }
        let instance = linker
            .instantiate_and_start(&mut store, &self.module)
            .map_err(|error| error.to_string())?;
        let memory = instance
            .get_memory(&store, "memory")
            .ok_or("it exports no memory named `memory`")?;
        let handles = self
            .functions
            .iter()
            .map(|function| instance.get_func(&store, &function.name))
            .collect::<Option<Vec<Func>>>()
            .ok_or("a function export of the module is missing in its instance")?;
        if self.has_fuel {
            refuel(&mut store, u64::MAX)?;
        }
        Ok(Box::new(InterpretedInstance {
            limit,
            store,
            instance,
            memory,
            handles,
            functions: Arc::clone(&self.functions),
        }))
    }
}

fn refuel(store: &mut Store<()>, fuel: u64) -> Result<(), String> {
    store.set_fuel(fuel).map_err(|error| error.to_string())
}

struct InterpretedInstance {
    /// The longest that a call takes. Between calls there is fuel without end, for what the host does.
    limit: Option<Duration>,
    store: Store<()>,
    instance: wasmi::Instance,
    memory: Memory,
    handles: Vec<Func>,
    functions: Arc<[FunctionExport]>,
}

/// Parameters, and results, that a call can have without their slots going to the heap.
const SLOTS: usize = 8;

impl InterpretedInstance {
    /// Calls a function with a little fuel at a time, until its time is over.
    fn call_within(
        &mut self,
        limit: Duration,
        function: usize,
        inputs: &[Val],
        outputs: &mut [Val],
    ) -> Result<(), Interruption> {
        let trap = |error: wasmi::Error| Interruption::Trap(error.to_string());
        let ends = Instant::now().checked_add(limit);
        refuel(&mut self.store, FUEL).map_err(Interruption::Trap)?;
        let mut call = self.handles[function]
            .call_resumable(&mut self.store, inputs, outputs)
            .map_err(trap)?;
        loop {
            call = match call {
                ResumableCall::Finished => break,
                ResumableCall::HostTrap(call) => return Err(trap(call.into_host_error())),
                ResumableCall::OutOfFuel(call) => {
                    if ends.is_some_and(|ends| Instant::now() >= ends) {
                        return Err(Interruption::Deadline(limit));
                    }
                    let fuel = FUEL.max(call.required_fuel());
                    refuel(&mut self.store, fuel).map_err(Interruption::Trap)?;
                    call.resume(&mut self.store, outputs).map_err(trap)?
                }
            };
        }
        refuel(&mut self.store, u64::MAX).map_err(Interruption::Trap)
    }
}

impl InstanceBackend for InterpretedInstance {
    fn functions(&self) -> &[FunctionExport] {
        &self.functions
    }

    fn call(
        &mut self,
        function: usize,
        arguments: &[WasmValue],
        results: &mut [WasmValue],
    ) -> Result<(), Interruption> {
        let mut inline = [const { Val::I32(0) }; 2 * SLOTS];
        let mut spilled;
        let slots = if arguments.len() <= SLOTS && results.len() <= SLOTS {
            &mut inline[..arguments.len() + results.len()]
        } else {
            spilled = vec![Val::I32(0); arguments.len() + results.len()];
            &mut spilled[..]
        };
        let (inputs, outputs) = slots.split_at_mut(arguments.len());
        for (slot, argument) in inputs.iter_mut().zip(arguments) {
            *slot = to_val(*argument);
        }
        match self.limit {
            None => self.handles[function]
                .call(&mut self.store, inputs, outputs)
                .map_err(|error| Interruption::Trap(error.to_string()))?,
            Some(limit) => self.call_within(limit, function, inputs, outputs)?,
        }
        for (result, slot) in results.iter_mut().zip(outputs.iter()) {
            *result = from_val(slot)
                .ok_or_else(|| Interruption::Trap("a function returned a reference".to_owned()))?;
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
        self.instance
            .exports(&self.store)
            .filter_map(|export| {
                let name = export.name().to_owned();
                let value = export.into_global()?.get(&self.store);
                Some((name, from_val(&value)?))
            })
            .collect()
    }

    fn fuel_used(&self) -> Option<u64> {
        // A deadline is kept by giving fuel anew.
        if self.limit.is_some() {
            return None;
        }
        let left = self.store.get_fuel().ok()?;
        Some(u64::MAX - left)
    }
}

fn to_val(value: WasmValue) -> Val {
    match value {
        WasmValue::I32(value) => Val::I32(value),
        WasmValue::I64(value) => Val::I64(value),
        WasmValue::F32(bits) => Val::F32(wasmi::F32::from_bits(bits)),
        WasmValue::F64(bits) => Val::F64(wasmi::F64::from_bits(bits)),
        WasmValue::V128(bits) => Val::V128(V128::from(bits)),
    }
}

fn from_val(value: &Val) -> Option<WasmValue> {
    match value {
        Val::I32(value) => Some(WasmValue::I32(*value)),
        Val::I64(value) => Some(WasmValue::I64(*value)),
        Val::F32(value) => Some(WasmValue::F32(value.to_bits())),
        Val::F64(value) => Some(WasmValue::F64(value.to_bits())),
        Val::V128(value) => Some(WasmValue::V128(value.as_u128())),
        Val::FuncRef(_) | Val::ExternRef(_) => None,
    }
}
