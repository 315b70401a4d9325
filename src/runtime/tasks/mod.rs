//! Calls from asynchronous tasks: they wait for their turn without keeping a thread.

#[cfg(feature = "tokio")]
mod pieces;

use kilowat_operations::ops::Value;

#[cfg(feature = "tokio")]
pub(crate) use pieces::Pieces;

use super::{Error, Outcome, Runtime};
use crate::semaphore::Semaphore;

impl Runtime {
    /// Makes calls from an asynchronous task, on whatever executor: it awaits its turn, does the work on the
    /// task's own thread, and hands the turn on. Thousands of tasks may wait at the same time, and
    /// none of them keeps a thread.
    ///
    /// A call is computation, which takes its thread for as long as it runs: this is for inputs of up to
    /// a mebibyte or so. Longer ones go through in pieces, between which other tasks of the thread go
    /// on, with the feature `tokio`: by `hash::Sink`, `lz4::AsyncFrameReader` and
    /// `lz4::AsyncFrameWriter`. Functions of a user's own module have turns of their own: for these there
    /// is [`execute_async`](Self::execute_async).
    ///
    /// Tasks wait in line behind threads, and are served in the order in which they came. A
    /// future that is dropped before its turn has done nothing, and keeps nobody waiting.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), kilowat::Error> {
    /// let runtime = kilowat::Runtime::new();
    /// let digest = runtime.in_turn(|runtime| runtime.sha256(b"abc")).await?;
    /// assert_eq!(digest[..4], [0xba, 0x78, 0x16, 0xbf]);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn in_turn<T>(&self, work: impl FnOnce(&Self) -> T) -> T {
        let permit = self.turns().task_turn().await;
        permit.spend(|| work(self))
    }

    /// [`execute`](Self::execute) from an asynchronous task, with the notes of
    /// [`in_turn`](Self::in_turn): it awaits its turn, also where the function is one of a user's own
    /// module.
    ///
    /// # Errors
    /// As of `execute`.
    pub async fn execute_async(
        &self,
        module: &str,
        operation: &str,
        arguments: &[Value],
    ) -> Result<Outcome, Error> {
        let [lane, ..] = self.shared.lanes(module)?;
        let permit = lane.instances.turns().task_turn().await;
        permit.spend(|| self.execute(module, operation, arguments))
    }

    /// The turns of all built-in modules.
    pub(crate) fn turns(&self) -> &Semaphore {
        &self.shared.turns
    }
}
