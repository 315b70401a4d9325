//! What programs that work together on one machine share: a memory, messages and workers, in one file and without any
//! server.
//!
//! A [`Swarm`] is a folder, `.kilowat` in a project, with a database for any number of threads and processes.
//! Its [`Memory`] holds values under keys, agents, tasks and events:
//!
//! ```
//! use kilowat_swarm::memory::{NewTask, Outcome, Put};
//! use kilowat_swarm::{Place, Swarm};
//! use std::time::Duration;
//!
//! # let folder = tempfile::tempdir()?;
//! # let folder = folder.path();
//! // Or the folder of the project: `Place::find(".".as_ref())?`.
//! let swarm = Swarm::open(&Place::at(folder.join(".kilowat")))?;
//! let memory = swarm.memory();
//!
//! memory.put("blackboard", "plan", &["parse", "check"])?;
//! let plan = memory.get::<Vec<String>>("blackboard", "plan")?.unwrap();
//! assert_eq!((plan.value[0].as_str(), plan.version), ("parse", 1));
//!
//! let tags = &["draft"];
//! let ttl = Some(Duration::from_secs(3600));
//! memory.put_with("notes", "n-1", "a note", Put { tags, ttl, ..Put::default() })?;
//! assert_eq!(memory.tagged("notes", "draft")?.len(), 1);
//!
//! let tasks = memory.tasks("reviews");
//! let (id, kind, data) = ("pr-17", "review", &17);
//! tasks.add(&NewTask { id, kind, data, priority: 0, delay: Duration::ZERO, needs: &[] })?;
//! let claim = tasks.claim::<u32>("agent-1", Duration::from_secs(30), &[])?.unwrap();
//! tasks.finish("pr-17", claim.fence(), Outcome::Done, Some("looks good"))?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What a value is made of goes through the kernels of [`kilowat`]: JSON, LZ4 from 1 KiB on, FNV-1a 64 for the
//! sum by which damage is found, and the search. With another runtime, or a tier that fails, nothing but the
//! speed changes.
//!
//! A [`monitor`] says what the swarm does, how fast, and what is wrong with it.
//!
//! The [`messenger`] has queues and topics in the same file, and a [`worker`] does what comes in queues.
//!
//! The library blocks, and has no threads of its own but for the daily backup, those of workers, and one for each open
//! swarm that looks whether it is to be [rolled back](rollback).

pub mod clock;
mod database;
pub mod doctor;
pub mod envelope;
mod error;
mod identity;
pub mod memory;
pub mod messenger;
pub mod monitor;
pub mod names;
mod place;
pub mod reports;
pub mod rollback;
mod swarm;
pub mod worker;

pub use database::{Backup, Durability, Point, Salvage};
pub use error::{Error, Row};
pub use identity::{Id, IdError};
pub use memory::Memory;
pub use place::{Place, PlaceError, PlaceFault, VARIABLE};
pub use swarm::{Builder, Swarm};
