//! Channels and groups.

use std::collections::BTreeSet;
use std::sync::{MutexGuard, PoisonError};

use redis::{Cmd, Value, cmd};
use serde::{Deserialize, Serialize};

use super::Core;
use super::link::Trouble;
use super::reply::{Parts, text};
use super::scripts::{CLOSE, OPEN, STATS, TIDY};
use super::take::millis;
use crate::error::{Error, Row};
use crate::messenger::engine::Change;
use crate::messenger::{ChannelStats, Kind, Settings};

/// A channel that this process has opened: should the server forget it, it is made anew.
#[derive(Debug, Clone)]
pub(super) struct Opened {
    kind: Kind,
    settings: Settings,
    /// What was to be set of it and is not, as the server did not answer.
    waits: Option<Change>,
}

/// A channel as the outbox keeps it.
#[derive(Serialize, Deserialize)]
struct Kept {
    kind: String,
    settings: Settings,
}

impl Core {
    fn opened(&self) -> MutexGuard<'_, std::collections::HashMap<String, Opened>> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The set of the names of all channels.
    fn names(&self) -> String {
        format!("kw:{{{}}}:channels", self.link.address().swarm_name())
    }

    pub(super) fn open(
        &self,
        channel: &str,
        kind: Kind,
        change: &Change,
    ) -> Result<Settings, Error> {
        let (settings, waits) = match self.open_now(channel, kind, change) {
            Ok(settings) => (settings, None),
            // What is sent waits for the server; so does this.
            Err(Attempt::Trouble(Trouble::Down(_) | Trouble::NotNow(_)))
                if kind != Kind::Answers =>
            {
                let mut settings = self
                    .opened()
                    .get(channel)
                    .map_or_else(Settings::default, |opened| opened.settings.clone());
                change.apply(&mut settings);
                (settings, Some(change.clone()))
            }
            Err(Attempt::Trouble(trouble)) => return Err(self.link.error(trouble)),
            Err(Attempt::Error(error)) => return Err(error),
        };
        let opened = Opened {
            kind,
            settings: settings.clone(),
            waits,
        };
        self.opened().insert(channel.to_owned(), opened);
        Ok(settings)
    }

    fn open_now(&self, channel: &str, kind: Kind, change: &Change) -> Result<Settings, Attempt> {
        let mut before = String::new();
        let row = || Row::new("channel", "channels", channel);
        loop {
            let mut settings = match &*before {
                "" => Settings::default(),
                before => serde_json::from_str(before)
                    .map_err(|_| Error::DamagedRow(row(), "its settings cannot be read"))?,
            };
            change.apply(&mut settings);
            // Numbers and texts, which are JSON always.
            let after = serde_json::to_string(&settings).unwrap_or_default();
            let expires = change.expires.map(|moment| moment.0.to_string());
            let mut call = OPEN.call(&self.base(channel));
            call.arg(self.time())
                .arg(kind.name())
                .arg(after)
                .arg(&before)
                .arg(settings.limit)
                .arg(expires.unwrap_or_default());
            let mut parts = Parts::of(self.link.run(&OPEN, &call)?);
            match parts.text().as_deref() {
                Some("open") => {
                    let mut add = cmd("SADD");
                    add.arg(self.names()).arg(channel);
                    self.link.ask(&add)?;
                    return Ok(settings);
                }
                Some("changed") => before = parts.text().unwrap_or_default(),
                Some("kind") => {
                    let found = parts.text().and_then(|name| Kind::of(&name));
                    let found =
                        found.ok_or_else(|| Error::DamagedRow(row(), "there is no such kind"))?;
                    let (row, wanted, found) = (row(), kind.name(), found.name());
                    return Err(Error::Kind { row, wanted, found }.into());
                }
                _ => {
                    let later = "a later kilowat has made it";
                    return Err(Error::DamagedRow(row(), later).into());
                }
            }
        }
    }

    /// Makes a channel anew that the server has forgotten, with the groups that this process has joined. Says whether
    /// this process knows it.
    pub(super) fn open_again(&self, channel: &str) -> Result<bool, Trouble> {
        let Some(Opened { kind, settings, .. }) = self.opened().get(channel).cloned() else {
            return Ok(false);
        };
        if kind == Kind::Answers {
            return Ok(false);
        }
        let change = Change {
            limit: Some(settings.limit),
            lease: Some(settings.lease),
            attempts: Some(settings.attempts),
            longest_body: Some(settings.longest_body),
            keep: Some(settings.keep),
            keep_for: Some(settings.keep_for),
            expires: None,
        };
        match self.open_now(channel, kind, &change) {
            Ok(_) => {}
            Err(Attempt::Trouble(trouble)) => return Err(trouble),
            Err(Attempt::Error(error)) => return Err(Trouble::Refused(error.to_string())),
        }
        self.join_all(channel)?;
        Ok(true)
    }

    /// The same, for those who take.
    pub(super) fn opened_again(&self, channel: &str) -> Result<bool, Error> {
        self.open_again(channel)
            .map_err(|trouble| self.link.error(trouble))
    }

