//! What is looked at after edits, and what hosts are told, from the outside.

#[cfg(unix)]
mod deferred;
mod faults;
mod fixes;
mod ground;
mod pipeline;
