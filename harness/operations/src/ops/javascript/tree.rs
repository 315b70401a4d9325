//! How a tree is laid out, for those who make one and those who read one.

/// What the words of the header are.
pub mod header {
    /// The four letters `KWJS`.
    pub const MAGIC: usize = 0;
    /// The version in the lower half, and the number of the dialect in the upper one.
    pub const VERSION: usize = 1;
    /// How many words the tree has.
    pub const WORDS: usize = 2;
    /// How many bytes the text has.
    pub const SOURCE_LEN: usize = 3;
    /// Where the record of the program begins.
    pub const ROOT: usize = 4;
    /// How many records there are, comments included.
    pub const RECORDS: usize = 5;
    /// Where the record of the first comment begins, or 0.
    pub const FIRST_COMMENT: usize = 6;
    /// How many comments there are.
    pub const COMMENTS: usize = 7;
    /// What is true of the whole text, by [`bit`](super::bit).
    pub const BITS: usize = 8;
    /// Offset of the first byte that is not ASCII, or the length of the text.
    pub const NON_ASCII: usize = 9;
    /// How many constructs are open at the deepest place.
    pub const NESTING: usize = 10;
    /// How many words it has. Those that are not named are zero.
    pub const LEN: usize = 16;
}

/// Bits of the header.
pub mod bit {
    /// The program is strict as a whole.
    pub const STRICT: u32 = 1;
    /// There is a carriage return, U+2028 or U+2029.
    pub const LINE_ENDS: u32 = 2;
    /// A record has cooked text.
    pub const ESCAPES: u32 = 4;
    /// The text begins with a hashbang.
    pub const HASHBANG: u32 = 8;
    /// There is an `await` outside of all functions.
    pub const TOP_LEVEL_AWAIT: u32 = 16;
    /// There is an import or export declaration, or `import.meta`.
    pub const MODULE: u32 = 32;
    /// There is an octal number or escape as strict code may not have it.
    pub const LEGACY_OCTAL: u32 = 64;
    /// There is an element of JSX.
    pub const JSX: u32 = 128;
}

/// What the first word of a header is.
pub const MAGIC: u32 = u32::from_le_bytes(*b"KWJS");
/// The version of the layout.
pub const VERSION: u32 = 1;
/// How many words of a record are before its fields: what it is, where it begins and ends, and the next of its list.
pub const HEAD: usize = 4;
/// How many records lie on a path from the root down, at most.
pub const HIGHEST: u32 = 65_536;
/// How many constructs are open at a place, at most.
pub const DEEPEST: u32 = 8_192;
