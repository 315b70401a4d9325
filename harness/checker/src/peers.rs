//! Peers: what a compiler makes of existing code, on the same engines and the same input as ours.
//!
//! The environment variable `KILOWAT_PEERS` names a folder. Each `NAME.wasm` in it is a peer if it
//! exports functions that `ADAPTERS` knows, `memory`, and `alloc_(n) -> ptr`, which makes room for
//! n bytes. Its rows are called `NAME-ENGINE`.

use std::cell::RefCell;
use std::collections::HashMap;
use std::env;
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};

use wasmparser::{ExternalKind, Parser, Payload};

use kilowat_engine::{Engine, EngineError, EngineKind, FunctionIndex, Instance, Module, WasmValue};
use kilowat_kernels::{
    Export, aead, blake3, brotli, deflate, json, kdf, lz4, md5, memory_ops, sha256, sha512,
    string_ops, text,
};
use kilowat_operations::frame::{CallError, Frame, Span};
use kilowat_operations::ops::{AnswerError, AnyAnswer, AnyCase, AnyOperation, Status, Value};

/// The environment variable that names the folder.
pub const VARIABLE: &str = "KILOWAT_PEERS";

/// Spans of peers start at multiples of this, as ours do.
const SPAN_ALIGNMENT: u64 = 64;

/// The function by which a peer makes room.
const ALLOCATE: &str = "alloc_";

/// Why there are no peers, though some are asked for.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PeersError {
    /// The folder or one of its modules cannot be read.
    #[error("{VARIABLE}: cannot read {}: {reason}", path.display())]
    Unreadable {
        /// What cannot be read.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// There is nothing in the folder.
    #[error("{VARIABLE}: there is no .wasm file in {}", .0.display())]
    Empty(PathBuf),
}

/// How a peer's function does what one of our kernels does.
struct Adapter {
    /// The kernel's export.
    export: &'static Export,
    /// The peer's export.
    function: &'static str,
    /// How its calls come from the kernel's.
    calls: Calls,
}

enum Calls {
    /// One call for one.
    One {
        /// The arguments, from the kernel's. Nothing where the peer cannot do what these ask for.
        arguments: fn(&[WasmValue]) -> Option<Vec<WasmValue>>,
        /// The kernel's result, from the peer's.
        result: fn(WasmValue) -> WasmValue,
    },
    /// One call for one, of whose result no answer of ours can be made: it does at least what the kernel does, and
    /// its result, if there is one, is negative where it could not.
    Alike {
        /// The arguments, from the kernel's.
        arguments: fn(&[WasmValue]) -> Option<Vec<WasmValue>>,
        /// A function that is called once before, untimed, with a copy of what the answer is: it keeps what the
        /// timed one works on.
        prepare: Option<&'static str>,
    },
    /// A kernel of many messages, `(spans_ptr, count, dst_ptr)`: one call for each of them.
    EachMessage {
        /// The arguments for a message and for where its answer belongs.
        arguments: fn(Span, u32) -> Vec<WasmValue>,
        /// The length of an answer, which the peer writes or returns.
        answer: u32,
    },
}

/// The same arguments and the same result.
const SAME: Calls = Calls::One {
    arguments: |arguments| Some(arguments.to_vec()),
    result: std::convert::identity,
};

/// A hash that is returned, of a length in bytes.
const fn each_hash(answer: u32) -> Calls {
    Calls::EachMessage {
        arguments: |message, _| vec![message.ptr.into(), message.len.into()],
        answer,
    }
}

/// A digest that is written, of a length in bytes.
const fn each_digest(answer: u32) -> Calls {
    Calls::EachMessage {
        arguments: |message, dst| vec![message.ptr.into(), message.len.into(), dst.into()],
        answer,
    }
}

/// The order that a number of either sign means.
fn order(value: WasmValue) -> WasmValue {
    match value {
        WasmValue::I32(order) => WasmValue::I32(order.signum()),
        other => other,
    }
}

/// What a validator of ours answers, from a peer's answer of a truth value.
fn verdict(value: WasmValue) -> WasmValue {
    match value {
        WasmValue::I32(0) => WasmValue::I32(Status::Malformed.code()),
        WasmValue::I32(_) => WasmValue::I32(0),
        other => other,
    }
}

