//! Modules of other people that keep to our ABI, and calls of their functions.

mod arguments;
mod origin;

use std::path::{Path, PathBuf};
use std::{fs, io};

pub use arguments::ForeignArgumentError;
use kilowat_assembler::{ABI, Interface, Problem};
use wasmparser::{Operator, Parser, Payload, ValType};

use crate::frame::{CallError, InstanceFrame};
use crate::refusal::Status;
use crate::value::Value;
use arguments::Argument;
use kilowat_engine::{FunctionIndex, Signature, ValueType, WasmValue};
use kilowat_kernels::Segment;
use origin::Origin;

/// A binary that imports nothing, uses no more of WebAssembly than kernels do, and says where the
/// host's memory begins.
#[derive(Debug, Clone)]
pub struct ForeignModule {
    name: String,
    wasm: Vec<u8>,
    heap_base: u32,
    is_secret: bool,
    data: Vec<Segment>,
    functions: Vec<ForeignFunction>,
}

/// A function that a [`ForeignModule`] exports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignFunction {
    /// Its name.
    pub name: String,
    /// Its type: numbers, and one result at most.
    pub signature: Signature,
    place: FunctionIndex,
}

/// Why a binary is not taken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ForeignModuleError {
    /// Its file cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It says that it keeps to another version of the ABI.
    #[error(
        "`{module}` keeps to version {actual} of the ABI of kernels: expected version {expected}"
    )]
    Abi {
        /// The module's name.
        module: String,
        /// The version that is known here.
        expected: u32,
        /// What the module says, in JSON.
        actual: String,
    },
    /// It does not keep to the ABI.
    #[error("`{module}` is no module of kernels:{}", lines(problems))]
    NotKernels {
        /// The module's name.
        module: String,
        /// What is wrong with it, at least one thing.
        problems: Vec<Problem>,
    },
    /// It exports a function that cannot be called with numbers, or that has several results.
    #[error(
        "`{module}` exports `{function}{signature}`: expected numbers of 32 or 64 bits, and one result at most"
    )]
    Signature {
        /// The module's name.
        module: String,
        /// The function's name.
        function: String,
        /// Its type.
        signature: Signature,
    },
    /// It would take memory past the host, which answers for how much there is.
    #[error("`{module}` grows its memory with `memory.grow`: a kernel leaves that to its host")]
    GrowsMemory {
        /// The module's name.
        module: String,
    },
}

fn lines(problems: &[Problem]) -> String {
    let lines = problems.iter().map(|problem| format!("\n- {problem}"));
    lines.collect()
}

/// What a function of a [`ForeignModule`] gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ForeignResult {
    /// It returns nothing.
    Nothing,
    /// What it returns.
    Number(WasmValue),
    /// What it has written to its [output](Value::Output).
    Bytes(Vec<u8>),
}

/// Why a function of a [`ForeignModule`] has no result. That is an answer too, and every engine gives
/// the same one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ForeignError {
    /// It cannot be called with these arguments.
    #[error(transparent)]
    Argument(#[from] ForeignArgumentError),
    /// The function says that it cannot do it.
    #[error("`{function}` returned the status {status}")]
    Status {
        /// The function's name.
        function: String,
        /// What it returned.
        status: Status,
    },
    /// The function says that it cannot do it, by a number that the ABI does not define.
    #[error("`{function}` returned the status {code}")]
    UnknownStatus {
        /// The function's name.
        function: String,
        /// What it returned.
        code: i32,
    },
    /// The function returned more than its output has room for.
    #[error("`{function}` returned a length of {returned} for an output of {capacity} bytes")]
    Length {
        /// The function's name.
        function: String,
        /// What it returned.
        returned: u32,
        /// The capacity of the output.
        capacity: u32,
    },
}

impl ForeignModule {
    /// Reads and checks a file. The module is named after it.
    ///
    /// # Errors
    /// [`ForeignModuleError`].
    pub fn read(path: &Path) -> Result<Self, ForeignModuleError> {
        let wasm = fs::read(path).map_err(|source| ForeignModuleError::Read {
            path: path.to_owned(),
            source,
        })?;
        let name = path.file_stem().unwrap_or_default();
        Self::from_bytes(&name.to_string_lossy(), wasm)
    }