    /// Opens what was opened while the server did not answer.
    pub(super) fn open_what_waits(&self) {
        let waiting: Vec<_> = self
            .opened()
            .iter()
            .filter_map(|(name, opened)| Some((name.clone(), opened.kind, opened.waits.clone()?)))
            .collect();
        for (channel, kind, change) in waiting {
            let outcome = self.open_now(&channel, kind, &change);
            let mut opened = self.opened();
            let Some(opened) = opened.get_mut(&channel) else {
                continue;
            };
            match outcome {
                Ok(settings) => (opened.settings, opened.waits) = (settings, None),
                Err(Attempt::Trouble(_)) => return,
                Err(Attempt::Error(error)) => {
                    tracing::warn!(%error, channel, "it cannot be opened as it was to be");
                    opened.waits = None;
                }
            }
        }
    }

    /// What the outbox keeps of a channel.
    pub(super) fn settings_of(&self, channel: &str) -> String {
        let opened = self.opened();
        let kept = opened.get(channel).map(|opened| Kept {
            kind: opened.kind.name().to_owned(),
            settings: opened.settings.clone(),
        });
        kept.and_then(|kept| serde_json::to_string(&kept).ok())
            .unwrap_or_default()
    }

    /// What another process has kept of a channel that this one has not opened.
    pub(super) fn know_settings(&self, channel: &str, kept: &str) {
        let Ok(kept) = serde_json::from_str::<Kept>(kept) else {
            return;
        };
        let Some(kind) = Kind::of(&kept.kind) else {
            return;
        };
        let opened = || Opened {
            kind,
            settings: kept.settings,
            waits: None,
        };
        self.opened()
            .entry(channel.to_owned())
            .or_insert_with(opened);
    }

    pub(super) fn close(&self, channel: &str) -> Result<(), Error> {
        self.opened().remove(channel);
        let mut forget = cmd("SREM");
        forget.arg(self.names()).arg(channel);
        let mut call = CLOSE.call(&self.base(channel));
        call.arg(self.time());
        let closed = self.link.run(&CLOSE, &call);
        let closed = closed.and_then(|_| self.link.ask(&forget));
        closed.map(drop).map_err(|trouble| self.link.error(trouble))
    }

    pub(super) fn kind_of(&self, channel: &str) -> Result<Option<Kind>, Error> {
        let mut ask = cmd("HGET");
        ask.arg(format!("{}:c", self.base(channel))).arg("kind");
        Ok(Kind::of(&text(self.asked(&ask)?)))
    }

    pub(super) fn stats(&self) -> Result<Vec<ChannelStats>, Error> {
        let mut ask = cmd("SMEMBERS");
        ask.arg(self.names());
        let mut names = Parts::of(self.asked(&ask)?);
        let mut all = BTreeSet::new();
        while let Some(name) = names.text() {
            all.insert(name);
        }
        let mut stats = Vec::with_capacity(all.len());
        for name in all {
            let mut call = STATS.call(&self.base(&name));
            call.arg(self.time());
            let answer = self.link.run(&STATS, &call);
            let answer = answer.map_err(|trouble| self.link.error(trouble))?;
            if let Some(one) = stats_of(&name, &mut Parts::of(answer)) {
                stats.push(one);
            } else {
                // Who waited for an answer there has ended.
                let mut forget = cmd("SREM");
                forget.arg(self.names()).arg(&name);
                self.asked(&forget)?;
            }
        }
        Ok(stats)
    }

    /// Removes what has had its time from the channels that this process has opened.
    pub(super) fn tidy(&self) -> Result<(), Error> {
        let opened: Vec<_> = self
            .opened()
            .iter()
            .filter(|(_, opened)| opened.kind != Kind::Answers)
            .map(|(name, opened)| (name.clone(), opened.clone()))
            .collect();
        for (channel, Opened { kind, settings, .. }) in opened {
            let mut call = TIDY.call(&self.base(&channel));
            call.arg(self.time())
                .arg(kind.name())
                .arg(settings.keep)
                .arg(millis(settings.keep_for));
            match self.link.run(&TIDY, &call) {
                Ok(_) => {}
                // It is tidied later.
                Err(Trouble::Down(_) | Trouble::NotNow(_)) => return Ok(()),
                Err(trouble) => return Err(self.link.error(trouble)),
            }
        }
        Ok(())
    }

    pub(super) fn asked(&self, command: &Cmd) -> Result<Value, Error> {
        self.link
            .ask(command)
            .map_err(|trouble| self.link.error(trouble))
    }
}

fn stats_of(name: &str, parts: &mut Parts) -> Option<ChannelStats> {
    let kind = Kind::of(&parts.text()?)?;
    let settings: Settings = serde_json::from_str(&parts.text()?).ok()?;
    let mut stats = ChannelStats {
        channel: name.to_owned(),
        kind,
        limit: settings.limit,
        held: parts.number()?,
        ready: parts.number()?,
        taken: parts.number()?,
        delayed: parts.number()?,
        dead: parts.number()?,
        groups: Vec::new(),
    };
    while let Some(group) = parts.text() {
        stats.groups.push(group);
    }
    stats.groups.sort_unstable();
    Some(stats)
}

/// Why a channel was not opened.
enum Attempt {
    Trouble(Trouble),
    Error(Error),
}

impl From<Trouble> for Attempt {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

impl From<Error> for Attempt {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}
