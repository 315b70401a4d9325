//! Entries: values under their keys, in namespaces.

use std::borrow::Cow;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _, Row as Columns, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Memory;
use super::access::Access;
use super::lists::{TAGS, tags};
use super::value::{Format, Stored, from_json, to_json};
use crate::clock::Moment;
use crate::error::{Error, Row};
use crate::names;

/// What a value is put with.
#[derive(Debug, Clone, Copy, Default)]
pub struct Put<'p> {
    /// How long it is there; for good where it is not said. To the millisecond.
    pub ttl: Option<Duration>,
    /// By what else it is found. Those that it had before are gone.
    pub tags: &'p [&'p str],
    /// The version that it takes the place of, 0 where there must be none: else it is not written.
    pub if_version: Option<u64>,
    /// What there is to say about it, as JSON.
    pub meta: Option<&'p str>,
}

/// A value, and what is known about it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry<T> {
    /// The value.
    pub value: T,
    /// Whether it is JSON or bytes.
    pub format: Format,
    /// 1 for the first value of its key, and 1 more for each that takes its place.
    pub version: u64,
    /// When the first value was put.
    pub created: Moment,
    /// When this value was put.
    pub updated: Moment,
    /// From when on it is there no more.
    pub expires: Option<Moment>,
    /// What there is to say about it, as JSON.
    pub meta: Option<String>,
}

/// A value as it was put, what is known about it, and by what else it is found.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tagged {
    /// The value, and what is known about it.
    pub entry: Entry<Vec<u8>>,
    /// Its tags, in their order.
    pub tags: Vec<String>,
}

/// What is to be written, with times of its own where it comes from elsewhere.
#[derive(Debug, Clone)]
pub(crate) struct Record<'r> {
    pub(crate) namespace: &'r str,
    pub(crate) key: &'r str,
    pub(crate) stored: Stored<'r>,
    pub(crate) meta: Option<&'r str>,
    pub(crate) tags: &'r [Cow<'r, str>],
    pub(crate) created: Option<Moment>,
    pub(crate) updated: Option<Moment>,
    pub(crate) expires: Option<Moment>,
}

/// The columns of an [`Entry`].
macro_rules! entry {
    () => {
        "codec, raw, sum, value, version, created, updated, expires, meta"
    };
}

/// Where the entry of a key is, if it is there.
macro_rules! of_key {
    () => {
        " FROM entries WHERE namespace = ?1 AND key = ?2 AND (expires IS NULL OR expires > ?3)"
    };
}

pub(crate) fn row(namespace: &str, key: &str) -> Row {
    Row::new("entry", namespace, key)
}

pub(crate) fn check_names(namespace: &str, key: &str) -> Result<(), Error> {
    names::check("the namespace", namespace)?;
    Ok(names::check("the key", key)?)
}

impl<A: Access> Memory<A> {
    /// Stores a value as JSON, in the place of the one that the key has. It gets no tags and stays for good.
    /// Returns its version.
    ///
    /// # Errors
    /// [`Error::Name`] where namespace or key are no names; [`Error::Json`] where the value is none that JSON
    /// can say; the others as of [every write](crate::Swarm#writes).
    pub fn put<T: Serialize + ?Sized>(
        &self,
        namespace: &str,
        key: &str,
        value: &T,
    ) -> Result<u64, Error> {
        self.put_with(namespace, key, value, Put::default())
    }

    /// Stores a value as JSON, with a time to live, tags, or only in the place of a certain version. Returns
    /// its version.
    ///
    /// # Errors
    /// As of [`put`](Self::put); [`Error::Version`] where the entry has another version than is wanted.
    pub fn put_with<T: Serialize + ?Sized>(
        &self,
        namespace: &str,
        key: &str,
        value: &T,
        put: Put<'_>,
    ) -> Result<u64, Error> {
        check_names(namespace, key)?;
        let json = to_json(self.access.runtime(), value, || row(namespace, key))?;
        self.put_formatted(namespace, key, Format::Json, &json, put)
    }

    /// Stores bytes. Returns their version.
    ///
    /// # Errors
    /// As of [`put_with`](Self::put_with).
    pub fn put_bytes(
        &self,
        namespace: &str,
        key: &str,
        value: &[u8],
        put: Put<'_>,
    ) -> Result<u64, Error> {
        self.put_formatted(namespace, key, Format::Bytes, value, put)
    }

