//! Arguments of operations that are called by name: what is expected, and what was given.

use crate::ops::{Datum, Kind, Operation};

/// What an operation takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// The type of the arguments.
    pub kind: Kind,
    /// What it means, in a line.
    pub summary: &'static str,
}

impl Parameter {
    pub(super) const fn bytes(name: &'static str, summary: &'static str) -> Self {
        Self {
            name,
            kind: Kind::Bytes,
            summary,
        }
    }

    pub(super) const fn bytes_list(name: &'static str, summary: &'static str) -> Self {
        Self {
            name,
            kind: Kind::BytesList,
            summary,
        }
    }

    pub(super) const fn integer(name: &'static str, summary: &'static str) -> Self {
        Self {
            name,
            kind: Kind::Integer,
            summary,
        }
    }

    pub(super) const fn numbers(name: &'static str, summary: &'static str) -> Self {
        Self {
            name,
            kind: Kind::Numbers,
            summary,
        }
    }
}

/// Why an operation cannot be called with the arguments given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArgumentError {
    /// Too few or too many.
    #[error("`{operation}` takes {}, not {actual}", count(expected))]
    Count {
        /// The operation.
        operation: &'static str,
        /// What it takes.
        expected: &'static [Parameter],
        /// How many arguments were given.
        actual: usize,
    },
    /// One of another type.
    #[error("the argument `{parameter}` of `{operation}` is of type {actual}: expected {expected}")]
    Kind {
        /// The operation.
        operation: &'static str,
        /// The parameter's name.
        parameter: &'static str,
        /// The type it takes.
        expected: Kind,
        /// The type of the argument.
        actual: Kind,
    },
    /// An integer that means nothing here.
    #[error("the argument `{parameter}` of `{operation}` is {actual}: expected {most} at most")]
    TooGreat {
        /// The operation.
        operation: &'static str,
        /// The parameter's name.
        parameter: &'static str,
        /// The greatest that it takes with these other arguments.
        most: u64,
        /// The argument.
        actual: u64,
    },
    /// Bytes that are too few or too many.
    #[error(
        "the argument `{parameter}` of `{operation}` has a length of {actual} bytes: expected {expected}"
    )]
    Length {
        /// The operation.
        operation: &'static str,
        /// The parameter's name.
        parameter: &'static str,
        /// The length that it has to have, with these other arguments.
        expected: usize,
        /// The argument's length.
        actual: usize,
    },
}

fn count(parameters: &[Parameter]) -> String {
    let names: Vec<String> = (parameters.iter())
        .map(|parameter| format!("`{}`", parameter.name))
        .collect();
    let plural = if names.len() == 1 { "" } else { "s" };
    format!("{} argument{plural} ({})", names.len(), names.join(", "))
}

/// The arguments of an operation, as many as it has parameters.
pub(super) fn arguments<O: Operation, const N: usize>(
    values: &[Datum],
) -> Result<[Argument<'_>; N], ArgumentError> {
    const { assert!(O::PARAMETERS.len() == N, "parse takes all parameters") };
    let values: &[Datum; N] = values.try_into().map_err(|_| ArgumentError::Count {
        operation: O::NAME,
        expected: O::PARAMETERS,
        actual: values.len(),
    })?;
    Ok(std::array::from_fn(|index| Argument {
        operation: O::NAME,
        parameter: O::PARAMETERS[index].name,
        value: &values[index],
    }))
}

/// One argument, and the parameter that it is for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Argument<'a> {
    operation: &'static str,
    parameter: &'static str,
    value: &'a Datum,
}

impl<'a> Argument<'a> {
    pub(super) fn bytes(self) -> Result<&'a [u8], ArgumentError> {
        match self.value {
            Datum::Bytes(bytes) => Ok(bytes),
            _ => Err(self.is_not(Kind::Bytes)),
        }
    }

    /// As many bytes as another argument has.
    pub(super) fn bytes_of_len(self, expected: usize) -> Result<&'a [u8], ArgumentError> {
        let bytes = self.bytes()?;
        if bytes.len() == expected {
            return Ok(bytes);
        }
        Err(self.has_not(expected, bytes.len()))
    }

    /// The state of a message in pieces, or `start` where there are no bytes.
    pub(super) fn state<const S: usize>(
        self,
        start: &'static [u8; S],
    ) -> Result<&'a [u8; S], ArgumentError> {
        match self.bytes()? {
            [] => Ok(start),
            bytes => bytes.try_into().map_err(|_| self.has_not(S, bytes.len())),
        }
    }

    pub(super) fn bytes_list(self) -> Result<&'a [Vec<u8>], ArgumentError> {
        match self.value {
            Datum::BytesList(list) => Ok(list),
            _ => Err(self.is_not(Kind::BytesList)),
        }
    }

    pub(super) fn numbers(self) -> Result<&'a [f64], ArgumentError> {
        match self.value {
            Datum::Numbers(numbers) => Ok(numbers),
            _ => Err(self.is_not(Kind::Numbers)),
        }
    }

    pub(super) fn u64(self) -> Result<u64, ArgumentError> {
        match self.value {
            Datum::Integer(value) => Ok(*value),
            _ => Err(self.is_not(Kind::Integer)),
        }
    }

    pub(super) fn u32(self) -> Result<u32, ArgumentError> {
        // In range, because it is no more than the greatest.
        Ok(self.at_most(u32::MAX.into())? as u32)
    }

    /// A length or an offset in a kernel's memory, whose pointers have 32 bits.
    pub(super) fn size(self) -> Result<usize, ArgumentError> {
        Ok(self.u32()? as usize)
    }

    /// An integer that is no more than `most`.
    pub(super) fn at_most(self, most: u64) -> Result<u64, ArgumentError> {
        let actual = self.u64()?;
        if actual <= most {
            return Ok(actual);
        }
        Err(ArgumentError::TooGreat {
            operation: self.operation,
            parameter: self.parameter,
            most,
            actual,
        })
    }

    fn has_not(self, expected: usize, actual: usize) -> ArgumentError {
        ArgumentError::Length {
            operation: self.operation,
            parameter: self.parameter,
            expected,
            actual,
        }
    }

    fn is_not(self, expected: Kind) -> ArgumentError {
        ArgumentError::Kind {
            operation: self.operation,
            parameter: self.parameter,
            expected,
            actual: self.value.kind(),
        }
    }
}
