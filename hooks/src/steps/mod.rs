//! The steps that are here: text, syntax, format, tests.

mod syntax;
mod text;

pub(crate) use syntax::Syntax;
pub(crate) use text::Text;
