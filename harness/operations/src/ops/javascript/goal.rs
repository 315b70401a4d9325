//! What a text is parsed as.

/// What a text of JavaScript is parsed as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Goal {
    /// A script: it neither imports nor exports, and is sloppy unless it says otherwise.
    Script = 0,
    /// A module, which is strict.
    Module = 1,
    /// A file that Node.js makes the body of a function: a script with `return` and `new.target` at the top.
    CommonJs = 2,
}

impl Goal {
    /// All that there are, in the order of their numbers.
    pub const ALL: [Self; 3] = [Self::Script, Self::Module, Self::CommonJs];

    /// The goal of a number.
    #[must_use]
    pub fn from_number(number: u32) -> Option<Self> {
        Self::ALL.get(number as usize).copied()
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Script => "script",
            Self::Module => "module",
            Self::CommonJs => "commonjs",
        }
    }
}
