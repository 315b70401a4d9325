//! The whole way of a module, from its text to its binary.

use std::path::Path;

use wasm_encoder::{CustomSection, Encode as _, Section as _};

use crate::abi::{self, Checked};
use crate::error::{BinaryError, Diagnostic, Error, Problem};
use crate::features;
use crate::inline;
use crate::interface::{ABI, SECTION};
use crate::manifest::{self, DataSegment, ManifestConstant, ManifestModule};
use crate::module::{Keep, Module};
use crate::parse::{self, Parsed, Spans};
use crate::prune;
use crate::source::{Source, Tree, hex};

/// What to make of a module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Splice functions whose name ends in `!` into their callers, and unroll the loops whose label does.
    pub inline: bool,
    /// Keep the names.
    pub debug: bool,
}

impl Default for Options {
    /// What is shipped: inlined, without names.
    fn default() -> Self {
        Self {
            inline: true,
            debug: false,
        }
    }
}

/// One assembled module.
#[derive(Debug, Clone)]
pub struct Assembled {
    /// The module's name: its file's stem or its folder's name.
    pub name: String,
    /// The binary.
    pub wasm: Vec<u8>,
    /// The expanded text of the binary, with names, for reading.
    pub text: String,
    /// What the manifest says of it.
    pub entry: ManifestModule,
}

/// Assembles every module of the folder `wat`, in the order of their names.
///
/// # Errors
/// What is wrong with the first module that something is wrong with.
pub fn assemble_folder(wat: &Path, options: Options) -> Result<Vec<Assembled>, Error> {
    let tree = Tree::read(wat)?;
    let modules = tree.modules();
    modules
        .iter()
        .map(|name| assemble(&tree.source(name)?, options))
        .collect()
}

/// Assembles one module.
///
/// ```
/// use kilowat_assembler::{Options, Source, assemble};
///
/// let source = Source::from_text("answer", r#"
/// ;;! summary = "The answer"
/// ;;! spec    = "Adams 1979"
/// ;;! exports = ["answer"]
/// (memory (export "memory") 0)
/// (global (export "heap_base") i32 (i32.const 0))
/// (func $forty_two! (result i32) (i32.const 42))
/// (func (export "answer") (result i32) (call $forty_two!))
/// "#.trim_start())?;
/// let assembled = assemble(&source, Options::default())?;
/// assert_eq!(assembled.entry.exports[0].signature, "() -> i32");
/// # Ok::<(), kilowat_assembler::Error>(())
/// ```
///
/// # Errors
/// Everything that is wrong with the text, as far as the checks come: they stop at the first step that fails.
pub fn assemble(source: &Source, options: Options) -> Result<Assembled, Error> {
    let Parsed { wasm, spans } = parse::parse(source)?;
    let plain = read(source, &wasm)?;
    let checked = abi::check(source, &plain, &spans)?;
    let source_sha256 = source.sha256();
    let mut before = write(source, &plain, &Keep::new(&plain, true), false)?;
    let secret = source.header().secret;
    append_origin(&mut before, &source_sha256, secret);

    let mut module = plain;
    let mut expanded = Vec::new();
    if options.inline {
        let keep = inline::expand(&mut module).map_err(|error| refused(source, &spans, error))?;
        expanded = write(source, &module, &keep, true)?;
    }
    let module = if options.inline {
        read(source, &expanded)?
    } else {
        module
    };

    let keep = prune::reached(&module).map_err(miscompiled(source))?;
    let named = write(source, &module, &keep, true)?;
    let mut binary = if options.debug {
        named.clone()
    } else {
        write(source, &module, &keep, false)?
    };
    append_origin(&mut binary, &source_sha256, secret);
    features::validate(&binary).map_err(|error| miscompiled(source)(error.into()))?;

    let text = print(source, &named)?;
    let entry = entry(source, &checked, &binary, before.len(), source_sha256)?;
    Ok(Assembled {
        name: source.name().to_owned(),
        wasm: binary,
        text,
        entry,
    })
}

