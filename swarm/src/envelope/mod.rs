//! Messages as bytes: the wire format `KWM1`.
//!
//! All numbers are little-endian.
//!
//! | from byte | what |
//! |--:|---|
//! | 0 | `KWM1` |
//! | 4 | u8 flags: 1 the body is an LZ4 block, 2 it is [sealed](Keyring), 4 it is JSON |
//! | 5 | u8 [priority](Priority), 0 to 2 |
//! | 6 | u16 length of the header, 4 KiB at most |
//! | 8 | u32 length of the body as it stands, sealed |
//! | 12 | u32 length of the body itself |
//! | 16 | the [identity](crate::Id) of the message, 16 bytes |
//! | 32 | u64 FNV-1a 64 of all bytes but these eight |
//! | 40 | the [header](Header), JSON in UTF-8, and behind it the body |
//!
//! The sum finds damage: of any one byte that has changed, always. It does not keep anybody from changing a
//! message on purpose: sealing does, and keeps the body from those who have not the key. The header can be read
//! by all. A body is compressed first, where the keys say so.

mod error;
mod header;
mod layout;
mod sealed;

use std::borrow::Cow;

use kilowat::Runtime;

use crate::identity::Id;
use crate::memory::Format;
pub use error::EnvelopeError;
pub use header::Header;
use layout::{COMPRESSED, HEAD, Head, JSON, SEALED};
pub use sealed::{KeyNumber, Keyring};

/// The longest header, in bytes.
pub const LONGEST_HEADER: usize = 4 << 10;

/// The longest body, in bytes, where a channel does not say otherwise.
pub const LONGEST_BODY: usize = 1 << 20;

/// From this length on bodies are compressed, where that saves an eighth.
const COMPRESSED_FROM: usize = 1 << 10;

/// How much a message is in a hurry.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Priority {
    /// It can wait.
    Low,
    /// Most messages.
    #[default]
    Normal,
    /// It comes before others.
    High,
}

impl Priority {
    /// All of them, those first that come first.
    pub const ALL: [Self; 3] = [Self::High, Self::Normal, Self::Low];

    pub(crate) fn number(self) -> u8 {
        match self {
            Self::Low => 0,
            Self::Normal => 1,
            Self::High => 2,
        }
    }

    fn of(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.number() == number)
    }
}

/// A message: what is in an envelope.
#[derive(Debug, Clone, PartialEq)]
pub struct Envelope {
    /// By which it is known.
    pub id: Id,
    /// How much it is in a hurry.
    pub priority: Priority,
    /// What the body is.
    pub format: Format,
    /// What there is to know about it.
    pub header: Header,
    /// What it says.
    pub body: Vec<u8>,
}

impl Envelope {
    /// The bytes of the envelope.
    ///
    /// ```
    /// use kilowat_swarm::envelope::{Envelope, Header, LONGEST_BODY, Priority};
    /// use kilowat_swarm::{Id, memory::Format};
    ///
    /// let runtime = kilowat::Runtime::shared();
    /// let envelope = Envelope {
    ///     id: Id::new(),
    ///     priority: Priority::High,
    ///     format: Format::Json,
    ///     header: Header { channel: "reviews".into(), ..Header::default() },
    ///     body: b"[17]".to_vec(),
    /// };
    /// let bytes = envelope.make(runtime, LONGEST_BODY)?;
    /// assert_eq!(Envelope::open(runtime, &bytes, LONGEST_BODY)?, envelope);
    /// # Ok::<(), kilowat_swarm::envelope::EnvelopeError>(())
    /// ```
    ///
    /// # Errors
    /// [`EnvelopeError::LongBody`] where the body has more than `longest` bytes, and
    /// [`EnvelopeError::LongHeader`] where the header has more than 4 KiB; [`EnvelopeError::Header`] where it is
    /// none that JSON can say; [`EnvelopeError::Runtime`] where no tier can answer.
    pub fn make(&self, runtime: &Runtime, longest: usize) -> Result<Vec<u8>, EnvelopeError> {
        self.make_with(runtime, longest, None)
    }

