//! Values as the arguments that a function's signature asks for.

use crate::foreign::ForeignFunction;
use crate::value::{Kind, Value};
use kilowat_engine::{Signature, ValueType, WasmValue};

/// What a function is called with.
pub(super) enum Argument<'a> {
    /// A number, for one parameter.
    Number(WasmValue),
    /// A byte string, for two parameters: its pointer and its length.
    Bytes(&'a [u8]),
    /// Room for so many bytes, for two parameters: its pointer and its capacity.
    Output(u32),
}

/// Why a function of a [`ForeignModule`](super::ForeignModule) cannot be called with the values given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ForeignArgumentError {
    /// Too few, too many, or of other types.
    #[error(
        "`{function}{signature}` cannot take ({}): expected an integer for each i32 or i64, with a sign or without, a number for each f32 or f64, and bytes, a text or an output for two i32, a pointer and a length",
        list(actual)
    )]
    Kinds {
        /// The function.
        function: String,
        /// Its type.
        signature: Signature,
        /// The types of the values.
        actual: Vec<Kind>,
    },
    /// An integer that an i32 cannot hold.
    #[error(
        "the argument {place} of `{function}` is {actual}: expected {} at most",
        u32::MAX
    )]
    TooGreat {
        /// The function.
        function: String,
        /// The place of the argument, from 1.
        place: usize,
        /// The argument.
        actual: u64,
    },
    /// An integer with a sign that an i32 cannot hold.
    #[error(
        "the argument {place} of `{function}` is {actual}: expected {} to {}",
        i32::MIN,
        i32::MAX
    )]
    OutOfRange {
        /// The function.
        function: String,
        /// The place of the argument, from 1.
        place: usize,
        /// The argument.
        actual: i64,
    },
    /// There is one result at most to say how much of an output is used.
    #[error(
        "`{function}{signature}` cannot take {count} outputs: expected {}",
        most(signature)
    )]
    Outputs {
        /// The function.
        function: String,
        /// Its type.
        signature: Signature,
        /// How many outputs there are.
        count: usize,
    },
}

fn list(kinds: &[Kind]) -> String {
    let names: Vec<String> = kinds.iter().map(ToString::to_string).collect();
    names.join(", ")
}

/// A function that returns an i32 says by it how much it has written.
fn outputs(signature: &Signature) -> usize {
    usize::from(signature.results == [ValueType::I32])
}

fn most(signature: &Signature) -> &'static str {
    match outputs(signature) {
        0 => "none, because it returns no length",
        _ => "one at most",
    }
}

impl ForeignFunction {
    /// How many bytes there are to work on.
    ///
    /// # Errors
    /// [`ForeignArgumentError`] where the values are not such as the function takes.
    pub fn input_len(&self, values: &[Value]) -> Result<u64, ForeignArgumentError> {
        let arguments = self.arguments(values)?.into_iter();
        let lengths = arguments.map(|argument| match argument {
            Argument::Bytes(bytes) => bytes.len() as u64,
            Argument::Number(_) | Argument::Output(_) => 0,
        });
        Ok(lengths.sum())
    }

    /// Each value as what the next one or two parameters ask for.
    pub(super) fn arguments<'a>(
        &self,
        values: &'a [Value],
    ) -> Result<Vec<Argument<'a>>, ForeignArgumentError> {
        use ValueType::{F32, F64, I32, I64};
        let wrong_kinds = || ForeignArgumentError::Kinds {
            function: self.name.clone(),
            signature: self.signature.clone(),
            actual: values.iter().map(Value::kind).collect(),
        };
        let mut types = self.signature.parameters.as_slice();
        let mut arguments = Vec::with_capacity(values.len());
        for (index, value) in values.iter().enumerate() {
            let (argument, rest) = match (value, types) {
                (Value::Integer(value), [I32, rest @ ..]) => {
                    let value =
                        u32::try_from(*value).map_err(|_| ForeignArgumentError::TooGreat {
                            function: self.name.clone(),
                            place: index + 1,
                            actual: *value,
                        })?;
                    (Argument::Number(value.into()), rest)
                }
                (Value::Integer(value), [I64, rest @ ..]) => {
                    (Argument::Number((*value).into()), rest)
                }
                (Value::Signed(value), [I32, rest @ ..]) => {
                    let value =
                        i32::try_from(*value).map_err(|_| ForeignArgumentError::OutOfRange {
                            function: self.name.clone(),
                            place: index + 1,
                            actual: *value,
                        })?;
                    (Argument::Number(WasmValue::I32(value)), rest)
                }
                (Value::Signed(value), [I64, rest @ ..]) => {
                    (Argument::Number(WasmValue::I64(*value)), rest)
                }
                (Value::Number(value), [F32, rest @ ..]) => {
                    let bits = (*value as f32).to_bits();
                    (Argument::Number(WasmValue::F32(bits)), rest)
                }
                (Value::Number(value), [F64, rest @ ..]) => {
                    (Argument::Number(WasmValue::F64(value.to_bits())), rest)
                }
                (Value::Bytes(bytes), [I32, I32, rest @ ..]) => (Argument::Bytes(bytes), rest),
                (Value::Text(text), [I32, I32, rest @ ..]) => {
                    (Argument::Bytes(text.as_bytes()), rest)
                }
                (Value::Output(capacity), [I32, I32, rest @ ..]) => {
                    (Argument::Output(*capacity), rest)
                }
                _ => return Err(wrong_kinds()),
            };
            arguments.push(argument);
            types = rest;
        }
        if !types.is_empty() {
            return Err(wrong_kinds());
        }
        let is_output = |value: &&Value| matches!(value, Value::Output(_));
        let count = values.iter().filter(is_output).count();
        if count > outputs(&self.signature) {
            return Err(ForeignArgumentError::Outputs {
                function: self.name.clone(),
                signature: self.signature.clone(),
                count,
            });
        }
        Ok(arguments)
    }
}
