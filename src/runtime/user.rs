//! Modules of the user's own: how they are loaded, and how their functions are called.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use kilowat_engine::EngineKind;
use kilowat_operations::foreign::{
    ForeignError, ForeignFunction, ForeignModule, ForeignModuleError, ForeignResult,
};
use kilowat_operations::frame::{CallError, InstanceFrame};
use kilowat_operations::ops::Value;
use sha2::{Digest as _, Sha256};

use super::call::{Call, KernelCall, Repetition};
use super::dispatch::Lanes;
use super::kernel::Kernel;
use super::lane::Lane;
use super::{Error, ModuleInfo, Runtime, Shared};
use crate::monitor::{Digest, Monitor, OperationId};

/// The modules that users have loaded. Calls of built-in operations do not look here.
#[derive(Debug, Default)]
pub(crate) struct UserModules {
    modules: boxcar::Vec<UserModule>,
    /// Held while a module is added, so that no name is taken twice.
    registration: Mutex<()>,
}

/// A module that a user has loaded.
#[derive(Debug)]
pub(crate) struct UserModule {
    pub(crate) lanes: Lanes,
    pub(crate) functions: Vec<Arc<UserFunction>>,
}

/// A function of such a module.
#[derive(Debug)]
pub(crate) struct UserFunction {
    pub(crate) function: ForeignFunction,
    operation: OperationId,
    module: String,
}

impl UserModules {
    pub(crate) fn iter(&self) -> impl Iterator<Item = &UserModule> {
        self.modules.iter().map(|(_, module)| module)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&UserModule> {
        self.iter().find(|module| module.kernel().name == name)
    }
}

impl UserModule {
    pub(crate) fn kernel(&self) -> &Kernel {
        &self.lanes[EngineKind::Jit as usize].kernel
    }

    fn new(
        module: ForeignModule,
        monitor: &Monitor,
        lanes: impl FnOnce(ForeignModule) -> Lanes,
    ) -> Self {
        let functions = module.functions().iter().map(|function| {
            Arc::new(UserFunction {
                function: function.clone(),
                operation: monitor.register(module.name(), &*function.name),
                module: module.name().to_owned(),
            })
        });
        Self {
            functions: functions.collect(),
            lanes: lanes(module),
        }
    }

    pub(crate) fn function(&self, name: &str) -> Option<&Arc<UserFunction>> {
        let mut functions = self.functions.iter();
        functions.find(|known| known.function.name == name)
    }
}

/// What is agreed on with a module of the user's own when it is loaded.
///
/// ```no_run
/// use std::time::Duration;
/// use kilowat::Runtime;
/// use kilowat::foreign::LoadOptions;
///
/// let runtime = Runtime::new();
/// let options = LoadOptions::new().deadline(Duration::from_millis(200)).secret(true);
/// let module = runtime.load_module_with("shouting.wasm", &options)?;
/// # Ok::<(), kilowat::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[must_use]
pub struct LoadOptions {
    deadline: Option<Duration>,
    secret: bool,
}

impl LoadOptions {
    /// The deadline of the [`Builder`](crate::Builder::deadline), and no secrets.
    pub fn new() -> Self {
        Self::default()
    }

    /// The longest that a call may take, on whichever tier. A function that has not ended by then is
    /// broken off a few milliseconds later: the call fails with [`Error::Deadline`], no other tier is
    /// asked, and the instance is dropped with what it holds. No breaker opens, for it is no fault of
    /// the tier.
    ///
    /// It counts from when the function begins, not while the call stands in line. The interpreter
    /// takes some ten times as long as the JIT: a limit leaves room for it, or the tiers are the JIT
    /// alone. A module with a deadline runs a little slower on either, for its loops look whether their
    /// time is over.
    pub fn deadline(mut self, limit: Duration) -> Self {
        self.deadline = Some(limit);
        self
    }

