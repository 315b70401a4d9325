//! Bodies of HTTP messages.

use super::StreamError;
use crate::limit::Limit;
use crate::runtime::{Error, Runtime};

/// A body has an encoding that is not decoded here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{encoding}` is no content coding that can be decoded")]
#[non_exhaustive]
pub struct UnknownEncodingError {
    /// What its name is.
    pub encoding: String,
}

impl Runtime {
    /// A body of an HTTP message, decoded as its `Content-Encoding` says (RFC 9110, 8.4.1): `gzip`, `x-gzip`, `deflate`,
    /// `identity` or, with the feature `brotli`, `br`; or several of them between commas, of which the last was applied
    /// last. Case does not matter.
    ///
    /// A body of `deflate` is a zlib stream. Some servers send a raw one: as browsers do, that is taken where it does
    /// not begin as a zlib stream does.
    ///
    /// ```
    /// use kilowat::Limit;
    ///
    /// let runtime = kilowat::Runtime::new();
    /// let raw = [1, 4, 0, 251, 255, b'w', b'a', b't', b't'];
    /// assert_eq!(runtime.decode_content("deflate", &raw, Limit::default())?, b"watt");
    /// assert_eq!(runtime.decode_content("identity", b"watt", Limit::default())?, b"watt");
    /// # Ok::<(), kilowat::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::ContentEncoding`] for another encoding; [`Error::Deflate`] as of [`gunzip`](Self::gunzip), the limit
    /// being that of each step; [`Error::Input`] for a body of `br` that is damaged or too long; the others where no tier can answer.
    pub fn decode_content(
        &self,
        encoding: &str,
        body: &[u8],
        limit: Limit,
    ) -> Result<Vec<u8>, Error> {
        let codings = encoding.split(',').map(str::trim).rev();
        let mut decoded = None;
        for coding in codings.filter(|coding| !coding.is_empty()) {
            let bytes = decoded.as_deref().unwrap_or(body);
            let is = |name| coding.eq_ignore_ascii_case(name);
            #[cfg(feature = "brotli")]
            if is("br") {
                decoded = Some(self.unbrotli(bytes, limit)?);
                continue;
            }
            decoded = Some(if is("gzip") || is("x-gzip") {
                self.gunzip(bytes, limit)?
            } else if is("deflate") {
                if begins_as_zlib(bytes) {
                    self.zlib_decompress(bytes, limit)?
                } else {
                    self.inflate(bytes, limit)?
                }
            } else if is("identity") {
                continue;
            } else {
                let encoding = coding.to_owned();
                return Err(Box::new(UnknownEncodingError { encoding }).into());
            });
        }
        let decoded = decoded.unwrap_or_else(|| body.to_vec());
        if decoded.len() > limit.get() {
            let limit = limit.get();
            return Err(StreamError::TooLong { limit }.into());
        }
        Ok(decoded)
    }
}

/// Whether the first two bytes are those of a zlib stream (RFC 1950, 2.2).
fn begins_as_zlib(stream: &[u8]) -> bool {
    match stream {
        [method, flags, ..] => {
            method & 15 == 8 && u16::from_be_bytes([*method, *flags]).is_multiple_of(31)
        }
        _ => false,
    }
}
