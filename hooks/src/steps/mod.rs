//! The steps: text, syntax, format and links of Markdown.

mod format;
mod markdown;
mod syntax;
mod text;

pub(crate) use format::{Format, trims};
pub(crate) use markdown::Markdown;
pub(crate) use syntax::Syntax;
pub(crate) use text::{LineEnds, Text};
