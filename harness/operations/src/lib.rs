//! The [operations](ops): how their kernels are called, what the right answer is, and inputs to try
//! them on; with the [frames](frame) in which a call stands.
//!
//! The feature `native` has the reference crates: with it every operation has a native twin, and inputs to
//! hold its kernel to that. It is on unless it is turned off.

#![cfg_attr(
    not(feature = "native"),
    allow(
        dead_code,
        unused_imports,
        reason = "kernels and native code share helpers, and each of these is for the latter"
    )
)]

pub mod answer;
pub mod argument;
#[cfg(feature = "native")]
pub mod case;
mod datum;
pub mod erased;
pub mod fingerprint;
pub mod foreign;
pub mod frame;
#[cfg(feature = "native")]
pub mod generator;
mod operation;
pub mod ops;
pub mod prelude;
pub mod session;
pub mod shape;
