//! Standard input and output that the command was started without (`<&-`, `>&-`).
//!
//! Rust opens `/dev/null` in place of a closed descriptor before `main` begins: reading it would give
//! the answer for no bytes, and what is written would be lost without a word. What has been opened
//! there looks like what a caller has opened to have nothing read or printed (Python's `DEVNULL` has
//! the same flags), so that it is too late to ask in `main`. The question is asked before, when the
//! program is loaded.

use std::io;

/// An error if standard input was closed.
pub(crate) fn standard_input() -> io::Result<()> {
    imp::was_open(&imp::STDIN_WAS_CLOSED)
}

/// An error if standard output was closed.
pub(crate) fn standard_output() -> io::Result<()> {
    imp::was_open(&imp::STDOUT_WAS_CLOSED)
}

#[cfg(unix)]
mod imp {
    use std::io;
    use std::os::fd::{AsFd as _, BorrowedFd};
    use std::sync::atomic::{AtomicBool, Ordering};

    use rustix::io::{Errno, fcntl_getfd};

    pub(super) static STDIN_WAS_CLOSED: AtomicBool = AtomicBool::new(false);
    pub(super) static STDOUT_WAS_CLOSED: AtomicBool = AtomicBool::new(false);

    /// Runs before Rust's own start-up: it makes two calls of the system, and uses nothing of the
    /// standard library that has to be started.
    #[ctor::ctor(unsafe)]
    fn ask() {
        STDIN_WAS_CLOSED.store(is_closed(io::stdin().as_fd()), Ordering::Relaxed);
        STDOUT_WAS_CLOSED.store(is_closed(io::stdout().as_fd()), Ordering::Relaxed);
    }

    fn is_closed(descriptor: BorrowedFd<'_>) -> bool {
        fcntl_getfd(descriptor) == Err(Errno::BADF)
    }

    pub(super) fn was_open(was_closed: &AtomicBool) -> io::Result<()> {
        if was_closed.load(Ordering::Relaxed) {
            Err(Errno::BADF.into())
        } else {
            Ok(())
        }
    }
}

/// Elsewhere a process has handles, and reading one that is not there is an error by itself.
#[cfg(not(unix))]
mod imp {
    use std::io;

    pub(super) static STDIN_WAS_CLOSED: () = ();
    pub(super) static STDOUT_WAS_CLOSED: () = ();

    pub(super) fn was_open((): &()) -> io::Result<()> {
        Ok(())
    }
}
