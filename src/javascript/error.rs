//! Why a text is no program, as people are told.

use std::fmt;

use kilowat_kernels::javascript::error;
use kilowat_operations::ops::{JavaScriptError, JavaScriptErrorKind};

use super::position::{LineIndex, Position};

/// Why there is no tree of a text.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The text is not valid in its goal.
    #[error(transparent)]
    Syntax(Box<SyntaxError>),
    /// No tier could answer, or there is no memory.
    #[error(transparent)]
    Runtime(#[from] crate::Error),
}

/// What is wrong with a text, and where.
///
/// ```
/// use kilowat::javascript::{self, Error, Goal};
///
/// let text = b"let a = 1;\nlet a = 2;\n";
/// let Err(Error::Syntax(error)) = javascript::parse(text, Goal::Script) else { panic!() };
/// assert_eq!((error.position.line, error.position.column), (2, 5));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SyntaxError {
    /// Where it shows.
    pub position: Position,
    /// The line there, whole, without its end.
    pub line_text: String,
    /// How many characters are marked from there on, 1 at least.
    pub width: usize,
    /// Another place that has to do with it.
    pub related: Option<Related>,
    /// What is wrong, and its offsets in bytes.
    pub error: JavaScriptError,
}

/// Another place that has to do with what is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Related {
    /// Where it is.
    pub position: Position,
    /// What is there, in words: `first declared here`.
    pub words: &'static str,
}

impl SyntaxError {
    /// Finds the places of an error in its text.
    #[must_use]
    pub fn new(text: &[u8], error: JavaScriptError) -> Self {
        // What is not UTF-8 is shown as far as it is.
        let lossy = String::from_utf8_lossy(text);
        let (source, start, end) = match str::from_utf8(text) {
            Ok(source) => (source, error.start as usize, error.end as usize),
            Err(fault) => {
                let start = fault.valid_up_to();
                (&*lossy, start, start)
            }
        };
        let lines = LineIndex::new(source);
        let start = floor(source, start);
        let position = lines.position(start);
        let line_text = lines.text(position.line).to_owned();
        let marked = source.get(start..floor(source, end)).unwrap_or("");
        let first = marked.lines().next().unwrap_or("");
        let related = error.related.map(|offset| Related {
            position: lines.position(floor(source, offset as usize)),
            words: related_words(error.code),
        });
        Self {
            position,
            line_text,
            width: first.chars().count().max(1),
            related,
            error,
        }
    }

    /// What is wrong, in words.
    #[must_use]
    pub fn message(&self) -> String {
        self.error.words().to_string()
    }
}

/// The last place up to that offset where a character begins.
fn floor(source: &str, offset: usize) -> usize {
    source.floor_char_boundary(offset.min(source.len()))
}

fn related_words(code: u32) -> &'static str {
    match code {
        error::REDECLARED | error::PRIVATE_TWICE | error::PARAMETER_TWICE => "first declared here",
        error::EXPORT_TWICE => "first exported here",
        error::LABEL_TWICE
        | error::PROTO_TWICE
        | error::DEFAULT_TWICE
        | error::CONSTRUCTOR_TWICE => "first here",
        error::EXPECTED | error::END | error::UNEXPECTED | error::JSX_OPEN | error::JSX_CLOSING => {
            "opened here"
        }
        _ => "see here",
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Position { line, column } = self.position;
        write!(
            formatter,
            "line {line}, column {column}: {}",
            self.error.words()
        )?;
        if let Some(Related { position, words }) = &self.related {
            write!(
                formatter,
                " ({words}: line {}, column {})",
                position.line, position.column
            )?;
        }
        Ok(())
    }
}

impl std::error::Error for SyntaxError {}

impl SyntaxError {
    /// Whether the text is too long or too deep, and not wrong.
    #[must_use]
    pub fn is_too_large(&self) -> bool {
        self.error.kind == JavaScriptErrorKind::TooLarge
    }
}

impl From<Error> for std::io::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::Runtime(error) => error.into(),
            error @ Error::Syntax(_) => Self::new(std::io::ErrorKind::InvalidData, error),
        }
    }
}
