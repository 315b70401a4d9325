//! A swarm that is open, and how it is opened.

use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use kilowat::Runtime;

use crate::clock::{Clock, Moment, SystemClock};
use crate::database::{
    Backup, Database, Durability, Point, Points, Salvage, Settings, open_backup,
};
use crate::error::Error;
use crate::memory::{Direct, Memory, is_sound_row, sweep};
use crate::messenger::{self, BYTES_IN_FLIGHT, Bell, InFlight};
use crate::monitor::{self, Recorder};
use crate::place::Place;
use crate::rollback::{Engines, Read, System, Watch};

/// How long to wait for others, unless it is set.
const PATIENCE: Duration = Duration::from_secs(5);

/// How often what has expired is removed, in milliseconds; and how soon again where there was more.
const SWEEP_EACH: i64 = 1_000;
const SWEEP_AGAIN: i64 = 50;

/// An open swarm. Clones are the same.
///
/// Any number of threads and processes use it at the same time. All that is said to be stored is committed.
///
/// # Reads
/// A read never waits for a write. It can fail with [`Error::Name`] where a name is none, with
/// [`Error::Damaged`] where the database is damaged, with [`Error::Runtime`] where no tier of the runtime
/// answers, and with [`Error::Sqlite`] where SQLite says something else.
///
/// # Writes
/// A write that fails has changed nothing. It can fail with all that reads fail with, with [`Error::Busy`] where
/// others hold the database for too long, with [`Error::DiskFull`], with [`Error::ReadOnly`], with
/// [`Error::TooLarge`], and with [`Error::Nested`] within a transaction of the same thread.
#[derive(Debug, Clone)]
pub struct Swarm {
    shared: Arc<Shared>,
    /// Whether its messages are in the database, whatever has those of others.
    #[cfg(feature = "redis")]
    is_local: bool,
    // They end before the last of the clones does.
    _daily: Arc<Daily>,
    _watch: Arc<Option<Watch>>,
}

/// What clones share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) database: Database,
    pub(crate) engines: Arc<Engines>,
    /// Wakes those who wait for messages.
    pub(crate) bell: Bell,
    /// What this process is sending.
    pub(crate) in_flight: InFlight,
    /// What has the messages, where the database has not.
    #[cfg(feature = "redis")]
    pub(crate) redis: Option<messenger::redis::Redis>,
    /// What this process has done and not stored yet.
    pub(crate) monitor: Recorder,
    /// When the next sweep is due.
    sweep_due: AtomicI64,
}

impl Shared {
    /// Wakes those who wait for what was sent in a transaction, which is committed.
    pub(crate) fn was_sent(&self) {
        self.bell.ring();
        #[cfg(feature = "redis")]
        if let Some(redis) = &self.redis {
            redis.was_committed();
        }
    }

