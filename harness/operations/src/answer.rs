//! What operations answer: in a form that can be compared byte by byte, and by name.

use std::cmp::Ordering;
use std::fmt::Debug;

use crate::argument::ArgumentError;
use crate::frame::CallError;
use crate::refusal::{Refusal, Refuses};
use crate::value::{Kind, Value};
use kilowat_engine::EngineError;
use serde::Serialize;

/// What answers of an operation look like by name, for what is generated from the list of operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Form {
    /// The type of the value.
    pub kind: Kind,
    /// How many bytes it has, or each of its byte strings, where that is always the same.
    pub len: Option<usize>,
    /// Whether it may be [`Value::Nothing`] instead.
    pub optional: bool,
    /// Whether there may be a [`Refusal`] instead.
    pub refuses: bool,
}

impl Form {
    /// A value of this type, always.
    #[must_use]
    pub const fn of(kind: Kind) -> Self {
        Self {
            kind,
            len: None,
            optional: false,
            refuses: false,
        }
    }

    /// The same, or nothing.
    #[must_use]
    pub const fn or_nothing(mut self) -> Self {
        self.optional = true;
        self
    }

    /// The same, or a refusal.
    #[must_use]
    pub const fn or_refusal(mut self) -> Self {
        self.refuses = true;
        self
    }

    /// The same, each byte string being so long.
    #[must_use]
    const fn with_len(mut self, len: usize) -> Self {
        self.len = Some(len);
        self
    }
}

/// An answer of an operation.
pub trait Answer: Debug + Clone + PartialEq + Send + 'static {
    /// What its [value](Self::value) looks like.
    const FORM: Form;

    /// The answer as bytes, in the order in which a difference is looked for.
    fn bytes(&self) -> Vec<u8>;

    /// The answer for callers that have chosen the operation at run time.
    ///
    /// # Errors
    /// [`Refusal`] where the answer is that there is none.
    fn value(self) -> Result<Value, Refusal>;

    /// The answer that a [value](Self::value) is. Encoders' answers are taken back like that, to see whether
    /// they are right: of other operations there is one right value.
    #[must_use]
    fn from_value(_: Result<&Value, &Refusal>) -> Option<Self> {
        None
    }
}

/// Why there is no right answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AnswerError {
    /// The kernel could not be asked.
    #[error(transparent)]
    Call(#[from] CallError),
    /// The kernel's answer is not the native one.
    #[error("{operation} answers {actual} where the native code answers {expected}")]
    Wrong {
        /// The operation.
        operation: &'static str,
        /// The native answer, shortened.
        expected: String,
        /// The kernel's, shortened.
        actual: String,
    },
}

impl From<EngineError> for AnswerError {
    fn from(error: EngineError) -> Self {
        Self::Call(error.into())
    }
}