/// What is wrong with a macro or an unrolled loop, and where it stands.
pub(crate) fn refused(source: &Source, spans: &Spans, error: BinaryError) -> Error {
    // Nothing is imported, so the first function has the index 0.
    let spans = |function: u32| spans.functions.get(function as usize);
    let (problem, function) = match error {
        BinaryError::RecursiveMacro { function, cycle } => {
            (Problem::RecursiveMacro { cycle }, function)
        }
        BinaryError::MacroUsed {
            function,
            name,
            used,
        } => (Problem::MacroUsed { name, used }, function),
        BinaryError::TooLarge {
            function,
            name,
            limit,
        } => (Problem::TooLarge { name, limit }, function),
        BinaryError::NotASum { function, name } => (Problem::NotASum { name }, function),
        BinaryError::Unroll {
            function,
            operator,
            label,
            problem,
        } => {
            let at = spans(function).map_or(0, |spans| spans.instruction(operator));
            let problem = Problem::Unroll { label, problem };
            return Diagnostic::new(problem, source.locate(at)).into();
        }
        other => return miscompiled(source)(other),
    };
    let at = spans(function).map_or(0, |spans| spans.at);
    Diagnostic::new(problem, source.locate(at)).into()
}

/// Past the checks of the text, an error is the assembler's own.
pub(crate) fn miscompiled(source: &Source) -> impl Fn(BinaryError) -> Error {
    let name = source.name().to_owned();
    move |source| Error::Miscompiled {
        name: name.clone(),
        source,
    }
}

fn read<'a>(source: &Source, wasm: &'a [u8]) -> Result<Module<'a>, Error> {
    Module::read(wasm).map_err(miscompiled(source))
}

fn write(source: &Source, module: &Module<'_>, keep: &Keep, names: bool) -> Result<Vec<u8>, Error> {
    module.write(keep, names).map_err(miscompiled(source))
}

/// Appends the custom section that says where the binary comes from, and what its host is to know of it.
fn append_origin(wasm: &mut Vec<u8>, source_sha256: &str, secret: bool) {
    let version = env!("CARGO_PKG_VERSION");
    let json = format!(
        r#"{{"version":"{version}","source_sha256":"{source_sha256}","abi":{ABI},"secret":{secret}}}"#
    );
    let section = CustomSection {
        name: SECTION.into(),
        data: json.as_bytes().into(),
    };
    wasm.push(section.id());
    section.encode(wasm);
}

fn print(source: &Source, named: &[u8]) -> Result<String, Error> {
    let mut text = String::new();
    wasmprinter::Config::new()
        .fold_instructions(true)
        .print(named, &mut wasmprinter::PrintFmtWrite(&mut text))
        .map_err(|error| Error::Print {
            name: source.name().to_owned(),
            message: error.to_string(),
        })?;
    Ok(text)
}

fn entry(
    source: &Source,
    checked: &Checked,
    binary: &[u8],
    bytes_before: usize,
    source_sha256: String,
) -> Result<ManifestModule, Error> {
    use sha2::{Digest as _, Sha256};

    let Checked {
        interface: abi,
        tables,
        secrets,
    } = checked;
    let module = read(source, binary)?;
    let header = source.header();
    Ok(ManifestModule {
        name: source.name().to_owned(),
        summary: header.summary.clone(),
        spec: header.spec.clone(),
        constant_time: header.constant_time,
        secret: header.secret,
        exports: manifest::exports(&module, secrets),
        constants: abi
            .constants
            .iter()
            .map(|(name, value)| ManifestConstant {
                name: name.clone(),
                value: *value,
            })
            .collect(),
        layouts: manifest::layouts(tables),
        enumerations: manifest::enumerations(tables),
        heap_base: abi.heap_base,
        memory_pages: abi.memory_pages,
        data: abi
            .data
            .iter()
            .map(|segment| DataSegment {
                offset: segment.offset,
                length: segment.length,
            })
            .collect(),
        bytes: binary.len(),
        bytes_before,
        features: features::used(binary),
        wasm_sha256: hex(&Sha256::digest(binary)),
        source_sha256,
    })
}
