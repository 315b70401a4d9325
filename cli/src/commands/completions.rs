//! `kilowat completions`: what a shell needs to complete the command line.

use std::io::Write as _;

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use super::Status;
use crate::arguments::Arguments;
use crate::output::Output;

/// Print a script by which a shell completes commands, options and files
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat completions bash > ~/.local/share/bash-completion/completions/kilowat
  kilowat completions zsh > ~/.zfunc/_kilowat
  kilowat completions fish > ~/.config/fish/completions/kilowat.fish

Exit status: 0, or 2 on an error.")]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub(crate) fn run(&self, output: &mut Output) -> anyhow::Result<Status> {
        // The generator takes a writer that does not fail, and a pipe may be closed.
        let mut script = Vec::new();
        let mut command = Arguments::command();
        clap_complete::generate(self.shell, &mut command, "kilowat", &mut script);
        output.write_all(&script)?;
        Ok(Status::Success)
    }
}
