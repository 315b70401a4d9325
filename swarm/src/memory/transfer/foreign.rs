//! What other programs have stored in a table of theirs.
//!
//! Their tables differ from version to version, so that what is read is what is there: a key and a value there
//! must be, namespace, tags and times there may be. All other columns go to what there is to say about an entry.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use kilowat::Runtime;
use rusqlite::types::Value as Cell;
use rusqlite::{Connection, OpenFlags};
use serde_json::{Map, Value};

use super::import::write_newer;
use super::{Imported, Source};
use crate::clock::Moment;
use crate::error::Error;
use crate::memory::Memory;
use crate::memory::access::Within;
use crate::memory::entries::Record;
use crate::memory::value::{Format, Stored};
use crate::names;

/// How many rows are one commit.
const AT_A_TIME: usize = 500;

/// Times before this, in whatever they count, are seconds: as milliseconds they would be of 1973.
const SECONDS_BELOW: i64 = 100_000_000_000;
const SECONDS_BELOW_AS_REAL: f64 = 1e11;

/// Where a row says nothing else.
const NAMESPACE: &str = "default";

/// Columns that are no more than copies, counters and vectors of the program's own.
const LEFT_OUT: [&str; 8] = [
    "embedding",
    "embedding_model",
    "embedding_dimensions",
    "access_count",
    "last_accessed_at",
    "accessed_at",
    "compressed",
    "size",
];

type Cells = BTreeMap<String, Cell>;

impl Memory {
    /// Puts what another program has stored in its database into this memory, five hundred rows a commit.
    /// Entries that are as new or newer here are kept, and what has expired is left out. The database is read
    /// only.
    ///
    /// # Errors
    /// [`Error::Source`] where the file is no such database; the others as of
    /// [every write](crate::Swarm#writes).
    pub fn import_from(&self, path: &Path, source: Source) -> Result<Imported, Error> {
        let refused = |what: String| Error::Source {
            path: path.to_owned(),
            what,
        };
        let rows = read(path, source).map_err(|error| match error {
            ReadError::Sqlite(error) => refused(error.to_string()),
            ReadError::Table(what) => refused(what),
        })?;
        let mut imported = Imported::default();
        for batch in rows.chunks(AT_A_TIME) {
            let mut counted = imported;
            self.transaction(|memory| {
                let within = memory.access;
                batch
                    .iter()
                    .try_for_each(|cells| entry(&within, cells, &mut counted))
            })?;
            imported = counted;
        }
        Ok(imported)
    }
}

enum ReadError {
    Sqlite(rusqlite::Error),
    Table(String),
}

impl From<rusqlite::Error> for ReadError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

/// The rows of the table, with times in milliseconds.
fn read(path: &Path, source: Source) -> Result<Vec<Cells>, ReadError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    let table = source.table();
    let mut columns = connection.prepare("SELECT name FROM pragma_table_info(?1)")?;
    let columns = columns.query_map([table], |row| row.get(0))?;
    let columns: Vec<String> = columns.collect::<Result<_, _>>()?;
    if columns.is_empty() {
        return Err(ReadError::Table(format!("it has no table {table}")));
    }
    let has = |name: &str| columns.iter().any(|column| column == name);
    if !has("key") || !(has("value") || has("content")) {
        return Err(ReadError::Table(format!(
            "its table {table} has no columns for a key and a value"
        )));
    }
    let mut select = connection.prepare(&format!("SELECT * FROM {table}"))?;
    let mut rows = select.query([])?;
    let mut read = Vec::new();
    while let Some(row) = rows.next()? {
        let mut cells = Cells::new();
        for (place, column) in columns.iter().enumerate() {
            let mut cell = row.get(place)?;
            if ["created_at", "updated_at", "expires_at"].contains(&column.as_str()) {
                cell = time(&connection, cell)?;
            }
            if cell != Cell::Null {
                cells.insert(column.clone(), cell);
            }
        }
        read.push(cells);
    }
    Ok(read)
}

/// A time in milliseconds, whether it was in these, in seconds or a text; null where it is none.
fn time(connection: &Connection, cell: Cell) -> rusqlite::Result<Cell> {
    let number = match cell {
        Cell::Integer(number) => number,
        // Times have no more digits than a double holds.
        Cell::Real(number) if number.abs() < SECONDS_BELOW_AS_REAL => (number * 1_000.0) as i64,
        Cell::Real(number) => number as i64,
        Cell::Text(text) => {
            let mut parse = connection
                .prepare_cached("SELECT CAST(unixepoch(?1, 'subsec') * 1000 AS INTEGER)")?;
            return parse.query_row([text], |row| row.get(0));
        }
        _ => return Ok(Cell::Null),
    };
    Ok(Cell::Integer(if number.abs() < SECONDS_BELOW {
        number * 1_000
    } else {
        number
    }))
}

