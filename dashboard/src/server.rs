//! Listening, and ending.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use kilowat_swarm::Swarm;
use kilowat_swarm::monitor::Monitor;
use tokio::runtime::Runtime;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use crate::hooks::Hooks;
use crate::hub::Hub;
use crate::sampler::{Sampler, Sampling, Seen};
use crate::token::{Links, Token};
use crate::{Dashboard, Error, access, api};

/// Requests are few and short: answers are ready.
const THREADS: usize = 2;

/// How long answers that are under way have to end, when the dashboard is stopped.
const GRACE: Duration = Duration::from_secs(5);

/// How long to wait where the system gives no connection, as when there are no more descriptors.
const RECOVERY: Duration = Duration::from_millis(100);

/// What answers are made from.
pub(crate) struct Shared {
    pub(crate) swarm: Swarm,
    pub(crate) monitor: Monitor,
    pub(crate) hub: Arc<Hub>,
    pub(crate) seen: Arc<Mutex<Seen>>,
    pub(crate) token: Token,
    pub(crate) links: Links,
    /// The name of the cookie: browsers take the ports of a host for one.
    pub(crate) cookie: String,
    /// Whether who only looks needs the token, too.
    pub(crate) asks_all: bool,
    pub(crate) hosts: Vec<String>,
    pub(crate) hooks: Hooks,
    sampling: Sampling,
}

impl Shared {
    /// Has the swarm looked at now.
    pub(crate) fn look(&self) {
        self.sampling.wake();
    }
}

/// A dashboard that runs, until this is stopped or dropped.
#[derive(Debug)]
pub struct Running {
    addresses: Vec<SocketAddr>,
    code: String,
    hub: Arc<Hub>,
    stop: watch::Sender<bool>,
    runtime: Option<Runtime>,
    listening: Option<tokio::task::JoinHandle<()>>,
}

