//! How large and how branched a program is.

use std::borrow::Cow;

use super::kind::Kind;
use super::names;
use super::position::LineIndex;
use super::tree::{Node, Tree};

/// How large a program is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Metrics<'t> {
    /// How many lines the text has.
    pub lines: usize,
    /// Those with white space alone.
    pub blank_lines: usize,
    /// Those with comments alone.
    pub comment_lines: usize,
    /// Those with anything else.
    pub code_lines: usize,
    /// How many classes there are.
    pub classes: usize,
    /// How many constructs are open at the deepest place.
    pub nesting: u32,
    /// The functions, methods and arrow functions, in the order of the text.
    pub functions: Vec<FunctionMetrics<'t>>,
    /// The cyclomatic complexity of what is outside of functions.
    pub complexity: u32,
}

/// How large and how branched a function is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FunctionMetrics<'t> {
    /// Its name, if it has one where it stands.
    pub name: Option<Cow<'t, str>>,
    /// Its first line, counted from 1.
    pub line: usize,
    /// Its last line.
    pub end_line: usize,
    /// Offset of its first byte.
    pub start: usize,
    /// Offset of the byte behind it.
    pub end: usize,
    /// How many parameters it has.
    pub parameters: usize,
    /// Its cyclomatic complexity: 1, and 1 for each `if`, `?:`, `case`, loop, `catch`, `&&`, `||` and `??`, those of
    /// functions in it not included.
    pub complexity: u32,
}

impl<'t> Tree<'t> {
    /// How large and how branched the program is.
    ///
    /// ```
    /// use kilowat::javascript::{self, Goal};
    ///
    /// let tree = javascript::parse(b"function f(a, b) {\n  return a && b ? 1 : 2;\n}\n", Goal::Script)?;
    /// let metrics = tree.metrics();
    /// assert_eq!((metrics.functions[0].parameters, metrics.functions[0].complexity), (2, 3));
    /// # Ok::<(), kilowat::javascript::Error>(())
    /// ```
    #[must_use]
    pub fn metrics(&'t self) -> Metrics<'t> {
        let lines = LineIndex::of(self);
        let mut functions: Vec<FunctionMetrics<'t>> = Vec::new();
        let (mut classes, mut complexity) = (0, 1);
        // The functions that are open, each with how many nodes are open where it is.
        let mut open: Vec<(usize, usize)> = Vec::new();
        let mut walk = self.walk();
        while let Some(node) = walk.next_entered() {
            let depth = walk.depth();
            while open.pop_if(|(outer, _)| *outer >= depth).is_some() {}
            let kind = node.kind();
            let is_function = kind.is_function();
            if !is_function && !branches(node, kind) {
                classes += usize::from(kind.is_class());
                continue;
            }
            if is_function {
                open.push((depth, functions.len()));
                functions.push(FunctionMetrics {
                    name: names::of_value(node, walk.above()),
                    line: lines.line(node.start()),
                    end_line: lines.line(node.end().saturating_sub(1).max(node.start())),
                    start: node.start(),
                    end: node.end(),
                    parameters: node.list("params").count(),
                    complexity: 1,
                });
            } else {
                match open.last() {
                    Some((_, function)) => functions[*function].complexity += 1,
                    None => complexity += 1,
                }
            }
        }
        let (lines, blank_lines, comment_lines) = self.count_lines(&lines);
        Metrics {
            lines,
            blank_lines,
            comment_lines,
            code_lines: lines - blank_lines - comment_lines,
            classes,
            nesting: self.nesting(),
            functions,
            complexity,
        }
    }

    /// All lines, those with nothing, and those with nothing but comments. What follows the last line's end is none.
    fn count_lines(&self, lines: &LineIndex<'_>) -> (usize, usize, usize) {
        let source = self.source();
        let is_ended = source.ends_with(['\n', '\r', '\u{2028}', '\u{2029}']);
        let count = lines.count() - usize::from(source.is_empty() || is_ended);
        let mut comments = self.comments().peekable();
        let (mut blank, mut commented, mut end) = (0, 0, 0);
        for line in 1..=count {
            let text = lines.text(line);
            let mut at = text.as_ptr() as usize - source.as_ptr() as usize;
            let line_end = at + text.len();
            let (mut has_comment, mut has_code) = (false, false);
            if end > at {
                has_comment = true;
                at = end.min(line_end);
            }
            while let Some(comment) = comments.next_if(|comment| comment.start() < line_end) {
                has_code |= !is_blank(source.get(at..comment.start()).unwrap_or(""));
                has_comment = true;
                end = comment.end();
                at = end.min(line_end);
            }
            has_code |= !is_blank(source.get(at..line_end).unwrap_or(""));
            blank += usize::from(!has_code && !has_comment);
            commented += usize::from(!has_code && has_comment);
        }
        (count, blank, commented)
    }
}

fn is_blank(text: &str) -> bool {
    text.trim_ascii_start()
        .chars()
        .all(|char| char.is_whitespace() || char == '\u{feff}')
}

/// Whether the way through a program parts at a node.
fn branches(node: Node<'_>, kind: Kind) -> bool {
    match kind {
        Kind::IfStatement
        | Kind::ConditionalExpression
        | Kind::WhileStatement
        | Kind::DoWhileStatement
        | Kind::ForStatement
        | Kind::ForInStatement
        | Kind::ForOfStatement
        | Kind::CatchClause
        | Kind::LogicalExpression => true,
        Kind::SwitchCase => node.field("test").is_some(),
        Kind::AssignmentExpression => matches!(node.operator(), Some("&&=" | "||=" | "??=")),
        _ => false,
    }
}
