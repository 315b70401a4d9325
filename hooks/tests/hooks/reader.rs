//! Which bytes of an example are comments and strings.

use kilowat::Runtime;
use kilowat_hooks::Language;
use kilowat_hooks::syntax::{self, Regions};

use crate::NATIVE;

/// Reads an example, whether it is whole or not.
pub(crate) fn regions(language: Language, text: &str) -> Regions {
    syntax::read(language, text, &NATIVE).regions
}

/// What runs the kernels in these tests.
pub(crate) fn runtime() -> &'static Runtime {
    &NATIVE
}
