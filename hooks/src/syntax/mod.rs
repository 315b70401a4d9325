//! Whether a file's brackets, strings and comments are whole, and which of its bytes are code.

mod css;
mod fault;
mod go;
mod html;
mod json;
mod lexer;
mod markdown;
mod python;
mod regions;
mod rust;
mod script;
mod shell;
mod toml;
mod yaml;

use kilowat::Runtime;

pub use fault::{Fault, Related};
pub use regions::{Kind, Region, Regions};

use crate::Language;
use lexer::Lexer;
use script::Dialect;

/// What reading a file gave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// Which of its bytes are code, comments and strings.
    pub regions: Regions,
    /// What is wrong with it, from its start on.
    pub faults: Vec<Fault>,
}

/// Reads a text of a language: which of its bytes are what, and the first thing that is wrong with it.
///
/// Brackets, strings and comments are looked at, of Python the indentation, of shells the compound commands; JavaScript,
/// JSON, TOML and YAML are read whole. It takes time in proportion to the text.
#[must_use]
pub fn read(language: Language, text: &str, runtime: &Runtime) -> Reading {
    let mut lexer = Lexer::new(text);
    match language {
        Language::Css => css::read(&mut lexer),
        Language::Go => go::read(&mut lexer),
        Language::Html => html::read(&mut lexer),
        Language::JavaScript => return script::read_javascript(text, runtime),
        Language::Json => return json::read(text, runtime),
        Language::Jsonc => return json::read_with_comments(text, runtime),
        Language::Markdown => markdown::read(&mut lexer),
        Language::Python => python::read(&mut lexer),
        Language::Rust => rust::read(&mut lexer),
        Language::Shell => shell::read(&mut lexer),
        Language::Toml => return toml::read(text),
        Language::Tsx => {
            script::read(&mut lexer, Dialect::TSX);
        }
        Language::TypeScript => {
            script::read(&mut lexer, Dialect::TYPESCRIPT);
        }
        Language::Yaml => return yaml::read(text),
    }
    lexer.finish()
}
