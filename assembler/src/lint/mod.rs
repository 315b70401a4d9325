//! The style of a kernel's text, as far as a machine can check it.
//!
//! None of this stops a module from being assembled; `cargo xtask tidy` reports it.

mod constants;
mod contracts;
mod fragments;
mod lines;

use std::fmt;

use thiserror::Error;

use crate::error::{Error, Location};
use crate::parse;
use crate::source::{Source, Tree};

/// How many columns a line of text may have.
pub const COLUMNS: usize = 100;

/// Something to tidy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What.
    pub what: Untidy,
    /// Where.
    pub at: Location,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}", self.what, self.at)
    }
}

/// What there is to tidy.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Untidy {
    /// A long line.
    #[error("the line has {columns} columns; at most {COLUMNS} are wanted")]
    LongLine {
        /// How many it has.
        columns: usize,
    },
    /// A tab.
    #[error("a tab: text is indented by spaces")]
    Tab,
    /// Spaces at the end of a line.
    #[error("spaces at the end of the line")]
    TrailingSpace,
    /// A constant that nothing reads.
    #[error("the constant `${name}` is never read")]
    UnusedConstant {
        /// Its name.
        name: String,
    },
    /// An exported function without a contract.
    #[error(
        "the exported function `{name}` has no contract: expected a comment directly above it whose first line is its C prototype, such as `;; u32 {name}(const u8 *ptr, u32 len)`"
    )]
    NoContract {
        /// The export's name.
        name: String,
    },
    /// A contract that is not a C prototype.
    #[error(
        "the contract of `{name}` does not start with a C prototype: expected `;; type {name}(type name, …)`"
    )]
    NoPrototype {
        /// The export's name.
        name: String,
    },
    /// A prototype of another function.
    #[error("the contract names `{found}`, but the function is exported as `{name}`")]
    WrongName {
        /// The export's name.
        name: String,
        /// The name in the prototype.
        found: String,
    },
    /// A prototype with another number of parameters.
    #[error("the prototype of `{name}` has {found} parameters, the function has {expected}")]
    WrongParameters {
        /// The export's name.
        name: String,
        /// How many the prototype has.
        found: usize,
        /// How many the function has.
        expected: usize,
    },
    /// A prototype that gives a result where there is none, or none where there is one.
    #[error("the prototype of `{name}` returns `{found}`, but the function has {expected}")]
    WrongResult {
        /// The export's name.
        name: String,
        /// What the prototype returns.
        found: String,
        /// What the function has.
        expected: &'static str,
    },
    /// A module of several files that does not say what is in which.
    #[error(
        "no map: a module that is a folder has at its head a table that starts with `;; Fragments`, with a line for each fragment"
    )]
    NoFragmentMap,
    /// A second map.
    #[error("a second table of fragments: a module has one")]
    SecondFragmentMap,
    /// A map that cannot be read.
    #[error("wrong table of fragments: {message}")]
    FragmentMap {
        /// What was expected.
        message: String,
    },
    /// A row that is not the header's next fragment.
    #[error("the table of fragments has `{found}`, where the header has {}", named(expected.as_deref()))]
    FragmentMapRow {
        /// The row's name.
        found: String,
        /// The fragment of the header, if one is left.
        expected: Option<String>,
    },
    /// A fragment that the map leaves out.
    #[error("the table of fragments does not name `{name}`, which the header has")]
    FragmentNotInMap {
        /// The fragment.
        name: String,
    },
    /// A row that says nothing.
    #[error("the table of fragments does not say what is in `{name}`")]
    FragmentWithoutMeaning {
        /// The fragment.
        name: String,
    },
}

/// A name in a message, or that there is none.
fn named(name: Option<&str>) -> String {
    name.map_or("no more fragments".to_owned(), |name| format!("`{name}`"))
}

/// What is untidy in the lines of every file of a folder.
#[must_use]
pub fn lines(tree: &Tree) -> Vec<Finding> {
    tree.files()
        .flat_map(|(path, text)| lines::check(&path, text))
        .collect()
}

/// What is untidy in a module: its map, contracts and constants.
///
/// # Errors
/// When the module is not valid.
pub fn module(source: &Source) -> Result<Vec<Finding>, Error> {
    let parsed = parse::parse(source)?;
    let module = crate::module::Module::read(&parsed.wasm).map_err(|error| Error::Miscompiled {
        name: source.name().to_owned(),
        source: error,
    })?;
    let mut findings = fragments::check(source);
    findings.extend(contracts::check(source, &module, &parsed.spans));
    findings.extend(constants::check(source, &module, &parsed.spans));
    Ok(findings)
}
