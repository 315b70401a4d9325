//! What `manifest.json` says of the modules.

use serde::{Deserialize, Serialize};
use wasmparser::{FuncType, ValType};

use crate::contract::Secrets;
use crate::interface::{self, ABI};
use crate::layout::Tables;
use crate::module::Module;

/// The version of the manifest's form. It goes up when something in it changes its meaning or goes away.
pub const SCHEMA: u32 = 1;

/// `manifest.json`: everything there is to know of the modules without opening them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`SCHEMA`].
    pub schema: u32,
    /// The version of the ABI that the modules keep to: [`ABI`].
    pub abi: u32,
    /// The version of kilowat that made the modules.
    pub version: String,
    /// The modules, sorted by name.
    pub modules: Vec<ManifestModule>,
}

impl Manifest {
    /// The manifest of some modules.
    pub fn new(modules: impl IntoIterator<Item = ManifestModule>) -> Self {
        let mut modules: Vec<_> = modules.into_iter().collect();
        modules.sort_by(|a, b| a.name.cmp(&b.name));
        Self {
            schema: SCHEMA,
            abi: ABI,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            modules,
        }
    }

    /// Its JSON, indented and ended by a newline.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Strings, numbers and lists of them: there is nothing that JSON cannot hold.
        let mut json = serde_json::to_string_pretty(self).unwrap_or_default();
        json.push('\n');
        json
    }
}

/// What the manifest says of one module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestModule {
    /// The module's name: its file is `NAME.wasm`.
    pub name: String,
    /// One line: what it does.
    pub summary: String,
    /// The specification that it follows.
    pub spec: String,
    /// Whether no branch and no address depends on a secret.
    pub constant_time: bool,
    /// Whether its memory may hold secrets: a host zeroes it after each use.
    pub secret: bool,
    /// The functions, in the order of the binary: a host may count them instead of looking their names up.
    pub exports: Vec<ManifestExport>,
    /// The exported constants (`NAME_state_size`), in the order of the text.
    pub constants: Vec<ManifestConstant>,
    /// Structs in memory that the functions read and write, in the order of the text.
    #[serde(default)]
    pub layouts: Vec<ManifestLayout>,
    /// The values of codes, in the order of the text.
    #[serde(default)]
    pub enumerations: Vec<ManifestEnumeration>,
    /// First byte the host may use.
    pub heap_base: u32,
    /// Minimum size of the memory in pages of 64 KiB.
    pub memory_pages: u32,
    /// The active data segments.
    pub data: Vec<DataSegment>,
    /// Size of the binary.
    pub bytes: usize,
    /// Size of the binary with nothing inlined and nothing pruned, and without names.
    pub bytes_before: usize,
    /// The features beyond the MVP without which it is not valid.
    pub features: Vec<String>,
    /// SHA-256 of the binary, in hexadecimal.
    pub wasm_sha256: String,
    /// SHA-256 of the text, in hexadecimal; see [`Source::sha256`](crate::Source::sha256).
    pub source_sha256: String,
}

/// An exported function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestExport {
    /// Its name.
    pub name: String,
    /// Its type, such as `(i32, i32) -> i32`.
    pub signature: String,
    /// What its contract calls secret: names of parameters, for a span without `_ptr`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secret: Vec<String>,
}

/// An exported constant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestConstant {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: u32,
}

/// A struct in memory. Numbers in it are little-endian.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestLayout {
    /// Its name.
    pub name: String,
    /// How many bytes it has.
    pub size: u64,
    /// Its fields, by offset.
    pub fields: Vec<ManifestField>,
}

/// A field of a struct in memory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestField {
    /// Its name.
    pub name: String,
    /// Its first byte, from the start of the struct.
    pub offset: u32,
    /// How many bytes it has.
    pub size: u32,
    /// What it holds.
    pub meaning: String,
}

/// The values of a code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestEnumeration {
    /// Its name.
    pub name: String,
    /// Its values, in the order of the table.
    pub values: Vec<ManifestValue>,
}

/// One value of a code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestValue {
    /// Its name.
    pub name: String,
    /// The number.
    pub value: i64,
    /// What it says.
    pub meaning: String,
}

/// An active data segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataSegment {
    /// Its first byte.
    pub offset: u32,
    /// How many bytes it has.
    pub length: u32,
}

/// The exported functions of a module, in its order.
pub(crate) fn exports(module: &Module<'_>, secrets: &[Secrets]) -> Vec<ManifestExport> {
    let functions = interface::functions(module).into_iter();
    functions
        .map(|(name, ty)| ManifestExport {
            secret: secrets
                .iter()
                .filter(|of| of.export == name)
                .flat_map(|of| &of.secrets)
                .map(|secret| secret.name.clone())
                .collect(),
            signature: signature(&ty),
            name,
        })
        .collect()
}

/// The layouts of a module.
pub(crate) fn layouts(tables: &Tables) -> Vec<ManifestLayout> {
    let layouts = tables.layouts.iter();
    layouts
        .map(|layout| ManifestLayout {
            name: layout.name.clone(),
            size: layout.size(),
            fields: layout
                .fields
                .iter()
                .map(|field| ManifestField {
                    name: field.name.clone(),
                    offset: field.offset,
                    size: field.size,
                    meaning: field.meaning.clone(),
                })
                .collect(),
        })
        .collect()
}

/// The enumerations of a module.
pub(crate) fn enumerations(tables: &Tables) -> Vec<ManifestEnumeration> {
    let enumerations = tables.enumerations.iter();
    enumerations
        .map(|enumeration| ManifestEnumeration {
            name: enumeration.name.clone(),
            values: enumeration
                .values
                .iter()
                .map(|value| ManifestValue {
                    name: value.name.clone(),
                    value: value.value,
                    meaning: value.meaning.clone(),
                })
                .collect(),
        })
        .collect()
}

/// A function's type as people write it: `(i32, i32) -> i32`, `() -> ()`, `() -> (i32, i64)`.
fn signature(ty: &FuncType) -> String {
    let list = |types: &[ValType]| {
        let types: Vec<String> = types.iter().map(ToString::to_string).collect();
        types.join(", ")
    };
    let results = match ty.results() {
        [one] => one.to_string(),
        many => format!("({})", list(many)),
    };
    format!("({}) -> {results}", list(ty.params()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures() {
        use ValType::{I32, I64};
        for (params, results, expected) in [
            (&[I32, I32][..], &[I32][..], "(i32, i32) -> i32"),
            (&[], &[], "() -> ()"),
            (&[ValType::V128], &[I32, I64], "(v128) -> (i32, i64)"),
        ] {
            let ty = FuncType::new(params.iter().copied(), results.iter().copied());
            assert_eq!(signature(&ty), expected);
        }
    }
}
