//! What is looked for in files, from outside.

mod reader;
mod rules;
mod secrets;
