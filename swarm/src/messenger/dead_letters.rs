//! What was given up.

use serde::Serialize;

use super::channel::{Channel, KindOf};
use super::engine::row;
use crate::clock::Moment;
use crate::envelope::{Envelope, EnvelopeError};
use crate::error::{Error, Row};
use crate::identity::Id;

/// A message that was given up.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct DeadLetter {
    /// Its number among the dead letters of all channels.
    pub number: i64,
    /// The identity of the message.
    pub id: Id,
    /// The group that has given it up.
    pub group: String,
    /// Why.
    pub why: String,
    /// How often it was tried.
    pub attempts: u32,
    /// Who had it last.
    pub owner: Option<String>,
    /// When it was given up.
    pub at: Moment,
    /// The message, or what is wrong with it.
    pub message: Result<Envelope, EnvelopeError>,
}

/// A dead letter as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Letter {
    pub(super) number: i64,
    pub(super) id: Id,
    pub(super) group: String,
    pub(super) why: String,
    pub(super) attempts: u32,
    pub(super) owner: Option<String>,
    pub(super) at: Moment,
    pub(super) envelope: Vec<u8>,
}

impl<K: KindOf> Channel<K> {
    /// The dead letters behind a number, oldest first: `most` at most. From 0 on it is all.
    ///
    /// # Errors
    /// As of [every read](crate::Swarm#reads).
    pub fn dead_letters(&self, after: i64, most: u32) -> Result<Vec<DeadLetter>, Error> {
        let letters = self.engine.dead_letters(&self.name, after, most)?;
        let bytes: Vec<&[u8]> = letters.iter().map(|letter| &letter.envelope[..]).collect();
        let keys = self.keys.as_ref();
        let opened = Envelope::open_all_with(self.swarm.runtime(), &bytes, usize::MAX, keys)
            .map_err(|error| Error::envelope(row(&self.name, Id::new()), error))?;
        let letters = letters
            .iter()
            .zip(opened)
            .map(|(letter, message)| DeadLetter {
                number: letter.number,
                id: letter.id,
                group: letter.group.clone(),
                why: letter.why.clone(),
                attempts: letter.attempts,
                owner: letter.owner.clone(),
                at: letter.at,
                message,
            });
        Ok(letters.collect())
    }

    /// Has a dead letter delivered once more, with all its attempts before it.
    ///
    /// # Errors
    /// [`Error::Unknown`] where there is no such letter; the others as of [every write](crate::Swarm#writes).
    pub fn revive(&self, number: i64) -> Result<(), Error> {
        let is_there = self.engine.revive(&self.name, number)?;
        self.known(is_there, number)
    }

    /// Removes a dead letter for good.
    ///
    /// # Errors
    /// As of [`revive`](Self::revive).
    pub fn drop_dead_letter(&self, number: i64) -> Result<(), Error> {
        let is_there = self.engine.drop_letter(&self.name, number)?;
        self.known(is_there, number)
    }

    fn known(&self, is_there: bool, number: i64) -> Result<(), Error> {
        if is_there {
            return Ok(());
        }
        Err(Error::Unknown(Row::new("dead letter", &self.name, number)))
    }
}
