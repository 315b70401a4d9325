//! The ways to a Redis beside a socket: TLS, and Sentinel with a master that fails.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use kilowat_swarm::Place;
use kilowat_swarm::messenger::Receipt;
use kilowat_swarm::messenger::redis::{Address, Health};

use super::super::super::{Folder, command};
use super::super::numbered;
use super::Server;
use super::faults::{drain, each_once, open, queue};

/// Longer than any machine needs.
const LONG: Duration = Duration::from_secs(30);

/// A port that nobody listens at.
pub(super) fn free_port() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port().to_string()
}

/// Ends with this.
struct Sentinel(Child);

impl Drop for Sentinel {
    fn drop(&mut self) {
        // It ends with nothing but this.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn sentinel_leads_to_the_replica_that_takes_over() {
    let (first_port, second_port, port) = (free_port(), free_port(), free_port());
    let local = [
        "--bind",
        "127.0.0.1",
        "--masteruser",
        "admin",
        "--masterauth",
        "admin",
    ];
    let Some(mut first) = Server::with(&[&local[..], &["--port", &first_port]].concat()) else {
        return;
    };
    let second = [&local[..], &["--port", &second_port]].concat();
    let second = Server::with(&second).unwrap();
    second.admin(&["REPLICAOF", "127.0.0.1", &first_port]);
    let began = Instant::now();
    while !first
        .admin(&["INFO", "replication"])
        .contains("state=online")
    {
        assert!(began.elapsed() < LONG);
        thread::sleep(Duration::from_millis(5));
    }
    let folder = Folder::new();
    let settings = folder.path("sentinel.conf");
    let text = format!(
        "port {port}\nbind 127.0.0.1\ndir {}\nsentinel monitor m 127.0.0.1 {first_port} 1\n\
         sentinel auth-user m admin\nsentinel auth-pass m admin\n\
         sentinel down-after-milliseconds m 300\nsentinel failover-timeout m 2000\n",
        settings.parent().unwrap().display()
    );
    fs::write(&settings, text).unwrap();
    let sentinel = Command::new("redis-server")
        .arg(&settings)
        .arg("--sentinel")
        .stdout(Stdio::null())
        .spawn();
    let _sentinel = Sentinel(sentinel.unwrap());
    let address = format!("sentinel://kilowat:secret@127.0.0.1:{port}/m");
    let address = Address::new(&address).unwrap();
    let began = Instant::now();
    while Health::of(&address).version.is_none() {
        assert!(began.elapsed() < LONG, "{:?}", Health::of(&address));
        thread::sleep(Duration::from_millis(20));
    }
    // It has to have heard of the replica, which it asks the master for.
    let asks = || {
        let output = Command::new("redis-cli")
            .args(["-p", &port, "sentinel", "replicas", "m"])
            .output();
        String::from_utf8(output.unwrap().stdout).unwrap()
    };
    while !asks().contains(&second_port) {
        assert!(began.elapsed() < LONG);
        thread::sleep(Duration::from_millis(50));
    }
    let swarm = open(&folder.place(), address);
    let queue = queue(&swarm);
    for number in 0..5 {
        assert!(matches!(
            queue.send(numbered(number)).unwrap(),
            Receipt::Remote(_)
        ));
    }
    first.kill();
    for number in 5..9 {
        assert!(matches!(
            queue.send(numbered(number)).unwrap(),
            Receipt::Spooled(_)
        ));
    }
    each_once(&drain(&queue, 9), 9);
}

/// Sends and takes by way of TLS. The certificates that are trusted are in the environment.
pub(crate) fn child_that_trusts(place: &Place, address: &str) {
    let swarm = open(place, Address::new(address).unwrap());
    let queue = queue(&swarm);
    assert!(matches!(
        queue.send(numbered(0)).unwrap(),
        Receipt::Remote(_)
    ));
    each_once(&drain(&queue, 1), 1);
}

/// A certificate for `localhost` and its key, and that of who vouches for it. Says whether there is what makes them.
fn certificates(folder: &Path) -> bool {
    const EXTENSIONS: &str = "subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n";
    const KEY: &str = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";

    fs::write(folder.join("extensions"), EXTENSIONS).unwrap();
    let commands = [
        format!("req -x509 {KEY} -keyout ca.key -out ca.pem -days 2 -subj /CN=kilowat"),
        format!("req {KEY} -keyout key.pem -out request.pem -subj /CN=localhost"),
        "x509 -req -in request.pem -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 \
         -extfile extensions -out certificate.pem"
            .to_owned(),
    ];
    commands.iter().all(|command| {
        let made = Command::new("openssl")
            .current_dir(folder)
            .args(command.split_whitespace())
            .stderr(Stdio::null())
            .status();
        made.is_ok_and(|status| status.success())
    })
}

#[test]
fn tls_is_spoken_with_who_is_trusted_and_nobody_else() {
    let folder = Folder::new();
    let [key, certificate, authority] =
        ["key.pem", "certificate.pem", "ca.pem"].map(|name| folder.path(name));
    if !certificates(key.parent().unwrap()) {
        eprintln!("skipped: openssl is not installed");
        return;
    }
    let port = free_port();
    let options = [
        "--bind",
        "127.0.0.1",
        "--tls-port",
        &port,
        "--tls-auth-clients",
        "no",
        "--tls-key-file",
        key.to_str().unwrap(),
        "--tls-cert-file",
        certificate.to_str().unwrap(),
        "--tls-ca-cert-file",
        authority.to_str().unwrap(),
    ];
    let Some(_server) = Server::with(&options) else {
        return;
    };
    let address = format!("rediss://kilowat:secret@localhost:{port}");
    let status = command("trust", &folder.place(), &address)
        .env("SSL_CERT_FILE", &authority)
        .env_remove("SSL_CERT_DIR")
        .status();
    assert!(status.unwrap().success());
    let health = Health::of(&Address::new(&address).unwrap());
    assert!(
        health.version.is_none(),
        "its certificate is trusted by nobody"
    );
}
