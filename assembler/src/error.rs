//! What can be wrong, and where.

use std::fmt;
use std::path::PathBuf;

use thiserror::Error;

/// A place in a text that someone wrote: enough to open it there, and to see it without opening it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The file, as the caller named it.
    pub path: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// The whole line, without its end.
    pub text: String,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.line.to_string();
        let margin = " ".repeat(number.len());
        writeln!(f, "{margin}--> {}:{}:{}", self.path, self.line, self.column)?;
        writeln!(f, "{margin} |")?;
        writeln!(f, "{number} | {}", self.text)?;
        // A tab takes a tab below it, so that the caret stands under its character.
        let indent: String = self
            .text
            .chars()
            .take(self.column - 1)
            .map(|c| if c == '\t' { '\t' } else { ' ' })
            .collect();
        write!(f, "{margin} | {indent}^")
    }
}

/// One thing that is wrong with a kernel's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What is wrong.
    pub problem: Problem,
    /// Where.
    pub at: Location,
    /// A second place that it has to do with, and what stands there. Boxed to keep errors small.
    pub related: Option<Box<(String, Location)>>,
}

impl Diagnostic {
    pub(crate) fn new(problem: Problem, at: Location) -> Self {
        Self {
            problem,
            at,
            related: None,
        }
    }

    pub(crate) fn with_related(mut self, what: impl Into<String>, at: Location) -> Self {
        self.related = Some(Box::new((what.into(), at)));
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}", self.problem, self.at)?;
        if let Some(related) = &self.related {
            write!(f, "\n{}:\n{}", related.0, related.1)?;
        }
        Ok(())
    }
}

/// Why a module could not be assembled.
///
/// `Debug` prints what `Display` does, with the sources: it is what a build script that returns the error shows.
#[derive(Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or a folder could not be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// There is no module of that name.
    #[error("there is no module `{name}`; the modules are: {}", list(known))]
    NoSuchModule {
        /// The name that was asked for.
        name: String,
        /// The names there are.
        known: Vec<String>,
    },
    /// A folder that is neither a module nor `lib`.
    #[error("the folder {path} has no `module.wat`, the file that a module's folder starts with")]
    NoModuleFile {
        /// The folder.
        path: String,
    },
    /// A module stands there twice.
    #[error("the module `{name}` is both a file and a folder: keep {file} or {folder}, not both")]
    AmbiguousModule {
        /// The module's name.
        name: String,
        /// Its file.
        file: String,
        /// Its folder's first file.
        folder: String,
    },
    /// Its text is wrong. There is at least one diagnostic, in the order of the checks.
    #[error("{}", blocks(.0))]
    Text(Vec<Diagnostic>),
    /// What inlining and pruning made of a valid module is not valid: a fault of the assembler.
    #[error(
        "the assembler made an invalid module of `{name}`: this is a fault in kilowat, please report it"
    )]
    Miscompiled {
        /// The module's name.
        name: String,
        /// What is wrong with the binary.
        #[source]
        source: BinaryError,
    },
    /// The expanded text could not be printed.
    #[error("cannot print the module `{name}`: {message}")]
    Print {
        /// The module's name.
        name: String,
        /// The printer's words.
        message: String,
    },
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        let mut source = std::error::Error::source(self);
        while let Some(error) = source {
            write!(f, ": {error}")?;
            source = error.source();
        }
        Ok(())
    }
}

impl Error {
    /// The diagnostics, where the text is what is wrong.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        match self {
            Self::Text(diagnostics) => diagnostics,
            _ => &[],
        }
    }
}

impl From<Diagnostic> for Error {
    fn from(diagnostic: Diagnostic) -> Self {
        Self::Text(vec![diagnostic])
    }
}

