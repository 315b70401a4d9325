//! The rules and secrets of a project, which are made once for its settings.

use std::sync::{Arc, Mutex, PoisonError};

use crate::language::Language;
use crate::rules::{Rules, Settings, SettingsFault};
use crate::security::Secrets;

/// What is looked for.
#[derive(Debug)]
pub(crate) struct LookedFor {
    pub(crate) rules: Rules,
    pub(crate) secrets: Secrets,
}

impl LookedFor {
    pub(crate) fn new(mut settings: Settings, is_strict: bool) -> Self {
        if is_strict {
            settings.strict(Language::Rust);
        }
        let settings = Arc::new(settings);
        Self {
            rules: Rules::new(Arc::clone(&settings)),
            secrets: Secrets::new(settings),
        }
    }
}

/// What was made last: the settings of a project seldom change.
#[derive(Debug, Default)]
pub(crate) struct KnownLookedFor(Mutex<Option<Known>>);

#[derive(Debug)]
struct Known {
    text: String,
    is_strict: bool,
    looked_for: Arc<LookedFor>,
}

impl KnownLookedFor {
    /// Those of a project whose settings have this text.
    pub(crate) fn of(&self, text: &str, is_strict: bool) -> Result<Arc<LookedFor>, SettingsFault> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = &*known
            && known.text == text
            && known.is_strict == is_strict
        {
            return Ok(Arc::clone(&known.looked_for));
        }
        let looked_for = Arc::new(LookedFor::new(Settings::parse(text)?, is_strict));
        *known = Some(Known {
            text: text.to_owned(),
            is_strict,
            looked_for: Arc::clone(&looked_for),
        });
        Ok(looked_for)
    }
}
