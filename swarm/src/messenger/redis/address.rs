//! Where a Redis is.

use std::fmt;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use redis::io::tcp::TcpSettings;
use redis::sentinel::{SentinelClientBuilder, SentinelServerType};
use redis::{Client, ConnectionAddr, ConnectionInfo, IntoConnectionInfo as _};
use redis::{RedisConnectionInfo, RedisError, TlsMode};

use crate::names;
use crate::place::{self, Place};

/// The variable of the environment that names a Redis.
pub const VARIABLE: &str = "KILOWAT_REDIS";

/// The name of the swarm where none is said.
const SWARM: &str = "default";

/// The port of Sentinel.
const SENTINEL_PORT: u16 = 26_379;

/// A Redis, and the name of the swarm whose messages it keeps.
///
/// | address | what |
/// |---|---|
/// | `redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE]` | TCP |
/// | `rediss://…` | the same with TLS; certificates are those that the system trusts |
/// | `unix:/PATH[?db=…&user=…&pass=…]` | a Unix socket |
/// | `sentinel://[USER:PASSWORD@]HOST[:PORT],HOST…/MASTER[/DATABASE]` | the master of that name, as Sentinel knows it |
/// | `sentinels://…` | the same, with TLS to the master and to Sentinel |
///
/// What is shown of one has neither a user nor a password.
#[derive(Clone)]
pub struct Address {
    target: Target,
    swarm: String,
}

#[derive(Clone)]
enum Target {
    Server(Box<ConnectionInfo>),
    Sentinel(Box<Sentinel>),
}

#[derive(Clone)]
struct Sentinel {
    nodes: Vec<(String, u16)>,
    master: String,
    login: RedisConnectionInfo,
    tls: bool,
}

/// A text that is no address of a Redis.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the address of Redis {what}")]
#[non_exhaustive]
pub struct AddressError {
    /// What is wrong with it. The address itself is not shown: it may have a password.
    pub what: String,
}

fn wrong(what: impl Into<String>) -> AddressError {
    AddressError { what: what.into() }
}

impl Address {
    /// Reads an address.
    ///
    /// ```
    /// use kilowat_swarm::messenger::redis::Address;
    ///
    /// let address = Address::new("redis://agent:secret@cache.internal/2")?;
    /// assert_eq!(address.to_string(), "redis://cache.internal:6379/2");
    /// # Ok::<(), kilowat_swarm::messenger::redis::AddressError>(())
    /// ```
    ///
    /// # Errors
    /// [`AddressError`] where it is none.
    pub fn new(text: &str) -> Result<Self, AddressError> {
        let text = text.trim();
        let target = match text.split_once("://") {
            Some(("sentinel", rest)) => Target::Sentinel(Box::new(sentinel(rest, false)?)),
            Some(("sentinels", rest)) => Target::Sentinel(Box::new(sentinel(rest, true)?)),
            _ => Target::Server(Box::new(server(text)?)),
        };
        Ok(Self {
            target,
            swarm: SWARM.to_owned(),
        })
    }

    /// The address in the environment variable `KILOWAT_REDIS`; else that in the file `redis` in the folder of the
    /// swarm; else none.
    ///
    /// # Errors
    /// [`AddressError`] where what stands there is none, or the file cannot be read or is not the user's own.
    pub fn find(place: &Place) -> Result<Option<Self>, AddressError> {
        if let Some(text) = std::env::var_os(VARIABLE).filter(|text| !text.is_empty()) {
            let text = text.to_str().ok_or_else(|| wrong("is not UTF-8"))?;
            return Self::new(text).map(Some);
        }
        let file = Self::file(place);
        if !file.exists() {
            return Ok(None);
        }
        let failed = |error: &dyn fmt::Display| wrong(format!("in {}: {error}", file.display()));
        place::check_file(&file).map_err(|error| failed(&error))?;
        let text = fs::read_to_string(&file).map_err(|error| failed(&error))?;
        Self::new(&text).map(Some)
    }

