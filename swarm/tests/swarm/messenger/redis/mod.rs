//! Messages in Redis: what the tests of all engines do not say.

mod addresses;
mod faults;
mod machines;
mod proxy;
mod report;
mod server;

pub(crate) use addresses::child_that_trusts;
pub(crate) use faults::child_that_spools;
pub(crate) use server::Server;
