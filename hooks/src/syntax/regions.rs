//! Which bytes of a file are code, and which comments and strings.

/// What a byte belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Code, which is what is not one of the others.
    Code,
    /// A comment, with its marks.
    Comment,
    /// A string, a character, a regular expression or the text of a template, with its quotes.
    String,
    /// Text that is no code: of a page, of a document.
    Text,
}

/// Bytes one after the other that belong to the same thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    /// Offset of its first byte.
    pub start: usize,
    /// Offset behind its last byte.
    pub end: usize,
    /// What they are.
    pub kind: Kind,
}

/// The regions of a file, in order: what stands in none is code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Regions(Vec<Region>);

impl Regions {
    /// Adds a region behind all others. One without bytes is left out.
    pub fn push(&mut self, region: Region) {
        debug_assert!(self.0.last().is_none_or(|last| last.end <= region.start));
        if region.start < region.end {
            self.0.push(region);
        }
    }

    /// What the byte at an offset belongs to.
    #[must_use]
    pub fn kind_at(&self, offset: usize) -> Kind {
        self.at(offset).map_or(Kind::Code, |region| region.kind)
    }

    /// The region that has the byte at an offset; nothing where that is code.
    #[must_use]
    pub fn at(&self, offset: usize) -> Option<&Region> {
        let behind = self.0.partition_point(|region| region.end <= offset);
        self.0.get(behind).filter(|region| region.start <= offset)
    }

    /// All regions that are not code, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Region> {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_no_region_is_code() {
        let mut regions = Regions::default();
        for (start, end, kind) in [
            (2, 4, Kind::String),
            (4, 4, Kind::Text),
            (4, 5, Kind::Comment),
        ] {
            regions.push(Region { start, end, kind });
        }
        let kinds: Vec<_> = (0..6).map(|offset| regions.kind_at(offset)).collect();
        assert_eq!(
            kinds,
            [
                Kind::Code,
                Kind::Code,
                Kind::String,
                Kind::String,
                Kind::Comment,
                Kind::Code
            ]
        );
        assert_eq!(regions.iter().count(), 2);
    }
}
