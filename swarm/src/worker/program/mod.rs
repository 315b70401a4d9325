//! A program that is run for each message.

mod group;
mod output;

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use super::Stopper;
use crate::messenger::{Delivery, Fate, Message};
use group::Group;
use output::Output;

/// The status by which a program says that a message is wrong: `EX_DATAERR` of sysexits.h.
const WRONG_DATA: i32 = 65;

/// The pauses between looks at a program that runs.
const SHORTEST_PAUSE: Duration = Duration::from_micros(200);
const LONGEST_PAUSE: Duration = Duration::from_millis(20);

/// How many bytes of what a program says go to the dead letters.
const REASON: usize = 1_024;

/// A program that is run for each message, in a process group of its own.
///
/// It gets the body on its standard input, and what there is to know about the message in variables of its
/// environment: `KILOWAT_ID`, `KILOWAT_CHANNEL`, `KILOWAT_TYPE`, `KILOWAT_ATTEMPT`, `KILOWAT_AT`, and, where the
/// message has them, `KILOWAT_KEY`, `KILOWAT_FROM`, `KILOWAT_TO`, `KILOWAT_TRACE` and `KILOWAT_EXPIRES`.
///
/// Exit status 0 says that the message is done, and 65 that it is wrong and goes to the dead letters. With any other,
/// as when a signal has ended it, the message is tried again. What it writes to standard output is the answer, where
/// the message wants one; what it writes to standard error is the reason, where it is given up.
///
/// When it has ended, so has all that it has started in its group.
#[derive(Debug, Clone)]
#[must_use]
pub struct Program {
    name: OsString,
    arguments: Vec<OsString>,
    folder: Option<PathBuf>,
    longest: Duration,
    most_output: usize,
    patience: Duration,
}

/// How a program came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum End {
    /// By itself.
    Exited,
    /// It took too long.
    TooLong,
    /// It has written too much.
    Flood,
    /// The worker ends.
    Stopped,
}

/// What came of a program that has run.
#[derive(Debug)]
#[non_exhaustive]
pub struct Ended {
    /// How it came to its end.
    pub end: End,
    /// Its status.
    pub status: ExitStatus,
    /// What it has written to standard output.
    pub output: Vec<u8>,
    /// The end of what it has written to standard error, of as many bytes as were asked for.
    pub words: String,
}

impl Program {
    /// A program, which is looked for in `PATH`, and its arguments. There is no shell in between.
    pub fn new(
        program: impl Into<OsString>,
        arguments: impl IntoIterator<Item = impl Into<OsString>>,
    ) -> Self {
        Self {
            name: program.into(),
            arguments: arguments.into_iter().map(Into::into).collect(),
            folder: None,
            longest: Duration::from_mins(10),
            most_output: 1 << 20,
            patience: Duration::from_secs(2),
        }
    }

