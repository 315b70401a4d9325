//! The dashboard of a [swarm](kilowat_swarm): a page that is up to date each second, the same as JSON, and figures
//! for Prometheus.
//!
//! ```no_run
//! use kilowat_dashboard::Dashboard;
//! use kilowat_swarm::{Place, Swarm};
//!
//! let swarm = Swarm::open(&Place::find(".".as_ref())?)?;
//! let running = Dashboard::new(&swarm).start()?;
//! println!("{}", running.link());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! It listens to the machine itself, and elsewhere only with a token of one's own. Who looks at it on the machine needs
//! no token; whatever changes something needs one. [Its documentation] says what it shows and what it promises.
//!
//! [Its documentation]: https://github.com/kilowat/kilowat/blob/main/docs/dashboard.md

mod access;
mod api;
mod error;
mod hooks;
mod hub;
mod metrics;
mod page;
mod sample;
mod sampler;
mod server;
mod token;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use kilowat_hooks::init::project_of;
use kilowat_swarm::Swarm;
use kilowat_swarm::monitor::Alert;

pub use error::Error;
pub use server::Running;
pub use token::{Token, TokenError};

/// The port where none is said.
pub const PORT: u16 = 7413;

/// How often everything is looked at.
const EACH: Duration = Duration::from_secs(1);

/// Is called with each alert that becomes something else.
pub(crate) type OnAlert = Arc<dyn Fn(&Alert) + Send + Sync>;

/// A dashboard that is to be started.
#[must_use]
pub struct Dashboard {
    swarm: Swarm,
    project: PathBuf,
    listen: Vec<SocketAddr>,
    token: Option<Token>,
    hosts: Vec<String>,
    on_alert: Option<OnAlert>,
    most_streams: usize,
    most_connections: usize,
    head_within: Duration,
}

impl Dashboard {
    /// A dashboard that listens to the machine itself, at `127.0.0.1` and, where there is one, at `::1`, on [`PORT`].
    pub fn new(swarm: &Swarm) -> Self {
        Self {
            swarm: swarm.clone(),
            project: project_of(swarm.place(), ".".as_ref()),
            listen: own(PORT),
            token: None,
            hosts: Vec::new(),
            on_alert: None,
            most_streams: 256,
            most_connections: 512,
            head_within: Duration::from_secs(10),
        }
    }

    /// The project whose hooks it answers: that of the swarm, unless it is set.
    pub fn project(mut self, folder: &Path) -> Self {
        folder.clone_into(&mut self.project);
        self
    }

    /// Listens to the machine itself on another port; 0 is one that is free.
    pub fn port(mut self, port: u16) -> Self {
        self.listen = own(port);
        self
    }

    /// Listens there instead. Other machines are heard only with a [token](Self::token).
    pub fn listen(mut self, addresses: &[SocketAddr]) -> Self {
        self.listen = addresses.to_vec();
        self
    }

    /// Asks everybody for this token. Without it, there is one that is made anew at each start, and only what changes
    /// something asks for it.
    pub fn token(mut self, token: Token) -> Self {
        self.token = Some(token);
        self
    }

    /// By which name browsers may come to it, besides `localhost` and addresses: such as that of a machine.
    pub fn host(mut self, name: &str) -> Self {
        self.hosts.push(name.to_ascii_lowercase());
        self
    }

    /// Is called with each alert that becomes something else, by the thread that looks at the swarm.
    pub fn on_alert(mut self, act: impl Fn(&Alert) + Send + Sync + 'static) -> Self {
        self.on_alert = Some(Arc::new(act));
        self
    }

    /// How many pages can be open at the same time: 256, unless it is set.
    pub fn most_streams(mut self, most: usize) -> Self {
        self.most_streams = most;
        self
    }

    /// How many connections there can be at the same time: 512, unless it is set. Others wait.
    pub fn most_connections(mut self, most: usize) -> Self {
        self.most_connections = most;
        self
    }

    /// How long the head of a request may take to come, and a connection be without one: 10 seconds, unless it is set.
    pub fn head_within(mut self, longest: Duration) -> Self {
        self.head_within = longest;
        self
    }

    /// Starts it, on threads of its own. It runs until what this returns is stopped or dropped.
    ///
    /// # Errors
    /// [`Error::Open`] for an address that other machines can reach, without a token; [`Error::Listen`] where an
    /// address is taken; [`Error::Start`] where the system gives no threads.
    pub fn start(self) -> Result<Running, Error> {
        Running::start(self)
    }
}

/// The machine itself.
fn own(port: u16) -> Vec<SocketAddr> {
    vec![
        SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port),
        SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), port),
    ]
}
