//! Signals that end the command: what it has not finished goes with it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use signal_hook::consts::{
    SIGALRM, SIGHUP, SIGINT, SIGPROF, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGVTALRM, SIGXCPU,
    SIGXFSZ,
};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

/// What asks a process to end, unless it does something about it.
const ENDING: [i32; 10] = [
    SIGALRM, SIGHUP, SIGINT, SIGPROF, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGVTALRM, SIGXCPU,
];

/// The file that is removed when a signal ends the command: one at most, as commands make one file at a
/// time.
static DOOMED: Mutex<Option<PathBuf>> = Mutex::new(None);

/// While this is held, no signal of those ends the command.
pub(crate) struct Hold(MutexGuard<'static, Option<PathBuf>>);

impl Hold {
    pub(crate) fn new() -> Self {
        // What is in it is whole at any time.
        Self(DOOMED.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Has a file removed when a signal ends the command.
    pub(crate) fn doom(&mut self, path: &Path) {
        *self.0 = Some(path.to_owned());
    }

    /// No file is to be removed any more.
    pub(crate) fn spare(&mut self) {
        *self.0 = None;
    }
}

/// Sees to it, from here on, that signals remove the doomed file before they end the command. What the
/// caller has had ignored stays ignored: of Ctrl-C in a shell's background job, or of a hang-up under
/// `nohup`, the command hears nothing.
///
/// To write more than a file may have (`ulimit -f`) becomes an error, which names the file, instead of
/// the end.
///
/// # Errors
/// Those of the system.
pub(crate) fn watch() -> io::Result<()> {
    static WATCHING: OnceLock<Result<(), io::ErrorKind>> = OnceLock::new();
    let watching = WATCHING.get_or_init(|| start().map_err(|error| error.kind()));
    watching.map_err(io::Error::from)
}

fn start() -> io::Result<()> {
    signal_hook::flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)))?;
    let mut signals = Signals::new(not_ignored(&ENDING))?;
    std::thread::Builder::new()
        .name("signals".to_owned())
        .spawn(move || {
            for signal in signals.forever() {
                let doomed = Hold::new();
                if let Some(path) = &*doomed.0 {
                    // In its place by now, it is gone from here. Either way the process ends as told.
                    let _ = fs::remove_file(path);
                }
                let _ = emulate_default_handler(signal);
            }
        })?;
    Ok(())
}

/// Has Ctrl-C, a hang-up and SIGTERM set a flag, and not end the command. What the caller has had ignored stays ignored.
///
/// # Errors
/// Those of the system.
pub(crate) fn set_flag(flag: &Arc<AtomicBool>) -> io::Result<()> {
    for signal in not_ignored(&[SIGHUP, SIGINT, SIGTERM]) {
        signal_hook::flag::register(signal, Arc::clone(flag))?;
    }
    Ok(())
}

fn not_ignored(signals: &[i32]) -> impl Iterator<Item = i32> {
    let ignored = ignored_by_caller();
    let signals = signals.iter().copied();
    signals.filter(move |signal| ignored & (1 << (signal - 1)) == 0)
}

/// The signals that were ignored when the command began, a bit each, the lowest for signal 1. Asked of
/// the system where it can be without code that is unsafe: on Linux. Elsewhere none is known.
fn ignored_by_caller() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    ignored(&status)
}

/// What `/proc/self/status` says is ignored.
fn ignored(status: &str) -> u64 {
    let mut lines = status.lines();
    let mask = lines.find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_ignored_is_read_from_the_status() {
        let status = "SigBlk:\t00000000ffffffff\nSigIgn:\t0000000000001003\nSigCgt:\t0\n";
        assert_eq!(ignored(status), 0x1003);
        assert_eq!(ignored(""), 0);
        assert_eq!(ignored("SigIgn:\tmany\n"), 0);
    }
}
