//! wasmi: translates a module to a register code of its own and interprets that.

use std::sync::Arc;

use wasmi::{
    CompilationMode, Config, Engine, ExternType, Func, Linker, Memory, Module, Store, V128, Val,
    ValType,
};

use super::backend::{CompiledModule, Compiler, FunctionExport, InstanceBackend, in_order};
use super::sidestep;
use super::value::{Signature, Value, ValueType};

pub(super) struct Interpreter {
    engine: Engine,
}

impl Interpreter {
    pub(super) fn new() -> Self {
        let mut config = Config::default();
        config
            // A module was validated when it was assembled, or taken as a foreign one. To validate and translate all
            // of it again would take most of the time to the first answer.
            .compilation_mode(CompilationMode::Lazy)
            .wasm_relaxed_simd(false)
            .wasm_multi_memory(false)
            .wasm_tail_call(false)
            .wasm_custom_page_sizes(false)
            .wasm_wide_arithmetic(false);
        Self {
            engine: Engine::new(&config),
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
}

impl CompiledModule for InterpretedModule {
    fn initial_pages(&self) -> u64 {
        match self.module.get_export("memory") {
            Some(ExternType::Memory(memory)) => memory.minimum(),
            _ => 0,
        }
    }

    fn instantiate(&self) -> Result<Box<dyn InstanceBackend>, String> {
        let mut store = Store::new(&self.engine, ());
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
        Ok(Box::new(InterpretedInstance {
            store,
            instance,
            memory,
            handles,
            functions: Arc::clone(&self.functions),
        }))
    }
}

struct InterpretedInstance {
    store: Store<()>,
    instance: wasmi::Instance,
    memory: Memory,
    handles: Vec<Func>,
    functions: Arc<[FunctionExport]>,
}

/// Parameters, and results, that a call can have without their slots going to the heap.
const SLOTS: usize = 8;

impl InstanceBackend for InterpretedInstance {
    fn functions(&self) -> &[FunctionExport] {
        &self.functions
    }

    fn call(
        &mut self,
        function: usize,
        arguments: &[Value],
        results: &mut [Value],
    ) -> Result<(), String> {
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
        self.handles[function]
            .call(&mut self.store, inputs, outputs)
            .map_err(|error| error.to_string())?;
        for (result, slot) in results.iter_mut().zip(outputs.iter()) {
            *result = from_val(slot).ok_or("a function returned a reference")?;
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
        self.instance
            .exports(&self.store)
            .filter_map(|export| {
                let name = export.name().to_owned();
                let value = export.into_global()?.get(&self.store);
                Some((name, from_val(&value)?))
            })
            .collect()
    }
}

fn to_val(value: Value) -> Val {
    match value {
        Value::I32(value) => Val::I32(value),
        Value::I64(value) => Val::I64(value),
        Value::F32(bits) => Val::F32(wasmi::F32::from_bits(bits)),
        Value::F64(bits) => Val::F64(wasmi::F64::from_bits(bits)),
        Value::V128(bits) => Val::V128(V128::from(bits)),
    }
}

fn from_val(value: &Val) -> Option<Value> {
    match value {
        Val::I32(value) => Some(Value::I32(*value)),
        Val::I64(value) => Some(Value::I64(*value)),
        Val::F32(value) => Some(Value::F32(value.to_bits())),
        Val::F64(value) => Some(Value::F64(value.to_bits())),
        Val::V128(value) => Some(Value::V128(value.as_u128())),
        Val::FuncRef(_) | Val::ExternRef(_) => None,
    }
}