    /// Stores JSON that is a text already. Returns its version.
    ///
    /// # Errors
    /// As of [`put_with`](Self::put_with).
    pub fn put_json(
        &self,
        namespace: &str,
        key: &str,
        json: &[u8],
        put: Put<'_>,
    ) -> Result<u64, Error> {
        check_names(namespace, key)?;
        let runtime = self.access.runtime();
        let minified = runtime.json_minify(json, kilowat::json::TYPE_DEPTH);
        let json = minified.map_err(|error| super::value::json(error, || row(namespace, key)))?;
        self.put_formatted(namespace, key, Format::Json, &json, put)
    }

    fn put_formatted(
        &self,
        namespace: &str,
        key: &str,
        format: Format,
        value: &[u8],
        put: Put<'_>,
    ) -> Result<u64, Error> {
        check_names(namespace, key)?;
        for tag in put.tags {
            names::check("the tag", tag)?;
        }
        let runtime = self.access.runtime();
        if let Some(meta) = put.meta {
            let valid = runtime.json_validate(meta.as_bytes(), kilowat::json::TYPE_DEPTH);
            valid.map_err(|error| super::value::json(error, || row(namespace, key)))?;
        }
        let tags: Vec<_> = put.tags.iter().map(|tag| Cow::Borrowed(*tag)).collect();
        let record = Record {
            namespace,
            key,
            stored: Stored::new(runtime, format, value)?,
            meta: put.meta,
            tags: &tags,
            created: None,
            updated: None,
            expires: None,
        };
        self.access.write(|connection, now| {
            if let Some(wanted) = put.if_version {
                let found = version(connection, namespace, key, now)?;
                if found != wanted {
                    return Err(Error::Version {
                        row: row(namespace, key),
                        wanted,
                        found,
                    });
                }
            }
            let expires = put.ttl.map(|ttl| now.after(ttl));
            write(connection, now, &Record { expires, ..record })
        })
    }

    /// The value of a key, read into a type.
    ///
    /// # Errors
    /// [`Error::Json`] where the value is no JSON of that type; [`Error::DamagedRow`] where it is not as it was
    /// stored; the others as of [every read](crate::Swarm#reads).
    pub fn get<T: DeserializeOwned>(
        &self,
        namespace: &str,
        key: &str,
    ) -> Result<Option<Entry<T>>, Error> {
        let runtime = self.access.runtime();
        self.get_as(namespace, key, |value| {
            from_json(runtime, &value, || row(namespace, key))
        })
    }

    /// The value of a key as it was put: the text of JSON, or bytes.
    ///
    /// # Errors
    /// As of [`get`](Self::get), but for [`Error::Json`].
    pub fn get_bytes(&self, namespace: &str, key: &str) -> Result<Option<Entry<Vec<u8>>>, Error> {
        self.get_as(namespace, key, |value| Ok(value.into_owned()))
    }

    /// The same, and its tags in their order: both are of one moment.
    ///
    /// # Errors
    /// As of [`get_bytes`](Self::get_bytes).
    pub fn get_bytes_and_tags(&self, namespace: &str, key: &str) -> Result<Option<Tagged>, Error> {
        check_names(namespace, key)?;
        self.access.read(|connection, now| {
            let mut select = connection.prepare_cached(&format!(
                concat!("SELECT ", entry!(), ", {}", of_key!()),
                TAGS
            ))?;
            let mut rows = select.query(params![namespace, key, now.0])?;
            let Some(found) = rows.next()? else {
                return Ok(None);
            };
            let read = |value: Cow<'_, [u8]>| Ok(value.into_owned());
            let entry = self.entry(found, namespace, key, read)?;
            let tags = tags(found, 9)?;
            Ok(Some(Tagged { entry, tags }))
        })
    }

