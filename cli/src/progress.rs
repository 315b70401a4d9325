//! A progress bar for work that takes long, where a person waits in front of a terminal.

use std::cell::{Cell, RefCell};
use std::io::{self, IsTerminal as _};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Work that is done sooner than this shows no bar: it would only flicker.
const PATIENCE: Duration = Duration::from_secs(1);

/// How often a bar that is shown is drawn while nothing comes.
const TICK: Duration = Duration::from_millis(200);

/// What a bar looks like for bytes.
const BYTES: &str =
    "{msg} {wide_bar} {percent:>3}%  {bytes}/{total_bytes}  {bytes_per_sec}  {eta} left";

/// The same where nobody knows how many there will be.
const BYTES_WITHOUT_END: &str = "{msg} {spinner} {bytes}  {bytes_per_sec}";

/// What a bar looks like for steps.
const STEPS: &str = "{msg} {wide_bar} {pos}/{len}  {eta} left";

/// How far some work has come.
#[derive(Debug)]
pub(crate) struct Progress {
    /// Hidden at first, but told of everything: it knows the rate when it is shown.
    bar: ProgressBar,
    total: Option<u64>,
    done: Cell<u64>,
    started: Instant,
    patience: Duration,
    state: RefCell<State>,
}

#[derive(Debug)]
enum State {
    /// Until the bar is shown there.
    Waiting(ProgressDrawTarget),
    Shown,
    Cleared,
}

impl Progress {
    /// The progress of reading `total` bytes, or as many as there will be. `None` where a bar has no
    /// place.
    pub(crate) fn new(name: String, total: Option<u64>) -> Option<Self> {
        let template = if total.is_some() {
            BYTES
        } else {
            BYTES_WITHOUT_END
        };
        has_place().then(|| Self::waiting(template, name, total, ProgressDrawTarget::stderr()))
    }

    /// The progress of work in `total` steps. There is no bar where it has no place.
    pub(crate) fn of_steps(total: u64) -> Self {
        let target = ProgressDrawTarget::stderr();
        let progress = Self::waiting(STEPS, String::new(), Some(total), target);
        if !has_place() {
            progress.clear();
        }
        progress
    }

    fn waiting(
        template: &'static str,
        name: String,
        total: Option<u64>,
        target: ProgressDrawTarget,
    ) -> Self {
        let style = ProgressStyle::with_template(template);
        Self {
            bar: ProgressBar::with_draw_target(total, ProgressDrawTarget::hidden())
                .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
                .with_message(name),
            total,
            done: Cell::new(0),
            started: Instant::now(),
            patience: PATIENCE,
            state: RefCell::new(State::Waiting(target)),
        }
    }

    /// Says what is being done now.
    pub(crate) fn describe(&self, name: String) {
        self.bar.set_message(name);
    }

    /// Takes the bar out of the way of something that is printed.
    pub(crate) fn suspend<T>(&self, print: impl FnOnce() -> T) -> T {
        match &*self.state.borrow() {
            State::Shown => self.bar.suspend(print),
            State::Waiting(_) | State::Cleared => print(),
        }
    }

    /// Counts bytes that were read, or steps that were done.
    pub(crate) fn advance(&self, count: u64) {
        let done = self.done.get() + count;
        self.done.set(done);
        let mut state = self.state.borrow_mut();
        if matches!(*state, State::Cleared) {
            return;
        }
        self.bar.set_position(done);
        let is_due =
            self.started.elapsed() >= self.patience && self.total.is_none_or(|total| done < total);
        if is_due && matches!(*state, State::Waiting(_)) {
            if let State::Waiting(target) = std::mem::replace(&mut *state, State::Shown) {
                self.bar.set_draw_target(target);
            }
            self.bar.tick();
            self.bar.enable_steady_tick(TICK);
        }
    }

    /// Takes the bar away for good.
    pub(crate) fn clear(&self) {
        if let State::Shown = self.state.replace(State::Cleared) {
            self.bar.finish_and_clear();
        }
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

#[cfg(test)]
mod tests {
    use indicatif::InMemoryTerm;

    use super::*;

    /// A bar that is shown at once, and the terminal that it is shown on.
    fn shown(template: &'static str, total: Option<u64>) -> (Progress, InMemoryTerm) {
        let terminal = InMemoryTerm::new(4, 100);
        let target = ProgressDrawTarget::term_like(Box::new(terminal.clone()));
        let mut progress = Progress::waiting(template, "name".to_owned(), total, target);
        progress.patience = Duration::ZERO;
        (progress, terminal)
    }

    #[test]
    fn a_bar_has_rate_and_time_left() {
        let (progress, terminal) = shown(BYTES, Some(4 << 20));
        progress.advance(1 << 20);
        let text = terminal.contents();
        assert!(text.starts_with("name "), "{text}");
        assert!(text.contains("  25%  1.00 MiB/4.00 MiB  "), "{text}");
        assert!(text.contains("/s  ") && text.ends_with("s left"), "{text}");
        progress.clear();
        assert_eq!(terminal.contents(), "");
    }

    #[test]
    fn without_a_length_there_are_bytes_and_rate() {
        let (progress, terminal) = shown(BYTES_WITHOUT_END, None);
        progress.advance(3 << 10);
        let text = terminal.contents();
        assert!(
            text.contains(" 3.00 KiB  ") && text.ends_with("/s"),
            "{text}"
        );
        drop(progress);
        assert_eq!(terminal.contents(), "");
    }

    #[test]
    fn there_is_none_for_what_is_done_soon() {
        let (mut progress, terminal) = shown(STEPS, Some(2));
        progress.patience = Duration::MAX;
        progress.advance(1);
        assert_eq!(terminal.contents(), "");
        progress.patience = Duration::ZERO;
        progress.advance(1);
        // Nothing is left to be waited for.
        assert_eq!(terminal.contents(), "");
    }
}
