//! What a text is parsed as.

/// What a text of JavaScript is parsed as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Goal {
    /// A script: `import` and `export` are no part of it, and it is sloppy unless it says otherwise.
    Script = 0,
    /// A module, which is strict.
    Module = 1,
    /// The body of a function that Node.js makes of a file: a script with `return` and `new.target` at the top.
    CommonJs = 2,
}
