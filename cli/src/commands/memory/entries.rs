//! Single values, and lists of them.

use std::io::Write as _;
use std::time::Duration;

use anyhow::Result;
use clap::Args;
use kilowat::json::TYPE_DEPTH;
use kilowat_swarm::Swarm;
use kilowat_swarm::clock::Moment;
use kilowat_swarm::memory::{self, Format, Item, Page};
use kilowat_swarm::rollback::System;
use serde::Serialize;
use serde_json::Value;

use super::Status;
use crate::arguments::Options;
use crate::duration;
use crate::output::{Output, hex, right};
use crate::swarm::{self, time, time_if_any};

/// Print a value
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat memory get plan step-1
  kilowat --json memory get plan step-1     {\"namespace\":\"plan\",\"key\":\"step-1\",\"value\":...

JSON is printed as a line, bytes as they are. In JSON, bytes are in hexadecimal, and times are milliseconds
since 1970.

Exit status: 0, or 1 if there is none, or 2 on an error.")]
pub(super) struct Get {
    /// Its namespace
    namespace: String,
    /// Its key
    key: String,
}

/// A value, for machines.
#[derive(Serialize)]
struct Record<'a> {
    namespace: &'a str,
    key: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes_hex: Option<String>,
    meta: Option<Value>,
    tags: Vec<String>,
    version: u64,
    created: Moment,
    updated: Moment,
    expires: Option<Moment>,
}

impl Get {
    pub(super) fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        let memory = swarm::open_existing(options, output)?.memory();
        let (namespace, key) = (&*self.namespace, &*self.key);
        let Some(found) = memory.get_bytes_and_tags(namespace, key)? else {
            output.note(format_args!("entry {key} of {namespace}: there is none"));
            return Ok(Status::Negative);
        };
        let (entry, tags) = (found.entry, found.tags);
        if options.json {
            let is_json = entry.format == Format::Json;
            output.json(&Record {
                namespace,
                key,
                value: is_json
                    .then(|| serde_json::from_slice(&entry.value))
                    .transpose()?,
                bytes_hex: (!is_json).then(|| hex(&entry.value)),
                meta: entry
                    .meta
                    .as_deref()
                    .map(serde_json::from_str)
                    .transpose()?,
                tags,
                version: entry.version,
                created: entry.created,
                updated: entry.updated,
                expires: entry.expires,
            })?;
        } else {
            output.write_all(&entry.value)?;
            if entry.format == Format::Json {
                output.write_all(b"\n")?;
            }
        }
        Ok(Status::Success)
    }
}

/// Store a value
///
/// A value that is JSON is stored as JSON, and any other text as a string, unless an option says what it
/// is. It takes the place of the one that the key has, with its tags.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat memory put plan step-1 '{\"do\":\"parse\"}'
  kilowat memory put --ttl 1h --tag draft notes n-1 'a note'
  kilowat memory put --bytes images logo < logo.png
  kilowat memory put --if-version 0 locks build me    only if there is none yet

With --json, an object: the namespace, the key, and the version that the value has.

Exit status: 0, or 1 if the entry has another version than is wanted, or 2 on an error.")]
pub(super) struct Put {
    /// Its namespace
    namespace: String,
    /// Its key
    key: String,
    /// The value; standard input for `-`, and where there is none
    value: Option<String>,
    /// It is a text, whatever it looks like
    #[arg(long, conflicts_with = "bytes")]
    text: bool,
    /// It is bytes, whatever they look like
    #[arg(long)]
    bytes: bool,
    /// How long it is kept, as 30m, 2h or 7d; for good where this is not said
    #[arg(long, value_name = "TIME", value_parser = duration::to_keep)]
    ttl: Option<Duration>,
    /// By what else it is found; may be given several times
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,
    /// Store it only in the place of this version, 0 where there must be none
    #[arg(long, value_name = "VERSION")]
    if_version: Option<u64>,
}

/// That a value is stored, for machines.
#[derive(Serialize)]
struct Stored<'a> {
    namespace: &'a str,
    key: &'a str,
    version: u64,
}

impl Put {
    pub(super) fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        let (namespace, key) = (&*self.namespace, &*self.key);
        let value = swarm::value(self.value.as_deref())?;
        let swarm = swarm::open(options, output)?;
        let memory = swarm.memory();
        let tags: Vec<_> = self.tags.iter().map(|tag| &**tag).collect();
        let put = memory::Put {
            ttl: self.ttl,
            tags: &tags,
            if_version: self.if_version,
            meta: None,
        };
        let stored = if self.bytes {
            memory.put_bytes(namespace, key, &value, put)
        } else if !self.text && is_json(&swarm, &value) {
            memory.put_json(namespace, key, &value, put)
        } else {
            let Ok(text) = str::from_utf8(&value) else {
                anyhow::bail!("the value is no text in UTF-8: --bytes stores it as it is");
            };
            // What is typed at a terminal or echoed ends with a line end that is not meant.
            let typed = if self.value.is_some() {
                text
            } else {
                text.trim_end_matches('\n')
            };
            memory.put_with(namespace, key, typed, put)
        };
        let version = match stored {
            Ok(version) => version,
            Err(error @ kilowat_swarm::Error::Version { .. }) => {
                output.note(error);
                return Ok(Status::Negative);
            }
            Err(error) => return Err(error.into()),
        };
        if options.json {
            output.json(&Stored {
                namespace,
                key,
                version,
            })?;
        }
        Ok(Status::Success)
    }
}

fn is_json(swarm: &Swarm, value: &[u8]) -> bool {
    // Whoever cannot answer is asked again when it is stored, and says why then.
    let runtime = swarm.runtime_of(System::Memory);
    runtime.json_validate(value, TYPE_DEPTH).is_ok()
}

