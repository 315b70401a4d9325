//! The numbers of a tree: those that the kernel's text has in tables, and those of its header.

use std::collections::HashMap;
use std::sync::LazyLock;

use kilowat_kernels::javascript::operator::MEANINGS;
pub(super) use kilowat_kernels::javascript::{
    flag, kind, meta, method, number, property, variable,
};

/// The bits of a tree's header.
pub(super) use super::tree::bit as program;

/// The number of an operator.
pub(super) fn operator(text: &str) -> u32 {
    static OPERATORS: LazyLock<HashMap<&str, u32>> = LazyLock::new(|| {
        let rows = MEANINGS.iter();
        rows.map(|(number, _, meaning)| (meaning.trim_matches('`'), *number))
            .collect()
    });
    // Every operator of ECMAScript is in the table, as a test of all of them says.
    OPERATORS.get(text).copied().unwrap_or(0)
}
