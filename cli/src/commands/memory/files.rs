//! The memory as a whole: into files, out of files, and whether it is sound.

use std::io::{self, BufReader};
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::{Args, ValueEnum, ValueHint};
use kilowat_swarm::memory::{self, NamespaceStats};
use serde::Serialize;

use super::Status;
use crate::arguments::Options;
use crate::input::{Source, printable};
use crate::made_file::MadeFile;
use crate::output::{Output, right};
use crate::swarm;

/// Write all there is as JSON Lines
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat memory export > swarm.jsonl
  kilowat memory export | gzip > swarm.jsonl.gz
  kilowat memory export swarm.jsonl

As it is at one moment, while others write: a line an entry, agent, task or event.

Exit status: 0, or 2 on an error.")]
pub(super) struct Export {
    /// The file, which must not be there yet; standard output where there is none
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: Option<PathBuf>,
}

impl Export {
    pub(super) fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        let memory = swarm::open_existing(options, output)?.memory();
        match &self.file {
            None => {
                memory.export(&mut *output)?;
            }
            Some(path) => {
                let mut file = MadeFile::create(path, None, false)?;
                let exported = memory.export(&mut file)?;
                file.finish()?;
                if options.json {
                    output.json(&exported)?;
                }
            }
        }
        Ok(Status::Success)
    }
}

/// What wrote a file that is to be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum From {
    /// `kilowat memory export`
    Kilowat,
    /// claude-flow-novice: a database with a table `memory_store`
    ClaudeFlowNovice,
    /// ruflo: a database with a table `memory_entries`
    Ruflo,
}

/// Store what a file holds
///
/// What is as new or newer here is kept, so that it does no harm to import a file twice.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat memory import swarm.jsonl
  kilowat memory import --from claude-flow-novice .claude-flow/memory.db
  kilowat memory import --from ruflo .swarm/memory.db

Keys that are no names here get one that is made of them; `kilowat --json memory get` prints the old one.

Exit status: 0, or 2 on an error.")]
pub(super) struct Import {
    /// The file; standard input for `-`, and where there is none
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: Option<PathBuf>,
    /// What has written it
    #[arg(long, value_enum, default_value_t = From::Kilowat)]
    from: From,
}

impl Import {
    pub(super) fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        let memory = swarm::open(options, output)?.memory();
        let source = match self.from {
            From::Kilowat => None,
            From::ClaudeFlowNovice => Some(memory::Source::ClaudeFlowNovice),
            From::Ruflo => Some(memory::Source::Ruflo),
        };
        let imported = match (source, &self.file) {
            (Some(source), Some(path)) => memory.import_from(path, source)?,
            (Some(_), None) => anyhow::bail!("a database is a file: none is named"),
            (None, file) => {
                let file = file.as_deref().unwrap_or("-".as_ref());
                let source = Source::new(file);
                let lines = BufReader::new(source.open()?);
                memory.import(lines).with_context(|| source.title())?
            }
        };
        if options.json {
            output.json(&imported)?;
        } else {
            let rows = [
                ("entries", imported.entries),
                ("agents", imported.agents),
                ("tasks", imported.tasks),
                ("events", imported.events),
                ("channels", imported.channels),
                ("messages", imported.messages),
                ("dead letters", imported.dead),
                ("kept as they were", imported.kept),
                ("expired", imported.expired),
                ("renamed", imported.renamed),
            ];
            let rows = rows.into_iter().filter(|(_, count)| *count > 0);
            list(rows.map(|(name, count)| (name, count.to_string())), output)?;
        }
        Ok(Status::Success)
    }
}

fn list(
    rows: impl IntoIterator<Item = (&'static str, String)>,
    output: &mut Output,
) -> io::Result<()> {
    output.list(
        rows.into_iter()
            .map(|(name, value)| [name.into(), right(value)]),
    )
}

/// Write a whole copy of the database, while others write
///
/// Once a day there is one in .kilowat/backups without being asked for; seven are kept.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat memory backup ../copy.db
  kilowat memory backup                    the one of today, where there is none yet

With --json, an object: the file and its length in bytes.

Exit status: 0, or 2 on an error.")]
pub(super) struct Backup {
    /// The file, which must not be there yet
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: Option<PathBuf>,
}

impl Backup {
    pub(super) fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        let swarm = swarm::open_existing(options, output)?;
        let backup = match &self.file {
            Some(path) => Some(swarm.backup(path)?),
            None => swarm.backup_daily()?,
        };
        let Some(backup) = backup else {
            output.note("the backup of today is there, or is being made");
            return Ok(Status::Success);
        };
        if options.json {
            output.json(&backup)?;
        }
        Ok(Status::Success)
    }
}

