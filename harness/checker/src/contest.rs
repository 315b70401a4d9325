//! All that can do an operation, side by side, to be timed on the same input: the native code, the
//! kernel on each engine, and the engine's [peers](crate::peers).

use crate::peers::{Peer, PeerRecording, Peers};
use crate::recording::Recording;
use kilowat_engine::{Engine, EngineError, EngineKind};
use kilowat_operations::frame::CallError;
use kilowat_operations::ops::{AnswerError, AnyCase, AnyOperation};
use kilowat_operations::session::Library;

/// A tier that runs WebAssembly, started.
#[derive(Debug)]
pub struct Tier {
    /// Which one.
    pub kind: EngineKind,
    /// For modules that are not ours, and for translating ours again and again.
    pub engine: Engine,
    /// Our modules, translated once.
    pub library: Library,
}

impl Tier {
    /// Starts a tier; nothing for [`EngineKind::Native`].
    ///
    /// # Errors
    /// [`EngineError::Unavailable`] where it does not start on this machine.
    pub fn start(kind: EngineKind) -> Result<Option<Self>, EngineError> {
        let (engine, library) = (Engine::new(kind)?, Library::new(kind)?);
        Ok(engine.zip(library).map(|(engine, library)| Self {
            kind,
            engine,
            library,
        }))
    }
}

/// Who takes part: the native code always, and these.
#[derive(Debug)]
pub struct Contest {
    /// Tiers that run WebAssembly.
    pub tiers: Vec<Tier>,
    /// Existing code, compiled.
    pub peers: Peers,
}

impl Contest {
    /// All that can do an operation: the native code, then each tier with its peers directly behind
    /// it.
    pub fn contestants(
        &self,
        operation: &dyn AnyOperation,
    ) -> impl Iterator<Item = Contestant<'_>> {
        let tiers = self.tiers.iter().flat_map(|tier| {
            let peers = self.peers.of(operation);
            let peers = peers.map(move |peer| Contestant::Peer(tier, peer));
            std::iter::once(Contestant::Kernel(tier)).chain(peers)
        });
        std::iter::once(Contestant::Native).chain(tiers)
    }
}

/// One that can do an operation.
pub enum Contestant<'a> {
    /// The native code.
    Native,
    /// Our kernel.
    Kernel(&'a Tier),
    /// A peer.
    Peer(&'a Tier, Peer<'a>),
}

impl<'a> Contestant<'a> {
    /// The name of its row: `ENGINE`, or `PEER-ENGINE`.
    #[must_use]
    pub fn name(&self) -> String {
        let engine = self.engine();
        match self.peer() {
            Some(peer) => format!("{peer}-{engine}"),
            None => engine.to_string(),
        }
    }

    /// The tier that runs it.
    #[must_use]
    pub fn engine(&self) -> EngineKind {
        match self {
            Self::Native => EngineKind::Native,
            Self::Kernel(tier) | Self::Peer(tier, _) => tier.kind,
        }
    }

    /// The name of the peer, if it is one.
    #[must_use]
    pub fn peer(&self) -> Option<&'a str> {
        match self {
            Self::Native | Self::Kernel(_) => None,
            Self::Peer(_, peer) => Some(peer.name()),
        }
    }

    /// Puts everything in place for a workload, and does it once to check the answer.
    ///
    /// # Errors
    /// [`AnswerError`], among others where the answer is not the native one.
    pub fn enter<'w>(&self, workload: &'w dyn AnyCase) -> Result<Run<'w>, AnswerError> {
        Ok(match self {
            Self::Native => Run::Native(workload),
            Self::Kernel(tier) => Run::Kernel(Box::new(Recording::new(&tier.library, workload)?)),
            Self::Peer(tier, peer) => Run::Peer(Box::new(peer.record(&tier.engine, workload)?)),
        })
    }
}

/// A contestant with everything in place.
pub enum Run<'w> {
    /// The native code, which takes its input from where it is.
    Native(&'w dyn AnyCase),
    /// Our kernel.
    Kernel(Box<Recording>),
    /// A peer.
    Peer(Box<PeerRecording>),
}

impl Run<'_> {
    /// Does the work again.
    ///
    /// # Errors
    /// [`CallError`].
    #[inline]
    pub fn repeat(&mut self) -> Result<(), CallError> {
        match self {
            Self::Native(workload) => {
                workload.run_native();
                Ok(())
            }
            Self::Kernel(recording) => recording.repeat(),
            Self::Peer(recording) => recording.repeat(),
        }
    }
}
