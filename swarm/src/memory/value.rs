//! How values stand in the database: shorter where that pays, and with a sum by which damage is found.

use std::borrow::Cow;

use kilowat::Runtime;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, Row};

/// From this length on values are compressed, where that saves an eighth.
const COMPRESSED_FROM: usize = 1 << 10;

/// The longest value, in bytes.
pub const LONGEST: usize = 256 << 20;

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Format {
    /// JSON, in UTF-8.
    Json,
    /// Any bytes.
    Bytes,
}

/// The bits of the column `codec`.
const BYTES: i64 = 1;
const LZ4: i64 = 2;
/// The sum is XXH3. Without it, as earlier versions have written it, it is FNV-1a, which takes twenty times as long.
const XXH3: i64 = 4;

/// The head of a value that has no columns for these: codec and length, then the sum, little-endian.
const HEAD: usize = 16;

/// A value as it stands in the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stored<'b> {
    pub(crate) codec: i64,
    /// The length of the value itself.
    pub(crate) raw: i64,
    /// The XXH3 or FNV-1a of `bytes`, 64 bits.
    pub(crate) sum: i64,
    pub(crate) bytes: Cow<'b, [u8]>,
}

impl<'b> Stored<'b> {
    pub(crate) fn new(runtime: &Runtime, format: Format, value: &'b [u8]) -> Result<Self, Error> {
        if value.len() > LONGEST {
            return Err(Error::TooLarge {
                len: value.len(),
                most: LONGEST,
            });
        }
        let mut codec = match format {
            Format::Json => XXH3,
            Format::Bytes => BYTES | XXH3,
        };
        let mut bytes = Cow::Borrowed(value);
        if value.len() >= COMPRESSED_FROM {
            let block = runtime.lz4_compress(value)?;
            if block.len() <= value.len() - value.len() / 8 {
                codec |= LZ4;
                bytes = Cow::Owned(block);
            }
        }
        Ok(Self {
            codec,
            raw: value.len() as i64,
            sum: sum(runtime, codec, &bytes)?,
            bytes,
        })
    }

    /// What a value is that was written with this codec.
    pub(crate) fn format(codec: i64) -> Format {
        if codec & BYTES == 0 {
            Format::Json
        } else {
            Format::Bytes
        }
    }

    /// The value again; an error names the row.
    pub(crate) fn open(
        self,
        runtime: &Runtime,
        row: impl Fn() -> Row,
    ) -> Result<Cow<'b, [u8]>, Error> {
        let damaged = |what| Error::DamagedRow(row(), what);
        if sum(runtime, self.codec, &self.bytes)? != self.sum {
            return Err(damaged("its checksum does not fit"));
        }
        if self.codec & !(BYTES | LZ4 | XXH3) != 0 {
            return Err(damaged("it has a codec that there is not"));
        }
        let raw = usize::try_from(self.raw).ok().filter(|raw| *raw <= LONGEST);
        let raw = raw.ok_or_else(|| damaged("it has a length that no value has"))?;
        let value = if self.codec & LZ4 == 0 {
            self.bytes
        } else {
            match runtime.lz4_decompress(&self.bytes, raw) {
                Ok(value) => Cow::Owned(value),
                Err(kilowat::Error::Input(_)) => {
                    return Err(damaged("it cannot be decompressed"));
                }
                Err(error) => return Err(error.into()),
            }
        };
        if value.len() != raw {
            return Err(damaged("it has another length than it was stored with"));
        }
        Ok(value)
    }

    /// Head and bytes in one.
    pub(crate) fn into_blob(self) -> Vec<u8> {
        let mut blob = Vec::with_capacity(HEAD + self.bytes.len());
        // Both are small: a value is no longer than 256 MiB.
        blob.extend((self.codec as u32).to_le_bytes());
        blob.extend((self.raw as u32).to_le_bytes());
        blob.extend(self.sum.to_le_bytes());
        blob.extend_from_slice(&self.bytes);
        blob
    }

    /// Head and bytes apart; nothing where there is no head.
    pub(crate) fn from_blob(blob: &'b [u8]) -> Option<Self> {
        let (codec, rest) = blob.split_first_chunk()?;
        let (raw, rest) = rest.split_first_chunk()?;
        let (sum, bytes) = rest.split_first_chunk()?;
        Some(Self {
            codec: u32::from_le_bytes(*codec).into(),
            raw: u32::from_le_bytes(*raw).into(),
            sum: i64::from_le_bytes(*sum),
            bytes: Cow::Borrowed(bytes),
        })
    }
}