/// Put what a backup holds in the place of all there is
///
/// In one commit: other programs go on, and see it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat memory restore --dry-run ../copy.db    whether that can be done
  kilowat memory restore ../copy.db

Exit status: 0, or 2 on an error.")]
pub(super) struct Restore {
    /// The backup
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: PathBuf,
    /// Examine the backup, and change nothing
    #[arg(long, short = 'n')]
    dry_run: bool,
}

impl Restore {
    pub(super) fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        let swarm = swarm::open(options, output)?;
        if self.dry_run {
            swarm.check_backup(&self.file)?;
        } else {
            swarm.restore(&self.file)?;
        }
        Ok(Status::Success)
    }
}

/// Read all there is, and compare it with its checksums
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat memory check
  kilowat --json memory check    {\"rows\":1024,\"faults\":[],\"damaged\":[]}

Exit status: 0, or 1 if something is damaged, or 2 on an error.")]
pub(super) struct Check {}

/// What a check has found, for machines.
#[derive(Serialize)]
struct Checked {
    rows: u64,
    faults: Vec<String>,
    damaged: Vec<String>,
}

impl Check {
    #[expect(
        clippy::unused_self,
        reason = "all commands are run in the same way, and this one takes nothing of its own"
    )]
    pub(super) fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        let check = swarm::open_existing(options, output)?.memory().check()?;
        let is_sound = check.is_sound();
        let damaged = check.damaged.iter().map(ToString::to_string);
        if options.json {
            output.json(&Checked {
                rows: check.rows,
                damaged: damaged.collect(),
                faults: check.faults,
            })?;
        } else {
            for row in damaged {
                output.note(format_args!("{row} is damaged"));
            }
            for fault in &check.faults {
                output.note(printable(fault));
            }
        }
        Ok(if is_sound {
            Status::Success
        } else {
            Status::Negative
        })
    }
}

/// Show how much there is
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat memory stats
  kilowat --json memory stats | jq .bytes

Exit status: 0, or 2 on an error.")]
pub(super) struct Stats {}

impl Stats {
    #[expect(
        clippy::unused_self,
        reason = "all commands are run in the same way, and this one takes nothing of its own"
    )]
    pub(super) fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        let stats = swarm::open_existing(options, output)?.memory().stats()?;
        if options.json {
            output.json(&stats)?;
            return Ok(Status::Success);
        }
        namespaces(&stats.namespaces, output)?;
        let backup = stats.backups.first();
        let backup = backup.map_or_else(
            || "-".to_owned(),
            |backup| printable(&backup.path.to_string_lossy()),
        );
        let rows = [
            ("expired, not removed yet", stats.expired.to_string()),
            ("agents", stats.agents.to_string()),
            ("open tasks", stats.open_tasks.to_string()),
            ("ended tasks", stats.ended_tasks.to_string()),
            ("events", stats.events.to_string()),
            ("bytes of the database", stats.bytes.to_string()),
            ("bytes of its journal", stats.journal_bytes.to_string()),
            ("bytes that are free", stats.free_bytes.to_string()),
            ("version of the schema", stats.schema.to_string()),
            ("SQLite", stats.sqlite.to_owned()),
            ("newest backup", backup),
        ];
        list(rows, output)?;
        Ok(Status::Success)
    }
}

/// A table of namespaces; nothing where there are none.
pub(super) fn namespaces(namespaces: &[NamespaceStats], output: &mut Output) -> io::Result<()> {
    if namespaces.is_empty() {
        return Ok(());
    }
    let rows = namespaces.iter().map(|row| {
        [
            row.namespace.as_str().into(),
            right(row.entries),
            right(row.bytes),
            right(row.stored),
        ]
    });
    output.table(["NAMESPACE", "ENTRIES", "BYTES", "STORED"], rows)
}
