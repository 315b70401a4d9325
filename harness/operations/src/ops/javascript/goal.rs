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

impl Goal {
    /// The same, with JSX among the expressions.
    #[must_use]
    pub fn with_jsx(self) -> Dialect {
        Dialect {
            goal: self,
            jsx: true,
        }
    }
}

/// What a text of JavaScript is parsed as, and with what beside the language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Dialect {
    /// What it is.
    pub goal: Goal,
    /// Whether elements of JSX may stand among its expressions. A program without any is the same program either way.
    pub jsx: bool,
}

impl Dialect {
    /// What is added to the number of a goal where JSX is allowed.
    pub const JSX: u32 = 4;

    /// Its number, as a kernel has it.
    #[must_use]
    pub fn number(self) -> u32 {
        let jsx = if self.jsx { Self::JSX } else { 0 };
        self.goal as u32 | jsx
    }

    /// The dialect of a number.
    #[must_use]
    pub fn from_number(number: u32) -> Option<Self> {
        let goal = Goal::from_number(number & !Self::JSX)?;
        Some(Self {
            goal,
            jsx: number & Self::JSX != 0,
        })
    }
}

impl From<Goal> for Dialect {
    fn from(goal: Goal) -> Self {
        Self { goal, jsx: false }
    }
}