    /// The file in the folder of a swarm that may name a Redis.
    #[must_use]
    pub fn file(place: &Place) -> PathBuf {
        place.folder().join("redis")
    }

    /// The same Redis for a swarm of this name, which sees nothing of others: `default` unless it is set. Programs
    /// in whatever folder and on whatever machine that say the same name share channels.
    ///
    /// # Errors
    /// [`AddressError`] where the name is none.
    pub fn swarm(mut self, name: &str) -> Result<Self, AddressError> {
        names::check("the swarm", name).map_err(|error| wrong(error.to_string()))?;
        name.clone_into(&mut self.swarm);
        Ok(self)
    }

    /// The name of the swarm.
    #[must_use]
    pub fn swarm_name(&self) -> &str {
        &self.swarm
    }

    fn has_tls(&self) -> bool {
        match &self.target {
            Target::Server(info) => matches!(info.addr(), ConnectionAddr::TcpTls { .. }),
            Target::Sentinel(sentinel) => sentinel.tls,
        }
    }

    /// What connections are made by. Sentinel is asked where the master is.
    pub(super) fn client(&self, timeout: Duration) -> Result<Client, RedisError> {
        if self.has_tls() {
            // A program may have chosen another before.
            let _ = rustls::crypto::ring::default_provider().install_default();
        }
        let sentinel = match &self.target {
            Target::Server(info) => return Client::open((**info).clone()),
            Target::Sentinel(sentinel) => sentinel,
        };
        // One after the other, as long as each has time: a client of several would wait for the first as long as the
        // system does.
        let mut failed = None;
        for node in &sentinel.nodes {
            match sentinel.client(node, timeout) {
                Ok(client) => return Ok(client),
                Err(error) => failed = Some(error),
            }
        }
        let none = || (redis::ErrorKind::EmptySentinelList, "no Sentinel is named").into();
        Err(failed.unwrap_or_else(none))
    }
}

impl Sentinel {
    fn client(
        &self,
        (host, port): &(String, u16),
        timeout: Duration,
    ) -> Result<Client, RedisError> {
        let address = if self.tls {
            ConnectionAddr::TcpTls {
                host: host.clone(),
                port: *port,
                insecure: false,
                tls_params: None,
            }
        } else {
            ConnectionAddr::Tcp(host.clone(), *port)
        };
        // It must answer in time before the client, which knows no time, asks it.
        Client::open(address.clone())?.get_connection_with_timeout(timeout)?;
        let master = self.master.clone();
        let mut builder =
            SentinelClientBuilder::new([address], master, SentinelServerType::Master)?
                .set_client_to_redis_db(self.login.db())
                .set_client_to_redis_tcp_settings(tcp());
        if let Some(user) = self.login.username() {
            builder = builder.set_client_to_redis_username(user);
        }
        if let Some(password) = self.login.password() {
            builder = builder.set_client_to_redis_password(password);
        }
        if self.tls {
            builder = builder.set_client_to_redis_tls_mode(TlsMode::Secure);
        }
        builder.build()?.get_client()
    }
}

/// What is sent is small, and somebody waits for it.
fn tcp() -> TcpSettings {
    TcpSettings::default().set_nodelay(true)
}

fn server(text: &str) -> Result<ConnectionInfo, AddressError> {
    const KINDS: [&str; 3] = ["redis://", "rediss://", "unix:"];
    if !KINDS.iter().any(|kind| text.starts_with(kind)) {
        return Err(wrong(
            "begins with none of redis://, rediss://, unix: and sentinel://",
        ));
    }
    let info = text.into_connection_info();
    let info = info.map_err(|error| wrong(format!("cannot be read: {}", error.category())))?;
    if let ConnectionAddr::TcpTls { insecure: true, .. } = info.addr() {
        return Err(wrong("asks for TLS without certificates being checked"));
    }
    // One command less that a user must be allowed.
    let settings = info.redis_settings().clone().set_skip_set_lib_name();
    Ok(info.set_redis_settings(settings).set_tcp_settings(tcp()))
}

