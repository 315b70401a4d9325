//! Values that cross the border between host and kernel.

use std::fmt;

/// The type of a [`WasmValue`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ValueType {
    /// 32-bit integer.
    I32,
    /// 64-bit integer.
    I64,
    /// 32-bit float.
    F32,
    /// 64-bit float.
    F64,
    /// 128-bit vector.
    V128,
}

impl fmt::Display for ValueType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::I32 => "i32",
            Self::I64 => "i64",
            Self::F32 => "f32",
            Self::F64 => "f64",
            Self::V128 => "v128",
        })
    }
}

/// A WebAssembly value. Floats are kept as their bits, so that equality is equality of bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WasmValue {
    /// 32-bit integer.
    I32(i32),
    /// 64-bit integer.
    I64(i64),
    /// The bits of a 32-bit float.
    F32(u32),
    /// The bits of a 64-bit float.
    F64(u64),
    /// 128-bit vector, lane 0 in the low bits.
    V128(u128),
}

impl WasmValue {
    /// The type of this value.
    #[must_use]
    pub fn value_type(self) -> ValueType {
        match self {
            Self::I32(_) => ValueType::I32,
            Self::I64(_) => ValueType::I64,
            Self::F32(_) => ValueType::F32,
            Self::F64(_) => ValueType::F64,
            Self::V128(_) => ValueType::V128,
        }
    }

    /// The zero of a type.
    #[must_use]
    pub fn zero(value_type: ValueType) -> Self {
        match value_type {
            ValueType::I32 => Self::I32(0),
            ValueType::I64 => Self::I64(0),
            ValueType::F32 => Self::F32(0),
            ValueType::F64 => Self::F64(0),
            ValueType::V128 => Self::V128(0),
        }
    }
}

impl From<u32> for WasmValue {
    fn from(bits: u32) -> Self {
        Self::I32(bits as i32)
    }
}

impl From<u64> for WasmValue {
    fn from(bits: u64) -> Self {
        Self::I64(bits as i64)
    }
}

/// What a function takes and returns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Signature {
    /// Types of the parameters, in order.
    pub parameters: Vec<ValueType>,
    /// Types of the results, in order.
    pub results: Vec<ValueType>,
}

impl Signature {
    pub(super) fn accepts(&self, arguments: &[WasmValue], results: usize) -> bool {
        self.parameters.len() == arguments.len()
            && self.results.len() == results
            && (self.parameters.iter().zip(arguments)).all(|(ty, value)| *ty == value.value_type())
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parameters = type_list(self.parameters.iter().copied());
        let results = type_list(self.results.iter().copied());
        write!(formatter, "({parameters}) -> ({results})")
    }
}

pub(super) fn type_list(types: impl Iterator<Item = ValueType>) -> String {
    let names: Vec<String> = types.map(|ty| ty.to_string()).collect();
    names.join(", ")
}