    /// In which folder it runs: in that of this process unless it is set.
    pub fn folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = Some(folder.into());
        self
    }

    /// How long it may run: 10 minutes unless it is set.
    pub fn longest(mut self, longest: Duration) -> Self {
        self.longest = longest;
        self
    }

    /// How much it may write, in bytes, of both outputs together: 1 MiB unless it is set.
    pub fn most_output(mut self, bytes: usize) -> Self {
        self.most_output = bytes;
        self
    }

    /// How long it has to end when it is asked to, by SIGTERM, before it is killed: 2 seconds unless it is set.
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Runs it for a message.
    pub(super) fn run(&self, delivery: &Delivery, stopper: &Stopper) -> Fate {
        let retry = |why: String| Fate::Retry { after: None, why };
        let name = self.name.to_string_lossy();
        let command = self.command(delivery);
        let ended = match self.execute(command, &delivery.message().body, REASON, stopper) {
            Ok(ended) => ended,
            Err(error) => return retry(format!("{name} {error}")),
        };
        let Ended {
            end,
            status,
            output,
            words,
        } = ended;
        match end {
            End::Exited if status.success() => answer(delivery, output),
            End::Exited if status.code() == Some(WRONG_DATA) => {
                Fate::Dead(reason(&name, "says that the message is wrong", &words))
            }
            End::Exited => retry(reason(&name, &how(status), &words)),
            End::TooLong => {
                let how = format!("was ended after {} s", self.longest.as_secs_f64());
                retry(reason(&name, &how, &words))
            }
            End::Flood => {
                let how = format!(
                    "was ended as it has written more than {} bytes",
                    self.most_output
                );
                retry(reason(&name, &how, &words))
            }
            End::Stopped => Fate::Back,
        }
    }

    /// Runs it by itself, with some bytes on its standard input, and waits for its end.
    ///
    /// # Errors
    /// Where it could not be started, or not be waited for.
    pub fn run_alone(
        &self,
        input: &[u8],
        variables: &[(&str, &str)],
        most_words: usize,
        stopper: &Stopper,
    ) -> io::Result<Ended> {
        let mut command = self.plain();
        command.envs(variables.iter().copied());
        self.execute(command, input, most_words, stopper)
    }

    fn execute(
        &self,
        mut command: Command,
        input: &[u8],
        most_words: usize,
        stopper: &Stopper,
    ) -> io::Result<Ended> {
        let named = |what: &str, error: io::Error| {
            io::Error::new(error.kind(), format!("could not be {what}: {error}"))
        };
        let mut child = command.spawn().map_err(|error| named("started", error))?;
        let body = input.to_owned();
        if let Some(mut input) = child.stdin.take() {
            // A program need not read it. The thread ends with the group, at the latest.
            thread::spawn(move || input.write_all(&body));
        }
        let output = Arc::new(Output::new(self.most_output));
        let readers = [
            child
                .stdout
                .take()
                .map(|pipe| output.read(pipe, output::Kind::Answer)),
            child
                .stderr
                .take()
                .map(|pipe| output.read(pipe, output::Kind::Words)),
        ];
        let group = Group::new(child);
        let end = self.wait(&group, &output, stopper);
        // Whatever is left of the group goes with it, and so do the ends of the pipes.
        let status = (group.end()).map_err(|error| named("waited for", error))?;
        for reader in readers.into_iter().flatten() {
            reader.wait();
        }
        Ok(Ended {
            // It may have written too much, and ended before that was seen.
            end: if output.is_flooded() { End::Flood } else { end },
            status,
            output: output.answer(),
            words: output.tail(most_words),
        })
    }

    fn plain(&self) -> Command {
        let mut command = Command::new(&self.name);
        command
            .args(&self.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0);
        if let Some(folder) = &self.folder {
            command.current_dir(folder);
        }
        command
    }

    fn command(&self, delivery: &Delivery) -> Command {
        let message = delivery.message();
        let header = &message.header;
        let mut command = self.plain();
        command
            .env("KILOWAT_ID", message.id.to_string())
            .env("KILOWAT_CHANNEL", &header.channel)
            .env("KILOWAT_TYPE", &header.kind)
            .env("KILOWAT_ATTEMPT", delivery.attempt().to_string())
            .env("KILOWAT_AT", header.at.to_string());
        for (name, value) in [
            ("KILOWAT_KEY", header.key.clone()),
            ("KILOWAT_FROM", header.from.clone()),
            ("KILOWAT_TO", header.to.clone()),
            ("KILOWAT_TRACE", header.trace.clone()),
            (
                "KILOWAT_EXPIRES",
                header.expires.map(|moment| moment.to_string()),
            ),
        ] {
            match value {
                Some(value) => command.env(name, value),
                // Not that of the message by which the worker itself was started, perhaps.
                None => command.env_remove(name),
            };
        }
        command
    }

    /// Waits for the end, and brings it about where it is time.
    fn wait(&self, group: &Group, output: &Output, stopper: &Stopper) -> End {
        let began = Instant::now();
        let mut pause = SHORTEST_PAUSE;
        loop {
            if group.has_ended() {
                return End::Exited;
            }
            let end = if output.is_flooded() {
                Some(End::Flood)
            } else if began.elapsed() >= self.longest {
                Some(End::TooLong)
            } else if stopper.is_over() {
                Some(End::Stopped)
            } else {
                None
            };
            if let Some(end) = end {
                group.ask_to_end(self.patience);
                return end;
            }
            thread::sleep(pause);
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}

impl Ended {
    /// How it has ended, in words.
    #[must_use]
    pub fn how(&self) -> String {
        match self.end {
            End::Exited => how(self.status),
            End::TooLong => "was ended, as it took too long".to_owned(),
            End::Flood => "was ended, as it has written too much".to_owned(),
            End::Stopped => "was ended with the worker".to_owned(),
        }
    }
}

fn how(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("has ended with status {code}"),
        (None, Some(signal)) => format!("was ended by signal {signal}"),
        (None, None) => "has ended".to_owned(),
    }
}

fn reason(name: &str, how: &str, words: &str) -> String {
    if words.is_empty() {
        return format!("{name} {how}");
    }
    format!("{name} {how}: {words}")
}

/// Sends what a program has written, where somebody waits for it.
fn answer(delivery: &Delivery, output: Vec<u8>) -> Fate {
    let message = delivery.message();
    if message.header.answer_to.is_none() {
        return Fate::Done;
    }
    let answer = Message::bytes(&message.header.kind, output);
    match delivery.send_answer(answer) {
        // Who has asked waits no more.
        Ok(_) | Err(crate::Error::Unknown(_)) => Fate::Done,
        Err(error) => Fate::Retry {
            after: None,
            why: format!("its answer was not sent: {error}"),
        },
    }
}
