//! JavaScript (ECMAScript 2025), and JSX where it is asked for: parsed to a tree, with all of the errors that the
//! language has before a program runs.
//!
//! A [`Tree`] is a flat list of nodes, which is read as it stands; it is walked without recursion, written as
//! [`ESTree`](Tree::to_estree_json), and asked what the program [declares](Tree::outline), how [large](Tree::metrics) it
//! is, and which modules it [names](Tree::imports).
//!
//! ```
//! use kilowat::javascript::{self, Error, Goal};
//!
//! let tree = javascript::parse(b"import { readFile } from 'node:fs';", Goal::Module)?;
//! assert_eq!(tree.imports()[0].source.as_deref(), Some("node:fs"));
//!
//! let Err(Error::Syntax(error)) = javascript::parse(b"if (a {\n}", Goal::Script) else { panic!() };
//! assert_eq!(error.position.line, 1);
//!
//! let tree = javascript::parse(b"<p>Hello, {name}!</p>", Goal::Module.with_jsx())?;
//! assert!(tree.has_jsx());
//! # Ok::<(), Error>(())
//! ```

mod error;
mod estree;
mod imports;
mod kind;
mod metrics;
mod names;
mod number;
mod outline;
mod position;
mod tree;

use kilowat_engine::EngineKind;
use kilowat_operations::ops::JavaScriptParse;

pub use error::{Error, Related, SyntaxError};
pub use estree::EsTreeOptions;
pub use imports::{Import, ImportKind};
pub use kilowat_operations::ops::{
    JavaScriptDialect as Dialect, JavaScriptError, JavaScriptErrorKind, JavaScriptGoal as Goal,
    JavaScriptWords,
};
pub use kind::Kind;
pub use metrics::{FunctionMetrics, Metrics};
pub use outline::{Item, ItemKind};
pub use position::{LineIndex, Position};
pub use tree::{Children, Event, List, Node, Tree, TreeError, TreeFault, Walk};

use crate::runtime::Runtime;

impl Runtime {
    /// Parses a text of JavaScript in UTF-8, of 60 MiB at most, as a [`Goal`], or as one [with JSX](Goal::with_jsx).
    ///
    /// # Errors
    /// [`Error::Syntax`] where it is not valid in its goal, or nested more deeply than 8,192 constructs: what is wrong,
    /// and where, as the kernel says it wherever one may be asked. [`Error::Runtime`] where no tier can answer.
    pub fn javascript_parse<'s>(
        &self,
        text: &'s [u8],
        dialect: impl Into<Dialect>,
    ) -> Result<Tree<'s>, Error> {
        let dialect = dialect.into().number();
        let limit = JavaScriptParse::bound(text.len());
        // Enough for most programs, and for the work on them.
        let mut capacity = limit.min(10 * text.len() + (64 << 10));
        loop {
            let source = (text, dialect, capacity);
            let (answer, tier) = self.run_operation_by_tier::<JavaScriptParse>(source)?;
            match answer {
                Ok(bytes) => {
                    // A text that has a tree is UTF-8.
                    return match str::from_utf8(text) {
                        Ok(source) => Ok(Tree::new(bytes, source)),
                        Err(_) => Err(located(text, JavaScriptError::not_utf8(text))),
                    };
                }
                Err(error)
                    if error.kind == JavaScriptErrorKind::OutputTooSmall && capacity < limit =>
                {
                    capacity = limit;
                }
                Err(error) => {
                    // Native code says in other words what is wrong, and at another place. The kernel's are for people.
                    let said = (tier == EngineKind::Native)
                        .then(|| self.ask_webassembly::<JavaScriptParse>(source))
                        .flatten();
                    let error = said.and_then(Result::err).unwrap_or(error);
                    return Err(located(text, error));
                }
            }
        }
    }

    /// Parses a text of which it is not known whether it is a module: first as that, and where it is none, as the body of
    /// a function of Node.js (`CommonJS`).
    ///
    /// # Errors
    /// As of [`javascript_parse`](Self::javascript_parse). Where it is neither, the error is the one further on.
    pub fn javascript_parse_any<'s>(&self, text: &'s [u8]) -> Result<Tree<'s>, Error> {
        self.parse_either(text, Goal::Module.into(), Goal::CommonJs.into())
    }

    /// The same for a text that may have JSX besides.
    ///
    /// # Errors
    /// As of [`javascript_parse_any`](Self::javascript_parse_any).
    pub fn javascript_parse_any_jsx<'s>(&self, text: &'s [u8]) -> Result<Tree<'s>, Error> {
        self.parse_either(text, Goal::Module.with_jsx(), Goal::CommonJs.with_jsx())
    }

    fn parse_either<'s>(
        &self,
        text: &'s [u8],
        first: Dialect,
        second: Dialect,
    ) -> Result<Tree<'s>, Error> {
        let of_module = match self.javascript_parse(text, first) {
            Err(Error::Syntax(error)) => error,
            other => return other,
        };
        match self.javascript_parse(text, second) {
            Err(Error::Syntax(error)) if error.error.start < of_module.error.start => {
                Err(Error::Syntax(of_module))
            }
            other => other,
        }
    }
}

/// An error, with its line and its column.
fn located(text: &[u8], error: JavaScriptError) -> Error {
    Error::Syntax(Box::new(SyntaxError::new(text, error)))
}

/// Parses a text, as of [`Runtime::javascript_parse`], on the [shared runtime](Runtime::shared).
///
/// # Errors
/// As of the method.
pub fn parse(text: &[u8], dialect: impl Into<Dialect>) -> Result<Tree<'_>, Error> {
    Runtime::shared().javascript_parse(text, dialect)
}

/// Parses a text that may be a module or not, as of [`Runtime::javascript_parse_any`], on the [shared
/// runtime](Runtime::shared).
///
/// ```
/// use kilowat::javascript::{self, Goal};
///
/// assert_eq!(javascript::parse_any(b"export {}")?.goal(), Goal::Module);
/// assert_eq!(javascript::parse_any(b"with (a) b;")?.goal(), Goal::CommonJs);
/// # Ok::<(), javascript::Error>(())
/// ```
///
/// # Errors
/// As of the method.
pub fn parse_any(text: &[u8]) -> Result<Tree<'_>, Error> {
    Runtime::shared().javascript_parse_any(text)
}

/// Parses a text that may be a module or not, and have JSX or not, as of [`Runtime::javascript_parse_any_jsx`], on the
/// [shared runtime](Runtime::shared).
///
/// # Errors
/// As of the method.
pub fn parse_any_jsx(text: &[u8]) -> Result<Tree<'_>, Error> {
    Runtime::shared().javascript_parse_any_jsx(text)
}