impl Running {
    pub(crate) fn start(dashboard: Dashboard) -> Result<Self, Error> {
        let failed = |cause| Error::Start { cause };
        let is_known = dashboard.token.is_some();
        let open = dashboard
            .listen
            .iter()
            .find(|address| !access::is_own(address.ip()));
        if let Some(address) = open.filter(|_| !is_known) {
            return Err(Error::Open { address: *address });
        }
        let listeners = bind(&dashboard.listen)?;
        let addresses: Vec<_> = listeners.iter().map(|(_, address)| *address).collect();
        let port = addresses.first().map_or(0, SocketAddr::port);
        let token = match dashboard.token {
            Some(token) => token,
            None => Token::draw().map_err(failed)?,
        };
        let swarm = dashboard.swarm;
        let hooks = Hooks::new(&swarm, &dashboard.project);
        let epoch = format!("{}-{}", std::process::id(), swarm.now());
        let hub = Arc::new(Hub::new(epoch, dashboard.most_streams));
        let seen = Arc::default();
        let sampler = Sampler::new(&swarm, &hub, &seen, dashboard.on_alert);
        let links = Links::default();
        let code = links.draw().map_err(failed)?;
        let shared = Arc::new(Shared {
            monitor: swarm.monitor(),
            sampling: sampler.start().map_err(failed)?,
            swarm,
            hub: Arc::clone(&hub),
            seen,
            token,
            links,
            cookie: format!("kilowat-{port}"),
            asks_all: is_known,
            hosts: dashboard.hosts,
            hooks,
        });
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(THREADS)
            .thread_name("dashboard")
            .enable_all()
            .build()
            .map_err(failed)?;
        let (stop, stopped) = watch::channel(false);
        let room = Arc::new(Semaphore::new(dashboard.most_connections));
        let head_within = dashboard.head_within;
        let routes = api::routes(shared);
        let mut tasks = JoinSet::new();
        for (listener, address) in listeners {
            let _inside = runtime.enter();
            let listener = tokio::net::TcpListener::from_std(listener)
                .map_err(|cause| Error::Listen { address, cause })?;
            let (routes, room) = (routes.clone(), Arc::clone(&room));
            tasks.spawn_on(
                listen(listener, routes, room, stopped.clone(), head_within),
                runtime.handle(),
            );
        }
        drop(routes);
        let listening = runtime.spawn(async move { while tasks.join_next().await.is_some() {} });
        Ok(Self {
            addresses,
            code,
            hub,
            stop,
            runtime: Some(runtime),
            listening: Some(listening),
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Where the page is.
    #[must_use]
    pub fn url(&self) -> String {
        self.at(crate::page::PATH)
    }

    /// A link that makes the browser known that is the first to open it. It is good for an hour.
    #[must_use]
    pub fn link(&self) -> String {
        self.at(&format!("/login?code={}", self.code))
    }

    fn at(&self, path: &str) -> String {
        let address = self.addresses.first();
        address.map_or_else(String::new, |address| format!("http://{address}{path}"))
    }

    /// Ends it: nothing new is accepted, pages are told, and what is under way has five seconds to end.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        self.stop.send_replace(true);
        self.hub.end();
        if let (Some(runtime), Some(listening)) = (self.runtime.take(), self.listening.take()) {
            // What is still under way then ends with the threads.
            let _ = runtime.block_on(async { tokio::time::timeout(GRACE, listening).await });
            runtime.shutdown_timeout(GRACE);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end();
    }
}

/// Listens at all addresses, on one port where it is one that is free. A machine need not have IPv6.
fn bind(addresses: &[SocketAddr]) -> Result<Vec<(TcpListener, SocketAddr)>, Error> {
    let mut listeners = Vec::new();
    let mut port = None;
    for address in addresses {
        let mut address = *address;
        if let Some(port) = port.filter(|_| address.port() == 0) {
            address.set_port(port);
        }
        let bound = TcpListener::bind(address).and_then(|listener| {
            listener.set_nonblocking(true)?;
            let address = listener.local_addr()?;
            Ok((listener, address))
        });
        match bound {
            Ok(bound) => {
                port.get_or_insert(bound.1.port());
                listeners.push(bound);
            }
            Err(cause)
                if address.is_ipv6()
                    && !listeners.is_empty()
                    && cause.kind() != io::ErrorKind::AddrInUse =>
            {
                tracing::info!(%address, %cause, "not listening there");
            }
            Err(cause) => return Err(Error::Listen { address, cause }),
        }
    }
    Ok(listeners)
}

/// Answers who comes, until it is to stop.
async fn listen(
    listener: tokio::net::TcpListener,
    routes: Router,
    room: Arc<Semaphore>,
    mut stopped: watch::Receiver<bool>,
    head_within: Duration,
) {
    let graceful = GracefulShutdown::new();
    let mut builder = hyper::server::conn::http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(head_within)
        .max_buf_size(64 << 10);
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &room) => accepted,
            _ = stopped.wait_for(|stopped| *stopped) => break,
        };
        let (stream, place) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection was not accepted");
                tokio::time::sleep(RECOVERY).await;
                continue;
            }
        };
        // Events are small, and late when they are held back.
        let _ = stream.set_nodelay(true);
        let service = TowerToHyperService::new(routes.clone());
        let connection = builder.serve_connection(TokioIo::new(stream), service);
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            // Whoever it was has gone away, or speaks no HTTP.
            let _ = connection.await;
            drop(place);
        });
    }
    drop(listener);
    graceful.shutdown().await;
}

/// The next connection, when there is room for it.
async fn accept(
    listener: &tokio::net::TcpListener,
    room: &Arc<Semaphore>,
) -> io::Result<(tokio::net::TcpStream, tokio::sync::OwnedSemaphorePermit)> {
    let place = Arc::clone(room).acquire_owned().await;
    let place = place.map_err(io::Error::other)?;
    let (stream, _) = listener.accept().await?;
    Ok((stream, place))
}
