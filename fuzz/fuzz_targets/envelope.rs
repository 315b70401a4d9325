//! `envelope`: docs/fuzzing.md.

#![no_main]

use std::sync::LazyLock;

use kilowat::EngineKind;
use kilowat_fuzz::envelope::Checks;

static CHECKS: LazyLock<Checks> = LazyLock::new(|| {
    let tiers = [EngineKind::Native, EngineKind::Jit];
    Checks::new(&tiers).unwrap_or_else(|error| panic!("{error}"))
});

libfuzzer_sys::fuzz_target!(|raw: &[u8]| {
    if let Err(error) = CHECKS.run(raw) {
        panic!("{error}");
    }
});