/// The span that a kernel is given first.
fn first_span(arguments: &[WasmValue]) -> Option<Vec<WasmValue>> {
    arguments.get(..2).map(<[WasmValue]>::to_vec)
}

/// A peer's cipher, which encrypts where the text stands, and writes the tag apart: where our result begins. It takes
/// keys and nonces of one length, and no associated data.
const IN_PLACE: Calls = Calls::Alike {
    arguments: |arguments| match *arguments {
        [
            key,
            WasmValue::I32(32),
            nonce,
            WasmValue::I32(12),
            _,
            WasmValue::I32(0),
            text,
            len,
            tag,
            ..,
        ] => Some(vec![key, nonce, text, len, tag]),
        _ => None,
    },
    prepare: None,
};

const ADAPTERS: &[Adapter] = &[
    Adapter {
        export: &aead::AES_GCM_SEAL,
        function: "aes256gcm",
        calls: IN_PLACE,
    },
    Adapter {
        export: &aead::CHACHA20_POLY1305_SEAL,
        function: "chacha20poly1305_",
        calls: IN_PLACE,
    },
    Adapter {
        export: &string_ops::FNV1A32,
        function: "fnv1a32",
        calls: SAME,
    },
    Adapter {
        export: &string_ops::FNV1A64,
        function: "fnv1a64",
        calls: SAME,
    },
    Adapter {
        export: &string_ops::FNV1A32_BATCH,
        function: "fnv1a32",
        calls: each_hash(4),
    },
    Adapter {
        export: &string_ops::FNV1A64_BATCH,
        function: "fnv1a64",
        calls: each_hash(8),
    },
    Adapter {
        export: &string_ops::COMPARE,
        function: "memcmp_",
        calls: Calls::One {
            // memcmp has one length.
            arguments: |arguments| match arguments {
                [a, a_len, b, b_len] => (a_len == b_len).then(|| vec![*a, *b, *a_len]),
                _ => None,
            },
            result: order,
        },
    },
    Adapter {
        export: &memory_ops::COMPARE,
        function: "memcmp_",
        calls: Calls::One {
            arguments: |arguments| Some(arguments.to_vec()),
            result: order,
        },
    },
    Adapter {
        export: &memory_ops::EQUAL,
        function: "memcmp_",
        calls: Calls::One {
            arguments: |arguments| Some(arguments.to_vec()),
            result: |value| match value {
                WasmValue::I32(order) => WasmValue::I32((order == 0).into()),
                other => other,
            },
        },
    },
    Adapter {
        export: &string_ops::SEARCH,
        function: "memmem",
        calls: SAME,
    },
    Adapter {
        export: &sha256::SHA256,
        function: "sha256",
        calls: SAME,
    },
    Adapter {
        export: &sha256::SHA256_BATCH,
        function: "sha256",
        calls: each_digest(32),
    },
    // As many compressions, of whatever stands at the beginning of its memory; one output is two for each iteration.
    Adapter {
        export: &kdf::PBKDF2_SHA256,
        function: "sha256",
        calls: Calls::Alike {
            arguments: |arguments| match *arguments {
                [
                    _,
                    _,
                    _,
                    _,
                    WasmValue::I32(iterations),
                    dst,
                    WasmValue::I32(32),
                    ..,
                ] => Some(vec![0_u32.into(), WasmValue::I32(128 * iterations), dst]),
                _ => None,
            },
            prepare: None,
        },
    },
    Adapter {
        export: &sha512::SHA512,
        function: "sha512",
        calls: SAME,
    },
    Adapter {
        export: &blake3::BLAKE3,
        function: "blake3",
        calls: Calls::One {
            // The peer's digest has the usual length.
            arguments: |arguments| match arguments {
                [message @ .., WasmValue::I32(32)] => Some(message.to_vec()),
                _ => None,
            },
            result: |value| value,
        },
    },
    Adapter {
        export: &md5::MD5,
        function: "md5",
        calls: SAME,
    },
    Adapter {
        export: &md5::MD5_BATCH,
        function: "md5",
        calls: each_digest(16),
    },
    Adapter {
        export: &lz4::LZ4_COMPRESS,
        function: "lz4_compress",
        calls: SAME,
    },
    Adapter {
        export: &lz4::LZ4_DECOMPRESS,
        function: "lz4_decompress",
        calls: SAME,
    },
    Adapter {
        export: &deflate::DEFLATE,
        function: "deflate",
        calls: Calls::One {
            // Whole streams.
            arguments: |arguments| match *arguments {
                [
                    src,
                    len,
                    WasmValue::I32(0),
                    level,
                    WasmValue::I32(0),
                    _,
                    _,
                    dst,
                    capacity,
                ] => Some(vec![src, len, dst, capacity, level]),
                _ => None,
            },
            result: std::convert::identity,
        },
    },
    Adapter {
        export: &deflate::INFLATE,
        function: "inflate",
        calls: Calls::One {
            // Without a dictionary.
            arguments: |arguments| match arguments {
                [src, src_len, WasmValue::I32(0), _, dst, dst_cap, _] => {
                    Some(vec![*src, *src_len, *dst, *dst_cap])
                }
                _ => None,
            },
            result: std::convert::identity,
        },
    },
    Adapter {
        export: &brotli::BROTLI_DECOMPRESS,
        function: "brotli_decompress",
        calls: Calls::One {
            arguments: |arguments| match arguments {
                [src, src_len, _, _, dst, dst_cap, _] => Some(vec![*src, *src_len, *dst, *dst_cap]),
                _ => None,
            },
            result: std::convert::identity,
        },
    },
    Adapter {
        export: &json::JSON_VALIDATE,
        function: "json_valid",
        calls: Calls::One {
            arguments: first_span,
            result: verdict,
        },
    },
    // To a tree of values, and from that to a text again.
    Adapter {
        export: &json::JSON_PARSE,
        function: "json_roundtrip",
        calls: Calls::Alike {
            arguments: first_span,
            prepare: None,
        },
    },
    // From a tree of values, which is made of our text before, whose members need not come in our order.
    Adapter {
        export: &json::JSON_SERIALIZE,
        function: "json_serialize",
        calls: Calls::Alike {
            arguments: |arguments| match arguments {
                [_, _, _, _, dst, capacity, ..] => Some(vec![*dst, *capacity]),
                _ => None,
            },
            prepare: Some("json_roundtrip"),
        },
    },
    Adapter {
        export: &text::UTF8_VALIDATE,
        function: "utf8_valid",
        calls: Calls::One {
            arguments: first_span,
            result: verdict,
        },
    },
    Adapter {
        export: &text::CRC32,
        function: "crc32",
        calls: SAME,
    },
];

