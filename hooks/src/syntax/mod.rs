//! Whether a file's brackets, strings and comments are whole, and which of its bytes are code.

mod fault;
mod regions;

pub use fault::{Fault, Related};
pub use regions::{Kind, Region, Regions};

/// What reading a file gave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// Which of its bytes are code, comments and strings.
    pub regions: Regions,
    /// What is wrong with it, from its start on.
    pub faults: Vec<Fault>,
}