fn sum(runtime: &Runtime, codec: i64, bytes: &[u8]) -> Result<i64, Error> {
    let sum = if codec & XXH3 == 0 {
        runtime.fnv1a64(bytes)?
    } else {
        runtime.xxh3_64(bytes)?
    };
    Ok(sum.cast_signed())
}

/// The JSON of a value that is to be stored.
pub(crate) fn to_json<T: Serialize + ?Sized>(
    runtime: &Runtime,
    value: &T,
    row: impl FnOnce() -> Row,
) -> Result<Vec<u8>, Error> {
    runtime.json_to_vec(value).map_err(|error| json(error, row))
}

/// Reads JSON into a type.
pub(crate) fn from_json<T: DeserializeOwned>(
    runtime: &Runtime,
    text: &[u8],
    row: impl FnOnce() -> Row,
) -> Result<T, Error> {
    runtime
        .json_from_slice(text)
        .map_err(|error| json(error, row))
}

pub(crate) fn json(error: kilowat::json::Error, row: impl FnOnce() -> Row) -> Error {
    match error {
        kilowat::json::Error::Runtime(error) => error.into(),
        error => Error::Json {
            row: row(),
            cause: error.into(),
        },
    }
}

/// JSON with a head, for a column.
pub(crate) fn to_blob<T: Serialize + ?Sized>(
    runtime: &Runtime,
    value: &T,
    row: impl FnOnce() -> Row,
) -> Result<Vec<u8>, Error> {
    let json = to_json(runtime, value, row)?;
    Ok(Stored::new(runtime, Format::Json, &json)?.into_blob())
}

/// Reads a column of JSON with a head into a type.
pub(crate) fn from_blob<T: DeserializeOwned>(
    runtime: &Runtime,
    blob: &[u8],
    row: impl Fn() -> Row,
) -> Result<T, Error> {
    let json = open_blob(runtime, blob, &row)?;
    from_json(runtime, &json, row)
}

/// The value of a column with a head.
pub(crate) fn open_blob<'b>(
    runtime: &Runtime,
    blob: &'b [u8],
    row: impl Fn() -> Row,
) -> Result<Cow<'b, [u8]>, Error> {
    match Stored::from_blob(blob) {
        Some(stored) => stored.open(runtime, row),
        None => Err(Error::DamagedRow(row(), "it is cut short")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Row {
        Row::new("entry", "n", "k")
    }

    fn opened(blob: &[u8]) -> Result<Vec<u8>, Error> {
        open_blob(Runtime::shared(), blob, row).map(Cow::into_owned)
    }

    #[test]
    fn values_come_back_and_long_ones_are_shorter_where_that_pays() {
        let mut random = 1_u32;
        let noise = std::iter::repeat_with(|| {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (random >> 24) as u8
        });
        let noise: Vec<u8> = noise.take(4_000).collect();
        for (value, is_compressed) in [
            (Vec::new(), false),
            (vec![b'x'; COMPRESSED_FROM - 1], false),
            (vec![b'x'; COMPRESSED_FROM], true),
            (noise, false),
        ] {
            let stored = Stored::new(Runtime::shared(), Format::Bytes, &value).unwrap();
            assert_eq!(stored.codec & LZ4 != 0, is_compressed, "{}", value.len());
            assert_eq!(Stored::format(stored.codec), Format::Bytes);
            assert_eq!(opened(&stored.into_blob()).unwrap(), value);
        }
    }

    #[test]
    fn each_changed_byte_is_found() {
        for value in [&b"[1,2,3]"[..], &[b'x'; 2_000]] {
            let stored = Stored::new(Runtime::shared(), Format::Json, value).unwrap();
            let blob = stored.into_blob();
            for place in 0..blob.len() {
                let mut damaged = blob.clone();
                damaged[place] ^= 0x40;
                let error = opened(&damaged).unwrap_err().to_string();
                assert!(
                    error.starts_with("entry k of n is damaged: "),
                    "{place}: {error}"
                );
            }
            for len in 0..blob.len() {
                assert!(opened(&blob[..len]).is_err(), "{len}");
            }
        }
    }
}
