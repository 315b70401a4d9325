//! Modules of other people that keep to our ABI, and calls of their functions.

use std::path::{Path, PathBuf};
use std::{fmt, fs, io};

use kilowat_assembler::{Interface, Problem};
use wasmparser::ValType;

use crate::engine::{EngineError, Instance, Signature, Value, ValueType};
use crate::frame::{CallError, Frame as _, Span};
use crate::session::{Growth, PackedFrame};

/// A binary that imports nothing, uses no more of WebAssembly than kernels do, and says where the
/// host's memory begins.
#[derive(Debug, Clone)]
pub struct ForeignModule {
    name: String,
    wasm: Vec<u8>,
    heap_base: u32,
    functions: Vec<ForeignFunction>,
}

/// A function that a [`ForeignModule`] exports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignFunction {
    /// Its name.
    pub name: String,
    /// Its type: numbers, and one result at most.
    pub signature: Signature,
}

/// Why a binary is not taken.
#[derive(Debug, thiserror::Error)]
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
}

fn lines(problems: &[Problem]) -> String {
    let lines = problems.iter().map(|problem| format!("\n- {problem}"));
    lines.collect()
}

/// What a function of a [`ForeignModule`] is called with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ForeignArgument<'a> {
    /// A number, for one parameter.
    Number(Value),
    /// A byte string, for two parameters: its pointer and its length.
    Bytes(&'a [u8]),
    /// Room for so many bytes, for two parameters: its pointer and its capacity. The function then
    /// returns how many bytes it has written there, or a negative [`Status`].
    Output(u32),
}

/// What a function of a [`ForeignModule`] gives.
#[derive(Debug, Clone, PartialEq)]
pub enum ForeignResult {
    /// It returns nothing.
    Nothing,
    /// What it returns.
    Number(Value),
    /// What it has written to its [output](ForeignArgument::Output).
    Bytes(Vec<u8>),
}

/// Why a function has written nothing: what the negative number means that it has returned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// -1: a search found nothing.
    NotFound,
    /// -2: the capacity cannot hold the result.
    OutputTooSmall,
    /// -3: the input is not valid in its format.
    Malformed,
    /// -4: a stored checksum does not match.
    Checksum,
    /// -5: valid, but uses a feature that the kernel does not do.
    Unsupported,
    /// -6: over a limit of the kernel.
    TooLarge,
    /// -7: an authentication tag does not match.
    Unauthentic,
    /// One that the ABI does not define.
    Other(i32),
}

impl Status {
    fn of(code: i32) -> Self {
        match code {
            -1 => Self::NotFound,
            -2 => Self::OutputTooSmall,
            -3 => Self::Malformed,
            -4 => Self::Checksum,
            -5 => Self::Unsupported,
            -6 => Self::TooLarge,
            -7 => Self::Unauthentic,
            other => Self::Other(other),
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::NotFound => "not_found (-1)",
            Self::OutputTooSmall => "output_too_small (-2)",
            Self::Malformed => "malformed (-3)",
            Self::Checksum => "checksum (-4)",
            Self::Unsupported => "unsupported (-5)",
            Self::TooLarge => "too_large (-6)",
            Self::Unauthentic => "unauthentic (-7)",
            Self::Other(code) => return write!(formatter, "{code}"),
        })
    }
}

/// Why a call of a function of a [`ForeignModule`] has no result.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ForeignCallError {
    /// The module has no such function.
    #[error("`{module}` exports no function `{function}`; it has: {}", known.join(", "))]
    NoSuchFunction {
        /// The module's name.
        module: String,
        /// The name that was asked for.
        function: String,
        /// The names there are.
        known: Vec<String>,
    },
    /// There is room for more than one output, and one result to say how much of it is used.
    #[error("`{function}` of `{module}` is given {count} outputs: expected one at most")]
    Outputs {
        /// The module's name.
        module: String,
        /// The function's name.
        function: String,
        /// How many outputs there are.
        count: usize,
    },
    /// The call was not made, or trapped.
    #[error(transparent)]
    Call(#[from] CallError),
    /// The function says that it cannot do it.
    #[error("`{function}` of `{module}` returned the status {status}")]
    Status {
        /// The module's name.
        module: String,
        /// The function's name.
        function: String,
        /// What it returned.
        status: Status,
    },
    /// The function has an output and does not return a length that fits it.
    #[error(
        "`{function}` of `{module}` returned {returned:?} for an output of {capacity} bytes: expected its length as an i32"
    )]
    NoLength {
        /// The module's name.
        module: String,
        /// The function's name.
        function: String,
        /// What it returned.
        returned: Option<Value>,
        /// The capacity of the output.
        capacity: u32,
    },
}

