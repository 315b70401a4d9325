//! A Redis of a test: a process of its own on a socket in a folder of its own, with the users that the documentation
//! names.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use kilowat_swarm::messenger::redis::{Address, Health, Problem};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// The rules that users are told to take.
const USERS: &str = include_str!("../../../../deployment/redis-users.acl");

/// A running redis-server, which ends with this.
pub(crate) struct Server {
    folder: TempDir,
    options: Vec<String>,
    child: Child,
}

impl Server {
    /// Nothing where no redis-server is installed, which is said; with `KILOWAT_REQUIRE_REDIS` that is a failure.
    pub(crate) fn start() -> Option<Self> {
        Self::with(&[])
    }

    /// The same, with options of its own: names and values by turns.
    pub(crate) fn with(options: &[&str]) -> Option<Self> {
        let is_there = Command::new("redis-server").arg("--version").output();
        if is_there.is_err() {
            assert!(
                env::var_os("KILOWAT_REQUIRE_REDIS").is_none(),
                "KILOWAT_REQUIRE_REDIS is set, and redis-server is not installed"
            );
            eprintln!("skipped: redis-server is not installed");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let users = USERS.replace("PASSWORD", "secret");
        fs::write(folder.path().join("users.acl"), users).unwrap();
        let options: Vec<_> = options.iter().map(|option| (*option).to_owned()).collect();
        let child = launch(&folder, &options);
        let server = Self {
            folder,
            options,
            child,
        };
        server.wait();
        Some(server)
    }

    fn wait(&self) {
        let began = Instant::now();
        loop {
            let health = Health::of(&self.address());
            let is_away = |problem: &Problem| matches!(problem, Problem::Unreachable(_));
            if !health.problems.iter().any(is_away) {
                return;
            }
            assert!(
                began.elapsed() < Duration::from_secs(20),
                "{:?}",
                health.problems
            );
            thread::sleep(Duration::from_millis(2));
        }
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.folder.path().join("redis.sock")
    }

    pub(crate) fn address(&self) -> Address {
        at(&self.socket())
    }

    pub(crate) fn is_running(&self) -> bool {
        kill_process(self.pid(), Signal::CONT).is_ok()
    }

    fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// It does nothing any more, and its connections stay.
    pub(crate) fn pause(&self) {
        kill_process(self.pid(), Signal::STOP).unwrap();
    }

    pub(crate) fn go_on(&self) {
        kill_process(self.pid(), Signal::CONT).unwrap();
    }

    /// Starts it again after it was killed, with what is in its file.
    pub(crate) fn restart(&mut self) {
        self.child = launch(&self.folder, &self.options);
        self.wait();
    }

    /// Starts it again with nothing.
    pub(crate) fn restart_empty(&mut self) {
        let _ = fs::remove_dir_all(self.folder.path().join("appendonlydir"));
        self.restart();
    }

    /// Asks as somebody who may do all.
    pub(crate) fn admin(&self, command: &[&str]) -> String {
        let output = Command::new("redis-cli")
            .args(["-s"])
            .arg(self.socket())
            .args(["--user", "admin", "--pass", "admin", "--no-auth-warning"])
            .args(command)
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }
}

/// The address of a socket, as the user of the rules.
pub(crate) fn at(socket: &std::path::Path) -> Address {
    let path = socket.display();
    Address::new(&format!("unix:{path}?user=kilowat&pass=secret")).unwrap()
}

fn launch(folder: &TempDir, options: &[String]) -> Child {
    let users = folder.path().join("users.acl");
    let mut text = fs::read_to_string(&users).unwrap();
    if !text.contains("user admin") {
        text.push_str("\nuser admin on >admin ~* &* +@all\n");
        fs::write(&users, text).unwrap();
    }
    Command::new("redis-server")
        .args(["--port", "0", "--save", "", "--appendonly", "yes"])
        .args(["--appendfsync", "everysec", "--daemonize", "no"])
        .arg("--dir")
        .arg(folder.path())
        .arg("--unixsocket")
        .arg(folder.path().join("redis.sock"))
        .arg("--aclfile")
        .arg(users)
        .args(options)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have been killed already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
