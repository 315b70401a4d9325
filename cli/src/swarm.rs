//! What the commands of a swarm share: where it is, and how its values and times are read and shown.

use std::env;
use std::io::{Read as _, Write as _};
use std::path::Path;
#[cfg(feature = "hooks")]
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use jiff::Timestamp;
use jiff::tz::TimeZone;
#[cfg(feature = "hooks")]
use kilowat::Runtime;
#[cfg(feature = "hooks")]
use kilowat_hooks::{init, protocol::Unopened};
use kilowat_swarm::clock::Moment;
#[cfg(feature = "redis")]
use kilowat_swarm::messenger::redis::Address;
use kilowat_swarm::{Builder, Place, Swarm};
use serde_json::Value;

use crate::arguments::{CommandLine, Options};
use crate::input::{Source, printable};
use crate::output::Output;

/// The swarm of agents and tasks where none is named.
pub(crate) const DEFAULT_SWARM: &str = "default";

/// How long a hook waits for those who write to the database: a person may wait for the hook.
#[cfg(feature = "hooks")]
const PATIENCE_OF_HOOKS: Duration = Duration::from_millis(100);

/// How many bytes of a value a table shows.
const SHOWN: usize = 60;

/// Opens the swarm of the current folder to be written, which is made where it is missing.
pub(crate) fn open(options: Options, output: &mut Output) -> Result<Swarm> {
    open_at(&place()?, options, output)
}

/// Opens the swarm of the current folder to be read, which must be there.
pub(crate) fn open_existing(options: Options, output: &mut Output) -> Result<Swarm> {
    let place = place()?;
    if !place.database().exists() {
        bail!(
            "{}: there is no swarm yet; `kilowat memory put` makes one",
            printable(&place.folder().to_string_lossy())
        );
    }
    open_at(&place, options, output)
}

/// Opens the swarm of the current folder for its messages. With a Redis it is made where it is missing: messages are
/// there whatever is here.
pub(crate) fn open_for_messages(options: Options, output: &mut Output) -> Result<Swarm> {
    #[cfg(feature = "redis")]
    if Address::find(&place()?)?.is_some() {
        return open(options, output);
    }
    open_existing(options, output)
}

/// The place of the swarm of the current folder.
pub(crate) fn place() -> Result<Place> {
    let folder = env::current_dir().context("the current folder")?;
    Ok(Place::find(&folder)?)
}

/// Opens the swarm of a place for a hook, which waits for nobody, and makes it where it is missing: Git then sees nothing
/// of it.
#[cfg(feature = "hooks")]
pub(crate) fn open_for_hook(place: &Place, options: Options) -> Result<Swarm, Unopened> {
    let unopened = |why: String, runtime| Unopened { why, runtime };
    let runtime = match options.start_briefly() {
        Ok(runtime) => runtime,
        Err(error) => return Err(unopened(error.to_string(), Runtime::shared().clone())),
    };
    let is_new = !place.folder().exists();
    match builder_for_hook(runtime.clone()).open(place) {
        Ok(swarm) => {
            if is_new && let Err(error) = init::hide(swarm.place().folder()) {
                tracing::warn!(%error, "Git sees the folder of the swarm");
            }
            Ok(swarm)
        }
        Err(error) => Err(unopened(error.to_string(), runtime)),
    }
}

/// Opens the swarm of a place for the messages that a hook tells, where a Redis has them.
#[cfg(feature = "hooks")]
pub(crate) fn open_for_inbox(place: &Place, options: Options) -> Result<Option<Swarm>, String> {
    #[cfg(feature = "redis")]
    if let Some(address) = Address::find(place).map_err(|error| error.to_string())? {
        let runtime = options.start_briefly().map_err(|error| error.to_string())?;
        let builder = builder_for_hook(runtime).redis(Some(address));
        return builder
            .open(place)
            .map(Some)
            .map_err(|error| error.to_string());
    }
    #[cfg(not(feature = "redis"))]
    let _ = (place, options);
    Ok(None)
}

