//! Messages that are sent with the caller's own writes, or not at all.

use super::channel::{Channel, KindOf, outgoing};
use super::embedded::send;
use super::{Message, Receipt};
use crate::error::Error;
use crate::memory::{Access as _, Memory, Within};

impl Memory<Within<'_>> {
    /// Sends a message as a part of the transaction: it is there when the transaction is committed, and not
    /// otherwise.
    ///
    /// ```
    /// # use kilowat_swarm::messenger::Message;
    /// # let folder = tempfile::tempdir()?;
    /// # let swarm = kilowat_swarm::Swarm::open(&kilowat_swarm::Place::at(folder.path().join("s")))?;
    /// let jobs = swarm.queue("reviews").open()?;
    /// swarm.memory().transaction(|t| {
    ///     t.put("pulls", "17", "waits for its review")?;
    ///     t.send(&jobs, Message::json("review", &17)?)
    /// })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As of [`Channel::send`].
    pub fn send<K: KindOf>(
        &self,
        channel: &Channel<K>,
        message: Message,
    ) -> Result<Receipt, Error> {
        let Within { now, .. } = self.access;
        let outgoing = outgoing(
            channel.swarm.runtime(),
            &channel.name,
            &channel.settings,
            channel.keys.as_ref(),
            vec![message],
            now,
        )?;
        let receipts = (self.access)
            .write(|connection, now| send(connection, now, &channel.name, &outgoing))?;
        if let Some(sent) = self.access.sent {
            sent.set(true);
        }
        let unknown =
            || Error::Unknown(crate::error::Row::new("channel", "channels", &channel.name));
        receipts.into_iter().next().ok_or_else(unknown)
    }
}
