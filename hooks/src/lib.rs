//! What is looked at after every edit of a file: digest, text, syntax, format, rules, secrets and tests, in
//! milliseconds and in process; and what a coding agent's hooks are told of it.

mod finding;
mod language;
mod limit;
pub mod rules;
pub mod scan;
pub mod security;
pub mod syntax;

pub use finding::{Finding, Severity};
pub use language::Language;
