//! What wakes those who wait in other processes: each process that waits has a socket in a folder of the swarm, and
//! who has sent something writes a byte to all that are there.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, SystemTime};

use super::bell::Chime;
use crate::identity::Id;
use crate::place;

/// What the names of the sockets end with.
const ENDING: &str = "bell";

/// How long the list of sockets is not relied on after the folder was changed: its time may stand still for two
/// changes.
const UNSETTLED: Duration = Duration::from_millis(100);

/// A folder of sockets.
#[derive(Debug)]
struct Folder {
    path: PathBuf,
    /// An address is no longer than 107 bytes: it goes by the number of the open folder, where that can be done.
    #[cfg(target_os = "linux")]
    open: File,
}

impl Folder {
    fn open(path: &Path) -> io::Result<Self> {
        Ok(Self {
            path: path.to_owned(),
            #[cfg(target_os = "linux")]
            open: File::open(path)?,
        })
    }

    #[cfg(target_os = "linux")]
    fn address(&self, name: &OsStr) -> PathBuf {
        use std::os::fd::AsRawFd as _;

        let open = self.open.as_raw_fd();
        Path::new("/proc/self/fd").join(open.to_string()).join(name)
    }

    #[cfg(not(target_os = "linux"))]
    fn address(&self, name: &OsStr) -> PathBuf {
        self.path.join(name)
    }

    fn remove(&self, name: &OsStr) {
        // A socket that nobody hears at stays until somebody else removes it.
        let _ = fs::remove_file(self.path.join(name));
    }
}

/// The socket of this process, and the thread that hears.
#[derive(Debug)]
pub(super) struct Listener {
    folder: Folder,
    name: OsString,
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Listener {
    /// Begins to hear, and rings for each byte.
    pub(super) fn open(folder: &Path, chime: Arc<Chime>) -> io::Result<Self> {
        place::own_folder(folder).map_err(io::Error::other)?;
        let folder = Folder::open(folder)?;
        let name = OsString::from(format!("{}.{ENDING}", Id::new()));
        let socket = UnixDatagram::bind(folder.address(&name))?;
        let is_over = Arc::new(AtomicBool::new(false));
        let mut listener = Self {
            folder,
            name,
            is_over: Arc::clone(&is_over),
            thread: None,
        };
        let hear = move || {
            while socket.recv(&mut [0]).is_ok() && !is_over.load(Ordering::SeqCst) {
                chime.ring();
            }
        };
        let thread = thread::Builder::new().name("doorbell".to_owned());
        listener.thread = Some(thread.spawn(hear)?);
        Ok(listener)
    }

    pub(super) fn name(&self) -> &OsStr {
        &self.name
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        let stopped = UnixDatagram::unbound()
            .and_then(|socket| socket.send_to(&[0], self.folder.address(&self.name)));
        self.folder.remove(&self.name);
        if let (Ok(_), Some(thread)) = (stopped, self.thread.take()) {
            let _ = thread.join();
        }
    }
}

/// The sockets of the other processes.
#[derive(Debug)]
pub(super) struct Neighbours {
    folder: PathBuf,
    known: Mutex<Option<Known>>,
}

/// What was found in the folder.
#[derive(Debug)]
struct Known {
    folder: Folder,
    socket: UnixDatagram,
    changed: SystemTime,
    names: BTreeSet<OsString>,
}

impl Neighbours {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            known: Mutex::default(),
        }
    }

    /// Rings at all of them but one's own. Who cannot be reached looks at the table soon enough.
    pub(super) fn ring(&self, own: Option<&OsStr>) {
        let Ok(changed) = fs::metadata(&self.folder).and_then(|folder| folder.modified()) else {
            // Nobody has ever waited.
            return;
        };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let is_current = |known: &Known| {
            let age = changed.elapsed().unwrap_or_default();
            known.changed == changed && age >= UNSETTLED
        };
        if !known.as_ref().is_some_and(is_current) {
            *known = Known::look(&self.folder, changed).ok();
        }
        let Some(known) = &*known else {
            return;
        };
        let others = known.names.iter().filter(|name| Some(&***name) != own);
        for name in others {
            let sent = known.socket.send_to(&[0], known.folder.address(name));
            if sent.is_err_and(|error| error.kind() == ErrorKind::ConnectionRefused) {
                // Its process was killed.
                known.folder.remove(name);
            }
        }
    }
}

impl Known {
    fn look(folder: &Path, changed: SystemTime) -> io::Result<Self> {
        let socket = UnixDatagram::unbound()?;
        // Who does not keep up has enough to wake from.
        socket.set_nonblocking(true)?;
        let is_bell = |name: &OsString| Path::new(name).extension() == Some(OsStr::new(ENDING));
        let names = fs::read_dir(folder)?.filter_map(|entry| Some(entry.ok()?.file_name()));
        Ok(Self {
            names: names.filter(is_bell).collect(),
            folder: Folder::open(folder)?,
            socket,
            changed,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::Bell;
    use super::*;

    const LONG: Duration = Duration::from_mins(1);

    #[test]
    fn who_waits_is_woken_from_elsewhere() {
        let folder = tempfile::tempdir().unwrap();
        // Longer than the address of a socket can be.
        let run = folder.path().join("x".repeat(150));
        let (here, there) = (Bell::new(Some(run.clone())), Bell::new(Some(run.clone())));
        let rung = here.count();
        // The first wait begins to hear, so that nothing that is rung after it is missed.
        assert!(!here.wait(rung, Duration::ZERO));
        assert!(!there.wait(there.count(), Duration::ZERO));
        thread::scope(|scope| {
            scope.spawn(|| there.ring());
            assert!(here.wait(rung, LONG));
        });
        assert_eq!(there.count(), 1, "one's own bell rings once");
        drop((here, there));
        assert_eq!(fs::read_dir(run).unwrap().count(), 0);
    }

    #[test]
    fn the_socket_of_a_killed_process_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let dead = folder.path().join("dead.bell");
        let other = folder.path().join("worker.json");
        drop(UnixDatagram::bind(&dead).unwrap());
        fs::write(&other, "{}").unwrap();
        Bell::new(Some(folder.path().to_owned())).ring();
        assert!(!dead.exists());
        assert!(other.exists());
    }
}
