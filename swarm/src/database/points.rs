//! The points of a commit, and of what is done to whole files, at which a process may end.

use std::fmt;
use std::sync::Arc;

/// A point at which a process may be killed without harm. Tests and drills have something done there, by
/// [`Builder::at_points`](crate::Builder::at_points).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Point {
    /// A transaction has begun, and nothing is written yet.
    Begun,
    /// All is written and nothing committed.
    Written,
    /// All is committed, and nobody was told.
    Committed,
    /// The tables of a new version of the schema are there and not committed.
    Migrated,
    /// A backup is written and has no name yet.
    BackedUp,
    /// A damaged database is set aside, and stands in its old place, too.
    SetAside,
    /// What could be read of it is in a new database beside it.
    Salvaged,
    /// The damaged database has lost its journal, and the new one is not in its place yet.
    JournalGone,
    /// The new database is in its place.
    InPlace,
}

impl Point {
    /// All points.
    pub const ALL: [Self; 9] = [
        Self::Begun,
        Self::Written,
        Self::Committed,
        Self::Migrated,
        Self::BackedUp,
        Self::SetAside,
        Self::Salvaged,
        Self::JournalGone,
        Self::InPlace,
    ];
}

/// What is done at points: nothing, unless a test wants it.
#[derive(Clone, Default)]
pub(crate) struct Points(Option<Arc<dyn Fn(Point) + Send + Sync>>);

impl Points {
    pub(crate) fn new(act: impl Fn(Point) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(act)))
    }

    pub(super) fn reach(&self, point: Point) {
        if let Some(act) = &self.0 {
            act(point);
        }
    }
}

impl fmt::Debug for Points {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Points")
    }
}
