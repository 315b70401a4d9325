//! The groups of topics.

use std::collections::HashMap;
use std::sync::{MutexGuard, PoisonError};

use super::Core;
use super::link::Trouble;
use super::reply::text;
use super::scripts::{JOIN, LEAVE};
use crate::error::Error;
use crate::messenger::engine::Taker;

impl Core {
    /// Makes the groups anew that this process has joined, of a channel that the server has forgotten.
    pub(super) fn join_all(&self, channel: &str) -> Result<(), Trouble> {
        let groups: Vec<_> = self
            .groups()
            .iter()
            .filter(|((name, _), _)| name == channel)
            .map(|((_, group), is_own)| (group.clone(), *is_own))
            .collect();
        for (group, is_own) in groups {
            // All that is there has come since.
            self.join_from(channel, &group, is_own, "0")?;
        }
        Ok(())
    }

    fn groups(&self) -> MutexGuard<'_, HashMap<(String, String), bool>> {
        self.groups.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn join(&self, channel: &str, group: &str, is_own: bool) -> Result<(), Error> {
        self.groups()
            .insert((channel.to_owned(), group.to_owned()), is_own);
        let joined = self.join_from(channel, group, is_own, "$");
        joined.map_err(|trouble| self.link.error(trouble))
    }

    fn join_from(
        &self,
        channel: &str,
        group: &str,
        is_own: bool,
        from: &str,
    ) -> Result<(), Trouble> {
        let mut call = JOIN.call(&self.base(channel));
        call.arg(self.time())
            .arg(group)
            .arg(u8::from(is_own))
            .arg(from);
        let answer = text(self.link.run(&JOIN, &call)?);
        if answer == "unknown" {
            // With the channel its groups are made.
            self.open_again(channel)?;
        }
        Ok(())
    }

    /// Makes the group of a consumer anew that the server has forgotten.
    pub(super) fn join_again(&self, taker: &Taker) -> Result<(), Error> {
        let key = (taker.channel.clone(), taker.group.clone());
        let is_own = self.groups().get(&key).copied();
        let outcome = match is_own {
            Some(is_own) => self.join_from(&taker.channel, &taker.group, is_own, "0"),
            // That of a queue is made with it.
            None => self.open_again(&taker.channel).map(drop),
        };
        outcome.map_err(|trouble| self.link.error(trouble))
    }

    pub(super) fn leave(&self, channel: &str, group: &str) -> Result<(), Error> {
        self.groups()
            .remove(&(channel.to_owned(), group.to_owned()));
        let mut call = LEAVE.call(&self.base(channel));
        call.arg(self.time()).arg(group);
        let left = self.link.run(&LEAVE, &call);
        left.map(drop).map_err(|trouble| self.link.error(trouble))
    }
}
