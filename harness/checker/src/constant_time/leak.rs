//! Why a kernel is not known to take constant time.

use std::fmt::Write as _;

/// How many steps of the way a message gives from its start and from its end.
const SHOWN: usize = 8;

/// An instruction of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// The function's place in the binary.
    pub function: usize,
    /// Its name, with the `$`.
    pub name: String,
    /// The instruction's place in the function.
    pub index: usize,
    /// The instruction, as the text has it.
    pub instruction: String,
}

/// By what a secret shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// Which way a branch goes.
    Branch,
    /// Which operand a `select` gives: engines may branch.
    Select,
    /// From where a load reads.
    LoadAddress,
    /// To where a store writes.
    StoreAddress,
    /// Where a bulk instruction works.
    BulkAddress,
    /// How much it does.
    BulkLength,
    /// How long a division takes.
    Division,
    /// What the caller is told, who may do anything with it.
    Result,
}

impl Shown {
    fn words(self) -> &'static str {
        match self {
            Self::Branch => "a branch depends on a secret",
            Self::Select => "the choice of a `select` depends on a secret",
            Self::LoadAddress => "the address of a load depends on a secret",
            Self::StoreAddress => "the address of a store depends on a secret",
            Self::BulkAddress => "the address of a bulk instruction depends on a secret",
            Self::BulkLength => "the length of a bulk instruction depends on a secret",
            Self::Division => "an operand of a division depends on a secret",
            Self::Result => "the result of the call depends on a secret",
        }
    }
}

/// A secret that shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leak {
    /// By what.
    pub shown: Shown,
    /// Where.
    pub at: Site,
    /// The secret's name.
    pub secret: String,
    /// The instructions that the secret went through, from the first that read it on.
    pub way: Vec<Site>,
}

impl Leak {
    /// All of it in words, with the places in the text that `place` knows.
    pub fn explain(&self, place: impl Fn(&Site) -> Option<String>) -> String {
        let stated = |site: &Site| {
            let at = place(site).unwrap_or_else(|| format!("instruction {}", site.index));
            format!("`{}` in {} ({at})", site.instruction, site.name)
        };
        let mut text = format!("{}: {}", self.shown.words(), stated(&self.at));
        // Writing to a String cannot fail.
        let _ = write!(text, "\n  the secret `{}`", self.secret);
        let mut way: Vec<String> = self.way.iter().map(stated).collect();
        way.dedup();
        let left_out = way.len().saturating_sub(2 * SHOWN);
        for (index, step) in way.iter().enumerate() {
            if left_out > 0 && index == SHOWN {
                let _ = write!(text, "\n  ... {left_out} more ...");
            }
            if left_out == 0 || index < SHOWN || index >= SHOWN + left_out {
                let _ = write!(text, "\n  -> {step}");
            }
        }
        text
    }
}

/// Why an evaluation came to no end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// A secret shows.
    #[error("{}", .0.explain(|_| None))]
    Leak(Box<Leak>),
    /// The binary cannot be read, or is not valid.
    #[error("the binary is not valid: {0}")]
    Invalid(String),
    /// There is no such function.
    #[error("no function is exported as `{0}`")]
    NoExport(String),
    /// The arguments are not those of the function.
    #[error("`{export}` takes {expected} arguments, and was given {found}")]
    Arguments {
        /// The export's name.
        export: String,
        /// How many there are.
        found: usize,
        /// How many it takes.
        expected: usize,
    },
    /// An instruction of which it is not known what a secret does in it.
    #[error("`{}` in {} (instruction {}) is no instruction that can be followed", .0.instruction, .0.name, .0.index)]
    Unknown(Site),
    /// What an engine would stop at.
    #[error("`{}` in {} (instruction {}) traps: {what}", .at.instruction, .at.name, .at.index)]
    Trap {
        /// What is wrong.
        what: &'static str,
        /// Where.
        at: Site,
    },
    /// It takes longer than anyone waits.
    #[error("more than {0} instructions, and no end")]
    Endless(u64),
}
