//! Something between a program and its Redis that cuts connections.

use std::io::{Read as _, Write as _};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use tempfile::TempDir;

/// A socket that passes on what comes, until so many bytes of replies have come.
pub(super) struct Proxy {
    folder: TempDir,
    shared: Arc<Shared>,
}

struct Shared {
    target: Mutex<PathBuf>,
    /// How many bytes of replies pass before the connection is cut.
    left: AtomicI64,
    connections: Mutex<Vec<UnixStream>>,
}

impl Proxy {
    pub(super) fn to(target: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let shared = Arc::new(Shared {
            target: Mutex::new(target.to_owned()),
            left: AtomicI64::new(i64::MAX),
            connections: Mutex::default(),
        });
        let proxy = Self {
            folder,
            shared: Arc::clone(&shared),
        };
        let listener = UnixListener::bind(proxy.socket()).unwrap();
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let target = shared.target.lock().unwrap().clone();
                // Where nobody is there the connection is closed.
                if let Ok(server) = UnixStream::connect(target) {
                    pass(&shared, stream, server);
                }
            }
        });
        proxy
    }

    pub(super) fn socket(&self) -> PathBuf {
        self.folder.path().join("proxy.sock")
    }

    /// Cuts the connection after so many bytes of replies from now on.
    pub(super) fn cut_after(&self, bytes: i64) {
        self.shared.left.store(bytes, Ordering::SeqCst);
    }

    pub(super) fn heal(&self) {
        self.cut_after(i64::MAX);
    }

    /// Leads to another server from now on.
    pub(super) fn lead_to(&self, target: &Path) {
        target.clone_into(&mut self.shared.target.lock().unwrap());
        for connection in self.shared.connections.lock().unwrap().drain(..) {
            let _ = connection.shutdown(Shutdown::Both);
        }
    }
}

fn pass(shared: &Arc<Shared>, client: UnixStream, server: UnixStream) {
    let mut connections = shared.connections.lock().unwrap();
    connections.push(client.try_clone().unwrap());
    connections.push(server.try_clone().unwrap());
    drop(connections);
    let (from_client, to_server) = (client.try_clone().unwrap(), server.try_clone().unwrap());
    thread::spawn(move || copy(&from_client, &to_server, |len| len));
    let shared = Arc::clone(shared);
    thread::spawn(move || {
        copy(&server, &client, |len| {
            let before = shared.left.fetch_sub(len as i64, Ordering::SeqCst);
            len.min(usize::try_from(before).unwrap_or(0))
        });
    });
}

/// Copies until one of them is closed, or not all of it may pass.
fn copy(mut from: &UnixStream, mut to: &UnixStream, passes: impl Fn(usize) -> usize) {
    let mut buffer = [0; 16 << 10];
    while let Ok(len @ 1..) = from.read(&mut buffer) {
        let most = passes(len);
        if to.write_all(&buffer[..most]).is_err() || most < len {
            break;
        }
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}
