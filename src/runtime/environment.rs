//! What an operator can say from outside, without a rebuild.

use std::env;
use std::ffi::OsString;

use kilowat_engine::{EngineKind, has_more_rights_than_caller};

use super::builder::Cache;
use super::policy::{Policy, PolicyError};
use super::tiers::{Tiers, TiersError};

/// The policy: `fastest`, `wasm-first`, or a list of tiers such as `native` or `jit,native`.
pub(crate) const TIERS: &str = "KILOWAT_TIERS";

/// `off`: no WebAssembly, native code only.
pub(crate) const WASM: &str = "KILOWAT_WASM";

/// Where compiled code is kept: a folder, or `off`.
pub(crate) const CACHE: &str = "KILOWAT_CACHE";

/// A variable of the environment that does not mean anything.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EnvironmentError {
    /// It is no policy.
    #[error("the environment variable {TIERS} is `{value}`: {cause}")]
    Tiers {
        /// What it holds.
        value: String,
        /// What is wrong with it.
        cause: PolicyError,
    },
    /// It leaves native code alone, and the program has none.
    #[error("the environment variable {WASM} is `{value}`: {cause}")]
    NoNative {
        /// What it holds.
        value: String,
        /// What is missing.
        cause: TiersError,
    },
    /// Neither on nor off.
    #[error("the environment variable {WASM} is `{value}`: expected on or off")]
    Wasm {
        /// What it holds.
        value: String,
    },
}

/// What the environment says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Environment {
    pub(crate) policy: Option<Policy>,
    pub(crate) cache: Option<Cache>,
}

impl Environment {
    /// Reads the environment of the process.
    pub(crate) fn read() -> Result<Self, EnvironmentError> {
        Self::from_variables(|name| env::var_os(name))
    }

    fn from_variables(
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Self, EnvironmentError> {
        let set = |name| {
            let value = variable(name).filter(|value| !value.is_empty())?;
            Some(value.to_string_lossy().into_owned())
        };
        let policy = set(TIERS)
            .map(|value| {
                let policy = value.parse();
                policy.map_err(|cause| EnvironmentError::Tiers { value, cause })
            })
            .transpose()?;
        let policy = match set(WASM) {
            None => policy,
            Some(value) => match value.to_ascii_lowercase().as_str() {
                "on" | "1" | "true" | "yes" => policy,
                "off" | "0" | "false" | "no" => match Tiers::new([EngineKind::Native]) {
                    Ok(native) => Some(native.into()),
                    Err(cause) => return Err(EnvironmentError::NoNative { value, cause }),
                },
                _ => return Err(EnvironmentError::Wasm { value }),
            },
        };
        let cache = cache(trusted(|| variable(CACHE)));
        Ok(Self { policy, cache })
    }
}

impl Cache {
    /// What an operator asks for by `KILOWAT_CACHE`; `None` where it is not set, and in a program that
    /// has more rights than whoever has started it. For programs that [take no notice of the rest of
    /// the environment](super::Builder::ignore_environment).
    ///
    /// ```
    /// use kilowat::{Cache, EngineKind, Runtime};
    ///
    /// let settings = Runtime::builder()
    ///     .tiers([EngineKind::Native])
    ///     .ignore_environment()
    ///     .cache(Cache::from_environment().unwrap_or_default());
    /// # let _ = settings;
    /// ```
    #[must_use]
    pub fn from_environment() -> Option<Self> {
        cache(trusted(|| env::var_os(CACHE)))
    }
}

/// The variable, unless it is the word of somebody with fewer rights than the process has.
fn trusted(variable: impl FnOnce() -> Option<OsString>) -> Option<OsString> {
    if has_more_rights_than_caller() {
        None
    } else {
        variable()
    }
}

fn cache(value: Option<OsString>) -> Option<Cache> {
    let value = value.filter(|value| !value.is_empty())?;
    Some(if value == "off" {
        Cache::Off
    } else {
        Cache::Folder(value.into())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Environment, EnvironmentError> {
        Environment::from_variables(|name| {
            let mut variables = variables.iter();
            let found = variables.find(|(known, _)| *known == name);
            found.map(|(_, value)| OsString::from(value))
        })
    }

    #[test]
    fn webassembly_is_turned_off_in_two_ways() {
        let tiers = |variables| {
            read(variables)
                .unwrap()
                .policy
                .map(|policy| policy.to_string())
        };
        assert_eq!(tiers(&[]), None);
        assert_eq!(tiers(&[(TIERS, "native")]).as_deref(), Some("native"));
        assert_eq!(tiers(&[(TIERS, "")]), None);
        assert_eq!(tiers(&[(WASM, "off")]).as_deref(), Some("native"));
        assert_eq!(
            tiers(&[(WASM, "0"), (TIERS, "jit")]).as_deref(),
            Some("native")
        );
        assert_eq!(
            tiers(&[(WASM, "On"), (TIERS, "jit")]).as_deref(),
            Some("jit")
        );
    }

    #[test]
    fn what_means_nothing_is_an_error_that_names_it() {
        let error = read(&[(TIERS, "nativ")]).unwrap_err().to_string();
        assert_eq!(
            error,
            "the environment variable KILOWAT_TIERS is `nativ`: unknown engine `nativ`: expected \
             jit, interpreter or native; or fastest, or wasm-first"
        );
        let error = read(&[(WASM, "of")]).unwrap_err().to_string();
        assert_eq!(
            error,
            "the environment variable KILOWAT_WASM is `of`: expected on or off"
        );
    }

    #[test]
    fn the_cache_is_a_folder_or_off() {
        let cache = |value| read(&[(CACHE, value)]).unwrap().cache;
        assert_eq!(cache("off"), Some(Cache::Off));
        assert_eq!(
            cache("/var/cache/k"),
            Some(Cache::Folder("/var/cache/k".into()))
        );
        assert_eq!(cache(""), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_whose_name_is_no_utf_8_keeps_it() {
        use std::os::unix::ffi::OsStringExt as _;
        let name = OsString::from_vec(b"/tmp/\xff".to_vec());
        let folder = Some(Cache::Folder(name.clone().into()));
        assert_eq!(cache(Some(name)), folder);
    }
}