    /// Whether the memory of an instance is zeroed after each call, as with built-in modules that
    /// handle keys, unless the builder says [`Zeroize::Never`](crate::Zeroize::Never). It is also where
    /// the binary says so of itself, as those of kilowat's assembler do (`secret` in the custom section
    /// `kilowat`).
    pub fn secret(mut self, secret: bool) -> Self {
        self.secret = secret;
        self
    }
}

impl Runtime {
    /// Loads a module of the user's own from a `.wasm` file, and names it after the file. Its functions
    /// are then called by [`execute`](Self::execute), on the tiers that run WebAssembly, with the same
    /// fallback, breakers, budget, comparisons and figures as built-in ones.
    ///
    /// The binary keeps to the ABI of kernels: it imports nothing, exports its memory and `heap_base`,
    /// leaves the growth of its memory to the host, and uses the features that kernels may use. It is
    /// validated and held to that before an engine gets it; one that says in its custom section `kilowat`
    /// that it keeps to another version of the ABI is refused. What cannot be seen in a binary is the
    /// user's to answer for: that a function ends, writes to its outputs and its static region only,
    /// and gives the same answer whatever was called before, for each call may have another instance.
    /// For one that may not end there is a [deadline](LoadOptions::deadline). The checks that built-in
    /// kernels go through see to all of that.
    ///
    /// A signature does not tell pointers from numbers, so the values do. In the order of the
    /// parameters,
    /// - [`Value::Integer`] is for an i32 or an i64 that is unsigned, [`Value::Signed`] for one with a sign;
    /// - [`Value::Number`] is for an f32, to which it is rounded, or an f64;
    /// - [`Value::Bytes`] or [`Value::Text`] is for two i32, the pointer and the length of a copy in the
    ///   module's memory;
    /// - [`Value::Output`] is for two i32, the pointer and the capacity of room for that many bytes.
    ///
    /// A function that has an output returns an i32: how many bytes it has written, which are the
    /// answer, or a negative [`Status`](crate::error::Status), which is the error. The answer of another
    /// function is what it returns: a [`Value::Integer`], which says nothing of a sign, a
    /// [`Value::Number`] or [`Value::Nothing`].
    ///
    /// ```no_run
    /// use kilowat::{Runtime, Value};
    ///
    /// let runtime = Runtime::new();
    /// let module = runtime.load_module_from("shouting.wasm")?;
    /// // (func (export "shout") (param $ptr i32) (param $len i32)
    /// //   (param $dst_ptr i32) (param $dst_cap i32) (result i32) …)
    /// let arguments = [Value::Bytes(b"loud".to_vec()), Value::Output(4)];
    /// let outcome = runtime.execute(&module.name, "shout", &arguments)?;
    /// assert_eq!(outcome.value, Value::Bytes(b"LOUD".to_vec()));
    /// # Ok::<(), kilowat::Error>(())
    /// ```
    ///
    /// To load the same binary under the same name again changes nothing. A module stays for as long
    /// as the runtime.
    ///
    /// # Errors
    /// [`Error::UserModule`] where the file cannot be read or is no such module, with all that is wrong
    /// with it, and [`Error::NameTaken`] where another module has its name.
    pub fn load_module_from(&self, path: impl AsRef<Path>) -> Result<ModuleInfo, Error> {
        self.load_module_with(path, &LoadOptions::new())
    }

    /// The same with a deadline, or with memory that is zeroed.
    ///
    /// # Errors
    /// As there; [`Error::NameTaken`] also where the same binary was loaded with other options.
    pub fn load_module_with(
        &self,
        path: impl AsRef<Path>,
        options: &LoadOptions,
    ) -> Result<ModuleInfo, Error> {
        self.load_users(ForeignModule::read(path.as_ref())?, options)
    }

    /// Loads a module of the user's own from memory, as [`load_module_from`](Self::load_module_from)
    /// does from a file.
    ///
    /// # Errors
    /// As there.
    pub fn load_module_from_bytes(&self, name: &str, wasm: &[u8]) -> Result<ModuleInfo, Error> {
        self.load_module_from_bytes_with(name, wasm, &LoadOptions::new())
    }

    /// The same with a deadline, or with memory that is zeroed.
    ///
    /// # Errors
    /// As there.
    pub fn load_module_from_bytes_with(
        &self,
        name: &str,
        wasm: &[u8],
        options: &LoadOptions,
    ) -> Result<ModuleInfo, Error> {
        self.load_users(ForeignModule::from_bytes(name, wasm.to_vec())?, options)
    }

