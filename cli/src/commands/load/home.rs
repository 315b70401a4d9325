//! Where the messages of a load are kept.

use std::process::Command;

use anyhow::{Context as _, Result};
use kilowat::Runtime;
use kilowat_swarm::{Place, Swarm};
use tempfile::TempDir;

use super::Keeper;
#[cfg(feature = "redis")]
use super::server::Server;
#[cfg(feature = "redis")]
use kilowat_swarm::messenger::redis::{Address, VARIABLE};

/// A folder of its own, and the server, where one keeps the messages.
pub(super) struct Home {
    pub(super) place: Place,
    #[cfg(feature = "redis")]
    redis: Option<Redis>,
    _folder: TempDir,
}

#[cfg(feature = "redis")]
struct Redis {
    address: String,
    /// Nobody else uses a swarm of this name.
    swarm: String,
    /// The one that was started for it.
    server: Option<Server>,
}

impl Home {
    pub(super) fn new(engine: Keeper) -> Result<Self> {
        let folder = tempfile::tempdir().context("a folder for the swarm")?;
        #[cfg(feature = "redis")]
        let redis = match engine {
            Keeper::Embedded => None,
            Keeper::Redis => Some(Redis::new(folder.path())?),
        };
        #[cfg(not(feature = "redis"))]
        let Keeper::Embedded = engine;
        Ok(Self {
            place: Place::at(folder.path().join("swarm")),
            #[cfg(feature = "redis")]
            redis,
            _folder: folder,
        })
    }

    pub(super) fn open(&self, runtime: &Runtime) -> Result<Swarm> {
        let builder = Swarm::builder()
            .runtime(runtime.clone())
            .daily_backups(false);
        #[cfg(feature = "redis")]
        let builder = match &self.redis {
            Some(redis) => builder.redis(Some(redis.address()?)),
            None => builder,
        };
        Ok(builder.open(&self.place)?)
    }

    /// Says to another process of this program where the messages are.
    pub(super) fn tell(&self, command: &mut Command) {
        #[cfg(feature = "redis")]
        if let Some(redis) = &self.redis {
            command.env(VARIABLE, &redis.address);
            command.args(["--redis-swarm", &redis.swarm]);
        }
        #[cfg(not(feature = "redis"))]
        let _ = command;
    }

    /// Kills the server that was started for it, and starts it again. Says whether there is one.
    #[cfg_attr(
        not(feature = "redis"),
        expect(clippy::unnecessary_wraps, clippy::unused_self)
    )]
    pub(super) fn kill_server(&self) -> Result<bool> {
        #[cfg(feature = "redis")]
        if let Some(server) = self.redis.as_ref().and_then(|redis| redis.server.as_ref()) {
            server.kill()?;
            return Ok(true);
        }
        Ok(false)
    }
}

#[cfg(feature = "redis")]
impl Redis {
    fn new(folder: &std::path::Path) -> Result<Self> {
        let swarm = format!("load-{}", std::process::id());
        if let Ok(address) = std::env::var(VARIABLE)
            && !address.is_empty()
        {
            return Ok(Self {
                address,
                swarm,
                server: None,
            });
        }
        let server = Server::start(folder)?;
        Ok(Self {
            address: server.address(),
            swarm,
            server: Some(server),
        })
    }

    fn address(&self) -> Result<Address> {
        Ok(Address::new(&self.address)?.swarm(&self.swarm)?)
    }
}
