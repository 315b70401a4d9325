//! Why a dashboard does not start.

use std::io;
use std::net::SocketAddr;

/// Why a dashboard does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Other machines could reach it, and there is no token.
    #[error("{address}: other machines can reach this address, so that it needs a token file")]
    Open {
        /// The address.
        address: SocketAddr,
    },
    /// It cannot listen there.
    #[error("{address}: {cause}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        cause: io::Error,
    },
    /// It cannot start its threads, or draw a token.
    #[error("the dashboard does not start: {cause}")]
    Start {
        /// What the system says.
        cause: io::Error,
    },
}
