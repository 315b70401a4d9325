//! What works on the machine at hand: each tier examined by itself, and the cache.
//!
//! ```
//! use kilowat::doctor::Doctor;
//! use kilowat::{EngineKind, Runtime};
//!
//! let doctor = Doctor::new(Runtime::builder())?;
//! let tier = doctor.examine(EngineKind::Interpreter);
//! assert!(tier.faults.is_empty(), "{:?}", tier.faults);
//! # Ok::<(), kilowat::Error>(())
//! ```

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use kilowat_engine::EngineKind;
use kilowat_kernels::MODULES;
#[cfg(feature = "native")]
use {
    kilowat_kernels::KernelModule,
    kilowat_operations::ops::{ALL, AnyListed},
};

#[cfg(feature = "measure")]
use crate::measure::PEERS_VARIABLE;
use crate::runtime::{
    Builder, Cache, Environment, EnvironmentError, Error, Origin, Policy, Preload, Runtime, Speed,
    environment,
};

/// The environment variables by which an operator says something.
pub const VARIABLES: &[&str] = &[
    environment::TIERS,
    environment::WASM,
    environment::CACHE,
    #[cfg(feature = "measure")]
    PEERS_VARIABLE,
];

#[cfg(feature = "native")]
/// The lengths, in bytes, of the inputs that each operation is tried on: none, parts of a vector, the
/// block of a digest and what is around it, and more than a page.
const LENGTHS: [usize; 8] = [0, 1, 15, 55, 64, 300, 4_097, 70_000];

/// Examines tiers and the cache, whatever the environment turns off.
#[derive(Debug)]
pub struct Doctor {
    runtime: Runtime,
    policy: Policy,
    environment_error: Option<EnvironmentError>,
}

/// What is wrong with a tier: one fault, however many of its modules and operations have it. `Display`
/// names the first of these and counts the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TierFault {
    /// What comes of it.
    pub kind: TierFaultKind,
    /// What went wrong in the first of the places.
    pub cause: String,
    /// Where it went wrong: modules that cannot be loaded, operations with the length of their input,
    /// test vectors. At least one.
    pub places: Vec<String>,
}

/// What comes of a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TierFaultKind {
    /// The tier has no answer; where it is asked, the next tier answers.
    Fails,
    /// The tier has a wrong answer.
    AnswersWrongly,
}

impl TierFault {
    /// Whether a failure is the same as this one, but for the names in it and its figures. A tier that
    /// answers wrongly has one fault: its answers say no more about it.
    fn is(&self, kind: TierFaultKind, cause: &str) -> bool {
        let same_words = || words(&self.cause).eq(words(cause));
        self.kind == kind && (kind == TierFaultKind::AnswersWrongly || same_words())
    }
}

/// The letters of a text, without what stands between backticks.
fn words(cause: &str) -> impl Iterator<Item = char> {
    let outside = cause.split('`').step_by(2).flat_map(str::chars);
    outside.filter(|character| character.is_alphabetic())
}

impl fmt::Display for TierFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(first) = self.places.first() {
            write!(formatter, "{first}: ")?;
        }
        write!(formatter, "{}", self.cause)?;
        match self.places.len() {
            0 | 1 => Ok(()),
            2 => write!(formatter, "; the same in another place"),
            places => write!(formatter, "; the same in {} other places", places - 1),
        }
    }
}

/// What was found out about a tier.
#[derive(Debug, Clone, PartialEq)]
pub struct TierExamination {
    /// The tier.
    pub tier: EngineKind,
    /// Modules whose compiled code came from the cache.
    pub restored: usize,
    /// Modules that were compiled for it; 0 for native code.
    pub compiled: usize,
    /// Answers that are right: the native ones, or where that is the tier, published ones.
    pub right_answers: usize,
    /// What is wrong with it: nothing, if all is well.
    pub faults: Vec<TierFault>,
    /// How long the examination took.
    pub elapsed: Duration,
}

impl TierExamination {
    /// Notes what went wrong in a place, once for all places.
    fn add(&mut self, kind: TierFaultKind, cause: String, place: String) {
        let mut known = self.faults.iter_mut();
        match known.find(|known| known.is(kind, &cause)) {
            Some(fault) => fault.places.push(place),
            None => self.faults.push(TierFault {
                kind,
                cause,
                places: vec![place],
            }),
        }
    }
}

