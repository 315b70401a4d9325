//! The connections to a Redis, and whether it answers.
//!
//! A call waits 200 ms for its answer. Where none comes the Redis is down: from then on calls fail at once, until the
//! courier has found that it is there again.

use std::io;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use redis::{
    Client, Cmd, Connection, ConnectionLike as _, ErrorKind, RedisError, RedisResult,
    ServerErrorKind, Value, cmd,
};

use super::address::Address;
use super::scripts::Script;
use crate::clock::{Clock as _, SystemClock};
use crate::error::Error;

/// How long a call waits for its answer, and how long it may take to connect.
const PATIENCE: Duration = Duration::from_millis(200);

/// How many connections are kept that nobody uses.
const KEPT: usize = 16;

/// The pauses between attempts to connect: doubled each time, and up to half as long again by chance.
const SHORTEST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Why there is no answer.
#[derive(Debug, Clone)]
pub(super) enum Trouble {
    /// Nobody answers, or not in time. Whether it was done is not known.
    Down(String),
    /// It cannot be done now: there is no memory, or no disk. Nothing was changed.
    NotNow(String),
    /// There is no such group.
    NoGroup,
    /// It was refused.
    Refused(String),
}

#[derive(Debug)]
pub(super) struct Link {
    address: Address,
    state: Mutex<State>,
    changed: Condvar,
    /// How far the clock of the server is ahead, in milliseconds.
    ahead: AtomicI64,
    /// How often it was connected anew.
    generation: AtomicU64,
}

#[derive(Default)]
struct State {
    client: Option<Client>,
    idle: Vec<Connection>,
    down: Option<Down>,
}

struct Down {
    why: String,
    again: Instant,
    pause: Duration,
}

impl std::fmt::Debug for State {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // A client knows the password.
        formatter
            .debug_struct("State")
            .field("idle", &self.idle.len())
            .field("down", &self.down.as_ref().map(|down| &down.why))
            .finish_non_exhaustive()
    }
}

impl Link {
    pub(super) fn new(address: Address) -> Self {
        Self {
            address,
            state: Mutex::default(),
            changed: Condvar::new(),
            ahead: AtomicI64::new(0),
            generation: AtomicU64::new(0),
        }
    }

    pub(super) fn address(&self) -> &Address {
        &self.address
    }

    pub(super) fn ahead(&self) -> i64 {
        self.ahead.load(Ordering::Relaxed)
    }

    /// A number that changes with each time that it was connected anew.
    pub(super) fn generation(&self) -> u64 {
        self.generation.load(Ordering::SeqCst)
    }

    pub(super) fn is_down(&self) -> bool {
        self.lock().down.is_some()
    }

    /// Calls a script.
    pub(super) fn run(&self, script: &Script, call: &Cmd) -> Result<Value, Trouble> {
        self.with(|connection| script.run(connection, call))
    }

    /// Makes calls of scripts on one way to the server, which does one after the other.
    pub(super) fn run_all(&self, calls: &[Cmd]) -> Result<Vec<RedisResult<Value>>, Trouble> {
        let mut connection = self.connection()?;
        let mut bytes = Vec::new();
        for call in calls {
            call.write_packed_command(&mut bytes);
        }
        let answers = connection
            .req_packed_commands(&bytes, 0, calls.len())
            .map_err(|error| self.failed(&error))?;
        self.keep(connection);
        Ok(answers.into_iter().map(Value::extract_error).collect())
    }

    /// Sends a command.
    pub(super) fn ask(&self, command: &Cmd) -> Result<Value, Trouble> {
        self.with(|connection| command.query(connection))
    }

    /// Sends a command that waits itself, so long at most.
    pub(super) fn wait(&self, command: &Cmd, most: Duration) -> Result<Value, Trouble> {
        let mut connection = self.connection()?;
        let answer = connection
            .set_read_timeout(Some(most + PATIENCE))
            .and_then(|()| command.query(&mut connection))
            .and_then(|value| {
                connection.set_read_timeout(Some(PATIENCE))?;
                Ok(value)
            });
        self.done(connection, answer)
    }

    fn with(
        &self,
        ask: impl FnOnce(&mut Connection) -> RedisResult<Value>,
    ) -> Result<Value, Trouble> {
        let mut connection = self.connection()?;
        let answer = ask(&mut connection);
        self.done(connection, answer)
    }

    fn connection(&self) -> Result<Connection, Trouble> {
        let mut state = self.lock();
        if let Some(down) = &state.down {
            return Err(Trouble::Down(down.why.clone()));
        }
        if let Some(connection) = state.idle.pop() {
            return Ok(connection);
        }
        let client = state.client.clone();
        drop(state);
        self.connect(client).map_err(|error| self.failed(&error))
    }

