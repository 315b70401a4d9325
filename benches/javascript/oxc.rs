//! oxc, as the native tier calls it, without the conversion of its tree.

use kilowat::javascript::Goal;
use oxc_allocator::Allocator;
use oxc_parser::{ParseOptions, Parser};
use oxc_semantic::SemanticBuilder;
use oxc_span::SourceType;

/// Whether a text is a program: as far as the parser finds, or with the checks of the semantic analysis as well.
pub(crate) fn parse(text: &str, goal: Goal, checks: bool) -> bool {
    let allocator = Allocator::default();
    let source_type = match goal {
        Goal::Script => SourceType::script(),
        Goal::Module => SourceType::mjs(),
        Goal::CommonJs => SourceType::cjs(),
    };
    let options = ParseOptions {
        parse_regular_expression: true,
        preserve_parens: true,
        ..ParseOptions::default()
    };
    let parsed = Parser::new(&allocator, text, source_type)
        .with_options(options)
        .parse();
    if parsed.panicked || !parsed.diagnostics.is_empty() {
        return false;
    }
    !checks
        || SemanticBuilder::new_compiler()
            .build(&parsed.program)
            .diagnostics
            .is_empty()
}
