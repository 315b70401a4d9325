//! Errors of the library in the words of whoever typed the command.

use std::io;

use kilowat::Error;

use crate::input::Source;

/// The error of a command on a source, with the names of both. Those of reading and writing have
/// names already and stay as they are.
pub(crate) fn named(command: &str, source: &Source, error: io::Error) -> io::Error {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
    match inner {
        Some(cause) => {
            let words = words(command, cause);
            io::Error::new(error.kind(), format!("{}: {words}", source.title()))
        }
        None => error,
    }
}

/// What the library has to say, without the names of its kernels.
pub(crate) fn words(command: &str, error: &Error) -> String {
    match error {
        Error::NoTier(error) => {
            let causes = error
                .causes
                .iter()
                .map(|(tier, cause)| format!("{tier}: {cause}"));
            let causes = causes.collect::<Vec<_>>().join("; ");
            format!("no tier can do {command}: {causes}")
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;
    use std::path::Path;

    use kilowat::faults::{Fault, Faults};
    use kilowat::{Cache, EngineKind, Preload, Runtime};

    use super::*;

    /// An error where the only tier has failed, and the tier's own words for it.
    fn no_tier() -> (Error, String) {
        let faults = Faults::new();
        faults.inject(Fault::Trap, EngineKind::Interpreter, ..);
        let runtime = Runtime::builder()
            .ignore_environment()
            .cache(Cache::Off)
            .modules(Preload::Nothing)
            .tiers([EngineKind::Interpreter])
            .faults(faults)
            .build()
            .unwrap();
        let error = runtime.md5(b"").unwrap_err();
        let Error::NoTier(inner) = &error else {
            panic!("{error}");
        };
        let cause = inner.causes[0].1.clone();
        (error, cause)
    }

    #[test]
    fn errors_name_the_command_and_the_file_and_no_kernel() {
        let source = Source::new(Path::new("a.iso"));
        let (no_tier, cause) = no_tier();
        let no_tier_words = format!("a.iso: no tier can do sha256: interpreter: {cause}");
        let budget = Error::MemoryBudget {
            needed: 2,
            available: 1,
        };
        for (error, expected) in [
            (io::Error::from(no_tier), &*no_tier_words),
            (
                budget.into(),
                "a.iso: the call needs 2 more bytes of memory, and the budget has 1 left",
            ),
            (io::Error::other("b: named"), "b: named"),
        ] {
            let kind = error.kind();
            let named = named("sha256", &source, error);
            assert_eq!(named.to_string(), expected);
            assert_eq!(named.kind(), kind);
        }
        let error = named("md5", &Source::StandardInput, ErrorKind::NotFound.into());
        assert_eq!(error.to_string(), "entity not found");
    }
}
