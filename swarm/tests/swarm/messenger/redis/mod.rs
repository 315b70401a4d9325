//! Messages in Redis: what the tests of all engines do not say.

mod faults;
mod machines;
mod proxy;
mod server;

pub(crate) use faults::child_that_spools;
pub(crate) use server::Server;