/// What is wrong with a kernel's text. The message says what was expected.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Problem {
    /// The first file does not start with `;;!` lines.
    #[error(
        "no header: the file must start with `;;!` lines that give `summary`, `spec` and `exports`"
    )]
    NoHeader,
    /// The header is not TOML, or not the keys and types that a header has.
    #[error("wrong header: {message}")]
    Header {
        /// What is wrong, without its position.
        message: String,
    },
    /// A `;;!` line that is not part of the header.
    #[error(
        "a `;;!` line outside the header: the header stands at the top of the module's first file, in one piece"
    )]
    StrayHeader,
    /// A name stands twice in a list of the header.
    #[error("the header names `{name}` twice in `{key}`")]
    NamedTwice {
        /// The list.
        key: &'static str,
        /// The name.
        name: String,
    },
    /// The header names a fragment that does not exist.
    #[error(
        "unknown fragment `{name}`: there is no {path}; the fragments there are: {}",
        list(known)
    )]
    UnknownFragment {
        /// The name in the header.
        name: String,
        /// The file that it stands for.
        path: String,
        /// The names that would do.
        known: Vec<String>,
    },
    /// A file in the module's folder that the header does not name.
    #[error(
        "the file is not part of the module: its header does not name the fragment `{name}` (`fragments = [\"{name}\"]`)"
    )]
    UnnamedFragment {
        /// The name that the header would use.
        name: String,
    },
    /// Not WebAssembly text.
    #[error("{message}")]
    Syntax {
        /// What the parser expected.
        message: String,
    },
    /// WebAssembly text of a module that is not valid.
    #[error("not valid: {message}")]
    Invalid {
        /// The validator's words.
        message: String,
    },
    /// A feature that kernels do without.
    #[error(
        "forbidden feature `{feature}`: {message}\nkernels may use {}",
        crate::features::ALLOWED_IN_WORDS
    )]
    ForbiddenFeature {
        /// The feature's name.
        feature: String,
        /// The validator's words.
        message: String,
    },
    /// A macro that calls itself, directly or through others.
    #[error(
        "recursive macro: {}; a function whose name ends in `!` is spliced into its callers, so it cannot call itself",
        arrows(cycle)
    )]
    RecursiveMacro {
        /// The macros in the order of the calls; the first is also the last.
        cycle: Vec<String>,
    },
    /// A macro that something else than a call refers to.
    #[error(
        "the macro `{name}` is {used}: a function whose name ends in `!` exists only in its callers"
    )]
    MacroUsed {
        /// Its name.
        name: String,
        /// What refers to it.
        used: MacroUse,
    },
    /// Macros that grow beyond all measure.
    #[error(
        "the function `{name}` has more than {limit} instructions once its macros are spliced in and its loops unrolled"
    )]
    TooLarge {
        /// The function's name.
        name: String,
        /// How many instructions a function may have.
        limit: usize,
    },
    /// A loop that cannot be unrolled, although its label asks for it.
    #[error("`{label}` cannot be unrolled: {problem}")]
    Unroll {
        /// The loop's label.
        label: String,
        /// What was expected.
        problem: UnrollProblem,
    },
    /// The macro `$at!` is not what its callers promise.
    #[error("{}", NotASum(name))]
    NotASum {
        /// Its name.
        name: String,
    },
    /// An import.
    #[error("the module imports `{module}.{name}`: a kernel imports nothing")]
    Import {
        /// The module imported from.
        module: String,
        /// The name imported.
        name: String,
    },
    /// No memory.
    #[error("the module has no memory: expected `(memory (export \"memory\") PAGES)`")]
    NoMemory,
    /// The memory is not exported as such.
    #[error(
        "the memory is not exported as `memory`: expected `(memory (export \"memory\") PAGES)`"
    )]
    MemoryNotExported,
    /// The memory has a maximum.
    #[error(
        "the memory has a maximum of {maximum} pages: the host limits the memory, a kernel does not"
    )]
    MemoryMaximum {
        /// In pages.
        maximum: u64,
    },
    /// The static region does not fit into the memory.
    #[error(
        "the memory's minimum (pages: {pages}) ends before `heap_base` = {heap_base}: expected at least {needed}"
    )]
    MemoryTooSmall {
        /// The minimum of the memory.
        pages: u64,
        /// The end of the static region.
        heap_base: u32,
        /// The pages that it takes.
        needed: u64,
    },
    /// No `heap_base`.
    #[error(
        "the module does not export `heap_base`: expected `(global (export \"heap_base\") i32 (i32.const BYTES))`"
    )]
    NoHeapBase,
    /// An export that only functions may be.
    #[error(
        "the export `{name}` is {found}: a kernel exports `memory`, `heap_base`, functions, and immutable i32 globals named `…_state_size`"
    )]
    UnexpectedExport {
        /// The export's name.
        name: String,
        /// What it is.
        found: String,
    },
    /// An exported global that is not a constant i32.
    #[error(
        "the exported global `{name}` is {found}: expected an immutable i32 set by `i32.const`"
    )]
    NotAConstant {
        /// The export's name.
        name: String,
        /// What it is.
        found: String,
    },
    /// A function is exported but not in the header.
    #[error(
        "the header does not name the export `{name}`: add it to `exports`, or do not export the function"
    )]
    ExportNotInHeader {
        /// The export's name.
        name: String,
    },
    /// The header names a function that is not exported.
    #[error(
        "the header names `{name}`, but no function is exported by that name; the exported functions are: {}",
        list(known)
    )]
    ExportMissing {
        /// The name in the header.
        name: String,
        /// What is exported.
        known: Vec<String>,
    },
    /// An export's name in another style.
    #[error("the export `{name}` is not in snake_case")]
    ExportName {
        /// The export's name.
        name: String,
    },
    /// A function of a module in constant time whose contract does not say what is secret.
    #[error(
        "the module is `constant_time`, and the contract of `{export}` does not say what is secret: expected a line such as `;;   secret: key, text`, or `;;   secret: none`"
    )]
    NoSecrets {
        /// The export's name.
        export: String,
    },
    /// A secret that is no parameter.
    #[error(
        "the contract of `{export}` calls `{name}` secret, which is none of its parameters, no span `{name}_ptr` with `{name}_len` or `len`, and no field of a struct's layout; the parameters are: {}",
        list(known)
    )]
    UnknownSecret {
        /// The export's name.
        export: String,
        /// The name in the contract.
        name: String,
        /// The parameters of the prototype.
        known: Vec<String>,
    },
    /// A module that handles secrets and keeps something outside of its memory.
    #[error(
        "the module handles secrets, and has a mutable global: they are kept in the memory alone, which is zeroed"
    )]
    MutableGlobal,
    /// The macro that makes something public does something else as well.
    #[error(
        "`$public!` does more than hand on its argument, which is all that is looked at: expected `(param $verdict i32) (result i32) (local.get $verdict)`"
    )]
    NotPublic,
    /// A data segment that is not at a constant offset.
    #[error("the data segment's offset is not a constant: expected `(i32.const OFFSET)`")]
    DataOffset,
    /// A data segment in the host's part of the memory.
    #[error("the data segment at {} ends above `heap_base` = {heap_base}: the host may use that memory", span(*offset, *length))]
    DataAboveHeapBase {
        /// Its first byte.
        offset: u32,
        /// Its length.
        length: u32,
        /// The end of the static region.
        heap_base: u32,
    },
    /// Two data segments write the same bytes.
    #[error("the data segment at {} overlaps the one at {}", span(*offset, *length), span(other.0, other.1))]
    DataOverlap {
        /// Its first byte.
        offset: u32,
        /// Its length.
        length: u32,
        /// Offset and length of the other.
        other: (u32, u32),
    },
    /// No memory map.
    #[error(
        "no memory map: a module with a static region (`heap_base` = {heap_base}) says in a comment that starts with `;; Memory map` what stands where"
    )]
    NoMemoryMap {
        /// The end of the static region.
        heap_base: u32,
    },
    /// A second memory map.
    #[error("a second memory map: a module has one")]
    SecondMemoryMap,
    /// A line of the memory map that cannot be read.
    #[error("wrong memory map: {message}")]
    MemoryMapRow {
        /// What was expected.
        message: String,
    },
    /// A row that begins before the one above it ends.
    #[error(
        "the memory map's row `{name}` at {offset} begins before the row above it ends, at {end}: rows ascend and do not overlap"
    )]
    MemoryMapOrder {
        /// The row's name.
        name: String,
        /// Where it begins.
        offset: u32,
        /// Where the row above it ends.
        end: u32,
    },
    /// A row in the host's part of the memory.
    #[error("the memory map's row `{name}` at {} ends above `heap_base` = {heap_base}", span(*offset, *length))]
    MemoryMapAboveHeapBase {
        /// The row's name.
        name: String,
        /// Its first byte.
        offset: u32,
        /// Its length.
        length: u32,
        /// The end of the static region.
        heap_base: u32,
    },
    /// A data segment that the memory map does not list.
    #[error("the data segment at {} is not a row of the memory map: {}", span(*offset, *length), nearest.as_deref().unwrap_or("no row begins there"))]
    DataNotInMap {
        /// Its first byte.
        offset: u32,
        /// Its length.
        length: u32,
        /// The row that begins there, if there is one.
        nearest: Option<String>,
    },
    /// A constant that is called like a region of the memory map and is somewhere else.
    #[error("`${global}` is {value}, but the region of that name begins at {offset}")]
    RegionConstant {
        /// The constant's name.
        global: String,
        /// Where the region begins.
        offset: u32,
        /// The constant's value.
        value: i64,
    },
    /// A line of a layout or an enumeration that cannot be read.
    #[error("wrong {table}: {message}")]
    TableRow {
        /// Which table.
        table: String,
        /// What was expected.
        message: String,
    },
    /// A name that a layout or an enumeration cannot have.
    #[error(
        "a table cannot be called `{name}`: it is named in snake_case, and not `memory_map`, `crate`, `self` or `super`"
    )]
    TableName {
        /// The name.
        name: String,
    },
    /// Two layouts or enumerations of one name.
    #[error("a second table `{name}`: a layout or an enumeration has a name of its own")]
    SecondTable {
        /// The name.
        name: String,
    },
    /// Two rows of one name.
    #[error("the {table} names `{name}` twice")]
    TableNamesTwice {
        /// Which table.
        table: String,
        /// The name.
        name: String,
    },
    /// A field that begins before the one above it ends.
    #[error(
        "the field `{field}` of the layout `{layout}` at {offset} begins before the one above it ends, at {end}: offsets ascend and fields do not overlap"
    )]
    LayoutOrder {
        /// The layout's name.
        layout: String,
        /// The field's.
        field: String,
        /// Where it begins.
        offset: u32,
        /// Where the field above it ends.
        end: u64,
    },
    /// A constant that is not the size of its layout.
    #[error("`${global}` is {value}, but the layout `{layout}` has {size} bytes")]
    LayoutSize {
        /// The layout's name.
        layout: String,
        /// How many bytes its fields take.
        size: u64,
        /// The constant's name.
        global: String,
        /// Its value.
        value: i64,
    },
    /// A state that is exported, but not described.
    #[error(
        "the state whose size is exported as `{export}` has no layout: expected {}",
        wanted_layout(layout.as_deref())
    )]
    StateWithoutLayout {
        /// The export's name.
        export: String,
        /// What the layout would be called, if the constant's name says so.
        layout: Option<String>,
    },
    /// A constant and the row of its enumeration with different values.
    #[error(
        "the value `{name}` of the enumeration `{enumeration}` is {expected}, but the constant is {found}"
    )]
    EnumerationValue {
        /// The enumeration's name.
        enumeration: String,
        /// The value's.
        name: String,
        /// What the table says.
        expected: i64,
        /// What the constant says.
        found: i64,
    },
    /// A constant named after an enumeration that has no such row.
    #[error("`${global}` is named after the enumeration `{enumeration}`, but is none of its rows")]
    EnumerationWithoutRow {
        /// The enumeration's name.
        enumeration: String,
        /// The constant's name.
        global: String,
    },
    /// A row whose constant is missing while other rows have theirs.
    #[error(
        "the enumeration `{enumeration}` has no constant `${global}` for this row, but constants for others"
    )]
    EnumerationWithoutGlobal {
        /// The enumeration's name.
        enumeration: String,
        /// The constant that is missing.
        global: String,
    },
    /// A comment behind an offset that is no name.
    #[error(
        "`(;{text};)` is no name: behind an offset stands what is there, as `FIELD`, `LAYOUT.FIELD` or `FIELD+DISTANCE` in upper case"
    )]
    NotAName {
        /// The comment.
        text: String,
    },
    /// A name in a block comment that stands behind no number.
    #[error(
        "`(;{text};)` is a name behind no number: it belongs directly behind `offset=NUMBER` or a constant"
    )]
    NameBesideNothing {
        /// The comment.
        text: String,
    },
    /// A name that no table has.
    #[error(
        "`{name}` is {}; the tables are the memory map and: {}",
        nothing_known(*is_offset),
        list(known)
    )]
    UnknownName {
        /// The name.
        name: String,
        /// Whether it stands behind an offset, where no value of an enumeration does.
        is_offset: bool,
        /// The tables there are.
        known: Vec<String>,
    },
    /// A name that its table does not have.
    #[error("`{table}` has no `{name}`; it has: {}", list(names))]
    UnknownNameOf {
        /// The name.
        name: String,
        /// The table.
        table: String,
        /// What it has.
        names: Vec<String>,
    },
    /// A name that means different things in several tables.
    #[error(
        "`{name}` means different things in {}: expected `TABLE.NAME`",
        list(tables)
    )]
    AmbiguousName {
        /// The name.
        name: String,
        /// The tables that have it.
        tables: Vec<String>,
    },
    /// A number and the table of its name that do not agree.
    #[error("`{name}` is {expected}, but the text has {found}")]
    NameDisagrees {
        /// The name.
        name: String,
        /// What the table says.
        expected: String,
        /// What the text says.
        found: String,
    },
    /// A place, or bytes from there on, that lie outside of the field.
    #[error(
        "{} end outside of `{name}`, which has {size}",
        past_the_end(*distance, access.as_ref())
    )]
    FieldTooSmall {
        /// The name.
        name: String,
        /// How many bytes the field has.
        size: u32,
        /// Where in it the access begins.
        distance: u32,
        /// The instruction, and how many bytes it reads or writes, where that is told.
        access: Option<(String, u32)>,
    },
}

