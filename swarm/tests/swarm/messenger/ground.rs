//! What the tests of messages stand on, whatever keeps them: each test is made for each ground.

use kilowat_swarm::Swarm;
use kilowat_swarm::clock::ManualClock;
use kilowat_swarm::messenger::{Channel, Queue};

use super::super::Folder;
use super::numbered;

/// A swarm whose messages are kept in one way or another, by a clock that is set by hand.
pub(super) trait Ground: Sized {
    /// Nothing where what it needs is not there.
    fn new() -> Option<Self>;
    fn swarm(&self) -> &Swarm;
    fn clock(&self) -> &ManualClock;

    /// Has what has had its time removed.
    fn tidy(&self);

    fn queue(&self) -> Channel<Queue> {
        self.swarm().queue("jobs").open().unwrap()
    }

    fn send(&self, numbers: std::ops::Range<usize>) {
        self.queue()
            .send_batch(numbers.map(numbered).collect())
            .unwrap();
    }
}

/// In the database of the swarm.
pub(super) struct Embedded {
    folder: Folder,
    swarm: Swarm,
}

impl Ground for Embedded {
    fn new() -> Option<Self> {
        let folder = Folder::new();
        let swarm = folder.open();
        Some(Self { folder, swarm })
    }

    fn swarm(&self) -> &Swarm {
        &self.swarm
    }

    fn clock(&self) -> &ManualClock {
        &self.folder.clock
    }

    fn tidy(&self) {
        // Any write does.
        self.swarm.memory().put("n", "k", &1).unwrap();
    }
}

/// In a Redis of its own.
#[cfg(feature = "redis")]
pub(super) struct Remote {
    embedded: Embedded,
    server: super::redis::Server,
}

#[cfg(feature = "redis")]
impl Ground for Remote {
    fn new() -> Option<Self> {
        let server = super::redis::Server::start()?;
        let folder = Folder::new();
        let builder = folder.builder().redis(Some(server.address()));
        let swarm = builder.open(&folder.place()).unwrap();
        let embedded = Embedded { folder, swarm };
        Some(Self { embedded, server })
    }

    fn swarm(&self) -> &Swarm {
        self.embedded.swarm()
    }

    fn clock(&self) -> &ManualClock {
        self.embedded.clock()
    }

    fn tidy(&self) {
        assert!(self.server.is_running());
        let other = self.swarm().queue("other").open().unwrap();
        other.send(numbered(1)).unwrap();
    }
}

/// Makes each test for each ground.
macro_rules! on_each_ground {
    ($($test:ident)*) => {
        mod embedded {
            $(#[test] fn $test() {
                use super::super::ground::{Embedded, Ground as _};
                if let Some(ground) = Embedded::new() { super::$test(&ground); }
            })*
        }

        #[cfg(feature = "redis")]
        mod redis {
            $(#[test] fn $test() {
                use super::super::ground::{Ground as _, Remote};
                if let Some(ground) = Remote::new() { super::$test(&ground); }
            })*
        }
    };
}

pub(super) use on_each_ground;
