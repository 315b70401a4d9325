//! What the doctor says of the swarm of the current folder.

use indicatif::HumanBytes;
use kilowat_swarm::doctor::{self, Examination, Problem};
use serde::Serialize;

use crate::arguments::Options;
use crate::input::printable;
use crate::shell;
use crate::swarm;

/// The swarm, for machines.
#[derive(Serialize)]
pub(super) struct Swarm {
    folder: String,
    #[serde(flatten)]
    found: Examination,
}

impl Swarm {
    /// Examines the swarm of the current folder; nothing where there is none.
    pub(super) fn examine(options: Options) -> Option<(Self, Vec<String>)> {
        let place = swarm::place().ok()?;
        if !place.folder().is_dir() {
            return None;
        }
        // Whoever cannot be started is a problem of its own.
        let runtime = options.start().unwrap_or_default();
        let found = doctor::examine(&place, &runtime);
        let problems = found.problems.iter().map(words).collect();
        let folder = place.folder().to_string_lossy().into_owned();
        Some((Self { folder, found }, problems))
    }

    /// Lines for people, each with what it is about.
    pub(super) fn lines(&self) -> Vec<[String; 2]> {
        let folder = printable(&self.folder);
        let mut lines = vec![["swarm".to_owned(), folder]];
        if let Some(database) = &self.found.database {
            let mut words = vec![format!("{} on disk", HumanBytes(database.bytes))];
            if database.journal_bytes > 0 {
                words.push(format!("{} of journal", HumanBytes(database.journal_bytes)));
            }
            if let (Some(version), Some(rows)) = (database.version, database.rows) {
                words.push(format!("version {version}"));
                words.push(format!("{rows} rows read"));
            }
            words.push(
                if database.is_sound {
                    "sound"
                } else {
                    "not sound"
                }
                .to_owned(),
            );
            lines.push(["database".to_owned(), words.join(", ")]);
        }
        if let Some(disk) = self.found.disk {
            let (free, total) = (HumanBytes(disk.free), HumanBytes(disk.total));
            let kind = match self.found.network {
                Some(name) => format!("on {name}"),
                None => "of this machine".to_owned(),
            };
            let words = format!("{free} of {total} are free, {kind}");
            lines.push(["disk".to_owned(), words]);
        }
        let clock = match self.found.clock_behind_ms {
            0 => "not behind what the database has seen".to_owned(),
            behind => format!("{behind} ms behind what the database has seen"),
        };
        lines.push(["clock".to_owned(), clock]);
        lines
    }
}

/// A problem, with what mends it where that is one command.
fn words(problem: &Problem) -> String {
    match problem {
        Problem::OpenToOthers { path, .. } => {
            let path = shell::quoted(&path.to_string_lossy());
            format!("{problem}; `chmod go= {path}` mends it")
        }
        Problem::Database(_) | Problem::Unsound { .. } => {
            format!("{problem}; `kilowat memory check` says more")
        }
        _ => problem.to_string(),
    }
}