    /// Checks a binary.
    ///
    /// # Errors
    /// [`ForeignModuleError`], but for [`Read`](ForeignModuleError::Read).
    pub fn from_bytes(name: &str, wasm: Vec<u8>) -> Result<Self, ForeignModuleError> {
        let origin = Origin::read(&wasm);
        if let Some(actual) = origin.abi
            && actual != ABI
        {
            return Err(ForeignModuleError::Abi {
                module: name.to_owned(),
                expected: ABI,
                actual: actual.to_string(),
            });
        }
        let interface =
            Interface::read(&wasm).map_err(|problems| ForeignModuleError::NotKernels {
                module: name.to_owned(),
                problems,
            })?;
        if grows_memory(&wasm) {
            return Err(ForeignModuleError::GrowsMemory {
                module: name.to_owned(),
            });
        }
        let functions = interface.functions.iter().map(|(function, ty)| {
            let signature = Signature {
                parameters: ty.params().iter().copied().filter_map(value_type).collect(),
                results: ty
                    .results()
                    .iter()
                    .copied()
                    .filter_map(value_type)
                    .collect(),
            };
            let numbers = signature.parameters.iter().chain(&signature.results);
            if numbers.into_iter().any(|ty| *ty == ValueType::V128) || signature.results.len() > 1 {
                return Err(ForeignModuleError::Signature {
                    module: name.to_owned(),
                    function: function.clone(),
                    signature,
                });
            }
            let before = interface
                .functions
                .iter()
                .filter(|(other, _)| other < function);
            Ok(ForeignFunction {
                name: function.clone(),
                signature,
                place: FunctionIndex(before.count()),
            })
        });
        let data = interface.data.iter().map(|segment| Segment {
            offset: segment.offset,
            length: segment.length,
        });
        Ok(Self {
            name: name.to_owned(),
            heap_base: interface.heap_base,
            is_secret: origin.secret,
            data: data.collect(),
            functions: functions.collect::<Result<_, _>>()?,
            wasm,
        })
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The binary, for an [`Engine`](kilowat_engine::Engine) to compile.
    #[must_use]
    pub fn wasm(&self) -> &[u8] {
        &self.wasm
    }

    /// The binary, without what was learnt of it.
    #[must_use]
    pub fn into_wasm(self) -> Vec<u8> {
        self.wasm
    }

    /// The parts of the static region that data segments fill.
    #[must_use]
    pub fn data(&self) -> &[Segment] {
        &self.data
    }

    /// The first byte of memory that the host may use.
    #[must_use]
    pub fn heap_base(&self) -> u32 {
        self.heap_base
    }

    /// Whether it says of itself that its memory may hold secrets, and is to be zeroed after each use.
    #[must_use]
    pub fn is_secret(&self) -> bool {
        self.is_secret
    }

    /// The functions that it exports, in its order.
    #[must_use]
    pub fn functions(&self) -> &[ForeignFunction] {
        &self.functions
    }

    /// The function of this name.
    #[must_use]
    pub fn function(&self, name: &str) -> Option<&ForeignFunction> {
        let mut functions = self.functions.iter();
        functions.find(|function| function.name == name)
    }
}

impl ForeignFunction {
    /// Calls it in the memory of an instance of its module.
    ///
    /// # Errors
    /// [`CallError`] where the call was not made, or trapped. The answer is in the inner result.
    pub fn call<F: InstanceFrame + ?Sized>(
        &self,
        frame: &mut F,
        arguments: &[Value],
    ) -> Result<Result<ForeignResult, ForeignError>, CallError> {
        let arguments = match self.arguments(arguments) {
            Ok(arguments) => arguments,
            Err(error) => return Ok(Err(error.into())),
        };
        let mut output = None;
        let mut values = Vec::with_capacity(self.signature.parameters.len());
        for argument in arguments {
            let span = match argument {
                Argument::Number(value) => {
                    values.push(value);
                    continue;
                }
                Argument::Bytes(bytes) => frame.input(bytes)?,
                Argument::Output(capacity) => *output.insert(frame.output(capacity as usize)?),
            };
            values.extend([WasmValue::from(span.ptr), WasmValue::from(span.len)]);
        }

        let returned = frame.call(self.place, &values)?;
        let (Some(output), Some(WasmValue::I32(code))) = (output, returned) else {
            return Ok(Ok(
                returned.map_or(ForeignResult::Nothing, ForeignResult::number)
            ));
        };
        let function = self.name.clone();
        Ok(match u32::try_from(code) {
            Err(_) => Err(match Status::from_code(code) {
                Some(status) => ForeignError::Status { function, status },
                None => ForeignError::UnknownStatus { function, code },
            }),
            Ok(len) if len <= output.len => Ok(ForeignResult::Bytes(
                frame.read(output.prefix(len)).to_vec(),
            )),
            Ok(returned) => Err(ForeignError::Length {
                function,
                returned,
                capacity: output.len,
            }),
        })
    }
}

impl ForeignResult {
    /// WebAssembly leaves the bits of a NaN open, and engines differ; here all are the same.
    fn number(value: WasmValue) -> Self {
        Self::Number(match value {
            WasmValue::F32(bits) if f32::from_bits(bits).is_nan() => {
                WasmValue::F32(f32::NAN.to_bits())
            }
            WasmValue::F64(bits) if f64::from_bits(bits).is_nan() => {
                WasmValue::F64(f64::NAN.to_bits())
            }
            other => other,
        })
    }
}

/// Integers are unsigned, as everywhere in the ABI.
impl From<ForeignResult> for Value {
    fn from(result: ForeignResult) -> Self {
        match result {
            ForeignResult::Nothing => Self::Nothing,
            ForeignResult::Bytes(bytes) => Self::Bytes(bytes),
            ForeignResult::Number(WasmValue::I32(value)) => Self::Integer(u64::from(value as u32)),
            ForeignResult::Number(WasmValue::I64(value)) => Self::Integer(value as u64),
            ForeignResult::Number(WasmValue::F32(bits)) => {
                Self::Number(f32::from_bits(bits).into())
            }
            ForeignResult::Number(WasmValue::F64(bits)) => Self::Number(f64::from_bits(bits)),
            // No function that is taken returns one.
            ForeignResult::Number(WasmValue::V128(bits)) => Self::Bytes(bits.to_le_bytes().into()),
        }
    }
}

/// Whether there is the instruction for it in a valid module.
fn grows_memory(wasm: &[u8]) -> bool {
    let payloads = Parser::new(0).parse_all(wasm).flatten();
    let bodies = payloads.filter_map(|payload| match payload {
        Payload::CodeSectionEntry(body) => body.get_operators_reader().ok(),
        _ => None,
    });
    let mut operators = bodies.flat_map(IntoIterator::into_iter).flatten();
    operators.any(|operator| matches!(operator, Operator::MemoryGrow { .. }))
}

/// References are none of the features that kernels may use.
fn value_type(ty: ValType) -> Option<ValueType> {
    match ty {
        ValType::I32 => Some(ValueType::I32),
        ValType::I64 => Some(ValueType::I64),
        ValType::F32 => Some(ValueType::F32),
        ValType::F64 => Some(ValueType::F64),
        ValType::V128 => Some(ValueType::V128),
        ValType::Ref(_) => None,
    }
}
