//! Why a function answers that there is no result: the statuses of the ABI, and what a family of
//! operations says besides.

use std::any::Any;
use std::error::Error;
use std::fmt;
use std::sync::Arc;

/// Why there is no result: what the negative number means that a kernel returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Status {
    /// -1: a search found nothing.
    NotFound,
    /// -2: the capacity cannot hold the result.
    OutputTooSmall,
    /// -3: the input is not valid in its format.
    Malformed,
    /// -4: a stored checksum does not match.
    Checksum,
    /// -5: valid, but uses a feature that the kernel does not do.
    Unsupported,
    /// -6: over a limit of the kernel, such as a length or a depth.
    TooLarge,
    /// -7: an authentication tag does not match.
    Unauthentic,
}

impl Status {
    /// All that there are, in the order of their numbers: -1, -2 and so on.
    pub const ALL: [Self; 7] = [
        Self::NotFound,
        Self::OutputTooSmall,
        Self::Malformed,
        Self::Checksum,
        Self::Unsupported,
        Self::TooLarge,
        Self::Unauthentic,
    ];

    /// The number that a kernel returns.
    #[must_use]
    pub const fn code(self) -> i32 {
        -1 - self as i32
    }

    /// The status that a number is, if the ABI has one.
    #[must_use]
    pub fn from_code(code: i32) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }

    /// Its name in the ABI.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::OutputTooSmall => "output_too_small",
            Self::Malformed => "malformed",
            Self::Checksum => "checksum",
            Self::Unsupported => "unsupported",
            Self::TooLarge => "too_large",
            Self::Unauthentic => "unauthentic",
        }
    }

    /// Whether it says that something is wrong with the input, and not that nothing was found or that there
    /// is too little room. A kernel says then what is wrong, where it has room for that.
    #[must_use]
    pub fn is_fault(self) -> bool {
        !matches!(self, Self::NotFound | Self::OutputTooSmall)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ({})", self.name(), self.code())
    }
}

/// The error of a family of operations: why there is no result, in the family's own terms.
///
/// It becomes a [`Refusal`] where the operation is called by name, and in the error of a runtime.
pub trait Refuses: Error + Clone + Eq + Send + Sync + 'static {
    /// The status that the kernel returns. It is the same on every tier.
    fn status(&self) -> Status;

    /// The byte of the input at which it shows, if it is about a place. Tiers may differ in it only where
    /// errors that differ in it are equal.
    fn offset(&self) -> Option<u64> {
        None
    }
}

/// Why an operation has no result, whatever family it is of.
///
/// [`detail`](Self::detail) gives back the error of the family. Two refusals are equal where those are.
#[derive(Clone)]
pub struct Refusal(Arc<dyn Detail>);

impl Refusal {
    /// The status of the ABI that it comes to.
    #[must_use]
    pub fn status(&self) -> Status {
        self.0.status()
    }

    /// The byte of the input at which it shows, if it is about a place.
    #[must_use]
    pub fn offset(&self) -> Option<u64> {
        self.0.offset()
    }

    /// The error of the family, if it is of this one.
    #[must_use]
    pub fn detail<E: Refuses>(&self) -> Option<&E> {
        let detail: &dyn Any = &*self.0;
        detail.downcast_ref()
    }
}

impl<E: Refuses> From<E> for Refusal {
    #[cold]
    fn from(error: E) -> Self {
        Self(Arc::new(error))
    }
}

impl PartialEq for Refusal {
    fn eq(&self, other: &Self) -> bool {
        self.0.equals(&*other.0)
    }
}

impl Eq for Refusal {}

impl fmt::Debug for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, formatter)
    }
}

impl Error for Refusal {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}

/// [`Refuses`], whatever type it is of.
trait Detail: Error + Any + Send + Sync {
    fn status(&self) -> Status;

    fn offset(&self) -> Option<u64>;

    fn equals(&self, other: &dyn Detail) -> bool;
}

