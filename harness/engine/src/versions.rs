//! Versions of the engines, to which they are pinned, and of the reference crates.
//!
//! The last are those of the workspace's lock file, with which all of it is tested; `tests/suite/versions.rs`
//! at the root compares them. A program that depends on kilowat may have later ones.

/// wasmi.
pub const WASMI: &str = "2.0.0";
/// wasmtime.
pub const WASMTIME: &str = "48.0.8";

/// The reference crates of the native tier.
pub const REFERENCE_CRATES: [(&str, &str); 5] = [
    ("fnv", "1.0.7"),
    ("md-5", "0.11.0"),
    ("memchr", "2.8.3"),
    ("sha2", "0.11.1"),
    ("twox-hash", "2.1.5"),
];