    /// The bytes of the envelope, with its body sealed where there are keys.
    ///
    /// ```
    /// use kilowat::crypto::Key;
    /// use kilowat_swarm::envelope::{Envelope, EnvelopeError, Header, Keyring, LONGEST_BODY, Priority};
    /// use kilowat_swarm::{Id, memory::Format};
    ///
    /// let runtime = kilowat::Runtime::shared();
    /// let keys = Keyring::new(&Key::generate()?)?;
    /// # let (id, priority, format, header) = (Id::new(), Priority::High, Format::Json, Header::default());
    /// let envelope = Envelope { id, priority, format, header, body: b"[17]".to_vec() };
    /// let mut bytes = envelope.make_with(runtime, LONGEST_BODY, Some(&keys))?;
    /// assert_eq!(Envelope::open_with(runtime, &bytes, LONGEST_BODY, Some(&keys))?, envelope);
    /// let closed = Envelope::open(runtime, &bytes, LONGEST_BODY);
    /// assert!(matches!(closed, Err(EnvelopeError::Sealed { .. })));
    /// # Ok::<(), kilowat_swarm::envelope::EnvelopeError>(())
    /// ```
    ///
    /// # Errors
    /// As of [`make`](Self::make).
    pub fn make_with(
        &self,
        runtime: &Runtime,
        longest: usize,
        keys: Option<&Keyring>,
    ) -> Result<Vec<u8>, EnvelopeError> {
        let mut bytes = self.without_sum(runtime, longest, keys)?;
        let sum = runtime.fnv1a64(&bytes)?;
        layout::insert_sum(&mut bytes, sum);
        Ok(bytes)
    }

    /// The bytes of many envelopes: faster than one after the other.
    ///
    /// # Errors
    /// As of [`make`](Self::make), for the first that cannot be made.
    pub fn make_all(
        runtime: &Runtime,
        envelopes: &[Self],
        longest: usize,
    ) -> Result<Vec<Vec<u8>>, EnvelopeError> {
        Self::make_all_with(runtime, envelopes, longest, None)
    }

    /// The same, with their bodies sealed where there are keys.
    ///
    /// # Errors
    /// As of [`make_all`](Self::make_all).
    pub fn make_all_with(
        runtime: &Runtime,
        envelopes: &[Self],
        longest: usize,
        keys: Option<&Keyring>,
    ) -> Result<Vec<Vec<u8>>, EnvelopeError> {
        let made = envelopes
            .iter()
            .map(|envelope| envelope.without_sum(runtime, longest, keys));
        let mut made = made.collect::<Result<Vec<_>, _>>()?;
        let strings: Vec<&[u8]> = made.iter().map(Vec::as_slice).collect();
        let sums = runtime.fnv1a64_batch(&strings)?;
        for (bytes, sum) in made.iter_mut().zip(sums) {
            layout::insert_sum(bytes, sum);
        }
        Ok(made)
    }

    /// What the bytes of an envelope say. Nothing else may stand behind it.
    ///
    /// # Errors
    /// [`EnvelopeError::Runtime`] where no tier can answer. The others say what is wrong with the bytes; they are
    /// no envelope then, or a damaged one, or one that a later kilowat has made.
    pub fn open(runtime: &Runtime, bytes: &[u8], longest: usize) -> Result<Self, EnvelopeError> {
        Self::open_with(runtime, bytes, longest, None)
    }

    /// What the bytes of an envelope say, that is sealed where there are keys: one that is not is an error then, for
    /// anybody can have made it.
    ///
    /// # Errors
    /// As of [`open`](Self::open); [`EnvelopeError::Unauthentic`] where something of it was changed, or it was sealed
    /// with another key, [`EnvelopeError::OtherKey`] and [`EnvelopeError::Sealed`] where the key is not here, and
    /// [`EnvelopeError::NotSealed`].
    pub fn open_with(
        runtime: &Runtime,
        bytes: &[u8],
        longest: usize,
        keys: Option<&Keyring>,
    ) -> Result<Self, EnvelopeError> {
        let head = Head::read(bytes, longest)?;
        let (before, after) = layout::around_sum(bytes);
        let sum = runtime.fnv1a64_update(runtime.fnv1a64(before)?, after)?;
        Self::open_with_sum(runtime, &head, bytes, sum, keys)
    }

    /// What the bytes of many envelopes say: faster than one after the other.
    ///
    /// # Errors
    /// [`EnvelopeError::Runtime`] where no tier can answer. What is wrong with one is in its place in the answer.
    pub fn open_all(
        runtime: &Runtime,
        all: &[&[u8]],
        longest: usize,
    ) -> Result<Vec<Result<Self, EnvelopeError>>, EnvelopeError> {
        Self::open_all_with(runtime, all, longest, None)
    }