/// The modules of a folder.
#[derive(Debug, Default)]
pub struct Peers(Vec<File>);

/// One module of the folder.
#[derive(Debug)]
struct File {
    name: String,
    wasm: Vec<u8>,
    functions: Vec<String>,
    /// Translated when it is first needed: that takes seconds.
    modules: RefCell<HashMap<EngineKind, Module>>,
}

impl Peers {
    /// The peers in the folder that [`VARIABLE`] names; `None` where it names none.
    ///
    /// # Errors
    /// As [`Self::in_folder`].
    pub fn from_environment() -> Result<Option<Self>, PeersError> {
        let folder = env::var_os(VARIABLE).filter(|folder| !folder.is_empty());
        folder
            .map(|folder| Self::in_folder(Path::new(&folder)))
            .transpose()
    }

    /// The peers in a folder.
    ///
    /// # Errors
    /// [`PeersError`].
    pub fn in_folder(folder: &Path) -> Result<Self, PeersError> {
        let because = |path: &Path, reason: String| PeersError::Unreadable {
            path: path.to_owned(),
            reason,
        };
        let unreadable = |path: &Path, error: std::io::Error| because(path, error.to_string());
        let mut files = Vec::new();
        for entry in fs::read_dir(folder).map_err(|error| unreadable(folder, error))? {
            let path = entry.map_err(|error| unreadable(folder, error))?.path();
            if path.extension().is_none_or(|extension| extension != "wasm") {
                continue;
            }
            let wasm = fs::read(&path).map_err(|error| unreadable(&path, error))?;
            let functions = functions(&wasm).map_err(|error| because(&path, error.to_string()))?;
            if let Some(name) = path.file_stem().and_then(|stem| stem.to_str()) {
                files.push(File {
                    name: name.to_owned(),
                    wasm,
                    functions,
                    modules: RefCell::default(),
                });
            }
        }
        if files.is_empty() {
            return Err(PeersError::Empty(folder.to_owned()));
        }
        files.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(Self(files))
    }