/// What describes a state.
fn wanted_layout(layout: Option<&str>) -> String {
    match layout {
        Some(layout) => format!("a comment that starts with `;; Layout {layout}`"),
        None => "the global to be called `$NAME_SIZE`, and a layout `name`".to_owned(),
    }
}

/// What a name is that no table has.
fn nothing_known(is_offset: bool) -> &'static str {
    if is_offset {
        "no field of a layout and no region of the memory map"
    } else {
        "no field of a layout, no region of the memory map and no value of an enumeration"
    }
}

/// `the 16 bytes of v128.load from 8 on`
fn past_the_end(distance: u32, access: Option<&(String, u32)>) -> String {
    match access {
        Some((instruction, bytes)) => {
            format!("the {bytes} bytes of `{instruction}` from {distance} on")
        }
        None => format!("the {distance} bytes before the place"),
    }
}

/// What refers to a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum MacroUse {
    /// An export.
    #[error("exported")]
    Export,
    /// An element of a table.
    #[error("an element of a table")]
    Element,
    /// The start function.
    #[error("the start function")]
    Start,
    /// A reference taken by an instruction or a global.
    #[error("taken by reference")]
    Reference,
}

/// Why a loop cannot be unrolled: what was expected instead of what stands there.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum UnrollProblem {
    /// The label of something else.
    #[error("only a loop can be, and this is none; another label must not end in `!`")]
    NotALoop,
    /// A loop with parameters or results.
    #[error("expected a loop that takes no values and leaves none")]
    HasType,
    /// No closing branch, or another.
    #[error(
        "expected `(br_if LABEL (COMPARISON (local.get $i) CONSTANT))` as its last instruction, where `$i` is an i32 that counts the rounds"
    )]
    Branch,
    /// No step, or another.
    #[error(
        "expected `(local.set {0} (i32.add (local.get {0}) CONSTANT))`, or `i32.sub`, right before the closing `br_if`"
    )]
    Step(String),
    /// The counter's start is not known.
    #[error(
        "expected `(local.set {0} (i32.const START))` before the loop, with nothing that sets `{0}` and no branch between the two"
    )]
    Start(String),
    /// The counter is set in the body.
    #[error("only the step right before the closing `br_if` may set its counter `{0}`")]
    Set(String),
    /// Another branch to the label.
    #[error("only the closing `br_if` may branch to it")]
    SecondBranch,
    /// It goes on for too long, or for ever.
    #[error("expected at most {0} rounds, counted over all unrolled loops of the function")]
    Rounds(usize),
}

