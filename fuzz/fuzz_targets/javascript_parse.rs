//! `javascript_parse`: docs/fuzzing.md.

#![no_main]

libfuzzer_sys::fuzz_target!(|raw: &[u8]| kilowat_fuzz::run("javascript_parse", raw));
