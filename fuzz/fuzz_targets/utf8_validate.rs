//! `utf8_validate`: docs/fuzzing.md.

#![no_main]

libfuzzer_sys::fuzz_target!(|raw: &[u8]| kilowat_fuzz::run("utf8_validate", raw));