    /// Connects, and learns what time it is there.
    fn connect(&self, client: Option<Client>) -> RedisResult<Connection> {
        let client = match client {
            Some(client) => client,
            None => self.address.client(PATIENCE)?,
        };
        let mut connection = client.get_connection_with_timeout(PATIENCE)?;
        connection.set_read_timeout(Some(PATIENCE))?;
        connection.set_write_timeout(Some(PATIENCE))?;
        let before = SystemClock.now();
        let (seconds, micros): (i64, i64) = cmd("TIME").query(&mut connection)?;
        let after = SystemClock.now();
        let here = before.0.midpoint(after.0);
        let ahead = seconds * 1_000 + micros / 1_000 - here;
        self.ahead.store(ahead, Ordering::Relaxed);
        self.lock().client = Some(client);
        Ok(connection)
    }

    /// Keeps a connection that has answered, and says what an error means.
    fn done(&self, connection: Connection, answer: RedisResult<Value>) -> Result<Value, Trouble> {
        let answer = answer.and_then(Value::extract_error);
        let error = match answer {
            Ok(value) => {
                self.keep(connection);
                return Ok(value);
            }
            Err(error) => error,
        };
        let trouble = self.failed(&error);
        if !matches!(trouble, Trouble::Down(_)) {
            self.keep(connection);
        }
        Err(trouble)
    }

    fn keep(&self, connection: Connection) {
        let mut state = self.lock();
        if state.down.is_none() && state.idle.len() < KEPT {
            state.idle.push(connection);
        }
    }

    fn failed(&self, error: &RedisError) -> Trouble {
        let trouble = trouble(error);
        if let Trouble::Down(why) = &trouble {
            let mut state = self.lock();
            state.idle.clear();
            // The master may be another by now.
            state.client = None;
            if state.down.is_none() {
                state.down = Some(Down {
                    why: why.clone(),
                    again: Instant::now(),
                    pause: SHORTEST_PAUSE,
                });
                self.changed.notify_all();
            }
        }
        trouble
    }

    /// Connects anew, where that was given up and its time has come. Says when it is to be asked again; nothing where
    /// it is not down.
    pub(super) fn revive(&self) -> Option<Duration> {
        let mut state = self.lock();
        let down = state.down.as_mut()?;
        let left = down.again.saturating_duration_since(Instant::now());
        if !left.is_zero() {
            return Some(left);
        }
        if down.pause == SHORTEST_PAUSE {
            tracing::warn!(redis = %self.address, why = down.why, "it does not answer");
        }
        let pause = down.pause.mul_f64(1.0 + fastrand::f64() / 2.0);
        down.again = Instant::now() + pause;
        down.pause = (down.pause * 2).min(LONGEST_PAUSE);
        drop(state);
        let connected = self.connect(None).and_then(|mut connection| {
            let role: Vec<Value> = cmd("ROLE").query(&mut connection)?;
            if matches!(role.first(), Some(Value::BulkString(role)) if role == b"slave") {
                return Err(io::Error::other("it is a replica").into());
            }
            Ok(connection)
        });
        let mut state = self.lock();
        match connected {
            Ok(connection) => {
                state.down = None;
                state.idle.push(connection);
                self.generation.fetch_add(1, Ordering::SeqCst);
                tracing::info!(redis = %self.address, "it answers again");
                None
            }
            Err(error) => {
                state.client = None;
                if let Some(down) = &mut state.down {
                    down.why = words(&error);
                }
                Some(pause)
            }
        }
    }

    /// Waits until something has changed for the courier, so long at most.
    pub(super) fn sleep(&self, most: Duration) {
        let state = self.lock();
        let waited = self.changed.wait_timeout(state, most);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }

    /// Wakes the courier.
    pub(super) fn wake(&self) {
        self.changed.notify_all();
    }

    /// The error that callers see.
    pub(super) fn error(&self, trouble: Trouble) -> Error {
        let redis = self.address.to_string();
        match trouble {
            Trouble::Down(what) | Trouble::NotNow(what) => Error::Unreachable { redis, what },
            Trouble::NoGroup => Error::Redis {
                redis,
                what: "a group is gone".to_owned(),
            },
            Trouble::Refused(what) => Error::Redis { redis, what },
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn trouble(error: &RedisError) -> Trouble {
    let what = words(error);
    match error.kind() {
        ErrorKind::Io
        | ErrorKind::Parse
        | ErrorKind::MasterNameNotFoundBySentinel
        | ErrorKind::Server(
            ServerErrorKind::BusyLoading
            | ServerErrorKind::ReadOnly
            | ServerErrorKind::MasterDown
            | ServerErrorKind::ClusterDown,
        ) => Trouble::Down(what),
        ErrorKind::Server(ServerErrorKind::TryAgain) => Trouble::NotNow(what),
        _ => match error.code() {
            Some("OOM" | "MISCONF" | "NOREPLICAS" | "BUSY" | "TRYAGAIN") => Trouble::NotNow(what),
            Some("NOGROUP") => Trouble::NoGroup,
            Some("UNKILLABLE") => Trouble::Down(what),
            _ => Trouble::Refused(what),
        },
    }
}

/// What it says, without what it was asked.
fn words(error: &RedisError) -> String {
    if error.is_timeout() {
        return format!("there was no answer in {} ms", PATIENCE.as_millis());
    }
    error.to_string()
}
