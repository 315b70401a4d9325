//! The [operations](ops): how their kernels are called, what the right answer is, and inputs to try
//! them on; with the [frames](frame) in which a call stands.

pub mod answer;
pub mod argument;
mod datum;
pub mod erased;
pub mod fingerprint;
pub mod foreign;
pub mod frame;
pub mod generator;
mod operation;
pub mod ops;
pub mod prelude;
pub mod session;
pub mod shape;
