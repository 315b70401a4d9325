//! How many bytes a process sends at the same time.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::Error;

/// The limit, in bytes, unless it is set.
pub(crate) const BYTES_IN_FLIGHT: u64 = 256 << 20;

/// The bodies that are being sent: taken from the caller, and neither with the engine nor refused.
#[derive(Debug)]
pub(crate) struct InFlight {
    limit: u64,
    bytes: AtomicU64,
}

/// Room for some bytes, until it is dropped.
#[derive(Debug)]
#[must_use]
pub(super) struct Room<'a> {
    of: &'a InFlight,
    bytes: u64,
}

impl InFlight {
    pub(crate) fn new(limit: u64) -> Self {
        Self {
            limit,
            bytes: AtomicU64::new(0),
        }
    }

    /// Room for so many bytes, or an error where others are sent that leave none. What is longer than the limit goes
    /// alone: else it could never be sent.
    pub(super) fn enter(&self, bytes: u64) -> Result<Room<'_>, Error> {
        let entered = self
            .bytes
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |others| {
                let sum = others.saturating_add(bytes);
                (others == 0 || sum <= self.limit).then_some(sum)
            });
        match entered {
            Ok(_) => Ok(Room { of: self, bytes }),
            Err(others) => Err(Error::InFlight {
                bytes: others,
                limit: self.limit,
            }),
        }
    }
}

impl Drop for Room<'_> {
    fn drop(&mut self) {
        self.of.bytes.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_room_up_to_the_limit_and_again_when_others_have_left() {
        let in_flight = InFlight::new(10);
        let first = in_flight.enter(4).unwrap();
        let second = in_flight.enter(6).unwrap();
        let refused = in_flight.enter(1).unwrap_err();
        assert!(
            matches!(
                refused,
                Error::InFlight {
                    bytes: 10,
                    limit: 10
                }
            ),
            "{refused}"
        );
        drop(in_flight.enter(0).unwrap());
        drop(first);
        drop(in_flight.enter(4).unwrap());
        assert!(in_flight.enter(5).is_err());
        drop(second);
        drop(in_flight.enter(10).unwrap());
    }

    #[test]
    fn what_is_longer_than_the_limit_goes_alone() {
        let in_flight = InFlight::new(10);
        let short = in_flight.enter(1).unwrap();
        assert!(in_flight.enter(11).is_err());
        drop(short);
        let long = in_flight.enter(11).unwrap();
        assert!(in_flight.enter(1).is_err());
        assert!(in_flight.enter(u64::MAX).is_err());
        drop(long);
        drop(in_flight.enter(1).unwrap());
    }
}
