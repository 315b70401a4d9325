//! Figures that somebody has measured and says: the monitor does not measure them itself.

use rusqlite::params;
use serde::Serialize;

use super::Monitor;
use crate::clock::Moment;
use crate::error::Error;
use crate::memory::Access as _;
use crate::names;

/// A figure, and who has said it when.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Gauge {
    /// Its name.
    pub name: String,
    /// The figure.
    pub value: f64,
    /// When it was said.
    pub at: Moment,
    /// Who has said it.
    pub source: String,
}

impl Monitor {
    /// Says a figure, in the place of what was said before by the same name.
    ///
    /// # Errors
    /// [`Error::Name`] where a name is none; [`Error::NotFinite`] where it is infinite or not a number; the others
    /// as of [every write](crate::Swarm#writes).
    pub fn set_gauge(&self, name: &str, value: f64, source: &str) -> Result<(), Error> {
        names::check("the gauge", name)?;
        names::check("the source", source)?;
        if !value.is_finite() {
            return Err(Error::NotFinite {
                gauge: name.to_owned(),
            });
        }
        self.access.write(|connection, now| {
            let mut upsert = connection.prepare_cached(
                "INSERT INTO gauges (name, value, at, source) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (name) DO UPDATE SET value = excluded.value, at = excluded.at,
                   source = excluded.source",
            )?;
            upsert.execute(params![name, value, now.0, source])?;
            Ok(())
        })
    }

    /// Removes a figure. Says whether there was one.
    ///
    /// # Errors
    /// As of [every write](crate::Swarm#writes).
    pub fn delete_gauge(&self, name: &str) -> Result<bool, Error> {
        self.access.write(|connection, _| {
            let mut delete = connection.prepare_cached("DELETE FROM gauges WHERE name = ?1")?;
            Ok(delete.execute([name])? > 0)
        })
    }

    /// The figures, by their names.
    ///
    /// # Errors
    /// As of [every read](crate::Swarm#reads).
    pub fn gauges(&self) -> Result<Vec<Gauge>, Error> {
        self.access.read(|connection, _| {
            let mut select = connection
                .prepare_cached("SELECT name, value, at, source FROM gauges ORDER BY name")?;
            let rows = select.query_map([], |row| {
                Ok(Gauge {
                    name: row.get(0)?,
                    value: row.get(1)?,
                    at: Moment(row.get(2)?),
                    source: row.get(3)?,
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }
}
