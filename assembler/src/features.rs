//! The features that kernels may use, and what a module does use of them.

use wasmparser::{Validator, WasmFeatures};

use crate::error::Problem;

/// The MVP (with floats) and what every engine has had for years. Threads and relaxed SIMD are out because their
/// results may differ between runs and machines; the rest because no kernel needs it.
///
/// `GC_TYPES` is no feature of its own: without it the validator refuses even an MVP table.
pub const ALLOWED: WasmFeatures = WasmFeatures::FLOATS
    .union(WasmFeatures::GC_TYPES)
    .union(WasmFeatures::MUTABLE_GLOBAL)
    .union(WasmFeatures::SIGN_EXTENSION)
    .union(WasmFeatures::SATURATING_FLOAT_TO_INT)
    .union(WasmFeatures::MULTI_VALUE)
    .union(WasmFeatures::BULK_MEMORY)
    .union(WasmFeatures::SIMD);

/// [`ALLOWED`] for people.
pub(crate) const ALLOWED_IN_WORDS: &str = "the MVP, mutable globals, sign-extension, saturating \
     float-to-int conversions, multi-value, bulk memory and fixed-width SIMD";

/// What the MVP lacks, by the names that the manifest uses.
const BEYOND_MVP: [(&str, WasmFeatures); 6] = [
    ("mutable-global", WasmFeatures::MUTABLE_GLOBAL),
    ("sign-extension", WasmFeatures::SIGN_EXTENSION),
    (
        "saturating-float-to-int",
        WasmFeatures::SATURATING_FLOAT_TO_INT,
    ),
    ("multi-value", WasmFeatures::MULTI_VALUE),
    ("bulk-memory", WasmFeatures::BULK_MEMORY),
    ("simd", WasmFeatures::SIMD),
];

/// The names of what [`ALLOWED`] adds to the MVP, as the manifest has them.
pub fn allowed_names() -> impl Iterator<Item = &'static str> {
    BEYOND_MVP.into_iter().map(|(name, _)| name)
}

/// Validates a binary with exactly [`ALLOWED`].
pub(crate) fn validate(wasm: &[u8]) -> Result<(), wasmparser::Error> {
    validate_with(wasm, ALLOWED)
}

fn validate_with(wasm: &[u8], features: WasmFeatures) -> Result<(), wasmparser::Error> {
    Validator::new_with_features(features)
        .validate_all(wasm)
        .map(drop)
}

/// The features beyond the MVP without which a valid binary is not valid.
pub(crate) fn used(wasm: &[u8]) -> Vec<String> {
    BEYOND_MVP
        .into_iter()
        .filter(|(_, feature)| validate_with(wasm, ALLOWED.difference(*feature)).is_err())
        .map(|(name, _)| name.to_owned())
        .collect()
}

/// What is wrong with a binary that the validator refuses.
pub(crate) fn problem(wasm: &[u8], error: &wasmparser::Error) -> Problem {
    let message = error.message().to_owned();
    match missing(wasm, error) {
        Some(feature) => Problem::ForbiddenFeature { feature, message },
        None => Problem::Invalid { message },
    }
}

/// The feature whose absence made `error`, if that is what made it.
///
/// The validator itself names it in most cases; else it is the one with which validation gets further.
fn missing(wasm: &[u8], error: &wasmparser::Error) -> Option<String> {
    // More than one proposal widens these expressions. What the text needs is a constant, and the message says so.
    if error.message().starts_with("constant expression required") {
        return None;
    }
    let named = error
        .missing_wasm_feature()
        .filter(|feature| !ALLOWED.contains(*feature));
    let feature = named.or_else(|| {
        WasmFeatures::all()
            .difference(ALLOWED)
            .iter()
            .find(
                |feature| match validate_with(wasm, ALLOWED.union(*feature)) {
                    Ok(()) => true,
                    Err(other) => other.offset() > error.offset(),
                },
            )
    })?;
    let (name, _) = feature.iter_names().next()?;
    Some(name.to_ascii_lowercase().replace('_', "-"))
}
