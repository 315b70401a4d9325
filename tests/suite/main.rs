//! Everything that is tested over the whole house, in one program: each program of tests links both
//! engines anew, which takes longer than most tests. `cargo test --test suite sha256::` runs those of
//! one file.

mod aead;
mod aead_node;
mod blake3;
mod brotli;
mod brotli_encoder;
mod common;
mod crypto;
mod deflate;
mod deflate_encoder;
mod deflate_tools;
mod digests;
mod doctor;
mod engines;
mod examples;
mod inliner;
#[cfg(feature = "javascript")]
mod javascript;
#[cfg(feature = "javascript")]
mod javascript_mutations;
#[cfg(feature = "javascript")]
mod javascript_packages;
mod json;
mod json_test_suite;
mod json_text;
mod json_types;
mod kdf;
mod kernels;
mod lz4;
mod lz4_frames;
mod lz4_tool;
mod md5;
mod memory_ops;
mod nist_cavp;
mod owned;
mod peers;
mod runtime;
mod sha256;
mod sha512;
mod string_ops;
mod text;
mod vectors;
mod versions;
