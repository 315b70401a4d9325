//! Arguments of operations that are called by name: what is expected, and what was given.

use serde::Serialize;

use crate::frame::{ByteString, Source, Span};
use crate::shape::Messages;
use crate::value::{Kind, Value};

/// What an operation takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// The type of the arguments.
    pub kind: Kind,
    /// What it means, in a line.
    pub summary: &'static str,
}

impl Parameter {
    /// What stands in the place of one that there is not.
    pub(crate) const NONE: Self = Self {
        name: "",
        kind: Kind::Nothing,
        summary: "",
    };
}

/// What an operation is called with.
#[derive(Debug, Clone, Copy)]
pub enum Argument<'a> {
    /// A value.
    Value(&'a Value),
    /// Bytes that stand in the memory of the kernel already, and stay there. The caller answers for
    /// the span: it lies in the memory of the instance that is called, apart from where the
    /// [`Frame`](crate::frame::Frame) places spans.
    Resident(Span),
}

impl Argument<'_> {
    fn kind(self) -> Kind {
        match self {
            Self::Value(value) => value.kind(),
            Self::Resident(_) => Kind::Bytes,
        }
    }
}

impl<'a> From<&'a Value> for Argument<'a> {
    fn from(value: &'a Value) -> Self {
        Self::Value(value)
    }
}

/// Why an operation cannot be called with the arguments given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
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
    /// Bytes that are too few.
    #[error(
        "the argument `{parameter}` of `{operation}` has a length of {actual} bytes: expected {least} at least"
    )]
    TooShort {
        /// The operation.
        operation: &'static str,
        /// The parameter's name.
        parameter: &'static str,
        /// The length that it has at least, with these other arguments.
        least: usize,
        /// The argument's length.
        actual: usize,
    },
    /// One of the right type and length that means nothing.
    #[error("the argument `{parameter}` of `{operation}` is not {expected}")]
    Meaningless {
        /// The operation.
        operation: &'static str,
        /// The parameter's name.
        parameter: &'static str,
        /// What it is to be.
        expected: &'static str,
    },
    /// One that stands in a kernel's memory, where its bytes themselves are needed.
    #[error(
        "the argument `{parameter}` of `{operation}` stands in the memory of a kernel: expected the bytes themselves"
    )]
    Resident {
        /// The operation.
        operation: &'static str,
        /// The parameter's name.
        parameter: &'static str,
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
#[derive(Debug, Clone, Copy)]
pub struct Arguments<'b, 'a> {
    operation: &'static str,
    parameters: &'static [Parameter],
    given: &'b [Argument<'a>],
}

impl<'b, 'a> Arguments<'b, 'a> {
    pub(crate) fn new(
        operation: &'static str,
        parameters: &'static [Parameter],
        arguments: &'b [Argument<'a>],
    ) -> Result<Self, ArgumentError> {
        if arguments.len() != parameters.len() {
            return Err(ArgumentError::Count {
                operation,
                expected: parameters,
                actual: arguments.len(),
            });
        }
        Ok(Self {
            operation,
            parameters,
            given: arguments,
        })
    }

    /// One of them.
    ///
    /// # Panics
    /// When there are not so many.
    #[must_use]
    pub fn get(&self, index: usize) -> Given<'a> {
        Given {
            operation: self.operation,
            parameter: self.parameters[index].name,
            argument: self.given[index],
        }
    }
}

/// One argument, and the parameter that it is for.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    operation: &'static str,
    parameter: &'static str,
    argument: Argument<'a>,
}

