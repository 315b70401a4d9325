//! Whether a kernel takes as long whatever the secrets are that it works on.
//!
//! A kernel is evaluated instruction by instruction, on real inputs, and each value and each byte of memory carries
//! whether it has been made of a secret. A secret decides no branch, no `select`, no address, no length of a bulk
//! instruction, no operand of a division, and no result of the call. What decides nothing of that cannot change which
//! instructions are executed, nor where they reach: one evaluation stands for all secrets of that length.
//!
//! What is found comes with the [way](Leak::way) from the secret to where it shows.

mod leak;
mod machine;
mod numeric;
mod program;
mod vector;

pub use leak::{Leak, Refused, Shown, Site};
pub use machine::{Outcome, Run, Tainted};
pub use program::Program;
