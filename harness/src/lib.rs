//! What stands between a kernel's binary and its users: the [engines](engine) that run it, the
//! [operations](ops) that say how it is called and what the right answer is, and the
//! [checker] that compares the two, and the [contest] that sets all that answer side by side.

pub mod checker;
pub mod contest;
pub mod engine;
pub mod fingerprint;
pub mod foreign;
pub mod frame;
pub mod generator;
pub mod module;
pub mod ops;
pub mod peers;
pub mod recording;
pub mod session;

mod versions {
    //! Versions of the engines and of the reference crates, from the lock file.
    include!(concat!(env!("OUT_DIR"), "/versions.rs"));
}