/// What was found out about the cache of compiled code.
#[derive(Debug)]
pub struct CacheExamination {
    /// The folder.
    pub folder: PathBuf,
    /// How many entries are in it, those of other versions too, and how many bytes they take; or why
    /// it cannot be read.
    pub usage: io::Result<(usize, u64)>,
    /// Why nothing can be written into it, if so.
    pub writable: io::Result<()>,
    /// How many of the [modules] the JIT would take from it now.
    pub modules: usize,
}

/// How many kernel modules there are.
#[must_use]
pub fn modules() -> usize {
    MODULES.len()
}

impl Doctor {
    /// A doctor for runtimes of these settings. What the environment says of the tiers is noted, and
    /// turns none of them off. Where the settings [take no notice of
    /// it](Builder::ignore_environment), the doctor takes none either.
    ///
    /// # Errors
    /// Those of [`Builder::build`], but for [`Error::Environment`].
    pub fn new(settings: Builder) -> Result<Self, Error> {
        let (environment, environment_error) = if settings.heeds_environment() {
            match Environment::read() {
                Ok(environment) => (environment, None),
                // What it says of the cache always means something.
                Err(error) => {
                    let cache = Cache::from_environment();
                    (
                        Environment {
                            policy: None,
                            cache,
                        },
                        Some(error),
                    )
                }
            }
        } else {
            (Environment::default(), None)
        };
        let asked = environment.policy;
        let runtime = settings.modules(Preload::Nothing).build_in(Environment {
            policy: None,
            ..environment
        })?;
        Ok(Self {
            policy: asked.unwrap_or_else(|| runtime.policy()),
            runtime,
            environment_error,
        })
    }

    /// The order in which runtimes ask the tiers here.
    ///
    /// # Errors
    /// [`EnvironmentError`] where a variable means nothing.
    pub fn policy(&self) -> Result<Policy, EnvironmentError> {
        match &self.environment_error {
            None => Ok(self.policy),
            Some(error) => Err(error.clone()),
        }
    }

    /// How fast the tiers were found to be on this machine, by any process with the same cache.
    #[must_use]
    pub fn speeds(&self) -> Vec<Speed> {
        self.runtime.speeds()
    }

    /// The bytes of memory that all instances of a runtime may hold together.
    #[must_use]
    pub fn memory_limit(&self) -> u64 {
        self.runtime.memory_limit()
    }

    /// Loads all modules on a tier, runs every operation on inputs of eight lengths, and compares
    /// the answers with the native ones. Then the calls that users make are tried on published test
    /// vectors; for native code that is all. In a program without native code there is nothing to compare
    /// with: the modules are loaded, and the vectors tried.
    #[must_use]
    pub fn examine(&self, tier: EngineKind) -> TierExamination {
        let begun = Instant::now();
        let mut examination = TierExamination {
            tier,
            restored: 0,
            compiled: 0,
            right_answers: 0,
            faults: Vec::new(),
            elapsed: Duration::ZERO,
        };
        if tier != EngineKind::Native {
            self.try_operations(&mut examination);
        }
        if examination.faults.is_empty() {
            self.try_vectors(&mut examination);
        }
        examination.elapsed = begun.elapsed();
        examination
    }

    fn try_operations(&self, examination: &mut TierExamination) {
        let tier = examination.tier;
        for module in MODULES {
            let loaded = self.runtime.load_on(module, tier);
            #[cfg(feature = "native")]
            if loaded.is_ok() {
                self.try_operations_of(module, examination);
            }
            match loaded {
                Ok(Origin::Restored) => examination.restored += 1,
                Ok(Origin::Compiled) => examination.compiled += 1,
                Err(cause) => {
                    examination.add(TierFaultKind::Fails, cause, module.name.to_owned());
                }
            }
        }
    }

