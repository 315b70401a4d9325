//! What entries there are: by page, by tag, and by what their values hold.

use rusqlite::{Connection, Row as Columns, params};
use serde::Serialize;

use super::Memory;
use super::access::Access;
use super::entries::{row, stored};
use super::value::{Format, Stored};
use crate::clock::Moment;
use crate::error::{Error, Row};
use crate::names;

/// Which part of a list is wanted.
#[derive(Debug, Clone, Copy)]
pub struct Page<'p> {
    /// The key behind which it begins, as [`Listing::next`] says; from the first where it is not said.
    pub after: Option<&'p str>,
    /// How many at most, from 1 on.
    pub limit: u32,
}

impl Default for Page<'_> {
    /// The first hundred.
    fn default() -> Self {
        Self {
            after: None,
            limit: 100,
        }
    }
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Listing {
    /// The entries, by their keys.
    pub items: Vec<Item>,
    /// Behind which key the next page begins, if there is one.
    pub next: Option<String>,
}

/// An entry without its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Item {
    /// Its namespace.
    pub namespace: String,
    /// Its key.
    pub key: String,
    /// Whether it is JSON or bytes.
    pub format: Format,
    /// The length of its value in bytes.
    pub bytes: u64,
    /// The length of its value as it stands in the database.
    pub stored: u64,
    /// Its tags, in their order.
    pub tags: Vec<String>,
    /// Its version.
    pub version: u64,
    /// When the first value was put.
    pub created: Moment,
    /// When this value was put.
    pub updated: Moment,
    /// From when on it is there no more.
    pub expires: Option<Moment>,
}

/// The values that hold something.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Search {
    /// Where it is.
    pub found: Vec<Found>,
    /// Entries that are not as they were stored, and so could not be searched.
    pub damaged: Vec<Row>,
    /// Whether the limit was reached: there may be more.
    pub is_cut: bool,
}

/// A value that holds something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Found {
    /// The namespace of the entry.
    pub namespace: String,
    /// Its key.
    pub key: String,
    /// Where in the value it is first, in bytes from 0.
    pub offset: u64,
    /// The value, or its beginning and what stands around the place: 120 bytes at most.
    #[serde(serialize_with = "lossy")]
    pub excerpt: Vec<u8>,
}

fn lossy<S: serde::Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&String::from_utf8_lossy(bytes))
}

/// How much of a value is shown around what was found.
const EXCERPT: usize = 120;

/// The tags of an entry, in their order.
pub(super) const TAGS: &str =
    "(SELECT json_group_array(tag ORDER BY tag) FROM tags WHERE entry = entries.id)";

const ITEM: &str = "namespace, key, codec, raw, length(value), version, created, updated, expires";

/// What [`TAGS`] has found.
pub(super) fn tags(row: &Columns<'_>, column: usize) -> rusqlite::Result<Vec<String>> {
    let tags: String = row.get(column)?;
    // SQLite has made it of names.
    Ok(serde_json::from_str(&tags).unwrap_or_default())
}

fn item(row: &Columns<'_>) -> rusqlite::Result<Item> {
    Ok(Item {
        namespace: row.get(0)?,
        key: row.get(1)?,
        format: Stored::format(row.get(2)?),
        bytes: row.get::<_, i64>(3)?.cast_unsigned(),
        stored: row.get::<_, i64>(4)?.cast_unsigned(),
        tags: tags(row, 9)?,
        version: row.get::<_, i64>(5)?.cast_unsigned(),
        created: Moment(row.get(6)?),
        updated: Moment(row.get(7)?),
        expires: row.get::<_, Option<i64>>(8)?.map(Moment),
    })
}

impl<A: Access> Memory<A> {
    /// A page of the entries of a namespace, by their keys.
    ///
    /// # Errors
    /// As of [every read](crate::Swarm#reads).
    pub fn list(&self, namespace: &str, page: Page<'_>) -> Result<Listing, Error> {
        names::check("the namespace", namespace)?;
        let limit = page.limit.max(1);
        self.access.read(|connection, now| {
            let mut select = connection.prepare_cached(&format!(
                "SELECT {ITEM}, {TAGS} FROM entries
                 WHERE namespace = ?1 AND key > ?2 AND (expires IS NULL OR expires > ?3)
                 ORDER BY key LIMIT ?4"
            ))?;
            let after = page.after.unwrap_or_default();
            // One more than is wanted says whether there is another page.
            let most = i64::from(limit) + 1;
            let items = select.query_map(params![namespace, after, now.0, most], item)?;
            let mut items = items.collect::<Result<Vec<_>, _>>()?;
            let has_more = items.len() > limit as usize;
            items.truncate(limit as usize);
            let next = items.last().filter(|_| has_more);
            Ok(Listing {
                next: next.map(|item| item.key.clone()),
                items,
            })
        })
    }

