//! A build of a module for the proof that it takes constant time.
//!
//! It is the shipped binary but for one thing: the macro [`PUBLIC`], which hands on what it is given, stays a function.
//! So whoever follows secrets through the binary sees where the text makes something public of them. Each instruction
//! knows the place in the text that it comes from.

use wasmparser::Operator;

use crate::abi;
use crate::contract::{self, PUBLIC, Secrets};
use crate::error::{Error, Location};
use crate::features;
use crate::inline;
use crate::module::Module;
use crate::parse::{self, Parsed};
use crate::prune;
use crate::source::Source;

/// A module in which what is made public is marked.
#[derive(Debug, Clone)]
pub struct Marked {
    /// The module's name.
    pub name: String,
    /// The binary, with names.
    pub wasm: Vec<u8>,
    /// What the contracts call secret, by export.
    pub secrets: Vec<Secrets>,
    /// Where the binary makes something public, function by function: what a macro makes public stands in each that it
    /// is spliced into.
    pub declassified: Vec<Declassified>,
    source: Source,
    /// The offset in the text of each instruction, by function of the binary.
    origins: Vec<Vec<Option<usize>>>,
}

/// A place where something is made public.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declassified {
    /// The function, with the `$` of its name.
    pub function: String,
    /// Where the text does, which may be in a macro.
    pub at: Location,
}

impl Marked {
    /// The place in the text that an instruction comes from, or the nearest one in front of it. Functions and
    /// instructions are counted from 0, as they are in the binary.
    #[must_use]
    pub fn place(&self, function: usize, instruction: usize) -> Option<Location> {
        let origins = self.origins.get(function)?;
        let until = origins.get(..=instruction).unwrap_or(origins);
        let origin = until.iter().rev().find_map(|origin| *origin)?;
        Some(self.source.locate(origin))
    }
}

/// Assembles a module with a mark where something is made public.
///
/// # Errors
/// Those of [`assemble`](crate::assemble).
pub fn mark(source: &Source) -> Result<Marked, Error> {
    let miscompiled = crate::assemble::miscompiled(source);
    let Parsed { wasm, spans } = parse::parse(source)?;
    let mut module = Module::read(&wasm).map_err(&miscompiled)?;
    let secrets = abi::check(source, &module, &spans)?.secrets;

    let public = contract::public(&module).map(|(index, _)| index);
    for (body, spans) in module.bodies.iter_mut().zip(&spans.functions) {
        for (index, op) in body.ops.iter_mut().enumerate() {
            op.origin = Some(spans.instruction(index));
        }
    }

    inline::expand_but(&mut module, Some(PUBLIC))
        .map_err(|error| crate::assemble::refused(source, &spans, error))?;
    // The macros have no callers any more.
    let keep = prune::reached(&module).map_err(&miscompiled)?;
    let is_public = |operator: &Operator<'_>| match operator {
        Operator::Call { function_index } => Some(*function_index) == public,
        _ => false,
    };
    let mut declassified = Vec::new();
    for (index, body) in module.bodies.iter().enumerate() {
        // Nothing is imported, so the first function has the index 0.
        if !keep.functions[index] {
            continue;
        }
        let uses = body.ops.iter().filter(|op| is_public(&op.operator));
        declassified.extend(uses.map(|op| Declassified {
            function: module.function_name(index as u32),
            at: source.locate(op.origin.unwrap_or(0)),
        }));
    }
    let wasm = module.write(&keep, true).map_err(&miscompiled)?;
    features::validate(&wasm).map_err(|error| miscompiled(error.into()))?;
    let kept = module.bodies.iter().zip(&keep.functions);
    let origins = kept
        .filter(|(_, kept)| **kept)
        .map(|(body, _)| body.ops.iter().map(|op| op.origin).collect())
        .collect();
    Ok(Marked {
        name: source.name().to_owned(),
        wasm,
        secrets,
        declassified,
        source: source.clone(),
        origins,
    })
}
