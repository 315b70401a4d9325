//! The [operations](ops): how their kernels are called, what the right answer is, and inputs to try
//! them on; with the [frames](frame) in which a call stands.
//!
//! Each module of kernels is a feature, without which its operations are not there. The feature `native` has
//! the reference crates: with it every operation has a native twin, and inputs to hold its kernel to that.
//! `foreign` is for [modules of other people](foreign). All are on unless they are turned off.

#![cfg_attr(
    not(all(
        feature = "native",
        feature = "blake3",
        feature = "json",
        feature = "lz4",
        feature = "md5",
        feature = "memory_ops",
        feature = "sha256",
        feature = "sha512",
        feature = "string_ops"
    )),
    allow(
        dead_code,
        unused_imports,
        unused_macros,
        reason = "operations share helpers among them and with native code"
    )
)]

pub mod answer;
pub mod argument;
#[cfg(feature = "native")]
pub mod case;
pub mod erased;
pub mod fingerprint;
#[cfg(feature = "foreign")]
pub mod foreign;
pub mod frame;
#[cfg(feature = "native")]
pub mod generator;
#[cfg(any(feature = "string_ops", feature = "text"))]
mod matches;
mod operation;
pub mod ops;
pub mod prelude;
pub mod refusal;
pub mod session;
pub mod shape;
mod value;