    /// An entry without its value.
    ///
    /// # Errors
    /// As of [every read](crate::Swarm#reads).
    pub fn item(&self, namespace: &str, key: &str) -> Result<Option<Item>, Error> {
        super::entries::check_names(namespace, key)?;
        self.access.read(|connection, now| {
            let mut select = connection.prepare_cached(&format!(
                "SELECT {ITEM}, {TAGS} FROM entries
                 WHERE namespace = ?1 AND key = ?2 AND (expires IS NULL OR expires > ?3)"
            ))?;
            let mut items = select.query_map(params![namespace, key, now.0], item)?;
            Ok(items.next().transpose()?)
        })
    }

    /// The entries of a namespace that have a tag, by their keys.
    ///
    /// # Errors
    /// As of [every read](crate::Swarm#reads).
    pub fn tagged(&self, namespace: &str, tag: &str) -> Result<Vec<Item>, Error> {
        names::check("the namespace", namespace)?;
        names::check("the tag", tag)?;
        self.access.read(|connection, now| {
            let mut select = connection.prepare_cached(&format!(
                "SELECT {ITEM}, {TAGS} FROM entries
                 WHERE id IN (SELECT entry FROM tags WHERE namespace = ?1 AND tag = ?2)
                   AND (expires IS NULL OR expires > ?3)
                 ORDER BY key"
            ))?;
            let items = select.query_map(params![namespace, tag, now.0], item)?;
            Ok(items.collect::<Result<_, _>>()?)
        })
    }

    /// The entries whose values hold `needle`, of one namespace or of all: `limit` at most. The search kernel
    /// goes over the values, as they were put.
    ///
    /// # Errors
    /// As of [every read](crate::Swarm#reads). Entries that are damaged are named in the answer.
    pub fn search(
        &self,
        namespace: Option<&str>,
        needle: &[u8],
        limit: usize,
    ) -> Result<Search, Error> {
        if let Some(namespace) = namespace {
            names::check("the namespace", namespace)?;
        }
        self.access
            .read(|connection, now| self.search_in(connection, now, namespace, needle, limit))
    }

    fn search_in(
        &self,
        connection: &Connection,
        now: Moment,
        namespace: Option<&str>,
        needle: &[u8],
        limit: usize,
    ) -> Result<Search, Error> {
        let runtime = self.access.runtime();
        let of_namespace = namespace.map_or("", |_| "AND namespace = ?2");
        let mut select = connection.prepare_cached(&format!(
            "SELECT namespace, key, codec, raw, sum, value FROM entries
             WHERE (expires IS NULL OR expires > ?1) {of_namespace} ORDER BY namespace, key"
        ))?;
        let mut rows = match namespace {
            Some(namespace) => select.query(params![now.0, namespace])?,
            None => select.query(params![now.0])?,
        };
        let mut search = Search::default();
        while let Some(columns) = rows.next()? {
            let (namespace, key): (String, String) = (columns.get(0)?, columns.get(1)?);
            let value = match stored(columns, 2)?.open(runtime, || row(&namespace, &key)) {
                Ok(value) => value,
                Err(Error::DamagedRow(row, _)) => {
                    search.damaged.push(row);
                    continue;
                }
                Err(error) => return Err(error),
            };
            let Some(offset) = runtime.search(&value, needle)? else {
                continue;
            };
            if search.found.len() == limit {
                search.is_cut = true;
                break;
            }
            search.found.push(Found {
                offset: offset as u64,
                excerpt: excerpt(&value, offset).to_vec(),
                namespace,
                key,
            });
        }
        Ok(search)
    }
}

/// What stands around a place, not cut within a character of UTF-8.
fn excerpt(value: &[u8], offset: usize) -> &[u8] {
    let is_inside = |place: &usize| value.get(*place).is_some_and(|byte| byte & 0xc0 == 0x80);
    let start = offset.saturating_sub(EXCERPT / 3);
    let start = (start..offset)
        .find(|place| !is_inside(place))
        .unwrap_or(offset);
    let end = value.len().min(start + EXCERPT);
    let end = (start..=end)
        .rev()
        .find(|place| !is_inside(place))
        .unwrap_or(end);
    &value[start..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excerpts_cut_no_character() {
        let text = "é".repeat(100);
        for offset in (0..200).step_by(2) {
            let excerpt = excerpt(text.as_bytes(), offset);
            assert!(str::from_utf8(excerpt).is_ok(), "{offset}");
            assert!(excerpt.len() <= EXCERPT && !excerpt.is_empty(), "{offset}");
        }
        assert_eq!(excerpt(b"short", 2), b"short");
        assert_eq!(excerpt(&[0x80; 10], 5), [0x80; 5]);
    }
}
