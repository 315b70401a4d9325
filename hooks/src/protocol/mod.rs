//! The hooks of a coding agent's host: what it says of an event, and what it is told.
//!
//! A host starts a command for each event, or asks by HTTP, with one JSON object. [`Pipe`] reads it as far as it goes,
//! [`Payload`] is what matters of it, and a [`Host`] has an [`Answer`] to it, for a command or for HTTP:
//!
//! ```
//! use kilowat_hooks::protocol::{Host, Payload};
//! use kilowat_swarm::{Place, Swarm};
//!
//! # let folder = tempfile::tempdir()?;
//! # let project = folder.path();
//! std::fs::write(project.join("a.js"), "let a = 1;\nlet a = 2;\n")?;
//! let host = Host::new(&Swarm::open(&Place::at(project.join(".kilowat")))?, project);
//!
//! let payload = Payload::read(
//!     br#"{"hook_event_name":"PostToolUse","tool_name":"Write","tool_input":{"file_path":"a.js"}}"#,
//! )?;
//! let answered = host.answer(&payload);
//! assert_eq!(answered.answer.status(), 2);
//! assert!(answered.answer.error().unwrap().contains(": error: "));
//! assert!(answered.faults.is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Whatever goes wrong with kilowat itself blocks nobody: it is a [fault](Answered::faults) beside an answer that says
//! nothing.

mod answer;
mod host;
mod paths;
mod payload;
mod read;
pub mod recorded;
mod settings;
mod words;

pub use answer::Answer;
pub use host::{Answered, Host, Unopened, is_before_a_tool};
pub use payload::{Event, Payload, PayloadError};
pub use read::{Limits, Pipe, ReadFault};
pub use settings::{Protected, Settings, SettingsError};
