//! A progress bar for reading a file that takes long, where a person waits in front of a terminal.

use std::cell::{Cell, RefCell};
use std::io::{self, IsTerminal as _};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Work that is done sooner than this shows no bar: it would only flicker.
const PATIENCE: Duration = Duration::from_secs(1);

/// How far the reading of a file has come.
#[derive(Debug)]
pub(crate) struct Progress {
    name: String,
    total: u64,
    done: Cell<u64>,
    started: Instant,
    bar: RefCell<Bar>,
}

#[derive(Debug)]
enum Bar {
    Waiting,
    Shown(ProgressBar),
    Cleared,
}

impl Progress {
    /// The progress of reading `total` bytes of a file. `None` where a bar has no place: standard
    /// error is no terminal, or the answer goes into a pipe, whose reader may hold the terminal.
    pub(crate) fn new(name: String, total: u64) -> Option<Self> {
        if !io::stderr().is_terminal() || stdout_is_pipe() {
            return None;
        }
        Some(Self {
            name,
            total,
            done: Cell::new(0),
            started: Instant::now(),
            bar: RefCell::new(Bar::Waiting),
        })
    }

    /// Counts bytes that were read.
    pub(crate) fn advance(&self, bytes: u64) {
        let done = self.done.get() + bytes;
        self.done.set(done);
        let mut bar = self.bar.borrow_mut();
        match &*bar {
            Bar::Waiting if self.started.elapsed() >= PATIENCE && done < self.total => {
                *bar = Bar::Shown(self.show(done));
            }
            Bar::Shown(shown) => shown.set_position(done),
            Bar::Waiting | Bar::Cleared => {}
        }
    }

    /// Takes the bar away for good.
    pub(crate) fn clear(&self) {
        if let Bar::Shown(bar) = self.bar.replace(Bar::Cleared) {
            bar.finish_and_clear();
        }
    }

    fn show(&self, done: u64) -> ProgressBar {
        // No rate: what was read before the bar was there would spoil it.
        let template = "{msg} {wide_bar} {percent:>3}%  {bytes}/{total_bytes}";
        let style = ProgressStyle::with_template(template);
        let bar = ProgressBar::with_draw_target(Some(self.total), ProgressDrawTarget::stderr())
            .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
            .with_message(self.name.clone());
        bar.set_position(done);
        bar
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}

#[cfg(unix)]
fn stdout_is_pipe() -> bool {
    use std::fs::File;
    use std::os::fd::AsFd as _;
    use std::os::unix::fs::FileTypeExt as _;

    let stdout = io::stdout().as_fd().try_clone_to_owned().map(File::from);
    let kind = stdout.and_then(|file| Ok(file.metadata()?.file_type()));
    // What cannot be asked is no place for a bar.
    kind.map_or(true, |kind| kind.is_fifo() || kind.is_socket())
}

#[cfg(not(unix))]
fn stdout_is_pipe() -> bool {
    // A file is taken for a pipe, which costs no more than the bar.
    !io::stdout().is_terminal()
}
