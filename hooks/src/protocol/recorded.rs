//! Events as hosts send them, and what each is to be told: for tests, and for whoever wants to see that it works.

use std::fs;
use std::io;
use std::path::Path;

use super::Answer;

/// The project that the events are of.
const PROJECT: &str = "/home/sam/shop";

/// An event as a host has sent it.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Recorded {
    /// What it is called.
    pub name: &'static str,
    /// What the host has sent, of a project in `/home/sam/shop`.
    pub payload: &'static str,
    /// What the host is told.
    pub sees: Sees,
    /// Whether something goes wrong with it.
    pub is_fault: bool,
}

/// What a host sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Sees {
    /// Nothing.
    Nothing,
    /// Something that the agent is told.
    News,
    /// What the agent has to mend.
    Errors,
    /// That the tool is not to be used.
    Denial,
}

impl Sees {
    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::News => "context for the agent",
            Self::Errors => "errors for the agent, exit status 2",
            Self::Denial => "the tool is denied",
        }
    }

    /// What an answer is of them.
    #[must_use]
    pub fn of(answer: &Answer) -> Self {
        match answer {
            Answer::Pass => Self::Nothing,
            Answer::Tell { .. } => Self::News,
            Answer::Mend { .. } | Answer::GoOn { .. } => Self::Errors,
            Answer::Deny { .. } | Answer::Refuse { .. } => Self::Denial,
        }
    }
}

macro_rules! recorded {
    ($($name:literal: $sees:ident $($fault:ident)?,)*) => {
        /// All of them.
        pub const RECORDED: &[Recorded] = &[$(Recorded {
            name: $name,
            payload: include_str!(concat!("../../tests/data/payloads/", $name, ".json")),
            sees: Sees::$sees,
            is_fault: [$(stringify!($fault),)? ""].len() > 1,
        },)*];
    };
}

recorded! {
    "pre-write-protected": Denial,
    "pre-edit": Nothing,
    "pre-bash": Nothing,
    "post-write-broken": Errors,
    "post-edit-clean": Nothing,
    "post-multiedit-mixed": News,
    "post-notebook": Nothing,
    "post-write-elsewhere": Nothing,
    "post-write-missing": Nothing fault,
    "post-read": Nothing,
    "post-mcp": Nothing,
    "stop": Nothing,
    "stop-again": Nothing,
    "subagent-stop": Nothing,
    "user-prompt": Nothing,
    "session-start": Nothing,
    "session-end": Nothing,
    "notification": Nothing,
    "pre-compact": Nothing,
    "later": Nothing,
}

impl Recorded {
    /// What the host sends of a project that is elsewhere.
    #[must_use]
    pub fn of(&self, project: &Path) -> String {
        // In JSON a path has other quotes.
        let project = serde_json::to_string(&project.to_string_lossy()).unwrap_or_default();
        self.payload.replace(PROJECT, project.trim_matches('"'))
    }
}

/// Puts the files into a folder that the events are of.
///
/// # Errors
/// Where they cannot be written.
pub fn lay_out(project: &Path) -> io::Result<()> {
    fs::create_dir_all(project.join("src"))?;
    fs::create_dir_all(project.join(".kilowat"))?;
    for (name, text) in [
        (
            "src/cart.js",
            "export function total(lines) {\n  return lines.reduce((sum, line) => sum + line.price * line.count, 0);\n}\n",
        ),
        (
            "src/cart.test.js",
            "import { total } from './cart.js';\n\ntest('none', () => expect(total([])).toBe(0));\n",
        ),
        ("src/broken.js", "export function total(lines {\n"),
        (
            "src/mixed.js",
            "const first = 1;\r\nconst second = 2;\nexport { first, second };\n",
        ),
        (
            "report.ipynb",
            "{\n  \"cells\": [],\n  \"metadata\": {},\n  \"nbformat\": 4,\n  \"nbformat_minor\": 5\n}\n",
        ),
        (".kilowat/post-edit.toml", "[hook]\nprotect = [\".env*\"]\n"),
    ] {
        fs::write(project.join(name), text)?;
    }
    Ok(())
}
