//! The module `json`: soundness, where a fault lies, and what the tiers agree on.

mod numbers;
mod parse;
mod validate;

use kilowat_engine::EngineKind;
use kilowat_operations::session::{Library, Session};
use serde::de::IgnoredAny;
use serde_json::error::Category;

fn sessions() -> [Session; 2] {
    [EngineKind::Jit, EngineKind::Interpreter]
        .map(|kind| Library::new(kind).unwrap().unwrap().session())
}

/// What a text may still become: whether something can stand behind it that makes it valid.
fn can_go_on(text: &[u8]) -> bool {
    if let Err(error) = std::str::from_utf8(text)
        && error.error_len().is_some()
    {
        return false;
    }
    let is_begun = |text: &[u8]| match serde_json::from_slice::<IgnoredAny>(text) {
        Ok(IgnoredAny) => true,
        Err(error) => error.classify() == Category::Eof,
    };
    // The oracle takes a number that is cut off for one that is wrong.
    is_begun(text) || is_begun(&[text, b"0"].concat())
}

/// Gives every beginning of a text, and every text that differs from it in a bit.
fn cuts_and_flips(text: &[u8], mut check: impl FnMut(&[u8])) {
    for end in 0..text.len() {
        check(&text[..end]);
    }
    let mut flipped = text.to_vec();
    for place in 0..text.len() * 8 {
        flipped[place / 8] ^= 1 << (place % 8);
        check(&flipped);
        flipped[place / 8] ^= 1 << (place % 8);
    }
}

/// Compares a report with its snapshot.
fn snapshot(name: &str, report: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/json"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, report));
}
