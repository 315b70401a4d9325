//! The order in which tiers are asked.

use std::fmt;
use std::str::FromStr;

use kilowat_engine::{EngineKind, UnknownEngine};

/// Tiers in the order in which they are asked: at least one, none of them twice.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Tiers {
    /// One byte for each tier, the first one lowest: its place in [`EngineKind::ALL`], plus 1.
    packed: u32,
}

/// Why a list of tiers is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TiersError {
    /// It is empty.
    #[error("there is no tier in the list: name jit, interpreter or native, or several of them")]
    Empty,
    /// A tier is there twice.
    #[error("the tier {0} is in the list twice")]
    Twice(EngineKind),
    /// A tier is none of this program's.
    #[error("this program is built without the feature `{0}`")]
    NotBuiltIn(EngineKind),
    /// A name is that of no tier.
    #[error(transparent)]
    Unknown(#[from] UnknownEngine),
}

impl Tiers {
    /// All tiers of this program, in the order in which they are fast as a rule.
    pub const ALL: Self = Self::built_in(EngineKind::ALL);

    /// Native code only. In a program that is built without it, no call has an answer then.
    pub const NATIVE: Self = Self {
        packed: EngineKind::Native as u32 + 1,
    };

    /// Those of these tiers, of which none is there twice, that are built in.
    pub(super) const fn built_in(tiers: [EngineKind; EngineKind::ALL.len()]) -> Self {
        let (mut packed, mut shift) = (0, 0);
        let mut place = 0;
        while place < tiers.len() {
            if tiers[place].is_built_in() {
                packed |= (tiers[place] as u32 + 1) << shift;
                shift += 8;
            }
            place += 1;
        }
        Self { packed }
    }

    /// These tiers, in this order.
    ///
    /// # Errors
    /// [`TiersError::Empty`], [`TiersError::Twice`] and [`TiersError::NotBuiltIn`].
    pub fn new(tiers: impl IntoIterator<Item = EngineKind>) -> Result<Self, TiersError> {
        let mut list = Self { packed: 0 };
        for (place, tier) in tiers.into_iter().enumerate() {
            if list.contains(tier) {
                return Err(TiersError::Twice(tier));
            }
            if !tier.is_built_in() {
                return Err(TiersError::NotBuiltIn(tier));
            }
            list.packed |= (tier as u32 + 1) << (8 * place);
        }
        if list.packed == 0 {
            return Err(TiersError::Empty);
        }
        Ok(list)
    }

    /// The list as a word with no bits above the lowest 24.
    pub(super) fn packed(self) -> u32 {
        self.packed
    }

    /// The list that a word stands for, which must come from [`Self::packed`].
    pub(super) const fn from_packed(packed: u32) -> Self {
        Self { packed }
    }

    /// The tiers in their order.
    pub fn iter(self) -> impl Iterator<Item = EngineKind> {
        let codes = self.packed.to_le_bytes().into_iter();
        codes.map_while(|code| {
            EngineKind::ALL
                .get(usize::from(code).checked_sub(1)?)
                .copied()
        })
    }

    /// Whether a tier is in the list.
    #[must_use]
    pub fn contains(self, tier: EngineKind) -> bool {
        self.iter().any(|listed| listed == tier)
    }

    /// The list without a tier, unless it is all that there is in the list.
    pub(super) fn sparing(self, tier: EngineKind) -> Self {
        let mut left = Self { packed: 0 };
        let others = self.iter().filter(|listed| *listed != tier);
        for (place, other) in others.enumerate() {
            left.packed |= (other as u32 + 1) << (8 * place);
        }
        if left.packed == 0 { self } else { left }
    }

    /// The tiers behind one in the list.
    pub(crate) fn behind(self, tier: EngineKind) -> impl Iterator<Item = EngineKind> {
        self.iter()
            .skip_while(move |listed| *listed != tier)
            .skip(1)
    }
}

impl FromStr for Tiers {
    type Err = TiersError;

    /// Reads names with commas between them, such as `jit,native`.
    fn from_str(list: &str) -> Result<Self, TiersError> {
        let names = list
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty());
        let tiers = names
            .map(str::parse)
            .collect::<Result<Vec<EngineKind>, _>>()?;
        Self::new(tiers)
    }
}

impl fmt::Display for Tiers {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.iter().map(EngineKind::name).collect();
        formatter.pad(&names.join(","))
    }
}

impl fmt::Debug for Tiers {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Tiers({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_and_printed() {
        let cases = [
            ("jit", Ok("jit")),
            ("native,jit", Ok("native,jit")),
            (" jit , interpreter,native,", Ok("jit,interpreter,native")),
            (
                "",
                Err(
                    "there is no tier in the list: name jit, interpreter or native, or several of them",
                ),
            ),
            ("jit,jit", Err("the tier jit is in the list twice")),
            (
                "jot",
                Err("unknown engine `jot`: expected jit, interpreter or native"),
            ),
        ];
        for (list, expected) in cases {
            let read = list.parse::<Tiers>();
            let read = read.map(|tiers| tiers.to_string());
            let read = read.map_err(|error| error.to_string());
            assert_eq!(read.as_deref().map_err(String::as_str), expected, "{list}");
        }
    }

    #[test]
    fn all_tiers_are_in_the_order_of_their_list() {
        assert!(Tiers::ALL.iter().eq(EngineKind::ALL));
        assert!(Tiers::NATIVE.iter().eq([EngineKind::Native]));
        let behind = Tiers::ALL.behind(EngineKind::Jit);
        assert!(behind.eq([EngineKind::Interpreter, EngineKind::Native]));
        assert_eq!(Tiers::NATIVE.behind(EngineKind::Jit).count(), 0);
    }

    #[test]
    fn a_tier_is_spared_where_there_is_another() {
        for (list, spared) in [
            ("jit,interpreter,native", "jit,native"),
            ("interpreter,native,jit", "native,jit"),
            ("jit,interpreter", "jit"),
            ("interpreter", "interpreter"),
            ("native", "native"),
        ] {
            let tiers: Tiers = list.parse().unwrap();
            let left = tiers.sparing(EngineKind::Interpreter);
            assert_eq!(left, spared.parse().unwrap(), "{list}");
        }
    }
}