    /// Removes what has expired, if that was not done for a while.
    pub(crate) fn sweep_if_due(&self) {
        let now = self.database.now().0;
        let due = self.sweep_due.load(Ordering::Relaxed);
        let next = now.saturating_add(SWEEP_EACH);
        let is_mine = now >= due
            && (self.sweep_due)
                .compare_exchange(due, next, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok();
        if !is_mine {
            return;
        }
        let monitored = self.monitor.take(self.engines.all());
        let sweep_all = |connection: &_, now| -> Result<bool, Error> {
            monitor::store(connection, now, &monitored)?;
            let mut has_more = sweep(connection, now)?;
            has_more |= messenger::sweep(connection, now)?;
            has_more |= monitor::sweep(connection, now)?;
            Ok(has_more)
        };
        let swept = self.database.write(sweep_all);
        if swept.is_err() {
            self.monitor.give_back(monitored);
        }
        match swept {
            Ok(true) => {
                let again = now.saturating_add(SWEEP_AGAIN);
                self.sweep_due.store(again, Ordering::Relaxed);
            }
            Ok(false) => {}
            // What has expired stays invisible, and the next sweep comes.
            Err(error) => tracing::warn!(%error, "what has expired could not be removed"),
        }
    }
}

impl Shared {
    /// Stores what this process has done.
    pub(crate) fn store_monitored(&self) -> Result<(), Error> {
        let monitored = self.monitor.take(self.engines.all());
        let stored =
            (self.database).write(|connection, now| monitor::store(connection, now, &monitored));
        if stored.is_err() {
            self.monitor.give_back(monitored);
        }
        stored
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        // Who has only read leaves no trace.
        let has_written = self.sweep_due.load(Ordering::Relaxed) != i64::MIN;
        if has_written && !self.monitor.is_empty() {
            // Where that fails, the last second of this process is in no report.
            let _ = self.store_monitored();
        }
    }
}

/// The thread that makes the daily backup.
#[derive(Debug, Default)]
struct Daily(Mutex<Option<JoinHandle<()>>>);

impl Drop for Daily {
    fn drop(&mut self) {
        let thread = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(thread) = thread.take() {
            // A backup that was cut off would be made again by the next process.
            let _ = thread.join();
        }
    }
}

/// How a swarm is opened.
#[derive(Debug, Clone)]
#[must_use]
pub struct Builder {
    settings: Settings,
    runtime: Option<Runtime>,
    name: Option<String>,
    daily_backups: bool,
    bytes_in_flight: u64,
    #[cfg(feature = "redis")]
    redis: Option<messenger::redis::Address>,
    /// Whether a clock was set, which says the time to a Redis, too.
    #[cfg(feature = "redis")]
    has_clock: bool,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            settings: Settings {
                durability: Durability::default(),
                patience: PATIENCE,
                most_bytes: None,
                read_only: false,
                salvages: true,
                brief: false,
                rollback_journal: false,
                clock: Arc::new(SystemClock),
                points: Points::default(),
            },
            runtime: None,
            name: None,
            daily_backups: true,
            bytes_in_flight: BYTES_IN_FLIGHT,
            #[cfg(feature = "redis")]
            redis: None,
            #[cfg(feature = "redis")]
            has_clock: false,
        }
    }
}

impl Builder {
    /// What a commit survives: the end of the process, unless it is set.
    pub fn durability(mut self, durability: Durability) -> Self {
        self.settings.durability = durability;
        self
    }

    /// How long a write waits while other processes write: 5 seconds unless it is set.
    pub fn patience(mut self, patience: Duration) -> Self {
        self.settings.patience = patience;
        self
    }

    /// How large the database may become, in bytes, to the page. Writes that do not fit are
    /// [`Error::DiskFull`], and reads go on. It holds for this opening.
    pub fn most_bytes(mut self, bytes: u64) -> Self {
        self.settings.most_bytes = Some(bytes);
        self
    }

    /// Whether it is opened to be read only, which is possible where a later kilowat has written it.
    pub fn read_only(mut self, read_only: bool) -> Self {
        self.settings.read_only = read_only;
        self
    }

    /// Whether a damaged database is set aside, and what can be read of it salvaged; else it is
    /// [`Error::Damaged`]. It is, unless this is set.
    pub fn salvages(mut self, salvages: bool) -> Self {
        self.settings.salvages = salvages;
        self
    }

    /// Whether the process is over within milliseconds, as that of a hook is: it makes no daily backup, leaves what the
    /// journal has to those who come later, does not see when it is to be [rolled back](crate::rollback) after it has
    /// begun, and is in no list of those who have the swarm open. It is not, unless this is set.
    pub fn brief(mut self, brief: bool) -> Self {
        self.settings.brief = brief;
        self
    }

    /// Whether it has a journal that is rolled back, in place of a write-ahead log. On network file systems it
    /// has, whatever is set: the log needs memory that all processes share. Readers and writers wait for each
    /// other then.
    pub fn rollback_journal(mut self, rollback_journal: bool) -> Self {
        self.settings.rollback_journal = rollback_journal;
        self
    }

