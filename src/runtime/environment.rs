//! What an operator can say from outside, without a rebuild.

use std::env;
use std::path::PathBuf;

use super::builder::Cache;
use super::tiers::{Tiers, TiersError};

/// The list of tiers, such as `native` or `jit,native`.
pub(crate) const TIERS: &str = "KILOWAT_TIERS";

/// `off`: no WebAssembly, native code only.
pub(crate) const WASM: &str = "KILOWAT_WASM";

/// Where compiled code is kept: a folder, or `off`.
pub(crate) const CACHE: &str = "KILOWAT_CACHE";

/// A variable of the environment that does not mean anything.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EnvironmentError {
    /// The list of tiers is none.
    #[error("the environment variable {TIERS} is `{value}`: {cause}")]
    Tiers {
        /// What it holds.
        value: String,
        /// What is wrong with it.
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
    pub(crate) tiers: Option<Tiers>,
    pub(crate) cache: Option<Cache>,
}

impl Environment {
    /// Reads the environment of the process.
    pub(crate) fn read() -> Result<Self, EnvironmentError> {
        Self::from_variables(|name| {
            let value = env::var_os(name)?;
            Some(value.to_string_lossy().into_owned())
        })
    }

    fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Result<Self, EnvironmentError> {
        let set = |name| variable(name).filter(|value| !value.is_empty());
        let tiers = set(TIERS)
            .map(|value| {
                let tiers = value.parse();
                tiers.map_err(|cause| EnvironmentError::Tiers { value, cause })
            })
            .transpose()?;
        let tiers = match set(WASM) {
            None => tiers,
            Some(value) => match value.to_ascii_lowercase().as_str() {
                "on" | "1" | "true" | "yes" => tiers,
                "off" | "0" | "false" | "no" => Some(Tiers::NATIVE),
                _ => return Err(EnvironmentError::Wasm { value }),
            },
        };
        let cache = set(CACHE).map(|value| match value.as_str() {
            "off" => Cache::Off,
            _ => Cache::Folder(PathBuf::from(value)),
        });
        Ok(Self { tiers, cache })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Environment, EnvironmentError> {
        Environment::from_variables(|name| {
            let mut variables = variables.iter();
            let found = variables.find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn webassembly_is_turned_off_in_two_ways() {
        let tiers = |variables| {
            read(variables)
                .unwrap()
                .tiers
                .map(|tiers| tiers.to_string())
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
             jit, interpreter or native"
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
}
