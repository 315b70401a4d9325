//! The swarm as programs use it: threads, processes that are killed, damaged files and clocks that jump.

mod backups;
mod checkpoints;
mod claims;
mod clocks;
mod coordination;
mod crashes;
mod damage;
mod doctor;
mod entries;
#[expect(unreachable_pub, reason = "it is public where the fuzz target has it")]
mod envelope_checks;
mod envelopes;
mod examples;
mod full_disk;
mod messenger;
mod monitor;
mod processes;
mod rollback;
mod sealed;
mod tiers;
mod transactions;
mod transfer;
mod versions;
#[cfg(target_os = "linux")]
mod workers;

use std::path::PathBuf;
use std::process::{Child, Command};
use std::sync::LazyLock;

use kilowat::{EngineKind, Runtime};
use kilowat_swarm::clock::{ManualClock, Moment};
use kilowat_swarm::memory::Put;
use kilowat_swarm::{Builder, Place, Swarm};
use tempfile::TempDir;

/// A time at which tests begin.
const START: Moment = Moment(1_800_000_000_000);

/// Most tests are not about tiers, and this one is ready at once.
static NATIVE: LazyLock<Runtime> =
    LazyLock::new(|| Runtime::with_engine(EngineKind::Native).unwrap());

/// A folder of its own for a test, with a swarm in it.
struct Folder {
    folder: TempDir,
    clock: ManualClock,
}

impl Folder {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            clock: ManualClock::new(START),
        }
    }

    fn place(&self) -> Place {
        Place::at(self.folder.path().join("swarm"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// By a clock that is set by hand, on native code, without daily backups.
    fn builder(&self) -> Builder {
        Swarm::builder()
            .runtime(NATIVE.clone())
            .clock(self.clock.clone())
            .daily_backups(false)
    }

    fn open(&self) -> Swarm {
        self.builder().open(&self.place()).unwrap()
    }
}

/// Puts with tags.
fn tagged<'p>(tags: &'p [&'p str]) -> Put<'p> {
    Put {
        tags,
        ..Put::default()
    }
}

/// This program again, as a process of its own that does what [`child`] says of `role`.
fn start(role: &str, place: &Place, argument: &str) -> Child {
    command(role, place, argument).spawn().unwrap()
}

/// The same, not started yet.
fn command(role: &str, place: &Place, argument: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "child", "--nocapture", "--test-threads=1"])
        .env("KILOWAT_TEST_ROLE", role)
        .env("KILOWAT_TEST_PLACE", place.folder())
        .env("KILOWAT_TEST_ARGUMENT", argument)
        .stdout(std::process::Stdio::null());
    command
}

/// What processes do that tests have started: nothing where no test has.
#[test]
fn child() {
    let variable = |name: &str| std::env::var(format!("KILOWAT_TEST_{name}"));
    let Ok(role) = variable("ROLE") else {
        return;
    };
    let place = Place::at(variable("PLACE").unwrap());
    let argument = variable("ARGUMENT").unwrap();
    match &*role {
        "crash" => crashes::child(&place, &argument),
        "migrate" => crashes::child_that_migrates(&place, &argument),
        "salvage" => crashes::child_that_salvages(&place, &argument),
        "count" => processes::child_that_counts(&place, &argument),
        "messages" => messenger::child_that_dies(&place, &argument),
        "send" => messenger::child_that_sends(&place, &argument),
        "consume" => messenger::child_that_consumes(&place, &argument),
        #[cfg(feature = "redis")]
        "trust" => messenger::child_that_trusts(&place, &argument),
        #[cfg(feature = "redis")]
        "spool" => messenger::child_that_spools(&place, &argument),
        "claim" => processes::child_that_claims(&place, &argument),
        _ => panic!("there is no role {role}"),
    }
}