    /// The names of the peers that do any of what we do.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let known = |file: &&File| ADAPTERS.iter().any(|adapter| file.has(adapter));
        self.0.iter().filter(known).map(|file| file.name.as_str())
    }

    /// The peers that do what an operation does.
    pub fn of(&self, operation: &dyn AnyOperation) -> impl Iterator<Item = Peer<'_>> {
        let export = operation.export();
        let adapter = ADAPTERS
            .iter()
            .find(|adapter| std::ptr::eq(adapter.export, export));
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
        known(adapter.function) && known(ALLOCATE)
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
pub struct Peer<'a> {
    file: &'a File,
    adapter: &'static Adapter,
}

impl<'a> Peer<'a> {
    /// The name of its module.
    #[must_use]
    pub fn name(&self) -> &'a str {
        &self.file.name
    }

    /// Places a workload in the memory of a new instance and makes the call once, checking the
    /// answer against the native one.
    ///
    /// # Errors
    /// [`AnswerError`], among others where the answers differ.
    pub fn record(
        &self,
        engine: &Engine,
        workload: &dyn AnyCase,
    ) -> Result<PeerRecording, AnswerError> {
        let instance = self.file.module(engine)?.instantiate()?;
        let function = |name: &str| {
            let function = instance.function(name);
            function.ok_or_else(|| EngineError::Instantiate {
                module: self.file.name.clone(),
                kind: engine.kind(),
                reason: format!("it exports no function `{name}`"),
            })
        };
        let prepare = match self.adapter.calls {
            Calls::Alike { prepare, .. } => prepare.map(function).transpose()?,
            _ => None,
        };
        let mut frame = PeerFrame {
            allocate: function(ALLOCATE)?,
            function: function(self.adapter.function)?,
            adapter: self.adapter,
            instance,
            calls: Vec::new(),
        };
        if let Some(prepare) = prepare {
            frame.prepare(prepare, &answer_bytes(&*workload.native()))?;
        }
        match (workload.check_on(&mut frame), &self.adapter.calls) {
            // It has not refused its input.
            (Err(AnswerError::Wrong { .. }), Calls::Alike { .. }) => {}
            (outcome, _) => outcome?,
        }
        Ok(PeerRecording {
            instance: frame.instance,
            function: frame.function,
            calls: frame.calls,
        })
    }
}

/// The calls of a peer that one run of an operation made, with everything still in place.
pub struct PeerRecording {
    instance: Instance,
    function: FunctionIndex,
    calls: Vec<Vec<WasmValue>>,
}

impl PeerRecording {
    /// Makes the calls again, at the same cost around them as a recording of a kernel.
    ///
    /// # Errors
    /// [`CallError`].
    pub fn repeat(&mut self) -> Result<(), CallError> {
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
    calls: Vec<Vec<WasmValue>>,
}

impl PeerFrame {
    fn place(&mut self, len: usize) -> Result<Span, CallError> {
        let room = len as u64 + SPAN_ALIGNMENT;
        let limit = u64::from(u32::MAX);
        let argument =
            u32::try_from(room).map_err(|_| CallError::TooLarge { bytes: room, limit })?;
        let value = invoke(&mut self.instance, self.allocate, &[argument.into()])?;
        if let Some(WasmValue::I32(ptr)) = value {
            let ptr = u64::from(ptr as u32).next_multiple_of(SPAN_ALIGNMENT);
            if ptr + len as u64 <= self.instance.memory().len() as u64 {
                // A memory has no more than 32 bits tell.
                return Ok(Span {
                    ptr: ptr as u32,
                    len: len as u32,
                });
            }
        }
        Err(CallError::Contract {
            export: ALLOCATE,
            value,
        })
    }

    fn prepare(&mut self, function: FunctionIndex, bytes: &[u8]) -> Result<(), CallError> {
        let Span { ptr, len } = self.input(bytes)?;
        invoke(&mut self.instance, function, &[ptr.into(), len.into()])?;
        Ok(())
    }

