//! Export and import: all there is as JSON Lines, and what other programs have stored.

mod export;
mod foreign;
mod import;
mod lines;
mod messages;

use serde::Serialize;

/// What was exported.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Exported {
    /// Entries.
    pub entries: u64,
    /// Agents.
    pub agents: u64,
    /// Tasks.
    pub tasks: u64,
    /// Events.
    pub events: u64,
    /// Channels.
    pub channels: u64,
    /// Messages.
    pub messages: u64,
    /// Dead letters.
    pub dead: u64,
}

/// What was imported.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Imported {
    /// Entries that were written.
    pub entries: u64,
    /// Agents that were written.
    pub agents: u64,
    /// Tasks that were added.
    pub tasks: u64,
    /// Events that were added.
    pub events: u64,
    /// Channels that were made.
    pub channels: u64,
    /// Messages that were added.
    pub messages: u64,
    /// Dead letters that were added.
    pub dead: u64,
    /// Rows that were not written, as what there is is as new or newer.
    pub kept: u64,
    /// Entries and events that were not written, as they have expired.
    pub expired: u64,
    /// Entries that have got another name, as theirs was none here. The old one is in what there is to say
    /// about them.
    pub renamed: u64,
}

/// A program that has stored something in a database of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Source {
    /// claude-flow-novice, and claude-flow up to version 2: the table `memory_store`.
    ClaudeFlowNovice,
    /// ruflo, and claude-flow from version 3 on: the table `memory_entries`.
    Ruflo,
}

impl Source {
    fn table(self) -> &'static str {
        match self {
            Self::ClaudeFlowNovice => "memory_store",
            Self::Ruflo => "memory_entries",
        }
    }
}