/// List the values of a namespace, or the namespaces
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat memory list                       the namespaces
  kilowat memory list plan
  kilowat memory list plan --tag draft
  kilowat memory list plan --after step-99  the next page

In JSON Lines, an object a value or namespace.

Exit status: 0, or 2 on an error.")]
pub(super) struct List {
    /// The namespace
    namespace: Option<String>,
    /// Only values with this tag
    #[arg(long, requires = "namespace", conflicts_with_all = ["after", "limit"])]
    tag: Option<String>,
    /// Only behind this key
    #[arg(long, value_name = "KEY", requires = "namespace")]
    after: Option<String>,
    /// How many at most
    #[arg(long, value_name = "NUMBER", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
}

impl List {
    pub(super) fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        let memory = swarm::open_existing(options, output)?.memory();
        let Some(namespace) = &self.namespace else {
            let namespaces = memory.stats()?.namespaces;
            if options.json {
                namespaces.iter().try_for_each(|row| output.json(row))?;
            } else {
                super::files::namespaces(&namespaces, output)?;
            }
            return Ok(Status::Success);
        };
        let (items, next) = if let Some(tag) = &self.tag {
            (memory.tagged(namespace, tag)?, None)
        } else {
            let page = Page {
                after: self.after.as_deref(),
                limit: self.limit,
            };
            let listing = memory.list(namespace, page)?;
            (listing.items, listing.next)
        };
        if options.json {
            items.iter().try_for_each(|item| output.json(item))?;
        } else {
            table(&items, output)?;
        }
        if let Some(next) = next {
            output.note(format_args!("there is more: --after {next}"));
        }
        Ok(Status::Success)
    }
}

fn table(items: &[Item], output: &mut Output) -> Result<()> {
    let rows = items.iter().map(|item| {
        [
            item.key.as_str().into(),
            right(item.version),
            right(item.bytes),
            time(item.updated).into(),
            time_if_any(item.expires).into(),
            comfy_table::Cell::new(item.tags.join(" ")),
        ]
    });
    let header = ["KEY", "VERSION", "BYTES", "UPDATED", "EXPIRES", "TAGS"];
    Ok(output.table(header, rows)?)
}

/// Find the values that hold a text
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat memory search parse
  kilowat memory search --namespace plan parse

In JSON Lines, an object a value, with the offset of the first occurrence in bytes.

Exit status: 0, or 1 if there is none, or 2 on an error or where a value is damaged.")]
pub(super) struct Search {
    /// What to look for, byte by byte
    text: String,
    /// Only in this namespace
    #[arg(long)]
    namespace: Option<String>,
    /// How many at most
    #[arg(long, value_name = "NUMBER", default_value_t = 1000)]
    limit: usize,
}

impl Search {
    pub(super) fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        let memory = swarm::open_existing(options, output)?.memory();
        let search = memory.search(self.namespace.as_deref(), self.text.as_bytes(), self.limit)?;
        if options.json {
            search
                .found
                .iter()
                .try_for_each(|found| output.json(found))?;
        } else if !search.found.is_empty() {
            let rows = search.found.iter().map(|found| {
                let excerpt = String::from_utf8_lossy(&found.excerpt);
                [
                    found.namespace.clone(),
                    found.key.clone(),
                    swarm::cut(&excerpt),
                ]
            });
            output.table(["NAMESPACE", "KEY", "VALUE"], rows)?;
        }
        for row in &search.damaged {
            output.report(format_args!("{row} is damaged"));
        }
        if search.is_cut {
            output.note("there may be more: --limit says how many are looked for");
        }
        Ok(if search.found.is_empty() {
            Status::Negative
        } else {
            Status::Success
        })
    }
}

/// Remove values
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat memory delete plan step-1 step-2
  kilowat memory delete --dry-run --all plan    what would be removed

With --json, an object: how many were removed.

Exit status: 0, or 1 if there was none, or 2 on an error.")]
pub(super) struct Delete {
    /// Their namespace
    namespace: String,
    /// Their keys
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    keys: Vec<String>,
    /// All values of the namespace
    #[arg(long)]
    all: bool,
    /// Say what would be removed, and remove nothing
    #[arg(long, short = 'n')]
    dry_run: bool,
}

/// How many values are gone, for machines.
#[derive(Serialize)]
struct Deleted {
    deleted: u64,
    dry_run: bool,
}

impl Delete {
    pub(super) fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        let memory = swarm::open_existing(options, output)?.memory();
        let deleted = if self.all {
            self.delete_all(&memory)?
        } else {
            let mut deleted = 0;
            for key in &self.keys {
                let was_there = if self.dry_run {
                    memory.item(&self.namespace, key)?.is_some()
                } else {
                    memory.delete(&self.namespace, key)?
                };
                if !was_there {
                    output.note(format_args!(
                        "entry {key} of {}: there is none",
                        self.namespace
                    ));
                }
                deleted += u64::from(was_there);
            }
            deleted
        };
        if options.json {
            let dry_run = self.dry_run;
            output.json(&Deleted { deleted, dry_run })?;
        } else if self.dry_run {
            writeln!(output, "{deleted} would be removed")?;
        }
        Ok(if deleted == 0 {
            Status::Negative
        } else {
            Status::Success
        })
    }

    fn delete_all(&self, memory: &memory::Memory) -> Result<u64> {
        if !self.dry_run {
            return Ok(memory.delete_all(&self.namespace)?);
        }
        let namespaces = memory.stats()?.namespaces;
        let found = namespaces
            .iter()
            .find(|row| row.namespace == self.namespace);
        Ok(found.map_or(0, |namespace| namespace.entries))
    }
}