fn sentinel(rest: &str, tls: bool) -> Result<Sentinel, AddressError> {
    let (nodes, path) = rest
        .split_once('/')
        .ok_or_else(|| wrong("of Sentinel names no master"))?;
    let (login, nodes) = match nodes.rsplit_once('@') {
        Some((login, nodes)) => (format!("{login}@"), nodes),
        None => (String::new(), nodes),
    };
    let (master, database) = path.split_once('/').unwrap_or((path, ""));
    if master.is_empty() {
        return Err(wrong("of Sentinel names no master"));
    }
    let node = |text: &str| {
        // Brackets are around an address that has colons of its own.
        let (host, port) = match text.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => {
                let port = port.parse().map_err(|_| wrong("has a port that is none"))?;
                (host, port)
            }
            _ => (text, SENTINEL_PORT),
        };
        let host = host.trim_start_matches('[').trim_end_matches(']');
        if host.is_empty() {
            return Err(wrong("of Sentinel has a host without a name"));
        }
        Ok((host.to_owned(), port))
    };
    let info = server(&format!("redis://{login}master/{database}"))?;
    Ok(Sentinel {
        nodes: nodes.split(',').map(node).collect::<Result<_, _>>()?,
        master: master.to_owned(),
        login: info.redis_settings().clone(),
        tls,
    })
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.target {
            Target::Server(info) => {
                let database = info.redis_settings().db();
                match info.addr() {
                    ConnectionAddr::Tcp(host, port) => {
                        write!(formatter, "redis://{host}:{port}/{database}")
                    }
                    ConnectionAddr::TcpTls { host, port, .. } => {
                        write!(formatter, "rediss://{host}:{port}/{database}")
                    }
                    ConnectionAddr::Unix(path) => write!(formatter, "unix:{}", path.display()),
                    _ => formatter.write_str("redis"),
                }
            }
            Target::Sentinel(sentinel) => {
                let kind = if sentinel.tls {
                    "sentinels"
                } else {
                    "sentinel"
                };
                write!(formatter, "{kind}://")?;
                for (place, (host, port)) in sentinel.nodes.iter().enumerate() {
                    let comma = if place == 0 { "" } else { "," };
                    write!(formatter, "{comma}{host}:{port}")?;
                }
                write!(formatter, "/{}/{}", sentinel.master, sentinel.login.db())
            }
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{self} {}", self.swarm)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_shown_without_what_is_secret() {
        for (text, shown) in [
            ("redis://h", "redis://h:6379/0"),
            ("redis://user:secret@h:7/3\n", "redis://h:7/3"),
            ("rediss://:secret@h", "rediss://h:6379/0"),
            ("unix:/run/r.sock", "unix:/run/r.sock"),
            ("unix:///run/r.sock?pass=secret", "unix:/run/r.sock"),
            (
                "sentinel://u:secret@a,b:7,[::1]:8/mymaster/2",
                "sentinel://a:26379,b:7,::1:8/mymaster/2",
            ),
            ("sentinels://a/m", "sentinels://a:26379/m/0"),
        ] {
            let address = Address::new(text).unwrap();
            assert_eq!(address.to_string(), shown);
            assert_eq!(format!("{address:?}"), format!("{shown} default"));
        }
        let address = Address::new("redis://h").unwrap().swarm("builds").unwrap();
        assert_eq!(address.swarm_name(), "builds");
    }

    #[test]
    fn what_is_no_address_is_refused_without_being_shown() {
        for text in [
            "",
            "secret",
            "http://secret",
            "redis://:secret@h/x",
            "rediss://secret/#insecure",
            "sentinel://secret",
            "sentinel://secret/",
            "sentinel://secret:x/m",
            "sentinel://,/m",
            "sentinel://secret/m/x",
        ] {
            let error = Address::new(text).unwrap_err().to_string();
            assert!(error.starts_with("the address of Redis "), "{error}");
            assert!(!error.contains("secret"), "{error}");
        }
        let named = Address::new("redis://h").unwrap().swarm("a}b");
        assert!(named.is_err());
    }
}
