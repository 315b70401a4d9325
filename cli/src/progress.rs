//! A progress bar for work that takes long, where a person waits in front of a terminal.

use std::cell::{Cell, RefCell};
use std::io::{self, IsTerminal as _};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Work that is done sooner than this shows no bar: it would only flicker.
const PATIENCE: Duration = Duration::from_secs(1);

/// What a bar looks like for bytes. No rate: what was read before the bar was there would spoil it.
const BYTES: &str = "{msg} {wide_bar} {percent:>3}%  {bytes}/{total_bytes}";

/// What a bar looks like for steps.
const STEPS: &str = "{msg} {wide_bar} {pos}/{len}";

/// How far some work has come.
#[derive(Debug)]
pub(crate) struct Progress {
    name: RefCell<String>,
    template: &'static str,
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
    /// The progress of reading `total` bytes of a file. `None` where a bar has no place.
    pub(crate) fn new(name: String, total: u64) -> Option<Self> {
        has_place().then(|| Self::waiting(BYTES, name, total))
    }

    /// The progress of work in `total` steps. There is no bar where it has no place.
    pub(crate) fn of_steps(total: u64) -> Self {
        let progress = Self::waiting(STEPS, String::new(), total);
        if !has_place() {
            progress.clear();
        }
        progress
    }

    fn waiting(template: &'static str, name: String, total: u64) -> Self {
        Self {
            name: RefCell::new(name),
            template,
            total,
            done: Cell::new(0),
            started: Instant::now(),
            bar: RefCell::new(Bar::Waiting),
        }
    }

    /// Says what is being done now.
    pub(crate) fn describe(&self, name: String) {
        if let Bar::Shown(bar) = &*self.bar.borrow() {
            bar.set_message(name.clone());
        }
        self.name.replace(name);
    }

    /// Takes the bar out of the way of something that is printed.
    pub(crate) fn suspend<T>(&self, print: impl FnOnce() -> T) -> T {
        match &*self.bar.borrow() {
            Bar::Shown(bar) => bar.suspend(print),
            Bar::Waiting | Bar::Cleared => print(),
        }
    }

    /// Counts bytes that were read, or steps that were done.
    pub(crate) fn advance(&self, count: u64) {
        let done = self.done.get() + count;
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
        let style = ProgressStyle::with_template(self.template);
        let bar = ProgressBar::with_draw_target(Some(self.total), ProgressDrawTarget::stderr())
            .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
            .with_message(self.name.borrow().clone());
        bar.set_position(done);
        bar
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}

/// Whether a bar has a place: not where standard error is no terminal, or where the answer goes into a
/// pipe, whose reader may hold the terminal.
fn has_place() -> bool {
    io::stderr().is_terminal() && !stdout_is_pipe()
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