/// Why an operation has no result. That is an answer too: every tier gives the same one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OperationError {
    /// It cannot be called with these arguments.
    #[error(transparent)]
    Argument(#[from] Box<ArgumentError>),
    /// It refuses the input: that is malformed, or its result has no room.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

impl From<ArgumentError> for OperationError {
    fn from(error: ArgumentError) -> Self {
        Self::Argument(Box::new(error))
    }
}

macro_rules! integers {
    ($($integer:ty),*) => {
        $(
            impl Answer for $integer {
                const FORM: Form = Form::of(Kind::Integer);

                fn bytes(&self) -> Vec<u8> {
                    self.to_le_bytes().to_vec()
                }

                fn value(self) -> Result<Value, Refusal> {
                    Ok(Value::Integer(self.into()))
                }
            }

            impl Answer for Vec<$integer> {
                const FORM: Form = Form::of(Kind::Integers);

                fn bytes(&self) -> Vec<u8> {
                    self.iter().flat_map(Answer::bytes).collect()
                }

                fn value(self) -> Result<Value, Refusal> {
                    Ok(Value::Integers(self.into_iter().map(u64::from).collect()))
                }
            }
        )*
    };
}

integers!(u32, u64);

impl Answer for Vec<f64> {
    const FORM: Form = Form::of(Kind::Numbers);

    fn bytes(&self) -> Vec<u8> {
        self.iter()
            .flat_map(|number| number.to_le_bytes())
            .collect()
    }

    fn value(self) -> Result<Value, Refusal> {
        Ok(Value::Numbers(self))
    }
}

impl Answer for Vec<u8> {
    const FORM: Form = Form::of(Kind::Bytes);

    fn bytes(&self) -> Vec<u8> {
        self.clone()
    }

    fn value(self) -> Result<Value, Refusal> {
        Ok(Value::Bytes(self))
    }

    fn from_value(value: Result<&Value, &Refusal>) -> Option<Self> {
        match value {
            Ok(Value::Bytes(bytes)) => Some(bytes.clone()),
            _ => None,
        }
    }
}

impl<const N: usize> Answer for [u8; N] {
    const FORM: Form = Form::of(Kind::Bytes).with_len(N);

    fn bytes(&self) -> Vec<u8> {
        self.to_vec()
    }

    fn value(self) -> Result<Value, Refusal> {
        Ok(Value::Bytes(self.into()))
    }
}

impl<const N: usize> Answer for Vec<[u8; N]> {
    const FORM: Form = Form::of(Kind::BytesList).with_len(N);

    fn bytes(&self) -> Vec<u8> {
        self.concat()
    }

    fn value(self) -> Result<Value, Refusal> {
        let list = self.into_iter().map(Vec::from);
        Ok(Value::BytesList(list.collect()))
    }
}

impl Answer for bool {
    const FORM: Form = Form::of(Kind::Bool);

    fn bytes(&self) -> Vec<u8> {
        vec![u8::from(*self)]
    }

    fn value(self) -> Result<Value, Refusal> {
        Ok(Value::Bool(self))
    }
}

impl Answer for Ordering {
    const FORM: Form = Form::of(Kind::Order);

    fn bytes(&self) -> Vec<u8> {
        vec![*self as i8 as u8]
    }

    fn value(self) -> Result<Value, Refusal> {
        Ok(Value::Order(self))
    }
}

impl Answer for Option<usize> {
    const FORM: Form = Form::of(Kind::Integer).or_nothing();

    fn bytes(&self) -> Vec<u8> {
        self.map_or(u64::MAX, |offset| offset as u64).bytes()
    }

    fn value(self) -> Result<Value, Refusal> {
        Ok(self.map_or(Value::Nothing, |offset| Value::Integer(offset as u64)))
    }
}

impl Answer for Option<u64> {
    const FORM: Form = Form::of(Kind::Integer).or_nothing();

    fn bytes(&self) -> Vec<u8> {
        self.unwrap_or(u64::MAX).bytes()
    }

    fn value(self) -> Result<Value, Refusal> {
        Ok(self.map_or(Value::Nothing, Value::Integer))
    }
}

/// That there is nothing wrong with an input.
impl Answer for () {
    const FORM: Form = Form::of(Kind::Nothing);

    fn bytes(&self) -> Vec<u8> {
        Vec::new()
    }

    fn value(self) -> Result<Value, Refusal> {
        Ok(Value::Nothing)
    }
}

/// The answer of an operation that may refuse its input.
impl<T: Answer, E: Refuses> Answer for Result<T, E> {
    const FORM: Form = T::FORM.or_refusal();

    /// Of a refusal, the status, and then what it says.
    fn bytes(&self) -> Vec<u8> {
        match self {
            Ok(answer) => answer.bytes(),
            Err(error) => {
                let status = error.status().code().to_le_bytes();
                [&status[..], error.to_string().as_bytes()].concat()
            }
        }
    }

    fn value(self) -> Result<Value, Refusal> {
        self?.value()
    }

    fn from_value(value: Result<&Value, &Refusal>) -> Option<Self> {
        match value {
            Ok(_) => T::from_value(value).map(Ok),
            Err(refusal) => refusal.detail::<E>().cloned().map(Err),
        }
    }
}

/// An answer for a message: its beginning, where it is long.
#[must_use]
pub fn shortened(answer: &(impl Debug + ?Sized)) -> String {
    const LONGEST: usize = 200;
    let mut text = format!("{answer:?}");
    if text.len() > LONGEST {
        text.truncate(text.floor_char_boundary(LONGEST));
        text.push('…');
    }
    text
}