    #[cfg(feature = "native")]
    fn try_operations_of(&self, module: &KernelModule, examination: &mut TierExamination) {
        let tier = examination.tier;
        let of_module =
            |operation: &&&dyn AnyListed| operation.export().module.index == module.index;
        for operation in ALL.iter().filter(of_module) {
            let tests = LENGTHS.iter().map(|len| {
                let verdict = self.runtime.self_test(*operation, tier, *len);
                let place = || format!("{}, {len} bytes", operation.name());
                match verdict {
                    Ok(Ok(())) => Ok(()),
                    Ok(Err(wrong)) => Err((TierFaultKind::AnswersWrongly, wrong, place())),
                    Err(cause) => Err((TierFaultKind::Fails, cause, place())),
                }
            });
            // One fault of an operation says enough.
            match tests.collect::<Result<Vec<()>, _>>() {
                Ok(right) => examination.right_answers += right.len(),
                Err((kind, cause, place)) => examination.add(kind, cause, place),
            }
        }
    }

    fn try_vectors(&self, examination: &mut TierExamination) {
        for (name, is_right) in VECTORS {
            let alone = self.runtime.set_tiers([examination.tier]);
            match alone
                .map_err(Error::from)
                .and_then(|()| is_right(&self.runtime))
            {
                Ok(true) => examination.right_answers += 1,
                Ok(false) => examination.add(
                    TierFaultKind::AnswersWrongly,
                    "the answer is not the published one".to_owned(),
                    (*name).to_owned(),
                ),
                Err(error) => {
                    examination.add(TierFaultKind::Fails, error.to_string(), (*name).to_owned());
                }
            }
        }
    }

    /// Looks at the cache, `None` where there is none. To be asked when the JIT was
    /// [examined](Self::examine): its modules should be there now.
    #[must_use]
    pub fn cache(&self) -> Option<CacheExamination> {
        let cache = self.runtime.cache()?;
        Some(CacheExamination {
            folder: cache.folder().to_owned(),
            writable: cache.try_writing(),
            usage: cache.usage(),
            modules: self.runtime.cached_modules(),
        })
    }
}

type Vector = (&'static str, fn(&Runtime) -> Result<bool, Error>);

/// Test vectors that others have published.
const VECTORS: &[Vector] = &[
    #[cfg(feature = "string_ops")]
    ("FNV-1a, 32 bits, of `foobar`", |runtime| {
        Ok(runtime.fnv1a32(b"foobar")? == 0xbf9c_f968)
    }),
    #[cfg(feature = "string_ops")]
    ("FNV-1a, 64 bits, of `foobar`", |runtime| {
        Ok(runtime.fnv1a64(b"foobar")? == 0x8594_4171_f739_67e8)
    }),
    // FIPS 180-4, the first example.
    #[cfg(feature = "sha256")]
    ("SHA-256 of `abc`", |runtime| {
        let published = [
            0xba78_16bf_8f01_cfea_4141_40de_5dae_2223_u128,
            0xb003_61a3_9617_7a9c_b410_ff61_f200_15ad,
        ];
        let published = published.map(u128::to_be_bytes);
        Ok(runtime.sha256(b"abc")?[..] == *published.as_flattened())
    }),
    // FIPS 180-4, the first example.
    #[cfg(feature = "sha512")]
    ("SHA-512 of `abc`", |runtime| {
        let published = [
            0xddaf_35a1_9361_7aba_cc41_7349_ae20_4131_u128,
            0x12e6_fa4e_89a9_7ea2_0a9e_eee6_4b55_d39a,
            0x2192_992a_274f_c1a8_36ba_3c23_a3fe_ebbd,
            0x454d_4423_643c_e80e_2a9a_c94f_a54c_a49f,
        ];
        let published = published.map(u128::to_be_bytes);
        Ok(runtime.sha512(b"abc")?[..] == *published.as_flattened())
    }),
    // The test vectors of BLAKE3, of three bytes.
    #[cfg(feature = "blake3")]
    ("BLAKE3 of the bytes 0, 1 and 2", |runtime| {
        let published = [
            0xe1be_4d7a_8ab5_560a_a419_9eea_3398_49ba_u128,
            0x8e29_3d55_ca0a_8100_6726_d184_519e_647f,
        ];
        let published = published.map(u128::to_be_bytes);
        Ok(runtime.blake3(&[0, 1, 2])?[..] == *published.as_flattened())
    }),
    // RFC 1321, appendix A.5.
    #[cfg(feature = "md5")]
    ("MD5 of `abc`", |runtime| {
        let published = 0x9001_5098_3cd2_4fb0_d696_3f7d_28e1_7f72_u128;
        Ok(runtime.md5(b"abc")? == published.to_be_bytes())
    }),
];