impl<E: Refuses> Detail for E {
    fn status(&self) -> Status {
        Refuses::status(self)
    }

    fn offset(&self) -> Option<u64> {
        Refuses::offset(self)
    }

    fn equals(&self, other: &dyn Detail) -> bool {
        let other: &dyn Any = other;
        other.downcast_ref::<E>() == Some(self)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::*;

    #[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
    #[error("wrong from {0} on")]
    struct Wrong(u64);

    impl Refuses for Wrong {
        fn status(&self) -> Status {
            Status::Malformed
        }

        fn offset(&self) -> Option<u64> {
            Some(self.0)
        }
    }

    #[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
    #[error("full")]
    struct Full;

    impl Refuses for Full {
        fn status(&self) -> Status {
            Status::OutputTooSmall
        }
    }

    #[test]
    fn a_refusal_is_the_error_of_its_family() {
        let wrong = Refusal::from(Wrong(7));
        assert_eq!(
            (wrong.status(), wrong.offset()),
            (Status::Malformed, Some(7))
        );
        assert_eq!(wrong.to_string(), "wrong from 7 on");
        assert_eq!(format!("{wrong:?}"), "Wrong(7)");
        assert_eq!(wrong.detail(), Some(&Wrong(7)));
        assert_eq!(wrong.detail::<Full>(), None);

        let full = Refusal::from(Full);
        assert_eq!(
            (full.status(), full.offset()),
            (Status::OutputTooSmall, None)
        );
        assert_ne!(wrong, full);
        assert_ne!(full, wrong);
        assert_ne!(wrong, Refusal::from(Wrong(8)));
        assert_eq!(wrong, wrong.clone());
        assert_eq!(wrong, Refusal::from(Wrong(7)));
    }

    /// The table of the ABI has a row for each status, in their order.
    #[test]
    fn statuses_are_those_of_the_abi() {
        let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/../../wat/README.md");
        let readme = fs::read_to_string(readme).unwrap();
        let rows = readme.lines().filter(|line| line.starts_with("| -"));
        let named: Vec<(String, String)> = rows
            .filter_map(|row| {
                let mut cells = row.split('|').skip(1).map(str::trim);
                let (code, name) = (cells.next()?, cells.next()?);
                Some((code.to_owned(), name.trim_matches('`').to_owned()))
            })
            .collect();
        let known = Status::ALL.map(|status| (status.code().to_string(), status.name().to_owned()));
        assert_eq!(named, known);
    }

    /// A constant of a kernel that has the name of a status has its number.
    #[test]
    fn the_constants_of_kernels_are_those_of_the_abi() {
        let mut folders = vec![PathBuf::from(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../wat"
        ))];
        let mut held = 0;
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "wat") {
                    let text = fs::read_to_string(&path).unwrap();
                    for status in Status::ALL {
                        let name = format!("(global ${} ", status.name().to_uppercase());
                        for line in text.lines().filter(|line| line.starts_with(&name)) {
                            let expected = format!("{name}i32 (i32.const {}))", status.code());
                            // Columns of constants are aligned.
                            let words = line.split_whitespace().collect::<Vec<_>>().join(" ");
                            assert!(words.starts_with(&expected), "{}: {line}", path.display());
                            held += 1;
                        }
                    }
                }
            }
        }
        assert!(held > 0, "no kernel has such a constant");
    }

    #[test]
    fn codes_are_statuses_and_back() {
        let known: Vec<i32> = Status::ALL.map(Status::code).into();
        assert_eq!(known, [-1, -2, -3, -4, -5, -6, -7]);
        for status in Status::ALL {
            assert_eq!(Status::from_code(status.code()), Some(status));
        }
        for code in [i32::MIN, -8, 0, 1] {
            assert_eq!(Status::from_code(code), None);
        }
        let faults = Status::ALL.into_iter().filter(|status| status.is_fault());
        assert!(faults.map(Status::code).eq((-7..=-3).rev()));
    }
}