/// What is wrong with the macro `$at!`.
struct NotASum<'n>(&'n str);

impl fmt::Display for NotASum<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.0;
        write!(
            f,
            "the macro `{name}` is the sum of an address and an offset that does not wrap around: expected \
             `(func {name} (param $ptr i32) (param $offset i32) (result i32) (i32.add (local.get $ptr) (local.get $offset)))`"
        )
    }
}

/// Why a binary could not be rewritten.
#[derive(Debug, Clone, Error)]
#[non_exhaustive]
pub enum BinaryError {
    /// It is not a valid module under the features that kernels may use.
    #[error("not a valid module: {0}")]
    Invalid(#[from] wasmparser::Error),
    /// It holds something that the encoder does not write.
    #[error("cannot encode: {0}")]
    Encode(String),
    /// A macro that calls itself, directly or through others.
    #[error("recursive macro: {}", arrows(cycle))]
    RecursiveMacro {
        /// Index of the first function of the cycle.
        function: u32,
        /// The macros in the order of the calls; the first is also the last.
        cycle: Vec<String>,
    },
    /// A macro that something else than a call refers to.
    #[error("the macro `{name}` is {used}")]
    MacroUsed {
        /// Its index.
        function: u32,
        /// Its name.
        name: String,
        /// What refers to it.
        used: MacroUse,
    },
    /// Macros that grow beyond all measure.
    #[error(
        "the function `{name}` has more than {limit} instructions once its macros are spliced in and its loops unrolled"
    )]
    TooLarge {
        /// Its index.
        function: u32,
        /// Its name.
        name: String,
        /// How many instructions a function may have.
        limit: usize,
    },
    /// A loop that cannot be unrolled, although its label asks for it.
    #[error("`{label}` cannot be unrolled: {problem}")]
    Unroll {
        /// The function that holds it.
        function: u32,
        /// The operator of the function's body that is not as expected.
        operator: usize,
        /// The loop's label.
        label: String,
        /// What was expected.
        problem: UnrollProblem,
    },
    /// The macro `$at!` is not what its callers promise.
    #[error("{}", NotASum(name))]
    NotASum {
        /// Its index.
        function: u32,
        /// Its name.
        name: String,
    },
}

impl From<wasm_encoder::reencode::Error> for BinaryError {
    fn from(error: wasm_encoder::reencode::Error) -> Self {
        match error {
            wasm_encoder::reencode::Error::ParseError(error) => Self::Invalid(error),
            other => Self::Encode(other.to_string()),
        }
    }
}

fn blocks(diagnostics: &[Diagnostic]) -> String {
    let blocks: Vec<String> = diagnostics.iter().map(Diagnostic::to_string).collect();
    blocks.join("\n\n")
}

fn list(names: &[String]) -> String {
    if names.is_empty() {
        return "(none)".into();
    }
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

fn arrows(cycle: &[String]) -> String {
    cycle.join(" -> ")
}

/// `[offset, end)`; the end may lie beyond 2^32.
fn span(offset: u32, length: u32) -> String {
    format!("[{offset}, {})", u64::from(offset) + u64::from(length))
}