    fn load_users(
        &self,
        module: ForeignModule,
        options: &LoadOptions,
    ) -> Result<ModuleInfo, Error> {
        let name = module.name().to_owned();
        self.shared.add(module, options)?;
        self.load_module(&name)?;
        self.module(&name)
    }
}

impl Shared {
    fn add(&self, module: ForeignModule, options: &LoadOptions) -> Result<(), Error> {
        let secret = options.secret || module.is_secret();
        let zeroize = self.lane_settings.zeroize.applies(secret);
        let deadline = options.deadline.or(self.lane_settings.deadline);
        // Nothing under this lock leaves anything half done.
        let _guard = self
            .users
            .registration
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Ok(lanes) = self.lanes(module.name()) {
            let [Lane { kernel, .. }, ..] = lanes.each_ref().map(|lane| &**lane);
            let is_users = self.users.get(&kernel.name).is_some();
            let same_options = kernel.secret == secret && kernel.deadline == deadline;
            return if *kernel.wasm == *module.wasm() && (same_options || !is_users) {
                Ok(())
            } else {
                Err(Error::NameTaken {
                    module: module.name().to_owned(),
                })
            };
        }
        let module = UserModule::new(module, &self.monitor, |module| {
            let kernel = Kernel::users(module, secret, zeroize, deadline);
            // A function that takes long keeps none but its own module's turns.
            let turns = self.lane_settings.turns();
            self.lane_settings.lanes(kernel, &self.engines, &turns)
        });
        self.users.modules.push(module);
        Ok(())
    }

    /// Calls a function of a module that a user has loaded.
    pub(crate) fn call_users(
        self: &Arc<Self>,
        module: &UserModule,
        function: &Arc<UserFunction>,
        values: &[Value],
    ) -> Result<(Value, EngineKind), Error> {
        let call = UserCall {
            // No tier is asked with arguments that the function does not take.
            input_len: function
                .function
                .input_len(values)
                .map_err(ForeignError::from)?,
            function,
            values,
        };
        let (answer, tier) = self.call(&module.lanes, &call)?;
        Ok((answer?.into(), tier))
    }
}

/// A call of such a function.
struct UserCall<'a> {
    function: &'a Arc<UserFunction>,
    values: &'a [Value],
    input_len: u64,
}

/// The same with values of its own.
struct OwnedUserCall {
    function: Arc<UserFunction>,
    values: Vec<Value>,
}

type Answer = Result<ForeignResult, ForeignError>;

impl KernelCall for UserCall<'_> {
    type Answer = Answer;

    fn kernel<F: InstanceFrame>(&self, frame: &mut F) -> Result<Answer, CallError> {
        self.function.function.call(frame, self.values)
    }
}

impl Call for UserCall<'_> {
    const HAS_NATIVE: bool = false;

    fn operation(&self) -> OperationId {
        self.function.operation
    }

    fn input_len(&self) -> u64 {
        self.input_len
    }

    fn native(&self) -> Option<Answer> {
        None
    }

    fn repetition(&self) -> Box<dyn Repetition<Answer>> {
        Box::new(OwnedUserCall {
            function: Arc::clone(self.function),
            values: self.values.to_vec(),
        })
    }
}

impl Repetition<Answer> for OwnedUserCall {
    fn kernel(&self, frame: &mut dyn InstanceFrame) -> Result<Answer, CallError> {
        self.function.function.call(frame, &self.values)
    }

    fn native(&self) -> Option<Answer> {
        None
    }

    /// Nobody knows, but that engines have to agree.
    fn is_right(&self, _: &Answer) -> bool {
        false
    }

    fn fingerprint(&self) -> Digest {
        let UserFunction {
            function, module, ..
        } = &*self.function;
        let input = (module, &function.name, &self.values);
        Digest(Sha256::digest(format!("{input:?}")).into())
    }

    fn digest(&self, answer: &Answer) -> Digest {
        Digest(Sha256::digest(format!("{answer:?}")).into())
    }
}

impl From<ForeignModuleError> for Error {
    fn from(error: ForeignModuleError) -> Self {
        Self::UserModule(Arc::new(error))
    }
}
