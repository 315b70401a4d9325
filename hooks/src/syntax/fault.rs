//! What is wrong with the syntax of a file.

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Offset of its first byte.
    pub offset: usize,
    /// How many bytes it has.
    pub len: usize,
    /// What is wrong, as a sentence without a full stop.
    pub message: String,
    /// Another place that has to do with it.
    pub related: Option<Related>,
}

/// A place that a fault has to do with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// Its offset.
    pub offset: usize,
    /// What is there: `the bracket is opened here`.
    pub message: String,
}
