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
    /// Where the text makes something public, in its order.
    pub declassified: Vec<Declassified>,
    source: Source,
    /// The offset in the text of each instruction, by function of the binary.
    origins: Vec<Vec<Option<usize>>>,
}

/// A place where a text makes something public.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declassified {
    /// The function, with the `$` of its name.
    pub function: String,
    /// Where it does.
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
    let mut declassified = Vec::new();
    let names: Vec<String> = (0..module.bodies.len() as u32)
        .map(|index| module.function_name(index))
        .collect();
    // Nothing is imported, so the first function has the index 0.
    let bodies = module.bodies.iter_mut().zip(&spans.functions).zip(names);
    for ((body, spans), function) in bodies {
        for (index, op) in body.ops.iter_mut().enumerate() {
            let at = spans.instruction(index);
            op.origin = Some(at);
            if let Operator::Call { function_index } = op.operator
                && Some(function_index) == public
            {
                declassified.push(Declassified {
                    function: function.clone(),
                    at: source.locate(at),
                });
            }
        }
    }

    inline::expand_but(&mut module, Some(PUBLIC))
        .map_err(|error| crate::assemble::refused(source, &spans, error))?;
    // The macros have no callers any more.
    let keep = prune::reached(&module).map_err(&miscompiled)?;
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
