//! What the file of an operation needs.

pub use crate::answer::Answer;
pub use crate::frame::{ByteString, CallError, Frame, Span};
pub use crate::generator::Generator;
pub use crate::operation::{Case, Input, Names, Native, Operation, Schedule};
pub use crate::shape::{
    Bytes, BytesList, Finite, Flag, LowByte, Messages, Numbers, Shape, Size, State, Stream, U32,
    U64,
};
pub use kilowat_engine::{EngineKind, Value};
pub use kilowat_kernels::Export;