fn entry(within: &Within<'_>, cells: &Cells, imported: &mut Imported) -> Result<(), Error> {
    let runtime = within.runtime;
    if text(cells, "status").is_some_and(|status| status != "active") {
        imported.expired += 1;
        return Ok(());
    }
    let old_namespace = text(cells, "namespace").unwrap_or(Cow::Borrowed(NAMESPACE));
    let old_key = text(cells, "key").unwrap_or_default();
    let namespace = name(runtime, &old_namespace)?;
    let key = name(runtime, &old_key)?;
    let mut meta = Map::new();
    if *namespace != *old_namespace || *key != *old_key {
        imported.renamed += 1;
        meta.insert("namespace".to_owned(), (&*old_namespace).into());
        meta.insert("key".to_owned(), (&*old_key).into());
    }
    let moment = |column| match cells.get(column) {
        Some(Cell::Integer(millis)) => Some(Moment(*millis)),
        _ => None,
    };
    let created = moment("created_at");
    let updated = moment("updated_at").or(created).unwrap_or_default();
    let ttl = match cells.get("ttl") {
        Some(Cell::Integer(seconds)) if *seconds > 0 => Some(seconds.saturating_mul(1_000)),
        _ => None,
    };
    let by_ttl = || Some(Moment(created?.0.saturating_add(ttl?)));
    let (format, value) = value(runtime, cells)?;
    let tags = tags(runtime, cells)?;
    say(cells, &mut meta);
    let meta = (!meta.is_empty()).then(|| Value::Object(meta).to_string());
    let record = Record {
        namespace: &namespace,
        key: &key,
        stored: Stored::new(runtime, format, &value)?,
        meta: meta.as_deref(),
        tags: &tags,
        created: created.or(Some(updated)),
        updated: Some(updated),
        expires: moment("expires_at").or_else(by_ttl),
    };
    write_newer(within.connection, within.now, &record, imported)
}

fn text<'c>(cells: &'c Cells, column: &str) -> Option<Cow<'c, str>> {
    match cells.get(column)? {
        Cell::Text(text) => Some(Cow::Borrowed(text)),
        Cell::Integer(number) => Some(Cow::Owned(number.to_string())),
        Cell::Blob(bytes) => Some(String::from_utf8_lossy(bytes)),
        _ => None,
    }
}

/// JSON where it is JSON, and else a string, or bytes where it is no text.
fn value<'c>(runtime: &Runtime, cells: &'c Cells) -> Result<(Format, Cow<'c, [u8]>), Error> {
    let bytes = match cells.get("value").or_else(|| cells.get("content")) {
        Some(Cell::Text(text)) => text.as_bytes(),
        Some(Cell::Blob(bytes)) => bytes,
        Some(Cell::Integer(number)) => {
            return Ok((Format::Json, number.to_string().into_bytes().into()));
        }
        Some(Cell::Real(number)) => {
            return Ok((
                Format::Json,
                Value::from(*number).to_string().into_bytes().into(),
            ));
        }
        Some(Cell::Null) | None => return Ok((Format::Json, Cow::Borrowed(b"null"))),
    };
    match runtime.json_minify(bytes, kilowat::json::TYPE_DEPTH) {
        Ok(json) => return Ok((Format::Json, json.into())),
        Err(kilowat::json::Error::Runtime(error)) => return Err(error.into()),
        // It is something else.
        Err(_) => {}
    }
    Ok(match str::from_utf8(bytes) {
        Ok(text) => (
            Format::Json,
            Value::from(text).to_string().into_bytes().into(),
        ),
        Err(_) => (Format::Bytes, bytes.into()),
    })
}

/// A list in JSON, or texts with commas between them.
fn tags<'c>(runtime: &Runtime, cells: &'c Cells) -> Result<Vec<Cow<'c, str>>, Error> {
    let Some(text) = text(cells, "tags") else {
        return Ok(Vec::new());
    };
    let listed = serde_json::from_str::<Vec<String>>(&text)
        .unwrap_or_else(|_| text.split(',').map(|tag| tag.trim().to_owned()).collect());
    let tags = listed.iter().filter(|tag| !tag.is_empty());
    let tags = tags.map(|tag| Ok(Cow::Owned(name(runtime, tag)?.into_owned())));
    tags.collect()
}

/// The name itself, or one that is made of it: what is in no name is `_`, and the hash of the old one behind it
/// keeps two apart.
fn name<'n>(runtime: &Runtime, old: &'n str) -> Result<Cow<'n, str>, Error> {
    if names::check("the key", old).is_ok() {
        return Ok(Cow::Borrowed(old));
    }
    let mut new = String::new();
    for byte in old.bytes().take(names::LONGEST - 17) {
        let follows_dot = byte == b'.' && new.ends_with('.');
        new.push(if names::is_of_names(byte) && !follows_dot {
            char::from(byte)
        } else {
            '_'
        });
    }
    let hash = runtime.fnv1a64(old.as_bytes())?;
    Ok(Cow::Owned(format!("{new}-{hash:016x}")))
}

/// All that has no place of its own.
fn say(cells: &Cells, meta: &mut Map<String, Value>) {
    let placed = [
        "id",
        "key",
        "namespace",
        "value",
        "content",
        "tags",
        "ttl",
        "status",
        "created_at",
        "updated_at",
        "expires_at",
    ];
    let others = cells
        .iter()
        .filter(|(column, _)| !placed.contains(&&***column) && !LEFT_OUT.contains(&&***column));
    for (column, cell) in others {
        let value = match cell {
            Cell::Integer(number) => Value::from(*number),
            Cell::Real(number) => Value::from(*number),
            // `metadata` and `references` are JSON themselves.
            Cell::Text(text) => {
                serde_json::from_str(text).unwrap_or_else(|_| Value::from(text.as_str()))
            }
            Cell::Null | Cell::Blob(_) => continue,
        };
        meta.insert(column.clone(), value);
    }
}
