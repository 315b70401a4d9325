//! Writers of something that has an end: whether they are dropped before it.

use std::thread;

/// Warns where it is dropped while it is set. It is apart from what is written, whose parts can be moved
/// out.
pub(crate) struct Unfinished {
    warning: &'static str,
    is_set: bool,
}

impl Unfinished {
    /// Not set yet. `warning` is what it says.
    pub(crate) fn new(warning: &'static str) -> Self {
        Self {
            warning,
            is_set: false,
        }
    }

    /// There is something that would be lost.
    pub(crate) fn set(&mut self) {
        self.is_set = true;
    }

    /// It is known that the end is missing, or it will be there soon.
    pub(crate) fn clear(&mut self) {
        self.is_set = false;
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if self.is_set && !thread::panicking() {
            tracing::warn!("{}", self.warning);
        }
    }
}
