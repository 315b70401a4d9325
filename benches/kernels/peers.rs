//! Peers: what a compiler makes of existing code, on the same engines and the same input as ours.
//!
//! The environment variable `KILOWAT_PEERS` names a folder. Each `NAME.wasm` in it is a peer if it
//! exports functions that [`ADAPTERS`] knows, `memory`, and `alloc_(n) -> ptr`, which makes room for
//! n bytes. Its rows are called `NAME-ENGINE`.

use std::cell::RefCell;
use std::collections::HashMap;
use std::env;
use std::fmt::Display;
use std::fs;
use std::hint::black_box;
use std::path::Path;

use kilowat_harness::engine::{
    Engine, EngineError, EngineKind, FunctionIndex, Instance, Module, Value,
};
use kilowat_harness::frame::{CallError, Frame, Span};
use kilowat_harness::module::Export;
use kilowat_harness::ops::{AnyOperation, Workload};
use kilowat_harness::recording::RecordingError;
use wasmparser::{ExternalKind, Parser, Payload};

/// The environment variable that names the folder.
const VARIABLE: &str = "KILOWAT_PEERS";

/// Spans of peers start at multiples of this, as ours do.
const SPAN_ALIGNMENT: u32 = 64;

/// How a peer's function does what one of our kernels does.
struct Adapter {
    /// The kernel's export.
    export: &'static str,
    /// The peer's export.
    function: &'static str,
    /// Its arguments, from the kernel's.
    arguments: fn(&[Value]) -> Vec<Value>,
    /// The kernel's result, from its.
    result: fn(Value) -> Value,
}

const ADAPTERS: &[Adapter] = &[
    Adapter {
        export: "fnv1a32",
        function: "fnv1a32",
        arguments: <[Value]>::to_vec,
        result: std::convert::identity,
    },
    Adapter {
        export: "fnv1a64",
        function: "fnv1a64",
        arguments: <[Value]>::to_vec,
        result: std::convert::identity,
    },
    Adapter {
        export: "compare",
        function: "memcmp_",
        arguments: |arguments| match arguments {
            [a, a_len, b, b_len] => {
                assert_eq!(a_len, b_len, "memcmp has one length");
                vec![*a, *b, *a_len]
            }
            // The comparison of `memory_ops` has one length too.
            _ => arguments.to_vec(),
        },
        result: |value| match value {
            Value::I32(order) => Value::I32(order.signum()),
            other => other,
        },
    },
    Adapter {
        export: "equal",
        function: "memcmp_",
        arguments: <[Value]>::to_vec,
        result: |value| match value {
            Value::I32(order) => Value::I32((order == 0).into()),
            other => other,
        },
    },
    Adapter {
        export: "search",
        function: "memmem",
        arguments: <[Value]>::to_vec,
        result: std::convert::identity,
    },
    Adapter {
        export: "sha256",
        function: "sha256",
        arguments: <[Value]>::to_vec,
        result: std::convert::identity,
    },
    Adapter {
        export: "md5",
        function: "md5",
        arguments: <[Value]>::to_vec,
        result: std::convert::identity,
    },
    Adapter {
        export: "lz4_compress",
        function: "lz4_compress",
        arguments: <[Value]>::to_vec,
        result: std::convert::identity,
    },
    Adapter {
        export: "lz4_decompress",
        function: "lz4_decompress",
        arguments: <[Value]>::to_vec,
        result: std::convert::identity,
    },
];

/// The peers of this run.
pub(crate) struct Peers(Vec<File>);

/// One module of the folder.
struct File {
    name: String,
    wasm: Vec<u8>,
    functions: Vec<String>,
    /// Translated when it is first needed: that takes seconds.
    modules: RefCell<HashMap<EngineKind, Module>>,
}

impl Peers {
    /// The peers in the folder that [`VARIABLE`] names; none, said on standard error, where it is
    /// not set.
    pub(crate) fn from_environment() -> Result<Self, String> {
        let Some(folder) = env::var_os(VARIABLE) else {
            eprintln!("{VARIABLE} names no folder of compiled peers; their rows are left out");
            return Ok(Self(Vec::new()));
        };
        let folder = Path::new(&folder);
        let because = |path: &Path, error: &dyn Display| {
            format!("{VARIABLE}: cannot read {}: {error}", path.display())
        };
        let mut files = Vec::new();
        for entry in fs::read_dir(folder).map_err(|error| because(folder, &error))? {
            let path = entry.map_err(|error| because(folder, &error))?.path();
            if path.extension().is_none_or(|extension| extension != "wasm") {
                continue;
            }
            let wasm = fs::read(&path).map_err(|error| because(&path, &error))?;
            let functions = functions(&wasm).map_err(|error| because(&path, &error))?;
            if let Some(name) = path.file_stem().and_then(|stem| stem.to_str()) {
                files.push(File {
                    name: name.to_owned(),
                    wasm,
                    functions,
                    modules: RefCell::default(),
                });
            }
        }
        files.sort_by(|a, b| a.name.cmp(&b.name));
        if files.is_empty() {
            return Err(format!(
                "{VARIABLE}: there is no .wasm file in {}",
                folder.display()
            ));
        }
        Ok(Self(files))
    }

    /// The names of the peers that do any of what we do.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let known = |file: &&File| ADAPTERS.iter().any(|adapter| file.has(adapter));
        self.0.iter().filter(known).map(|file| file.name.as_str())
    }

    /// The peers that do what an operation does.
    pub(crate) fn of(&self, operation: &dyn AnyOperation) -> impl Iterator<Item = Peer<'_>> {
        let export = operation.export().name;
        let adapter = ADAPTERS.iter().find(|adapter| adapter.export == export);
        let pairs = adapter.map(|adapter| {
            let files = self.0.iter().filter(|file| file.has(adapter));
            files.map(move |file| Peer { file, adapter })
        });
        pairs.into_iter().flatten()
    }
}

