//! What somebody sees of a run while it lasts, and how they end it.

#[cfg(unix)]
use std::os::unix::process::CommandExt as _;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::progress::Progress;
#[cfg(unix)]
use crate::signals;

/// Whether a run is to end before its time, as a signal has said: what was sent until then must still come, and the report
/// is of that.
#[derive(Debug, Clone, Default)]
pub(super) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Set by Ctrl-C, a hang-up and SIGTERM, from here on.
    pub(super) fn by_signals() -> Result<Self> {
        let interrupt = Self::default();
        #[cfg(unix)]
        signals::set_flag(&interrupt.0).context("signals")?;
        #[cfg(not(unix))]
        signal_hook::flag::register(signal_hook::consts::SIGINT, Arc::clone(&interrupt.0))
            .context("Ctrl-C")?;
        Ok(interrupt)
    }

    pub(super) fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Has a process not hear of Ctrl-C, by which only this one ends early: it is needed to the end.
pub(super) fn apart(command: &mut Command) {
    #[cfg(unix)]
    command.process_group(0);
    #[cfg(not(unix))]
    let _ = command;
}

/// A bar that has the seconds of a run.
#[derive(Debug)]
pub(super) struct Seconds {
    bar: Progress,
    shown: u64,
}

impl Seconds {
    pub(super) fn of(duration: Duration) -> Self {
        Self {
            bar: Progress::of_steps(duration.as_secs()),
            shown: 0,
        }
    }

    /// So long it has lasted. The words are asked for once a second.
    pub(super) fn at(&mut self, elapsed: Duration, words: impl FnOnce() -> String) {
        let seconds = elapsed.as_secs();
        if seconds > self.shown {
            self.bar.describe(words());
            self.bar.advance(seconds - self.shown);
            self.shown = seconds;
        }
    }
}