    /// Whether a backup is made when the last one is older than a day, by a thread beside. It is, unless this
    /// is set.
    pub fn daily_backups(mut self, daily_backups: bool) -> Self {
        self.daily_backups = daily_backups;
        self
    }

    /// How many bytes of bodies this process may send at the same time, by all its threads: 256 MiB unless it is set. More
    /// is [`Error::InFlight`], or waits where [it may](crate::messenger::Channel::send_within). What is longer than that
    /// is sent while nothing else is.
    pub fn bytes_in_flight(mut self, bytes: u64) -> Self {
        self.bytes_in_flight = bytes;
        self
    }

    /// What runs the kernels: [`Runtime::shared`] unless it is set.
    pub fn runtime(mut self, runtime: Runtime) -> Self {
        self.runtime = Some(runtime);
        self
    }

    /// What others see this process as, when they ask [which have the swarm open](crate::rollback::processes): its
    /// program unless it is set.
    pub fn name(mut self, name: &str) -> Self {
        self.name = Some(name.to_owned());
        self
    }

    /// What says the time: the clock of the machine unless it is set, and for messages in a Redis that of the server.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.settings.clock = Arc::new(clock);
        #[cfg(feature = "redis")]
        {
            self.has_clock = true;
        }
        self
    }

    /// The Redis that has the messages: the database unless it is set. Memory, agents, tasks and events stay in the
    /// database, and so does what waits while the Redis does not answer.
    #[cfg(feature = "redis")]
    pub fn redis(mut self, address: Option<messenger::redis::Address>) -> Self {
        self.redis = address;
        self
    }

    /// What is done at each [`Point`] at which a process can be killed, for tests and drills. It runs within
    /// commits.
    pub fn at_points(mut self, act: impl Fn(Point) + Send + Sync + 'static) -> Self {
        self.settings.points = Points::new(act);
        self
    }

    /// Opens the swarm of a place, which is made where it is missing.
    ///
    /// # Errors
    /// [`Error::Place`] where the folder cannot be used; [`Error::Newer`], [`Error::NotOurs`] and
    /// [`Error::Damaged`] where the database cannot; [`Error::Busy`] where others make or migrate it for too
    /// long.
    pub fn open(self, place: &Place) -> Result<Swarm, Error> {
        let runtime = self.runtime.unwrap_or_else(|| Runtime::shared().clone());
        let read_only = self.settings.read_only;
        let brief = self.settings.brief;
        let (read, switches) = Read::of(place);
        let engines = Arc::new(Engines::new(runtime, switches));
        let monitor = Recorder::new(engines.all());
        #[cfg(feature = "redis")]
        let redis = self.redis.map(|address| {
            let clock = self.has_clock.then(|| Arc::clone(&self.settings.clock));
            messenger::redis::Redis::new(address, clock)
        });
        let database = Database::open(place, self.settings, &|table, names, values| {
            is_sound_row(engines.of(System::Memory), table, names, values)
        })?;
        if let Some(network) = database.network() {
            tracing::warn!(
                path = %database.path().display(),
                "the database is on {network}: readers and writers wait for each other"
            );
        }
        let run = (!read_only).then(|| database.place().run());
        let shared = Arc::new(Shared {
            database,
            engines,
            bell: Bell::new(run),
            in_flight: InFlight::new(self.bytes_in_flight),
            #[cfg(feature = "redis")]
            redis,
            monitor,
            sweep_due: AtomicI64::new(i64::MIN),
        });
        #[cfg(feature = "redis")]
        if let Some(redis) = &shared.redis
            && !read_only
        {
            redis.start(&shared);
        }
        let makes_backup =
            self.daily_backups && !read_only && !brief && shared.database.is_backup_due();
        let daily = makes_backup.then(|| {
            let shared = Arc::clone(&shared);
            thread::spawn(move || {
                if let Err(error) = shared.database.back_up_daily() {
                    tracing::warn!(%error, "the daily backup was not made");
                }
            })
        });
        let watch = (!brief).then(|| {
            Watch::start(
                shared.database.place().clone(),
                Arc::clone(&shared.engines),
                self.name.unwrap_or_else(program),
                shared.database.now(),
                read,
            )
        });
        Ok(Swarm {
            shared,
            #[cfg(feature = "redis")]
            is_local: false,
            _daily: Arc::new(Daily(Mutex::new(daily))),
            _watch: Arc::new(watch),
        })
    }
}

