//! `kilowat ops`: the operations there are.

use clap::Args;
use serde::Serialize;

use super::Status;
use crate::arguments::Options;
use crate::output::Output;

/// List the operations
///
/// With the kernel module that holds each, as named in `wat/`, and what it does. Programs call them
/// through the library; the commands here use them.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat ops
  kilowat --json ops                       {\"name\":\"fnv1a32\",\"module\":\"string_ops\",...

In JSON Lines, an object an operation.

Exit status: 0, or 2 on an error.")]
pub(crate) struct Ops {}

/// An operation, for machines.
#[derive(Serialize)]
struct Record {
    name: &'static str,
    module: &'static str,
    summary: &'static str,
}

impl Ops {
    #[expect(
        clippy::unused_self,
        reason = "all commands are run in the same way, and this one takes nothing of its own"
    )]
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> anyhow::Result<Status> {
        if options.json {
            for operation in kilowat::modules::operations() {
                output.json(&Record {
                    name: operation.name,
                    module: operation.module,
                    summary: operation.summary,
                })?;
            }
        } else {
            let rows = kilowat::modules::operations()
                .map(|operation| [operation.name, operation.module, operation.summary]);
            output.table(["OPERATION", "MODULE", "SUMMARY"], rows)?;
        }
        Ok(Status::Success)
    }
}