    /// The same of those that are sealed, where there are keys, as of [`open_with`](Self::open_with).
    ///
    /// # Errors
    /// As of [`open_all`](Self::open_all).
    pub fn open_all_with(
        runtime: &Runtime,
        all: &[&[u8]],
        longest: usize,
        keys: Option<&Keyring>,
    ) -> Result<Vec<Result<Self, EnvelopeError>>, EnvelopeError> {
        let heads: Vec<_> = all.iter().map(|bytes| Head::read(bytes, longest)).collect();
        let sound = heads.iter().zip(all).filter(|(head, _)| head.is_ok());
        let strings: Vec<_> = sound
            .map(|(_, bytes)| {
                let (before, after) = layout::around_sum(bytes);
                [before, after].concat()
            })
            .collect();
        let strings: Vec<&[u8]> = strings.iter().map(Vec::as_slice).collect();
        let mut sums = runtime.fnv1a64_batch(&strings)?.into_iter();
        let opened = heads.into_iter().zip(all).map(|(head, bytes)| {
            let head = head?;
            // There is one for each head.
            let sum = sums.next().unwrap_or_default();
            Self::open_with_sum(runtime, &head, bytes, sum, keys)
        });
        Ok(opened.collect())
    }

    fn without_sum(
        &self,
        runtime: &Runtime,
        longest: usize,
        keys: Option<&Keyring>,
    ) -> Result<Vec<u8>, EnvelopeError> {
        let longest = longest.min(layout::MOST_BODY);
        if self.body.len() > longest {
            return Err(EnvelopeError::LongBody {
                len: self.body.len(),
                most: longest,
            });
        }
        let header = runtime.json_to_vec(&self.header)?;
        if header.len() > LONGEST_HEADER {
            return Err(EnvelopeError::LongHeader { len: header.len() });
        }
        let mut flags = match self.format {
            Format::Json => JSON,
            Format::Bytes => 0,
        };
        let mut body = Cow::Borrowed(&self.body[..]);
        let compresses = keys.is_none_or(Keyring::is_to_compress);
        if compresses && self.body.len() >= COMPRESSED_FROM {
            let block = runtime.lz4_compress(&self.body)?;
            if block.len() <= self.body.len() - self.body.len() / 8 {
                flags |= COMPRESSED;
                body = Cow::Owned(block);
            }
        }
        let mut around = 0;
        if keys.is_some() {
            flags |= SEALED;
            around = sealed::OVERHEAD;
        }
        let head = Head {
            flags,
            priority: self.priority,
            // Both lengths are checked above.
            header: header.len(),
            body: body.len() + around,
            raw: self.body.len(),
            id: self.id,
        };
        let mut bytes = Vec::with_capacity(HEAD + header.len() + head.body);
        head.write_without_sum(&mut bytes);
        bytes.extend_from_slice(&header);
        match keys {
            Some(keys) => keys.seal(runtime, &mut bytes, &body)?,
            None => bytes.extend_from_slice(&body),
        }
        Ok(bytes)
    }

    /// What stands in an envelope whose bytes have this sum.
    fn open_with_sum(
        runtime: &Runtime,
        head: &Head,
        bytes: &[u8],
        sum: u64,
        keys: Option<&Keyring>,
    ) -> Result<Self, EnvelopeError> {
        let stored = layout::sum(bytes);
        if sum != stored {
            return Err(EnvelopeError::Sum { stored, found: sum });
        }
        let (header, body) = bytes[HEAD..].split_at(head.header);
        // Of what is sealed nothing is believed before it is known to be authentic.
        let body = match (keys, head.flags & SEALED != 0) {
            (Some(keys), true) => {
                let (before, _) = layout::around_sum(bytes);
                Cow::Owned(keys.open(runtime, &[before, header].concat(), body)?)
            }
            (None, true) => {
                let key = sealed::key_of(body)?;
                return Err(EnvelopeError::Sealed { key });
            }
            (Some(_), false) => return Err(EnvelopeError::NotSealed),
            (None, false) => Cow::Borrowed(body),
        };
        let header = runtime.json_from_slice(header)?;
        let body = if head.flags & COMPRESSED == 0 {
            body.into_owned()
        } else {
            match runtime.lz4_decompress(&body, head.raw) {
                Ok(body) => body,
                Err(kilowat::Error::Input(_)) => return Err(EnvelopeError::Block),
                Err(error) => return Err(error.into()),
            }
        };
        if body.len() != head.raw {
            return Err(EnvelopeError::Block);
        }
        Ok(Self {
            id: head.id,
            priority: head.priority,
            format: if head.flags & JSON == 0 {
                Format::Bytes
            } else {
                Format::Json
            },
            header,
            body,
        })
    }
}
