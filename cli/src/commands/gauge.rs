//! `kilowat gauge`: figures that somebody has measured and says.

use anyhow::Result;
use clap::{Args, Subcommand};

use super::Status;
use crate::arguments::Options;
use crate::output::{Output, right};
use crate::swarm::{self, time};

/// Say a figure that the dashboard shows, and list those that were said
///
/// The dashboard shows `speedup`, `speedup.mean`, `coverage` and `documentation` with their targets, for seven days
/// from when they were said, and hands all of them on to Prometheus.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat gauge set coverage 99.2 --source ci
  kilowat gauge list
  kilowat --json gauge list     {\"name\":\"coverage\",\"value\":99.2,\"at\":...

In JSON lists are JSON Lines. Times are milliseconds since 1970.

Exit status: 0, or 1 if there is no such figure, or 2 on an error.")]
pub(crate) struct Gauge {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Say a figure, in the place of what was said before
    Set {
        /// Its name
        name: String,
        /// The figure
        #[arg(allow_negative_numbers = true)]
        value: f64,
        /// Who says so
        #[arg(long, value_name = "NAME", default_value = "command")]
        source: String,
    },
    /// List the figures
    List,
    /// Remove a figure
    Delete {
        /// Its name
        name: String,
    },
}

impl Gauge {
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        match &self.command {
            Command::Set {
                name,
                value,
                source,
            } => {
                let monitor = swarm::open(options, output)?.monitor();
                monitor.set_gauge(name, *value, source)?;
                Ok(Status::Success)
            }
            Command::List => {
                let gauges = swarm::open_existing(options, output)?.monitor().gauges()?;
                if options.json {
                    gauges.iter().try_for_each(|gauge| output.json(gauge))?;
                    return Ok(Status::Success);
                }
                let rows = gauges.into_iter().map(|gauge| {
                    let value = right(gauge.value.to_string());
                    let at = time(gauge.at).into();
                    [gauge.name.into(), value, at, gauge.source.into()]
                });
                output.table(["FIGURE", "VALUE", "SAID", "BY"], rows)?;
                Ok(Status::Success)
            }
            Command::Delete { name } => {
                let monitor = swarm::open_existing(options, output)?.monitor();
                if monitor.delete_gauge(name)? {
                    return Ok(Status::Success);
                }
                output.note(format_args!("gauge {name}: there is none"));
                Ok(Status::Negative)
            }
        }
    }
}
