//! `kilowat dashboard`: the page of the swarm.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use kilowat_dashboard::{Dashboard as Page, PORT, Token};
use kilowat_swarm::monitor::AlertState;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use super::Status;
use crate::arguments::Options;
use crate::output::{Output, print_note};
use crate::swarm;

/// Show the swarm as a page that is up to date each second
///
/// It listens to this machine alone, unless it is told to listen elsewhere, which takes a token file: 16 characters or
/// more, readable by nobody else. Who only looks on this machine needs no token. The link that is printed makes the
/// browser known that is the first to open it; whoever is known can acknowledge alerts.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat dashboard
  kilowat dashboard --port 8080
  kilowat dashboard --listen 0.0.0.0:7413 --token-file ~/.kilowat-token --host build.example

It runs until SIGTERM, SIGINT or SIGHUP. Alerts are lines on standard error.
With --json it prints one object: {\"url\":...,\"link\":...,\"addresses\":[...]}

Exit status: 0, or 2 on an error.")]
pub(crate) struct Dashboard {
    /// Listen on this port of the machine itself; 0 is one that is free
    #[arg(long, value_name = "PORT", default_value_t = PORT, conflicts_with = "listen")]
    port: u16,
    /// Listen there instead; may be given more than once
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Vec<SocketAddr>,
    /// A file with the token that everybody is asked for
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// A name by which browsers may come, besides localhost and addresses; may be given more than once
    #[arg(long, value_name = "NAME")]
    host: Vec<String>,
}

impl Dashboard {
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        // From here on a signal ends it as it should, however early.
        let mut signals = Signals::new([SIGTERM, SIGINT, SIGHUP])?;
        let swarm = swarm::open(options, output)?;
        let mut page = Page::new(&swarm).port(self.port).on_alert(|alert| {
            // What fires is a warning, as all that the libraries warn of.
            if alert.state == AlertState::Resolved {
                print_note(format_args!("no longer: {}", alert.text));
            }
        });
        if !self.listen.is_empty() {
            page = page.listen(&self.listen);
        }
        if let Some(path) = &self.token_file {
            page = page.token(Token::read(path)?);
        }
        for host in &self.host {
            page = page.host(host);
        }
        let running = page.start()?;
        if options.json {
            output.json(&serde_json::json!({
                "url": running.url(),
                "link": running.link(),
                "addresses": running.addresses(),
            }))?;
        } else {
            let rows = [
                ("page", running.url()),
                ("to acknowledge alerts, once", running.link()),
            ];
            output.list(rows.map(|(name, value)| [name.to_owned(), value]))?;
        }
        output.settle()?;
        signals.forever().next();
        running.stop();
        Ok(Status::Success)
    }
}