#[cfg(feature = "hooks")]
fn builder_for_hook(runtime: Runtime) -> Builder {
    Swarm::builder()
        .runtime(runtime)
        .name(&process_name())
        .patience(PATIENCE_OF_HOOKS)
        .brief(true)
}

/// Opens the swarm of the current folder for messages that concern this machine's files: they are in its database, also
/// where a Redis has all others.
#[cfg(feature = "hooks")]
pub(crate) fn open_without_redis(options: Options, output: &mut Output) -> Result<Swarm> {
    let builder = Swarm::builder()
        .runtime(options.start()?)
        .name(&process_name());
    opened(builder, &place()?, output)
}

fn open_at(place: &Place, options: Options, output: &mut Output) -> Result<Swarm> {
    let runtime = options.start()?;
    let builder = Swarm::builder().runtime(runtime).name(&process_name());
    #[cfg(feature = "redis")]
    let builder = builder.redis(Address::find(place)?);
    opened(builder, place, output)
}

fn opened(builder: Builder, place: &Place, output: &mut Output) -> Result<Swarm> {
    let swarm = builder.open(place)?;
    if let Some(salvage) = swarm.salvage() {
        output.note(format_args!(
            "warning: the database was damaged and is set aside in {}; {} rows of it were read, and {} taken from a backup",
            printable(&salvage.aside.to_string_lossy()),
            salvage.rows,
            salvage.rows_of_backup
        ));
    }
    Ok(swarm)
}

/// By which name others see this process: with its command, and nothing else of what was typed.
fn process_name() -> String {
    let typed = CommandLine::new(env::args_os());
    let command = typed.command().and_then(|word| word.to_str());
    command.map_or_else(
        || "kilowat".to_owned(),
        |command| format!("kilowat {command}"),
    )
}

/// A value that was typed, or else what is on standard input, to its end.
pub(crate) fn value(typed: Option<&str>) -> Result<Vec<u8>> {
    match typed {
        Some(typed) if typed != "-" => Ok(typed.as_bytes().to_owned()),
        _ => {
            let mut bytes = Vec::new();
            let mut input = Source::new(Path::new("-")).open()?;
            input.read_to_end(&mut bytes)?;
            Ok(bytes)
        }
    }
}

/// What agents and tasks are given along: JSON, or a text; nothing where nothing was typed.
pub(crate) fn data(typed: Option<&str>) -> Result<Value> {
    let Some(typed) = typed else {
        return Ok(Value::Null);
    };
    let bytes = value(Some(typed))?;
    if let Ok(value) = serde_json::from_slice(&bytes) {
        return Ok(value);
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Value::String(text)),
        Err(_) => bail!("the value is neither JSON nor text in UTF-8"),
    }
}

/// A time for a table, in the time zone of the user.
pub(crate) fn time(moment: Moment) -> String {
    match Timestamp::from_millisecond(moment.0) {
        Ok(time) => {
            let time = time.to_zoned(TimeZone::system());
            time.strftime("%Y-%m-%d %H:%M:%S").to_string()
        }
        // It is of no year that has four digits.
        Err(_) => moment.to_string(),
    }
}

/// A time, or a dash where there is none.
pub(crate) fn time_if_any(moment: Option<Moment>) -> String {
    moment.map_or_else(|| "-".to_owned(), time)
}

/// JSON for a table: one line, or its beginning where it is long.
pub(crate) fn short(value: &Value) -> String {
    if value.is_null() {
        return "-".to_owned();
    }
    cut(&value.to_string())
}

/// Prints JSON for people, unless it is null.
pub(crate) fn pretty(value: &Value, output: &mut Output) -> Result<()> {
    if !value.is_null() {
        serde_json::to_writer_pretty(&mut *output, value)?;
        output.write_all(b"\n")?;
    }
    Ok(())
}

/// A line of text, or its beginning where it is long.
pub(crate) fn cut(text: &str) -> String {
    let mut characters = text.chars();
    let mut beginning: String = characters.by_ref().take(SHOWN).collect();
    if characters.next().is_some() {
        beginning.push('…');
    }
    printable(&beginning)
}