impl Swarm {
    /// Opens the swarm of a place with the settings of [`Builder::default`].
    ///
    /// # Errors
    /// As of [`Builder::open`].
    pub fn open(place: &Place) -> Result<Self, Error> {
        Builder::default().open(place)
    }

    /// Settings to be changed.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Its memory.
    #[must_use]
    pub fn memory(&self) -> Memory {
        Memory {
            access: Direct::seen(&self.shared),
        }
    }

    /// The same with its messages in the database, also where a Redis has those of all other: for what concerns this machine
    /// alone, as its files do.
    #[must_use]
    pub fn local(&self) -> Self {
        Self {
            #[cfg(feature = "redis")]
            is_local: true,
            ..self.clone()
        }
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// The Redis that has its messages.
    #[cfg(feature = "redis")]
    pub(crate) fn remote(&self) -> Option<&messenger::redis::Redis> {
        let redis = self.shared.redis.as_ref();
        redis.filter(|_| !self.is_local)
    }

    /// What runs a system now: the runtime that it was [given](Builder::runtime), or one of native code alone where
    /// it is [rolled back](crate::rollback).
    #[must_use]
    pub fn runtime_of(&self, system: System) -> &Runtime {
        self.shared.engines.of(system)
    }

    /// What runs messages.
    pub(crate) fn runtime(&self) -> &Runtime {
        self.runtime_of(System::Messages)
    }

    /// Where it has its files.
    #[must_use]
    pub fn place(&self) -> &Place {
        self.shared.database.place()
    }

    /// The time within it, which never goes back.
    #[must_use]
    pub fn now(&self) -> Moment {
        self.shared.database.now()
    }

    /// What was salvaged when it was opened, if the database was damaged.
    #[must_use]
    pub fn salvage(&self) -> Option<&Salvage> {
        self.shared.database.salvage()
    }

    /// Writes a copy of all that is committed to a new file, while others write.
    ///
    /// # Errors
    /// [`Error::Source`] where the file exists already; [`Error::Io`] and [`Error::DiskFull`] where it cannot be
    /// written; [`Error::Damaged`] where there is something that cannot be read.
    pub fn backup(&self, to: &Path) -> Result<Backup, Error> {
        self.shared.database.back_up(to)
    }

    /// The backups in the folder of the swarm, newest first.
    #[must_use]
    pub fn backups(&self) -> Vec<Backup> {
        self.shared.database.backups()
    }

    /// Makes the daily backup, unless there is one or another process makes it, and keeps the last seven.
    ///
    /// # Errors
    /// As of [`backup`](Self::backup).
    pub fn backup_daily(&self) -> Result<Option<Backup>, Error> {
        self.shared.database.back_up_daily()
    }

    /// Reads all of a backup.
    ///
    /// # Errors
    /// [`Error::Source`] where the file is no sound backup of a swarm that can be restored here.
    pub fn check_backup(&self, from: &Path) -> Result<(), Error> {
        open_backup(from).map(drop)
    }

    /// Puts what a backup holds in the place of all there is, in one commit. Other processes go on, and see it.
    ///
    /// # Errors
    /// [`Error::Source`] where the file is no sound backup of a swarm; the others as of
    /// [every write](Self#writes).
    pub fn restore(&self, from: &Path) -> Result<(), Error> {
        self.shared.database.restore(from)
    }
}

/// The name of the program that runs.
fn program() -> String {
    let program = std::env::args_os().next().unwrap_or_default();
    let name = Path::new(&program).file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}
