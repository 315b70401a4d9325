//! The [operations](ops): how their kernels are called, what the right answer is, and inputs to try
//! them on; with the [frames](frame) in which a call stands.

pub mod fingerprint;
pub mod foreign;
pub mod frame;
pub mod generator;
pub mod ops;
pub mod recording;
pub mod session;
