//! What a binary says of itself, in a custom section.

use kilowat_assembler::SECTION;
use serde::Deserialize;
use serde_json::Value as Json;
use wasmparser::{Parser, Payload};

/// What a binary says of itself. Where it says nothing, or nothing that can be read, it is taken for what it is.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Origin {
    /// The version of the ABI that it keeps to.
    #[serde(default)]
    pub(super) abi: Option<Json>,
    /// Whether its memory may hold secrets.
    #[serde(default)]
    pub(super) secret: bool,
}

impl Origin {
    /// Reads the section of a binary, which need not be valid.
    pub(super) fn read(wasm: &[u8]) -> Self {
        let payloads = Parser::new(0).parse_all(wasm).map_while(Result::ok);
        let mut sections = payloads.filter_map(|payload| match payload {
            Payload::CustomSection(section) if section.name() == SECTION => Some(section.data()),
            _ => None,
        });
        let section = sections.next().unwrap_or_default();
        serde_json::from_slice(section).unwrap_or_default()
    }
}
