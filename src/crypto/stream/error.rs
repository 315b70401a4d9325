//! What is wrong with a sealed stream.

/// What is wrong with a sealed stream. All content that was given before is authentic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SealedStreamError {
    /// It does not begin as sealed streams do.
    #[error("it is no sealed stream")]
    NotSealed,
    /// It is of a version of the format that came after this library.
    #[error("the sealed stream is of version {0} of its format, and version 1 is known here")]
    Version(u8),
    /// Its header says that the key comes from something that is not known here.
    #[error("the sealed stream has a key of kind {0}, which is not known here")]
    KeyKind(u8),
    /// It was sealed with a key, and a passphrase was given.
    #[error("the stream was sealed with a key, and not with a passphrase")]
    WantsKey,
    /// It was sealed with a passphrase, and a key was given.
    #[error("the stream was sealed with a passphrase, and not with a key")]
    WantsPassphrase,
    /// Its header asks for so many iterations of PBKDF2: none, or more than
    /// [`Pbkdf2::MOST_ITERATIONS`](crate::crypto::Pbkdf2::MOST_ITERATIONS).
    #[error("the sealed stream asks for {0} iterations of PBKDF2, and 1 to 10000000 are taken")]
    Iterations(u32),
    /// It was sealed with another key or another passphrase, or its header was changed: that cannot be told apart.
    #[error(
        "the key or the passphrase is not that of the sealed stream, or its header was changed"
    )]
    Key,
    /// It was changed, or chunks of it were exchanged, left out or put in.
    #[error("the sealed stream is not authentic from byte {offset} of its content on")]
    Unauthentic {
        /// How much content before is authentic.
        offset: u64,
    },
    /// Its end is missing, from the end of a chunk on. One that ends within a chunk is
    /// [`Unauthentic`](Self::Unauthentic), as a chunk that was changed is.
    #[error("the sealed stream is cut short behind byte {offset} of its content")]
    CutShort {
        /// How much content there is before.
        offset: u64,
    },
    /// Something follows its end.
    #[error("something follows the end of the sealed stream, which has {offset} bytes of content")]
    Trailing {
        /// How much content there is up to its end. The last chunk of it is authentic, and is not given.
        offset: u64,
    },
}