    fn get_as<T>(
        &self,
        namespace: &str,
        key: &str,
        read: impl FnOnce(Cow<'_, [u8]>) -> Result<T, Error>,
    ) -> Result<Option<Entry<T>>, Error> {
        check_names(namespace, key)?;
        self.access.read(|connection, now| {
            let mut select = connection.prepare_cached(concat!("SELECT ", entry!(), of_key!()))?;
            let mut rows = select.query(params![namespace, key, now.0])?;
            let found = rows.next()?;
            found
                .map(|found| self.entry(found, namespace, key, read))
                .transpose()
        })
    }

    fn entry<T>(
        &self,
        found: &Columns<'_>,
        namespace: &str,
        key: &str,
        read: impl FnOnce(Cow<'_, [u8]>) -> Result<T, Error>,
    ) -> Result<Entry<T>, Error> {
        let stored = stored(found, 0)?;
        let format = Stored::format(stored.codec);
        let value = stored.open(self.access.runtime(), || row(namespace, key))?;
        Ok(Entry {
            value: read(value)?,
            format,
            version: found.get::<_, i64>(4)?.cast_unsigned(),
            created: Moment(found.get(5)?),
            updated: Moment(found.get(6)?),
            expires: found.get::<_, Option<i64>>(7)?.map(Moment),
            meta: found.get(8)?,
        })
    }

    /// Removes the value of a key. Says whether there was one.
    ///
    /// # Errors
    /// As of [every write](crate::Swarm#writes).
    pub fn delete(&self, namespace: &str, key: &str) -> Result<bool, Error> {
        check_names(namespace, key)?;
        self.access.write(|connection, now| {
            let mut delete = connection.prepare_cached(
                "DELETE FROM entries WHERE namespace = ?1 AND key = ?2
                 RETURNING expires IS NULL OR expires > ?3",
            )?;
            let was_there = delete.query_row(params![namespace, key, now.0], |row| row.get(0));
            Ok(was_there.optional()?.unwrap_or(false))
        })
    }

    /// Removes all values of a namespace. Says how many there were.
    ///
    /// # Errors
    /// As of [every write](crate::Swarm#writes).
    pub fn delete_all(&self, namespace: &str) -> Result<u64, Error> {
        names::check("the namespace", namespace)?;
        self.access.write(|connection, now| {
            let mut delete = connection.prepare_cached(
                "DELETE FROM entries WHERE namespace = ?1 RETURNING expires IS NULL OR expires > ?2",
            )?;
            let were_there = delete.query_map(params![namespace, now.0], |row| row.get(0))?;
            let were_there: Result<Vec<bool>, _> = were_there.collect();
            Ok(were_there?.into_iter().filter(|was_there| *was_there).count() as u64)
        })
    }
}

/// A stored value, from four columns.
pub(crate) fn stored<'r>(row: &'r rusqlite::Row<'_>, first: usize) -> Result<Stored<'r>, Error> {
    let bytes = row.get_ref(first + 3)?;
    Ok(Stored {
        codec: row.get(first)?,
        raw: row.get(first + 1)?,
        sum: row.get(first + 2)?,
        bytes: Cow::Borrowed(bytes.as_bytes().map_err(rusqlite::Error::from)?),
    })
}

/// The version of an entry; 0 where there is none.
pub(crate) fn version(
    connection: &Connection,
    namespace: &str,
    key: &str,
    now: Moment,
) -> Result<u64, Error> {
    let mut select = connection.prepare_cached(
        "SELECT version FROM entries
         WHERE namespace = ?1 AND key = ?2 AND (expires IS NULL OR expires > ?3)",
    )?;
    let version = select.query_row(params![namespace, key, now.0], |row| row.get::<_, i64>(0));
    Ok(version.optional()?.unwrap_or(0).cast_unsigned())
}

/// Writes an entry, and returns its version. Names are checked before.
pub(crate) fn write(
    connection: &Connection,
    now: Moment,
    record: &Record<'_>,
) -> Result<u64, Error> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO entries
           (namespace, key, value, codec, raw, sum, meta, version, created, updated, expires)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, ?8, ?9, ?10)
         ON CONFLICT (namespace, key) DO UPDATE SET
           value = excluded.value, codec = excluded.codec, raw = excluded.raw, sum = excluded.sum,
           meta = excluded.meta, version = entries.version + 1, updated = excluded.updated,
           expires = excluded.expires,
           created = iif(entries.expires <= ?11, excluded.created, entries.created)
         RETURNING id, version",
    )?;
    let updated = record.updated.unwrap_or(now);
    let created = record.created.unwrap_or(updated);
    let stored = &record.stored;
    let (id, version): (i64, i64) = insert.query_row(
        params![
            record.namespace,
            record.key,
            stored.bytes,
            stored.codec,
            stored.raw,
            stored.sum,
            record.meta,
            created.0,
            updated.0,
            record.expires.map(|expires| expires.0),
            now.0
        ],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    // One that is new has none.
    if version > 1 {
        let mut delete = connection.prepare_cached("DELETE FROM tags WHERE entry = ?1")?;
        delete.execute([id])?;
    }
    for tag in record.tags {
        let mut insert = connection.prepare_cached(
            "INSERT OR IGNORE INTO tags (namespace, tag, entry) VALUES (?1, ?2, ?3)",
        )?;
        insert.execute(params![record.namespace, tag, id])?;
    }
    Ok(version.cast_unsigned())
}
