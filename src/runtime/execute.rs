//! Operations that are chosen at run time: a call by name, with values.

use std::time::{Duration, Instant};

use kilowat_engine::EngineKind;
use kilowat_operations::fingerprint::fingerprint_by_name;
use kilowat_operations::frame::{CallError, InstanceFrame};
use kilowat_operations::ops::{self, AnyListed, Argument, OperationError, Value};
use serde::{Serialize, Serializer};
use sha2::{Digest as _, Sha256};

use super::call::{Call, KernelCall, Repetition};
use super::near::near;
use super::{Error, ModuleContents, Runtime, UnknownOperationError};
use crate::monitor::{Digest, OperationId, tier_name};

/// What became of a call by name.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outcome {
    /// The answer.
    pub value: Value,
    /// The tier that gave it.
    #[serde(serialize_with = "tier_name")]
    pub tier: EngineKind,
    /// How long the call took, all tiers that were asked included. It is written as nanoseconds.
    #[serde(serialize_with = "nanoseconds")]
    pub elapsed: Duration,
}

fn nanoseconds<S: Serializer>(elapsed: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    // 584 years fit.
    serializer.serialize_u64(elapsed.as_nanos() as u64)
}

impl Runtime {
    /// The answer of an operation that is chosen at run time. [`operations`](crate::modules::operations) says
    /// what each takes; a function of a user's own module takes what
    /// [`load_module_from`](Self::load_module_from) says.
    ///
    /// It is the same call as that of the typed methods, with the same tiers, fallback, breakers and
    /// figures, but for one thing: the input goes to the kernel as a whole, not in pieces. For inputs
    /// of many mebibytes there are `sha256_update` and its like.
    ///
    /// ```
    /// use kilowat::{Runtime, Value};
    ///
    /// let runtime = Runtime::new();
    /// let outcome = runtime.execute("string_ops", "fnv1a32", &[Value::Bytes(b"foobar".to_vec())])?;
    /// assert_eq!(outcome.value, Value::Integer(0xbf9c_f968));
    /// println!("{} in {:?}", outcome.tier, outcome.elapsed);
    ///
    /// let error = runtime.execute("string_ops", "fnv1a23", &[]).unwrap_err();
    /// assert!(error.to_string().contains("did you mean `fnv1a32`"), "{error}");
    /// # Ok::<(), kilowat::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::UnknownModule`] and [`Error::UnknownOperation`], with the names that may be meant;
    /// [`Error::Arguments`] where the values are not what the operation takes; [`Error::Input`] where
    /// it answers that there is no result; [`Error::Function`] for both of them in a user's own module; and the others where no tier can answer.
    pub fn execute(
        &self,
        module: &str,
        operation: &str,
        arguments: &[Value],
    ) -> Result<Outcome, Error> {
        let begun = Instant::now();
        let (value, tier) = match ops::find(module, operation) {
            Some(operation) => self.execute_built_in(operation, arguments)?,
            #[cfg(feature = "foreign")]
            None => self.execute_users(module, operation, arguments)?,
            #[cfg(not(feature = "foreign"))]
            None => return Err(self.unknown_operation(module, operation)),
        };
        Ok(Outcome {
            value,
            tier,
            elapsed: begun.elapsed(),
        })
    }

    fn execute_built_in(
        &self,
        operation: &'static dyn AnyListed,
        values: &[Value],
    ) -> Result<(Value, EngineKind), Error> {
        let arguments = in_place(values);
        let call = ByName {
            operation,
            values,
            // No tier is asked with arguments that the operation does not take.
            input_len: operation.input_len(&arguments)?,
            arguments,
        };
        let lanes = &self.shared.modules[operation.export().module.index];
        let (answer, tier) = self.shared.call(lanes, &call)?;
        Ok((answer?, tier))
    }

    #[cfg(feature = "foreign")]
    fn execute_users(
        &self,
        module: &str,
        function: &str,
        values: &[Value],
    ) -> Result<(Value, EngineKind), Error> {
        let users = self.shared.users.get(module);
        if let Some(users) = users
            && let Some(function) = users.function(function)
        {
            return self.shared.call_users(users, function, values);
        }
        Err(self.unknown_operation(module, function))
    }

    #[cold]
    fn unknown_operation(&self, module: &str, operation: &str) -> Error {
        let info = match self.module(module) {
            Ok(info) => info,
            Err(unknown_module) => return unknown_module,
        };
        UnknownOperationError {
            module: module.to_owned(),
            operation: operation.to_owned(),
            near: match &info.contents {
                ModuleContents::Operations(known) => {
                    near(operation, known.iter().map(|known| known.name))
                }
                ModuleContents::Functions(known) => {
                    near(operation, known.iter().map(|known| &*known.name))
                }
            },
        }
        .into()
    }
}

fn in_place(values: &[Value]) -> Vec<Argument<'_>> {
    values.iter().map(Argument::from).collect()
}

/// A call of an operation that is chosen at run time.
struct ByName<'a> {
    operation: &'static dyn AnyListed,
    values: &'a [Value],
    arguments: Vec<Argument<'a>>,
    input_len: u64,
}

/// The same with values of its own.
struct OwnedByName {
    operation: &'static dyn AnyListed,
    values: Vec<Value>,
}

type Answer = Result<Value, OperationError>;

impl KernelCall for ByName<'_> {
    type Answer = Answer;

    fn kernel<F: InstanceFrame>(&self, frame: &mut F) -> Result<Answer, CallError> {
        self.operation.run_values(frame, &self.arguments)
    }
}

impl Call for ByName<'_> {
    fn operation(&self) -> OperationId {
        OperationId::from(self.operation.index())
    }

    fn input_len(&self) -> u64 {
        self.input_len
    }

    fn native(&self) -> Option<Answer> {
        ops::native_values(self.operation, &self.arguments)
    }

    fn repetition(&self) -> Box<dyn Repetition<Answer>> {
        Box::new(OwnedByName {
            operation: self.operation,
            values: self.values.to_vec(),
        })
    }
}

impl Repetition<Answer> for OwnedByName {
    fn kernel(&self, frame: &mut dyn InstanceFrame) -> Result<Answer, CallError> {
        self.operation.run_values(frame, &in_place(&self.values))
    }

    fn native(&self) -> Option<Answer> {
        ops::native_values(self.operation, &in_place(&self.values))
    }

    fn is_right(&self, answer: &Answer) -> bool {
        ops::is_right_values(self.operation, &in_place(&self.values), answer)
    }

    fn fingerprint(&self) -> Digest {
        let fingerprint = fingerprint_by_name(self.operation, &in_place(&self.values));
        // They are arguments that the operation takes, or no tier would have been asked.
        Digest(fingerprint.unwrap_or_default())
    }

    fn digest(&self, answer: &Answer) -> Digest {
        Digest(Sha256::digest(format!("{answer:?}")).into())
    }
}
