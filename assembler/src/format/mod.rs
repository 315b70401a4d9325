//! The layout of a kernel's text.
//!
//! Whoever writes a text decides where lines break. Everything else follows from that and is decided here:
//!
//! - A line is indented by two spaces more than the line in which the innermost open parenthesis stands.
//! - Closing parentheses follow what they close; the comment behind it comes after them.
//! - One space between two words, none inside parentheses, none at the end of a line. No two blank lines, and none at
//!   the begin or end of anything.
//! - An instruction stays together with its immediates.
//! - Where a function, a block or an arm of an `if` takes several lines, each of its statements begins one.
//! - A function with a comment of its own stands after a blank line.
//! - What does not fit into 100 columns is broken: the outermost instruction that can be, one operand a line.
//! - Comments stay as they are, and where they are: on a line of their own, or behind what they belong to, in the
//!   column where they are. So do the columns of constants, the types behind the names of globals.

mod lexer;
mod printer;
mod tree;

use std::fmt;

use thiserror::Error;

use crate::error::Location;
use crate::source::Fragment;

/// A text that cannot be laid out.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub struct FormatError {
    /// Why.
    pub problem: FormatProblem,
    /// Where.
    pub at: Location,
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}", self.problem, self.at)
    }
}

/// Why a text cannot be laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FormatProblem {
    /// A parenthesis that nothing closes.
    #[error("this parenthesis is never closed: expected a `)`")]
    Unclosed,
    /// A parenthesis that closes nothing.
    #[error("this parenthesis closes nothing: there is no `(` for it")]
    Unopened,
    /// A string that does not end.
    #[error("this string does not end: expected a `\"` on the same line")]
    UnclosedString,
    /// A comment that does not end.
    #[error("this comment does not end: expected a `;)`")]
    UnclosedComment,
    /// A character that begins nothing.
    #[error("nothing begins with this character: expected `;;` or `(;` for a comment")]
    Stray,
    /// More than anyone nests.
    #[error("more than {} parentheses are open here", tree::DEPTH)]
    TooDeep,
    /// What came out does not say the same: a fault of the formatter.
    #[error("the layout would change the text: this is a fault in kilowat, please report it")]
    Changed,
}

/// The text of a file in its layout. `path` is what errors call the file.
///
/// ```
/// let text = "(func $one (result i32)\n(i32.const 1) ;; always\n)";
/// assert_eq!(
///     kilowat_assembler::format::format("one.wat", text)?,
///     "(func $one (result i32)\n  (i32.const 1)) ;; always\n"
/// );
/// # Ok::<(), kilowat_assembler::format::FormatError>(())
/// ```
///
/// # Errors
/// When parentheses, strings or comments are not closed. Whether the text is WebAssembly is not asked.
pub fn format(path: &str, text: &str) -> Result<String, FormatError> {
    let text = text.replace("\r\n", "\n");
    let failed = |(problem, offset): (FormatProblem, usize)| {
        let fragment = Fragment {
            name: path.to_owned(),
            path: path.to_owned(),
            text: text.clone(),
        };
        FormatError {
            problem,
            at: fragment.locate(offset),
        }
    };
    let tokens = lexer::lex(&text).map_err(failed)?;
    let formatted = printer::print(tree::build(&tokens).map_err(failed)?);
    let after = lexer::lex(&formatted).map_err(|_| failed((FormatProblem::Changed, 0)))?;
    if words(&tokens, false) != words(&after, false) || words(&tokens, true) != words(&after, true)
    {
        return Err(failed((FormatProblem::Changed, 0)));
    }
    Ok(formatted)
}

/// The comments of a text, or everything else, one after the other.
fn words<'t>(tokens: &'t [lexer::Token<'_>], comments: bool) -> Vec<&'t str> {
    tokens
        .iter()
        .filter(|token| token.kind.is_comment() == comments)
        .map(|token| token.text)
        .collect()
}