impl From<EngineError> for ForeignCallError {
    fn from(error: EngineError) -> Self {
        Self::Call(error.into())
    }
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
    /// [`ForeignModuleError::NotKernels`] and [`ForeignModuleError::Signature`].
    pub fn from_bytes(name: &str, wasm: Vec<u8>) -> Result<Self, ForeignModuleError> {
        let interface =
            Interface::read(&wasm).map_err(|problems| ForeignModuleError::NotKernels {
                module: name.to_owned(),
                problems,
            })?;
        let functions = interface.functions.into_iter().map(|(function, ty)| {
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
                    function,
                    signature,
                });
            }
            Ok(ForeignFunction {
                name: function,
                signature,
            })
        });
        Ok(Self {
            name: name.to_owned(),
            heap_base: interface.heap_base,
            functions: functions.collect::<Result<_, _>>()?,
            wasm,
        })
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The binary, for an [`Engine`](crate::engine::Engine) to compile.
    #[must_use]
    pub fn wasm(&self) -> &[u8] {
        &self.wasm
    }

    /// The first byte of memory that the host may use.
    #[must_use]
    pub fn heap_base(&self) -> u32 {
        self.heap_base
    }

    /// The functions that it exports, in its order.
    #[must_use]
    pub fn functions(&self) -> &[ForeignFunction] {
        &self.functions
    }

    /// Calls a function on an instance of this module, whose memory grows as `growth` allows.
    ///
    /// # Errors
    /// [`ForeignCallError`]; among others [`EngineError::Arguments`] where the arguments, byte strings
    /// and outputs taken as two each, are not what the function takes.
    pub fn call(
        &self,
        instance: &mut Instance,
        growth: impl Growth,
        function: &str,
        arguments: &[ForeignArgument<'_>],
    ) -> Result<ForeignResult, ForeignCallError> {
        let named = || (self.name.clone(), function.to_owned());
        let no_such_function = || {
            let known = self.functions.iter().map(|function| function.name.clone());
            let (module, function) = named();
            ForeignCallError::NoSuchFunction {
                module,
                function,
                known: known.collect(),
            }
        };
        let index = instance.function(function).ok_or_else(no_such_function)?;

        let mut frame = PackedFrame::new(instance, self.heap_base, growth);
        let mut values = Vec::with_capacity(2 * arguments.len());
        let mut outputs: Vec<Span> = Vec::new();
        for argument in arguments {
            let span = match *argument {
                ForeignArgument::Number(value) => {
                    values.push(value);
                    continue;
                }
                ForeignArgument::Bytes(bytes) => frame.input(bytes)?,
                ForeignArgument::Output(capacity) => {
                    let span = frame.output(capacity as usize)?;
                    outputs.push(span);
                    span
                }
            };
            values.extend([Value::from(span.ptr), Value::from(span.len)]);
        }
        if outputs.len() > 1 {
            let (module, function) = named();
            return Err(ForeignCallError::Outputs {
                module,
                function,
                count: outputs.len(),
            });
        }

        let returned = frame.call(index, &values)?;
        let Some(output) = outputs.pop() else {
            return Ok(returned.map_or(ForeignResult::Nothing, ForeignResult::Number));
        };
        let (module, function) = named();
        match returned {
            Some(Value::I32(status @ ..0)) => Err(ForeignCallError::Status {
                module,
                function,
                status: Status::of(status),
            }),
            Some(Value::I32(len)) if len as u32 <= output.len => Ok(ForeignResult::Bytes(
                frame.read(output.prefix(len as u32)).to_vec(),
            )),
            returned => Err(ForeignCallError::NoLength {
                module,
                function,
                returned,
                capacity: output.len,
            }),
        }
    }
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
