//! `lz4_compress_hc`: docs/fuzzing.md.

#![no_main]

libfuzzer_sys::fuzz_target!(|raw: &[u8]| kilowat_fuzz::run("lz4_compress_hc", raw));
