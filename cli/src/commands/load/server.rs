//! A redis-server for a load: on a socket, in a folder of its own, with the settings that the documentation names.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use kilowat_swarm::messenger::redis::{Address, Health, Problem};

use super::watch::apart;

/// How long it has to begin.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) struct Server {
    folder: PathBuf,
    child: Mutex<Child>,
}

impl Server {
    pub(super) fn start(folder: &Path) -> Result<Self> {
        let server = Self {
            folder: folder.to_owned(),
            child: Mutex::new(launch(folder)?),
        };
        server.wait()?;
        Ok(server)
    }

    pub(super) fn address(&self) -> String {
        address(&self.folder)
    }

    fn wait(&self) -> Result<()> {
        let address = Address::new(&self.address())?;
        let began = Instant::now();
        loop {
            let problems = Health::of(&address).problems;
            let is_away = |problem: &Problem| matches!(problem, Problem::Unreachable(_));
            match problems.iter().find(|problem| is_away(problem)) {
                None => return Ok(()),
                Some(problem) if began.elapsed() > PATIENCE => {
                    bail!("the redis-server that was started: {problem}")
                }
                Some(_) => thread::sleep(Duration::from_millis(5)),
            }
        }
    }

    /// Kills it as nothing that ends by itself is ended, and starts it again with what is in its file.
    pub(super) fn kill(&self) -> Result<()> {
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        child.kill().context("redis-server")?;
        child.wait().context("redis-server")?;
        // Somebody has to see that it is gone.
        thread::sleep(Duration::from_millis(300));
        *child = launch(&self.folder)?;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let child = self.child.get_mut().unwrap_or_else(PoisonError::into_inner);
        // One that has ended by itself cannot be killed, and is waited for.
        let _ = child.kill();
        let _ = child.wait();
    }
}

fn address(folder: &Path) -> String {
    format!("unix:{}", folder.join("redis.sock").display())
}

fn launch(folder: &Path) -> Result<Child> {
    let mut command = Command::new("redis-server");
    apart(&mut command);
    let child = command
        .args(["--port", "0", "--save", "", "--appendonly", "yes"])
        .args(["--appendfsync", "everysec", "--daemonize", "no"])
        .arg("--unixsocket")
        .arg(folder.join("redis.sock"))
        .args(["--unixsocketperm", "700", "--dir"])
        .arg(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    child.context("redis-server, which `--messenger redis` starts where `KILOWAT_REDIS` names none")
}
