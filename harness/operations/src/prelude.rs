//! What the file of an operation needs.

pub use crate::answer::{Answer, Form};
pub use crate::frame::{ByteString, CallError, Frame, Span};
pub use crate::operation::{Case, Input, Names, Operation};
pub use crate::refusal::{Refusal, Refuses, Status};
pub use crate::shape::{
    Bytes, BytesList, Finite, Flag, LowByte, Messages, Numbers, Shape, Size, State, Stream, U32,
    U64,
};
pub use crate::value::Value;
pub use kilowat_engine::{EngineKind, WasmValue};
pub use kilowat_kernels::Export;
#[cfg(feature = "native")]
pub use {
    crate::generator::Generator,
    crate::operation::{Native, Schedule},
};
