//! What is looked at: a file as it was read once, and the steps that look at it.

use std::path::Path;

use kilowat::Runtime;

use crate::findings::Findings;
use crate::language::Language;
use crate::scan::Kept;
use crate::syntax::Reading;

/// A file that was edited, as it was read once: all steps see the same.
#[derive(Debug)]
pub struct Edit<'a> {
    /// Its path from the project, with `/` between names.
    pub path: &'a Path,
    /// Its language, where it is one that is known.
    pub language: Option<Language>,
    /// What is in it.
    pub bytes: &'a [u8],
    /// The same as text, without a byte-order mark; nothing where it is not UTF-8.
    pub text: Option<&'a str>,
    /// How many bytes a byte-order mark has at the start of the text: 3, or 0. Offsets of findings are those of `bytes`.
    pub mark: usize,
    /// The SHA-256 of the bytes.
    pub digest: [u8; 32],
    /// Which bytes of the text are code, comments and strings, and what is wrong with its syntax.
    pub reading: Reading,
    /// Whether it is a test, by its name and its folder.
    pub is_test: bool,
    /// What runs the kernels.
    pub runtime: &'a Runtime,
    /// Where the literals stand that rules and secrets begin with: both share one search.
    pub hits: Kept,
}

/// Looks at a file for one kind of thing.
///
/// A step has a budget of time. It asks [`Findings::is_over`] now and then, at least once in each thousand lines, and
/// returns when it is; what it has found by then stays.
pub trait Step {
    /// Its name, as reports have it.
    fn name(&self) -> &'static str;

    /// Looks at the file, and adds what it finds.
    fn run(&self, edit: &Edit<'_>, found: &mut Findings);
}
