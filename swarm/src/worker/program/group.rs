//! A program with all that it has started.

use std::io;
use std::process::{Child, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

const PAUSE: Duration = Duration::from_millis(2);

/// The process group that a child leads. The child is not reaped before the group is killed: until then its number,
/// which is that of the group, is nobody else's.
#[derive(Debug)]
pub(super) struct Group {
    child: Child,
    leader: Option<Pid>,
}

impl Group {
    pub(super) fn new(child: Child) -> Self {
        let leader = Pid::from_raw(child.id().cast_signed());
        Self { child, leader }
    }

    /// Whether the leader has ended.
    pub(super) fn has_ended(&self) -> bool {
        let Some(leader) = self.leader else {
            return true;
        };
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        // Where it cannot be asked for, there is no such child.
        !matches!(waitid(WaitId::Pid(leader), options), Ok(None))
    }

    /// Asks all of the group to end, and waits for the leader for so long.
    pub(super) fn ask_to_end(&self, patience: Duration) {
        self.signal(Signal::TERM);
        let began = Instant::now();
        while !self.has_ended() && began.elapsed() < patience {
            thread::sleep(PAUSE);
        }
    }

    /// Kills what is left of the group, and says how the leader has ended.
    pub(super) fn end(mut self) -> io::Result<ExitStatus> {
        self.signal(Signal::KILL);
        self.child.wait()
    }

    fn signal(&self, signal: Signal) {
        if let Some(leader) = self.leader {
            // There may be nobody left.
            let _ = kill_process_group(leader, signal);
        }
    }
}