    fn call(&mut self, arguments: Vec<WasmValue>) -> Result<Option<WasmValue>, CallError> {
        let result = invoke(&mut self.instance, self.function, &arguments)?;
        self.calls.push(arguments);
        Ok(result)
    }

    /// Calls the peer for each message of a list of spans. The list and the answers are where
    /// [`place`](Self::place) has put them, within a memory that never gets smaller.
    fn call_each(
        &mut self,
        [spans, count, dst]: [u32; 3],
        arguments: fn(Span, u32) -> Vec<WasmValue>,
        answer: u32,
    ) -> Result<(), CallError> {
        let list = Span {
            ptr: spans,
            len: 8 * count,
        };
        let list = self.read(list).as_chunks::<8>().0.to_vec();
        let mut dst = dst;
        for pair in list {
            let pair = u64::from_le_bytes(pair);
            let message = Span {
                ptr: pair as u32,
                len: (pair >> 32) as u32,
            };
            let returned = match self.call(arguments(message, dst))? {
                Some(WasmValue::I32(hash)) => hash.to_le_bytes().to_vec(),
                Some(WasmValue::I64(hash)) => hash.to_le_bytes().to_vec(),
                _ => Vec::new(),
            };
            let place = &mut self.instance.memory_mut()[dst as usize..][..answer as usize];
            for (place, byte) in place.iter_mut().zip(returned) {
                *place = byte;
            }
            dst += answer;
        }
        Ok(())
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

    /// A peer sees to its own work memory.
    fn pure(
        &mut self,
        _: &'static Export,
        _: &[WasmValue],
    ) -> Result<Option<WasmValue>, CallError> {
        Ok(Some(WasmValue::I32(0)))
    }

    fn invoke(
        &mut self,
        export: &'static Export,
        arguments: &[WasmValue],
    ) -> Result<Option<WasmValue>, CallError> {
        assert!(
            std::ptr::eq(export, self.adapter.export),
            "the adapter is another's"
        );
        // What the workloads ask for, every peer can do.
        let misfit = CallError::Contract {
            export: export.name,
            value: None,
        };
        match self.adapter.calls {
            Calls::One {
                arguments: adapt,
                result,
            } => {
                let adapted = adapt(arguments).ok_or(misfit)?;
                Ok(self.call(adapted)?.map(result))
            }
            Calls::Alike {
                arguments: adapt, ..
            } => {
                let adapted = adapt(arguments).ok_or(misfit)?;
                match self.call(adapted)? {
                    Some(WasmValue::I32(0..)) | None => Ok(Some(WasmValue::I32(0))),
                    value => Err(CallError::Contract {
                        export: self.adapter.function,
                        value,
                    }),
                }
            }
            Calls::EachMessage {
                arguments: adapt,
                answer,
            } => {
                let [
                    WasmValue::I32(spans),
                    WasmValue::I32(count),
                    WasmValue::I32(dst),
                ] = *arguments
                else {
                    return Err(misfit);
                };
                self.call_each(
                    [spans, count, dst].map(|number| number as u32),
                    adapt,
                    answer,
                )?;
                Ok(None)
            }
        }
    }

    fn read(&mut self, span: Span) -> &[u8] {
        &self.instance.memory()[span.ptr as usize..][..span.len as usize]
    }
}

/// The bytes that an operation makes; of an answer that is none, nothing.
fn answer_bytes(answer: &dyn AnyAnswer) -> Vec<u8> {
    match answer.by_name() {
        Ok(Value::Bytes(bytes)) => bytes,
        _ => Vec::new(),
    }
}

/// Calls a function that has one result at most.
fn invoke(
    instance: &mut Instance,
    function: FunctionIndex,
    arguments: &[WasmValue],
) -> Result<Option<WasmValue>, CallError> {
    let signature = instance.signature(function);
    let result = signature.and_then(|signature| signature.results.first().copied());
    let Some(ty) = result else {
        instance.call(function, arguments, &mut [])?;
        return Ok(None);
    };
    let mut results = [WasmValue::zero(ty)];
    instance.call(function, arguments, &mut results)?;
    Ok(Some(results[0]))
}