impl File {
    fn has(&self, adapter: &Adapter) -> bool {
        let known = |name: &str| self.functions.iter().any(|function| function == name);
        known(adapter.function) && known("alloc_")
    }

    fn module(&self, engine: &Engine) -> Result<Module, EngineError> {
        let mut modules = self.modules.borrow_mut();
        if let Some(module) = modules.get(&engine.kind()) {
            return Ok(module.clone());
        }
        let module = engine.compile(&self.name, &self.wasm)?;
        modules.insert(engine.kind(), module.clone());
        Ok(module)
    }
}

/// The names of the functions that a module exports.
fn functions(wasm: &[u8]) -> wasmparser::Result<Vec<String>> {
    let mut functions = Vec::new();
    for payload in Parser::new(0).parse_all(wasm) {
        if let Payload::ExportSection(exports) = payload? {
            for export in exports {
                let export = export?;
                if export.kind == ExternalKind::Func {
                    functions.push(export.name.to_owned());
                }
            }
        }
    }
    Ok(functions)
}

/// A peer's function that does what one operation does.
pub(crate) struct Peer<'a> {
    file: &'a File,
    adapter: &'static Adapter,
}

impl Peer<'_> {
    /// The name of its module.
    pub(crate) fn name(&self) -> &str {
        &self.file.name
    }

    /// Places a workload in the memory of a new instance and makes the call once, checking the
    /// answer against the native one.
    pub(crate) fn record(
        &self,
        engine: &Engine,
        workload: &dyn Workload,
    ) -> Result<PeerRecording, RecordingError> {
        let instance = self.file.module(engine)?.instantiate()?;
        let function = |name: &str| {
            let function = instance.function(name);
            function.unwrap_or_else(|| panic!("`{}` exports no `{name}`", self.file.name))
        };
        let mut frame = PeerFrame {
            allocate: function("alloc_"),
            function: function(self.adapter.function),
            adapter: self.adapter,
            instance,
            calls: Vec::new(),
        };
        workload.check_on(&mut frame)?;
        Ok(PeerRecording {
            instance: frame.instance,
            function: frame.function,
            calls: frame.calls,
        })
    }
}

/// The calls of a peer that one run of an operation made, with everything still in place.
pub(crate) struct PeerRecording {
    instance: Instance,
    function: FunctionIndex,
    calls: Vec<Vec<Value>>,
}

impl PeerRecording {
    /// Makes the calls again, at the same cost around them as a recording of a kernel.
    pub(crate) fn repeat(&mut self) -> Result<(), CallError> {
        for arguments in &self.calls {
            black_box(invoke(&mut self.instance, self.function, arguments)?);
        }
        Ok(())
    }
}

/// Lets an operation call a peer as if it were its kernel, and remembers the calls.
struct PeerFrame {
    instance: Instance,
    allocate: FunctionIndex,
    function: FunctionIndex,
    adapter: &'static Adapter,
    calls: Vec<Vec<Value>>,
}

impl PeerFrame {
    fn place(&mut self, len: usize) -> Result<Span, CallError> {
        let len = len as u32;
        let room = len + SPAN_ALIGNMENT;
        match invoke(&mut self.instance, self.allocate, &[room.into()])? {
            Some(Value::I32(ptr)) => Ok(Span {
                ptr: (ptr as u32).next_multiple_of(SPAN_ALIGNMENT),
                len,
            }),
            value => Err(CallError::Contract {
                export: "alloc_",
                value,
            }),
        }
    }
}

impl Frame for PeerFrame {
    /// A peer has one body, whatever runs it: operations are to call what they call on an engine
    /// that compiles.
    fn engine(&self) -> EngineKind {
        EngineKind::Jit
    }

    fn input(&mut self, bytes: &[u8]) -> Result<Span, CallError> {
        self.output_behind(bytes, 0)
    }

    fn output(&mut self, capacity: usize) -> Result<Span, CallError> {
        self.place(capacity)
    }

    fn inout(&mut self, bytes: &[u8]) -> Result<Span, CallError> {
        self.input(bytes)
    }

    fn output_behind(&mut self, bytes: &[u8], capacity: usize) -> Result<Span, CallError> {
        let span = self.place(bytes.len().saturating_add(capacity))?;
        self.instance.memory_mut()[span.ptr as usize..][..bytes.len()].copy_from_slice(bytes);
        Ok(span)
    }

    fn invoke(
        &mut self,
        export: &'static Export,
        arguments: &[Value],
    ) -> Result<Option<Value>, CallError> {
        assert_eq!(export.name, self.adapter.export, "the adapter is another's");
        let arguments = (self.adapter.arguments)(arguments);
        let result = invoke(&mut self.instance, self.function, &arguments)?;
        self.calls.push(arguments);
        Ok(result.map(self.adapter.result))
    }

    fn read(&mut self, span: Span) -> &[u8] {
        &self.instance.memory()[span.ptr as usize..][..span.len as usize]
    }
}

/// Calls a function that has one result at most.
fn invoke(
    instance: &mut Instance,
    function: FunctionIndex,
    arguments: &[Value],
) -> Result<Option<Value>, CallError> {
    let signature = instance.signature(function);
    let result = signature.and_then(|signature| signature.results.first().copied());
    let Some(ty) = result else {
        instance.call(function, arguments, &mut [])?;
        return Ok(None);
    };
    let mut results = [Value::zero(ty)];
    instance.call(function, arguments, &mut results)?;
    Ok(Some(results[0]))
}
