//! Parsing by oxc.

use oxc_allocator::Allocator;
use oxc_parser::{ParseOptions, Parser};
use oxc_semantic::SemanticBuilder;
use oxc_span::SourceType;

use super::convert::{self, Refused};
use super::goal::{Dialect, Goal};
use super::guard;

/// How much stack the parser, the converter and the check of oxc have for one text.
pub(super) const STACK: usize = 512 << 20;

/// Why a text has no tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failure {
    /// It is none of JavaScript: a span of bytes that shows it, and words of oxc's.
    Malformed {
        start: u32,
        end: u32,
        message: String,
    },
    /// It is nested too deeply, or its tree is too high.
    TooDeep,
}

/// The words of a text's tree.
pub(super) fn parse(source: &str, dialect: Dialect) -> Result<Vec<u32>, Failure> {
    if guard::is_too_deep(source.as_bytes(), dialect) {
        return Err(Failure::TooDeep);
    }
    stacker::grow(STACK, || parse_here(source, dialect))
}

fn parse_here(source: &str, dialect: Dialect) -> Result<Vec<u32>, Failure> {
    let allocator = Allocator::default();
    let source_type = match dialect.goal {
        Goal::Script => SourceType::script(),
        Goal::Module => SourceType::mjs(),
        Goal::CommonJs => SourceType::cjs(),
    };
    let source_type = source_type.with_jsx(dialect.jsx);
    let options = ParseOptions {
        parse_regular_expression: true,
        preserve_parens: true,
        ..ParseOptions::default()
    };
    let parsed = Parser::new(&allocator, source, source_type)
        .with_options(options)
        .parse();
    let malformed = |diagnostics: oxc_diagnostics::Diagnostics| {
        let errors = diagnostics.into_iter();
        let mut errors = errors.filter(|it| it.severity == oxc_diagnostics::Severity::Error);
        let error = errors.next()?;
        let label = error.labels.first();
        let start = label.map_or(0, oxc_span::LabeledSpan::offset);
        let len = label.map_or(0, oxc_span::LabeledSpan::len);
        Some(Failure::Malformed {
            start,
            end: start + len,
            message: error.message.to_string(),
        })
    };
    if let Some(failure) = malformed(parsed.diagnostics) {
        return Err(failure);
    }
    if parsed.panicked {
        return Err(Failure::Malformed {
            start: 0,
            end: 0,
            message: "panicked".into(),
        });
    }
    let words = convert::convert(&parsed.program, dialect).map_err(|refused| match refused {
        Refused::Beyond(span) => Failure::Malformed {
            start: span.start,
            end: span.end,
            message: "this is no part of ECMAScript 2025 or JSX".into(),
        },
        Refused::TooDeep => Failure::TooDeep,
    })?;
    let checked = SemanticBuilder::new_compiler().build(&parsed.program);
    match malformed(checked.diagnostics) {
        Some(failure) => Err(failure),
        None => Ok(words),
    }
}