impl<'a> Given<'a> {
    /// Bytes, the UTF-8 of a text, or where they stand.
    ///
    /// # Errors
    /// [`ArgumentError`].
    pub fn bytes<B: ByteString<'a>>(self) -> Result<B, ArgumentError> {
        let source = match self.argument {
            Argument::Value(value) => match value.as_bytes() {
                Some(bytes) => Source::Bytes(bytes),
                None => return Err(self.is_not(Kind::Bytes)),
            },
            Argument::Resident(span) => Source::Resident(span),
        };
        B::try_from(source).map_err(|_| self.is_resident())
    }

    /// Bytes that the kernel changes, which resident ones must not be.
    ///
    /// # Errors
    /// [`ArgumentError`].
    pub fn own_bytes(self) -> Result<&'a [u8], ArgumentError> {
        self.bytes()
    }

    /// As many bytes as another argument has.
    ///
    /// # Errors
    /// [`ArgumentError`].
    pub fn bytes_of_len<B: ByteString<'a>>(self, expected: usize) -> Result<B, ArgumentError> {
        let bytes: B = self.bytes()?;
        if bytes.len() == expected {
            return Ok(bytes);
        }
        Err(self.has_not(expected, bytes.len()))
    }

    /// No fewer bytes than something else asks for.
    ///
    /// # Errors
    /// [`ArgumentError`].
    pub fn bytes_from_len<B: ByteString<'a>>(self, least: usize) -> Result<B, ArgumentError> {
        let bytes: B = self.bytes()?;
        if bytes.len() >= least {
            return Ok(bytes);
        }
        Err(ArgumentError::TooShort {
            operation: self.operation,
            parameter: self.parameter,
            least,
            actual: bytes.len(),
        })
    }

    /// The state of a message in pieces, or `start` where there is one and no bytes are given.
    ///
    /// # Errors
    /// [`ArgumentError`].
    pub fn state<const S: usize>(
        self,
        start: Option<&'static [u8; S]>,
    ) -> Result<&'a [u8; S], ArgumentError> {
        match (self.own_bytes()?, start) {
            ([], Some(start)) => Ok(start),
            (bytes, _) => bytes.try_into().map_err(|_| self.has_not(S, bytes.len())),
        }
    }

    /// Many byte strings.
    ///
    /// # Errors
    /// [`ArgumentError`].
    pub fn bytes_list(self) -> Result<Messages<'a>, ArgumentError> {
        match self.argument {
            Argument::Value(Value::BytesList(list)) => Ok(Messages::Owned(list)),
            Argument::Value(Value::List(list)) => {
                let stray = list.iter().find(|value| value.as_bytes().is_none());
                match stray {
                    None => Ok(Messages::Values(list)),
                    Some(_) => Err(self.is_no("a list of nothing but bytes and texts")),
                }
            }
            _ => Err(self.is_not(Kind::BytesList)),
        }
    }

    /// Yes or no.
    ///
    /// # Errors
    /// [`ArgumentError`].
    pub fn boolean(self) -> Result<bool, ArgumentError> {
        match self.argument {
            Argument::Value(Value::Bool(value)) => Ok(*value),
            _ => Err(self.is_not(Kind::Bool)),
        }
    }

    /// A finite number.
    ///
    /// # Errors
    /// [`ArgumentError`].
    pub fn finite(self) -> Result<f64, ArgumentError> {
        match self.argument {
            Argument::Value(Value::Number(number)) if number.is_finite() => Ok(*number),
            Argument::Value(Value::Number(_)) => Err(self.is_no("a finite number")),
            _ => Err(self.is_not(Kind::Number)),
        }
    }

    /// Numbers.
    ///
    /// # Errors
    /// [`ArgumentError`].
    pub fn numbers(self) -> Result<&'a [f64], ArgumentError> {
        match self.argument {
            Argument::Value(Value::Numbers(numbers)) => Ok(numbers),
            _ => Err(self.is_not(Kind::Numbers)),
        }
    }

    /// An unsigned integer.
    ///
    /// # Errors
    /// [`ArgumentError`].
    pub fn u64(self) -> Result<u64, ArgumentError> {
        match self.argument {
            Argument::Value(Value::Integer(value)) => Ok(*value),
            _ => Err(self.is_not(Kind::Integer)),
        }
    }

    /// An unsigned integer of 32 bits.
    ///
    /// # Errors
    /// [`ArgumentError`].
    pub fn u32(self) -> Result<u32, ArgumentError> {
        // In range, because it is no more than the greatest.
        Ok(self.at_most(u32::MAX.into())? as u32)
    }

    /// A length or an offset in a kernel's memory, whose pointers have 32 bits.
    ///
    /// # Errors
    /// [`ArgumentError`].
    pub fn size(self) -> Result<usize, ArgumentError> {
        Ok(self.u32()? as usize)
    }

    /// An integer that is no more than `most`.
    ///
    /// # Errors
    /// [`ArgumentError`].
    pub fn at_most(self, most: u64) -> Result<u64, ArgumentError> {
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

    /// The error where it has the right type, and is not what is expected.
    #[must_use]
    pub fn is_no(self, expected: &'static str) -> ArgumentError {
        ArgumentError::Meaningless {
            operation: self.operation,
            parameter: self.parameter,
            expected,
        }
    }

    fn is_resident(self) -> ArgumentError {
        ArgumentError::Resident {
            operation: self.operation,
            parameter: self.parameter,
        }
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
            actual: self.argument.kind(),
        }
    }
}
